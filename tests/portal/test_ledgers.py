"""A column contains its heading, what it reads from a row, and its cell."""

from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.models import Organ
from portal.models.people import Gender
from portal.sheets import ledgers
from portal.sheets.ledgers import Column, Ledger, RecordLedger, chinese, joined

NAME = Upper("name")


def sheet(*columns):
    return Ledger("x", "台账", columns, rows=lambda user, query: Organ.objects.all(), order=("pk",))


def test_cells_are_made_of_values_that_are_asked_once_in_the_order_of_the_columns(people):
    ledger = sheet(
        Column.text("单位", 10, NAME),
        Column.text("领导", 10, (NAME, lambda user: Value(user.name)), joined("、")),
        Column.text("电话", 10, ("phone", "name"), lambda phone, name: f"{name}{phone}"),
        Column.text("签字", 10),
    )
    with CaptureQueriesContext(connection) as asked:
        rows = list(ledger.lines(Organ.objects.all(), people.office))

    assert rows == [
        (one.name, f"{one.name}、{people.office.name}", f"{one.name}{one.phone}", "")
        for one in Organ.objects.order_by("pk")
    ]
    assert len(asked) == 1 and asked[0]["sql"].count("UPPER(") == 1


def test_nothing_is_an_empty_text_and_no_number(people):
    nothing = Value(None, output_field=CharField())
    ledger = sheet(Column.text("甲", 10, nothing), Column.number("乙", 10, nothing))

    assert list(ledger.lines(Organ.objects.filter(pk=people.water.pk), people.office)) == [
        ("", None)
    ]


def test_rows_come_whole_over_several_batches_and_no_more_than_are_asked_for(people, monkeypatch):
    monkeypatch.setattr(ledgers, "CHUNK", 2)
    ledger, organs = sheet(Column.text("单位", 10, "name")), Organ.objects.order_by("pk")
    names = [(one.name,) for one in organs]
    assert len(names) > 5

    assert list(ledger.lines(organs, people.office)) == names
    assert list(ledger.lines(organs, people.office, most=3)) == names[:3]


def test_cells_of_records(people):
    class Lengths(RecordLedger):
        def records(self, rows, user):
            return ("a", "bb")

    ledger = Lengths("x", "台账", (Column.number("字数", 8, cell=len),), rows=None)

    assert list(ledgers.numbered(ledger.lines(None, people.office))) == [(1, 1), (2, 2)]


def test_labels_are_chinese_in_every_language():
    with translation.override("en"):
        assert [chinese(Gender)(code) for code in ("1", "", None)] == ["男", "", ""]
