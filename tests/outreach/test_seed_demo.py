"""The demo county: the same for the same seed, complete, and without a single real number."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone

from evaluation.models import Score
from outreach.demo import county
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
from portal import demo, figures
from portal.access import Role
from portal.models import Cadre, GrassrootsUnit, RoleGrant, User
from portal.models.places import Division, UnitKind
from tests.day import TODAY
from tests.people import fresh

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
# Digests, ciphers and uuids are no text that anybody reads.
NOT_TEXT = re.compile(r"cipher|digest|index|_key$|^key$|password|search|mac|path|code")


pytestmark = [pytest.mark.xdist_group("seed_demo"), pytest.mark.slow]


@pytest.fixture(scope="module")
def made_twice(django_db_setup, django_db_blocker):
    """The small county, and what its first making looked like; one making for all tests."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            county.make("small", 1, timezone.localdate())
            first = _content()
            transaction.set_rollback(True)
        with transaction.atomic():
            yield county.make("small", 1, timezone.localdate()), first
            transaction.set_rollback(True)


@pytest.fixture
def small(made_twice):
    return made_twice[0]


def _content():
    """Everything that a reader of the demo could tell apart, without ids."""
    rows = [
        Division.objects.order_by("pk").values_list("name", "code", "parent__name"),
        GrassrootsUnit.objects.order_by("pk").values_list("name", "host_organ__name"),
        Cadre.objects.order_by("pk").values_list("name", "organ__name", "post", "public_phone"),
        Visit.objects.order_by("created_at", "client_key").values_list(
            "client_key", "author__name", "unit__name", "visited_on", "summary", "next_steps"
        ),
        Matter.objects.order_by("number_year", "number").values_list(
            "client_key", "number", "title", "request_text", "status", "closure", "due_on",
            "lead_organ__name", "result_text",
        ),
        MatterStep.objects.order_by("at", "matter__client_key", "move").values_list(
            "at", "matter__client_key", "move", "by__username", "text"
        ),
        FollowUp.objects.order_by("matter__client_key", "round", "kind", "side__label").values_list(
            "matter__client_key", "round", "kind", "word", "comment", "due_on"
        ),
    ]  # fmt: skip
    return [[tuple(map(str, row)) for row in part] for part in rows]


def test_the_same_seed_makes_the_same_county(made_twice):
    _county, first = made_twice

    for before, after in zip(first, _content(), strict=True):
        assert before == after


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
        ours = (apps.get_app_config(label).get_models() for label in ("portal", "outreach"))
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
        "wangjianguo", "zhangweidong", "liuyang", "liming", "lintao",
    }  # fmt: skip
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
    with pytest.raises(CommandError, match="already holds people"):
        call_command("seed_demo", scale="small")
