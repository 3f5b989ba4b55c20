"""What the reading pane shows of the e-invoicing network, and of a contested account to pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.store.accounts.models import User
from acquit.store.cases.models import BankChange, Task
from acquit.web.words import CATEGORIES, WORKERS, Words, said, status_words
from acquit.web.worklist.page import At
from acquit.web.worklist.words import NETWORK

_FROM: Mapping[str, Words] = {
    "network": _("un statut du réseau"),
    "reply": _("une réponse du client"),
    "person": _("une personne de chez vous"),
}
_FOUND: Mapping[str, Words] = {
    "ours": _("notre compte est le bon"),
    "changed": _("nous avons changé de compte"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkItem:
    """An invoice that a task of the network names, and whose work it is."""

    invoice: int
    number: str
    on: date
    status: str
    reason: str
    worker: str
    note: str


def network_context(task: Task) -> dict[str, Any]:
    """Return what the page of a task about statuses needs."""
    lead, button = NETWORK[task.kind]
    items = [_item(told) for told in task.params.get("items", ())]
    return {"network_items": items, "lead": lead, "button": button}


def _item(told: Mapping[str, Any]) -> NetworkItem:
    codes = ", ".join(told["reasons"])
    category = said(CATEGORIES, told["category"])
    return NetworkItem(
        invoice=told["invoice"], number=told["number"], on=date.fromisoformat(told["on"]),
        status=status_words(told["code"]), reason=f"{category} ({codes})" if codes else "",
        worker=said(WORKERS, told["role"]), note=told["note"],
    )  # fmt: skip


def _name(user: User) -> str:
    return user.get_full_name() or user.username


def guard_context(here: At, task: Task) -> dict[str, Any]:
    """Return what the page of a contested account to pay needs."""
    guards = BankChange.objects.filter(creditor=here.creditor, account=task.account_id, ended_at=None)
    guard = guards.select_related("invoice", "first_by").first()
    context: dict[str, Any] = {"guard": guard}
    if guard is not None:
        context |= {
            "guard_from": said(_FROM, guard.source),
            "guard_ours": here.creditor.iban,
            "guard_found": said(_FOUND, guard.first_says),
            "guard_first": _name(guard.first_by) if guard.first_by else "",
            "guard_action": here.url("worklist:confirm_account", guard.pk),
            "guard_outcomes": [(key, str(words)) for key, words in _FOUND.items()],
            "guard_advice": gettext(
                "Appelez le client à un numéro que vous connaissez déjà, jamais à celui du message."
            ),
        }
    return context
