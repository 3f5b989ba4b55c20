"""The form of a mailbox: where it is, how it opens, what is read in it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings as installation
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.channels.email.imap import CannotRead
from acquit.channels.email.oauth import GOOGLE, HOSTS, MICROSOFT, Application
from acquit.flows.answers.keep_mailbox import MOST_HOURS, Said
from acquit.flows.material.answers.reading import PASSWORD
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Mailbox
from acquit.store.secrets import Sealed, unseal
from acquit.web.setup.words import cannot_read

#: A name of RFC 1123, or an address: what the network is asked for.
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.IGNORECASE)
#: It stands in the address where tokens are asked for.
_TENANT = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"
#: What a consent, or a password, is for.
_DOOR = ("user", "host", "port", "security")
SECURITY = {
    "ssl": _("SSL/TLS (port 993)"),
    "starttls": _("STARTTLS (port 143)"),
    "none": _("Aucun\u00a0: le mot de passe voyage en clair"),
}


class MailboxForm(forms.Form):
    """A password is never shown again: an empty field leaves the one that is kept."""

    user = forms.CharField(
        label=_("Identifiant"), max_length=254, help_text=_("D’habitude l’adresse entière de la boîte."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Mot de passe"), max_length=1000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    host = forms.CharField(
        label=_("Serveur IMAP"),
        max_length=253,
        help_text=_("Comme imap.exemple.fr\u00a0: votre hébergeur le dit."),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535)
    security = forms.ChoiceField(label=_("Chiffrement"), choices=list(SECURITY.items()))
    folder = forms.CharField(
        label=_("Dossier à lire"), max_length=200, help_text=_("INBOX\u00a0: la boîte de réception.")
    )
    move_to = forms.CharField(
        label=_("Ranger ce qui est lu dans"), max_length=200, required=False,
        help_text=_("Vide\u00a0: rien n’est déplacé ni marqué comme lu."),
    )  # fmt: skip
    since = forms.DateField(
        label=_("Lire à partir du"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Les messages plus anciens sont laissés de côté."),
    )  # fmt: skip
    silent_hours = forms.IntegerField(
        label=_("Sans lecture, suspendre les relances après (heures)"), min_value=1, max_value=MOST_HOURS
    )
    name = forms.CharField(
        label=_("Nom"), max_length=100, required=False, help_text=_("Vide\u00a0: l’identifiant.")
    )
    for_all = forms.BooleanField(label=_("Pour toutes les sociétés"), required=False)

    client_id = forms.CharField(label=_("Identifiant de l’application"), max_length=200)
    tenant = forms.CharField(
        label=_("Locataire (tenant)"), max_length=100, required=False, validators=[RegexValidator(_TENANT)],
        help_text=_("Le domaine de votre organisation chez Microsoft\u00a0; vide\u00a0: n’importe laquelle."),
    )  # fmt: skip
    client_secret = forms.CharField(
        label=_("Secret de l’application"), max_length=1000, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, box: Mailbox | None, login: str, data: Any = None) -> None:
        super().__init__(data, initial=_initial(box, login), auto_id="boite-%s")
        self._box, self._login = box, login
        for name in _left_out(login):
            del self.fields[name]
        # Once it is read, it goes on where it is: another day would change nothing.
        self.fields["since"].disabled = box is not None
        if box is not None and box.sealed:
            for name in {"password", "client_secret"} & set(self.fields):
                self.fields[name].required = False
                self.fields[name].help_text = _("Enregistré, jamais montré\u00a0: vide, il reste le même.")
        elif login == GOOGLE and "client_secret" in self.fields:
            self.fields["client_secret"].required = True
        for field in self.fields.values():
            field.error_messages["required"] = _("Ce champ est nécessaire.")

    def clean_host(self) -> str:
        """Refuse what no network could be asked for."""
        given: str = self.cleaned_data["host"].strip().lower()
        if not _HOST.fullmatch(given) or ".." in given:
            raise forms.ValidationError(
                _("Un nom de serveur, comme imap.exemple.fr, sans «\u00a0https://\u00a0» ni port.")
            )
        return given

    def said(self, creditor: Creditor, *, refresh_token: str = "") -> Said:
        """Return the mailbox as it was described, with what a consent brought."""
        given, box, application = self.cleaned_data, self._box, self.application()
        # A secret of the application alone opens nothing: it goes with the consent for which it was used.
        secret = application.client_secret if refresh_token else ""
        return Said(
            login=self._login, client_id=application.client_id, tenant=application.tenant,
            host=given["host"], user=given["user"], name=given["name"], port=given["port"],
            security=given["security"], folder=given["folder"], move_to=given["move_to"],
            since=given["since"], silent_hours=given["silent_hours"],
            creditor_id=None if given["for_all"] else creditor.pk,
            is_active=box is None or box.is_active or not box.sealed,
            secrets={
                "password": given.get("password", ""), "refresh_token": refresh_token,
                "client_secret": secret,
            },
        )  # fmt: skip

    def application(self) -> Application:
        """Return what we are registered as: the installation's application, else the one that was entered."""
        ours = installation.ACQUIT_OAUTH_APPLICATIONS.get(self._login, {})
        if self._login == PASSWORD or ours["client_id"]:
            return Application(by=self._login, **(ours or {"client_id": ""}))
        given, box = self.cleaned_data, self._box
        kept = box is not None and box.client_id == given["client_id"].strip()
        return Application(
            by=self._login, client_id=given["client_id"].strip(), tenant=given.get("tenant", "").strip(),
            client_secret=given["client_secret"] or (_client_secret(box) if box and kept else ""),
        )  # fmt: skip

    def asks_to_open(self) -> bool:
        """Say whether something changed that only the server can judge."""
        return self._box is None or bool({*_DOOR, "password", "folder"} & set(self.changed_data))

    def asks_for_consent(self) -> bool:
        """Say whether only the mailbox's owner can open it as it is described now."""
        if self._login == PASSWORD:
            return False
        box, application = self._box, self.application()
        return (
            box is None or not box.sealed or bool({*_DOOR, "client_secret"} & set(self.changed_data))
            or (box.client_id, box.tenant) != (application.client_id, application.tenant)
        )  # fmt: skip

    def add_trouble(self, error: CannotRead) -> None:
        """Say beside the field that is to be mended why the mailbox did not open."""
        field, words = cannot_read(error.cause, self._login)
        said = str(words)
        if error.folders:
            said = gettext("%(words)s La boîte contient\u00a0: %(folders)s.") % {
                "words": said, "folders": ", ".join(error.folders)
            }  # fmt: skip
        self.add_error(field if field in self.fields else None, said)


def _client_secret(box: Mailbox) -> str:
    try:
        return unseal(box.sealed).get("client_secret", "")
    except Sealed:
        return ""


def _left_out(login: str) -> set[str]:
    """Return the fields that this way to sign in has no use for."""
    if login == PASSWORD:
        return {"client_id", "client_secret", "tenant"}
    if installation.ACQUIT_OAUTH_APPLICATIONS[login]["client_id"]:
        return {"password", "client_id", "client_secret", "tenant"}
    return {"password"} if login == MICROSOFT else {"password", "tenant"}


def _initial(box: Mailbox | None, login: str) -> dict[str, Any]:
    if box is None:
        return {
            "host": HOSTS.get(login, ""), "port": 993, "security": "ssl", "folder": "INBOX",
            "since": timezone.localdate(), "silent_hours": 24,
        }  # fmt: skip
    kept = {
        name: getattr(box, name)
        for name in (*_DOOR, "folder", "move_to", "since", "silent_hours", "client_id", "tenant")
    }
    return kept | {
        "name": "" if box.name == box.user else box.name, "for_all": box.creditor_id is None,
    }  # fmt: skip
