"""Propose the profiles that debtors' payments speak for; a person answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from acquit.core.payer_profile import ProposedProfile, propose
from acquit.flows.material.errors import Impossible
from acquit.flows.material.poke import poke
from acquit.store import tenancy
from acquit.store.accounts.models import Account, Debtor
from acquit.store.encoding import encode_reasons
from acquit.store.payers.models import ProfileProposal
from acquit.store.payers.profiles import payer_facts

#: A profile that was refused is not proposed again before.
_REST = timedelta(days=180)

#: A large customer stays one unless he is at risk; whom a person calls a bad payer is late for him already.
_SETTLES_FOR: Mapping[str, Collection[str]] = {
    "vip": {"vip", "late", "regular", "good", "new"},
    "bad": {"bad", "late", "at_risk"},
}


class ProposalAnswered(Impossible):
    """This profile is no longer proposed: somebody answered, or the payments say something else now."""

    french = "Ce profil n’est plus proposé\u00a0: quelqu’un a répondu, ou les règlements disent autre chose."


def propose_profiles(*, organisation_id: int, today: date, now: datetime) -> int:
    """Bring the open proposals up to date with what is known on `today`; return how many there are.

    A debtor who has the profile already gets none, nor one who was refused the same lately. What was
    proposed and no longer holds is taken back.
    """
    with tenancy.organisation(organisation_id), transaction.atomic():
        wanted = _wanted(organisation_id, today, now)
        standing = ProfileProposal.objects.filter(organisation_id=organisation_id, answered_at=None)
        for one in standing.select_for_update():
            new = wanted.get(one.debtor_id)
            if new is None or new.profile != one.profile:
                one.delete()
            else:
                del wanted[one.debtor_id]
        ProfileProposal.objects.bulk_create(
            ProfileProposal(
                organisation_id=organisation_id, debtor_id=debtor, profile=new.profile,
                reasons=encode_reasons(new.reasons), proposed_at=now,
            )
            for debtor, new in wanted.items()
        )  # fmt: skip
        return ProfileProposal.objects.filter(organisation_id=organisation_id, answered_at=None).count()


def _wanted(organisation_id: int, today: date, now: datetime) -> dict[int, ProposedProfile]:
    has = dict(Debtor.objects.filter(organisation_id=organisation_id).values_list("id", "profile"))
    refused = set(
        ProfileProposal.objects.filter(
            organisation_id=organisation_id, accepted=False, answered_at__gt=now - _REST
        ).values_list("debtor_id", "profile")
    )
    return {
        debtor: new
        for debtor, facts in payer_facts(today=today)
        if (new := propose(facts)) is not None
        and new.profile not in _SETTLES_FOR.get(has.get(debtor, ""), {has.get(debtor)})
        and (debtor, new.profile) not in refused
    }


def answer_profile(
    *, organisation_id: int, proposal_id: int, accept: bool, now: datetime, by: int | None = None
) -> None:
    """Give the debtor the proposed profile, or refuse it; raise ProposalAnswered where none stands.

    An accepted profile may change the scenario: all his accounts are looked at again.
    """
    with transaction.atomic():
        open_ = ProfileProposal.objects.filter(
            organisation_id=organisation_id, id=proposal_id, answered_at=None
        )
        if not open_.update(answered_at=now, answered_by=by, accepted=accept):
            raise ProposalAnswered
        if accept:
            given = ProfileProposal.objects.get(organisation_id=organisation_id, id=proposal_id)
            Debtor.objects.filter(organisation_id=organisation_id, id=given.debtor_id).update(
                profile=given.profile
            )
            accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id=given.debtor_id)
            poke(organisation_id, accounts.values_list("id", flat=True), now=now)
