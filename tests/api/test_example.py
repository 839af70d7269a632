"""examples/hotline.py does what it says, against a running portal."""

import csv
import importlib.util
from pathlib import Path

import pytest

from neighbours.models import HotlineTicket
from tests.api.calling import Caller

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def example():
    spec = importlib.util.spec_from_file_location("hotline", ROOT / "examples" / "hotline.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def portal(example, people, monkeypatch):
    """The example's portal, with requests going to the test client."""
    caller = Caller(people)

    class Answer:
        def __init__(self, response):
            self.response = response

        def __enter__(self):
            return self

        def __exit__(self, *args):
            pass

        def read(self, *args):
            return self.response.content

    def urlopen(request, timeout):
        headers = {name.title(): value for name, value in request.header_items()}
        address = request.full_url.removeprefix("https://portal.example.cn")
        response = caller.client.generic(
            request.method,
            address,
            request.data or b"",
            content_type=headers.pop("Content-Type", "application/octet-stream"),
            headers=headers,
        )
        if response.status_code >= 400:
            raise example.urllib.error.HTTPError(
                address, response.status_code, "", response.headers, _file(response.content)
            )
        return Answer(response)

    monkeypatch.setattr(example.urllib.request, "urlopen", urlopen)
    return example.Portal("https://portal.example.cn/", caller.secret)


def _file(content):
    import io  # noqa: PLC0415

    return io.BytesIO(content)


def test_tickets_in_answers_out(example, portal, people, tmp_path):
    tickets, answers = tmp_path / "tickets.csv", tmp_path / "answers.csv"
    tickets.write_text(
        "number,unit,summary,received_on\n"
        "20260101001,柳湾村,东支渠淤积,\n"
        "20260101002,没有的村,路灯不亮,\n",
        encoding="utf-8-sig",
    )
    taken, refused = example.bring_in(portal, tickets)
    assert taken == 1 and [number for number, _words in refused] == ["20260101002"]
    assert "没有的村" in refused[0][1]
    # A retry after a lost answer: the same key is the same call.
    assert example.bring_in(portal, tickets)[0] == 1
    ticket = HotlineTicket.objects.get()
    assert example.take_out(portal, answers) == 0

    ticket.matter = matter = people.matter()
    ticket.save()
    people.move(matter, "take_up", people.host, organ=people.town_organ)
    people.move(matter, "report", people.host, resolution="solved", text="已清淤", method="phone")
    assert example.take_out(portal, answers) == 1
    assert example.take_out(portal, answers) == 0
    with answers.open(encoding="utf-8-sig") as rows:
        found = list(csv.DictReader(rows))
    assert [(one["number"], one["result_text"]) for one in found] == [("20260101001", "已清淤")]
