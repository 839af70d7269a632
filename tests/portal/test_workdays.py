"""Working days across holidays and make-up workdays; beyond the published calendar."""

import io
from datetime import date

import pytest

from portal.days import workdays
from portal.models import WorkingDay


def test_a_deadline_crosses_the_national_holiday(db):
    # 2026-10-01 to 10-07 are days off, 10-10 is a make-up Saturday.
    assert workdays.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workdays.is_working_day(date(2026, 10, 10))
    assert workdays.add_working_days(date(2026, 10, 9), 1) == date(2026, 10, 10)


def test_an_unpublished_year_counts_monday_to_friday_with_a_notice(db):
    assert workdays.is_working_day(date(2027, 1, 1))
    assert not workdays.is_working_day(date(2027, 1, 2))
    assert workdays.unpublished_year_near(date(2026, 11, 23)) == 2027
    assert workdays.unpublished_year_near(date(2026, 5, 1)) is None


def test_an_uploaded_day_overrides(db):
    WorkingDay.objects.create(day=date(2027, 1, 1), is_working=False)
    workdays.forget()

    assert not workdays.is_working_day(date(2027, 1, 1))
    assert workdays.unpublished_year_near(date(2026, 11, 23)) is None


def test_reading_an_upload():
    rows = workdays.read_upload(
        io.BytesIO("日期,班休,说明\n2027-01-01,休,元旦\n2027-01-10,班,调休\n".encode())
    )

    assert rows == [(date(2027, 1, 1), False, "元旦"), (date(2027, 1, 10), True, "调休")]


@pytest.mark.parametrize("text", ["", "2027-13-01,休,x", "2027-01-01,可能,x", "明天"])
def test_a_bad_upload_is_said_in_words(text):
    with pytest.raises(workdays.CalendarProblem):
        workdays.read_upload(io.BytesIO(text.encode()))


def test_an_upload_in_another_encoding_is_said():
    with pytest.raises(workdays.CalendarProblem):
        workdays.read_upload(io.BytesIO("2027-01-01,休,元旦".encode("gbk")))


def test_between_counts_what_add_adds(db):
    start = date(2026, 9, 25)
    for n in range(1, 20):
        assert workdays.working_days_between(start, workdays.add_working_days(start, n)) == n
