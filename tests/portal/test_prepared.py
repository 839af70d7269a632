"""Prepared querysets answer as the queryset itself would, for any values."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Value

from outreach.models import VisitDraft
from portal.duties import todo
from portal.models import Organ, RoleGrant, StandIn, User
from portal.models.people import GRANTS_OF
from portal.tools import prepared
from portal.tools.prepared import Compiled, Prepared, Statement, among, planned
from tests.day import BEGINS
from tests.people import fresh

of_one_session = pytest.mark.skipif(
    settings.POOLER, reason="nothing is kept on a connection that a pooler lends"
)


def test_grants_are_the_same_as_those_of_the_queryset(people, django_assert_num_queries):
    day = people.office.today
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=day,
        ends_on=day,
    )
    for user in User.objects.order_by("pk"):
        for on in (day, day + timedelta(days=1)):
            asked = GRANTS_OF.rows(user=user.pk, day=on)
            assert asked == list(GRANTS_OF._build(user=user.pk, day=on))
    lent = GRANTS_OF.rows(user=people.colleague.pk, day=day)
    with django_assert_num_queries(0):
        assert {g.user.name for g in lent} == {people.author.name, people.colleague.name}
        assert all(g.organ is None or g.organ.path for g in lent)


def test_each_value_goes_to_its_place_and_a_name_may_stand_twice(people):
    sent = Prepared(
        lambda kind, day: Organ.objects.filter(kind=kind, started_on__lte=day).exclude(
            ended_on__lt=day
        ),
        kind="?",
        day=date.min,
    )
    for kind in Organ.objects.values_list("kind", flat=True).distinct():
        organs = Organ.objects.filter(kind=kind)
        assert set(sent.rows(kind=kind, day=people.office.today)) == set(organs)
        assert sent.rows(kind=kind, day=date.min + timedelta(days=1)) == []


def test_a_placeholder_that_the_query_loses_is_named(db):
    lost = Prepared(lambda user, day: RoleGrant.objects.filter(user=user), user=-1, day=date.min)

    with pytest.raises(ValueError, match="no place for day"):
        lost.rows(user=1, day=date.max)


@of_one_session
def test_the_plan_is_kept_for_the_connection_also_after_a_rollback(people):
    user = Prepared(lambda pk: User.objects.filter(pk=pk), pk=-1)
    for _twice in range(2):
        with transaction.atomic():
            assert user.rows(pk=people.office.pk) == [people.office]
            transaction.set_rollback(True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [user._name])
        [(statement,)] = cursor.fetchall()
    assert '"portal_user"' in statement and "$1" in statement


def _plans(cursor):
    cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'planned%'")
    return [statement for (statement,) in cursor.fetchall()]


@of_one_session
def test_a_planned_statement_is_planned_once_and_takes_other_values(people):
    names = Compiled(User.objects.filter(among("pk", "ids")).exclude(name__contains="nobody 100%"))
    both = [people.office, people.author]
    with connection.cursor() as cursor:
        for one in both:
            assert names.planned_rows(ids=[one.pk]) == [one]
        assert set(names.planned_rows(ids=[one.pk for one in both])) == set(both)
        # The connection is at its limit and drops another plan for it.
        assert len([one for one in _plans(cursor) if "nobody 100" in one]) == 1


@of_one_session
def test_a_connection_keeps_the_plans_used_last_and_no_more(people, monkeypatch):
    monkeypatch.setattr(prepared, "PLANNED_UP_TO", 60)
    with connection.cursor() as cursor:
        for text in ("first", "second", "third"):
            for _twice in range(2):
                planned(cursor, "SELECT %s::text, '5%%', pg_sleep(0)", [text])
                assert cursor.fetchone()[:2] == (text, "5%")
        (left,) = [one for one in _plans(cursor) if "pg_sleep(0)" in one]
        assert "third" in left


@of_one_session
def test_people_of_the_same_grants_share_the_plan_of_their_numbers(people):
    """Only ids become parameters: a state may be the condition of a partial index."""
    people.assigned()
    people.matter()
    content = VisitDraft.sealed({"summary": ["走了四户"]})
    VisitDraft.objects.create(
        key=uuid4(), owner=people.colleague, content=content, updated_at=BEGINS
    )
    for one, other in ((people.host, people.host2), (people.author, people.colleague)):
        with connection.cursor() as cursor:
            first, before = todo.counts(fresh(one)), _plans(cursor)
            second = todo.counts(fresh(other))
            assert _plans(cursor) == before
        for user, counted in ((fresh(one), first), (fresh(other), second)):
            kinds = todo.kinds_for(user)
            assert counted == {kind.code: kind.rows(user).count() for kind in kinds}
        assert any(first.values()) or any(second.values())


def _keyed(cursor):
    cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'keyed%'")
    return [statement for (statement,) in cursor.fetchall()]


@of_one_session
def test_people_of_the_same_grants_share_the_plan_of_what_is_found_by_keys(people):
    """Only numbers compared with columns become parameters: partial indexes have states as
    conditions, and a selected number is not compared with a column."""
    made = {
        user: Compiled(
            Organ.objects.filter(among("pk", "ids"), pk__in=[user.organ_id, people.water.pk])
            .exclude(name__contains="100%")
            .filter(kind=people.water.kind)
            .annotate(shown=Value(7))
        )
        for user in (people.author, people.host, people.office)
    }
    organs = list(Organ.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        before = _keyed(cursor)
        for user, statement in made.items():
            wanted = {user.organ_id, people.water.pk} & set(
                Organ.objects.filter(kind=people.water.kind).values_list("pk", flat=True)
            )
            for ids in (organs, [people.water.pk], []):
                found = statement.keyed_rows(ids=ids)
                assert {one.pk for one in found} == wanted & set(ids)
                assert {one.shown for one in found} <= {7}
        (text,) = [one for one in _keyed(cursor) if one not in before]
    assert "$3" in text and "$4" not in text
    assert r"%100\%%" in text and f"'{people.water.kind}'" in text


@of_one_session
def test_a_connection_keeps_so_much_of_what_is_found_by_keys(people, monkeypatch):
    monkeypatch.setattr(prepared, "KEYED_UP_TO", 60)
    for column in ("username", "name", "language"):
        rows = User.objects.filter(among("pk", "ids")).values_list(column)
        for _twice in range(2):
            found = Statement(rows).keyed_tuples(ids=[people.office.pk])
            assert found == [(getattr(people.office, column),)]
    with connection.cursor() as cursor:
        (left,) = _keyed(cursor)
    assert '"language"' in left


def test_rows_that_are_kept_are_as_those_that_django_makes(people):
    """With relations, missing ones too, and with deferred columns."""
    rows = Organ.objects.select_related("parent__division", "division").order_by("pk")
    names = ("name", "parent__name", "parent__division__name", "division__code")
    for queryset in (rows, rows.only(*names)):
        made, wanted = Compiled(queryset).rows(), list(queryset)
        assert made == wanted and wanted
        for one, other in zip(made, wanted, strict=True):
            _same(one, other)


def _same(one, other):
    assert type(one) is type(other)
    assert {name: value for name, value in vars(one).items() if name != "_state"} == {
        name: value for name, value in vars(other).items() if name != "_state"
    }
    assert (one._state.db, one._state.adding) == (other._state.db, other._state.adding)
    assert one.get_deferred_fields() == other.get_deferred_fields()
    relations = one._state.fields_cache
    assert relations.keys() == other._state.fields_cache.keys()
    for name, record in relations.items():
        if record is not None:
            _same(record, other._state.fields_cache[name])


@of_one_session
def test_a_lost_connection_is_an_error_of_django(people):
    """Callers use it to distinguish a lost database from a bug."""
    other = connection.copy()
    other.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [other.connection.info.backend_pid])
    statement = Prepared(lambda pk: Organ.objects.filter(pk=pk), pk=-1)
    sql = statement._compile().sql

    with pytest.raises(OperationalError):
        statement._prepare(other, sql)
    other.close()
