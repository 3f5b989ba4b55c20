"""What the bank formats of text share: account numbers, and what the words of a movement say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import iban

from acquit.sources import vocabulary

LONGEST, LONGEST_CODE = 200, 40  # characters of a name or reference, and of a code, that are kept
_LONGEST_KEY = 150

_OF_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_RIB = re.compile(r"\d{5}[ -]?\d{5}[ -]?[0-9A-Z]{11}[ -]?\d{2}")
_FEE = re.compile(r"(?i)\b(frais|commissions?|cotis\w*|abonnement|agios|fees?|charges?)\b")
_ENGLISH_FEE = re.compile(r"(?i)\bfees?\b")
_BACK = re.compile(
    r"(?i)\b(impay[ée]s?|rejet\w*|rej|retour\w*|returned|return|unpaid|bounced|reversal|charge ?back)\b"
)
#: A line that begins so says what was done, not who did it.
_OPERATION = re.compile(
    r"(?i)^\W*(vir\w*|prlv?\w*|pr[ée]l\w*|sepa|ch[èe]ques?|chq|cb|carte|remise|rem|retrait|achat|paiement|"
    r"frais|commissions?|cotis\w*|rejet|impay\w*|retour|transfer|payment|direct debit|check|cheque|"
    r"facture|versement|dab|avoir|ech\w*|effets?|lcr|f)\b"
)


def french_iban(bank: str, branch: str, account: str) -> str:
    """Return the IBAN of a French account, "" where the three are not of a French account.

    The key of the RIB is 97 − ((89·bank + 15·branch + 3·account) mod 97), letters being digits: A and
    J are 1, B, K and S are 2, and so on.

    >>> french_iban("30006", "00001", "12345678901")
    'FR7630006000011234567890189'
    """
    account = account.upper().rjust(11, "0")
    if not re.fullmatch(r"[0-9]{5}", bank) or not re.fullmatch(r"[0-9]{5}", branch):
        return ""
    if not re.fullmatch(r"[0-9A-Z]{11}", account):
        return ""
    total = 89 * int(bank) + 15 * int(branch) + 3 * int(account.translate(_OF_LETTERS))
    local = f"{bank}{branch}{account}{97 - total % 97:02d}"
    return f"FR{iban.calc_check_digits(f'FR00{local}')}{local}"


def valid_iban(text: str) -> str:
    """Return the IBAN that `text` is, without blanks, or ""."""
    bare = re.sub(r"\s", "", text).upper()
    return bare if 14 < len(bare) < 35 and bare.isascii() and iban.is_valid(bare) else ""


def account_number(text: str) -> str:
    """Return the IBAN that `text` is, or becomes as a French RIB with its right key, or ""."""
    if found := valid_iban(text):
        return found
    bare = re.sub(r"[\s-]", "", text).upper()
    if not _RIB.fullmatch(bare):
        return ""
    made = french_iban(bare[:5], bare[5:10], bare[10:21])
    return made if made.endswith(bare[21:]) else ""


def method_of(words: str, direction: str) -> str:
    """Return the means of payment that the words of a movement name, or ""."""
    if direction == "debit" and _FEE.search(words):
        return "fee"
    return next((code for code, pattern in vocabulary.METHODS if re.search(pattern, words)), "")


def is_taken_back(words: str, direction: str) -> bool:
    """Tell whether the words of a debit say that it takes an earlier credit back.

    Of a credit no word says so surely enough: taken for a return, a payment would not be seen as one.
    Nor is the bank's fee for a return, "frais" before it in French, "fee" behind it in English.

    >>> is_taken_back("REJET PRLV CARDON", "debit"), is_taken_back("FRAIS REJET PRLV", "debit")
    (True, False)
    """
    back, fee = _BACK.search(words), _FEE.search(words)
    if direction != "debit" or back is None:
        return False
    return fee is None or (fee.start() > back.start() and not _ENGLISH_FEE.search(words))


def joined(texts: Iterable[str]) -> str:
    """Return the texts as lines, each unless another says it already.

    >>> joined(["VIR NOVA", "", "VIR NOVA F26-0430", "F26-0430"])
    'VIR NOVA F26-0430'
    """
    told: list[str] = []
    for text in texts:
        if text and not any(text in one for one in told):
            told = [*(one for one in told if one not in text), text]
    return "\n".join(told)


def known_by(reference: str) -> str:
    """Return the bank's reference of a movement, "" where it is too long to be one, or only zeros."""
    return reference if reference.strip("0") and len(reference) <= _LONGEST_KEY else ""


def payee_of(name: str) -> str:
    """Return `name` unless it says what was done rather than who did it.

    >>> payee_of("CARDON ET FILS"), payee_of("VIR SEPA CARDON ET FILS")
    ('CARDON ET FILS', '')
    """
    return "" if _OPERATION.match(name) else name
