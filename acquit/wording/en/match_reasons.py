"""English words of the reasons of a proposal, short enough for one line."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words

_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def _count(words: Words) -> int:
    return words.number("count") or 1


def _in_letters(count: int) -> str:
    return _COUNTS.get(count, str(count))


def _named(words: Words) -> str:
    count = _count(words)
    return "invoice number" if count == 1 else f"{_in_letters(count)} invoice numbers in the label"


def _short(words: Words) -> str:
    return "short invoice number" if _count(words) == 1 else _named(words)


def _alike(words: Words) -> str:
    percent = words.number("percent")
    return "similar name" if percent is None else f"similar name ({percent}%)"


def _all_open(words: Words) -> str:
    count = _count(words)
    return "balance of the account" if count == 1 else f"exact balance of {count} invoices"


def _note(words: Words) -> str:
    count, numbers = words.numbers(lambda rest: f"{rest} others")
    return f"credit note{'s' if count > 1 else ''} {numbers} deducted"


def _discount(words: Words) -> str:
    percent = words.word("percent")
    return f"discount of {percent}%" if percent else "discount"


def _over(words: Words) -> str:
    amount = words.amount("amount")
    return f"{amount} left on the account" if amount else "the rest left on the account"


def _amount(before: str, without: str) -> Sentence:
    return lambda words: f"{before} {amount}" if (amount := words.amount("amount")) else without


def _just(said: str) -> Sentence:
    return lambda _words: said


WORDS: Mapping[str, Sentence] = {
    "reference_exact": lambda words: (
        "exact structured communication" if words.word("kind") == "belgian" else "exact RF reference"
    ),
    "number_named": _named,
    "short_number_named": _short,
    "number_shared": lambda words: f"number of {_in_letters(_count(words))} customers",
    "others_named": _just("the label names something else"),
    "account_known": _just("known account"),
    "account_reference": _just("exact RF reference"),
    "iban_known": _just("known IBAN"),
    "siren_named": _just("SIREN in the label"),
    "code_named": _just("customer code in the label"),
    "name_same": _just("same name"),
    "name_alike": _alike,
    "other_payer": _just("IBAN of another customer"),
    "unknown_payer": _just("unknown payer"),
    "several_debtors": lambda words: f"{_in_letters(_count(words))} customers named",
    "several_fit": lambda words: f"amount owed by {_in_letters(_count(words))} customers",
    "only_candidate": _just("only candidate"),
    "amount_exact": _just("exact amount"),
    "oldest_of_equal": lambda words: f"the oldest of {_in_letters(_count(words))} of this amount",
    "all_open": _all_open,
    "all_due": lambda words: f"exact sum of {_count(words)} invoices",
    "sum_exact": lambda words: f"exact sum of {_count(words)} invoices",
    "credit_note_deducted": _note,
    "rounding": _amount("difference of", "rounding difference"),
    "charges": _amount("bank charges of", "bank charges"),
    "discount": _discount,
    "part": _amount("leaves", "part payment"),
    "oldest_first": _just("the oldest first"),
    "over": _over,
    "on_account": _just("to be left on the account"),
    "currency_differs": _just("another currency"),
}
