"""Send tickets of a 12345 hotline to the portal and fetch answers, by its REST API.

Uses only the standard library. Tickets are read from a CSV file with the columns of the API
(number, unit, township, handled_by, received_on, category, place, summary, nature, due_on, said,
given_on, destination); answers are written to another one. Running it again loses and duplicates
nothing: the key of each ticket is derived from its content, and answers are fetched again from the
last day in the file on.

    PORTAL=https://portal.example.cn TOKEN=gsp_… python examples/hotline.py tickets.csv answers.csv
"""

import csv
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

TRIES = 5
ANSWERED = ("number", "matter", "resolution", "result_text", "answered_on", "word")


class Refused(Exception):
    """The portal refuses a call; the message is the portal's own."""


class Portal:
    def __init__(self, address, token):
        self.address, self.token = address.rstrip("/"), token

    def call(self, method, path, content=None, *, key=""):
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "zh-CN"}
        body = None
        if content is not None:
            body = json.dumps(content, sort_keys=True).encode()
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        url = f"{self.address}/api/v1{path}"
        for n in range(TRIES):
            request = urllib.request.Request(url, body, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as problem:
                # Busy or rate-limited: repeat the call with the same key.
                if problem.code not in (429, 503) or n == TRIES - 1:
                    raise Refused(_words(problem)) from problem
                pause = int(problem.headers.get("Retry-After", "30"))
            except urllib.error.URLError:
                if n == TRIES - 1:
                    raise
                pause = 2**n
            time.sleep(pause)
        raise AssertionError("unreachable")

    def bring(self, ticket):
        key = hashlib.sha256(json.dumps(ticket, sort_keys=True).encode()).hexdigest()
        return self.call("POST", "/hotline/tickets", ticket, key=key)

    def answers(self, since):
        query = {"size": 100} | ({"answered_from": since} if since else {})
        while True:
            page = self.call("GET", f"/hotline/answers?{urllib.parse.urlencode(query)}")
            yield from page["rows"]
            if page["next"] is None:
                return
            query["after"] = page["next"]


def _words(problem):
    try:
        said = json.load(problem)
    except ValueError:
        return str(problem)
    fields = [f"{one['field']}: {one['said']}" for one in said.get("errors", ())]
    return "; ".join([said["title"], *filter(None, [said.get("detail")]), *fields])


def bring_in(portal, file):
    """Send the tickets; return how many were accepted, and [(number, message)] of those refused."""
    taken, refused = 0, []
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            ticket = {name: value for name, value in row.items() if value}
            try:
                portal.bring(ticket)
                taken += 1
            except Refused as problem:
                refused.append((row.get("number", ""), str(problem)))
    return taken, refused


def take_out(portal, file):
    """Append new answers to the file; return how many."""
    known, is_new = [], not file.exists()
    if not is_new:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            known = list(csv.DictReader(rows))
    since = max((row["answered_on"] for row in known), default="")
    had = {tuple(row[name] for name in ANSWERED) for row in known}
    fresh = [
        row
        for row in portal.answers(since)
        if tuple(str(row[name]) for name in ANSWERED) not in had
    ]
    with file.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as out:
        writer = csv.DictWriter(out, ANSWERED, extrasaction="ignore")
        if is_new:
            writer.writeheader()
        writer.writerows(fresh)
    return len(fresh)


def main(tickets, answers):
    portal = Portal(os.environ["PORTAL"], os.environ["TOKEN"])
    taken, refused = bring_in(portal, Path(tickets))
    for number, words in refused:
        print(f"{number}: {words}", file=sys.stderr)
    print(
        f"{taken} tickets in, {len(refused)} refused, {take_out(portal, Path(answers))} answers out"
    )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
