"""Production settings on a separate cluster that is killed, with fsync."""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parent.parent / "var" / "chaos"))
os.environ["PORTAL_DURABLE"] = "yes"

from portal.settings import *  # noqa: E402, F403 (all of them, that is the point)
from portal.settings import STORAGES  # noqa: E402
from portal.trust import wall  # noqa: E402

# The process that counts losses may see all rows; requests to its web nodes have a signed-in user.
wall.for_process("chaos")

DEBUG = False
# Only error pages use static files here, so no manifest is needed.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
