"""Simulated users for locust: a page every ten seconds, a saved visit at every sixth.

Nothing of the portal is imported here, since locust uses gevent and the portal does not. A file
(LOAD_PLAN) holds the tasks; results go to another one, a line each.
"""

import itertools
import json
import os
import random
import time
import uuid
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import gevent
import requests
from locust import User, constant_pacing, task

PLAN = json.loads(Path(os.environ["LOAD_PLAN"]).read_text())
SAID = open(PLAN["said"], "a", buffering=1)  # noqa: SIM115, PTH123 (open as long as locust runs)
# Seconds until a page is given up, and how long a visit is retried.
PAGE_SECONDS, SAVED_WITHIN = 30, 60
NAMES = itertools.count()


# Without digits, since many of them in a row would be masked as an identity number.
LETTERS = str.maketrans("0123456789", "ghijklmnop")


def spelled(key):
    return key.translate(LETTERS)


def say(**words):
    SAID.write(json.dumps(words | {"at": time.time()}) + "\n")


class Cadre(User):
    """A signed-in user, on all nodes alike since sessions are rows."""

    wait_time = constant_pacing(PLAN["every"])

    def on_start(self):
        self.number = next(NAMES)
        self.me = PLAN["users"][self.number % len(PLAN["users"])]
        self.rng = random.Random(self.number)
        self.turn = self.number
        self.line = requests.Session()
        # Reject cookies from responses, which would replace these.
        self.line.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Without TLS, Django only compares the two tokens.
        self.token = uuid.uuid4().hex
        self.line.headers["Cookie"] = f"{self.me['cookie']}; csrftoken={self.token}"
        self.count, self.sent = self.number, 0
        say(ready=self.number)
        # Spread the users over the interval.
        gevent.sleep(self.rng.uniform(0, PLAN["every"]))

    @task
    def go_on(self):
        self.count += 1
        if self.count % 6 == 0:
            self.save_a_visit()
        else:
            self.look_at(self.rng.choice(PLAN["pages"]))

    def look_at(self, path):
        began = time.monotonic()
        status = self.ask("GET", path)
        say(page=path, seconds=time.monotonic() - began, status=status)

    def save_a_visit(self):
        """Open the form, then send the visit, retrying with the same key until it is answered."""
        self.look_at("/visits/new/")
        key = str(uuid.uuid4())
        form = {
            "csrfmiddlewaretoken": self.token,
            "key": key,
            "visited_on": PLAN["day"],
            "unit": self.me["unit"],
            "summary": f"走访两户，了解生产情况。{PLAN['mark']}{spelled(key)}",
            "matters-TOTAL_FORMS": "0",
            "matters-INITIAL_FORMS": "0",
        }
        began, tries, status, self.sent = time.monotonic(), 0, 0, 0
        while status != 302 and time.monotonic() - began < SAVED_WITHIN:
            if tries:
                gevent.sleep(min(5, tries))
            tries += 1
            status = self.ask("POST", "/visits/new/", form)
        say(key=spelled(key), status=status, sent=self.sent, seconds=time.monotonic() - began)

    def ask(self, method, path, form=None):
        """Return the status of the next node in turn, or of the other one if it does not answer."""
        status = 0
        for _try in PLAN["nodes"]:
            self.turn += 1
            node = PLAN["nodes"][self.turn % len(PLAN["nodes"])]
            self.sent += 1
            try:
                with self.line.request(
                    method, node + path, data=form, timeout=PAGE_SECONDS, allow_redirects=False
                ) as answer:
                    status = answer.status_code
                if status < 500:
                    return status
            except requests.RequestException:
                status = 0
        return status
