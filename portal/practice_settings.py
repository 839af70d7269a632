"""Settings of the practice area: a separate installation whose servers, keys and files are deleted
every night and that has no access to the portal's (docs/adr/0077)."""

import os
from pathlib import Path

# Settings that lead to the portal's servers, keys or mail are dropped, wherever they are set.
OF_THE_PORTAL = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL", "KEYS_FILE", "SECRET_KEY"),
    *("POOLER", "REPLICA_URL"),
    *("EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "CHAT_SINK_ON_LOOPBACK"),
    *("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    *("MODE", "CELL", "NATION_WINDOW_URL"),
    *("DOOR", "DOOR_DATABASE_URL", "DOOR_CACHE_URL", "DOOR_KEYS_FILE"),
    *("METRICS_TOKEN", "METRICS_ALLOW"),
    *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "ADMIN_NETWORKS"),
)
for _name in OF_THE_PORTAL:
    os.environ.pop(_name, None)
_base = Path(__file__).resolve().parent.parent
_portal_var = Path(os.environ.get("PORTAL_VAR") or _base / "var")
# Child processes get the same folder.
os.environ["PORTAL_VAR"] = os.environ.setdefault("PRACTICE_VAR", str(_portal_var / "practice"))
os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "32MB")

from portal.settings import *  # noqa: E402, F403
from portal.settings import MIDDLEWARE, VAR_DIR  # noqa: E402

PRACTICE = True
# Shared with the portal if its folder is beside this one; it holds nothing personal.
STATIC_ROOT = VAR_DIR.parent / "static"

# --- Apart from the portal in one browser -----------------------------------------------
SESSION_COOKIE_NAME = "practice_session"
CSRF_COOKIE_NAME = "practice_csrf"
LANGUAGE_COOKIE_NAME = "practice_language"
KNOWN_BROWSER_COOKIE = "practice-known-browser"
# Django's default stores messages in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Everybody's accounts -----------------------------------------------------------------
MIDDLEWARE = [*MIDDLEWARE, "portal.pages.practice.SharedAccounts"]
ADMIN_SECOND_FACTOR, SECOND_FACTOR_ROLES = False, frozenset()
PASSWORD_DAYS = SESSIONS_AT_ONCE = 0
# Nobody who mistypes a password may lock out the others.
LOGIN_MAX_FAILURES = LOGIN_ADDRESS_FAILURES = 1_000_000
ACCOUNT_RATE_LIMITS = False

# --- Nothing leaves it ----------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# The portal's address for the way back, and the practice area's for printed codes.
PORTAL_ADDRESS = os.environ.get("PORTAL_ADDRESS", "")
PUBLIC_BASE_URL = os.environ.get("PRACTICE_ADDRESS", "").rstrip("/")
PRACTICE_ADDRESS = ""
