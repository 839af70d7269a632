"""Internal notes of host and desk, and the record of a matter since it was reopened."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from outreach import deadlines
from outreach.actions import taking_back
from outreach.door.words import steps_of
from outreach.models import Matter, MatterStep
from portal.days.words import short_day
from portal.sheets import ledgers
from tests.outreach.test_second_words import call_of
from tests.people import fresh

NOTE = "先等水库那边答复再说"


@pytest.fixture
def noted(people):
    matter = people.in_progress()
    return people.move(matter, "internal", people.desk, text=NOTE)


def page_of(client, user, matter):
    client.force_login(user)
    return client.get(matter.get_absolute_url()).content.decode()


def test_host_and_desk_read_the_note(client, people, noted):
    assert NOTE in page_of(client, people.desk2, noted)
    assert NOTE in page_of(client, people.host, noted)
    assert noted.status == "in_progress"


@pytest.mark.parametrize("who", ["handler", "support", "author", "liaison", "supervisor", "office"])
def test_nobody_else_reads_it_or_hears_of_it(client, people, noted, who):
    page = page_of(client, getattr(people, who), noted)

    assert NOTE not in page
    assert "内部备注" not in page


@pytest.mark.parametrize("who", ["handler", "author", "office"])
def test_nobody_else_keeps_one(people, who):
    with pytest.raises(PermissionDenied):
        people.move(people.in_progress(), "internal", getattr(people, who), text=NOTE)


def test_it_is_on_no_sheet_no_slip_and_in_no_search(client, people, noted):
    row = ledgers.REGISTRY["matters"].sheet(people.desk, QueryDict("tab=all"), timezone.now()).rows
    assert NOTE not in str(list(row))
    client.force_login(people.handler)
    slip = client.get(reverse("outreach:slip", args=[noted.pk, "matter"])).content.decode()
    assert NOTE not in slip
    assert not Matter.objects.containing("水库那边").exists()


def test_the_door_says_nothing_of_it():
    steps = [{"move": move, "on": None} for move in ("register", "internal", "sign")]

    said = [words for _day, words in steps_of({"steps": steps})]

    assert len(said) == 2


def test_its_taking_back_is_internal_too(client, people, noted):
    taking_back.take_back(
        matter=noted, by=fresh(people.desk), reason="写错地方了", at=timezone.now()
    )

    assert "写错地方了" in page_of(client, people.desk2, noted)
    for who in (people.handler, people.office):
        assert "写错地方了" not in page_of(client, who, noted)
    assert MatterStep.objects.get(move="internal").text == NOTE


# --- The record ----------------------------------------------------------------------------------


def test_the_form_says_how_far_a_deadline_can_be_extended(client, people):
    today = timezone.localdate()
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="权属不清")
    people.move(matter, "assign", people.desk, lead=people.water, due_on=today + timedelta(days=20))
    matter = people.move(matter, "sign", people.handler)

    # By the assignment's own term, not by the shorter one from registration.
    latest = today + timedelta(days=40)
    assert deadlines.latest_extension(matter) == latest
    client.force_login(people.handler)
    form = client.get(reverse("outreach:act", args=[matter.pk, "ask_extension"])).content.decode()
    assert f"最迟可延至{short_day(latest, on=today)}（" in form
    people.move(matter, "ask_extension", people.handler, text="等", new_due_on=latest)


def test_a_reopened_record_shows_what_was_said_and_what_was_rejected(client, people):
    matter = people.awaiting_word()
    call = call_of(
        people, matter, people.office, "unsatisfied", comment="只修了一头，下雨又是老样子"
    )
    assert call.comment

    page = page_of(client, people.handler, matter)

    at = page.index("群众的评价")
    box = page[at : page.index("<h2>经过", at)]
    assert "只修了一头" in box
    reported = page[page.index("承办单位的办理结果") : at]
    assert "已清淤三百米" in reported


def test_a_closed_matter_says_nothing_of_organs_that_never_signed(client, people):
    matter = people.awaiting_word()
    assert "未签收" in page_of(client, people.desk, matter)
    call_of(people, matter, people.office, "satisfied")

    assert "未签收" not in page_of(client, people.desk, matter)
