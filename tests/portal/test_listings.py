"""Each declared list: who opens it, its empty state, its columns and its sheet."""

import re
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.urls import reverse

from portal import urls  # noqa: F401, declares the lists
from portal.models import PartyOrganization
from portal.pages.listings import LISTINGS, Col, allows
from portal.pages.renderer import drawn
from tests.oversight.asking import burden_officer
from tests.pairing.cast import paired
from tests.people import START
from tests.reading import words

ALL = sorted(LISTINGS)
EXPORTED = [name for name in ALL if LISTINGS[name].export]
SHAPED = [name for name in ALL if any(one.code for one in LISTINGS[name].columns)]


def tabs_of(listing, user):
    return listing.address.at(user, QueryDict()).tabs or [""]


@pytest.fixture
def opened(client, people):
    """opened(listing, tab) returns its page as the first user who may open it."""

    people.burden = burden_officer(people)

    def opened(listing, tab=""):
        for name in ("office", "admin", "security", "auditor", "host", "recipient", "burden"):
            user = getattr(people, name, None)
            if user is None or listing.may_see and not allows(listing.may_see, user):
                continue
            client.force_login(user)
            return user, client.get(
                reverse(listing.url_name), {listing.address.tab_name: tab} if tab else {}
            )
        raise AssertionError(f"nobody opens {listing.url_name}")

    return opened


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("name", ALL)
def test_each_tab_shows_rows_or_says_why_there_are_none(opened, people, name):
    listing = LISTINGS[name]
    for tab in tabs_of(listing, people.office):
        _user, page = opened(listing, tab)
        assert page.status_code == 200, tab
        rows = page.context["page"].rows
        assert ('class="empty"' in words(page)) == (not rows), tab
        assert words(page).count("</tr>") == (len(rows) + 1 if rows else 0), tab


@pytest.mark.parametrize("name", ALL)
def test_an_empty_list_has_words_for_everybody(people, name):
    listing = LISTINGS[name]
    for user in (people.office, people.host):
        for tab in tabs_of(listing, user):
            asked = listing.address.at(user, QueryDict(f"{listing.address.tab_name}={tab}"))
            said = listing.empty_words(asked)
            assert said["title"]
            assert said["text"]


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("name", EXPORTED)
def test_the_sheet_has_the_rows_of_the_page(people, name):
    paired(people)
    listing, user = LISTINGS[name], people.office
    for tab in listing.export.tabs or tabs_of(listing, user):
        query = QueryDict(f"{listing.address.tab_name}={tab}")
        shown = listing.address.at(user, query).rows
        sheet = listing.export.ledger.found(user, query)
        assert {one.pk for one in sheet} == {one.pk for one in shown}, tab


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("name", SHAPED)
def test_a_column_goes_and_comes_back(opened, client, people, name):
    paired(people)
    people.visit(matters=[{}])
    PartyOrganization.objects.create(
        organ=people.water, name="县水利局机关党支部", kind="branch", started_on=START
    )
    listing = LISTINGS[name]
    user, page = opened(listing)
    assert page.context["page"].rows, "no row to show a column of"
    for column in (one for one in listing.columns if one.code):
        heading = re.compile(rf"<th[^>]*>(<a [^>]*>)?{re.escape(str(column.label))}<")
        codes = {one.code for one in listing.columns if one.code}
        for kept, is_shown in ((codes, True), (codes - {column.code}, False)):
            client.post(reverse("choose_columns", args=[name]), {"column": list(kept)})
            shown = heading.search(words(client.get(reverse(name))))
            assert bool(shown) == is_shown, column.code


def test_a_dash_without_its_heading_is_left_out_on_a_phone():
    columns = [Col("Name", "name"), Col("Deadline", "due", bare=True), Col("Organ", "organ")]
    rows = [SimpleNamespace(pk=1, name="a", due=None, organ=None)]

    table = drawn("table.html", None, columns=columns, page=rows, asked=None)

    assert '<td class="unsaid">—</td><td data-label="Organ">—</td>' in table


def test_what_a_cell_shows_is_escaped(opened, people):
    people.village.name = "<b>柳湾</b>"
    people.village.save()
    paired(people)
    _user, page = opened(LISTINGS["pairing:pairings"])

    assert "&lt;b&gt;柳湾" in words(page)
    assert "<b>柳湾" not in words(page)
