"""The page of what must be handed over when somebody leaves."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from outreach.models import VisitDraft
from outreach.models.matters import MatterCare
from portal.models import Cadre, FormDraft, StandIn
from portal.places import handing_over
from tests.day import today

# Records that name a cadre but are not handed over: past events, descriptions of a person,
# proposals decided before anything starts, and parts of other records.
NOT_CARRIED = {
    "outreach.StayHandover",
    "outreach.BatchPlace",
    "outreach.Nomination",
    "outreach.Visit",
    "outreach.VisitCompanion",
    "outreach.CampaignUnit",
    "outreach.CondolenceVisit",
    "outreach.Leave",
    "works.Talk",
    "research.ResearchActivity",
    "research.HomeNote",
    "pairing.ProblemMatter",
    "pairing.ProposedMatch",
    "pairing.MatchChange",
    "pairing.SupportStep",
    "evaluation.Appraised",
    "evaluation.DisciplineFinding",
    "oversight.PrivacyRequest",
    "oversight.WorkPlan",
    "portal.Cadre",
    "portal.AvoidancePair",
    "portal.Experience",
    "portal.ReorganisationChange",
}


def page(people):
    return reverse("handing_over", args=[people.cadre.pk])


def of(response):
    return {str(line["title"]): line for line in response.context["lines"]}


def stood_in_for(people):
    return StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=today(),
        ends_on=today(),
    )


def test_one_page_names_what_somebody_carries(browse, people):
    matter = people.in_progress()
    assert matter.registered_by == people.cadre
    assert people.area.cadre == people.cadre
    stood_in_for(people)

    response = browse("office").get(page(people))

    lines = of(response)
    assert lines["登记或接手的未办结事项"]["count"] == 1
    assert lines["登记或接手的未办结事项"]["rows"] == [
        (f"{matter.number_label} {matter.title}", matter.get_absolute_url())
    ]
    assert lines["包联关系"]["count"] == 1
    assert lines["代办关系（双向）"]["rows"] == [("王建国 → 赵敏", reverse("stand_ins"))]
    assert lines["账号承担的角色"]["count"] == 1
    assert "在事项页面" not in response.content.decode()  # he leads no matter


def test_what_the_reader_may_not_see_is_counted_and_not_named(browse, people):
    matter = people.in_progress()
    assert matter.registered_by == people.cadre
    VisitDraft.objects.create(
        key=uuid4(),
        owner=people.author,
        content=VisitDraft.sealed({"text": ["路灯"]}),
        updated_at=timezone.now(),
    )

    FormDraft.objects.create(
        key=uuid4(),
        owner=people.author,
        path="/matters/new/",
        content=FormDraft.sealed({"text": ["水渠淤塞"]}),
        updated_at=timezone.now(),
    )

    response = browse("liaison").get(page(people))

    assert of(response)["表单草稿"]["count"] == 1
    assert "水渠淤塞" not in response.content.decode()
    seen = type(matter).objects.visible_to(people.liaison.acting(on=today())).filter(pk=matter.pk)
    line = of(response)["登记或接手的未办结事项"]
    assert (line["count"], len(line["rows"])) == (1, seen.count())
    assert of(response)["走访记录草稿"] | {"title": "", "how": ""} == {
        "title": "",
        "how": "",
        "count": 1,
        "rows": [],
        "more": 1,
    }
    assert "路灯" not in response.content.decode()


@pytest.mark.parametrize("who", ["author", "liaison", "office"])
def test_the_person_the_liaison_and_the_office_read_it(browse, people, who):
    client = browse(who)
    assert client.get(page(people)).status_code == 200
    assert page(people) in client.get(people.cadre.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["host", "supervisor", "colleague"])
def test_others_do_not_and_find_no_button(browse, people, who):
    client = browse(who)
    assert client.get(page(people)).status_code == 403
    assert page(people) not in client.get(people.cadre.get_absolute_url()).content.decode()


def test_who_carries_nothing_reads_that(browse, people):
    people.area.delete()
    Cadre.objects.filter(pk=people.cadre.pk).update(user=None)

    response = browse("office").get(page(people))
    assert not response.context["lines"]
    assert "没有需要移交的事项" in response.content.decode()


def test_whoever_enters_that_somebody_left_reads_the_same_numbers(browse, people):
    assert people.area.cadre == people.cadre
    response = browse("office").get(reverse("cadre_left", args=[people.cadre.pk]))
    carried = handing_over.carried_by(people.cadre, on=today())
    assert {str(one.title): one.count for one in carried if one.count}["包联关系"] == 1
    assert "包联关系 1" in response.content.decode()


def test_everything_that_names_a_cadre_is_carried_or_says_why_not(people):
    carried = {one.rows.model for one in handing_over.carried_by(people.cadre, on=today())}
    carried |= {MatterCare}  # with the matters
    naming = {
        model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created and field.is_relation and field.related_model is Cadre
    }
    left_out = {model._meta.label for model in naming - carried}
    assert left_out == NOT_CARRIED


@pytest.mark.parametrize(("off", "is_said"), [((), True), (("pairing",), False)])
def test_what_is_off_is_not_still_to_be_given_to_somebody(
    browse, people, monkeypatch, off, is_said
):
    rows = Cadre.objects.filter(pk=people.cadre.pk)
    carried = handing_over.Carried("某类结对", rows, use="pairing")
    monkeypatch.setattr(handing_over, "CARRIED", [lambda cadre, on: [carried]])
    monkeypatch.setattr(handing_over.uses, "off", lambda: frozenset(off))

    response = browse("office").get(reverse("cadre_left", args=[people.cadre.pk]))

    assert ("某类结对 1" in response.content.decode()) == is_said
