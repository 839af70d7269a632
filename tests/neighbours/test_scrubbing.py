"""A hotline upload is screened before anything is written: no caller, phone, address or text
reaches the disk or the database."""

import io
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from neighbours.models import HotlineTicket
from portal.imports import actions
from portal.models import ImportBatch
from tests.sheets import accepted, bring, problems, upload, workbook

HEADINGS = [
    "工单编号",
    "来电人",
    "联系电话",
    "联系地址",
    "诉求类型",
    "诉求类别",
    "诉求内容",
    "事发地点",
    "承办单位",
    "所属村（社区）",
    "受理时间",
    "办理时限",
    "回访结果",
    "转办去向",
    "备注",
    "经办坐席",
]
SECRETS = ["赵有田", "13812340099", "翠竹巷", "邻里纠葛旧事", "王坐席", "后半句秘密", "87654399"]


def row(number, **changes):
    told = {
        "工单编号": number,
        "来电人": "赵有田",
        "联系电话": "13812340099",
        "联系地址": "翠竹巷8号301室",
        "诉求类型": "求助",
        "诉求类别": "农田水利",
        "诉求内容": "赵有田反映渠道淤堵，可打13812340099或87654399。后半句秘密",
        "事发地点": "三组 13812340099",
        "承办单位": "石桥镇党委",
        "所属村（社区）": "柳湾村",
        "受理时间": datetime(2026, 6, 1, 9, 30),
        "办理时限": "2026年6月8日",
        "回访结果": "",
        "转办去向": "石桥镇",
        "备注": "邻里纠葛旧事",
        "经办坐席": "王坐席",
    } | changes
    return [told[heading] for heading in HEADINGS]


STATUTORY = row("GD20260601003", 转办去向="县信访局", 诉求内容="邻里纠葛旧事")


def stored():
    """Everything in the upload folder, unpacked, and in the rows of the database."""
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if not path.is_file():
            continue
        if path.suffix == ".xlsx":
            book = load_workbook(io.BytesIO(path.read_bytes()))
            for sheet in book:
                yield path, str(list(sheet.values))
        else:
            yield path, path.read_bytes().decode("utf-8", "replace")
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model._meta.managed:
                continue
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            for (text,) in cursor.fetchall():
                yield model, text


def found():
    return [(where, secret) for where, text in stored() for secret in SECRETS if secret in text]


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_nothing_of_a_caller_is_stored_from_the_upload_to_the_undoing(people, media):
    content = workbook(
        ["石桥镇工单"],
        HEADINGS,
        row("GD20260601001"),
        row("13812340099"),
        STATUTORY,
        row("GD20260601004", 受理时间="13812340099"),
        row("GD20260601005", **{"所属村（社区）": "", "承办单位": "赵有田"}),
    )

    batch = bring("hotline", content, people.host)
    assert (batch.state, batch.good_count, batch.total_count) == ("checked", 2, 5)
    assert [cell for cell, _value, _why in problems(batch)] == ["A4", "B6", "E7"]
    assert actions.report_of(batch) is not None
    assert not actions.told_of(batch)
    assert found() == []

    accepted(batch)
    assert found() == []
    ticket = HotlineTicket.objects.get(number="GD20260601001")
    assert str(ticket.summary) == "×××反映渠道淤堵，可打138****0099或***"
    assert (ticket.unit, ticket.host_organ) == (people.village, people.town_organ)
    kept = HotlineTicket.objects.with_verdict().get(number="GD20260601003")
    assert (kept.is_statutory, kept.sent_to) == (True, "县信访局")
    assert (kept.unit, kept.received_on, kept.due_on, kept.summary) == (None, None, None, "")


@pytest.mark.parametrize(
    ("headings", "says"),
    [
        (["来电人", "联系电话", "内容"], "工单号"),
        (["甲", "乙", "丙"], "工单号"),
    ],
)
def test_without_the_number_nothing_is_stored_and_nobody_matches_headings(
    people, media, client, headings, says
):
    client.force_login(people.host)
    file = upload(workbook(headings, ["赵有田", "13812340099", "邻里纠葛旧事"]))

    answer = client.post(reverse("new_import", args=["hotline"]), {"file": file, "reason": "工单"})

    assert answer.status_code == 422
    (sentence,) = answer.context["form"].errors["file"]
    assert says in sentence
    assert not ImportBatch.objects.exists()
    assert not list(media.rglob("*.xlsx"))
    assert found() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04 broken", b"text"],
    ids=["empty", "xls", "damaged", "text"],
)
def test_what_is_no_workbook_leaves_nothing(people, media, client, content):
    client.force_login(people.host)

    answer = client.post(
        reverse("new_import", args=["hotline"]), {"file": upload(content), "reason": "工单"}
    )

    assert answer.status_code == 422
    assert not list(media.rglob("*.xlsx"))


def test_the_same_file_again_is_refused_by_what_was_uploaded(people, media, client):
    content = workbook(HEADINGS, row("GD20260601001"))
    accepted(bring("hotline", content, people.host))
    client.force_login(people.host)

    answer = client.post(
        reverse("new_import", args=["hotline"]), {"file": upload(content), "reason": "工单"}
    )

    assert answer.status_code == 422
    assert not list(media.rglob("*.xlsx"))


def test_a_formula_is_a_text(people, media):
    content = workbook(HEADINGS, row("GD20260601001", 诉求内容="=1+1"))

    accepted(bring("hotline", content, people.host))

    assert str(HotlineTicket.objects.get().summary) == "=1+1"


def test_far_too_many_rows_are_refused(people, media, monkeypatch, client):
    monkeypatch.setattr("portal.imports.scrubbing.MOST_ROWS", 2)
    client.force_login(people.host)
    file = upload(workbook(HEADINGS, *(row(f"GD2026060100{n}") for n in range(4))))

    answer = client.post(reverse("new_import", args=["hotline"]), {"file": file, "reason": "工单"})

    assert answer.status_code == 422
    assert not list(media.rglob("*.xlsx"))


def test_two_sheets_of_which_one_fits(people, media):
    book = load_workbook(io.BytesIO(workbook(["说明"], ["赵有田", "13812340099"])))
    other = book.create_sheet("工单")
    other.append(HEADINGS)
    other.append(row("GD20260601001"))
    file = io.BytesIO()
    book.save(file)

    accepted(bring("hotline", file.getvalue(), people.host))

    assert HotlineTicket.objects.get().number == "GD20260601001"
    assert found() == []
