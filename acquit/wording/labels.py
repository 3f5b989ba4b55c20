"""The short words around figures: headings of tables, of the payment box, of the letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from acquit.wording.template import Unsayable


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of one language. `late` words a number of days after the due date."""

    invoice: str
    issued: str
    due: str
    lateness: str
    late: Callable[[int], str]
    original: str
    credited: str
    paid: str
    deducted: str
    open: str
    out_of: Callable[[str], str]
    interest: str
    term: Callable[[str], str]
    disputed: Callable[[str], str]
    unallocated: str
    total: str
    principal: str
    grand_total: str
    interest_line: Callable[[str, str], str]
    fixed_sum_line: Callable[[int, str], str]
    transfer_to: str
    iban: str
    bic: str
    reference: str
    pay_online: str
    our_reference: str
    your_account: str
    enclosures: str
    enclosed: Callable[[int], str]
    handled_by: str
    registered: str
    registered_number: Callable[[str], str]
    dated: Callable[[str, str], str]
    subject: str
    capital: Callable[[str, str], str]
    registry: Callable[[str, str], str]
    vat: str
    page: str
    qr: str
    cover_title: str
    cover_columns: tuple[str, str, str, str, str, str]
    cover_simple: str
    cover_registered: str
    cover_summary: Callable[[int, int, str], str]
    wrong_contact: str
    wrong_contact_subject: str
    wrong_contact_body: str
    wrong_contact_text: Callable[[str, str], str]
    qr_alt: Callable[[str], str]
    statement_title: str
    statement_intro: Callable[[str], str]


@cache
def labels(language: str) -> Labels:
    """Return the labels of `language`; raise Unsayable where it has none."""
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    module = import_module(f"acquit.wording.{language}.labels")
    return cast("Labels", module.LABELS)
