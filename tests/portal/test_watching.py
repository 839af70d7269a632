"""What operators can enable: metrics for monitoring, log lines, the office's page."""

import json
import logging
import os
import subprocess
import sys
import uuid
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from celery import signals
from django.urls import reverse
from django.utils import timezone, translation

from outreach.models import Visit
from portal.models import ExportRequest, Job, LoginFailure, User
from portal.pages import condition
from portal.run import logs, measures, metrics
from portal.tasks import run_job
from portal.tools import queue
from tests.outreach.test_pages import part, visit_form
from tests.people import PASSWORD

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

TOKEN = "a-token-of-the-monitoring-0123456789"
SAID = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def asked_anew():
    measures.forget()
    yield
    measures.forget()


@pytest.fixture
def watched(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = TOKEN, []
    settings.MIDDLEWARE = ["portal.pages.measured.Measured", *settings.MIDDLEWARE]
    yield
    metrics._histogram.cache_clear()
    metrics.leave_seat()


def numbers(page):
    """{"name{labels}": number} of the text format."""
    lines = [line for line in page.decode().splitlines() if line and not line.startswith("#")]
    return {name: float(n) for name, _space, n in (line.rpartition(" ") for line in lines)}


# --- /metrics/ ---------------------------------------------------------------------------------


def test_unset_the_address_is_not_there(client, people):
    client.force_login(people.system)

    assert client.get("/metrics/").status_code == 404
    assert client.get("/metrics/", **SAID).status_code == 404


def test_the_monitoring_reads_with_its_token_alone(watched, client, people):
    client.force_login(people.office)
    client.get(reverse("help"))

    page = client.get("/metrics/", HTTP_HOST="10.0.0.7:8000", **SAID)
    read = numbers(page.content)

    assert page.status_code == 200
    assert read['portal_jobs_oldest_waiting_seconds{queue="long"}'] == 0
    assert read['portal_request_seconds_count{app="portal",method="GET",status="2xx"}'] == 1
    assert set(measures.MEASURES) - {"portal_replica_lag_seconds", "portal_malware_scanner_up"} <= {
        name.partition("{")[0] for name in read
    }
    assert client.get("/metrics/").status_code == 404
    assert client.get("/metrics/", HTTP_AUTHORIZATION="Bearer another").status_code == 404
    assert client.post("/metrics/", **SAID).status_code == 404


@pytest.mark.parametrize("header", ["X_FORWARDED_FOR", "FORWARDED", "VIA", "X_REAL_IP"])
def test_what_came_through_a_proxy_is_refused(watched, client, header):
    assert client.get("/metrics/", **SAID, **{f"HTTP_{header}": "10.0.0.7"}).status_code == 404


def test_an_approved_export_waits_since_its_approval(db, people):
    now = timezone.now()
    job = Job.objects.create(
        kind="export", title="名册", owner=people.office, created_at=now - timedelta(days=3)
    )
    ExportRequest.objects.create(
        job=job,
        rows=900,
        purpose="年度核对",
        state=ExportRequest.State.APPROVED,
        decided_by=people.supervisor,
        decided_at=now - timedelta(seconds=30),
    )

    assert 20 < measures.value("portal_jobs_oldest_waiting_seconds", "long") < 600


def test_networks_are_asked_beside_the_token(watched, client, db, settings):
    settings.METRICS_NETWORKS = [ip_network("10.1.0.0/16")]

    assert client.get("/metrics/", REMOTE_ADDR="10.1.2.3", **SAID).status_code == 200
    assert client.get("/metrics/", REMOTE_ADDR="10.2.2.3", **SAID).status_code == 404
    assert client.get("/metrics/", REMOTE_ADDR="10.1.2.3").status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics/", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics/", REMOTE_ADDR="").status_code == 404


def test_nginx_passes_it_on_to_nobody(settings):
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()

    _before, found, after = text.partition("location = /metrics/ {")
    assert found and after.split("}")[0].strip() == "return 404;"


def test_many_scrapes_ask_the_database_once(watched, client, db, django_assert_max_num_queries):
    client.get("/metrics/", **SAID)

    with django_assert_max_num_queries(0):
        client.get("/metrics/", **SAID)


def test_a_measure_that_cannot_be_read_is_missing(watched, client, db, monkeypatch):
    broken = measures.Measure("portal_broken", "", "SELECT n FROM no_such_table")
    monkeypatch.setitem(measures.MEASURES, "portal_broken", broken)

    page = client.get("/metrics/", **SAID)

    assert page.status_code == 200
    assert b"portal_broken" not in page.content and b"portal_jobs{" in page.content


NOTING = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from pathlib import Path
from django.conf import settings
settings.VAR_DIR = Path(sys.argv[1])
from portal.run import metrics
for n in range(3):
    metrics.note(seconds=0.2, app="portal", method="GET", status=200)
print(metrics.seat(), flush=True)
sys.stdin.readline()
os._exit(1)
"""


@pytest.mark.slow
def test_all_processes_are_summed_and_a_dead_ones_seat_is_taken_again(watched, db, tmp_path):
    def begin():
        words = [sys.executable, "-c", NOTING, str(tmp_path)]
        pipe = subprocess.PIPE
        one = subprocess.Popen(
            words, stdin=pipe, stdout=pipe, text=True, cwd=os.fspath(ROOT), env=os.environ
        )
        return one, int(one.stdout.readline())

    def end(one):
        one.communicate("\n")

    (first, first_seat), (second, second_seat) = begin(), begin()
    end(first)
    third, third_seat = begin()
    end(second)
    end(third)
    read = numbers(metrics.page())

    assert {first_seat, second_seat} == {0, 1} and third_seat == first_seat
    assert read['portal_request_seconds_count{app="portal",method="GET",status="2xx"}'] == 9
    assert len(list(metrics.folder().glob("*.db"))) <= 3


# --- The log -----------------------------------------------------------------------------------


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.addFilter(logs.RefusalsInOneLine())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def log(settings):
    settings.MIDDLEWARE = ["portal.pages.request_ids.RequestIds", *settings.MIDDLEWARE]
    handler = Lines()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(before)


SECRETS = {
    "name": "郑翠兰",
    "phone": "100-0000-4711",
    "text": "水渠边的老屋漏雨",
    "search": "寻找张三的低保",
    "password": "wrong-Password-4711",
    "in an error": "王秀英",
}


def test_fixed_sentences_of_each_app_stand_in_the_log(log, settings):
    ours = [one for one in settings.INSTALLED_APPS if (settings.BASE_DIR / one).is_dir()]
    assert len(ours) > 10

    for app in ours:
        logging.getLogger(f"{app}.part").error("The part met an error")

    assert [json.loads(line)["message"] for line in log] == ["The part met an error"] * len(ours)


def test_no_line_says_who_or_what(log, client, people, monkeypatch):
    client.raise_request_exception = False
    client.post(reverse("account_login"), {"login": "author", "password": SECRETS["password"]})
    client.post(reverse("account_login"), {"login": "author", "password": PASSWORD})
    form = visit_form(people, summary=SECRETS["text"])
    form |= part(0, raiser_name=SECRETS["name"], raiser_phone=SECRETS["phone"])
    saved = client.post(reverse("outreach:new_visit"), form)
    client.get(reverse("outreach:matters"), {"q": SECRETS["search"]})
    client.get(f"/no/such/{SECRETS['search']}/")

    def break_down(*_args, **_more):
        User.objects.create(pk=people.author.pk, username="x", name=SECRETS["in an error"])

    monkeypatch.setattr("portal.views.guide._phone", break_down)
    broken = client.get(reverse("help"), {"about": SECRETS["name"]})
    logging.getLogger("django").warning(f"Row of {SECRETS['name']}")
    logging.getLogger("celery").error("Task failed: %(exc)s", {"exc": SECRETS["phone"]})

    text = "\n".join(log)
    told = [json.loads(line) for line in log]
    assert saved.status_code == 302 and Visit.objects.exists() and broken.status_code == 500
    assert LoginFailure.objects.count() == 1
    for what, secret in SECRETS.items():
        assert secret not in text, what
    for person in (people.author, people.office):
        assert person.name not in text and f'"{person.username}"' not in text
    assert "?" not in text and "127.0.0.1" not in text
    errors = [line for line in told if line.get("status") == 500 and "error" in line]
    assert errors[0]["error"][0] == "django.db.utils.IntegrityError"
    assert errors[0]["route"] == "help/" and any("guide.py" in one for one in errors[0]["where"])
    assert all(len(line["request_id"]) == 32 for line in told if line["message"] == "Answered")


def test_ids_come_from_our_proxy_if_well_formed(log, client, db, settings):
    given = uuid.uuid4().hex

    def answered(**headers):
        return client.get(reverse("account_login"), headers=headers).headers["X-Request-ID"]

    assert answered(**{"X-Request-ID": given}) != given
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert answered(**{"X-Request-ID": given}) == given
    assert json.loads(log[-1])["request_id"] == given
    assert answered(**{"X-Request-ID": str(uuid.UUID(given))}) == str(uuid.UUID(given))
    for odd in ("13800000000", "x" * 32, given + "\n{}", ""):
        assert answered(**{"X-Request-ID": odd}) != odd


def test_a_job_carries_the_id_of_the_click(log):
    given = uuid.uuid4().hex
    sent = []

    def keep(headers=None, **_):
        sent.append(dict(headers))

    signals.before_task_publish.connect(keep)
    with logs.of_request(given):
        queue.send("portal.tasks.run_job", job_id=0)
    queue.send("portal.tasks.run_job", job_id=0)
    signals.before_task_publish.disconnect(keep)

    class Asked:
        portal_request_id = sent[0]["portal_request_id"]

    class Task:
        request, name = Asked(), run_job.name

    signals.task_prerun.send(sender=run_job, task=Task())
    logging.getLogger("portal.run.jobs").error("Job %s could not write its file", 12)
    signals.task_postrun.send(sender=run_job, task=Task())
    logging.getLogger("portal.run.jobs").error("Job %s could not write its file", 13)

    inside, after = map(json.loads, log[-2:])
    assert inside["request_id"] == given and inside["task"] == "portal.tasks.run_job"
    assert inside["message"] == "Job 12 could not write its file"
    assert "request_id" not in after and "task" not in after
    assert "portal_request_id" not in sent[1]


# --- The office's page -------------------------------------------------------------------------


def test_the_office_reads_that_all_is_well_or_what_is_not(client, people):
    client.force_login(people.office)
    measures._kept["values"] = float("inf"), well()

    page = client.get(reverse("condition")).content.decode()
    measures._kept["values"] = (
        float("inf"),
        well()
        | {
            "portal_worker_alive": {(): 0.0},
            "portal_backup_age_seconds": {(): measures.NEVER},
            "portal_phone_entries": {
                ("fault",): 2.0,
                ("quarantined",): 3.0,
                ("differs",): 0.0,
                ("held",): 1.0,
            },
        },
    )
    troubled = client.get(reverse("condition")).content.decode()

    assert "各项运行正常" in page and ">需处理" not in page
    assert troubled.count(">需处理") == 3
    assert "有3项需要处理" in troubled and "平台自身尚未做过备份" in troubled
    assert "有3条等待填写人确认" in troubled and "有2条因平台自身差错" in troubled


def well():
    return {
        "portal_worker_alive": {(): 1.0},
        "portal_jobs": {("queued",): 0.0, ("running",): 1.0, ("failed",): 0.0},
        "portal_jobs_oldest_waiting_seconds": {("long",): 0.0, ("sending",): 0.0},
        "portal_reminders_undelivered": {("waiting",): 0.0, ("failed",): 0.0},
        "portal_figure_deltas": {(): 12.0},
        "portal_backup_age_seconds": {(): 7200.0},
        "portal_disk_free_bytes": {(): 5e10},
        "portal_door_oldest_new_seconds": {(): 0.0},
        "portal_door_messages": {("new",): 0.0, ("held",): 0.0, ("waiting",): 0.0},
        "portal_phone_entries": dict.fromkeys(
            (("fault",), ("quarantined",), ("differs",), ("held",)), 0.0
        ),
    }


def test_what_cannot_be_seen_is_no_good_news(people):
    measures._kept["values"] = float("inf"), {}

    rows = condition.lines_for(people.office, at=timezone.now())

    assert len(rows) == 8 and not any(row["is_well"] for row in rows)


def test_english_says_the_same(people):
    measures._kept["values"] = float("inf"), well()

    with translation.override("en"):
        said = [str(row["said"]) for row in condition.lines_for(people.office, at=timezone.now())]

    assert said[0] == "It is at work." and said[1] == "1 being made, 0 waiting."
