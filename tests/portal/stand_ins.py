"""Stand-ins for programs of the machine, for the test that runs docs/first-county.md.

stand_ins.py systemctl UNITS RUN enable|start|restart|stop|… NAME…    starts the processes of units
stand_ins.py git CODE clone|checkout|… …      puts the files of a version into the folder CODE
"""

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS = ("enable", "start", "restart")


def systemctl(units, run, verb, *names):
    units, run = Path(units), Path(run)
    for name in names:
        if name.startswith("-"):
            continue
        file = run / f"{name}.pid"
        if verb in {"restart", "stop"}:
            stop(file)
        if verb in STARTS and (unit := find(units, name)) and not file.exists():
            process = start(read(unit, name), run / f"{name}.log")
            file.write_text(str(process.pid))


def find(units, name):
    """Return the unit file; “worker@quick” uses that of “worker@”. None for units that are not
    ours."""
    own, _at, _instance = name.partition("@")
    for file in (units / f"{name}.service", units / f"{own}@.service"):
        if file.exists():
            return file
    return None


def read(file, name):
    """Return {word: value} of a unit file, with the manager's substitutions."""
    text = file.read_text().replace("\\\n", " ")
    instance = name.partition("@")[2]
    text = text.replace("%i", instance).replace("%%", "%")
    return dict(
        line.split("=", 1) for line in text.splitlines() if "=" in line and line[:1] not in "#["
    )


def start(words, log):
    env = {"PATH": os.environ["PATH"], "HOME": "/"}
    for line in Path(words["EnvironmentFile"]).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            env[name] = value
    command = shlex.split(words["ExecStart"])
    if state := words.get("StateDirectory"):
        folder = Path("/var/lib") / state
        command = [word.replace(str(folder), str(log.parent)) for word in command]
    return subprocess.Popen(
        command,
        cwd=words["WorkingDirectory"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log.open("a"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=int(words.get("UMask", "0022"), 8),
    )


def stop(file):
    if not file.exists():
        return
    pid = int(file.read_text())
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            break
        until = time.monotonic() + 20
        while time.monotonic() < until and is_running(pid):
            time.sleep(0.1)
    file.unlink()


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def git(code, verb, *words):
    """Check out a commit; “here” is this working tree with its uncommitted changes."""
    code = Path(code)
    if verb == "clone":
        code.mkdir()
    if verb != "checkout":
        return
    _put(code, words[0])
    # Its files name folders and addresses of a real machine.
    told = json.loads((code.parent / "words.json").read_text())
    for file in (code / "deploy").iterdir():
        text = file.read_text()
        for word, other in told:
            text = text.replace(word, other)
        file.write_text(text)


def _put(code, version):
    if version == "here":
        listed = [os.environ["GIT"], "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
        for name in filter(None, names.decode().split("\0")):
            if (ROOT / name).is_file():
                (code / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, code / name)
        return
    command = [os.environ["GIT"], "archive", version]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(code, filter="data")
    # For versions older than this file.
    shutil.copy2(ROOT / "deploy" / "manage.sh", code / "deploy")


if __name__ == "__main__":
    {"systemctl": systemctl, "git": git}[sys.argv[1]](*sys.argv[2:])
