"""What the bank's code says of a movement: how the money moved, and whether it takes an earlier one back.

Domain codes are those of ISO 20022 (external code set "bank transaction codes"). A bank's own code
is kept as it is and says nothing more.
"""

from __future__ import annotations

from acquit.sources.xml import Element, text

_METHODS = {
    "RCDT": "transfer", "ICDT": "transfer", "RRCT": "transfer", "IRCT": "transfer",
    "RDDT": "direct_debit", "IDDT": "direct_debit",
    "RCHQ": "cheque", "ICHQ": "cheque",
    "CCRD": "card", "MCRD": "card",
    "CNTR": "cash", "DRFT": "bill",
}  # fmt: skip
_CHEQUES_AT_THE_COUNTER = frozenset({"CHKD"})
_FEES = frozenset({"CHRG", "COMM", "COMI", "COME", "COMT", "FEES"})
#: Return or reversal of a debit (UPDD, PRDD, RCDD), a transfer (RRTN, RPCR), a cheque (UPCQ, CQRV),
#: a card payment (UPCT), a bill (UDFT).
_RETURNS = frozenset({"UPDD", "PRDD", "RCDD", "RRTN", "RPCR", "UPCQ", "CQRV", "UPCT", "UDFT"})


def code_of(element: Element) -> str:
    """Return the code of an entry or a transaction: "PMNT-RCDT-ESCT", or the bank's own, or ""."""
    domain = element.find("BkTxCd/Domn")
    if domain is None:
        return text(element, "BkTxCd/Prtry/Cd")
    parts = (text(domain, path) for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd"))
    return "-".join(part for part in parts if part)


def method_of(code: str) -> str:
    """Return how the money moved, by a domain code, or "".

    >>> method_of("PMNT-RCDT-ESCT"), method_of("PMNT-CNTR-CHKD"), method_of("544")
    ('transfer', 'cheque', '')
    """
    _, family, detail = _parts(code)
    if detail in _FEES:
        return "fee"
    if family == "CNTR" and detail in _CHEQUES_AT_THE_COUNTER:
        return "cheque"
    return _METHODS.get(family, "")


def is_return(code: str) -> bool:
    """Tell whether a domain code says that an earlier movement is taken back."""
    return _parts(code)[2] in _RETURNS


def _parts(code: str) -> tuple[str, str, str]:
    parts = code.split("-")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")
