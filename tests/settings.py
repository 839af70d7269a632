"""Settings of the tests: a separate cluster, everything else as in production."""

import os
from pathlib import Path

from tests import day

day.begin()

# Each xdist worker has its own cache keys and queues; they share one cluster.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# A run on the tables of an upgraded installation uses that installation's folder.
os.environ["PORTAL_VAR"] = os.environ.get("TESTS_VAR") or str(
    Path(__file__).resolve().parent.parent / "var" / "test"
)
os.environ["PORTAL_DURABLE"] = "no"
# A stack of the browser tests shares keys and queues with nobody, not even with one left over from
# a killed run: another database has other norms.
os.environ["CACHE_PREFIX"] = os.environ.get("STACK_PREFIX", f"test-{WORKER}")
os.environ["CELERY_PREFIX"] = os.environ.get("STACK_PREFIX", f"test-{WORKER}-")
os.environ["DEBUG"] = "no"

from portal.settings import *  # noqa: E402, F403
from portal.settings import (  # noqa: E402
    BASE_DIR,
    CACHES,
    SERVICES,
    STATICFILES_DIRS,
    STORAGES,
    TEMPLATES,
    VAR_DIR,
)

# A cheap hash: sign-in is tested, not the cost of a password.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = VAR_DIR / "static"
# A journey loads axe from the portal, so that the browser compiles it once.
STATICFILES_DIRS = [*STATICFILES_DIRS, ("axe", BASE_DIR / "node_modules" / "axe-core")]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Processes that a test starts share its folder.
MEDIA_ROOT = Path(os.environ.get("TESTS_MEDIA") or VAR_DIR / f"media-{WORKER}")
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# Pages and sheets that may be read from a replica must not write.
REPLICA_STRICT = True
# An undefined variable in a template is a mistake, not an empty string.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "‹undefined: %s›"
# clear() empties a whole database of the cache server: each worker has its own.
CACHES["default"]["LOCATION"] = (
    f"{SERVICES.redis_url}?db={int(WORKER[2:] or 0) + 1 if WORKER != 'main' else 9}"
)
