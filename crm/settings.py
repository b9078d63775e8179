"""One file of settings; everything that differs between installations comes from the environment."""

import logging
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from crm import logs
from crm.environment import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    account_id,
    country,
    database,
    env_flag,
    env_float,
    env_int,
    env_list,
    env_text,
    is_command,
    one_of,
    own_folder,
    secret_key,
    storage_folder,
    time_zone,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = own_folder(Path(env_text("VAR_DIR", str(BASE_DIR / "var"))).absolute())

DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = secret_key(VAR_DIR)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env_list("TRUSTED_PROXIES")

ACCOUNT_NAME = env_text("ACCOUNT_NAME", "demo")
ACCOUNT_ID = account_id(VAR_DIR)
COUNTRY = country(env_text("COUNTRY", "BR"))  # of telephone numbers without a country code
MAX_UPLOAD_MB = env_int("MAX_UPLOAD_MB", 512)
MAX_FIELDS = env_int("MAX_FIELDS", 600)
MAX_ENTITIES = env_int("MAX_ENTITIES", 200)
IMPORT_CHUNK_ROWS = env_int("IMPORT_CHUNK_ROWS", 50_000)
# Short enough that people see a dead worker's job go on, long enough for a pause of the machine.
JOB_LEASE_SECONDS = env_int("JOB_LEASE_SECONDS", 30)
# A database that does not answer is waited for so long, in the midst of a job and between two.
DATABASE_PATIENCE_SECONDS = env_int("DATABASE_PATIENCE_SECONDS", 600)
# For one connection or the first sign of life on it; crm/asgi.py has less, since pages are waited for.
DATABASE_WAIT_SECONDS = env_float("DATABASE_WAIT_SECONDS", 10)
STATEMENT_TIMEOUT_SECONDS = env_int("STATEMENT_TIMEOUT_SECONDS", 15)
# From so many rows on, what would hold a table for long is done beside it, as a job.
ALTER_ONLINE_FROM_ROWS = env_int("ALTER_ONLINE_FROM_ROWS", 20_000)
RETAIN_FILES_DAYS = env_int("RETAIN_FILES_DAYS", 7)
RETAIN_HISTORY_DAYS = env_int("RETAIN_HISTORY_DAYS", 730)

INSTALLED_APPS = [
    "crm",
    "crm.ui",
    "crm.people",
    "crm.jobs",
    "crm.schema",
    "crm.records",
    "crm.worksheets",
    "clusters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "django_structlog",
    "lucide",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "crm.people.proxies.TrustedProxies",
    "crm.web.security_headers.PolicyHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm.health.LivenessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.logs.LoggedRequest",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.people.middleware.SignInRequired",
    "crm.web.refusals.RefusedBody",
    "crm.jobs.notices.JobNoticesMiddleware",
    "crm.timeouts.StatementTimeout",
    "crm.schema.middleware.PinPublication",
    "crm.web.refusals.AddressWithoutNul",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.ui.context.frame",
            ],
        },
    },
]

DATABASES = {"default": database(env_text("DATABASE_URL", f"sqlite:///{VAR_DIR}/crm.sqlite3"))}
if suffix := env_text("TEST_DB_SUFFIX"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_crm_{suffix}"} if "postgresql" in DATABASES["default"]["ENGINE"] else {}

# Throttling of sign-ins counts in a cache that all processes share.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "crm_cache"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "crm.people.passwords.NotTheEmail"},
]
ACCOUNT_ADAPTER = "crm.people.adapter.ClosedAccountAdapter"
ACCOUNT_FORMS = {"login": "crm.people.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A `key` is an address and an account together (crm/people/throttling.py): nobody is locked out by what others type elsewhere.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"

LANGUAGES = [("en", _("English")), ("pt-br", _("Brazilian Portuguese")), ("es", _("Spanish"))]
LANGUAGE_CODE = one_of("LANGUAGE_CODE", "en", [code for code, _name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = time_zone(env_text("TIME_ZONE", "America/Sao_Paulo"))
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "crm.ui.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Bootstrap's files are taken from its package; the app itself stays out of INSTALLED_APPS, its base.html would shadow ours.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", str(Path(str(__import__("django_include_bootstrap").__file__)).parent / "static")),
]
STORAGE_DIR = storage_folder(env_text("STORAGE_URL", (VAR_DIR / "files").as_uri()))
STORAGES = {
    "default": {"BACKEND": "crm.storage.WholeFiles", "OPTIONS": {"location": STORAGE_DIR}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = PRIVATE_FILE, PRIVATE_FOLDER
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "crm.uploads.RoomyUpload"]
# The review of a worksheet has some fields for each of up to 1,000 columns, and one for each value of a column of few words.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # rows that are pasted, in bytes of which a character takes up to four

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_flag("SECURE_COOKIES", default=True)
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = env_flag("HTTPS_ONLY", default=False)
SECURE_REDIRECT_EXEMPT = ["^readyz$"]  # asked by a load balancer, past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Only what a trusted proxy says is left of this header (crm/people/proxies.py).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# A visitor may not choose the id of her own lines; her address is nobody's business.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = bool(TRUSTED_PROXIES)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
LOGGING = logs.configure(for_people=logs.are_for_people(env_text("LOG_FORMAT")) or is_command())

# E-mails are unique without regard to case, by an index that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
