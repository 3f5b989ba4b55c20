"""The code lists of EN 16931 that decide what becomes of an invoice."""

from __future__ import annotations

import re

# UNCL 1001 (BT-3), as far as EN 16931 admits it for invoices and credit notes.
CREDIT_NOTES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
CORRECTED = frozenset({"384", "471", "472", "473"})
FACTORED = frozenset({"393", "396", "472", "473", "501", "502"})
INVOICES = CORRECTED | {
    "71", "80", "82", "84", "102", "211", "218", "219", "295", "326", "331", "380", "382", "383", "385",
    "386", "387", "388", "389", "390", "393", "394", "395", "456", "457", "500", "501", "527", "553", "575",
    "623", "633", "780", "817", "870", "875", "876", "877", "935",
}  # fmt: skip
#: Documents of the same list that ask for nothing: pro forma, information for the books…
NO_CLAIMS = frozenset({"130", "202", "203", "204", "325", "751"})

#: UNCL 4461 (BT-81): the creditor collects by himself.
DIRECT_DEBITS = frozenset({"49", "59"})

# BT-8, when VAT falls due, in the codes of CII (UNCL 2475) and of UBL (UNCL 2005).
ON_RECEIPT = frozenset({"72", "432"})
ON_INVOICE = frozenset({"5", "29", "3", "35"})
#: BT-23: the French processes of services (S1…) and of goods with services (M1…).
SERVICES = re.compile(r"[SM]\d")
