"""Runs pip and shows its progress: `packages.py LOG ARGUMENTS-OF-PIP…`, with pip's exit status.

Shows a counter on a terminal, elsewhere a line for each step. The output of pip goes to LOG.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

FILE = re.compile(r"\s*(?:Downloading|Using cached) (\S+\.(?:whl|tar\.gz|zip)) \(([^)]+)\)")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


class Progress:
    """Summary of pip's output so far."""

    def __init__(self):
        self.named = self.fetched = self.total = 0
        self.file = ""

    def read(self, line):
        if line.startswith("Collecting "):
            self.named += 1
        elif found := FILE.match(line):
            self.fetched += 1
            self.file = f"{found[1].split('-')[0]}, {found[2]}"
        elif line.startswith("Installing collected packages: "):
            self.total = line.count(",") + 1

    @property
    def step(self):
        return "unpacking" if self.total else "fetching"

    def words(self, unpacked):
        if self.total:
            return f"unpacked {min(unpacked, self.total)} of {self.total} packages"
        here = f" ({self.file})" if self.file else ""
        return f"fetched {self.fetched} of {max(self.named, self.fetched)} packages found{here}"


class Terminal:
    """Shows one line that is overwritten."""

    def show(self, progress, unpacked):
        words = f"  {progress.words(unpacked)}"
        sys.stdout.write(f"\r{words[: shutil.get_terminal_size().columns - 1]}\033[K")
        sys.stdout.flush()

    def end(self):
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()


class Lines:
    """Prints a line when a step begins, for files and service journals, where lines are not
    overwritten."""

    def __init__(self):
        self.step = "fetching"

    def show(self, progress, unpacked):
        if progress.step != self.step:
            self.step = progress.step
            print(f"  fetched {progress.total} packages, unpacking them …", flush=True)

    def end(self):
        pass


def unpacked_packages():
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def main(log, arguments):
    progress, shown = Progress(), Terminal() if sys.stdout.isatty() else Lines()
    before = unpacked_packages()
    with Path(log).open("w") as written, Path(log).open(errors="replace") as said:
        pip = subprocess.Popen(
            [*PIP, *arguments],
            # "user = true" in a pip.conf would install packages outside the environment.
            env=os.environ | {"PIP_USER": "no"},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        rest, ended = "", False
        while not ended:
            ended = pip.poll() is not None
            *lines, rest = (rest + said.read()).split("\n")
            for line in lines:
                progress.read(line)
            shown.show(progress, unpacked_packages() - before)
            time.sleep(0 if ended else 0.2)
    shown.end()
    return pip.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
