"""A demo year built in memory stores the same rows as the actions would have."""

from collections import Counter
from copy import deepcopy

import pytest
from django.db import transaction
from django.utils import timezone

from demo.outreach import county as demo_county
from demo.outreach.held import NOUNS
from outreach.actions import follow_ups, matters, visits
from outreach.models import FollowUp, Matter, MatterContact, Reflection
from outreach.models.matters import Status
from outreach.moves import MOVES
from portal.models import AuditEntry, FigureDelta, User
from portal.sheets import figures
from portal.trust import crypto, privacy

pytestmark = pytest.mark.slow

# Two ciphers of the same name differ, so their contents are compared.
SEALED = {
    "name_cipher": "matter.name",
    "phone_cipher": "matter.phone",
    "cipher": "visit.reflection",
}


class StoredYear:
    """The same year, made by actions in the database."""

    register_matter = staticmethod(matters.register_matter)

    def record_visit(self, **fields):
        visit, is_new = visits.record_visit(**fields)
        assert is_new
        return visit.registered_matters

    def move(self, matter, code, **facts):
        return matters.move_matter(matter=matter, code=code, **facts)

    def arrange_call(self, follow_up, **facts):
        follow_ups.arrange_call(follow_up=follow_up, **facts)

    def note_try(self, follow_up, **facts):
        follow_ups.note_try(follow_up=follow_up, **facts)

    def record_word(self, follow_up, **facts):
        follow_ups.record_word(follow_up=follow_up, **facts)

    def draw(self, matter, *, round, starts_on, due_on):
        follow_up, is_new = FollowUp.objects.get_or_create(
            matter=matter,
            kind=FollowUp.Kind.SAMPLE,
            round=round,
            side=None,
            defaults={"starts_on": starts_on, "due_on": due_on},
        )
        return follow_up if is_new else None

    def fresh(self, matter):
        return Matter.objects.get(pk=matter.pk)

    def in_progress(self, known):
        rows = Matter.objects.filter(pk__in=[m.pk for m in known], status=Status.IN_PROGRESS)
        return list(rows.order_by("pk"))

    def open_calls(self, matter):
        calls = FollowUp.objects.filter(
            matter=matter,
            round=matter.reopen_count,
            kind=FollowUp.Kind.WORD,
            answered_at=None,
            given_up_at=None,
        )
        return list(calls.select_related("matter").order_by("pk"))

    def has_samples(self):
        return FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE).exists()

    def store(self):
        pass


@pytest.mark.sampled(of="the demo made in two ways", one_in=3)
def test_the_held_year_equals_the_one_of_the_actions(db):
    begun = demo_county._begun("small", 1, timezone.localdate())
    by_actions = deepcopy(begun)
    by_actions.year = StoredYear()

    told = [_told(by_actions), _told(begun)]

    for noun, (by_action, held) in _side_by_side(told).items():
        assert len(by_action) == len(held), noun
        for one, other in zip(by_action, held, strict=True):
            assert one == other, noun
    moves = {row["move"] for row in told[1]["outreach.MatterStep"]}
    # Handling again is the leader's alternative after two times “not satisfied”; the demo has an
    # internal note only on a matter raised through a card.
    assert set(MOVES) - moves == {"handle_again", "gather", "internal"}
    assert moves >= {"arrange_call", "try", "word", "close", "reopen"}


def _told(county):
    """All rows of the year, which is then rolled back."""
    with transaction.atomic():
        demo_county._plan_visits(county)
        for at in county.week_ends():
            county.put(at, county.draw_sample)
        county.tell(lambda line: None)
        assert set(figures.rebuild(check=True).values()) == {0}
        rows = _rows()
        transaction.set_rollback(True)
    return rows


def _side_by_side(told):
    return {noun: [rows[noun] for rows in told] for noun in told[0]}


def _rows():
    """Return {noun: rows}; ids are replaced by their position in order of creation."""
    order = {
        noun: {
            pk: n for n, pk in enumerate(noun.objects.order_by("pk").values_list("pk", flat=True))
        }
        for noun in NOUNS
    }
    found = {
        noun._meta.label: [_row(one, order) for one in noun.objects.order_by("pk")]
        for noun in NOUNS
    }
    # Sets have no fixed order.
    doors = NOUNS[2]._meta.label
    found[doors] = sorted(map(repr, found[doors]))
    everyone = ",".join(map(str, Matter.objects.values_list("pk", flat=True)))
    with privacy.opened(matter=everyone):
        found["contacts"] = [_row(one, order) for one in MatterContact.objects.order_by("pk")]
    found["reflections"] = sorted(repr(_row(one, order)) for one in _reflections())
    found["entries"] = [_entry(one, order) for one in AuditEntry.objects.order_by("pk")]
    found["figures"] = sorted(_counted().items())
    assert found["contacts"] and found["reflections"] and found["entries"]
    return found


def _reflections():
    for user in User.objects.order_by("pk"):
        with privacy.opened(user=user):
            yield from Reflection.objects.filter(owner=user)


def _row(record, order):
    row = {}
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if field.primary_key:
            continue
        if field.related_model in order and value is not None:
            value = order[field.related_model][value]
        if field.name in SEALED and value:
            value = crypto.decrypt(value, SEALED[field.name])
        row[field.attname] = value
    return row


def _entry(entry, order):
    noun = {one._meta.model_name: one for one in NOUNS}.get(entry.noun)
    which = order[noun][entry.noun_id] if noun else entry.noun_id
    return (
        entry.actor_id,
        entry.actor,
        entry.principal_id,
        entry.event,
        entry.noun,
        which,
        entry.fields,
        entry.digest,
        entry.address,
    )


def _counted():
    total = Counter()
    for one in FigureDelta.objects.all():
        cell = (
            one.figure,
            one.part,
            one.day,
            one.province_id,
            one.city_id,
            one.county_id,
            one.organ_id,
        )
        total[tuple(map(str, cell))] += one.n
    return {cell: n for cell, n in total.items() if n}
