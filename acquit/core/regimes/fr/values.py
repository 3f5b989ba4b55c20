"""French legal values, each with its day, its source and how sure we are of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, HalfYear, HalfYearly, Reading
from acquit.core.regimes.eu import DIRECTIVE, forty_euros, half_yearly

_READ_ON = date(2026, 11, 22)

#: Art. L441-10 II C. com.: points above the ECB rate where the contract is silent.
BUSINESS_MARGIN: Final = Decimal(10)
#: The same article: a clause may not go below this multiple of the legal rate.
CLAUSE_FLOOR_TIMES: Final = Decimal(3)

# The column « autres cas »: creditors that act for their trade, whoever the debtor is. The other
# column is for creditors who are individuals, and no business may use it.
_LEGAL = (
    "2012S1 0.71  2012S2 0.71  2013S1 0.04  2013S2 0.04  2014S1 0.04  2014S2 0.04"
    "  2015S1 0.93  2015S2 0.99  2016S1 1.01  2016S2 0.93  2017S1 0.90  2017S2 0.90"
    "  2018S1 0.89  2018S2 0.88  2019S1 0.86  2019S2 0.87  2020S1 0.87  2020S2 0.84"
    "  2021S1 0.79  2021S2 0.76  2022S1 0.76  2022S2 0.77  2023S1 2.06  2023S2 4.22"
    "  2024S1 5.07  2024S2 4.92  2025S1 3.71  2025S2 2.76  2026S1 2.62  2026S2 2.75"
)
_legal = half_yearly(
    _LEGAL,
    source="Arrêté fixant le taux de l'intérêt légal (C. mon. fin. L313-2), « autres cas »",
    read_on=_READ_ON,
    confidence=Confidence.TWO_SOURCES,
)
# The half-year's order was found in one place only; its triple, 8.25, agrees with it.
_unconfirmed = HalfYear(2026, 2)
_legal[_unconfirmed] = replace(_legal[_unconfirmed], confidence=Confidence.ONE_SOURCE)

#: The page of the administration that names both columns of each half-year, with their order.
_PUBLISHED = "https://www.service-public.gouv.fr/particuliers/vosdroits/F20688"
LEGAL_RATE: Final = HalfYearly("taux de l'intérêt légal, autres cas", _legal, _PUBLISHED)

# The other column, for creditors who are individuals: shown, and never applied by a business.
_INDIVIDUALS = (
    "2015S1 4.06  2015S2 4.29  2016S1 4.54  2016S2 4.35  2017S1 4.16  2017S2 3.94  2018S1 3.73"
    "  2018S2 3.60  2019S1 3.40  2019S2 3.26  2020S1 3.15  2020S2 3.11  2021S1 3.14  2021S2 3.12"
    "  2022S1 3.13  2022S2 3.15  2023S1 4.47  2023S2 6.82  2024S1 8.01  2024S2 8.16  2025S1 7.21"
    "  2025S2 6.65  2026S1 6.67  2026S2 6.84"
)
_individuals = half_yearly(
    _INDIVIDUALS,
    source="Arrêté fixant le taux de l'intérêt légal (C. mon. fin. L313-2), « personnes physiques »",
    read_on=_READ_ON,
    confidence=Confidence.TWO_SOURCES,
)
_individuals[_unconfirmed] = replace(_individuals[_unconfirmed], confidence=Confidence.ONE_SOURCE)

INDIVIDUALS_RATE: Final = HalfYearly("taux de l'intérêt légal, personnes physiques", _individuals, _PUBLISHED)

# Read again on this day, beside the first reading.
_AGAIN = date(2026, 11, 27)
_D441_5 = (
    Reading("art. D441-5 C. com.", _READ_ON),
    Reading(
        "décret 2012-1115 du 2 octobre 2012, Légifrance", _AGAIN,
        "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000026453427",
    ),
    DIRECTIVE,
)  # fmt: skip
_L110_4 = (
    Reading("art. L110-4 I C. com., Légifrance", _READ_ON),
    Reading(
        "avocat.fr, prescription et art. 2224 C. civ.", _AGAIN,
        "https://consultation.avocat.fr/blog/florent-delpoux/"
        "article-36590-prescription-en-matiere-de-prets-accordes-a-des-consommateurs.html",
    ),
)  # fmt: skip
_LAW_OF_1968 = (
    Reading(
        "loi 68-1250, art. 1 et 2, Légifrance", _AGAIN,
        "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000878035",
    ),
    Reading("La Lettre du maire, n° 1985 du 7 mars 2017", _AGAIN),
)  # fmt: skip

#: Ways to a title and what surrounds them, whoever the debtor is.
_PROCEDURE = (
    Citation(
        "order", "art. 1411, 1416 et 1422 CPC", date(2026, 9, 1), _AGAIN, Confidence.TWO_SOURCES,
        "décret 2026-96", readings=(
            Reading(
                "Le Monde du droit", _AGAIN,
                "http://direct.lemondedudroit.fr/judiciaire/325-procedure-civile/"
                "103077-modification-de-la-procedure-d-injonction-de-payer.html",
            ),
            Reading(
                "L’Officiel des métiers", _AGAIN,
                "https://www.lofficieldesmetiers.fr/"
                "justice-les-procedures-dinjonction-de-payer-et-de-saisie-attribution-font-peau-neuve",
            ),
        ),
    ),
    Citation("lawyer", "art. 761 et 853 CPC", date(2020, 1, 1), _READ_ON, Confidence.ONE_SOURCE),
    Citation("grace", "art. 1343-5 C. civ.", date(2016, 10, 1), _READ_ON, Confidence.ONE_SOURCE),
    Citation(
        "small_claim", "art. L125-1 et R125-1 CPCE", date(2020, 1, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=(
            Reading(
                "MACSF", _AGAIN, "https://macsf.fr/vie-pratique/loisirs-consommation/recouvrement-petites-creances"
            ),
            Reading("service-public.fr, F1746", _AGAIN),
        ),
    ),
    Citation(
        "small_claim", "art. L125-1 CPCE", date(2026, 4, 25), _READ_ON, Confidence.ONE_SOURCE,
        "loi 2026-307",
    ),
    Citation(
        "surcharge", "art. L313-3 C. mon. fin.", date(2007, 1, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=(
            Reading(
                "Doctrine", _AGAIN,
                "https://www.doctrine.fr/l/texts/codes/LEGITEXT000006072026/articles/LEGIARTI000006652082",
            ),
            Reading("Lexinter", _AGAIN, "http://lexinter.net/Legislation/taux_de_l'interet_legal.htm"),
        ),
    ),
    Citation(
        "title", "art. L111-4 CPCE", date(2012, 6, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=(
            Reading("art. L111-4 CPCE", _READ_ON),
            Reading(
                "Synhorcat, 30 octobre 2017", _AGAIN,
                "https://www.synhorcat.com/reglementation-fiscalite/droit-commercial/article/"
                "action-en-justice-reduction-des",
            ),
        ),
    ),
    Citation(
        "pass_on", "art. R124-6 CPCE", date(2012, 6, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=(
            Reading("art. R124-6 CPCE", _READ_ON),
            Reading(
                "Légifrance", _AGAIN,
                "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000025938372",
            ),
        ),
    ),
)  # fmt: skip

# L441-10 was written in 2019; ordonnance 2026-671 re-issues it, this paragraph unchanged.
_WRITTEN = date(2019, 4, 26)
_REISSUED = date(2027, 1, 1)
BUSINESS_CITATIONS: Final = (
    Citation("interest", "art. L441-10 II C. com.", _WRITTEN, _READ_ON, Confidence.TWO_SOURCES),
    Citation(
        "interest", "art. L441-10 II C. com.", _REISSUED, _READ_ON, Confidence.ONE_SOURCE,
        "ordonnance 2026-671", sum_confidence=Confidence.TWO_SOURCES,
    ),
    Citation(
        "fixed_sum", "art. D441-5 C. com.", date(2013, 1, 1), _AGAIN, Confidence.TWO_SOURCES,
        "décret 2012-1115", readings=_D441_5,
    ),
    Citation(
        "fixed_sum", "art. D441-5 C. com.", date(2021, 2, 27), _AGAIN, Confidence.TWO_SOURCES,
        "décret 2021-211", readings=_D441_5,
    ),
    Citation(
        "lapse", "art. L110-4 I C. com.", date(2008, 6, 19), _AGAIN, Confidence.TWO_SOURCES,
        readings=_L110_4,
    ),
    Citation(
        "agreed_term", "art. 2254 C. civ.", date(2008, 6, 19), _AGAIN, Confidence.TWO_SOURCES,
        readings=(
            Reading("art. 2254 C. civ.", _READ_ON),
            Reading(
                "Doctrine", _AGAIN,
                "https://www.doctrine.fr/l/texts/codes/LEGITEXT000006070721/articles/LEGIARTI000006447647",
            ),
        ),
    ),
    *_PROCEDURE,
)  # fmt: skip
CONSUMER_CITATIONS: Final = (
    Citation("interest", "art. 1231-6 C. civ.", date(2016, 10, 1), _READ_ON, Confidence.GENERAL),
    Citation("no_costs", "art. L111-8 CPCE", date(2012, 6, 1), _READ_ON, Confidence.TWO_SOURCES),
    Citation(
        "lapse", "art. L218-2 C. conso.", date(2016, 7, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=(Reading("art. L218-2 C. conso., Légifrance", _READ_ON), _L110_4[1]),
    ),
    *_PROCEDURE,
)  # fmt: skip
PUBLIC_CITATIONS: Final = (
    Citation("interest", "art. R2192-31 CCP", date(2019, 4, 1), _READ_ON, Confidence.TWO_SOURCES),
    forty_euros("art. L2192-13 et D2192-35 CCP", date(2019, 4, 1), read_on=_READ_ON),
    Citation(
        "lapse", "loi 68-1250 du 31 décembre 1968", date(1969, 1, 1), _AGAIN, Confidence.TWO_SOURCES,
        readings=_LAW_OF_1968,
    ),
    *_PROCEDURE,
)  # fmt: skip
