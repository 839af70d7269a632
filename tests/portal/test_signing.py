"""The name under which an organ signs: the one on its seal, or its full name; one function for all
papers."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from outreach.actions import notices
from portal.models import Organ
from portal.sheets import ledgers
from tests.people import fresh

SEALS = {
    "department": "中共云岭县委组织部",
    "desk_organ": "中共云岭县委云岭县人民政府督查室",
    "town_organ": "中共云岭县石桥镇委员会",
}

# Places where a paper is signed or stamped.
SIGNED = re.compile(r'<p class="signed">.*?</p>|<span>[^<]*（盖章）.*?</span>', re.DOTALL)
NAMES = re.compile(r"{{ ?([\w.]+)")
# Other names allowed there besides `….signed_as`.
OTHERS = {
    "office": "from ledgers.office_signed_as and ledgers.stamped_by",
    "published.organ_name": "the signature of the day it was published",
    "appraisal.party_organization.name": "a Party organisation has one name",
    "stay.cadre.name": "a person",
    "opinion.by.name": "a person",
    "leave.decided_by.name": "a person",
    "request.user.name": "a person",
}


@pytest.fixture
def sealed(people):
    """The cast with seals, except for the water bureau."""
    for organ, seal in SEALS.items():
        Organ.objects.filter(pk=getattr(people, organ).pk).update(official_name=seal)
    return people


@pytest.fixture
def page(client, people):
    def page(name, address, *args):
        client.force_login(getattr(people, name))
        return client.get(reverse(address, args=args)).content.decode()

    return page


def test_no_signature_uses_another_name():
    papers = sorted(Path(settings.BASE_DIR, "templates").glob("*/slips/*.html"))
    signed = {
        (path.name, name)
        for path in papers
        for part in SIGNED.findall(path.read_text())
        for name in NAMES.findall(part)
    }
    used = {name for _path, name in signed}

    wrong = {
        (path, name)
        for path, name in signed
        if name.split(".")[-1] in {"name", "label", "organ_name", "short_name"}
        and name not in OTHERS
    }
    assert wrong == set()
    assert sum(name.endswith(".signed_as") for _path, name in signed) > 15
    assert OTHERS.keys() - {"request.user.name"} <= used


def test_an_organ_without_a_seal_of_its_own_signs_with_its_full_name():
    water = Organ(name="云岭县水利局", short_name="县水利局")

    assert water.signed_as == "云岭县水利局"
    water.official_name = "中共云岭县水利局党组"
    assert water.signed_as == "中共云岭县水利局党组"


def test_slips_of_a_matter_bear_the_seals_of_who_issues_them(sealed, page):
    matter = sealed.in_progress()
    due = timezone.localdate() + timedelta(days=3)
    sealed.move(matter, "order", sealed.supervisor, text="请本周拿出方案", due_on=due)

    desk = SEALS["desk_organ"]
    assert f"交办单位（盖章）：{desk}<" in page("desk", "outreach:slip", matter.pk, "assignment")
    assert f"督办单位（盖章）：{desk}<" in page("desk", "outreach:slip", matter.pk, "supervision")


def test_the_desk_of_the_place_urges_what_it_never_assigned(sealed, page):
    matter = sealed.matter()
    sealed.move(matter, "take_up", sealed.host, officer="何建")
    due = timezone.localdate() + timedelta(days=3)
    sealed.move(matter, "order", sealed.supervisor, text="请本周拿出方案", due_on=due)

    slip = page("host", "outreach:slip", matter.pk, "supervision")
    assert f"督办单位（盖章）：{SEALS['desk_organ']}<" in slip


def test_an_answer_bears_the_seal_of_the_organ_that_answers(sealed, page):
    matter = sealed.reported()

    reply = page("handler", "outreach:slip", matter.pk, "reply")
    assert f"承办单位（盖章）：{sealed.water.name}<" in reply


def test_a_notice_is_signed_with_the_seal(sealed, page):
    by = fresh(sealed.office)
    drafted = notices.draft_notice(
        by=by,
        at=timezone.now(),
        title="关于做好汛期走访的通知",
        text="请各单位组织干部走访低洼地段群众。",
        organs=[sealed.water],
        roles=[],
        asks="none",
        question="",
        reply_due_on=None,
    )
    notice = notices.publish_notice(notice=drafted, by=by, at=timezone.now())

    printed = page("office", "outreach:notice_print", notice.pk)
    assert f'<p class="signed">{SEALS["department"]}<br>' in printed


def test_sheets_are_stamped_with_the_seal(sealed):
    assert ledgers.stamped_by(fresh(sealed.host)) == SEALS["town_organ"]
    assert ledgers.stamped_by(fresh(sealed.handler)) == sealed.water.name


def test_the_office_signs_as_the_organ_that_the_norm_names(sealed):
    assert ledgers.office_signed_as(on=timezone.localdate()) == SEALS["department"]
    Organ.objects.filter(pk=sealed.department.pk).update(name="中共云岭县委组织部", short_name="")
    assert ledgers.office_signed_as(on=timezone.localdate()) == "县委组织部"
