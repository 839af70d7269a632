"""A cached lookup shows exactly the records of the queryset it was made from."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import get_resolver

from outreach.views.matters import _visible
from portal.models import User
from portal.models.people import RoleGrant
from portal.records import kept, seen

get_resolver().url_patterns  # noqa: B018, all lookups stand in views


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("lookup", seen.LOOKUPS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_lookup_shows_what_its_queryset_holds(people, lookup):
    people.visit(), people.assigned()
    for who in ("author", "liaison", "host", "handler", "office", "neighbour_host"):
        user = getattr(people, who)
        rows = lookup.__wrapped__(user)
        everything = rows.model.objects.values_list("pk", flat=True)
        held = {row.pk: row for row in rows}
        for pk in [*everything, 0, 2**63]:
            try:
                found = lookup(user, pk)
            except Http404:
                assert pk not in held
            else:
                assert found == held[pk] and vars(found).keys() == vars(held[pk]).keys()


def test_a_grant_that_is_taken_back_closes_the_record(people):
    matter, today = people.matter(), people.host.today
    host = User.objects.get(pk=people.host.pk)
    assert _visible(host.acting(on=today), matter.pk) == matter

    RoleGrant.objects.filter(user=host).update(ends_on=today - timedelta(days=1))

    with pytest.raises(Http404):
        _visible(User.objects.get(pk=host.pk).acting(on=today), matter.pk)


def test_the_same_person_asks_again_by_the_sql_that_is_kept(people, django_assert_num_queries):
    first, second = people.matter(), people.matter()
    host = people.host
    assert _visible(host, first.pk) == first
    before = len(kept._KEPT)
    with django_assert_num_queries(1):
        assert _visible(host, second.pk) == second
    assert len(kept._KEPT) == before
