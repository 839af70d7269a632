"""One table defines how kinds of unit differ; forms, imports and the door read it."""

import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from outreach.door.views import _categories
from outreach.forms.by_kind import may_be_of, may_be_referred_to
from outreach.forms.matters import MatterPartForm
from outreach.models import Matter
from outreach.models.matters import Category, RaiserKind
from portal.days.festivals import Festival
from portal.kinds import KINDS
from portal.models import Experience, GrassrootsUnit
from portal.models.places import UnitKind
from tests.people import STATED


@pytest.mark.parametrize("kind", UnitKind)
def test_each_kind_has_a_row_of_codes_that_there_are(kind):
    row = KINDS[kind]

    assert set(row.categories) <= set(Category.values)
    assert Category.OTHER in row.categories
    assert len(row.categories) == len(set(row.categories))
    assert row.raiser in RaiserKind
    assert row.experience in Experience.OrganKind
    assert set(row.festivals) <= set(Festival.values)
    for words in (row.group_word, row.served_word, row.topics, row.hint):
        assert str(words)


def test_each_category_is_of_some_kind():
    assert {code for row in KINDS.values() for code in row.categories} == set(Category.values)


def test_what_a_kind_does_not_have_is_refused():
    village, works = GrassrootsUnit(kind="rural"), GrassrootsUnit(kind="soe")

    assert may_be_of(village, "01")
    assert may_be_of(works, "51")
    assert "国有企业" in may_be_of(works, "01").refusal
    assert not may_be_of(village, "51")
    assert may_be_referred_to(works, "安全隐患排查治理系统")
    assert not may_be_referred_to(village, "安全隐患排查治理系统")
    assert may_be_referred_to(village, "12345 热线")


@pytest.fixture
def browse(client, people):
    def as_(name):
        client.force_login(getattr(people, name))
        return client

    return as_


class _Card:
    def __init__(self, kind):
        self.kind = kind


def test_the_door_of_a_workshop_asks_what_workers_raise():
    codes = [code for code, _label in _categories(_Card("soe"))]

    assert codes[0] == Category.PAY
    assert Category.GOVERNANCE not in codes
    assert Category.BUSINESS not in [code for code, _label in _categories(_Card("rural"))]
    assert Category.BUSINESS in [code for code, _label in _categories(_Card("nonpublic"))]


def _matter(place, **fields):
    return {
        "unit": place.pk,
        "title": "夜班通勤车少",
        "category": "53",
        "key": uuid.uuid4(),
        "source": "call",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "employee",
        "confidentiality": "named",
    } | fields


def test_a_matter_is_of_a_category_of_its_unit(browse, people):
    send = browse("host").post
    url = reverse("outreach:new_matter")

    refused = send(url, _matter(people.village)).content.decode()
    assert "”不是这类单位（" in refused
    assert not Matter.objects.exists()

    send(url, _matter(people.village, category="02"))
    assert Matter.objects.get().category == "02"


def test_a_visit_asks_of_each_of_its_matters_whether_the_unit_has_its_category(browse, people):
    sent = STATED | {
        "key": str(uuid.uuid4()),
        "visited_on": people.author.today.isoformat(),
        "unit": str(people.village.pk),
        "matters-TOTAL_FORMS": "1",
        "matters-INITIAL_FORMS": "0",
        "matters-0-title": "夜班通勤车少",
        "matters-0-category": "53",
        "matters-0-urgency": "normal",
        "matters-0-nature": "help",
        "matters-0-raiser_kind": "villager",
        "matters-0-confidentiality": "named",
    }

    page = browse("author").post(reverse("outreach:new_visit"), sent)

    assert page.status_code == 422
    assert "不是这类单位（" in page.content.decode()
    assert not Matter.objects.exists()


def test_a_form_begins_with_the_kind_of_the_words_of_the_page(people):
    form = MatterPartForm(user=people.author)
    assert 'data-kind="rural"' in str(form["category"])
    assert form["raiser_kind"].value() == "villager"
    with translation.override("zh-hans-x-group"):
        form = MatterPartForm(user=people.author)
        assert 'data-kind="soe"' in str(form["category"])
        assert form["raiser_kind"].value() == "employee"


def test_a_matter_of_before_keeps_its_category(people):
    matter = people.matter(category="01")
    matter.unit.kind = "soe"
    matter.unit.save()

    assert Matter.objects.get().category == "01"


def test_the_form_names_what_each_kind_has(browse, people):
    page = browse("author").get(reverse("outreach:new_visit")).content.decode()

    assert "data-of-kinds=" in page
    assert "data-firsts=" in page
