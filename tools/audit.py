"""`make audit`: known vulnerabilities in the portal's dependencies, and a list of these (SBOM,
CycloneDX).

The lists are made offline. The vulnerability databases (PyPI's and npm's) are queried over the
network; if they cannot be reached, the audit says so and declares nothing safe.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from portal import __version__
from tools import pinned

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
UNREACHABLE = re.compile(
    r"ConnectionError|NewConnectionError|ProxyError|Max retries|timed out|Timeout|ServiceError"
    r"|name resolution|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOAUDIT"
    r"|audit endpoint|HTTPError|E40\d|E50\d|Forbidden|Not Found",
    re.IGNORECASE,
)
UNKNOWN = "cannot be reached from here: nothing is known about them. Run it where it can."


def _run(*words):
    path = f"{os.environ.get('PATH', '')}:{BIN}"
    done = subprocess.run(
        [str(one) for one in words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
    )
    return done.returncode, done.stdout, done.stderr


def _last(text):
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def _npm():
    return shutil.which("npm") or BIN / "npm"


def write_lists(out):
    """Write the lists; return (installed requirements, [SBOM files]). Raises SystemExit."""
    out.mkdir(parents=True, exist_ok=True)
    lock = out / "requirements.lock"
    try:
        packages = pinned.pinned("requirements.txt")
    except pinned.NotAsPinned as problem:
        sys.exit(str(problem))
    lock.write_text("".join(f"{name}=={version}\n" for name, version in packages.items()))
    python = out / "python.cdx.json"
    words = ("requirements", "--of", "JSON", "--output-reproducible", "-o", python, lock)
    status, _said, log = _run(BIN / "cyclonedx-py", *words)
    if status:
        sys.exit(f"The list of Python packages could not be written: {_last(log)}")
    assets = out / "assets.cdx.json"
    assets.write_text(json.dumps(_list_of_assets(), indent=1))
    return lock, [python, assets]


def _list_of_assets():
    """Return CycloneDX from the lock file: `npm sbom` also requires peers that no page uses."""
    told = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    components = []
    for path, one in sorted(told.items()):
        if not path or one.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        component = {
            "type": "library",
            "name": name,
            "version": one["version"],
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{one['version']}",
        }
        kind, _dash, digest = one.get("integrity", "").partition("-")
        if kind == "sha512":
            content = base64.b64decode(digest).hex()
            component["hashes"] = [{"alg": "SHA-512", "content": content}]
        if "license" in one:
            component["licenses"] = [{"license": {"name": one["license"]}}]
        components.append(component)
    own = {"type": "application", "name": "grassroots-service-portal", "version": __version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
    }


def python_holes(lock, out):
    """Return (the result in one line, whether it is bad)."""
    kept = out / "python.json"
    kept.unlink(missing_ok=True)
    words = ("--requirement", lock, "--no-deps", "--disable-pip", "--progress-spinner", "off")
    status, said, log = _run(BIN / "pip-audit", *words, "--format", "json")
    return judged_python(status, said, log, kept)


def judged_python(status, said, log, kept):
    try:
        told = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        if UNREACHABLE.search(log):
            return f"Python packages: the database of known holes {UNKNOWN}", False
        return f"Python packages: pip-audit did not work: {_last(log)}", True
    kept.write_text(said)
    holes = [
        (one["name"], one["version"], hole["id"]) for one in told for hole in one.get("vulns", ())
    ]
    if holes:
        named = "; ".join(f"{name} {version}: {code}" for name, version, code in holes)
        return f"Python packages: {len(holes)} known holes ({named}). More in {kept}.", True
    return f"Python packages: no known holes in {len(told)}.", False


def asset_holes(out):
    status, said, log = _run(_npm(), "audit", "--omit", "dev", "--package-lock-only", "--json")
    return judged_assets(status, said, log, out / "assets.json")


def judged_assets(status, said, log, kept):
    try:
        total = json.loads(said)["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError, TypeError):
        if UNREACHABLE.search(said + log):
            return f"Page assets: the database of known holes {UNKNOWN}", False
        return f"Page assets: npm audit did not work: {_last(log or said)}", True
    kept.write_text(said)
    if total:
        named = ", ".join(sorted(json.loads(said).get("vulnerabilities", {})))
        return f"Page assets: {total} known holes ({named}). More in {kept}.", True
    return "Page assets: no known holes.", False


def main(out):
    lock, lists = write_lists(out)
    print("Lists of what it is made of (CycloneDX):", ", ".join(map(str, lists)))
    bad = False
    for words, is_bad in (python_holes(lock, out), asset_holes(out)):
        print(words)
        bad |= is_bad
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/audit")))
