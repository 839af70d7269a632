"""The portal as it really runs, on a copy of the province, with the admin that users would pick."""

import os

from portal.settings import *  # noqa: F403 (all of them, that is the point)
from portal.settings import DATABASES, INSTALLED_APPS, STORAGES
from portal.trust import wall

# Readers of pages are signed in; what measures makes and counts all rows.
wall.for_process("bench")

# Until the copy is made, the processes stand in the portal's own database, beside the province.
if "BENCH_DATABASE" in os.environ:
    for database in DATABASES.values():
        database["NAME"] = os.environ["BENCH_DATABASE"]
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "bench.urls"
# Addresses of files are looked up in the same way for every page that is measured.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
LOGGING = {"version": 1, "disable_existing_loggers": True}
