"""Debian's Firefox and WebKitGTK, driven without further packages: Firefox by Marionette (JSON over
a socket), WebKit by WebKitWebDriver (HTTP)."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request

from tests.browser.conftest import free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
# Needed to take the browser itself offline.
ALLOWED = "--remote-allow-system-access"
WEBKIT = shutil.which("WebKitWebDriver")
PREFERENCES = {
    # The tests serve the portal over plain http on this machine.
    "dom.serviceWorkers.testing.enabled": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "browser.startup.page": 0,
}


class Firefox:
    """A client of Marionette that sends one command at a time."""

    def __init__(self, folder):
        self.port = free_port()
        folder.mkdir(exist_ok=True)
        given = PREFERENCES | {"marionette.port": self.port}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in given.items()]
        (folder / "user.js").write_text("".join(lines))
        self.process = subprocess.Popen(
            [
                FIREFOX,
                "--headless",
                "--no-remote",
                "--profile",
                str(folder),
                "--marionette",
                ALLOWED,
            ],
            env=os.environ | {"MOZ_HEADLESS": "1", "HOME": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.number = 0
        self.line = self._connected()
        self._read()
        self.ask("WebDriver:NewSession", {})
        self.ask("WebDriver:SetTimeouts", {"script": 60_000, "pageLoad": 60_000})

    def _connected(self):
        for _half in range(120):
            try:
                return socket.create_connection(("127.0.0.1", self.port), 120)
            except OSError:
                time.sleep(0.5)
        raise AssertionError("Firefox did not come")

    def _read(self):
        """Read a message: its length, a colon and JSON."""
        size = b""
        while (one := self.line.recv(1)) != b":":
            assert one, "Firefox is gone"
            size += one
        text = b""
        while len(text) < int(size):
            text += self.line.recv(int(size) - len(text))
        return json.loads(text)

    def ask(self, name, given):
        self.number += 1
        text = json.dumps([0, self.number, name, given]).encode()
        self.line.sendall(b"%d:%s" % (len(text), text))
        _kind, _number, problem, answer = self._read()
        assert problem is None, problem
        return answer["value"] if isinstance(answer, dict) and "value" in answer else answer

    def open(self, address):
        self.ask("WebDriver:Navigate", {"url": address})

    def run(self, script, *given):
        """Run the body of an async function in the page; return its value."""
        whole = f"""const done = arguments[arguments.length - 1];
            ({script})(...Array.from(arguments).slice(0, -1))
                .then((value) => done([value]), (problem) => done(["", String(problem)]));"""
        said = self.ask("WebDriver:ExecuteAsyncScript", {"script": whole, "args": list(given)})
        assert len(said) == 1, said
        return said[0]

    def set_offline(self, is_off):
        self.ask("Marionette:SetContext", {"value": "chrome"})
        self.ask(
            "WebDriver:ExecuteScript",
            {"script": f"Services.io.offline = {'true' if is_off else 'false'};", "args": []},
        )
        self.ask("Marionette:SetContext", {"value": "content"})

    def close(self):
        self.line.close()
        self.process.terminate()
        self.process.wait(30)


class WebKit:
    """A session of WebKitGTK's own browser; it cannot be switched offline."""

    def __init__(self, folder):
        self.port = free_port()
        folder.mkdir(exist_ok=True)
        # Its sandbox needs rights that root in a container lacks.
        own = {"HOME": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with self.screen.stdout as said:
            own["DISPLAY"] = f":{said.readline().decode().strip()}"
        self.process = subprocess.Popen(
            [WEBKIT, f"--port={self.port}"],
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(1)
        self.session = ""
        self.session = self._post("/session", {"capabilities": {"alwaysMatch": {}}})["sessionId"]
        self._post("/timeouts", {"script": 60_000, "pageLoad": 60_000})

    def _post(self, path, given):
        path = f"/session/{self.session}{path}" if self.session else path
        request = urllib.request.Request(  # noqa: S310 (this machine)
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(given).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.load(answer)["value"]

    def open(self, address):
        self._post("/url", {"url": address})

    def run(self, script, *given):
        whole = f"""const done = arguments[arguments.length - 1];
            ({script})(...Array.from(arguments).slice(0, -1))
                .then((value) => done([value]), (problem) => done(["", String(problem)]));"""
        said = self._post("/execute/async", {"script": whole, "args": list(given)})
        assert len(said) == 1, said
        return said[0]

    def set_offline(self, is_off):
        """No such switch here: stopping the portal must do."""

    def close(self):
        for process in (self.process, self.screen):
            process.terminate()
            process.wait(30)
