"""A scanner that speaks the clamd protocol and finds the industry's standard test file."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# The limit that clamd calls StreamMaxLength.
MOST = 1024 * 1024


class _Scanner(socketserver.StreamRequestHandler):
    def handle(self):
        command = self.rfile.read(6)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert command + self.rfile.read(4) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.shown.append(content)
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
        self.wfile.write(found)


@contextmanager
def listening(path):
    """Listen at a socket; yield the contents scanned so far, in order."""
    with socketserver.ThreadingUnixStreamServer(str(path), _Scanner) as server:
        server.shown = []
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield server.shown
        finally:
            server.shutdown()
            serving.join()
