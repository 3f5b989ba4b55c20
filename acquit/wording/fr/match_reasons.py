"""French words of the reasons of a proposal, short enough for one line."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words

_COUNTS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf"}


def _count(words: Words) -> int:
    return words.number("count") or 1


def _in_letters(count: int) -> str:
    return _COUNTS.get(count, str(count))


def _named(words: Words) -> str:
    count = _count(words)
    return "numéro de facture" if count == 1 else f"{_in_letters(count)} numéros de facture dans le libellé"


def _short(words: Words) -> str:
    count = _count(words)
    return "numéro de facture abrégé" if count == 1 else _named(words)


def _alike(words: Words) -> str:
    percent = words.number("percent")
    return "nom ressemblant" if percent is None else f"nom ressemblant ({percent} %)"


def _all_open(words: Words) -> str:
    count = _count(words)
    return "solde du compte" if count == 1 else f"solde exact de {count} factures"


def _note(words: Words) -> str:
    count, numbers = words.numbers(lambda rest: f"{rest} autres")
    return f"avoir {numbers} déduit" if count <= 1 else f"avoirs {numbers} déduits"


def _discount(words: Words) -> str:
    percent = words.word("percent").replace(".", ",")
    return f"escompte de {percent} %" if percent else "escompte"


def _over(words: Words) -> str:
    amount = words.amount("amount")
    return f"{amount} en acompte" if amount else "trop-perçu en acompte"


def _amount(before: str, without: str) -> Sentence:
    return lambda words: f"{before} {amount}" if (amount := words.amount("amount")) else without


def _just(said: str) -> Sentence:
    return lambda _words: said


WORDS: Mapping[str, Sentence] = {
    "reference_exact": lambda words: (
        "communication structurée exacte" if words.word("kind") == "belgian" else "référence RF exacte"
    ),
    "number_named": _named,
    "short_number_named": _short,
    "number_shared": lambda words: f"numéro porté par {_in_letters(_count(words))} clients",
    "others_named": _just("le libellé nomme autre chose"),
    "account_known": _just("compte connu"),
    "account_reference": _just("référence RF exacte"),
    "iban_known": _just("IBAN connu"),
    "siren_named": _just("SIREN dans le libellé"),
    "code_named": _just("code client dans le libellé"),
    "name_same": _just("nom identique"),
    "name_alike": _alike,
    "other_payer": _just("IBAN d’un autre client"),
    "unknown_payer": _just("payeur inconnu"),
    "several_debtors": lambda words: f"{_in_letters(_count(words))} clients nommés",
    "several_fit": lambda words: f"montant dû par {_in_letters(_count(words))} clients",
    "only_candidate": _just("seul candidat"),
    "amount_exact": _just("montant exact"),
    "oldest_of_equal": lambda words: f"la plus ancienne de {_in_letters(_count(words))} au même montant",
    "all_open": _all_open,
    "all_due": lambda words: f"somme exacte de {_count(words)} factures",
    "sum_exact": lambda words: f"somme exacte de {_count(words)} factures",
    "credit_note_deducted": _note,
    "rounding": _amount("écart de", "écart d’arrondi"),
    "charges": _amount("frais bancaires de", "frais bancaires"),
    "discount": _discount,
    "part": _amount("reste", "règlement partiel"),
    "oldest_first": _just("les plus anciennes d’abord"),
    "over": _over,
    "on_account": _just("à laisser en acompte"),
    "currency_differs": _just("autre devise"),
}
