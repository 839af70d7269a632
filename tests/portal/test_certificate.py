"""The certificate of `make run HTTPS=1`."""

import http.server
import ssl
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

from portal.run import certificate

NOW = datetime.now(UTC)


def test_whoever_trusts_it_reaches_this_machine_by_its_names(tmp_path):
    own, key = certificate.ensure(tmp_path / "tls", at=NOW)
    assert key.stat().st_mode & 0o077 == 0

    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(own, key)
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        server.socket = serving.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        trusting = ssl.create_default_context(cafile=str(own))
        handlers = urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)
        opener = urllib.request.build_opener(*handlers)
        for name in ("127.0.0.1", "localhost"):
            try:
                opener.open(f"https://{name}:{server.server_port}/", timeout=5)
            except urllib.error.HTTPError as answer:
                # It answers, but has no pages.
                assert answer.code == 501
        server.shutdown()


def test_it_is_kept_until_it_is_nearly_over(tmp_path):
    first = certificate.ensure(tmp_path, at=NOW)[0].read_bytes()
    assert certificate.ensure(tmp_path, at=NOW + timedelta(days=300))[0].read_bytes() == first

    late = NOW + timedelta(days=certificate.DAYS - 20)
    assert certificate.ensure(tmp_path, at=late)[0].read_bytes() != first
    (tmp_path / "portal.crt").write_text("broken")
    assert b"BEGIN CERTIFICATE" in certificate.ensure(tmp_path, at=NOW)[0].read_bytes()
