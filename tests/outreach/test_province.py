"""The province to measure with, in a size that a test can make."""

import pytest
from django.db import connection
from django.utils import timezone

from bench import pages, pairing_pages
from demo.outreach import province
from outreach.models import Matter, MatterStep, Visit
from pairing.models import HelpNeed, Pairing, SupportItem
from portal.models import User
from portal.sheets import figures
from tests.people import fresh


@pytest.mark.sampled(of="the demo made in two ways", one_in=3)
def test_a_tiny_province_is_made_like_the_big_one(committed):
    table = "outreach_visit"
    before = _constraints_and_indexes(table)

    province.fill(province.TINY, timezone.localdate())

    assert _constraints_and_indexes(table) == before
    assert Visit.objects.count() == province.TINY.visits
    assert Matter.objects.count() == province.TINY.matters
    assert Pairing.objects.count() == province.TINY.visits // 5
    assert SupportItem.objects.count() == province.TINY.visits
    assert HelpNeed.objects.open(timezone.localdate()).exists()
    assert Pairing.objects.exclude(last_contact_on=None).exists()
    today = timezone.localdate()
    assert Pairing.objects.contact_due(today, 60, on=today).exists()
    answered = Matter.objects.exclude(answered_on=None)
    assert answered.filter(status="closed").exists()
    assert not answered.filter(resolution="").exists()
    assert not Matter.objects.exclude(resolution="").filter(answered_on=None).exists()
    assert set(figures.rebuild(check=True).values()) == {0}
    assert timezone.localdate(max(MatterStep.objects.values_list("at", flat=True))) < (
        timezone.localdate()
    )
    for username in province.READERS.values():
        reader = fresh(User.objects.get(username=username))
        assert Visit.objects.visible_to(reader).exists()
        assert Matter.objects.visible_to(reader).exists()
    assert Visit.objects.containing(province.FREQUENT).exists()
    for reader, user in pages.readers().items():
        for lists in (pages.lists, pairing_pages.lists):
            assert len(list(pages.cases(reader, lists(user)))) > 10


def _constraints_and_indexes(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass UNION"
            " SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s",
            [table, table],
        )
        return set(cursor.fetchall())
