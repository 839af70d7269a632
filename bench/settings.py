"""Production settings on a copy of the province, with Django's admin for comparison."""

import os

from portal.settings import *  # noqa: F403 (all of them, that is the point)
from portal.settings import DATABASES, INSTALLED_APPS, STORAGES
from portal.trust import wall

# Page requests have a signed-in reader; the measuring process itself may see all rows.
wall.for_process("bench")

# Until the copy exists, the processes use the portal's own database on the same server.
if "BENCH_DATABASE" in os.environ:
    for database in DATABASES.values():
        database["NAME"] = os.environ["BENCH_DATABASE"]
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "bench.urls"
# Static URLs cost the same for every measured page.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
LOGGING = {"version": 1, "disable_existing_loggers": True}
