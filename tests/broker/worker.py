"""The portal's worker as in production, plus one kind of job that waits for a signal to go on and
logs when it began and ended.

celery -A tests.broker.worker worker …
"""

import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from portal.celery import app  # noqa: E402, F401 (Django first; Celery looks for it here)
from portal.run import jobs  # noqa: E402

KIND = "told"


@jobs.work_of(KIND)
def work(job, folder, progress):
    """`arguments` name a diary and, unless the job ends at once, a file whose existence lets it go
    on."""
    diary, gate = Path(job.arguments["diary"]), job.arguments.get("gate")
    _note(diary, f"{job.pk} begun\n")
    while gate and not Path(gate).exists():
        progress(1, 2)
        time.sleep(0.05)
    (folder / "told.txt").write_text("told")
    _note(diary, f"{job.pk} ended\n")
    return "told.txt", {"written": 1, "expected": 1}


def _note(diary, line):
    # One write of a few bytes is atomic, so lines of several workers do not mix.
    descriptor = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)
