"""Personal numbers in free text, encryption, and rows that must be opened explicitly."""

import io
import logging

import pytest
from django.db import connection, transaction

from outreach.models import MatterContact
from portal.run import logs
from portal.trust import crypto, privacy

pytestmark = pytest.mark.each_run

ID = "11010519491231002X"


CARD = "6222020000000000009"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{ID}。", "i"),
        (f"卡号{CARD}", "c"),
        ("卡号6222020000000000001", "c"),
        ("卡号 6222 0200 0000 0000 001", "c"),
        ("卡号6222-0200-0000-0001", "c"),
        ("卡号622202 0200112233441", "c"),
        ("信用卡4111111111111112", "c"),
        ("2027-02-06 2028-01-26 2029-02-13", ""),
        ("信用卡4111 1111 1111 1111", "c"),
        ("旧身份证110105491231002", "i"),
        ("身份证110105199913320021月份写错", "i"),
        ("身份证53010219800101123x", "i"),
        ("身份证５３０１０２１９８００１０１１２３４", "i"),
        ("工单202611300012345678", ""),
        ("信用代码9153010070983A1234", ""),
        ("各组120 150 200 300 450 500户", ""),
        ("产量12 34 15 22 31 45 37 41 50", ""),
        ("比例0.33333333333333333", ""),
        ("电话13912345678", "p"),
        ("电话 139 1234 5678", "p"),
        ("电话+8613912345678", "p"),
        ("电话0086 139-1234-5678", "p"),
        ("身份证110105 19491231 002X", "i"),
        ("身份证110105-19491231-002X", "i"),
        ("2025 110105 19491231 002X", "i"),
        ("2026-06-05 80亩 3000元 20260605", ""),
        ("座机0871-1234567", "p"),
        ("今年投入1391234567890元", ""),
        ("110105194912310021是错的校验位", "i"),
        ("三组80亩，2026年6月5日", ""),
        ("编号990101001201", ""),
        ("100-0000-0001", ""),
    ],
)
def test_what_is_found(text, kinds):
    found = privacy.find(text)

    assert (bool(found.ids), bool(found.cards), bool(found.phones)) == (
        "i" in kinds,
        "c" in kinds,
        "p" in kinds,
    )


def test_masking_leaves_the_sentence_whole():
    assert privacy.mask_ids(f"他的{ID}号") == "他的" + "*" * 18 + "号"
    assert privacy.mask_ids("2025 110105 19491231 002X号") == "2025 " + "*" * 18 + "号"
    assert privacy.mask_ids(f"卡{CARD}号") == "卡" + "*" * 18 + "号"
    assert privacy.mask_ids("旧证110105491231002号") == "旧证" + "*" * 15 + "号"
    assert privacy.mask_others("找13912345678说") == "找139****5678说"


def test_log_lines_are_masked():
    record = logging.LogRecord("x", 20, "f", 1, "call %s", ("13912345678",), None)

    logs.MaskPersonalData().filter(record)

    assert "13912345678" not in record.getMessage()


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_takes_one_line_of_the_log(status):
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(logs.RefusalsInOneLine())
    log = logging.getLogger("refusals")
    log.addHandler(handler)

    try:
        raise PermissionError("not yours")
    except PermissionError:
        log.warning("Forbidden", exc_info=True, extra={"status_code": status})
        refused = lines.getvalue()
        log.error("Server error", exc_info=True, extra={"status_code": 500})
    log.removeHandler(handler)

    assert refused == "Forbidden\n"
    assert "Traceback" in lines.getvalue()


def test_pages_that_are_refused_are_one_line_each_in_the_log_of_the_portal(
    client, people, monkeypatch
):
    [console] = [
        one
        for one in logging.getLogger().handlers
        if any(isinstance(of, logs.RefusalsInOneLine) for of in one.filters)
    ]
    lines = io.StringIO()
    monkeypatch.setattr(console, "stream", lines)
    client.force_login(people.author)
    client.raise_request_exception = False

    assert client.get("/audit/").status_code == 403
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/search/?q=%00").status_code == 400

    said = lines.getvalue()
    assert "/audit/" in said and "/search/" in said
    assert "Traceback" not in said


def test_a_traceback_in_the_log_is_masked():
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(logs.MaskPersonalData())
    log = logging.getLogger("masked")
    log.addHandler(handler)

    try:
        raise ValueError(f"Failing row contains (7, 13912345678, {ID})")
    except ValueError:
        log.exception("Refused")
    log.removeHandler(handler)

    assert "Failing row contains" in lines.getvalue()
    assert ID not in lines.getvalue()
    assert "13912345678" not in lines.getvalue()


def test_cipher_texts_differ_and_are_bound_to_their_purpose():
    one, two = (crypto.encrypt("李大山", "matter.name") for _ in range(2))

    assert one != two
    assert crypto.decrypt(one, "matter.name") == "李大山"
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(one, "matter.phone")
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(one[:-4] + "AAA=", "matter.name")


def test_equal_phones_meet_in_the_blind_index():
    assert crypto.blind_index("100-0000-0001") == crypto.blind_index("100 0000 0001")
    assert crypto.blind_index("100-0000-0001") != crypto.blind_index("100-0000-0002")


def test_the_running_role_can_neither_rewrite_nor_delete_the_audit(people):
    people.visit()
    for statement in (
        "UPDATE portal_auditentry SET event = 'x'",
        "DELETE FROM portal_auditentry",
        "UPDATE portal_auditseal SET mac = ''",
        "DELETE FROM portal_auditentry_2026",
        "DROP TABLE portal_auditentry",
        "ALTER TABLE outreach_reflection DISABLE ROW LEVEL SECURITY",
    ):
        with (
            pytest.raises(Exception, match="permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_one_matters_contact_opens_no_others(people):
    first, second = people.matter(), people.matter()

    with privacy.opened(matter=first.pk):
        assert [c.matter_id for c in MatterContact.objects.all()] == [first.pk]
    assert second.pk != first.pk
