"""Checks an archive package, with nothing but Python and no database.

python3 verify.py PACKAGE.zip [SHA-256 of the manifest, from the register]

Prints each problem; ends with 0 if there is none. A changed file is found by its hash in the
manifest, a changed manifest by its hash in the register.
"""

import hashlib
import json
import sys
import zipfile
from collections import Counter

MANIFEST = "manifest.json"
FORMAT = 1


def problems_of(package, expected=""):
    """Return the problems as sentences; none if the package is intact."""
    try:
        with zipfile.ZipFile(package) as archive:
            return list(_problems(archive, expected.strip().lower()))
    except (OSError, zipfile.BadZipFile) as trouble:
        return [f"The package cannot be read: {trouble}"]


def _problems(archive, expected):
    names = archive.namelist()
    if names.count(MANIFEST) != 1:
        yield f"There is no {MANIFEST}, or more than one."
        return
    content = archive.read(MANIFEST)
    found = hashlib.sha256(content).hexdigest()
    if expected and found != expected:
        yield f"The manifest is not the one of the register: its SHA-256 is {found}."
    try:
        manifest = json.loads(content)
        listed = {one["path"]: one for one in manifest["files"]}
        counts = manifest["counts"]
    except (ValueError, KeyError, TypeError):
        yield "The manifest cannot be read."
        return
    if manifest.get("format") != FORMAT:
        yield f"The format of the package is {manifest.get('format')!r}, not {FORMAT}."
    for name, times in sorted(Counter(names).items()):
        if times > 1:
            yield f"{name} is in the package more than once."
    names = set(names)
    for name in sorted(names - set(listed) - {MANIFEST}):
        yield f"{name} is not in the manifest."
    for name, one in listed.items():
        if name not in names:
            yield f"{name} is missing."
        else:
            yield from _of_file(archive, name, one)
    for code, count in counts.items():
        name = f"records/{code}.jsonl"
        lines = _lines(archive, name) if name in names else 0
        if lines != count:
            yield f"{name} has {lines} records, the manifest says {count}."


def _of_file(archive, name, one):
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while part := file.read(1 << 20):
                digest.update(part)
                size += len(part)
    except (zipfile.BadZipFile, OSError) as trouble:
        yield f"{name} cannot be read: {trouble}"
        return
    if digest.hexdigest() != one["sha256"] or size != one["size"]:
        yield f"{name} was changed: its SHA-256 or size is another one."


def _lines(archive, name):
    try:
        with archive.open(name) as file:
            return sum(1 for _line in file)
    except (zipfile.BadZipFile, OSError):
        return 0


def main(arguments):
    if not arguments:
        print(__doc__)
        return 2
    problems = problems_of(arguments[0], *arguments[1:2])
    for one in problems:
        print(one)
    if not problems:
        more = "" if len(arguments) > 1 else " Compare the manifest's hash with the register."
        print(f"The package is whole.{more}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
