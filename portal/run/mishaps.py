"""What a command says when something goes wrong: a sentence here, the traceback in a log."""

import os
import shutil
import traceback

from django.conf import settings

# A disk with less is full: PostgreSQL ends when it cannot write, and its last words vary.
FULL_MEGABYTES = 20


def disk_is_full():
    return shutil.disk_usage(settings.VAR_DIR).free >> 20 < FULL_MEGABYTES


def no_space():
    """The sentence about a full disk, with a blank behind it; nothing where there is space."""
    return f"No space is left on the disk of {settings.VAR_DIR}. " if disk_is_full() else ""


def write_down(trouble, what, *, log, at):
    """Add the traceback to this log; returns where it is, or why it is nowhere."""
    path = settings.VAR_DIR / "log" / log
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(f"\n{at:%Y-%m-%d %H:%M:%S} UTC  {what}\n")
            file.writelines(traceback.format_exception(trouble))
    except OSError as unwritten:
        return f"{path} cannot be written: {unwritten.strerror}"
    return f"all of it is in {path}"
