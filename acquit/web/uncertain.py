"""What rests on less than two sources, in words: for whoever reads a message, never for the debtor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.core.regimes.base import Citation, Confidence, Regime
from acquit.core.regimes.doubt import Doubt
from acquit.core.regimes.fr.routes import is_french
from acquit.web import formats
from acquit.web.words import Words, language

CONFIDENCE: Mapping[Confidence, Words] = {
    Confidence.TWO_SOURCES: _("lu dans deux sources"),
    Confidence.ONE_SOURCE: _("lu dans une seule source"),
    Confidence.GENERAL: _("d’usage, non relu"),
    Confidence.UNCERTAIN: _("les sources se contredisent"),
}
SUBJECTS: Mapping[str, Words] = {
    "interest": _("Pénalités de retard"),
    "fixed_sum": _("Indemnité forfaitaire"),
    "no_costs": _("Frais de recouvrement"),
    "lapse": _("Prescription"),
    "agreed_term": _("Prescription convenue entre professionnels"),
    "order": _("Injonction de payer"),
    "lawyer": _("Avocat en cas d’opposition"),
    "grace": _("Délais du juge"),
    "small_claim": _("Petites créances"),
    "surcharge": _("Majoration du taux légal"),
    "title": _("Durée du titre exécutoire"),
    "pass_on": _("Reversement au créancier"),
}
#: Where the shipped rates were read, for who does not read that language; the original stays beside it.
SOURCES: Mapping[str, Words] = {
    "ECB, fixed rate of the main refinancing operations in force on the first day": _(
        "Banque centrale européenne, opérations principales de refinancement, taux en vigueur le premier"
        " jour du semestre (directive 2011/7/UE, art. 2)"
    ),
    "Deutsche Bundesbank, § 247 BGB": _(
        "Banque fédérale d’Allemagne, taux de base du code civil allemand (BGB, § 247)"
    ),
    "Österreichische Nationalbank, Basiszinssatz": _(
        "Banque nationale d’Autriche, taux de base au dernier jour du semestre précédent"
    ),
    "Bank of England, Bank Rate on the reference day": _(
        "Banque d’Angleterre, taux directeur au 31 décembre ou au 30 juin précédent"
    ),
    "besluit, art. 6:120 lid 1 BW": _(
        "Décret néerlandais, code civil des Pays-Bas (BW), livre 6, art. 120, 1"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message rests on, in words: first what could be another sum, then articles read once only."""

    sums: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sums or self.articles)


def told(doubts: Iterable[Doubt]) -> Told:
    """Return `doubts` in words: rates of one source together, an article named once."""
    rates: dict[tuple[Confidence, str, date], list[str]] = {}
    sums, articles = [], []
    for doubt in doubts:
        if doubt.percent is not None and doubt.half_year is not None:
            value = formats.percentage(doubt.percent / 100, decimals=2, language=language())
            same = rates.setdefault((doubt.confidence, doubt.source, doubt.read_on), [])
            same.append(f"{value} ({doubt.half_year})")
        elif doubt.changes_sum:
            said = article_words(doubt.source, doubt.confidence, doubt.read_on)
            sums.append(f"{SUBJECTS[doubt.subject]} · {said}")
        else:
            articles.append(doubt.source)
    named = [
        gettext("Taux légal, %(values)s\u00a0: %(read)s")
        % {"values": ", ".join(values), "read": read_words(*read)}
        for read, values in rates.items()
    ]
    return Told(sums=(*named, *sums), articles=tuple(dict.fromkeys(articles)))


def article_words(article: str, confidence: Confidence, read_on: date) -> str:
    """Return what is uncertain of an article."""
    return f"{article}\u00a0: {read_words(confidence, '', read_on)}"


def cited_words(cited: Citation | None) -> str:
    """Return what is uncertain of `cited`; nothing where it makes no other sum and no other day."""
    if cited is None or not cited.changes_sum:
        return ""
    return article_words(cited.article, cited.confidence, cited.read_on)


def read_words(confidence: Confidence, source: str, read_on: date) -> str:
    """Return how sure a value is, where it was read and when."""
    return f"{CONFIDENCE[confidence]} ({source_words(source, read_on)})"


def source_words(source: str, read_on: date | None) -> str:
    """Return where a value was read and when; `read_on` None where nobody kept it."""
    words = [str(SOURCES.get(source, source))] if source else []
    if read_on is not None:
        words.append(gettext("lu le %(day)s") % {"day": formats.day(read_on, language=language())})
    return ", ".join(words)


def what_interrupts(law: Regime, kind: str) -> str:
    """Return what interrupts the limitation of a debt under `law`, and what does not."""
    if not is_french(law):
        return gettext(
            "Ce qui interrompt la prescription dépend du droit de cette créance, dont ces règles ne sont pas"
            " connues ici\u00a0: à vérifier. Un fait noté compte comme en droit français."
        )
    if kind == "public":
        return gettext(
            "Une demande de paiement écrite, reçue par l’administration, l’interrompt (loi 68-1250,"
            " art. 2)\u00a0: gardez-en la preuve et notez-la."
        )
    return gettext(
        "Une reconnaissance de dette ou une action en justice l’interrompt\u00a0; une relance ou une lettre"
        " recommandée, non."
    )
