"""Concurrent actions of two users: real commits, real locks, real constraints."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from outreach.actions import matters, taking_back, visits
from outreach.models import ContactArea, Matter, MatterStep, Visit
from portal.models import AuditEntry, StandIn, User
from portal.records import audit
from tests.day import TODAY
from tests.people import STATED, fresh


def at_once(*functions):
    """Run functions in threads that start together; returns results or exceptions in order."""
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index, function):
        try:
            barrier.wait(5)
            results[index] = function()
        except Exception as problem:
            results[index] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_people_sign_at_once_and_one_is_refused(committed_people):
    people = committed_people
    second = User.objects.create_user("handler2", "x", name="另一位", organ=people.water)
    people.handler.grants.create(role="handler", organ=people.water, starts_on="2020-01-01")
    second.grants.create(role="handler", organ=people.water, starts_on="2020-01-01")
    matter = people.assigned()

    def sign(user):
        again = fresh(user)
        return lambda: matters.move_matter(matter=matter, code="sign", by=again, at=timezone.now())

    results = at_once(sign(people.handler), sign(second))

    assert sorted(isinstance(r, PermissionDenied) for r in results) == [False, True]
    assert MatterStep.objects.filter(matter=matter, move="sign").count() == 1


def test_the_desk_takes_back_while_the_organ_signs_and_one_of_them_wins(committed_people):
    people = committed_people
    matter = people.assigned()
    desk, handler = fresh(people.desk), fresh(people.handler)
    who = {"at": timezone.now()}

    taken, signed = at_once(
        lambda: taking_back.take_back(matter=matter, reason="交错单位", by=desk, **who),
        lambda: matters.move_matter(matter=matter, code="sign", by=handler, **who),
    )

    matter = Matter.objects.get(pk=matter.pk)
    moves = list(matter.steps.order_by("pk").values_list("move", flat=True))
    if isinstance(signed, Exception):
        assert isinstance(signed, PermissionDenied)
        assert moves[-2:] == ["assign", "take_back"]
        assert (matter.status, matter.lead_organ) == ("escalated", None)
        assert str(signed).strip()
    else:
        assert isinstance(taken, PermissionDenied)
        assert moves[-2:] == ["assign", "sign"]
        assert (matter.status, matter.lead_organ) == ("in_progress", people.water)
        # Who continued it, when, and by which step.
        assert people.handler.name in str(taken)
    assert isinstance(taken, Exception) != isinstance(signed, Exception)


def test_one_form_posted_twice_at_once_is_one_visit(committed_people):
    people = committed_people
    key = uuid.uuid4()

    def save():
        return visits.record_visit(
            client_key=key,
            author=people.cadre,
            by=fresh(people.author),
            unit=people.village,
            visited_on=timezone.localdate(),
            at=timezone.now(),
            **STATED,
        )

    results = at_once(save, save, save)

    assert Visit.objects.count() == 1
    assert sorted(new for _visit, new in results) == [False, False, True]


def test_numbers_have_neither_gap_nor_double(committed_people):
    people = committed_people

    def save():
        return people.visit(matters=[{}, {}])

    at_once(*[save] * 6)

    numbers = sorted(Matter.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 13))


def test_the_chain_is_whole_and_notices_a_change(committed_people):
    people = committed_people
    people.visit(matters=[{}])
    assert audit.seal() > 0
    people.visit()
    audit.seal()
    assert audit.verify().problems == ()
    assert audit.verify().younger == 0

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE portal_auditentry SET event = 'nothing' WHERE id = %s",
            [AuditEntry.objects.order_by("pk").first().pk],
        )
    connections["owner"].close()
    assert audit.verify().problems


def test_the_chain_notices_a_deleted_entry(committed_people):
    committed_people.visit()
    audit.seal()

    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM portal_auditentry WHERE event = 'visit.recorded'")
    connections["owner"].close()

    assert audit.verify().problems


def test_a_rolled_back_act_leaves_no_entry(people):
    before = AuditEntry.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        people.visit()
        raise RuntimeError
    assert AuditEntry.objects.count() == before


# --- constraints -----------------------------------------------------------------------------


def refused(function, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        function()


def test_the_database_refuses(people):
    matter = people.in_progress()
    rows = Matter.objects.filter(pk=matter.pk)

    refused(lambda: rows.update(status="closed"), "closed_status_with_closure_and_day")
    refused(
        lambda: rows.update(
            status="closed", closure="satisfied", closed_on="2026-01-01", word="unsatisfied"
        ),
        "satisfied_closure_only_by_a_satisfied_word",
    )
    refused(
        lambda: rows.update(
            status="closed", closure="unrated", closed_on="2026-01-01", word="unsatisfied"
        ),
        "unrated_closure_never_over_a_spoken_word",
    )
    refused(
        lambda: rows.update(status="closed", closure="merged", closed_on="2026-01-01"),
        "merged_closure_with_target",
    )
    refused(lambda: rows.update(confidentiality="anonymous"), "an_anonymous_raiser_has_no_name")
    refused(
        lambda: matter.assignments.create(
            organ=people.weather,
            part="lead",
            assigned_by=people.desk,
            assigned_at=timezone.now(),
            sign_due_on="2026-01-01",
        ),
        "one_lead_organ_at_a_time",
    )
    refused(
        lambda: matter.assignments.filter(organ=people.water).update(signed_by=None),
        "signed_at_with_signed_by",
    )
    refused(
        lambda: matter.requests.create(
            kind="extension",
            reason="x",
            status_before="in_progress",
            asked_by=people.handler,
            asked_at=timezone.now(),
            decided_by=people.handler,
            decided_at=timezone.now(),
            approved=True,
        ),
        "decided_by_a_second_person",
    )
    refused(
        lambda: Visit.objects.filter(pk=matter.visit_id).update(voided_at=timezone.now()),
        "voided_at_with_voided_by_and_reason",
    )
    refused(
        lambda: ContactArea.objects.create(
            cadre=people.cadre, unit=people.village, kind="part", starts_on="2026-01-01"
        ),
        "a_part_of_a_unit_is_named",
    )
    refused(
        lambda: ContactArea.objects.create(
            cadre=people.cadre, unit=people.village, starts_on=TODAY
        ),
        "one_open_area_of_a_kind_for_cadre_and_unit",
    )
    refused(
        lambda: people.handler.grants.create(
            role="office", granted_by=people.handler, starts_on="2026-01-01"
        ),
        "nobody_grants_to_themselves",
    )
    refused(
        lambda: StandIn.objects.create(
            principal=people.handler,
            stand_in=people.handler,
            named_by=people.handler,
            starts_on="2026-01-01",
            ends_on="2026-01-02",
        ),
        "nobody_stands_in_for_themselves",
    )
