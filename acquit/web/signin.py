"""Who may sign in: people whom an administrator invited."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Close sign-up: an account opens a company's ledger, so only an administrator gives one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse anyone who comes uninvited."""
        return False


class KnownOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let the identity provider sign in the people whom we know, and create nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        """Refuse an identity that belongs to no account."""
        return False
