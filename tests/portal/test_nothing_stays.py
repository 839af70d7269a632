"""A pooler lends a connection for one transaction, so no statement in the source may leave state on
it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Statements that leave state on a connection after the transaction.
STAYS = re.compile(
    r"\bSET (?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)(?:SESSION |TIME ZONE |\w+ ?(?:=|TO\b))"
    r"|set_config\([^)]*false|pg_(?:try_)?advisory_lock|\bLISTEN \w|\bPREPARE \w|\bDISCARD\b"
    r"|TEMP(?:ORARY)? TABLE(?!.*ON COMMIT DROP)|WITH HOLD"
)
# Files that may contain them.
MAY = {
    # Run as the owner, who bypasses the pooler.
    "portal/management/commands/migrate.py",
    "portal/management/commands/rotate_keys.py",
    "demo/management/commands/seed_demo.py",
    "demo/outreach/province.py",
    "demo/pairing/province.py",
    # Run as the superuser of the embedded server, which has no pooler.
    "portal/run/embedded.py",
    # Only after checking that there is no pooler.
    "portal/tools/prepared.py",
    # Printed for the operator, not run.
    "portal/management/commands/check_servers.py",
}


def _texts(path):
    """Return the string constants of a file, adjacent ones joined, without docstrings."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield " ".join(node.value.split())
        elif isinstance(node, ast.JoinedStr):
            parts = [getattr(part, "value", None) for part in node.values]
            yield " ".join("".join(p if isinstance(p, str) else "x" for p in parts).split())


@pytest.mark.each_run
def test_nothing_stays_on_a_connection_after_its_transaction():
    apps = {ROOT / "demo", *(path.parent for path in ROOT.glob("*/apps.py"))}
    found = {
        str(path.relative_to(ROOT))
        for app in apps
        for path in app.rglob("*.py")
        if "migrations" not in path.parts
        and any(STAYS.search(text) for text in _texts(path) if "UPDATE " not in text)
    }

    assert found == MAY
