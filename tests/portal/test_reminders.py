"""Reminders outside the portal: one message of numbers, deadlines and links; retry, failure."""

import contextlib
import http.server
import itertools
import re
import socket
import socketserver
import threading
from datetime import date, timedelta

import apprise
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.models import Matter
from portal import tasks
from portal.actions import reminders as actions
from portal.days import workdays
from portal.duties import reminders, sending
from portal.models import AuditEntry, ContactChannel, Delivery, Reminder, StandIn, WorkingDay
from portal.models.reminders import Trouble
from portal.trust import crypto
from tests import telling

State = Delivery.State


@pytest.fixture
def day(db):
    return workdays.add_working_days(timezone.localdate(), 1)


def channel(user, kind="mail", address="liuyang@example.cn", service=""):
    return ContactChannel.objects.create(
        user=user,
        channel=kind,
        service=service,
        shown="…",
        verified_at=timezone.now(),
        address_cipher=crypto.encrypt(address, sending.ADDRESS),
    )


def due(matter, day):
    Matter.objects.filter(pk=matter.pk).update(due_on=day)
    return matter


def tell(day):
    return telling.tell("due", "sendings_failed", "calendar", day=day)


def send(at=None):
    return sending.send_due(clock=(lambda: at) if at else timezone.now)


# --- Sinks on this machine: a mail server and a chat ------------------------------------------


class _MailServer(socketserver.StreamRequestHandler):
    """As much SMTP as needed; `server.answers` overrides the answer to a command."""

    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            answer = self.server.answers.get(word)
            if answer:
                self.wfile.write(answer.encode() + b"\r\n")
            elif word == "DATA":
                self.wfile.write(b"354 go\r\n")
                content = b""
                while not content.endswith(b"\r\n.\r\n"):
                    content += self.rfile.readline()
                self.server.received.append(content.decode())
                self.wfile.write(b"250 ok\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class _Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.received.append(body)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_words):
        """No output in tests."""


@contextlib.contextmanager
def serving(handler, base=socketserver.ThreadingTCPServer, **facts):
    with base(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.received = []
        for name, value in facts.items():
            setattr(server, name, value)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with serving(_MailServer, answers={}) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server


@pytest.fixture
def chat(settings):
    settings.CHAT_SINK_ON_LOOPBACK = True
    with serving(_Chat, http.server.ThreadingHTTPServer, status=200) as server:
        server.address = f"json://127.0.0.1:{server.server_address[1]}/robot"
        yield server


@pytest.fixture
def nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# --- What is sent -------------------------------------------------------------------------------


def test_a_message_holds_numbers_deadlines_and_links_and_nothing_else(people, day):
    matter = due(people.in_progress(title="三组灌溉渠道淤堵", raiser_name="李大山"), day)
    channel(people.handler)
    tell(day)

    send()

    (message,) = mail.outbox
    lines = message.body.splitlines()
    assert message.to == ["liuyang@example.cn"]
    assert lines[1] == f"{matter.number_label}  {day}  http://127.0.0.1:8000/matters/{matter.pk}/"
    assert lines[0] == message.subject
    assert re.fullmatch(r"\D+http://127.0.0.1:8000/reminders/", lines[2])
    assert len(lines) == 3
    for secret in (matter.title, "李大山", "李××", "100-0000-0001", "刘洋", "水利", "柳湾", "淤"):
        assert secret not in message.body + message.subject


def test_all_of_a_day_is_one_message(people, day):
    for _n in range(3):
        due(people.in_progress(), day)
    channel(people.handler)
    told = tell(day)

    send()

    assert told.messages == 1
    assert len(mail.outbox) == 1
    assert mail.outbox[0].body.count("/matters/") == 3


def test_a_long_day_names_the_first_and_leads_to_the_rest(people, day):
    matter = due(people.in_progress(), day)
    channel(people.handler)
    tell(day)
    row = Reminder.objects.get(user=people.handler)
    for n in range(40):
        row.pk, row.noun_id = None, matter.pk + 1000 + n
        row.save(force_insert=True)

    send()

    body = mail.outbox[0].body
    assert "41" in body.splitlines()[0]
    assert body.count("/matters/") == sending.MOST_LINES
    assert len(body.encode()) < 2048


def test_a_reader_of_english_gets_english(people, day):
    due(people.in_progress(), day)
    people.handler.language = "en"
    people.handler.save()
    channel(people.handler)
    tell(day)

    send()

    assert mail.outbox[0].subject == "Grassroots Service Portal: 1 reminder"


def test_nothing_is_sent_twice_however_often_the_rounds_run(people, day):
    due(people.in_progress(), day)
    channel(people.handler)

    for _round in range(3):
        tell(day)
        send()

    assert len(mail.outbox) == 1
    assert Delivery.objects.get().state == State.SENT


def test_an_address_that_is_not_confirmed_is_not_used(people, day):
    due(people.in_progress(), day)
    ContactChannel.objects.filter(pk=channel(people.handler).pk).update(verified_at=None)

    assert tell(day).messages == 0


def test_a_channel_taken_out_meanwhile_gets_nothing(people, day):
    due(people.in_progress(), day)
    own = channel(people.handler)
    tell(day)
    actions.remove_channel(channel=own, by=people.handler)

    send()

    assert mail.outbox == []
    assert (Delivery.objects.get().state, Delivery.objects.get().trouble) == ("failed", "gone")


def test_a_task_of_beat_tells_and_sends(people, day, monkeypatch):
    due(people.in_progress(), day)
    channel(people.handler)
    queued = []
    monkeypatch.setattr(tasks.send_deliveries, "delay", lambda: queued.append("send"))

    tasks.remind(on=day.isoformat())
    tasks.send_deliveries()

    assert queued == ["send"]
    assert len(mail.outbox) == 1


# --- A mail server and a chat that do not answer ------------------------------------------------


def test_an_e_mail_arrives_at_a_mail_server(people, day, mail_server):
    due(people.in_progress(), day)
    channel(people.handler)
    tell(day)

    send()

    assert len(mail_server.received) == 1
    assert "liuyang@example.cn" in mail_server.received[0]


def test_a_mail_server_that_cannot_be_reached_is_tried_again_and_then_fails_visibly(
    client, people, day, settings, nobody_listens
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens
    due(people.in_progress(), day)
    channel(people.handler)
    tell(day)

    at, tried = timezone.now(), 0
    while send(at):
        tried += 1
        row = Delivery.objects.get()
        assert send(at) == 0, "a pause lies between two attempts"
        at = row.try_at + timedelta(seconds=1)

    assert tried == len(sending.PAUSES) + 1
    assert (row.state, row.trouble, row.attempts) == (State.FAILED, Trouble.UNREACHABLE, tried)
    client.force_login(people.handler)
    Delivery.objects.update(day=timezone.localdate())
    assert str(Trouble.UNREACHABLE.label) in client.get("/reminders/", follow=True).content.decode()
    for staff in (people.office, people.system):
        client.force_login(staff)
        assert people.handler.name in client.get("/sendings/").content.decode()


def test_the_pause_begins_when_an_attempt_ends(people, day, settings, mail_server):
    """A batch of two hundred may take longer than the first retry delay."""
    settings.EMAIL_PORT = 1
    due(people.in_progress(), day)
    channel(people.handler)
    tell(day)
    begins = timezone.now()
    moments = itertools.chain([begins], itertools.repeat(begins + timedelta(minutes=5)))

    assert sending.send_due(clock=lambda: next(moments)) == 1

    row = Delivery.objects.get()
    assert row.state == State.QUEUED
    assert (row.at, row.try_at) == (
        begins + timedelta(minutes=5),
        begins + timedelta(minutes=5) + sending.PAUSES[0],
    )


def test_a_mail_server_that_comes_back_gets_the_message_once(people, day, settings, mail_server):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    due(people.in_progress(), day)
    channel(people.handler)
    tell(day)
    send()
    assert Delivery.objects.get().state == State.QUEUED

    settings.EMAIL_PORT = port
    send(Delivery.objects.get().try_at)
    send(timezone.now() + timedelta(days=1))

    assert len(mail_server.received) == 1
    assert (Delivery.objects.get().state, Delivery.objects.get().trouble) == (State.SENT, "")


def test_one_refused_address_does_not_hold_up_the_others(people, day, mail_server):
    due(people.in_progress(), day)
    channel(people.handler, address="nobody@example.cn")
    channel(people.support, address="sunli@example.cn")
    tell(day)
    mail_server.answers["RCPT"] = "550 no such mailbox"
    first = Delivery.objects.order_by("try_at", "pk").first()
    Delivery.objects.exclude(pk=first.pk).update(try_at=timezone.now() + timedelta(minutes=1))

    send()
    mail_server.answers.clear()
    send(timezone.now() + timedelta(minutes=2))

    states = dict(Delivery.objects.values_list("user__username", "state"))
    assert sorted(states.values()) == [State.SENT, State.FAILED]
    assert states[first.user.username] == State.FAILED
    first.refresh_from_db()
    assert (first.trouble, first.attempts) == (Trouble.REFUSED, 1)


def test_a_chat_gets_the_message_through_apprise(people, day, chat):
    matter = due(people.in_progress(), day)
    channel(people.handler, "chat", chat.address, "json")
    tell(day)

    send()

    (body,) = chat.received
    assert f"/matters/{matter.pk}/" in body
    assert matter.title not in body
    assert Delivery.objects.get().state == State.SENT


def test_a_chat_that_does_not_take_it_is_tried_again(people, day, chat):
    chat.status = 503
    due(people.in_progress(), day)
    channel(people.handler, "chat", chat.address, "json")
    tell(day)

    send()
    row = Delivery.objects.get()
    assert (row.state, row.trouble) == (State.QUEUED, Trouble.NOT_TAKEN)

    chat.status = 200
    send(row.try_at)
    assert Delivery.objects.get().state == State.SENT


def test_a_worker_that_was_cut_off_leaves_a_visible_failure_and_nothing_is_sent_twice(people, day):
    due(people.in_progress(), day)
    channel(people.handler)
    tell(day)
    Delivery.objects.update(state=State.SENDING, at=timezone.now() - sending.CUT_OFF_AFTER * 2)

    send()

    assert mail.outbox == []
    assert (Delivery.objects.get().state, Delivery.objects.get().trouble) == ("failed", "cut_off")


def test_a_worker_that_is_killed_leaves_one_message_in_doubt_and_the_others_to_the_next(
    people, day, monkeypatch
):
    for user in (people.handler, people.support, people.office):
        Delivery.objects.create(user=user, day=day, channel="mail", try_at=timezone.now())
        channel(user, address=f"{user.username}@example.cn")

    def killed(*_given):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending._Post, "send", killed)
        with pytest.raises(SystemExit):
            send()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [
        State.QUEUED,
        State.QUEUED,
        State.SENDING,
    ]

    send()

    assert len(mail.outbox) == 2


def test_a_test_message_that_got_lost_is_sent_by_beat(people, monkeypatch):
    monkeypatch.setattr("portal.tools.queue.send", lambda task, **given: None)
    at = timezone.now()
    one = actions.set_channel(channel="mail", address="a@example.cn", by=people.office, at=at)

    assert sending.untested(at=at) == []
    later = at + timedelta(minutes=2)
    assert sending.untested(at=later) == [one.pk]
    sending.send_test(one.pk, at=later)
    assert len(mail.outbox) == 1
    assert sending.untested(at=later) == []


def test_beat_started_twice_tells_and_sends_once(committed_people):
    people = committed_people
    day = workdays.add_working_days(timezone.localdate(), 1)
    for _n in range(3):
        due(people.in_progress(), day)
    for user in (people.handler, people.support):
        channel(user, address=f"{user.username}@example.cn")
    ready, told = threading.Barrier(2, timeout=60), []

    def beat():
        ready.wait()
        # Not through tell(), which would patch the kinds for the whole process.
        told.append(reminders.tell(day=day, at=reminders.morning_of(day), by="test"))
        ready.wait()
        send()
        connections.close_all()

    threads = [threading.Thread(target=beat) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Reminder.objects.filter(noun="matter").count() == 6
    assert sorted(one.reminders for one in told) == [0, Reminder.objects.count()]
    assert sorted(message.to[0] for message in mail.outbox) == [
        "handler@example.cn",
        "support@example.cn",
    ]


# --- What staff and the office are told ---------------------------------------------------------


def test_a_failed_sending_is_told_to_its_office_and_the_system_administrator(people, day):
    Delivery.objects.create(
        user=people.handler,
        day=day - timedelta(days=1),
        channel="mail",
        state="failed",
        trouble="unreachable",
    )

    tell(day)

    rows = Reminder.objects.filter(kind="sendings_failed")
    assert sorted(rows.values_list("user__username", flat=True)) == ["office", "system"]


def test_a_missing_calendar_is_told_to_the_office_once_a_week(people):
    monday = date(2035, 11, 5)

    tell(monday)
    tell(monday + timedelta(days=1))

    rows = Reminder.objects.filter(kind="calendar")
    assert set(rows.values_list("user__username", "day", "number", "link")) == {
        ("office", monday, "2036", "/workdays/?year=2036"),
        ("n-office", monday, "2036", "/workdays/?year=2036"),
    }


def test_a_calendar_that_is_there_is_not_missed(people):
    monday = date(2035, 11, 5)
    WorkingDay.objects.create(day=date(2036, 1, 1), is_working=False)

    tell(monday)

    assert not Reminder.objects.filter(kind="calendar").exists()


def test_the_same_rows_are_refused_by_the_database(people, day):
    facts = {"user": people.handler, "day": day, "channel": "mail"}
    Delivery.objects.create(**facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(**facts)


def test_rows_of_a_year_lie_in_its_partition(people):
    for year in (2026, 2099):
        Delivery.objects.create(user=people.handler, day=date(year, 5, 4), channel="mail")

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM portal_delivery ORDER BY day")
        assert [name for (name,) in cursor] == ["portal_delivery_2026", "portal_delivery_other"]


# --- Addresses ----------------------------------------------------------------------------------

TOKEN = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
HEX = TOKEN.replace("-", "")


@pytest.mark.parametrize(
    ("pasted", "service", "address"),
    [
        (
            f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
            "wecombot",
            f"wecombot://{TOKEN}/",
        ),
        (
            f"https://oapi.dingtalk.com/robot/send?access_token={HEX}",
            "dingtalk",
            f"dingtalk://{HEX}/",
        ),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", "feishu", f"feishu://{TOKEN}/"),
        (f"  wecombot://{TOKEN}/ ", "wecombot", f"wecombot://{TOKEN}/"),
    ],
)
def test_a_webhook_is_read_as_the_chat_shows_it(pasted, service, address):
    assert sending.read_chat_address(pasted) == (service, address)


def test_every_chat_takes_the_addresses_that_are_made_for_it(db):
    chats = apprise.Apprise()

    for text in (f"wecombot://{TOKEN}", f"dingtalk://{HEX}", f"feishu://{TOKEN}"):
        assert chats.add(sending.read_chat_address(text, "SEC5e3f0c1d2b")[1])


LOCAL = [
    "http://127.0.0.1/hook",
    "https://localhost/hook",
    "http://10.1.2.3:8080/hook",
    "http://192.168.1.20/hook",
    "http://172.16.0.1/hook",
    "http://169.254.169.254/latest/",
    "http://[::1]/hook",
    "http://[fd00::1]/hook",
    "http://[::ffff:127.0.0.1]/hook",
    "http://2130706433/hook",
    "http://0.0.0.0/hook",
    "http://robot.internal/hook",
    "http://100.64.0.1/hook",
]


@pytest.mark.parametrize("address", LOCAL)
def test_a_webhook_on_the_local_network_is_refused_in_a_sentence(client, people, address):
    client.force_login(people.handler)

    answer = client.post(reverse("set_channel", args=["chat"]), {"address": address})

    assert answer.status_code == 422
    assert "local network" in str(answer.context["form"].errors) or "局域网" in str(
        answer.context["form"].errors
    )
    assert address in answer.content.decode()
    assert not ContactChannel.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/hook",
        "mailto://x:y@example.com",
        "json://127.0.0.1/",
        "file:///etc/x",
        "wecombot://a?redirect=yes",
        "wecombot://token@127.0.0.1/x",
        "随便写的",
        "http://",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_webhook_of_a_known_chat_is_refused(client, people, address):
    client.force_login(people.handler)

    answer = client.post(reverse("set_channel", args=["chat"]), {"address": address})

    assert answer.status_code == 422
    assert not ContactChannel.objects.exists()


def test_a_name_that_leads_into_the_local_network_by_now_is_not_called(people, day, monkeypatch):
    due(people.in_progress(), day)
    channel(people.handler, "chat", f"wecombot://{TOKEN}/", "wecombot")
    tell(day)
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: inside)

    send()

    assert (Delivery.objects.get().state, Delivery.objects.get().trouble) == ("failed", "local")


def test_a_sink_is_called_only_where_the_setting_says_so(people, day, chat, settings):
    due(people.in_progress(), day)
    channel(people.handler, "chat", chat.address, "json")
    tell(day)
    settings.CHAT_SINK_ON_LOOPBACK = False

    send()

    assert chat.received == []
    assert Delivery.objects.get().trouble == Trouble.LOCAL


# --- The person's own settings ------------------------------------------------------------------


@pytest.fixture
def handler(client, people):
    client.force_login(people.handler)
    return client


def set_mail(client, address="liuyang@example.cn"):
    return client.post(reverse("set_channel", args=["mail"]), {"address": address})


def code_of(row):
    sending.send_test(row.pk, at=timezone.now())
    return re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()


def test_an_address_is_used_after_the_code_of_its_test_message(handler, people):
    set_mail(handler)
    own = ContactChannel.objects.get()
    assert (own.verified_at, own.user) == (None, people.handler)
    assert "liuyang" not in own.address_cipher + own.shown

    answer = handler.post(reverse("confirm_channel", args=["mail"]), {"code": code_of(own)})

    own.refresh_from_db()
    assert answer.status_code == 302
    assert own.verified_at is not None
    assert set(AuditEntry.objects.values_list("event", flat=True)) >= {
        "channel.set",
        "channel.confirmed",
    }


def test_a_wrong_code_is_counted_and_after_five_the_right_one_works_no_longer(handler):
    set_mail(handler)
    own = ContactChannel.objects.get()
    right = code_of(own)
    wrong = "000000" if right != "000000" else "111111"
    url = reverse("confirm_channel", args=["mail"])

    statuses = [handler.post(url, {"code": wrong}).status_code for _n in range(5)]
    answer = handler.post(url, {"code": right})

    own.refresh_from_db()
    assert statuses == [422] * 5
    assert (answer.status_code, own.verified_at) == (422, None)


def test_a_code_works_for_a_day(handler):
    set_mail(handler)
    own = ContactChannel.objects.get()
    right = code_of(own)
    ContactChannel.objects.update(code_until=timezone.now() - timedelta(minutes=1))

    answer = handler.post(reverse("confirm_channel", args=["mail"]), {"code": right})

    assert answer.status_code == 422


def test_a_new_address_begins_again_without_confirmation(handler, people):
    channel(people.handler)

    set_mail(handler, "other@example.cn")

    assert ContactChannel.objects.get().verified_at is None


def test_test_messages_have_a_minute_between_them(handler):
    set_mail(handler)
    before = ContactChannel.objects.get().code_cipher

    handler.post(reverse("test_channel", args=["mail"]))

    assert ContactChannel.objects.get().code_cipher == before


def test_nobody_is_flooded_with_test_messages_by_typing_many_addresses(handler):
    set_mail(handler, "first@example.cn")

    answer = set_mail(handler, "second@example.cn")

    assert answer.status_code == 422
    assert ContactChannel.objects.get().shown == "f…@example.cn"


def test_a_test_message_that_does_not_go_out_is_said_beside_the_address(
    handler, settings, nobody_listens
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens
    set_mail(handler)

    sending.send_test(ContactChannel.objects.get().pk, at=timezone.now())

    page = handler.get(reverse("reminder_settings")).content.decode()
    assert str(Trouble.UNREACHABLE.label) in page


@pytest.mark.parametrize("address", ["", "no-address", "a@b\nBcc: x@y.cn", "李@例子.中国"])
def test_a_wrong_e_mail_address_is_said_at_its_field(handler, address):
    answer = set_mail(handler, address)

    assert answer.status_code == 422
    assert "address" in answer.context["form"].errors


# --- Bell and list ------------------------------------------------------------------------------


def test_the_bell_counts_what_is_unread(handler, people, day):
    for _n in range(2):
        due(people.in_progress(), day)
    tell(day)

    assert handler.get("/roles/").context["bell"] == "2"
    handler.post(reverse("mark_read", args=[Reminder.objects.filter(user=people.handler)[0].pk]))
    assert handler.get("/roles/").context["bell"] == "1"
    handler.post(reverse("mark_all_read"))
    assert handler.get("/roles/").context["bell"] == ""
    assert Reminder.objects.filter(user=people.support, read_at=None).count() == 2


def test_what_is_told_of_one_record_twice_is_counted_and_read_once(handler, people, day):
    matter = people.in_progress()
    for kind in ("due", "unsigned"):
        Reminder.objects.create(
            user=people.handler, kind=kind, noun="matter", noun_id=matter.pk, day=day, link="/"
        )

    assert handler.get("/roles/").context["bell"] == "1"
    handler.post(reverse("mark_read", args=[Reminder.objects.filter(user=people.handler)[0].pk]))
    assert handler.get("/roles/").context["bell"] == ""


def test_the_bell_reads_no_more_than_a_hundred(people, day):
    rows = [
        Reminder(user=people.handler, kind="due", noun="matter", noun_id=n, day=day, link="/")
        for n in range(120)
    ]
    Reminder.objects.bulk_create(rows)

    assert reminders.unread_count(people.handler) == "99+"


def test_a_reminder_of_somebody_else_is_not_found(handler, people, day):
    due(people.in_progress(), day)
    tell(day)
    other = Reminder.objects.get(user=people.support)

    assert handler.post(reverse("mark_read", args=[other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_sendings_cost_the_same_for_one_row_and_three(
    client, people, rows, django_assert_num_queries
):
    today = timezone.localdate()
    for n in range(rows):
        Delivery.objects.create(
            user=people.handler,
            day=today - timedelta(days=n),
            channel="mail",
            state="failed",
            trouble="unreachable",
        )
    client.force_login(people.office)
    client.get("/sendings/")

    with django_assert_num_queries(QUERIES_OF_SENDINGS):
        client.get("/sendings/")


QUERIES_OF_SENDINGS = 8


def test_the_office_sends_again_and_it_is_audited(client, people):
    row = Delivery.objects.create(
        user=people.handler,
        day=timezone.localdate(),
        channel="mail",
        state="failed",
        trouble="unreachable",
        attempts=5,
    )
    client.force_login(people.office)

    client.post(reverse("send_again", args=[row.pk]))

    row.refresh_from_db()
    assert (row.state, row.attempts, row.trouble) == (State.QUEUED, 0, "")
    assert AuditEntry.objects.filter(event="delivery.sent_again", noun_id=row.pk).exists()
    assert client.post(reverse("send_again", args=[row.pk])).status_code == 403


# --- The command --------------------------------------------------------------------------------


def test_the_command_tells_and_sends_for_a_day(people, day, capsys):
    due(people.in_progress(), day)
    channel(people.handler)

    call_command("send_reminders", on=day.isoformat())
    call_command("send_reminders", on=day.isoformat())

    # On some days there is also a reminder of a festival.
    assert Reminder.objects.filter(noun="matter").count() == 2
    assert capsys.readouterr().out.splitlines() == [
        f"{day}: {Reminder.objects.count()} reminders, 1 messages, 1 taken up",
        f"{day}: 0 reminders, 0 messages, 0 taken up",
    ]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("on", ["2026-13-01", "tomorrow", "", "2026-11-24x", "0001-01-01"])
def test_the_command_says_what_is_wrong_with_a_day(db, on):
    with pytest.raises(CommandError, match="Write the day as|outside the years"):
        call_command("send_reminders", on=on)


def test_a_stand_in_has_reminders_of_their_own(client, people, day):
    due(people.in_progress(), day)
    StandIn.objects.create(
        principal=people.handler,
        stand_in=people.neighbour_cadre,
        named_by=people.handler,
        starts_on=day,
        ends_on=day,
    )

    tell(day)

    assert Reminder.objects.visible_to(people.neighbour_cadre).count() == 1
    assert Reminder.objects.visible_to(people.neighbour_handler).count() == 0
