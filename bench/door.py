"""The villager's door: database statements of a page, and 200 requests a second.

python -m bench door      with its own process and role, over many cards and forwarded addresses
"""

import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from statistics import quantiles
from urllib.parse import urlencode

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402 (Django first)
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from outreach.door import codes, guards  # noqa: E402
from outreach.models import ContactArea, ContactCard, DoorMessage, Matter, MatterSlip  # noqa: E402
from portal.models import User  # noqa: E402
from portal.tools.drawing import save_drawn  # noqa: E402
from portal.trust import keys  # noqa: E402

CARDS, SLIPS, FORMS = 3_000, 3_000, 800
RATE = 200
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
HANDS = 24
SAID = "三组的水渠又堵了，秧田等水，麻烦派人看看。"


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    with clone.of_the_province():
        cards, slips = _cards(), _slips()
        few = _queries(cards, slips)
        _fill_inbox(cards)
        many = _queries(cards, slips)
        print(f"card page and slip page: {few} statements, with a full inbox {many}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        door = _start(port)
        try:
            errors, rate, p95 = _load(port, cards, slips)
        finally:
            door.terminate()
            door.wait()
    print(f"{rate:.0f} requests/s for {SECONDS:.0f} s, p95 {p95 * 1000:.0f} ms, {errors} errors")
    grown = sum(many) - sum(few)
    return [
        ("villager's pages: statements that grow with the data", grown, 0, grown == 0),
        ("villager's pages: statements of a page", max(many), 4, max(many) <= 4),
        (f"errors at {RATE} requests a second for {SECONDS:.0f} s", errors, 0, errors == 0),
        ("seconds late of the last request", _late(rate), 1.0, _late(rate) <= 1.0),
    ]


def _late(rate):
    """Return how many seconds longer than planned all requests took."""
    return round(max(0.0, RATE * SECONDS / rate - SECONDS), 2)


# Test data ----------------------------------------------------------------------------------------


def _cards():
    by = User.objects.order_by("pk").first()
    today = timezone.localdate()
    areas = ContactArea.objects.running(today).select_related("cadre__organ", "unit")
    rows = [
        ContactCard(
            area=area,
            holder=area.cadre.name,
            post=area.cadre.post,
            organ_name=area.cadre.organ.name,
            phone="100-0000-0001",
            unit_name=area.unit.name,
            issued_by=by,
            issued_on=today,
            printed_on=today,
        )
        for area in areas.order_by("pk")[:CARDS]
    ]
    made = save_drawn(rows, ContactCard.draw)
    return [(card.pk, card.token) for card in made]


def _slips():
    found = {}
    for matter in Matter.objects.order_by("-pk").values_list("pk", flat=True)[:SLIPS]:
        found[matter] = codes.fresh()
    MatterSlip.objects.bulk_create(
        MatterSlip(
            matter_id=matter,
            number=number,
            code_digest=codes.digest(number, code),
            made_at=timezone.now(),
        )
        for matter, (number, code) in found.items()
    )
    return list(found.values())


def _fill_inbox(cards):
    DoorMessage.objects.bulk_create(
        (
            DoorMessage(
                client_key=uuid.uuid4(),
                kind="raise",
                content_digest=str(number),
                card_id=cards[number % len(cards)][0],
                slip_number=f"{number:09d}",
                code_digest=str(number),
                sealed="x",
                state="refused",
                reason="decided",
            )
            for number in range(20_000)
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outreach_doormessage, outreach_matterslip, outreach_contactcard")


def _queries(cards, slips):
    """Return the numbers of statements of a card page and a slip page, including BEGIN and
    COMMIT."""
    with override_settings(ROOT_URLCONF=settings.DOOR_URLCONF, MIDDLEWARE=settings.DOOR_MIDDLEWARE):
        client, counted = Client(), []
        number, code = slips[0]
        for call in (
            lambda: client.get(f"/c/{cards[0][1]}/"),
            lambda: client.post("/slip/", {"number": number, "code": code}),
        ):
            call()
            with CaptureQueriesContext(connection) as captured:
                assert call().status_code == 200
            counted.append(len(captured))
    return counted


# Load: two hundred requests a second --------------------------------------------------------------


def _start(port):
    """Start the door in its own process and with its own role, as `make run` does."""
    path = settings.VAR_DIR / "bench" / "door-keys.json"
    keys.write_door(settings.KEYS.door, path)
    services = settings.SERVICES
    closed = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "KEYS_FILE", "SECRET_KEY"}
    environment = {name: value for name, value in os.environ.items() if name not in closed} | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DOOR": "yes",
        "DOOR_DATABASE_URL": services.door_url.replace("/portal?", f"/{clone.CLONE}?"),
        "DOOR_CACHE_URL": services.redis_url,
        "DOOR_KEYS_FILE": str(path),
        "CACHE_PREFIX": f"bench-{os.getpid()}",
        "BEHIND_PROXY": "yes",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
        cwd=clone.ROOT,
        check=True,
        env=clone.environment() | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
    )
    door = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "portal.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--log-level",
            "warning",
        ],
        cwd=clone.ROOT,
        env=environment,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz/", timeout=2):
                return door
        except OSError:
            time.sleep(0.2)
    door.kill()
    raise RuntimeError("The door does not answer.")


def _requests(cards, slips):
    """Yield requests: of five visitors, three look at a card, one at a slip, one begins or sends a
    matter."""
    rng = random.Random(8)
    forms = []
    for _form in range(FORMS):
        card_id, token = rng.choice(cards)
        forms.append((token, guards.new_form(uuid.uuid4(), card_id)))
    for number in range(int(RATE * SECONDS)):
        address = f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
        _card_id, token = rng.choice(cards)
        if number % 5 < 3:
            yield address, "GET", f"/c/{token}/", None
        elif number % 5 == 3:
            slip, code = rng.choice(slips)
            yield address, "POST", "/slip/", {"number": slip, "code": code}
        elif forms and number % 2:
            token, form = forms.pop()
            yield (
                address,
                "POST",
                f"/c/{token}/raise/",
                {
                    "form": form,
                    "step": "check",
                    "category": "02",
                    "text": SAID,
                    "confidentiality": "named",
                    "name": "李大山",
                    "phone": "100-0000-0001",
                },
            )
        else:
            yield address, "GET", f"/c/{token}/raise/", None


def _load(port, cards, slips):
    """Return (errors, requests a second, p95); each request is sent at its own time, however long
    the previous ones take."""
    waiting = list(_requests(cards, slips))
    before = DoorMessage.objects.filter(state="new").count()
    # The door refuses forms that are sent back too quickly.
    time.sleep(guards.FASTEST_SECONDS + 1)
    taken, lock, seconds, wrong = iter(enumerate(waiting)), threading.Lock(), [], []
    began = time.monotonic()

    def hand():
        while True:
            with lock:
                number, request = next(taken, (None, None))
            if request is None:
                return
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            start = time.monotonic()
            status = _ask(port, *request)
            seconds.append(time.monotonic() - start)
            if status != 200:
                wrong.append((status, request[1], request[2].split("/")[1]))

    hands = [threading.Thread(target=hand) for _hand in range(HANDS)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    took = time.monotonic() - began
    for one in sorted(set(map(str, wrong)))[:5]:
        print(f"   not answered: {one}")
    sent = sum(body is not None and path != "/slip/" for _a, _m, path, body in waiting)
    kept = DoorMessage.objects.filter(state="new").count() - before
    print(f"{sent} matters sent, {kept} in the inbox")
    return len(wrong) + abs(sent - kept), len(waiting) / took, quantiles(seconds, n=20)[-1]


def _ask(port, address, method, path, fields):
    headers = {"X-Forwarded-For": address}
    body = None
    if fields:
        body = urlencode(fields)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    except OSError as trouble:
        return type(trouble).__name__
    finally:
        line.close()


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
