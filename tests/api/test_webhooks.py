"""Webhooks tell other systems of steps: signed, once for each step, retried on failure, and only to
hosts that the settings allow. The receiver is a real server on this machine."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api import outward
from api.actions import tokens as token_actions
from api.actions import webhooks as actions
from api.models import StepDelivery, Subscription
from api.models.webhooks import Trouble
from portal.celery import TELL, Scheduler, app
from tests.api.calling import Caller, problem_of

State = StepDelivery.State


class Receiver:
    """A server that records requests and answers them with a set status."""

    def __init__(self):
        self.came, self.status, self.leads_to = [], 200, ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.came.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                if outer.leads_to:
                    self.send_header("Location", outer.leads_to)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/steps?a=b"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.0/8", "bridge.example.cn"]
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def caller(people):
    return Caller(people)


@pytest.fixture
def told(caller, receiver):
    """Subscribe by a call; return (subscription, its secret)."""
    answer = caller.post("/webhooks", {"url": receiver.url})
    assert answer.status_code == 201, answer.json()
    return Subscription.objects.get(), answer.json()["secret"]


def send(*, after=timedelta(0)):
    """Send what is due, as the worker does, `after` so much time."""
    return actions.send_due(clock=lambda: timezone.now() + after)


def note():
    return actions.note_steps(at=timezone.now())


def test_a_step_is_told_signed_and_without_words(people, told, receiver):
    subscription, secret = told
    matter = people.matter(title="东支渠淤积", raiser_name="李大山")
    people.move(matter, "take_up", people.host, organ=people.town_organ, text="由镇里办理")
    assert note() == 2 and send() == 2

    path, headers, body = receiver.came[-1]
    assert path == "/steps?a=b" and headers["Content-Type"] == "application/json"
    said = json.loads(body)
    assert set(said) == {"id", "number", "step", "at"}
    assert (said["number"], said["step"]) == (matter.number_label, "take_up")
    assert said["at"].endswith("+00:00") and headers["Portal-Delivery"] == said["id"]
    moment, signed = (one.partition("=")[2] for one in headers["Portal-Signature"].split(","))
    wanted = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert signed == wanted
    assert set(StepDelivery.objects.values_list("state", "status")) == {("done", 200)}
    assert secret not in str(Subscription.objects.values().get())
    # Sent only once.
    assert note() == 0 and send() == 0
    assert subscription.key


def test_only_what_the_token_may_read(people, told, receiver):
    people.matter(place=people.other_village, by=people.neighbour_cadre)
    matter = people.matter()
    people.move(matter, "internal", people.host, text="内部")
    note()
    assert list(StepDelivery.objects.values_list("number", "move")) == [
        (matter.number_label, "register")
    ]


def test_what_happened_before_is_not_told(people, caller, receiver):
    people.matter()
    caller.post("/webhooks", {"url": receiver.url})
    assert note() == 0


def test_what_fails_is_sent_again_with_pauses(people, told, receiver):
    people.matter()
    note()
    receiver.status = 503
    assert send() == 1 and send() == 0
    one = StepDelivery.objects.get()
    assert (one.state, one.attempts, one.status, one.trouble) == ("queued", 1, 503, "refused")
    waited = timedelta(0)
    for n, pause in enumerate(actions.PAUSES, start=2):
        waited += pause + timedelta(seconds=5)
        if n <= len(actions.PAUSES):
            assert send(after=waited) == 1
    assert send(after=waited) == 1
    one.refresh_from_db()
    assert (one.state, one.attempts) == ("failed", 1 + len(actions.PAUSES))
    assert send(after=timedelta(days=30)) == 0
    assert len(receiver.came) == one.attempts
    assert len({headers["Portal-Delivery"] for _path, headers, _body in receiver.came}) == 1


def test_it_arrives_once_the_other_side_is_well(people, told, receiver):
    people.matter()
    note()
    receiver.status = 500
    send()
    receiver.status = 204
    assert send(after=timedelta(minutes=2)) == 1
    assert StepDelivery.objects.get().state == "done"


def test_a_lost_worker_loses_no_message(people, told, receiver):
    people.matter()
    note()
    at = timezone.now()
    (taken,) = actions._take(at)
    # The worker is killed here; no other takes its message while the lease runs.
    assert send() == 0 and receiver.came == []
    assert send(after=actions.LEASE + timedelta(seconds=5)) == 1
    assert len(receiver.came) == 1
    # If the worker was only slow, its late result changes nothing.
    actions._end(taken, State.FAILED, Trouble.UNREACHABLE, at=at)
    assert StepDelivery.objects.get().state == "done"


def test_a_batch_that_takes_long_is_sent_once(people, told, receiver):
    """Its first message takes longer than a lease, and a second worker takes the rest."""
    people.matter()
    people.matter()
    note()
    now = timezone.now()
    late = now + actions.LEASE + timedelta(seconds=5)
    slow = iter([now, now, now, now])

    def clock():
        at = next(slow, None)
        if at is None:
            # By now the lease on the rest of the slow worker's batch has expired.
            actions.send_due(clock=lambda: late)
            return late
        return at

    assert actions.send_due(clock=clock) == 2
    assert len(receiver.came) == 2
    assert len({headers["Portal-Delivery"] for _path, headers, _body in receiver.came}) == 2
    assert set(StepDelivery.objects.values_list("state", flat=True)) == {"done"}


def test_nobody_answers(people, told, receiver):
    people.matter()
    note()
    receiver.close()
    send()
    assert StepDelivery.objects.get().trouble == Trouble.UNREACHABLE


def test_redirects_are_not_followed(people, told, receiver):
    people.matter()
    note()
    receiver.status, receiver.leads_to = 302, receiver.url
    send()
    assert len(receiver.came) == 1 and StepDelivery.objects.get().trouble == Trouble.REFUSED


def test_what_has_ended_is_told_nothing(people, told, caller, receiver):
    people.matter()
    note()
    token_actions.revoke(token=caller.token, by=people.security, at=timezone.now())
    send()
    assert receiver.came == [] and StepDelivery.objects.get().trouble == Trouble.LAPSED
    people.matter()
    assert note() == 0


def test_a_subscription_is_ended_by_its_token(people, told, caller, receiver):
    subscription, _secret = told
    assert [one["url"] for one in caller.get("/webhooks").json()["rows"]] == [receiver.url]
    other = Caller(people, name="other")
    assert other.get("/webhooks").json()["rows"] == []
    problem_of(other.post(f"/webhooks/{subscription.key}/end", {}), 404, "not_found")
    assert caller.post(f"/webhooks/{subscription.key}/end", {}).status_code == 200
    people.matter()
    assert note() == 0 and caller.get("/webhooks").json()["rows"] == []


# --- Where to --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.org/",
        "https://bridge.example.cn.example.org/",
        "https://user:secret@bridge.example.cn/",
        "http://2130706433/",
        "http://0x7f000001/",
        "https://bridge.example.cn:99999/",
    ],
)
def test_other_addresses_are_never_called(caller, receiver, url):
    problem_of(caller.post("/webhooks", {"url": url}), 422, "invalid")
    with pytest.raises(outward.NotAllowed):
        outward.read(url)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("url", ["ftp://bridge.example.cn/", "file:///etc", "x", "https://"])
def test_what_is_no_address_is_refused(caller, receiver, url):
    problem_of(caller.post("/webhooks", {"url": url}), 422, "invalid")


def leads_to(monkeypatch, *addresses):
    found = [(2, 1, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *args, **kwargs: found)


@pytest.mark.parametrize(
    ("scheme", "address", "is_called"),
    [
        ("https", "93.184.216.34", True),
        ("http", "93.184.216.34", False),
        ("https", "10.0.0.1", False),
        ("https", "169.254.169.254", False),
        ("https", "::1", False),
        ("https", "::ffff:10.0.0.1", False),
        ("https", "224.0.0.1", False),
        # In an allowed network, under any name.
        ("http", "127.0.0.9", True),
        ("http", "::ffff:127.0.0.9", True),
    ],
)
def test_a_name_is_called_where_it_may_lead(monkeypatch, receiver, scheme, address, is_called):
    leads_to(monkeypatch, address)
    target = outward.read(f"{scheme}://bridge.example.cn/x")
    if is_called:
        assert outward.address_of(target) == address.removeprefix("::ffff:")
    else:
        with pytest.raises(outward.NotAllowed):
            outward.address_of(target)


def test_the_checked_address_is_called(monkeypatch, people, told, receiver):
    """A name server that gives another answer a moment later has no effect."""
    port = receiver.server.server_port
    Subscription.objects.update(url=f"http://bridge.example.cn:{port}/steps")
    people.matter()
    note()
    looked_up = []

    def getaddrinfo(host, *args, **kwargs):
        looked_up.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outward.socket, "getaddrinfo", getaddrinfo)
    send()
    assert len(receiver.came) == 1 and receiver.came[0][1]["Host"] == f"bridge.example.cn:{port}"
    assert looked_up[0] == "bridge.example.cn"


def test_without_a_setting_nothing_is_called(people, told, receiver, settings):
    people.matter()
    note()
    settings.WEBHOOK_HOSTS = []
    assert send() == 0 and receiver.came == []
    settings.WEBHOOK_HOSTS, settings.PRACTICE = ["127.0.0.0/8"], True
    assert send() == 0 and receiver.came == []


def test_without_a_setting_no_worker_is_asked(settings, tmp_path):
    for hosts in ([], ["bridge.example.cn"], []):
        settings.WEBHOOK_HOSTS = hosts
        beat = Scheduler(app, schedule_filename=str(tmp_path / "beat"))
        assert (TELL in beat.schedule) == bool(hosts)
        beat.close()


def test_the_list_of_messages_shows_no_matter(people, told, receiver):
    matter = people.matter()
    note()
    send()
    client = Client()
    for who in (people.system, people.host):
        client.force_login(who)
        page = client.get(reverse("api:deliveries")).content.decode()
        assert "县12345热线" in page and matter.number_label not in page
    client.force_login(people.host2)
    assert "县12345热线" not in client.get(reverse("api:deliveries")).content.decode()


def test_old_messages_go(people, told, receiver):
    people.matter()
    note()
    send()
    assert actions.forget(at=timezone.now() + timedelta(days=80)) == 0
    assert actions.forget(at=timezone.now() + timedelta(days=91)) == 1
