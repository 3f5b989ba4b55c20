"""What the statuses of the e-invoicing network ask of people: which dispute, which task, whose work.

Codes and reasons: AFNOR XP Z12-012, annex A; FNFE-MPE, Schematron BR-FR-CDV 1.4.0. A code that is not
here is kept and shown, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple


class Code(IntEnum):
    """The statuses of an invoice."""

    DEPOSITED = 200
    ISSUED = 201
    RECEIVED = 202
    AVAILABLE = 203
    IN_HAND = 204
    APPROVED = 205
    PARTLY_APPROVED = 206
    DISPUTED = 207
    SUSPENDED = 208
    COMPLETED = 209
    REFUSED = 210
    PAYMENT_SENT = 211
    COLLECTED = 212
    REJECTED = 213
    STAMPED = 214
    CANCELLED = 220
    NOT_ROUTED = 221
    DIRECT_PAYMENT_ASKED = 224
    FACTORED = 225
    FACTORED_IN_CONFIDENCE = 226
    PAYEE_CHANGED = 227
    NOT_FACTORED = 228
    INADMISSIBLE = 501


class Reply(NamedTuple):
    """What a reason asks for: the category of the dispute, and the role whose work it is."""

    category: str
    role: str


#: Who answers: words in `acquit.web.words.WORKERS`.
SALES, LOGISTICS, QUALITY, FINANCE, BILLING = "sales", "logistics", "quality", "finance", "billing"
ROLES = (SALES, LOGISTICS, QUALITY, FINANCE, BILLING)

_UNKNOWN = Reply("other", BILLING)
REASONS: Mapping[str, Reply] = {
    "PU_ERR": Reply("price", SALES),
    "REM_ERR": Reply("price", SALES),
    "MONTANTTOTAL_ERR": Reply("price", BILLING),
    "CALCUL_ERR": Reply("price", BILLING),
    "TX_TVA_ERR": Reply("price", FINANCE),
    "QTE_ERR": Reply("quantity", LOGISTICS),
    "LIVR_INCOMP": Reply("quantity", LOGISTICS),
    "ART_ERR": Reply("quality", LOGISTICS),
    "QUALITE_ERR": Reply("quality", QUALITY),
    "CMD_ERR": Reply("missing_order", SALES),
    "REF_ERR": Reply("missing_order", SALES),
    "REF_CT_ABSENT": Reply("missing_order", SALES),
    "TRANSAC_INC": Reply("missing_order", SALES),
    "CONTRAT_TERM": Reply("missing_order", SALES),
    "DOUBLON": Reply("duplicate", BILLING),
    "DOUBLE_FACT": Reply("duplicate", BILLING),
    "COORD_BANC_ERR": Reply("admin", FINANCE),
    "MODPAI_ERR": Reply("admin", FINANCE),
    "TRANSF_PMNT_REGIE": Reply("admin", FINANCE),
    "EMMET_INC": Reply("admin", SALES),
    "CONTACT_ACHTR": Reply("admin", SALES),
    "NON_CONFORME": Reply("admin", BILLING),
    "DEST_INC": Reply("admin", BILLING),
    "DEST_ERR": Reply("admin", BILLING),
    "ADR_ERR": Reply("admin", BILLING),
    "SIRET_ERR": Reply("admin", BILLING),
    "CODE_ROUTAGE_ERR": Reply("admin", BILLING),
    "ROUTAGE_ERR": Reply("admin", BILLING),
    "NON_TRANSMISE": Reply("admin", BILLING),
    "JUSTIF_ABS": Reply("admin", BILLING),
    "RETRAIT_MAN_SERV": Reply("admin", BILLING),
    "ST_CT_NON_DECLAR": Reply("admin", BILLING),
    "SUPPR_COMP_AVOIR": Reply("admin", BILLING),
    "AUTRE": Reply("other", SALES),
}
#: The platform found the file itself wrong: REJ_SEMAN, REJ_COH, IRR_SYNTAX, IRR_TAILLE_F…
_OF_THE_FILE = ("REJ_", "IRR_")

#: Codes that open a dispute, and codes that open a task of a kind.
CONTESTING = frozenset({Code.PARTLY_APPROVED, Code.DISPUTED})
TASKS: Mapping[int, str] = {
    Code.PARTLY_APPROVED: "network_dispute",
    Code.DISPUTED: "network_dispute",
    Code.SUSPENDED: "missing_document",
    Code.COMPLETED: "network_completed",
    Code.REFUSED: "reissue",
    Code.REJECTED: "reissue",
    Code.NOT_ROUTED: "reissue",
    Code.INADMISSIBLE: "reissue",
}
#: The status says what the buyer thinks of the content; the last of them counts.
CONTENT = frozenset({Code.APPROVED, Code.PARTLY_APPROVED, Code.DISPUTED})

_SUMS: Mapping[int, str] = {Code.PAYMENT_SENT: "MPA", Code.COLLECTED: "MEN"}
#: A reason and a type of amount that touch the account to pay.
BANK_DOUBTED, NEW_BANK_ACCOUNT = "COORD_BANC_ERR", "CBB"


def reply_to(reasons: Sequence[str]) -> Reply:
    """Return the category and the role of a status: those of its first reason that is known.

    >>> reply_to(["AUTRE", "QTE_ERR"])
    Reply(category='quantity', role='logistics')
    """
    known = [found for code in reasons if (found := _reply(code)) is not None]
    telling = [reply for reply in known if reply.category != "other"]
    return next(iter([*telling, *known]), _UNKNOWN)


def _reply(reason: str) -> Reply | None:
    if reason.startswith(_OF_THE_FILE):
        return Reply("admin", BILLING)
    return REASONS.get(reason)


def doubts_bank_account(code: int, reasons: Iterable[str], amount_types: Iterable[str]) -> bool:
    """Tell whether a status touches the account to pay: fraud is possible until two persons looked."""
    return code == Code.PAYEE_CHANGED or BANK_DOUBTED in reasons or NEW_BANK_ACCOUNT in amount_types


def amount_of(
    code: int, amounts: Iterable[Mapping[str, str]], *, whole: Decimal, currency: str
) -> Decimal | None:
    """Return, with VAT, what a 206 approves, a 211 announces, a 212 says was collected; None if nothing.

    Of a 206: MAPTTC, else the `whole` less MNATTC, else MAP, which is without VAT and so asks less
    rather than more. MNA alone says nothing safe.
    """
    sums: dict[str, Decimal] = {}
    for one in amounts:
        if "amount" in one and one.get("currency", "") in ("", currency):
            sums[one["type"]] = sums.get(one["type"], Decimal(0)) + Decimal(one["amount"])
    if code in _SUMS:
        return sums.get(_SUMS[code])
    if code != Code.PARTLY_APPROVED:
        return None
    if "MAPTTC" in sums:
        return sums["MAPTTC"]
    return whole - sums["MNATTC"] if "MNATTC" in sums else sums.get("MAP")
