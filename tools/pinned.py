"""Lists the packages that a requirements file installs, with dependencies and the exact versions
installed here: `python -m tools.pinned requirements.txt`."""

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


class NotAsPinned(Exception):
    """Why the list would differ from an installation."""


def _name(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def _lines(path):
    for line in path.read_text().splitlines():
        line = line.split(" #")[0].strip()
        if line.startswith("-r "):
            yield from _lines(path.parent / line[3:])
        elif line and not line.startswith(("#", "-")):
            yield Requirement(line)


def pinned(*files):
    """Return {name: version} of what these files install, with dependencies. Raises NotAsPinned."""
    fixed = {_name(one.name): one for one in _lines(ROOT / "constraints.txt")}
    found, waiting = {}, [one for file in files for one in _lines(ROOT / file)]
    seen = set()
    while waiting:
        wanted = waiting.pop()
        key = _name(wanted.name), frozenset(wanted.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            there = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError:
            raise NotAsPinned(f"{wanted.name} is not installed: run make install.") from None
        pin = fixed.get(_name(wanted.name), wanted)
        if there.version not in pin.specifier:
            raise NotAsPinned(
                f"{wanted.name} {there.version} is installed instead of {pin}: run make install."
            )
        found[_name(wanted.name)] = there.version
        for line in there.requires or ():
            further = Requirement(line)
            extras = wanted.extras or {""}
            if further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(further)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    try:
        for name, version in pinned(*sys.argv[1:]).items():
            print(f"{name}=={version}")
    except NotAsPinned as problem:
        sys.exit(str(problem))
