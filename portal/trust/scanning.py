"""Sends uploads to the installation's malware scanner before anything else reads them: clamd, by
INSTREAM and PING (OWASP ASVS 4.0, 12.4.2; GB/T 22239-2019, 8.1.4.5 恶意代码防范).

MALWARE_SCANNER is its address; if empty, nothing is scanned.
"""

import logging
import socket
import struct
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
SECONDS = 30
CHUNK = 64 * 1024
LONGEST_ANSWER = 1_000


class Infected(ValidationError):
    """The scanner found something in the file."""


class Unavailable(ValidationError):
    """Raised if the scanner gives no verdict: the file is not accepted now, but may be later."""


def check(upload):
    """Scan an upload and rewind it. Raise Infected or Unavailable."""
    if not settings.MALWARE_SCANNER:
        return
    upload.seek(0)
    said = _asked(b"zINSTREAM\0", iter(partial(upload.read, CHUNK), b""))
    upload.seek(0)
    if said == "stream: OK":
        return
    if said.endswith(" FOUND"):
        logger.warning("Malware in an upload: %s", said)
        raise Infected(
            _(
                "“%(name)s” contains malware and was not taken. Tell the person who looks after "
                "your computer; do not send the file on."
            )
            % {"name": upload.name}
        )
    logger.error("The malware scanner cannot judge an upload: %s", said or "no answer")
    raise Unavailable(
        _(
            "“%(name)s” cannot be checked for malware at the moment and was not taken. Save "
            "without it, or try again later."
        )
        % {"name": upload.name}
    )


def is_up():
    return _asked(b"zPING\0") == "PONG"


def _asked(command, chunks: Iterable[bytes] = ()):
    """Return the scanner's answer; "" if it does not answer."""
    try:
        with closing(_connection()) as line:
            line.sendall(command)
            for chunk in chunks:
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            if command == b"zINSTREAM\0":
                line.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
                if not (more := line.recv(LONGEST_ANSWER)):
                    break
                answer += more
    except OSError as problem:
        logger.error("The malware scanner does not answer: %s", problem)
        return ""
    return answer.rstrip(b"\0").decode(errors="replace")


def _connection():
    address = urlsplit(settings.MALWARE_SCANNER)
    if address.scheme != "unix":
        return socket.create_connection((address.hostname, address.port), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(address.path)
    except OSError:
        line.close()
        raise
    return line
