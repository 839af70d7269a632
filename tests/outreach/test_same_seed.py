"""The same seed makes the same county."""

import pytest
from django.db import transaction

from demo.outreach import county
from outreach.models import FollowUp, Matter, MatterStep, Visit
from oversight.models import (
    DataRequest,
    Finding,
    InspectedRow,
    Inspection,
    Paper,
    PlanItem,
    PortalComplaint,
    Practice,
    SupervisionEntry,
)
from portal.models import Cadre, GrassrootsUnit
from portal.models.places import Division
from tests.conftest import EMPTY, _pointed_at, made_quickly
from tests.day import TODAY

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.slow]


def test_the_same_seed_makes_the_same_tiny_county(tiny):
    check(tiny.scale)


@pytest.mark.long
def test_the_same_seed_makes_the_same_small_county(small):
    check(small.scale)


def check(scale):
    first, second = _content(), made(scale)

    assert all(first)
    for before, after in zip(first, second, strict=True):
        assert before == after


def made(scale):
    """Everything that a reader of the demo could compare, without ids; rolled back afterwards."""
    times = []

    def make():
        times.append(1)
        county.make(scale, 1, TODAY)

    with _pointed_at(EMPTY), transaction.atomic():
        made_quickly(make)
        content = _content()
        transaction.set_rollback(True)
    assert len(times) == 1, "A tiny county takes twice as long where one without savepoints fails."
    return content


def _content():
    rows = [
        Division.objects.order_by("pk").values_list("name", "code", "parent__name"),
        GrassrootsUnit.objects.order_by("pk").values_list("name", "host_organ__name"),
        Cadre.objects.order_by("pk").values_list("name", "organ__name", "post", "public_phone"),
        Visit.objects.order_by("created_at", "client_key").values_list(
            "client_key", "author__name", "unit__name", "visited_on", "summary", "next_steps"
        ),
        Matter.objects.order_by("number_year", "number").values_list(
            "client_key",
            "number",
            "title",
            "request_text",
            "status",
            "closure",
            "due_on",
            "lead_organ__name",
            "result_text",
        ),
        MatterStep.objects.order_by("at", "matter__client_key", "move").values_list(
            "at", "matter__client_key", "move", "by__username", "text"
        ),
        FollowUp.objects.order_by("matter__client_key", "round", "kind", "side__label").values_list(
            "matter__client_key", "round", "kind", "word", "comment", "due_on"
        ),
        Inspection.objects.order_by("pk").values_list(
            "title", "mandate_number", "state", "head__name", "seed", "number", "created_at"
        ),
        InspectedRow.objects.order_by("pk").values_list("seen", "said", "note", "looked_on"),
        Finding.objects.order_by("pk").values_list("title", "organ__name", "state", "due_on"),
        PlanItem.objects.order_by("pk").values_list("task", "done", "whole", "due_on"),
        SupervisionEntry.objects.order_by("pk").values_list("number", "title", "state", "due_on"),
        Practice.objects.order_by("pk").values_list("number", "name", "state", "document"),
        Paper.objects.order_by("pk").values_list("title", "state", "body", "created_at"),
        DataRequest.objects.order_by("pk").values_list("title", "state", "starts_on"),
        PortalComplaint.objects.order_by("pk").values_list("number", "state", "text", "due_on"),
    ]
    return [[tuple(map(str, row)) for row in part] for part in rows]
