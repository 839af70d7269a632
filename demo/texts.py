"""Texts of the demo: one file per topic in demo/data, with sections of one text per line."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def sections(file_name: str) -> dict[str, list[str]]:
    """Return {heading: lines}; text above the first heading is a comment."""
    found, lines = {}, []
    for line in (DATA / file_name).read_text().splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:].strip(), [])
        elif line.strip():
            lines.append(line.strip())
    return found


def rows(file_name: str, heading: str) -> list[tuple[str, ...]]:
    """Return the lines of a section, split at “|”."""
    return [
        tuple(part.strip() for part in line.split("|")) for line in sections(file_name)[heading]
    ]
