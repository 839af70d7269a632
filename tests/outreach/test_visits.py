"""Visits: one entry, several diaries; corrections, notes, voiding; the author's own reflection."""

import re
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from outreach import guidance, tasks
from outreach.actions import visits
from outreach.figures import VISITS
from outreach.forms.visits import CorrectVisitForm, VisitForm
from outreach.models import (
    ConductReport,
    ContactArea,
    Household,
    Matter,
    Reflection,
    Visit,
    VisitDraft,
)
from outreach.rules import matters as rules
from portal import parameters
from portal.actions import accounts
from portal.celery import app
from portal.models import Attachment, AuditEntry, Cadre
from portal.sheets import figures
from portal.sheets.figures import Scope
from tests.day import TODAY
from tests.people import STATED, fresh, matter_fields


def test_a_visit_stands_in_each_companions_diary_and_is_counted_once(people):
    visit = people.visit(companions=[people.cadre2])

    for user in (people.author, people.colleague):
        assert Visit.objects.visible_to(user).get() == visit
    assert figures.counts(VISITS, Scope(people.office, division=people.county)).total() == 1


def test_who_sees_a_visit(people):
    people.visit()

    seeing = {
        name
        for name in (
            "author",
            "liaison",
            "host",
            "office",
            "supervisor",
            "desk",
            "handler",
            "colleague",
            "neighbour_host",
            "neighbour_cadre",
            "system",
            "auditor",
        )
        if Visit.objects.visible_to(getattr(people, name)).exists()
    }

    assert seeing == {"author", "liaison", "host", "office", "supervisor"}


def test_a_reflection_is_its_authors_alone_even_for_plain_sql(people):
    visit = people.visit(reflection="群众的话让我惭愧。")

    assert visits.reflection_of(visit, people.author) == "群众的话让我惭愧。"
    assert visits.reflection_of(visit, people.liaison) == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outreach_reflection")
        assert cursor.fetchone()[0] == 0
    assert Reflection.objects.count() == 0


def test_an_account_taken_into_use_again_opens_nothing_of_its_own(people):
    """The system administrator knows its one-time password."""
    visit = people.visit(matters=[{}], companions=[people.cadre2], reflection="只给自己看的话")
    for user in (people.author, people.colleague):
        accounts.end_account(user=user, by=people.system)
    again, _code = accounts.reactivate_account(
        user=people.author, by=people.system, at=timezone.now()
    )
    along, _code = accounts.reactivate_account(
        user=people.colleague, by=people.system, at=timezone.now()
    )

    for user in (fresh(again), fresh(along)):
        assert not Visit.objects.visible_to(user).exists()
        assert not Matter.objects.visible_to(user).exists()
        assert not ContactArea.objects.visible_to(user).exists()
        assert not rules.may_read_contact(user, visit.matters.get())
        assert visits.reflection_of(visit, user) == ""


def test_what_is_ones_own_opens_again_with_a_role_in_the_work(people):
    visit = people.visit(reflection="只给自己看的话")
    accounts.end_account(user=people.author, by=people.system)
    again, _code = accounts.reactivate_account(
        user=people.author, by=people.system, at=timezone.now()
    )
    accounts.give_grant(
        user=again,
        role="cadre",
        organ=people.agriculture,
        division=None,
        starts_on=timezone.localdate(),
        ends_on=None,
        by=people.security,
    )

    again = fresh(again)

    assert Visit.objects.visible_to(again).get() == visit
    assert visits.reflection_of(visit, again) == "只给自己看的话"


def test_a_reflection_is_not_searched(people):
    people.visit(reflection="惭愧惭愧")

    assert not Visit.objects.containing("惭愧").exists()
    assert Visit.objects.containing("东支渠").exists()


@pytest.mark.parametrize("text", ["秧田", "东支", "最关心的是"])
def test_search_finds_any_two_characters(people, text):
    visit = people.visit()

    assert Visit.objects.containing(text).get() == visit


def test_search_checks_the_order_of_characters(people):
    people.visit(summary="水利局来过，田里缺水，渠道需要清理。")

    assert not Visit.objects.containing("水渠").exists()


def test_a_liaison_enters_for_a_colleague_and_both_are_named(people):
    visit, _new = visits.record_visit(
        client_key=uuid.uuid4(),
        author=people.cadre,
        by=people.liaison,
        unit=people.village,
        visited_on=timezone.localdate(),
        at=timezone.now(),
        **STATED,
    )

    assert (visit.author, visit.typed_by) == (people.cadre, people.liaison)


def test_nobody_enters_for_another_organ(people):
    with pytest.raises(PermissionDenied):
        visits.record_visit(
            client_key=uuid.uuid4(),
            author=people.neighbour,
            by=people.liaison,
            unit=people.village,
            visited_on=timezone.localdate(),
            at=timezone.now(),
            **STATED,
        )


def test_an_author_corrects_for_seven_days(people):
    visit = people.visit()

    visits.correct_visit(visit=visit, by=people.author, at=timezone.now(), summary="更正后的内容。")

    visit.refresh_from_db()
    assert visit.summary == "更正后的内容。"
    assert Visit.objects.containing("更正后").exists()
    entry = AuditEntry.objects.get(event="visit.corrected")
    assert entry.fields == ["summary"]


# --- The facts of a visit, each said once ---------------------------------------------------------


def test_forms_ask_for_all_facts_and_the_action_corrects_what_they_ask_for(people):
    plain = {field.name for field in Visit._meta.fields}
    asked = {*CorrectVisitForm.base_fields} & plain

    assert {*Visit.FACTS} <= asked <= {*VisitForm.base_fields}
    assert asked == {*visits.CORRECTED}


def test_a_fact_that_its_field_does_not_allow_is_refused(people):
    visit = people.visit(mode="home")

    with pytest.raises(ValidationError, match="flown"):
        people.visit(mode="flown")
    with pytest.raises(ValidationError, match="flown"):
        visits.correct_visit(visit=visit, by=people.author, at=timezone.now(), mode="flown")
    visit.refresh_from_db()
    assert (Visit.objects.get(), visit.mode) == (visit, "home")


@pytest.fixture
def mode_is_mandatory(monkeypatch):
    earlier = VisitForm.base_fields["mode"], CorrectVisitForm.base_fields["mode"]
    monkeypatch.setattr(Visit._meta.get_field("mode"), "blank", False)
    for field in earlier:
        monkeypatch.setattr(field, "required", True)


def test_a_mandatory_fact_must_be_stated(people, mode_is_mandatory):
    with pytest.raises(ValidationError) as refused:
        people.visit(summary="没有说明走访方式。")

    assert [*refused.value.error_dict] == ["mode"]


def test_a_visit_without_a_fact_that_became_mandatory_is_corrected_elsewhere(people, request):
    visit = people.visit()
    request.getfixturevalue("mode_is_mandatory")

    visits.correct_visit(visit=visit, by=people.author, at=timezone.now(), summary="更正后。")

    assert Visit.objects.get().summary == "更正后。"


def test_a_mandatory_fact_stands_open_and_the_others_are_folded(client, people, mode_is_mandatory):
    client.force_login(people.author)

    page = client.get(reverse("outreach:new_visit")).content.decode()

    assert page.index('name="mode"') < page.index('<details class="fold">')
    assert page.index('<details class="fold">') < page.index('name="meals"')


@pytest.mark.parametrize(("who", "more"), [("author", set()), ("liaison", {"author"})])
def test_each_field_stands_on_the_page_once(client, people, who, more):
    client.force_login(getattr(people, who))

    page = client.get(reverse("outreach:new_visit")).content.decode()

    # Asked only if there is a campaign or the text has numbers.
    for name in {*VisitForm.base_fields} - {"author", "campaigns", "numbers"} | more:
        assert page.count(f'id="id_{name}"') == 1, name
    assert ('id="id_author"' in page) == ("author" in more)


def test_the_fold_is_open_when_something_in_it_is_wrong(client, people):
    client.force_login(people.author)
    sent = STATED | {
        "key": uuid.uuid4(),
        "visited_on": TODAY,
        "unit": people.village.pk,
        "household_count": "-1",
        "matters-TOTAL_FORMS": "0",
        "matters-INITIAL_FORMS": "0",
    }

    answer = client.post(reverse("outreach:new_visit"), sent)

    assert answer.status_code == 422
    assert '<details class="fold" open>' in answer.content.decode()


def test_the_page_shows_what_was_stated(client, people):
    visit = people.visit(mode="home", household_count=4)
    client.force_login(people.author)

    page = client.get(visit.get_absolute_url()).content.decode()

    for fact in ("<dt>走访方式</dt><dd>入户</dd>", "<dt>走访户数</dt><dd>4</dd>"):
        assert fact in page
    assert "用餐" not in page


def test_later_a_visit_grows_by_notes_only(people):
    visit = people.visit(at=timezone.now() - timedelta(days=8))

    with pytest.raises(PermissionDenied):
        visits.correct_visit(visit=visit, by=people.author, at=timezone.now(), summary="改写")
    visits.add_note(visit=visit, by=people.author, text="后来得知渠道已通。", at=timezone.now())

    assert visit.notes.get().text == "后来得知渠道已通。"


def test_an_addition_sent_again_is_one(people):
    visit, key = people.visit(), uuid.uuid4()
    add = partial(visits.add_note, visit=visit, at=timezone.now(), client_key=key)

    first = add(by=people.author, text="后来得知渠道已通。")
    again = add(by=people.author, text="后来得知渠道已通。")

    assert again == first == visit.notes.get()
    assert AuditEntry.objects.filter(event="visit.note_added").count() == 1
    with pytest.raises(visits.DifferentContent):
        add(by=people.author, text="后来得知渠道已通，再看。")
    # The key is unique only within one visit.
    other = people.visit()
    assert add(visit=other, by=people.author, text="另一次").visit == other


def test_a_voided_visit_stays_and_counts_nowhere(people):
    visit = people.visit()

    visits.void_visit(visit=visit, by=people.author, reason="录错了村", at=timezone.now())

    assert Visit.objects.filter(pk=visit.pk).exists()
    assert not Visit.objects.visible_to(people.office).standing().exists()
    assert figures.counts(VISITS, Scope(people.office, division=people.county)).total() == 0


def test_a_visit_with_matters_is_not_voided(people):
    visit = people.visit(matters=[{}])

    with pytest.raises(PermissionDenied):
        visits.void_visit(visit=visit, by=people.author, reason="录错", at=timezone.now())


def test_a_colleague_changes_nothing(people):
    visit = people.visit(companions=[people.cadre2])

    with pytest.raises(PermissionDenied):
        visits.correct_visit(
            visit=visit, by=people.colleague, at=timezone.now(), summary="别人改的"
        )


WRITTEN = {
    "summary": "走了四户。",
    "heard": "渠道淤了。",
    "next_steps": "找水利局。",
    "reflection": "去得太少。",
}


@pytest.mark.parametrize(
    "other",
    [
        *({name: "改过的内容。"} for name in WRITTEN),
        {"matters": ["另一件事的详情"]},
        {"households": True},
        {"photo": "b" * 64},
        {"conduct": "另一段反映内容"},
        {"subject_organ": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_content_under_the_same_key_is_refused(people, other):
    key, day = uuid.uuid4(), timezone.localdate()
    household = Household.objects.create(unit=people.village, serial="12", display_name="李××户")
    photos = {
        sha256: Attachment.objects.create(
            file=f"{sha256[0]}.jpg",
            name="a.jpg",
            content_type="image/jpeg",
            size=1,
            sha256=sha256,
            added_by=people.author,
        )
        for sha256 in ("a" * 64, "b" * 64)
    }

    def send(**given):
        written = STATED | {name: given.get(name, text) for name, text in WRITTEN.items()}
        return visits.record_visit(
            client_key=key,
            author=people.cadre,
            by=people.author,
            unit=people.village,
            visited_on=day,
            at=timezone.now(),
            households=[household] if given.get("households") else [],
            photos=[photos[given.get("photo", "a" * 64)]],
            reported_matters=[
                matter_fields(request_text=text) for text in given.get("matters", ["详情"])
            ],
            conduct_reports=[
                conduct_part(
                    text=given.get("conduct", "接受吃请"),
                    subject_organ=people.water if given.get("subject_organ") else None,
                )
            ],
            **written,
        )

    visit, is_new = send()
    again, is_new_again = send()

    assert (again, is_new, is_new_again) == (visit, True, False)
    with pytest.raises(visits.DifferentContent):
        send(**other)
    assert (Visit.objects.count(), Matter.objects.count()) == (1, 1)
    assert ConductReport.objects.count() == 1


def conduct_part(**fields):
    return {"client_key": uuid.uuid4(), "subject": "某干部", "text": "接受吃请的情况"} | fields


def test_conduct_goes_to_the_sealed_table_and_nowhere_else(people):
    people.visit(conduct_reports=[conduct_part()])

    assert not Matter.objects.exists()
    report = ConductReport.objects.get()
    assert "吃请" not in report.text_cipher
    assert ConductReport.objects.visible_to(people.recipient).exists()
    for name in ("author", "office", "supervisor", "host", "auditor", "system"):
        assert not ConductReport.objects.visible_to(getattr(people, name)).exists()


def test_a_visit_with_three_matters_takes_at_most_thirty_queries(
    people, django_assert_max_num_queries
):
    people.visit()
    with django_assert_max_num_queries(30):
        people.visit(
            matters=[{}, {"title": "路灯不亮"}, {"title": "医保缴费"}],
            companions=[people.cadre2],
            reflection="想一想",
        )


# --- the pages of one visit ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "sent", "event"),
    [
        ("add_note", {"text": "后来得知渠道已通。"}, "visit.note_added"),
        ("void_visit", {"reason": "录错了村"}, "visit.voided"),
        ("correct_visit", STATED | {"summary": "更正后的内容。"}, "visit.corrected"),
    ],
)
def test_a_page_of_a_visit_asks_acts_and_returns(client, people, page, sent, event):
    visit = people.visit()
    address = reverse(f"outreach:{page}", args=[visit.pk])
    client.force_login(people.author)

    empty = client.post(address, {})
    seen = visits.version_of(visit)
    done = client.post(address, {"visited_on": visit.visited_on.isoformat(), "seen": seen, **sent})

    assert (empty.status_code, done.url) == (422, visit.get_absolute_url())
    assert AuditEntry.objects.filter(event=event, noun_id=visit.pk).count() == 1
    assert client.get(visit.get_absolute_url()).status_code == 200


def test_a_correction_keeps_companions_who_have_left(client, people):
    visit = people.visit(companions=[people.cadre2])
    Cadre.objects.filter(pk__in=[people.cadre2.pk, people.neighbour.pk]).update(left_on=TODAY)
    address = reverse("outreach:correct_visit", args=[visit.pk])
    client.force_login(people.author)
    typed = STATED | {
        "visited_on": visit.visited_on.isoformat(),
        "seen": visits.version_of(visit),
        "summary": "更正后的内容。",
    }
    label = f">{people.cadre2.name}<"

    assert label in client.get(address).content.decode()
    added = client.post(address, typed | {"companions": [people.cadre2.pk, people.neighbour.pk]})
    assert added.status_code == 422 and label in added.content.decode()
    done = client.post(address, typed | {"companions": [people.cadre2.pk]})
    assert done.status_code == 302, done.context["form"].errors
    assert list(visit.companions.all()) == [people.cadre2]


def test_the_pages_of_a_visit_are_its_authors(client, people):
    visit = people.visit(companions=[people.cadre2])
    client.force_login(people.colleague)

    for page in ("add_note", "void_visit", "correct_visit"):
        assert client.get(reverse(f"outreach:{page}", args=[visit.pk])).status_code == 403


# --- hints -----------------------------------------------------------------------------------


def hints(people, **fields):
    fields = {
        "author": people.cadre,
        "unit": people.village,
        "visited_on": timezone.localdate(),
        "summary": "短",
        "on": TODAY,
    } | fields
    return guidance.hints(**fields)


def test_no_hint_for_an_ordinary_entry(people):
    assert hints(people) == []


def test_a_hint_when_back_dated(people):
    assert len(hints(people, visited_on=timezone.localdate() - timedelta(days=9))) == 1


def test_a_hint_when_the_village_was_visited_twice_this_week(people):
    for by in (people.colleague, people.colleague):
        people.visit(by=by)

    assert len(hints(people)) == 1


def test_a_hint_when_the_text_is_nearly_ones_own_earlier_one(people):
    text = (
        "走了四户，大家最关心的是东支渠淤积，秧田缺水，希望尽快清淤并修补两处塌口，提醒老人通风。"
    )
    people.visit(summary=text)

    assert len(hints(people, summary=text + "明天再来。")) == 1
    assert hints(people, author=people.cadre2, summary=text) == []


# --- drafts ----------------------------------------------------------------------------------


def _keep(**draft):
    return visits.keep_draft(at=timezone.now(), **draft)


def test_a_draft_is_kept_renewed_and_gone_after_saving(people):
    key = uuid.uuid4()
    _keep(key=key, by=people.author, content={"summary": ["写到一半"]})
    _keep(key=key, by=people.author, content={"summary": ["写到一半多"]})
    assert VisitDraft.objects.get().typed == {"summary": ["写到一半多"]}

    people.visit(client_key=key)

    assert not VisitDraft.objects.exists()


def test_a_draft_is_sealed_and_holds_no_id_number(people):
    typed = {"summary": ["他的11010519491231002X号"], "matters-0-raiser_phone": ["13800138000"]}

    _keep(key=uuid.uuid4(), by=people.author, content=typed)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM outreach_visitdraft")
        stored = cursor.fetchone()[0]
    assert "13800138000" not in stored
    assert "11010519491231002X" not in stored
    assert VisitDraft.objects.get().typed == typed | {"summary": [f"他的{'*' * 18}号"]}


def test_a_draft_that_nobody_goes_on_writing_is_thrown_away(people):
    for days in (parameters.number("visit.draft_days", on=TODAY) - 1, 40):
        draft = _keep(key=uuid.uuid4(), by=people.author, content={})
        VisitDraft.objects.filter(pk=draft.pk).update(
            updated_at=timezone.now() - timedelta(days=days)
        )

    tasks.drop_old_drafts()

    assert VisitDraft.objects.count() == 1
    assert tasks.drop_old_drafts.name in {e["task"] for e in app.conf.beat_schedule.values()}


def test_a_draft_is_never_taken_over(people):
    key = uuid.uuid4()
    _keep(key=key, by=people.author, content={})

    assert _keep(key=key, by=people.colleague, content={"summary": ["抢"]}) is None


def test_the_diary_behind_a_number_of_doors_shows_the_same_number(client, people):
    chosen = [
        Household.objects.create(unit=people.village, serial=f"{n}", display_name="李××户")
        for n in (1, 2)
    ]
    people.visit(household_count=5)
    people.visit(households=chosen)
    people.visit(place=people.other_village, household_count=7)
    client.force_login(people.office)

    def page(**query):
        return client.get(reverse("outreach:visits"), query).content.decode()

    def said(**query):
        return re.search(r'<span class="total">([^<]*)', page(**query))[1].strip()

    since = timezone.localdate().isoformat()
    # The page fetches the sum once it is shown.
    assert said(visited_from=since) == "共 3 条 ·"
    assert f'hx-get="?visited_from={since}&amp;count=sums"' in page(visited_from=since)
    assert page(visited_from=since, count="sums") == "走访14户次"
    assert page(visited_from=since, unit=people.village.pk, count="sums") == "走访7户次"
    assert said(visited_from=since, count="exact") == "共 3 条 · 走访14户次"
    assert said() == "共 3 条"
    assert "count=sums" not in page()
