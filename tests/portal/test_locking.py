import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from portal.models import Cadre, Organ, SavedFilter, User
from portal.tools.locking import locked, locked_many
from portal.tools.saving import keep


def test_a_row_is_read_again_and_holds_what_was_locked_before_it(people):
    stale = User.objects.get(pk=people.handler.pk)
    User.objects.filter(pk=stale.pk).update(name="新")
    organ = locked(stale.organ)

    found = locked(stale, organ=organ)

    assert found.name == "新"
    assert found.organ is organ


def test_what_was_taken_away_is_refused(people):
    saved = SavedFilter.objects.create(user=people.author, page="diary", name="x", query="q=1")
    SavedFilter.objects.filter(pk=saved.pk).delete()

    with pytest.raises(ValidationError):
        locked(saved)


def test_the_row_is_locked_each_time(people):
    for user in (people.handler, people.author):
        with CaptureQueriesContext(connection) as asked:
            assert locked(user, "organ") == user
        assert [one["sql"].rpartition(" FOR ")[2] for one in asked] == ['UPDATE OF "portal_user"']
    with CaptureQueriesContext(connection) as asked:
        locked(people.author, "organ", no_key=True)
    assert asked[0]["sql"].endswith(' FOR NO KEY UPDATE OF "portal_user"')


def test_nothing_is_locked_outside_of_a_transaction(committed_people):
    with transaction.atomic():
        locked(committed_people.author)

    with pytest.raises(TransactionManagementError):
        locked(committed_people.author)


def test_many_are_locked_by_their_key(people):
    keys = [one.pk for one in locked_many(Organ.objects.order_by("-pk"))]

    assert keys == sorted(keys)
    assert len(keys) > 1


@pytest.mark.parametrize("model", [Cadre, User])
def test_a_row_that_goes_elsewhere_while_it_is_waited_for_is_found_there(committed_people, model):
    row = model.objects.filter(organ__isnull=False).first()
    other = Organ.objects.exclude(pk=row.organ_id).first()
    found = []

    def wait():
        with transaction.atomic():
            found.append(locked(row, "organ"))
        connection.close()

    waiting = threading.Thread(target=wait)
    with transaction.atomic():
        model.objects.filter(pk=row.pk).update(organ=other)
        waiting.start()
        time.sleep(0.3)
    waiting.join(10)

    assert [one.organ for one in found] == [other]


def test_what_the_database_refuses_is_said_by_the_constraint(people):
    facts = {"user": people.author, "page": "diary", "query": "q=1"}
    keep(SavedFilter(name="x", **facts))

    sentence = str(SavedFilter._meta.constraints[0].violation_error_message)
    with pytest.raises(ValidationError, match=sentence):
        keep(SavedFilter(name="x", **facts))
    with pytest.raises(ValidationError):
        keep(SavedFilter(name="y" * 21, **facts))
    assert SavedFilter.objects.count() == 1


def test_what_must_be_named_is_asked_for(people):
    with pytest.raises(ValidationError) as refused:
        keep(SavedFilter(page="diary", name="x", query="q=1"))

    assert [*refused.value.message_dict] == ["user"]
