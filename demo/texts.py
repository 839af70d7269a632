"""The demo's texts: files by topic in demo/data, in sections of one line each."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def sections(file_name: str) -> dict[str, list[str]]:
    """{heading: its lines}; what stands above the first heading is for readers."""
    found, lines = {}, []
    for line in (DATA / file_name).read_text().splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:].strip(), [])
        elif line.strip():
            lines.append(line.strip())
    return found


def rows(file_name: str, heading: str) -> list[tuple[str, ...]]:
    """The lines of a section, cut at their bars."""
    return [
        tuple(part.strip() for part in line.split("|")) for line in sections(file_name)[heading]
    ]
