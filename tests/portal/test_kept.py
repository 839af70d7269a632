"""Lists with cached SQL and cached fields show the same as when built anew."""

from datetime import timedelta
from zlib import crc32

import pytest
from django.http import QueryDict
from django.urls import reverse

from portal import urls  # noqa: F401, declares the lists
from portal.models import User
from portal.models.people import RoleGrant
from portal.pages.listings import LISTINGS
from portal.records import kept
from portal.tools.addresses import page_of
from tests.oversight.asking import burden_officer
from tests.pairing.cast import paired

READERS = (
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "recipient",
    "system",
    "security",
    "auditor",
    "neighbour_host",
    "burden",
)


def signed_in(user, people):
    return User.objects.get(pk=user.pk).acting(on=people.office.today)


def readers_of(listing, people, *, in_all):
    """Users who may open the list: all of READERS, or two that vary from list to list."""
    able = [who for who in READERS if not listing.may_see or listing.may_see(getattr(people, who))]
    assert able
    first = crc32(listing.url_name.encode())
    return able if in_all else [able[(first + n) % len(able)] for n in range(min(2, len(able)))]


@pytest.mark.sampled(one_in=6)
@pytest.mark.parametrize("name", sorted(LISTINGS))
@pytest.mark.parametrize(
    "in_all", [False, pytest.param(True, marks=pytest.mark.long)], ids=["two", "all"]
)
def test_a_list_holds_the_same_by_kept_sql(people, client, name, in_all):
    people.burden = burden_officer(people)
    paired(people)
    people.visit(matters=[{}]), people.assigned()
    listing = LISTINGS[name]
    for who in readers_of(listing, people, in_all=in_all):
        user = getattr(people, who)
        client.force_login(user)
        for tab in listing.address.at(user, QueryDict()).tabs or [""]:
            query = QueryDict(f"{listing.address.tab_name}={tab}" if tab else "")
            address = f"{reverse(name)}?{query.urlencode()}"
            # A request for the rows caches their query, which the page then uses.
            assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
            page = client.get(address)
            assert page.status_code == 200
            asked = listing.address.at(signed_in(user, people), query)
            fresh = set(listing.for_list(asked.rows, asked).values_list("pk", flat=True))
            assert {row.pk for row in page.context["page"].rows} == fresh, (who, tab)
            assert page.context["total"] == len(fresh), (who, tab)


def test_a_grant_that_ends_empties_the_list(people, client):
    people.matter()
    client.force_login(people.host)
    address = f"{reverse('outreach:matters')}?tab=all"
    assert client.get(address).context["total"] == 1

    ended = people.host.today - timedelta(days=1)
    RoleGrant.objects.filter(user=people.host).update(ends_on=ended)

    assert client.get(address).context["total"] == 0


def test_filters_are_kept_by_what_the_address_says(people, client):
    people.matter(category="01")
    client.force_login(people.office)
    address = f"{reverse('outreach:matters')}?tab=all"
    for _twice in range(2):
        for category, n in (("", 1), ("01", 1), ("02", 0), ("99", 0)):
            page = client.get(f"{address}&category={category}")
            assert page.context["total"] == n, category
            assert bool(page.context["filter"].errors) == (category == "99")
            assert bool(page.context["filter"].chips) == (category in {"01", "02"})


def test_typed_words_are_not_kept(people, client):
    people.matter(title="东支渠")
    client.force_login(people.office)
    before = None
    for text in ("东支渠", "西支渠", "南支渠"):
        client.get(reverse("outreach:matters"), {"tab": "all", "q": text})
        before = before or len(kept._KEPT)
    assert len(kept._KEPT) == before


def test_the_address_of_a_record_is_what_reverse_says():
    for name in ("outreach:visit", "outreach:matter", "unit", "cadre"):
        assert page_of(name, 17) == reverse(name, args=[17])
