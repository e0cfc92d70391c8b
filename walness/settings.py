"""What the service is made of; every difference between deployments is an environment variable."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from walness.database import PrivateConnection
from walness.env import allowed_hosts, between, file, flag, folder, level, place, read, seconds, secret_key, words, zone

BASE_DIR = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024

# DEMO_HTTP=1 is plain http for one person on 127.0.0.1 (`make run`); everything else is production over TLS.
DEMO_HTTP = read("DEMO_HTTP", flag, False)
DEBUG = read("DEBUG", flag, False)
DATA_DIR = read("DATA_DIR", place, None) or place(str(BASE_DIR / "var"))  # the only folder the service writes to
SECRET_KEY = secret_key(demo_file=DATA_DIR / "secret_key" if DEMO_HTTP else None)
ALLOWED_HOSTS = allowed_hosts(here_only=DEMO_HTTP or DEBUG)
CSRF_TRUSTED_ORIGINS: list[str] = read("CSRF_TRUSTED_ORIGINS", words, [])
ADMIN_PATH = read("ADMIN_PATH", folder, "admin/")

# Cases and their photos
CASE_HOURS = read("CASE_HOURS", between(1, 720), 24)  # then purge_cases removes photo and answer
DIAGNOSIS_PLACES = read("DIAGNOSIS_PLACES", between(1, 64), 4)  # photos decoded at once, per process
MODEL_REGISTRY = read("MODEL_REGISTRY", Path, BASE_DIR / "ml" / "registry")
PHOTOS_PER_CASE = 3
PHOTO_BYTES = 15 * MIB
BODY_BYTES = PHOTOS_PER_CASE * PHOTO_BYTES + MIB  # the photos of one case and the other answers

# What one client may send; 0 in ten minutes is no limit at all, as for the one person of the demo profile
UPLOADS_SHORT = read("UPLOADS_PER_10_MINUTES", between(0, 100_000), 0 if DEMO_HTTP else 10)
UPLOADS_DAY = read("UPLOADS_PER_DAY", between(1, 1_000_000), 30)
BYTES_DAY = read("MIB_PER_DAY", between(1, 1_000_000), 100) * MIB
PROXIES = read("PROXIES", between(0, 9), int(read("BEHIND_PROXY", flag, False)))  # ours; each adds to X-Forwarded-For

# Clinics: our own table always answers; these are asked beside it when they are set
GOOGLE_MAPS_API_KEY = read("GOOGLE_MAPS_API_KEY", str, "")  # stays on the server: in no page and no log
OVERPASS_URL = read("OVERPASS_URL", str, "")  # an OpenStreetMap Overpass server's interpreter
CLINICS_TIMEOUT_S = read("CLINICS_TIMEOUT_S", seconds, 3.0)

INSTALLED_APPS = [
    "walness.apps.DeskConfig",  # django.contrib.admin with a second factor
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "walness.apps.AttemptsConfig",  # axes
    "csp",
    "django_htmx",
    "django_otp",
    "walness.apps.SecondFactorConfig",  # django_otp.plugins.otp_totp
    "import_export",
    "ninja",
    "simple_history",
    "walness",
    "diagnosis",
    "clinics",
]

MIDDLEWARE = [
    "walness.headers.HeadersMiddleware",  # the first two dress every response, refusals included
    "csp.middleware.CSPMiddleware",
    "walness.metrics.MetricsMiddleware",
    "walness.probes.ProbesMiddleware",  # before the first look at the Host header
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "walness.limits.BodyLimitMiddleware",
    "walness.sessions.SturdySessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "walness.quota.QuotaMiddleware",  # before the CSRF check, which reads the whole body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "walness.desk.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "walness.errors.RefusalMiddleware",
]

ROOT_URLCONF = "walness.urls"
WSGI_APPLICATION = "walness.wsgi.application"
CSRF_FAILURE_VIEW = "walness.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# WAL and IMMEDIATE: of 320 concurrent updates none is lost; secure_delete: a deleted case leaves no bytes behind.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": read("DATABASE_FILE", file, DATA_DIR / "walness.sqlite3"),
        "CONN_MAX_AGE": 60,  # seconds: to open and close it for each request takes 2 ms
        "OPTIONS": {
            "factory": PrivateConnection,
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,  # seconds a writer waits for another
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            "PRAGMA journal_size_limit=8388608; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Photos: memory only until they are read, so that an interrupted request leaves no raw photo in a temp folder.
FILE_UPLOAD_HANDLERS = ["walness.uploads.InPieces"]
FILE_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES
MEDIA_ROOT = DATA_DIR / "media"  # private: no URL leads here but through the case

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # no visitor asks for source maps
STORAGES = {
    "default": {"BACKEND": "diagnosis.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": read("STATIC_STORAGE", str, "whitenoise.storage.CompressedManifestStaticFilesStorage")},
}

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "walness" / "locale"]
TIME_ZONE = read("TIME_ZONE", zone, "Asia/Seoul")
FORMAT_MODULE_PATH = ["walness.formats"]

# Who is who: the admin's door
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody locks the owner out from elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False  # its chatter would put addresses into the log
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = [  # masked
    "otp_token", "otp_device", "otp_challenge", "csrfmiddlewaretoken", "username",
    "old_password", "new_password1", "new_password2",
]  # fmt: skip
AXES_CLIENT_IP_CALLABLE = "walness.client.masked_address"
AXES_CLIENT_STR_CALLABLE = "walness.client.nobody"
AXES_LOCKOUT_CALLABLE = "walness.errors.locked_out"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # the other one sets a cookie of its own

# Cookies and transport. `__Host-` cookies exist only over TLS, so the demo profile has plain names.
_PREFIX = "" if DEMO_HTTP else "__Host-"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = max(CASE_HOURS, 24) * 3600  # seconds; as long as the cases it opens
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO_HTTP
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_AGE = None  # until the browser closes
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = not DEMO_HTTP
SECURE_HSTS_SECONDS = 0 if DEMO_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO_HTTP
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would send `Origin: null`, which the CSRF check refuses
# A notebook on the same computer may show the demo in a frame (notebooks/walness.ipynb); production never does.
NOTEBOOK = DEMO_HTTP and read("NOTEBOOK", flag, False)
if NOTEBOOK:
    MIDDLEWARE.remove("django.middleware.clickjacking.XFrameOptionsMiddleware")
if read("BEHIND_PROXY", flag, False):  # only when the proxy overwrites this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: the preview of a photo that is not sent yet
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["http://127.0.0.1:*", "http://localhost:*"] if NOTEBOOK else [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "upgrade-insecure-requests": not DEMO_HTTP,
    }
}

IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"  # without a code the library lets every staff account in
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True  # a name that begins with = is no formula

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "walness.logs.JsonLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL", level, "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # A wrong Host header is a 400 and a counted request; a trace for each would fill the disk.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL"},
    },
}
