"""COPY in the caller's transaction, at once or while the caller continues."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal.tools import copying

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (n int PRIMARY KEY, said text) ON COMMIT DROP")
    return "copied"


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, said FROM copied ORDER BY n")
        return cursor.fetchall()


def put(n, said="", then=""):
    return copying.build_copy("copied", [{"n": n, "said": said}], then)


def test_texts_come_back_as_they_were(table):
    odd = ["a\tb", "a\nb", "back\\slash", r"\N", "", "走访\r"]
    copying.copy_rows(table, ({"n": n, "said": text} for n, text in enumerate(odd)))
    assert stored() == list(enumerate(odd))


def test_no_rows_are_no_statement(table):
    assert copying.build_copy(table, []).lines == b""
    with copying.behind() as send:
        send(copying.build_copy(table, []))
    assert stored() == []


def test_a_query_sees_all_that_was_sent(table):
    with copying.behind() as send:
        for n in range(5):
            send(put(n))
        assert [n for n, _said in stored()] == [0, 1, 2, 3, 4]
        send(put(5, "第二批"))
    assert stored()[-1] == (5, "第二批")


def test_what_follows_the_rows_is_run_after_them(table):
    with copying.behind() as send:
        send(put(1, "before", then="UPDATE copied SET said = 'after'"))
    assert stored() == [(1, "after")]


def test_the_next_query_raises_what_went_wrong(table):
    with copying.behind() as send:
        with pytest.raises(IntegrityError, match="copied_pkey"), transaction.atomic():
            send(put(1))
            send(put(1))
            stored()
        # Rows sent before the savepoint's rollback are gone too.
        assert stored() == []


def test_the_end_raises_what_went_wrong(table):
    with (
        pytest.raises(IntegrityError, match="copied_pkey"),
        transaction.atomic(),
        copying.behind() as send,
    ):
        send(put(1))
        send(put(1))


def test_an_error_of_the_caller_leaves_nothing_under_way(table):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), copying.behind() as send:
        send(put(1))
        1 / 0  # noqa: B018
    assert stored() == []
