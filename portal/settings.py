"""Settings: values come from the environment, defaults suit `make run`."""

import os
import re
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.run import embedded, object_store
from portal.trust import keys, wall

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name, default=None):
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment; see .env.sample.")
    return value


def flag(name, default="no"):
    return text(name, default).lower() in {"1", "true", "yes", "on"}


def number(name, default):
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name, default=""):
    return [one.strip() for one in text(name, default).split(",") if one.strip()]


def day(name):
    """Return a day, or None if it is not set."""
    value = text(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"{name} must be a day like 2027-01-01, not {value!r}."
        ) from wrong


def networks(name):
    try:
        return [ip_network(one) for one in words(name)]
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"{name} must name networks like 10.1.2.0/24: {wrong}."
        ) from wrong


# Whether DATABASE_URL leads to a pooler that lends a server connection for one transaction.
POOLER = flag("POOLER", "no")


def database(url, *, pooled=False, patience=10, is_walled=True):
    """Return a Django DATABASES entry from postgresql://user:password@host:port/name?host=/socket.
    A walled one tells each transaction who reads (portal/trust/wall.py); policies do not bind the
    owner."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "portal.tools.pooled" if pooled else "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": True,
        # A new connection has to load the catalogue and plan again; broken ones are replaced.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": patience,
            **(wall.OPTIONS if is_walled else {}),
            **({} if pooled else _time_outs()),
            **query,
        },
    }


def _time_outs():
    """Set when a connection starts. A pooler starts it earlier: there the role has these settings,
    and statements are not prepared."""
    # For the web; scripts set a longer PORTAL_STATEMENT_TIMEOUT_MS.
    statement = number("PORTAL_STATEMENT_TIMEOUT_MS", 30_000)
    return {
        "options": f"-c statement_timeout={statement} -c lock_timeout=10000"
        " -c idle_in_transaction_session_timeout=600000"
        # Prepared statements take longer to plan than to run, even with parameters left open.
        " -c plan_cache_mode=force_generic_plan"
        # A count that ends at 10,000 takes longer with workers, which must be started first.
        " -c parallel_setup_cost=20000"
    }


# All run-time data: embedded servers, files, keys, logs.
VAR_DIR = Path(text("PORTAL_VAR", str(BASE_DIR / "var")))
# The villager's door: a separate process that faces the internet, with its own database role and
# keys and no access to those of the portal.
DOOR = flag("DOOR", "no")
if DOOR:
    SERVICES = embedded.Services(
        text("DOOR_DATABASE_URL"), "", text("DOOR_CACHE_URL"), text("DOOR_DATABASE_URL")
    )
else:
    SERVICES = embedded.ensure(VAR_DIR, durable=flag("PORTAL_DURABLE", "yes"))

# --- A nation of provinces (docs/adr/0079) ---------------------------------------------
# “nation”: this process shows the totals that provinces publish, and keeps no records.
MODE = text("MODE", "cell")
if MODE not in {"cell", "nation"}:
    raise ImproperlyConfigured(f"MODE must be cell or nation, not {MODE!r}.")
# Apps that keep records: a nation has neither their records nor their pages.
CLOSED_APPS = (
    frozenset(
        {
            *("outreach", "neighbours", "works", "research", "sync"),
            *("pairing", "evaluation", "oversight"),
        }
    )
    if MODE == "nation"
    else frozenset()
)
# The code of this province; empty where it publishes nothing.
CELL = text("CELL", "")
# The database that the nation copies from, on a small separate server. Without it totals leave only
# as a signed file.
WINDOW_URL = text("NATION_WINDOW_URL", "")

# --- Safety -------------------------------------------------------------------
DEBUG = flag("DEBUG", "no")
# A configured file must exist; only the default file is created if missing.
KEYS_FILE = text("KEYS_FILE", "")
if DOOR:
    KEYS = keys.load_door(Path(text("DOOR_KEYS_FILE")))
else:
    KEYS = keys.load(Path(KEYS_FILE)) if KEYS_FILE else keys.load_or_make(VAR_DIR / "keys.json")
SECRET_KEY = KEYS.django_secret if DOOR else os.environ.get("SECRET_KEY") or KEYS.django_secret
# During a rotation of keys, sessions from before and from nodes that are ahead stay valid.
SECRET_KEY_FALLBACKS = [] if isinstance(KEYS, keys.DoorKeys) else list(KEYS.other_secrets)
ALLOWED_HOSTS = text("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in text("TRUSTED_ORIGINS", "").split(",") if o]
HTTPS = flag("HTTPS", "no")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "portal.pages.sessions"
SESSION_COOKIE_AGE = number("SESSION_IDLE_MINUTES", 30) * 60
SESSION_ABSOLUTE_SECONDS = number("SESSION_ABSOLUTE_HOURS", 8) * 3600
SESSION_ADMIN_IDLE_SECONDS = number("SESSION_ADMIN_IDLE_MINUTES", 15) * 60
# How many sessions of an account may be open at once (the newest stay); 0: any number.
SESSIONS_AT_ONCE = number("SESSIONS_AT_ONCE", 0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": dict.fromkeys(("default-src", "base-uri", "form-action"), [SELF])
    | dict.fromkeys(("object-src", "frame-ancestors"), [NONE])
    | {"img-src": [SELF, "data:"]}
}
# How many classes of characters (lower, upper, digits, others) a password must contain.
PASSWORD_CLASSES = number("PASSWORD_CLASSES", 3)
# How many of an account's last passwords cannot be reused, including the current one.
PASSWORD_HISTORY = number("PASSWORD_HISTORY", 5)
# Days after which a password must be changed; 0: never.
PASSWORD_DAYS = number("PASSWORD_DAYS", 0)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": number("PASSWORD_MIN_LENGTH", 12)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.sign_in.passwords.SeveralClasses"},
    {"NAME": "portal.sign_in.passwords.NotUsedBefore"},
]

# --- Parts --------------------------------------------------------------------
INSTALLED_APPS = [
    "demo",
    "outreach",
    "neighbours",
    "works",
    "research",
    "sync",
    "api",
    "pairing",
    "evaluation",
    "oversight",
    "nation",
    "portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "csp",
]
MIDDLEWARE = [
    "portal.pages.middleware.HealthWithoutSession",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.pages.middleware.SmallOwnPages",
    "csp.middleware.CSPMiddleware",
    "portal.pages.middleware.ReadOrSent",
    # Before the session, which reads its key from a cookie.
    "portal.pages.middleware.NoNullCharacters",
    "portal.pages.sessions.DigestedSessions",
    "portal.pages.middleware.SessionLife",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.pages.middleware.SecondWall",
    "portal.pages.middleware.FilesSentByScript",
    "portal.pages.middleware.OwnActsCount",
    "portal.pages.middleware.NeverCached",
    "portal.pages.middleware.UserLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.pages.middleware.SignedInOnly",
    "portal.pages.named_networks.FromNamedNetworks",
    "portal.pages.middleware.PasswordChangeFirst",
    "portal.pages.middleware.SecondFactorFirst",
    "portal.pages.middleware.UsesOnly",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.pages.middleware.AuditContext",
]
# No session, account or cookie: forms carry signed data.
DOOR_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.pages.middleware.SmallPages",
    "csp.middleware.CSPMiddleware",
    "outreach.door.middleware.DoorPages",
    "portal.pages.middleware.NoNullCharacters",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Nobody signs in here, but allauth does not start without it.
    "allauth.account.middleware.AccountMiddleware",
]
DOOR_URLCONF = "evaluation.door.urls"
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "django.template.context_processors.i18n",
                "portal.views.context_processors.frame",
            ],
            "builtins": ["django.templatetags.i18n", "portal.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "portal.pages.renderer.FieldRenderer"

# --- Database, broker, cache ------------------------------------------------------
# "owner" migrates, "default" runs: portal_app can neither change the schema nor rewrite the audit.
DATABASES = {
    "default": database(SERVICES.database_url, pooled=POOLER),
    # Bypasses the pooler; without a separate URL, `migrate` refuses (portal/run/upgrading.py).
    "owner": database(
        SERVICES.owner_url,
        pooled=POOLER and SERVICES.owner_url == SERVICES.database_url,
        is_walled=False,
    )
    | {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0},
}
# A streaming replica for exports, statistics and the timeline (portal/tools/replica.py).
REPLICA_MAX_LAG_SECONDS = number("REPLICA_MAX_LAG_SECONDS", 5)
# Whether a block that may read there refuses to write even without a replica; for tests.
REPLICA_STRICT = False
if (REPLICA_URL := text("REPLICA_URL", "")) and not DOOR:
    # A short wait, since the primary can answer as well.
    DATABASES["replica"] = database(REPLICA_URL, pooled=POOLER, patience=2) | {
        "ATOMIC_REQUESTS": False
    }
if DOOR:
    MIDDLEWARE, ROOT_URLCONF = DOOR_MIDDLEWARE, DOOR_URLCONF
    del DATABASES["owner"]
    # Its pages run single statements and need no transactions.
    DATABASES["default"]["ATOMIC_REQUESTS"] = False
if MODE == "nation":
    MIDDLEWARE, ROOT_URLCONF = [*MIDDLEWARE, "nation.middleware.NationOnly"], "nation.root"
if WINDOW_URL and not DOOR:
    DATABASES["window"] = database(WINDOW_URL, is_walled=False) | {"ATOMIC_REQUESTS": False}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "portal.run.kept_redis.KeptRedisCache",
        "LOCATION": text("CACHE_URL", SERVICES.redis_url),
        "KEY_PREFIX": text("CACHE_PREFIX", "portal") + ("-door" if DOOR else ""),
        "TIMEOUT": 300,
    }
}
CELERY_BROKER_URL = SERVICES.broker_url
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_ROUTES = {
    "portal.tasks.run_job": {"queue": "long"},
    "portal.tasks.remind": {"queue": "long"},
    "portal.tasks.send_deliveries": {"queue": "long"},
    "api.tasks.tell_of_steps": {"queue": "long"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": text("CELERY_PREFIX", "portal-"),
    # The longest a page that queues work waits for an unreachable broker (portal/tools/queue.py).
    "socket_connect_timeout": 5,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Reminders outside the portal ---------------------------------------------------
# The base address of links in messages.
PORTAL_ADDRESS = text("PORTAL_ADDRESS", "http://127.0.0.1:8000")
# The address of the door, in the QR codes of cards and on slips.
PUBLIC_BASE_URL = text("PUBLIC_BASE_URL", "http://127.0.0.1:8100").rstrip("/")
# The address of the practice area, where one runs (portal/practice_settings.py): pages lead to it.
PRACTICE, PRACTICE_ADDRESS = False, text("PRACTICE_ADDRESS", "")
# The target of “leave at once”: an innocuous page.
DOOR_LEAVE_URL = text("DOOR_LEAVE_URL", "https://www.gov.cn/")
# Without a mail server, messages are written to var/mail.
EMAIL_HOST = text("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_PORT = number("EMAIL_PORT", 25)
EMAIL_HOST_USER = text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", "no")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL", "no")
EMAIL_TIMEOUT = number("EMAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "portal@localhost")
# For tests only: json:// addresses on this machine replace a work chat.
CHAT_SINK_ON_LOOPBACK = flag("CHAT_SINK_ON_LOOPBACK", "no")

# --- Interfaces (docs/api.md) -----------------------------------------------------------
# Calls of one token in a minute.
API_CALLS_PER_MINUTE = number("API_CALLS_PER_MINUTE", 600)
# Hosts and networks that may be notified of steps of matters; none: no calls.
WEBHOOK_HOSTS = words("WEBHOOK_HOSTS")

# --- Accounts -----------------------------------------------------------------
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.pages.accounts.ActingToday"]
ACCOUNT_ADAPTER = "portal.sign_in.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
# Seconds after authenticating in which a second factor can be changed without doing so again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PRESERVE_USERNAME_CASING = False
KNOWN_BROWSER_COOKIE = "known-browser"
LOGIN_MAX_FAILURES = number("LOGIN_MAX_FAILURES", 5)
LOGIN_LOCK_MINUTES = number("LOGIN_LOCK_MINUTES", 15)
# Wrong passwords from one address, for all names together: a county may share one.
LOGIN_ADDRESS_FAILURES = number("LOGIN_ADDRESS_FAILURES", 60)
# Wrong passwords lock by rows (portal/sign_in/accounts.py), which the security administrator
# unlocks. allauth limits what follows in the cache: codes of the second factor ("login_failed", by
# account) and passwords of signed-in users.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": f"{LOGIN_MAX_FAILURES}/{LOGIN_LOCK_MINUTES}m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    # The organ's own sign-in, which takes two calls for each person; a county may share an address.
    "sso": "240/m/ip",
}
ACCOUNT_FORMS = {"login": "portal.sign_in.accounts.LoginForm"}
MFA_ADAPTER = "portal.sign_in.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "portal.sign_in.accounts.AddKeyForm",
    "authenticate_webauthn": "portal.sign_in.accounts.AskKeyForm",
    "reauthenticate_webauthn": "portal.sign_in.accounts.ConfirmByKeyForm",
    "edit_webauthn": "portal.sign_in.accounts.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Grassroots Service Portal"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Whether the three administrators must set up a second factor at once; not in the demo.
ADMIN_SECOND_FACTOR = flag("ADMIN_SECOND_FACTOR", "yes" if HTTPS else "no")
# Other roles that must, from a day on (empty: at once), each person with so many days of grace
# after being told.
SECOND_FACTOR_ROLES = frozenset(words("SECOND_FACTOR_ROLES", "office,supervisor" if HTTPS else ""))
SECOND_FACTOR_FROM = day("SECOND_FACTOR_FROM")
SECOND_FACTOR_GRACE_DAYS = number("SECOND_FACTOR_GRACE_DAYS", 7)
# Networks from which accounts of administrators are used; none: any.
ADMIN_NETWORKS = networks("ADMIN_NETWORKS")
# --- The organ's own sign-in (OpenID Connect, docs/operations.md); no issuer: switched off.
OIDC_ISSUER = "" if DOOR else text("OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = text("OIDC_CLIENT_SECRET", "")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
# Its name on the button.
OIDC_NAME = text("OIDC_NAME", "统一身份认证")
OIDC_SCOPES = text("OIDC_SCOPES", "openid profile")
# The claim that holds the user name of an account here.
OIDC_CLAIM = text("OIDC_CLAIM", "preferred_username")
# Values of acr or amr by which the provider says that it has asked for a second factor.
OIDC_ACR = words("OIDC_ACR", "")
OIDC_AMR = words("OIDC_AMR", "")
# Certificates of the authority that signed the provider's.
OIDC_CA_FILE = text("OIDC_CA_FILE", "")

# --- Language and time ------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
# The first choice of a filter, which leaves everything in.
FILTERS_EMPTY_CHOICE_LABEL = pgettext_lazy("filter", "any")
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["portal.sheets.formats"]

# --- Files --------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.run.assets.NodeModulesFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# An object store that speaks S3, for several nodes; without a bucket, the directory below. The door
# and the practice area have none.
S3_BUCKET = "" if DOOR else text("S3_BUCKET", "")
STORAGES = {
    "default": object_store.storage(S3_BUCKET, text)
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
# Forms of the door are a few kilobytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 if DOOR else 5 * 1024 * 1024
UPLOAD_MAX_BYTES = number("UPLOAD_MAX_MB", 20) * 1024 * 1024
IMPORT_MAX_BYTES = number("IMPORT_MAX_MB", 100) * 1024 * 1024
# Where clamd listens: unix:/run/clamav/clamd.ctl or tcp://10.1.2.3:3310; empty: nothing is scanned.
MALWARE_SCANNER = text("MALWARE_SCANNER", "")
if MALWARE_SCANNER and not re.fullmatch(r"unix:/.+|tcp://[^/]+:\d+", MALWARE_SCANNER):
    raise ImproperlyConfigured(
        "MALWARE_SCANNER must be like unix:/run/clamav/clamd.ctl or tcp://10.1.2.3:3310,"
        f" not {MALWARE_SCANNER!r}."
    )

# --- Logging ------------------------------------------------------------------
MASK = "outreach.door.logs.MaskWhatOpens" if DOOR else "portal.run.logs.MaskPersonalData"
# "json": one object per line, with ids of requests and without any text from them.
LOG_FORMAT = text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is text or json, not {LOG_FORMAT!r}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": MASK}, "one_line": {"()": "portal.run.logs.RefusalsInOneLine"}},
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.run.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            # JSON lines contain nothing to mask; the mask would merge arguments into the text.
            "filters": ["one_line", "mask"] if LOG_FORMAT == "text" else ["one_line"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}},
}
if LOG_FORMAT == "json":
    # gunicorn's own lines quote whole addresses.
    LOGGING["loggers"]["gunicorn.error"] = {"handlers": ["console"], "propagate": False}
    MIDDLEWARE = ["portal.pages.request_ids.RequestIds", *MIDDLEWARE]

# --- Watching -----------------------------------------------------------------
# Access to /metrics/ needs the token, one of these networks, or both if both are set. With neither,
# the address does not exist and nothing is measured.
METRICS_TOKEN = text("METRICS_TOKEN", "")
METRICS_NETWORKS = networks("METRICS_ALLOW")
if (METRICS_TOKEN or METRICS_NETWORKS) and not DOOR:
    MIDDLEWARE = ["portal.pages.measured.Measured", *MIDDLEWARE]
