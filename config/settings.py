"""Settings. What differs from machine to machine comes from the environment or from `var/`."""

import os
from pathlib import Path

from config import database, secrets

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("MUSTER_VAR", BASE / "var"))

SECRET_KEY = secrets.signing_key(VAR)
SUPPRESSION_KEY = secrets.suppression_key(VAR)
DEBUG = os.environ.get("MUSTER_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MUSTER_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("MUSTER_ORIGINS", "").split(",") if o]

STAFF_ADDRESS = os.environ.get("MUSTER_STAFF_ADDRESS", "http://localhost:8400")
PUBLIC_ADDRESS = os.environ.get("MUSTER_PUBLIC_ADDRESS", "http://localhost:8401")
PUBLIC_CONNECTIONS = int(os.environ.get("MUSTER_PUBLIC_CONNECTIONS", "8"))
TRUSTED_PROXIES = frozenset(filter(None, os.environ.get("MUSTER_TRUSTED_PROXIES", "").split(",")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "muster.web",
    "muster.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_prose_editor",
    "lucide",
    "procrastinate.contrib.django",
    "muster.organisations",
    "muster.journal",
    "muster.places",
    "muster.people",
    "muster.registers",
    "muster.privacy",
    "muster.audiences",
    "muster.channels",
    "muster.content",
    "muster.compliance",
    "muster.actions",
    "muster.messaging",
    "muster.publishing",
    "muster.launches",
    "muster.webhooks",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "muster.web.members.MemberMiddleware",
    "muster.web.headers.HeadersMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "muster.web.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": database.settings(VAR)}
# "app" or "worker": what this program may do in the database (organisations/roles.py). Both apps
# and the workers say which they are as they start; commands at the terminal keep the database:
# they see everything.
ROW_SECURITY = os.environ.get("MUSTER_ROW_SECURITY", "on") != "off"
DATABASE_ROLE = os.environ.get("MUSTER_ROLE", "") if ROW_SECURITY else ""
# Shared by every process and machine: sign-in attempts are counted here (SEC-1).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "organisations_cache",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address may have a login at each organisation
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
MESSAGE_TAGS = {20: "ready", 25: "ready", 30: "waiting", 40: "failed"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Behind a proxy, tries are counted by the address it names, not by its own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXIES else 0
ACCOUNT_ADAPTER = "muster.web.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "muster.web.sign_in_forms.SignIn",
    "reauthenticate": "muster.web.sign_in_forms.AskAgain",
    "change_password": "muster.web.sign_in_forms.ChangePassword",
    "set_password": "muster.web.sign_in_forms.ChoosePassword",
    "reset_password": "muster.web.sign_in_forms.ForgottenPassword",
    "reset_password_from_key": "muster.web.sign_in_forms.PasswordByLink",
}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session goes on; the others end
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "muster.web.accounts.SecondFactors"
MFA_FORMS = {
    "authenticate": "muster.web.sign_in_forms.SecondStep",
    "add_webauthn": "muster.web.sign_in_forms.AddPasskey",
}
MFA_TOTP_ISSUER = "Muster"
MFA_TOTP_TOLERANCE = 1  # a code typed as it turns, or a phone half a minute out (RFC 6238, 5.2)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator wrote it; a second step is wanted first
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = STAFF_ADDRESS.startswith("http://localhost")

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"

STATIC_URL = "/static/"
# What Muster draws: each picture whole, under the digest of its bytes.
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "muster.content.storing.WholeFiles"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Straight from the packages: nothing to collect, nothing to go stale.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Maildirs lie here, in a folder named for each organisation (docs/how-to/inbox.md).
MAILDIRS = Path(os.environ.get("MUSTER_MAILDIRS", VAR / "maildirs"))

# Erasures, outside the database: a restored backup must not bring anybody back. Keep it apart from
# the backups, beside the key.
ERASURES = VAR / "erasures.jsonl"
# Where each organisation's audit ended, night by night: cutting it off then shows.
AUDIT_HEADS = VAR / "audit-heads.jsonl"

PROCRASTINATE_IMPORT_PATHS = ["muster.schedule"]

# Every program writes to its own standard error, which `muster serve` keeps in var/log. Whatever
# breaks is there whole: a page that says so must not be the only trace of it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {
        "muster.audit": {"level": "INFO"},
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        # Below an error these are wrong addresses and refusals, told on the page itself.
        "django.request": {"level": "ERROR"},
    },
}

SESSION_ENGINE = "muster.organisations.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 60 * 60  # a long campaign day
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = STAFF_ADDRESS.startswith("https://")
CSRF_COOKIE_SECURE = STAFF_ADDRESS.startswith("https://")
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True

# One dotted path for each e-mail service: opens a line for an account (see channels/email.py).
EMAIL_PROVIDERS = {
    "smtp": "muster.providers.smtp.open_line",
    **dict.fromkeys(
        ("ses", "mailgun", "postmark", "sendgrid", "brevo"), "muster.providers.hosted.open_line"
    ),
}
HOSTED_BACKEND = "muster.providers.hosted.backend_for"  # for single letters of Django's
# Where rehearsals go instead: Muster's own mailbox, on this machine.
REHEARSAL_SINK = f"127.0.0.1:{os.environ.get('MUSTER_SINK_PORT', '8425')}"
# Who asks DNS about the domains e-mail comes from (see channels/names.py).
NAME_PROVIDER = "muster.providers.names.Names"
# Who asks whether a link is alive, and what a spam filter makes of a letter (channels/outside.py).
LINK_PROVIDER = "muster.providers.links.visit"
SPAM_PROVIDER = "muster.providers.spam.score"
WEBHOOK_PROVIDER = "muster.providers.webhooks.post"
# Who is asked instead of Amazon SNS: somebody on this machine, for trying. Empty: Amazon.
PRETEND_SNS = os.environ.get("MUSTER_PRETEND_SNS", "")
WEBHOOK_CHECK = "muster.providers.webhooks.check"
# One for each social network and each advertising platform (see channels/network.py). Whatever the
# account, a rehearsal goes to the made-up network, which shows it to nobody.
SOCIAL_PROVIDERS = {
    "pretend": "muster.providers.pretend.open_social",
    "rehearsal": "muster.providers.pretend.rehearse_social",
}
AD_PROVIDERS = {
    "pretend": "muster.providers.pretend.open_ads",
    "rehearsal": "muster.providers.pretend.rehearse_ads",
}
PRETEND_ADDRESS = os.environ.get("MUSTER_PRETEND_ADDRESS", "http://127.0.0.1:8427")
NETWORK_TIMEOUT = float(os.environ.get("MUSTER_NETWORK_TIMEOUT", "10"))  # seconds a call may take
