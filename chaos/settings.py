"""The portal as it really runs, on a cluster of its own that is killed: fsync and all."""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parent.parent / "var" / "chaos"))
os.environ["PORTAL_DURABLE"] = "yes"

from portal.settings import *  # noqa: E402, F403 (all of them, that is the point)
from portal.settings import STORAGES  # noqa: E402
from portal.trust import wall  # noqa: E402

# Whoever counts what was lost looks at all rows; requests of its web nodes are signed in.
wall.for_process("chaos")

DEBUG = False
# No page is drawn with a file of the manifest but that of an error.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
