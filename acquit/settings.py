"""The settings, all of them, read from the environment. docs/howto/settings.md explains each.

A variable that says nonsense stops the program with the variable's name. Every secret may be
given as a file instead, as `NAME_FILE`, the way containers hand them over.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from acquit.home import environment_home
from acquit.store.database.addresses import BadDatabaseAddress, as_app, django_database, parse
from acquit.store.database.embedded import kept_secret, server_in

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def env_text(name: str, default: str = "") -> str:
    """Return the variable, without the spaces around it."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, *, default: bool) -> bool:
    """Return a yes or no; refuse anything else."""
    said = os.environ.get(name, str(default)).strip().lower()
    if said not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {said!r}.")
    return said in TRUE


def env_int(name: str, default: int | None, *, least: int, most: int) -> int | None:
    """Return a whole number within its bounds, or `default` where nothing is said."""
    said = env_text(name)
    if not said:
        return default
    if not said.isdecimal() or not least <= int(said) <= most:
        raise ImproperlyConfigured(f"{name} must be a number from {least} to {most}, not {said!r}.")
    return int(said)


def env_list(name: str, default: list[str]) -> list[str]:
    """Return what is listed between commas."""
    said = env_text(name)
    return [part.strip() for part in said.split(",") if part.strip()] if said else default


def env_secret(name: str) -> str:
    """Return a secret from NAME, or from the file that NAME_FILE names; refuse both at once."""
    direct, file = env_text(name), env_text(f"{name}_FILE")
    if direct and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: which one holds?")
    if not file:
        return direct
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as why:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {why}") from None


def env_url(name: str, default: str) -> str:
    """Return an http or https address without a slash at its end."""
    said = env_text(name, default)
    parts = urlsplit(said)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be an address such as https://acquit.example, not {said!r}.")
    return said.rstrip("/")


ACQUIT_HOME = environment_home()
SECRET_KEY = env_secret("ACQUIT_SECRET_KEY") or kept_secret(ACQUIT_HOME / "secret_key")
ACQUIT_OLD_SECRET_KEYS = [
    key.strip() for key in env_secret("ACQUIT_OLD_SECRET_KEYS").split(",") if key.strip()
]
DEBUG = env_bool("ACQUIT_DEBUG", default=False)

ACQUIT_BASE_URL = env_url("ACQUIT_BASE_URL", "http://127.0.0.1:8000")
_base = urlsplit(ACQUIT_BASE_URL)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", [str(_base.hostname), "127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
_secure = _base.scheme == "https"

# The database: the owner migrates; the web and the workers connect as a role that row-level
# security binds.


def _databases() -> dict[str, dict[str, Any]]:
    owner, app = env_secret("DATABASE_URL"), env_secret("ACQUIT_APP_DATABASE_URL")
    try:
        if app and not owner:
            return {"default": django_database(parse(app))}
        home = None if owner else str(ACQUIT_HOME)
        parts = parse(owner) if owner else server_in(ACQUIT_HOME).address()
        return {
            "default": django_database(parse(app) if app else as_app(parts, SECRET_KEY), embedded_in=home),
            "owner": django_database(parts, embedded_in=home, maintenance=True),
        }
    except BadDatabaseAddress as why:
        raise ImproperlyConfigured(f"DATABASE_URL or ACQUIT_APP_DATABASE_URL: {why}") from None


DATABASES = _databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "acquit.store.accounts",
    "acquit.store.ledger",
    "acquit.store.bank",
    "acquit.store.cases",
    "acquit.store.law",
    "acquit.store.network",
    "acquit.store.payers",
    "acquit.store.outbox",
    "acquit.store.templates",
    "acquit.store.answers",
    "acquit.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "acquit.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "acquit.web.inert.OnlySeen",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "acquit.web.signin.SignInOnAWholePage",
    "acquit.web.security.ContentSecurityPolicy",
    "acquit.web.organisation.OrganisationMiddleware",
    "acquit.web.organisation.OnlyForTheCreditorShown",
    "acquit.web.toast.ToastsForFragments",
    "acquit.web.readonly.ReadOnlyGet",
]

ROOT_URLCONF = "acquit.web.urls"
WSGI_APPLICATION = "acquit.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["acquit.web.templatetags.acquit_forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "acquit.web.context.shell",
            ],
        },
    },
]

# How messages leave and how foreign data come in: one dotted path each, in this order.

CHANNELS = [
    "acquit.channels.email",
    "acquit.channels.sms",
    "acquit.channels.letter",
    "acquit.channels.registered",
    "acquit.channels.phone",
    *env_list("ACQUIT_CHANNELS", []),
]
# Whether notifications may go to addresses of the house: private networks, this machine.
ACQUIT_PRIVATE_WEBHOOKS = env_bool("ACQUIT_PRIVATE_WEBHOOKS", default=False)
SOURCES = [
    "acquit.sources.fec",
    "acquit.sources.invoices",
    "acquit.sources.payments",
    "acquit.sources.contacts",
    "acquit.sources.camt",
    "acquit.sources.mt940",
    "acquit.sources.einvoice",
    "acquit.sources.cfonb120",
    "acquit.sources.ofx",
    "acquit.sources.bank_csv",
    "acquit.sources.cdar",
]

EMAIL_BACKEND = env_text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env_text("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", 30, least=1, most=600)
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "acquit@localhost")
SERVER_EMAIL = env_text("SERVER_EMAIL", DEFAULT_FROM_EMAIL)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other: choose one.")

# The Maildir of `acquit demo`; empty elsewhere, and then there is no page to read it.
DEMO_MAILBOX = env_text("ACQUIT_DEMO_MAILBOX")
ACQUIT_BODACC_URL = env_text(
    "ACQUIT_BODACC_URL", "https://bodacc-datadila.opendatasoft.com/api/explore/v2.1"
).rstrip("/")
if ACQUIT_BODACC_URL == "no":
    ACQUIT_BODACC_URL = ""

# Answers: ClamAV's daemon, which looks at the files that come along; and where tokens are asked for instead
# of the addresses that Microsoft and Google publish, such as in a national cloud.

ACQUIT_CLAMD = env_text("ACQUIT_CLAMD")
ACQUIT_OAUTH_TOKEN_URLS = {
    "microsoft": env_text("ACQUIT_OAUTH_MICROSOFT_URL"),
    "google": env_text("ACQUIT_OAUTH_GOOGLE_URL"),
}
# Where a person consents instead, and what the installation is registered as with both.
ACQUIT_OAUTH_CONSENT_URLS = {
    "microsoft": env_text("ACQUIT_OAUTH_MICROSOFT_CONSENT_URL"),
    "google": env_text("ACQUIT_OAUTH_GOOGLE_CONSENT_URL"),
}
ACQUIT_OAUTH_APPLICATIONS = {
    "microsoft": {
        "client_id": env_text("ACQUIT_OAUTH_MICROSOFT_CLIENT_ID"),
        "client_secret": env_secret("ACQUIT_OAUTH_MICROSOFT_CLIENT_SECRET"),
        "tenant": env_text("ACQUIT_OAUTH_MICROSOFT_TENANT"),
    },
    "google": {
        "client_id": env_text("ACQUIT_OAUTH_GOOGLE_CLIENT_ID"),
        "client_secret": env_secret("ACQUIT_OAUTH_GOOGLE_CLIENT_SECRET"),
        "tenant": "",
    },
}

# Sign-in.

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "acquit.web.signin.InvitedOnly"
SOCIALACCOUNT_ADAPTER = "acquit.web.signin.KnownOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Only invited people have an account, so an unverified address cannot be somebody else's.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _secure
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env_text("OIDC_SERVER_URL"):
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env_text("OIDC_NAME", "OpenID Connect"),
                "client_id": env_text("OIDC_CLIENT_ID"),
                "secret": env_secret("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env_url("OIDC_SERVER_URL", "")},
            }
        ]
    }

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "acquit.web.errors.forged"
if _secure:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Languages and days.

_PACKAGE = Path(__file__).parent
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files: built before (`make assets`), inside the package, served by WhiteNoise.

STATIC_URL = "static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Jobs wake in the same PostgreSQL. The tests run them by hand.

PROCRASTINATE_IMPORT_PATHS = ["acquit.jobs.tasks"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_READONLY_MODELS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "acquit.logs.OneLine", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env_text("ACQUIT_LOG_LEVEL", "WARNING").upper()},
}
