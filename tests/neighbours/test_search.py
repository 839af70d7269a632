"""What the frame's search finds in neighbours, and for whom."""

import pytest

from tests.neighbours.calling import called
from tests.neighbours.reporting import drafted, handed_in
from tests.neighbours.test_hotline import take


@pytest.fixture
def found(client, people):
    def search(name, text):
        client.force_login(getattr(people, name))
        return client.get("/search/", {"q": text}).content.decode()

    return search


@pytest.mark.parametrize("text", ["积水", "村部", "{number}", "{year}-{plain}"])
def test_a_summons_is_found_by_its_words_and_its_number(people, found, text):
    summons = called(people)
    text = text.format(number=summons.number_label, year=summons.number_year, plain=summons.number)

    for name in ("host", "desk", "office"):
        assert summons.get_absolute_url() in found(name, text)
    for name in ("neighbour_host", "author"):
        assert summons.get_absolute_url() not in found(name, text)


def test_a_ticket_is_found_by_the_tail_of_its_number(people, found):
    ticket = take(people, "GD20261130004512")

    assert ticket.get_absolute_url() in found("host", "4512")
    assert ticket.get_absolute_url() in found("desk", "GD20261130004512")
    # The content of a ticket is not searched, and another host finds no part of it.
    assert ticket.get_absolute_url() not in found("host", "灌溉")
    assert ticket.get_absolute_url() not in found("neighbour_host", "4512")


def test_a_report_of_a_branch_is_found_by_who_reports_and_where(people, found):
    report = handed_in(people)

    for text in ("农业农村局机关支部", "河西社区", "法律咨询"):
        assert report.get_absolute_url() in found("host", text)
        assert report.get_absolute_url() in found("liaison", text)
    assert report.get_absolute_url() not in found("neighbour_host", "河西社区")


def test_a_draft_is_found_by_its_writers_alone(people, found):
    report = drafted(people)

    assert report.get_absolute_url() in found("liaison", "河西社区")
    assert report.get_absolute_url() not in found("host", "河西社区")
