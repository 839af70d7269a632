"""Items of help: who promises, what is done, who gives the word, and what no figure hides."""

import html
import re
import uuid
from datetime import datetime, time, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import door
from outreach.door import codes, guards, store
from outreach.models import DoorMessage, DoorTry
from pairing import delivery
from pairing.actions import support
from pairing.duties import support as duties
from pairing.filters.support import SupportFilter
from pairing.forms.support import HearWordForm
from pairing.ledgers.support import SUPPORT_LEDGER
from pairing.models import Pairing, SupportItem, SupportRemark, SupportStep, SupportWord
from pairing.rules import support as rules
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, Reminder, StandIn
from portal.roles import Role
from tests.day import in_days, now
from tests.outreach.test_door import Villager, as_the_door  # noqa: F401
from tests.pairing.cast import household, needed, paired
from tests.people import account, everybody, unit
from tests.reading import words
from tests.telling import tell

Move = SupportStep.Move
CARD = "6222020200112233446"


def promised(people, pairing=None, by=None, **changes):
    fields = {
        "kind": "technology",
        "what": "请农技员来讲两次课",
        "amount": None,
        "source": "",
        "promised_on": in_days(-20),
        "promised_for": in_days(5),
        "need": None,
        "client_key": uuid.uuid4(),
    } | changes
    return support.promise_item(
        pairing=pairing or paired(people), by=by or people.author, at=now(), **fields
    )


def done(people, item=None, by=None, at=None, **changes):
    fields = {"done_on": in_days(-1), "result": "讲了两次，三十人听课"} | changes
    item = item or promised(people)
    return support.finish_item(item=item, by=by or people.author, at=at or now(), **fields)


def heard(people, item, by=None, answer="satisfied", way="call", **more):
    by = by or people.host
    return support.hear_word(item=item, by=by, at=now(), way=way, answer=answer, **more)


def add_words(slip, comment):
    said = {"word": "", "comment": comment}
    store.deliver(store.Letter("word", str(uuid.uuid4()), said, None, *slip))
    door.take_over_new(at=now())


def has_remarks(user):
    kind = todo.kind_for(user, "support_remark")
    return bool(kind) and kind.rows(user).exists()


def form_of(**changes):
    return {
        "key": str(uuid.uuid4()),
        "kind": "funds",
        "what": "资助孩子开学用品",
        "amount": "800",
        "source": "own",
        "promised_for": in_days(30).isoformat(),
    } | changes


# --- promising ----------------------------------------------------------------------------------


def test_cadre_liaison_and_host_promise_and_nobody_else(people):
    pairing = paired(people)
    own = promised(people, pairing)
    assert own.steps.get().for_cadre is None
    assert (own.organ, own.unit, own.county) == (people.agriculture, people.village, people.county)
    for by in (people.liaison, people.host):
        step = promised(people, pairing, by=by).steps.get()
        assert (step.by, step.for_cadre) == (by, people.cadre)
    for by in (
        people.colleague,
        people.office,
        people.supervisor,
        people.neighbour_host,
        people.neighbour_liaison,
        people.neighbour_cadre,
    ):
        with pytest.raises(PermissionDenied):
            promised(people, pairing, by=by)
    assert AuditEntry.objects.filter(event="support.promised", noun_id=own.pk).count() == 1


def test_the_same_form_twice_is_one_promise(people, browse, django_capture_on_commit_callbacks):
    pairing = paired(people)
    url, form = reverse("pairing:promise_support", args=[pairing.pk]), form_of()

    with django_capture_on_commit_callbacks(execute=True):
        first = browse("author").post(url, form)
    answers = [first, browse("author").post(url, form)]

    item = SupportItem.objects.get()
    assert [one.url for one in answers] == [item.get_absolute_url()] * 2
    assert (item.amount, item.source, item.promised_on) == (Decimal(800), "own", in_days(0))
    assert item.steps.count() == 1


def test_nothing_new_in_a_pairing_that_ended_or_whose_cadre_left(people, browse):
    over = paired(people, starts_on=in_days(-90), ends_on=in_days(-1))
    with pytest.raises(PermissionDenied, match="结束"):
        promised(people, over, by=people.host)
    ahead = paired(people, door=household(people, "13"), starts_on=in_days(2))
    with pytest.raises(PermissionDenied):
        promised(people, ahead)
    pairing = paired(people, door=household(people, "14"))
    people.cadre.left_on = in_days(-1)
    people.cadre.save()

    page = browse("host").get(reverse("pairing:promise_support", args=[pairing.pk]))

    assert page.status_code == 403 and "离任" in words(page)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "100000000.01"}, "amount"),
        ({"amount": "一千"}, "amount"),
        ({"source": ""}, "source"),
        ({"amount": ""}, "amount"),
        ({"promised_for": in_days(-1).isoformat()}, "promised_for"),
        ({"promised_for": in_days(301).isoformat()}, "promised_for"),
        ({"promised_on": in_days(1).isoformat()}, "promised_on"),
        ({"promised_on": in_days(-101).isoformat()}, "promised_on"),
        ({"what": f"打到卡号{CARD}"}, "what"),
        ({"what": "转到账号 1234567"}, "what"),
        ({"what": ""}, "what"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_kept(browse, people, changes, field):
    pairing = paired(people)
    url = reverse("pairing:promise_support", args=[pairing.pk])

    response = browse("author").post(url, form_of(**changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not SupportItem.objects.exists()


def test_the_database_refuses_what_makes_no_sense(people):
    item = promised(people)
    rows = SupportItem.objects.filter(pk=item.pk)
    for name, change in (
        ("an_amount_of_money_has_its_source", {"amount": 5}),
        ("an_amount_of_money_has_its_source", {"amount": -5, "source": "own"}),
        (
            "an_item_is_done_on_a_day_after_it_was_promised",
            {"state": "done", "done_on": in_days(-30)},
        ),
        ("a_dropped_item_says_when_and_why", {"state": "dropped"}),
        ("a_word_is_about_what_was_done", {"word": "satisfied"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="a_word_was_asked_for"), transaction.atomic():
        SupportWord.objects.create(
            item=item, way="call", answer="satisfied", asked_at=timezone.now()
        )


def test_a_need_of_the_same_side_alone_is_answered(people, browse):
    pairing = paired(people)
    need, other = needed(people, pairing), needed(people, paired(people, level="unit"))
    url = reverse("pairing:promise_support", args=[pairing.pk])

    refused = browse("author").post(url, form_of(need=other.pk))
    taken = browse("author").post(url, form_of(need=need.pk))

    assert "need" in refused.context["form"].errors
    assert taken.status_code == 302 and SupportItem.objects.get().need == need
    with pytest.raises(PermissionDenied):
        promised(people, pairing, need=other)


def test_a_promise_is_changed_before_it_is_done_and_keeps_what_it_was(people, browse):
    item = promised(people)
    url = reverse("pairing:change_support", args=[item.pk])
    form = form_of(promised_for=in_days(40).isoformat())

    assert browse("author").post(url, form | {"amount": "-1"}).status_code == 422
    assert browse("author").post(url, form).status_code == 302

    item.refresh_from_db()
    step = item.steps.get(move=Move.CHANGED)
    assert (item.kind, item.amount, item.promised_for) == ("funds", 800, in_days(40))
    assert step.text == "请农技员来讲两次课"
    assert step.facts["promised_for"] == in_days(5).isoformat()
    page = words(browse("author").get(item.get_absolute_url()))
    assert "请农技员来讲两次课" in page and "资助孩子开学用品" in page
    done(people, item)
    with pytest.raises(PermissionDenied):
        support.change_promise(
            item=item,
            by=people.author,
            at=now(),
            kind="funds",
            what="别的",
            amount=None,
            source="",
            promised_for=in_days(9),
            need=None,
        )


# --- done, dropped, taken back -------------------------------------------------------------------


def test_done_meets_its_need_and_evidence_is_judged_by_its_content(people, browse):
    pairing = paired(people)
    need = needed(people, pairing)
    item = promised(people, pairing, need=need)
    url = reverse("pairing:finish_support", args=[item.pk])
    form = {"done_on": in_days(0).isoformat(), "result": "办完", "need_is_met": "on"}

    fake = SimpleUploadedFile("照片.jpg", b"MZ not an image")
    assert browse("author").post(url, form | {"evidence": fake}).status_code == 422
    pdf = SimpleUploadedFile("收据.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
    answer = browse("author").post(url, form | {"evidence": pdf})

    assert answer.status_code == 302
    item.refresh_from_db()
    need.refresh_from_db()
    assert (item.state, item.done_on, need.state) == ("done", in_days(0), "met")
    file = item.evidence.get()
    sent = browse("host").get(reverse("pairing:support_file", args=[item.pk, file.pk]))
    assert sent.getvalue().startswith(b"%PDF")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    again = browse("author").post(url, form)
    assert again.status_code == 403 and "已登记完成" in words(again)


@pytest.mark.parametrize(
    ("done_on", "said"), [(in_days(1), "不能晚于今天"), (in_days(-21), "早于承诺")]
)
def test_done_on_an_impossible_day(people, browse, done_on, said):
    item = promised(people)
    url = reverse("pairing:finish_support", args=[item.pk])

    response = browse("author").post(url, {"done_on": done_on.isoformat(), "result": "写了很久"})

    assert response.status_code == 422 and said in words(response) and "写了很久" in words(response)
    with pytest.raises(PermissionDenied):
        done(people, item, done_on=done_on)
    item.refresh_from_db()
    assert item.state == "promised" and item.steps.count() == 1


def test_what_was_done_in_time_is_noted_after_the_pairing_ended(people):
    item = promised(people)
    item.pairing.ends_on = in_days(-2)
    item.pairing.save()
    with pytest.raises(PermissionDenied, match="已于"):
        done(people, item, by=people.host, done_on=in_days(-1))

    assert done(people, item, by=people.host, done_on=in_days(-2)).state == "done"


def test_done_is_taken_back_on_its_day_by_its_writer_before_anybody_spoke(people):
    pairing = paired(people)
    need = needed(people, pairing)
    item = done(people, promised(people, pairing, need=need), need_is_met=True)
    with pytest.raises(PermissionDenied):
        support.take_back_done(item=item, by=people.host, at=now())

    support.take_back_done(item=item, by=people.author, at=now())

    item.refresh_from_db()
    need.refresh_from_db()
    assert (item.state, item.done_on, item.result, need.state) == ("promised", None, "", "open")
    assert [*item.steps.order_by("pk").values_list("move", flat=True)] == [
        "promised",
        "done",
        "undone",
    ]
    done(people, item, at=now() - timedelta(days=1))
    with pytest.raises(PermissionDenied, match="当天"):
        support.take_back_done(item=item, by=people.author, at=now())
    other = done(people, promised(people, pairing))
    heard(people, other)
    with pytest.raises(PermissionDenied, match="已作评价"):
        support.take_back_done(item=other, by=people.author, at=now())


def test_what_was_done_last_is_taken_back_though_the_clock_was_set_back(people):
    pairing = paired(people)
    need = needed(people, pairing)
    start = now()
    item = done(people, promised(people, pairing, need=need), need_is_met=True, at=start)
    support.take_back_done(item=item, by=people.author, at=now())
    other = done(people, promised(people, pairing, need=need), need_is_met=True)
    done(people, item, at=start - timedelta(seconds=1))

    support.take_back_done(item=item, by=people.author, at=now())

    need.refresh_from_db()
    assert (need.state, other.state) == ("met", "done")


def test_dropped_with_a_reason_and_only_once(people, browse):
    item = promised(people)
    url = reverse("pairing:drop_support", args=[item.pk])

    assert browse("author").post(url, {"reason": ""}).status_code == 422
    assert browse("author").post(url, {"reason": "与省里计划重复"}).status_code == 302
    assert browse("author").post(url, {"reason": "再来"}).status_code == 403

    item.refresh_from_db()
    assert (item.state, item.drop_reason) == ("dropped", "与省里计划重复")
    with pytest.raises(PermissionDenied):
        done(people, item)


# --- the word of the helped side -----------------------------------------------------------------


def test_whoever_helped_never_asks(people):
    item = done(people)
    for by in (
        people.author,
        people.liaison,
        people.colleague,
        people.neighbour_host,
        people.supervisor,
    ):
        with pytest.raises(PermissionDenied):
            heard(people, item, by=by)
    # The township helps one of its own villages.
    own = paired(people, level="unit", organ=people.town_organ, cadre=None)
    theirs = done(people, promised(people, own, by=people.host), by=people.host)
    assert not rules.may_hear_word(people.host, theirs)
    assert rules.may_hear_word(people.office, theirs)
    heard(people, item, comment="来了两次")
    word = item.words.get()
    assert (word.asked_by, word.answer, word.comment) == (people.host, "satisfied", "来了两次")
    with pytest.raises(PermissionDenied):
        heard(people, item, by=people.office)


def test_not_satisfied_is_asked_again_and_both_words_stay(people):
    item = heard(people, done(people), answer="unsatisfied", way="person")
    heard(people, item, by=people.office, answer="basically")

    item.refresh_from_db()
    assert item.word == "basically"
    assert [*item.words.order_by("pk").values_list("answer", flat=True)] == [
        "unsatisfied",
        "basically",
    ]
    promise = promised(people, item.pairing)
    with pytest.raises(PermissionDenied):
        heard(people, promise)
    assert "person" not in dict(HearWordForm(user=people.office, item=item).fields["way"].choices)
    with pytest.raises(PermissionDenied):
        heard(people, done(people, promise), by=people.office, way="person")


@pytest.fixture
def villager(settings, monkeypatch):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = settings.DOOR_URLCONF, settings.DOOR_MIDDLEWARE
    monkeypatch.setattr(guards, "FASTEST_SECONDS", -1)
    return Villager()


def test_the_helped_side_says_it_at_the_door(people, villager):
    item = promised(people)
    slip = support.print_slip(item=item, by=people.author, at=now())
    villager.look(slip)
    assert "请农技员来讲两次课" in villager.page and 'value="satisfied"' not in villager.page
    assert "李××" not in villager.page

    done(people, item)
    villager.look(slip)
    assert "三十人听课" in villager.page
    slip = support.print_slip(item=item, by=people.host, at=now())
    villager.look(slip)
    villager.say(slip, "nothing", "一次也没见到")
    assert "乡镇" in villager.page
    villager.look(slip)
    assert 'value="satisfied"' not in villager.page
    assert door.take_over_new(at=now()) == 1

    item.refresh_from_db()
    word = item.words.get()
    assert (item.word, word.way, word.asked_by) == ("unsatisfied", "door", None)
    assert word.comment == "根本没人来办。一次也没见到"
    message = DoorMessage.objects.get()
    assert (message.state, message.sealed, message.slip) == ("applied", "", None)
    assert AuditEntry.objects.get(event="support.word_heard").actor == "door"
    villager.send("/slip/word/", number=slip[0], code=slip[1], said="satisfied", send="1", form="x")
    assert "已经收到过" in villager.page


def test_who_helped_does_not_speak_for_who_was_helped(people):
    """A slip printed by the helping cadre, by their liaison, or before the item was done does not
    count."""
    item = promised(people)
    early = support.print_slip(item=item, by=people.host, at=now())
    done(people, item)
    helpers = account("h2", "江帮", people.agriculture, Role.HOST, within=people.town_organ)
    slips = [early]
    for by in (people.author, people.liaison, helpers):
        slips.append(support.print_slip(item=item, by=by, at=now()))
        assert not rules.may_print_deciding_slip(by, item)
    for slip in slips:
        assert store.slip(*slip)["asks"] and not store.slip(*slip)["decides"]
        said = {"word": "satisfied", "comment": "很好"}
        store.deliver(store.Letter("word", str(uuid.uuid4()), said, None, *slip))
    door.take_over_new(at=now())

    item.refresh_from_db()
    assert item.word == "" and not item.words.exists()
    assert {m.state for m in DoorMessage.objects.all()} == {"applied"}
    remarks = SupportRemark.objects.filter(slip__item=item)
    assert [r.answer for r in remarks] == ["satisfied"] * 4
    assert not store.slip(*slips[1])["asks"] and store.slip(*slips[1])["said"]


def test_who_wrote_it_down_for_the_cadre_prints_no_slip_that_counts(people):
    item = done(people, promised(people, by=people.host), by=people.host)

    assert not rules.may_print_deciding_slip(people.host, item)
    assert rules.may_print_deciding_slip(people.office, item)


def test_a_held_word_about_help_is_in_the_list_of_its_desk(people, browse):
    item = done(people)
    slip = support.print_slip(item=item, by=people.host, at=now())
    said = {"word": "satisfied", "comment": ""}
    held = DoorMessage.Reason.TRAP
    store.deliver(store.Letter("word", str(uuid.uuid4()), said, None, *slip, hold=held))
    door.take_over_new(at=now())
    assert DoorMessage.objects.get().state == "held"

    page = words(browse("host").get(reverse("todo")))

    assert reverse("outreach:held_message", args=[DoorMessage.objects.get().pk]) in page
    assert people.village.name in page


def test_a_host_that_took_part_since_is_not_heard(people):
    item = done(people)
    slip = support.print_slip(item=item, by=people.host, at=now())
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.host,
        starts_on=in_days(0),
        ends_on=in_days(0),
        named_by=people.author,
    )
    said = {"word": "satisfied", "comment": ""}
    store.deliver(store.Letter("word", str(uuid.uuid4()), said, None, *slip))
    door.take_over_new(at=now())

    item.refresh_from_db()
    assert item.word == "" and SupportRemark.objects.get().answer == "satisfied"


def test_words_on_help_are_added_and_read_by_who_asks(people, browse):
    item = done(people)
    slip = support.print_slip(item=item, by=people.author, at=now())
    add_words(slip, "请再来一次")

    assert "请再来一次" in words(browse("host").get(item.get_absolute_url()))
    page = words(browse("author").get(item.get_absolute_url()))
    assert "请再来一次" not in page and "帮扶单位和经手填报的单位不能打印" in page


def test_words_on_help_wait_for_who_asks_until_they_are_read(people, browse):
    item = done(people)
    slip = support.print_slip(item=item, by=people.author, at=now())
    add_words(slip, "请再来一次")
    (first,) = SupportRemark.objects.all()
    for person in everybody():
        reads = SupportItem.objects.visible_to(person).exists()
        reads = reads and bool(rules.may_read_remarks(person, item))
        assert has_remarks(person) == reads == (person.username in ("host", "host2", "office")), (
            person
        )

    for query in ("", "?kind=support_remark"):
        page = words(browse("host").get(reverse("todo") + query))
        assert "待阅的帮扶补充意见" in page and item.what in page
    assert f'name="last" value="{first.pk}"' in words(browse("host").get(item.get_absolute_url()))
    add_words(slip, "上次没讲完")
    address = reverse("pairing:read_support_remarks", args=[item.pk])
    for _again in range(2):
        browse("host").post(address, {"last": first.pk})

    first.refresh_from_db()
    assert first.read_by == people.host
    (second,) = SupportRemark.objects.unread_by(people.office)
    assert second.text == "上次没讲完" and has_remarks(people.host)
    assert AuditEntry.objects.filter(event="support.words_read").count() == 1
    browse("host").post(address, {"last": "？"})
    assert SupportRemark.objects.unread_by(people.office).exists()
    browse("office").post(address, {"last": second.pk})
    assert not has_remarks(people.host)
    page = words(browse("host").get(item.get_absolute_url()))
    assert "李明已阅" in page and 'name="last"' not in page


@pytest.mark.parametrize("half", ["read_at", "read_by"])
def test_a_remark_on_help_is_read_by_somebody_at_a_time(people, half):
    add_words(support.print_slip(item=done(people), by=people.author, at=now()), "请再来一次")
    value = {"read_at": now(), "read_by": people.host}[half]
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportRemark.objects.update(**{half: value})


def test_a_slip_printed_by_a_lent_role_names_both(people):
    stranger = account("stranger", "万里", people.weather)
    StandIn.objects.create(
        principal=people.host,
        stand_in=stranger,
        starts_on=in_days(0),
        ends_on=in_days(0),
        named_by=people.host,
    )
    item = done(people)

    support.print_slip(item=item, by=stranger, at=now())
    support.print_slip(item=item, by=people.office, at=now())

    entries = AuditEntry.objects.filter(event="support.slip_printed").order_by("id")
    assert [one.principal_id for one in entries] == [people.host.pk, None]


def test_wrong_codes_of_help_count_once_and_close_the_number(people, villager):
    slip = support.print_slip(item=done(people), by=people.host, at=now())
    for n in range(10):
        villager.look((slip[0], f"{n:06d}"), status=422)
    assert DoorTry.objects.count() == 10

    villager.look(slip, status=429)

    assert "三十人听课" not in villager.page


def test_a_word_past_the_page_is_refused_and_a_trapped_one_waits_for_its_host(people):
    item = done(people)
    slip = support.print_slip(item=item, by=people.host, at=now())
    support.take_back_done(item=item, by=people.author, at=now())
    given = {"word": "satisfied", "comment": ""}
    store.deliver(store.Letter("word", str(uuid.uuid4()), given, None, *slip))
    store.deliver(store.Letter("erase", str(uuid.uuid4()), {}, None, *slip))
    store.deliver(store.Letter("word", str(uuid.uuid4()), given, None, *slip, "trap"))
    door.take_over_new(at=now())

    assert [*DoorMessage.objects.order_by("pk").values_list("state", "reason")] == [
        ("refused", "not_asked"),
        ("refused", "no_slip"),
        ("held", "trap"),
    ]
    visible = DoorMessage.objects.visible_to
    assert visible(people.host).count() == visible(people.office).count() == 1
    assert not visible(people.neighbour_host).exists() and not visible(people.liaison).exists()
    done(people, item)
    door.release_message(message=DoorMessage.objects.get(state="held"), by=people.host, at=now())
    item.refresh_from_db()
    assert item.word == "satisfied"


def test_held_words_of_help_are_listed_with_their_place(people, browse):
    slip = support.print_slip(item=done(people), by=people.host, at=now())
    store.deliver(
        store.Letter("word", str(uuid.uuid4()), {"word": "satisfied"}, None, *slip, "trap")
    )
    door.take_over_new(at=now())

    page = words(browse("host").get(reverse("outreach:held_messages")))
    one = browse("host").get(reverse("outreach:held_message", args=[DoorMessage.objects.get().pk]))

    assert "柳湾村" in page and "请农技员来讲两次课" in page
    assert one.status_code == 200 and "请农技员来讲两次课" in words(one)


def test_the_role_of_the_door_asks_for_a_slip_and_reads_no_table(
    as_the_door,  # noqa: F811
    committed_people,
):
    item = done(committed_people)
    number, code = support.print_slip(item=item, by=committed_people.host, at=now())

    def ask(question, *values):
        with as_the_door.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchone()[0]

    digest = codes.digest(number, code)
    assert ask("SELECT door_support_slip(%s, %s)", number, digest)["title"] == item.what
    assert ask("SELECT door_support_slip(%s, %s)", number, "x") == {"state": "wrong", "left": 9}
    for name in ("supportitem", "supportslip", "supportword", "supportstep", "pairing"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(f"SELECT id FROM pairing_{name}")


def test_the_slip_is_printed_once_and_its_code_is_kept_by_nobody(people, browse):
    item = done(people)
    response = browse("host").post(reverse("pairing:support_slip", args=[item.pk]))
    code = re.search(r"查询码 <strong>([\d ]+)</strong>", words(response))[1].replace(" ", "")

    assert response.status_code == 200 and "李××户 12" in words(response)
    assert response.headers["Cache-Control"] == "private, no-store"
    slip = item.door_slips.get()
    assert code not in slip.code_digest and len(code) == 6
    heard(people, item)
    assert browse("host").post(reverse("pairing:support_slip", args=[item.pk])).status_code == 403


# --- who sees it ----------------------------------------------------------------------------------


def test_an_item_closes_to_its_cadre_when_the_pairing_ends(people, browse):
    item = promised(people)
    sees = {
        name: SupportItem.objects.visible_to(getattr(people, name)).exists()
        for name in (
            "author",
            "colleague",
            "liaison",
            "host",
            "office",
            "supervisor",
            "neighbour_host",
            "neighbour_office",
            "neighbour_liaison",
            "desk",
        )
    }
    assert {name for name, does in sees.items() if does} == {
        "author",
        "liaison",
        "host",
        "office",
        "supervisor",
    }
    assert browse("author").get(item.get_absolute_url()).status_code == 200
    item.pairing.ends_on = in_days(-1)
    item.pairing.save()

    assert browse("author").get(item.get_absolute_url()).status_code == 404
    assert browse("host").get(item.get_absolute_url()).status_code == 200


# --- lists ----------------------------------------------------------------------------------------


def test_filters_sorts_and_search(people, browse):
    pairing = paired(people)
    late = promised(people, pairing, what="修路", promised_for=in_days(-3))
    paid = promised(people, pairing, what="买桌椅", amount=Decimal(900), source="own")
    ready = heard(people, done(people, promised(people, pairing, what="讲政策")))
    url = reverse("pairing:support_items")

    def shown(**query):
        items = SupportItem.objects.visible_to(people.office)
        return {item.what for item in SupportFilter(query, queryset=items, user=people.office).qs}

    assert shown() == {"修路", "买桌椅", "讲政策"}
    assert shown(state="overdue") == {late.what}
    for state, sort, first in (("promised", "due", late), ("done", "done", ready)):
        page = browse("office").get(url, {"state": state, "sort": sort}).context["page"]
        assert page.rows[0] == first
    assert shown(state="done", word="said") == {ready.what}
    assert shown(word="none") == set()
    assert shown(money="yes") == {paid.what}
    assert shown(q="桌椅") == {paid.what}
    assert shown(due_to=in_days(-1).isoformat()) == {late.what}
    assert shown(organ=people.water.pk) == set()
    assert shown(host=people.town_organ.pk, kind="technology") == {"修路", "买桌椅", "讲政策"}
    assert shown(area=people.other_town.pk) == set()
    page = words(browse("office").get(url, {"state": "dropped"}))
    assert "暂无帮扶事项" in page
    part = browse("office").get(url, headers={"HX-Request": "true"})
    assert "<html" not in words(part) and "修路" in words(part)


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"), [("support_items", 8), ("pairing_items", 9), ("support_delivery", 10)]
)
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, page, queries
):
    pairing = paired(people)
    for n in range(row_count):
        if n:
            place = unit(f"第{n}村", people.town_organ, people.village_place)
            door_there = household(people, str(n), unit=place)
            promised(people, paired(people, door=door_there, unit=place))
        promised(people, pairing)
    args = [pairing.pk] if page == "pairing_items" else []
    query = {"by": "unit"} if page == "support_delivery" else {}
    session = browse("host")
    url = reverse(f"pairing:{page}", args=args)
    session.get(url, query)
    with django_assert_num_queries(queries):
        session.get(url, query)


def test_the_part_of_a_pairing_says_why_nothing_can_be_promised(people, browse):
    pairing = paired(people)
    promised(people, pairing)
    url = reverse("pairing:pairing_items", args=[pairing.pk])

    part = browse("author").get(url, headers={"HX-Request": "true"})
    assert "<html" not in words(part) and "请农技员来讲两次课" in words(part)
    assert reverse("pairing:promise_support", args=[pairing.pk]) in words(part)
    people.cadre.left_on = in_days(-1)
    people.cadre.save()
    assert "离任" in words(browse("host").get(url))
    assert reverse("pairing:promise_support", args=[pairing.pk]) not in words(
        browse("office").get(url)
    )


def test_formulas_and_scripts_stay_text(people, browse):
    evil = '=HYPERLINK("http://x")<script>alert(1)</script>'
    item = promised(people, what=evil)

    for page in (item.get_absolute_url(), reverse("pairing:support_items")):
        assert "<script>alert" not in words(browse("office").get(page))
    ((_number, *cells),) = SUPPORT_LEDGER.sheet(people.office, {}, now()).rows
    assert cells[5] == evil


# --- promised against delivered, sheet ------------------------------------------------------------


def test_promised_against_delivered_counts_what_its_links_show(people, browse):
    pairing = paired(people)
    village = paired(people, level="unit", organ=people.water, cadre=None)
    promised(people, pairing, amount=Decimal("800.50"), source="own", kind="funds")
    heard(
        people,
        done(people, promised(people, pairing, amount=Decimal(100), source="own", kind="funds")),
    )
    promised(people, village, by=people.host, promised_for=in_days(-1))
    url = reverse("pairing:support_delivery")
    days = {"due_from": in_days(-30).isoformat(), "due_to": in_days(30).isoformat()}

    for by in delivery.BY:
        page = browse("office").get(url, days | {"by": by})
        assert page.context["total"]["promised"] == 3
        for _label, numbers, link in page.context["lines"]:
            assert link.startswith(reverse("pairing:support_items"))
            for state in ("", "done", "promised", "overdue", "dropped"):
                key = {"": "promised", "promised": "open"}.get(state, state)
                query = dict(parse_qsl(urlsplit(link).query)) | {"state": state}
                items = SupportItem.objects.visible_to(people.office)
                found = SupportFilter(query, queryset=items, user=people.office).qs
                assert found.count() == numbers[key], (by, state)
    labels = [
        label
        for label, _n, _l in browse("office").get(url, days | {"by": "organ"}).context["lines"]
    ]
    assert labels == [people.agriculture.label, people.water.label]
    kinds = {
        label: numbers for label, numbers, _l in browse("office").get(url, days).context["lines"]
    }
    funds = kinds["资金"]
    assert (funds["promised_amount"], funds["done_amount"]) == (Decimal("900.50"), 100)
    assert (funds["pleased"], funds["said"]) == (1, 1)
    paper = browse("office").get(reverse("pairing:support_delivery_print"), days | {"by": "organ"})
    assert "900.50" in words(paper) and "帮扶承诺兑现情况表" in words(paper)
    assert browse("neighbour_office").get(url, days).context["total"]["promised"] == 0
    assert browse("office").get(url, {"due_from": "nonsense"}).status_code == 200


def test_the_sheet_names_households_by_number_and_keeps_its_headings(people):
    heard(people, done(people, promised(people, amount=Decimal(800), source="own", kind="funds")))
    village = paired(people, level="unit")
    item = promised(people, village)
    support.drop_item(item=item, by=people.author, at=now(), reason="重复")

    sheet = SUPPORT_LEDGER.sheet(people.office, {}, now())

    assert [column.heading for column in sheet.columns] == [
        "帮扶单位",
        "帮扶责任人",
        "帮扶对象",
        "所在乡镇村",
        "帮扶类别",
        "内容",
        "金额（元）",
        "资金来源",
        "承诺时间",
        "完成时限",
        "完成时间",
        "成效",
        "对象评价",
        "备注",
    ]
    dropped, finished = sheet.rows
    assert finished[1:9] == (
        "县农业农村局",
        "王建国",
        "李××户 12",
        "石桥镇柳湾村",
        "资金",
        "请农技员来讲两次课",
        Decimal(800),
        "帮扶单位自有经费",
    )
    assert finished[-2:] == ("满意", "") and dropped[-1] == "未实施：重复"
    assert dropped[3] == "柳湾村"


# --- to do, reminders -----------------------------------------------------------------------------


def waiting(user, code):
    kind = todo.kind_for(user, code)
    return {row.what for row in kind.rows(user)} if kind else set()


def test_what_waits_for_whom(people):
    pairing = paired(people)
    promised(people, pairing, what="近的", promised_for=in_days(7))
    promised(people, pairing, what="远的", promised_for=in_days(8))
    promised(people, pairing, what="过的", promised_for=in_days(-1))
    item = done(people, promised(people, pairing, what="完的"))

    for who in ("author", "liaison"):
        assert waiting(getattr(people, who), "support_due") == {"近的", "过的"}, who
    for who in ("host", "office", "colleague", "neighbour_liaison"):
        assert waiting(getattr(people, who), "support_due") == set(), who
    assert waiting(people.host, "support_word") == {"完的"}
    assert waiting(people.neighbour_host, "support_word") == set()
    kind = todo.kind_for(people.host, "support_word")
    (row,) = todo.queue(people.host, size=5, kinds=[kind]).rows
    assert "李××户 12" in row.item.where
    heard(people, item)
    assert waiting(people.host, "support_word") == set()
    # Recorded as ended, it closes on that day, whatever was promised.
    Pairing.objects.filter(pk=pairing.pk).update(
        state="ended", ended_on=in_days(0), ending="solved"
    )
    assert waiting(people.author, "support_due") == set()
    assert waiting(people.liaison, "support_due") == {"近的", "过的"}


def test_who_was_not_satisfied_is_heard_by_both_sides(people):
    item = heard(people, done(people), answer="unsatisfied")
    for who in ("author", "liaison"):
        assert waiting(getattr(people, who), "support_unsatisfied") == {item.what}, who
    assert waiting(people.host, "support_ask_again") == {item.what}
    for who in ("host", "office", "colleague", "neighbour_liaison"):
        assert waiting(getattr(people, who), "support_unsatisfied") == set(), who
    for who in ("neighbour_host", "office", "author"):
        assert waiting(getattr(people, who), "support_ask_again") == set(), who
    monday = workdays.add_working_days(in_days(0), 0)
    tell("support_unsatisfied", day=monday, at=now())
    told = Reminder.objects.filter(kind="support_unsatisfied")
    assert {one.user.username for one in told} == {"author", "liaison", "host", "host2"}

    heard(people, item, by=people.office, answer="satisfied")
    assert waiting(people.author, "support_unsatisfied") == set()
    assert waiting(people.host, "support_ask_again") == set()


def test_a_word_is_of_the_day_here(people):
    item = heard(people, done(people), answer="unsatisfied")
    early = timezone.make_aware(datetime.combine(in_days(-1), time(7, 30)))
    SupportWord.objects.update(asked_at=early)
    said = duties._said_on(in_days(0))
    assert SupportItem.objects.annotate(said=said).get(pk=item.pk).said == in_days(-1)


def test_who_is_told_of_promises(people):
    pairing = paired(people)
    near = promised(people, pairing, promised_for=in_days(7))
    promised(people, pairing, promised_for=in_days(20))
    late = promised(people, pairing, promised_for=in_days(-2))

    monday = workdays.add_working_days(in_days(0), 0)
    tell("support_due", day=monday, at=now())

    told = Reminder.objects.filter(kind="support_due")
    assert set(told.values_list("user__username", "noun_id")) == {
        (who, item.pk) for who in ("author", "liaison") for item in (near, late)
    }


def test_the_list_behind_a_sum_of_money_shows_the_sum(people, browse):
    pairing = paired(people)
    for amount in (Decimal(900), Decimal("1200.50")):
        promised(people, pairing, what="买桌椅", amount=amount, source="own")
    promised(people, pairing, what="修路", promised_for=in_days(3))
    url = reverse("pairing:support_items")

    def said(**query):
        page = browse("office").get(url, query).content.decode()
        return html.unescape(re.search(r'<span class="total">([^<]*)', page)[1]).strip()

    assert said(money="yes") == "共 2 条 ·"
    assert said(money="yes", count="exact") == "共 2 条 · 合计2100.50元"
    # An unfiltered list computes no sum.
    assert said() == "共 3 条"
