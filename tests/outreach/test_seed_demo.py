"""The demo county: the same for the same seed, complete, and without a single real number."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, models
from django.utils import timezone

from demo import places as demo
from evaluation.models import Score
from outreach.models import (
    FollowUp,
    Matter,
    MatterAssignment,
    MatterRequest,
    MatterSide,
    MatterStep,
    SupervisionOrder,
    Visit,
)
from outreach.models.matters import Closure, Confidentiality, Status, Word
from outreach.moves import MOVES
from portal.models import GrassrootsUnit, RoleGrant, User
from portal.models.places import Division, UnitKind
from portal.roles import Role
from portal.sheets import figures
from tests.day import TODAY
from tests.people import fresh

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
WITH_TEXTS = ("portal", "outreach", "neighbours", "works", "oversight")
# Digests, ciphers and uuids are not read as text.
NOT_TEXT = re.compile(r"cipher|digest|index|_key$|^key$|password|search|mac|path|code")


pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.slow, pytest.mark.each_run]


def test_the_small_county_has_everything(small):
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    assert set(GrassrootsUnit.objects.values_list("kind", flat=True)) == set(UnitKind.values)
    assert set(Matter.objects.values_list("status", flat=True)) == set(Status.values)
    closures = set(Matter.objects.values_list("closure", flat=True)) - {""}
    assert closures == set(Closure.values)
    confidentialities = set(Matter.objects.values_list("confidentiality", flat=True))
    assert confidentialities == set(Confidentiality.values)
    kinds = set(MatterRequest.objects.values_list("kind", flat=True))
    assert kinds == set(MatterRequest.Kind.values)
    assert set(FollowUp.objects.values_list("word", flat=True)) == {"", *Word.values}

    on = timezone.localdate()
    assert Matter.objects.overdue(on=on).exists()
    assert Matter.objects.filter(due_on=on + timedelta(days=1)).exists()
    assert MatterSide.objects.exists()
    assert MatterAssignment.objects.exclude(returned_reason="").exists()
    assert MatterAssignment.objects.filter(is_final=True).exists()
    orders = SupervisionOrder.objects
    assert orders.filter(answered_at=None).exists()
    assert orders.filter(settled_at=None, answered_at__isnull=False).exists()
    assert orders.filter(settled_at__isnull=False).exists()
    assert FollowUp.objects.filter(kind="sample").exclude(word="").exists()
    assert MatterStep.objects.exclude(on_behalf_of=None).exists()


def test_every_move_of_the_table_is_made_somewhere(small):
    made = set(MatterStep.objects.values_list("move", flat=True))

    # Handling again is the leader's other choice after two times “not satisfied”.
    assert set(MOVES) - made == {"handle_again"}


def test_nothing_happens_today_or_later(small):
    today = timezone.localdate()

    assert max(Visit.objects.values_list("visited_on", flat=True)) < today
    assert timezone.localdate(max(MatterStep.objects.values_list("at", flat=True))) < today
    steps = MatterStep.objects.order_by("matter", "pk").values_list("matter", "at")
    for (matter, at), (next_matter, next_at) in zip(steps[:], steps[1:], strict=False):
        assert matter != next_matter or at <= next_at


def test_no_text_is_said_twice(small):
    texts = [
        *Visit.objects.values_list("summary", flat=True),
        *Matter.objects.exclude(request_text="").values_list("request_text", flat=True),
        *Matter.objects.exclude(result_text="").values_list("result_text", flat=True),
        *FollowUp.objects.exclude(comment="").values_list("comment", flat=True),
    ]

    assert len(texts) == len(set(texts))
    for text in Visit.objects.values_list("summary", flat=True):
        assert 60 <= len(text) <= 300
        assert "{" not in text


def test_no_real_looking_number_stands_anywhere(small):
    seen = 0
    with connection.cursor() as cursor:
        ours = (apps.get_app_config(label).get_models() for label in WITH_TEXTS)
        for model in chain(*ours):
            columns = [
                field.column
                for field in model._meta.local_concrete_fields
                if isinstance(field, models.CharField | models.TextField | models.JSONField)
                and not NOT_TEXT.search(field.column)
            ]
            for column in columns:
                cursor.execute(f'SELECT "{column}"::text FROM "{model._meta.db_table}"')
                for (text,) in cursor.fetchall():
                    seen += bool(text)
                    assert not ID_NUMBER.search(text or ""), (model, column, text)
                    assert not MOBILE.search(text or ""), (model, column, text)
    assert seen > 2000


def test_figures_agree_with_the_records(small):
    assert set(figures.rebuild(check=True).values()) == {0}


def test_the_cast_can_sign_in_and_sees_its_work(small):
    logins = demo.logins()

    assert {username for _label, username, _password in logins} >= {
        "wangjianguo",
        "zhangweidong",
        "liuyang",
        "liming",
        "lintao",
    }
    for _label, username, password in logins:
        user = fresh(User.objects.get(username=username))
        assert user.check_password(password)
        assert not user.must_change_password
    for username in ("wangjianguo", "zhangweidong", "sunzhiyuan", "liuyang", "liming"):
        user = fresh(User.objects.get(username=username))
        assert Matter.objects.visible_to(user).exists(), username
    for username in ("zhangweidong", "sunzhiyuan", "liuyang", "zhengkai", "fengli"):
        assert Matter.objects.waiting_for(fresh(User.objects.get(username=username))).exists(), (
            username
        )


def test_an_organ_in_the_county_answers_on_paper(small):
    organ = small.places.organs["县气象站"]

    assert not organ.has_accounts(on=TODAY)
    assert organ.led_matters.exists()


def test_the_finished_cycle_has_totals_and_words_that_count(small):
    scores = Score.objects.latest()
    assert scores.exclude(total=None).filter(appraised__subject="cadre").exists()
    assert scores.exclude(unit=None).exists() and scores.exclude(organisation=None).exists()


def test_the_command_refuses_a_database_with_people(people):
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("seed_demo", scale="small", fresh=True)


def test_the_command_refuses_to_seed_twice(small):
    with pytest.raises(CommandError, match="already holds a demo county;.*--fresh"):
        call_command("seed_demo", scale="small")


def test_a_county_that_was_cut_off_is_told_apart(db):
    last = demo.CAST[-1]
    User.objects.create(username=last.username, name=last.name)

    with pytest.raises(CommandError, match="half made; .*--fresh makes it anew"):
        call_command("seed_demo", scale="tiny")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-30", "“2026-02-30” is not a date"),
        ("tomorrow", "is not a date"),
        ("1999-05-05", "no calendar of working days for 1998"),
        ("2199-05-05", "no calendar of working days for 2198"),
    ],
)
def test_a_day_without_a_calendar_is_refused_in_a_sentence(db, day, words):
    with pytest.raises(CommandError, match=words):
        call_command("seed_demo", scale="tiny", on=day)


FULL_DISK = """
CREATE FUNCTION no_space_left() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON outreach_notice EXECUTE FUNCTION no_space_left();
"""


def test_an_error_is_a_sentence_that_names_the_log_and_leaves_nothing(committed):
    with connections["owner"].cursor() as cursor:
        cursor.execute(FULL_DISK)
    said, log = [], settings.VAR_DIR / "log" / "seed.log"
    log.unlink(missing_ok=True)

    with pytest.raises(CommandError) as refused:
        call_command("seed_demo", scale="tiny", verbosity=0, say=said.append)

    assert str(refused.value) == (
        "The demo could not be made (could not extend file: No space left on device CONTEXT:"
        " PL/pgSQL function no_space_left() line 2 at RAISE)."
        f" The database is empty again; all of it is in {log}."
    )
    assert "Traceback" in log.read_text()
    assert not User.objects.exists() and not Division.objects.exists()
    assert said[0] == "Making the demo county: places and people (1 of 16) …"
    assert said[-1] == "Making the demo county: notices (3 of 16) …"
