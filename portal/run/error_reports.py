"""Errors of commands: a sentence for the terminal, the traceback in a log."""

import os
import shutil
import traceback

from django.conf import settings

# With less free space the disk counts as full: PostgreSQL's error messages then vary.
FULL_MEGABYTES = 20


def no_space():
    """A sentence about a full disk with a trailing space; empty if there is space."""
    is_full = shutil.disk_usage(settings.VAR_DIR).free >> 20 < FULL_MEGABYTES
    return f"No space is left on the disk of {settings.VAR_DIR}. " if is_full else ""


def write_down(trouble, what, *, log, at):
    """Append the traceback to this log; returns where it is, or why it could not be written."""
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
