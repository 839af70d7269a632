"""Calls to other systems: only to hosts that the settings name, at the address that was checked.

`WEBHOOK_HOSTS` names hosts, and networks (10.1.2.0/24). A host is called by https at a public
address; private, loopback and other closed addresses, and http, only within a named network. The
name is resolved once and the checked address is called, so that a name server that answers
differently a moment later changes nothing (DNS rebinding). Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from api.models.webhooks import Trouble

SECONDS = 10
MOST_READ = 1024


class NotAllowed(Exception):
    """An address that is never called."""


class Failed(Exception):
    """A call that may succeed later."""

    def __init__(self, trouble):
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str


def _networks():
    found = []
    for one in settings.WEBHOOK_HOSTS:
        try:
            found.append(ipaddress.ip_network(one))
        except ValueError:
            continue
    return found


def _named(host):
    return host in {one.lower() for one in settings.WEBHOOK_HOSTS}


def _literal(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _within(address):
    return any(address in one for one in _networks() if one.version == address.version)


def read(url):
    """Parse an address. Raises NotAllowed for one that is never called, before any look-up of its
    host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise NotAllowed from problem
    host = (parts.hostname or "").lower().rstrip(".")
    literal = _literal(host)
    is_named = _within(literal) if literal else _named(host)
    if parts.scheme not in ("https", "http") or parts.username or parts.password or not is_named:
        raise NotAllowed
    path = parts.path or "/"
    if parts.query:
        path += f"?{parts.query}"
    if not path.isascii() or any(one <= " " for one in path):
        raise NotAllowed
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def address_of(target):
    """Resolve the host to an address that may be called. Raises NotAllowed or Failed."""
    try:
        known = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Failed(Trouble.UNKNOWN) from problem
    for entry in known:
        found = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        is_public = found.is_global and not found.is_multicast
        if _within(found) or is_public and target.scheme == "https":
            return str(found)
    raise NotAllowed


class _Pinned(http.client.HTTPConnection):
    """Connects to the checked address; headers and certificate still use the host's name."""

    def __init__(self, target, address):
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target, self.address = target, address

    def connect(self):
        self.sock = socket.create_connection((self.address, self.target.port), SECONDS)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def post(url, body, headers):
    """Send a POST; returns the status of the response. Raises NotAllowed or Failed."""
    target = read(url)
    connection = _Pinned(target, address_of(target))
    usual = 443 if target.scheme == "https" else 80
    host = f"[{target.host}]" if ":" in target.host else target.host
    at = host if target.port == usual else f"{host}:{target.port}"
    try:
        connection.request("POST", target.path, body, headers | {"Host": at})
        response = connection.getresponse()
        response.read(MOST_READ)
        return response.status
    except ssl.SSLCertVerificationError as problem:
        raise Failed(Trouble.CERTIFICATE) from problem
    except (OSError, http.client.HTTPException) as problem:
        raise Failed(Trouble.UNREACHABLE) from problem
    finally:
        connection.close()
