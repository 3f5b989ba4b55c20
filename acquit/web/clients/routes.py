"""Beside « Injonction »: which ways are open for what is overdue, with the sum and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.core.regimes.fr.limits import LAWYER_ABOVE, SMALL_CLAIM
from acquit.core.regimes.fr.routes import SmallClaim, routes
from acquit.flows.material.charges import INTEREST
from acquit.store.accounts.models import Account
from acquit.store.facts import Case, CaseLoader
from acquit.web import formats
from acquit.web.clients.law import law_of
from acquit.web.words import Words, language, money

_EUR = "EUR"
#: kind of debtor → the court that is asked
_COURTS: Mapping[str, Words] = {
    "business": _("La requête se dépose au tribunal de commerce du client."),
    "consumer": _("La requête se dépose au tribunal judiciaire du domicile du client."),
}
_SMALL_CLAIMS: Mapping[SmallClaim, Words] = {
    SmallClaim.OPEN: _(
        "Plus simple, et sans juge\u00a0: jusqu’à %(most)s, intérêts compris, un commissaire de justice"
        " propose un accord au client, qui a un mois pour répondre (CPCE, L125-1)."
    ),
    SmallClaim.TOO_LARGE: _(
        "La procédure simplifiée des petites créances n’est pas ouverte\u00a0: plus de %(most)s avec les"
        " intérêts (CPCE, L125-1)."
    ),
    SmallClaim.MERCHANTS: _(
        "La procédure simplifiée des petites créances (jusqu’à %(most)s) n’est plus ouverte aux factures"
        " entre commerçants depuis le 25 avril 2026 (CPCE, L125-1)\u00a0; elle le reste si le client n’est"
        " pas commerçant. Celle qui la remplace (CPCE, L126-1) attend un décret, non paru en septembre"
        " 2026\u00a0: à vérifier."
    ),
    SmallClaim.PUBLIC: _(
        "Contre une administration, l’injonction de payer n’est en principe pas ouverte\u00a0: le paiement"
        " d’un marché public relève du juge administratif. À vérifier avec un avocat."
    ),
}


def routes_of(account: Account, now: datetime) -> list[str]:
    """Return what to know before an order is asked for; nothing where no sum in euros is overdue."""
    case = CaseLoader(account.organisation_id, now).one(account.pk)
    principal = _overdue(case)
    if principal <= 0:
        return []
    interest = sum(
        (row.left for row in law_of(case).charges if row.kind == INTEREST and row.currency == _EUR),
        Decimal(0),
    )
    kind = case.snapshot.kind
    found = routes(kind, principal=principal, interest=interest, on=case.today)
    owed = gettext("Échu, hors litiges\u00a0: %(principal)s, et %(interest)s d’intérêts.") % {
        "principal": money(principal, _EUR), "interest": money(interest, _EUR),
    }  # fmt: skip
    small = str(_SMALL_CLAIMS[found.small_claim]) % {"most": money(SMALL_CLAIM, _EUR)}
    grace = gettext(
        "Le juge peut donner au client des délais, de deux ans au plus (code civil, 1343-5)\u00a0:"
        " aujourd’hui, jusqu’au %(day)s."
    ) % {"day": formats.day(found.grace_until, language=language())}
    court = [str(_COURTS[kind])] if kind in _COURTS else []
    return [owed, *court, small, _lawyer(needed=found.lawyer), grace]


def _overdue(case: Case) -> Decimal:
    overdue = (
        max(term.open - (term.disputed or Decimal(0)), Decimal(0))
        for term in case.snapshot.terms
        if term.due < case.today and term.currency == _EUR and not term.written_off
    )
    return sum(overdue, Decimal(0))


def _lawyer(*, needed: bool) -> str:
    words = (
        gettext("En cas d’opposition, l’avocat est obligatoire\u00a0: plus de %(most)s (CPC, 761 et 853).")
        if needed
        else gettext("En cas d’opposition, pas d’avocat obligatoire jusqu’à %(most)s (CPC, 761 et 853).")
    )
    return words % {"most": money(LAWYER_ABOVE, _EUR)}
