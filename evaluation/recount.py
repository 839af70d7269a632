"""Checks the published files of a ballot, with nothing but Python.

python3 recount.py list.txt [NUMBER ...]   the closing list: how many ballots, its hash, your number
python3 recount.py marks.tsv               the ticks: the sums of each line, from left to right
"""

import hashlib
import sys
from collections import Counter
from pathlib import Path


def check_list(data, numbers):
    rows = data.decode().splitlines()
    print("ballots", len(rows), sep="\t")
    print("sha256", hashlib.sha256(data).hexdigest(), sep="\t")
    print("sorted, each once", "yes" if rows == sorted(set(rows)) else "NO", sep="\t")
    for number in numbers:
        typed = "".join(number.split()).upper()
        print(typed, "in the list" if typed in rows else "NOT IN THE LIST", sep="\t")


def recount(data):
    ticks = Counter(tuple(row.split("\t")) for row in data.decode().splitlines())
    for line in dict.fromkeys(line for line, _tick in ticks):
        most = 5 if line in ("attitude", "style", "achievement", "overall") else 3
        print(line, *(ticks[line, str(tick)] for tick in range(1, most + 1)), sep="\t")


if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()
    if b"\t" in content:
        recount(content)
    else:
        check_list(content, sys.argv[2:])
