"""The demo on hard days: a tiny county of every noun, made by the chapters of the whole one."""

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from demo.outreach import county
from outreach.models import CondolenceCampaign, Household, Matter, Visit
from portal.trust import privacy
from sync.models import Entry
from tests.conftest import made_quickly
from tests.hard_days import DAYS

pytestmark = [pytest.mark.slow, pytest.mark.each_run]

# The machine's own day, even if the suite runs on another.
CHINA, HATCH = ZoneInfo("Asia/Shanghai"), time_machine.escape_hatch
CLOCK = HATCH.datetime.datetime if HATCH.is_travelling() else datetime
REALLY_TODAY = CLOCK.now(CHINA).date().isoformat()

# The demo has no uploads, slips, imports or personal settings; sealed ballots and codes are
# destroyed when their poll closes.
NOT_IN_THE_DEMO = {
    "evaluation.BallotCode",
    "evaluation.Hint",
    "evaluation.HintReview",
    "evaluation.MeetingCount",
    "evaluation.PaperAudit",
    "evaluation.PaperBatch",
    "evaluation.PaperEntry",
    "evaluation.PaperRemark",
    "evaluation.SealedBallot",
    "evaluation.TurnoutNote",
    "evaluation.UnitLetter",
    "evaluation.UnitLink",
    # The demo closes no year.
    "oversight.ArchivePackage",
    # Records are kept for ten years and the demo covers one, so there is nothing to destroy.
    "oversight.DestructionItem",
    "oversight.DestructionList",
    "oversight.DestructionStep",
    "outreach.AnalysisMeeting",
    "outreach.CarriedMatter",
    "outreach.DoorTry",
    "outreach.MatterCare",
    "outreach.MeetingDecision",
    "outreach.MeetingItem",
    "outreach.VisitNote",
    "outreach.YearClosing",
    "pairing.MatchChange",
    "pairing.SupportRemark",
    "pairing.SupportSlip",
    "portal.Attachment",
    "portal.AuditSeal",
    "portal.AvoidancePair",
    "portal.BreakGlass",
    "portal.ContactChannel",
    "portal.ExportRequest",
    "portal.FigureDelta",
    "portal.FormDraft",
    "portal.ImportBatch",
    "portal.ImportChange",
    "portal.ImportMapping",
    "portal.ImportProblem",
    "portal.ImportValue",
    "portal.LedgerHeading",
    "portal.LedgerPaper",
    "portal.Lockout",
    "portal.LoginFailure",
    "portal.PasswordSlip",
    "portal.PastPassword",
    "portal.Reorganisation",
    "portal.ReorganisationChange",
    "portal.ReportedEdition",
    "portal.SavedFilter",
    "portal.ScheduledExport",
    "portal.WorkingDay",
    # No other system calls the demo; users who try it out add one.
    "api.CalendarFeed",
    "api.KeptAnswer",
    "api.ServiceAccount",
    "api.StepDelivery",
    "api.Subscription",
    "api.Token",
}


ALL_DAYS = DAYS | {"today": REALLY_TODAY}


@pytest.mark.parametrize("day", ALL_DAYS.values(), ids=ALL_DAYS.keys())
def test_the_demo_has_every_noun_on_any_day(db, day):
    on = date.fromisoformat(day)
    # Just after midnight in local time, while it is still yesterday in UTC.
    with time_machine.travel(at(on, time(0, 5))):
        assert timezone.now().date() == on - timedelta(days=1)
        with transaction.atomic():
            made_quickly(partial(county.make, "tiny", 1, on))
            assert without_rows() == NOT_IN_THE_DEMO
            transaction.set_rollback(True)


def at(day, clock):
    return datetime.combine(day, clock, tzinfo=CHINA)


def without_rows():
    """The nouns without rows."""
    opened = {
        "user": Visit.objects.order_by("pk").first().author.user,
        "matter": ",".join(map(str, Matter.objects.values_list("pk", flat=True))),
        "campaigns": CondolenceCampaign.objects.values_list("pk", flat=True),
        "households": Household.objects.values_list("pk", flat=True),
        "entries": Entry.objects.values_list("pk", flat=True),
    }
    models = [
        one
        for label in (
            "portal",
            "outreach",
            "neighbours",
            "works",
            "research",
            "sync",
            "api",
            "pairing",
            "evaluation",
            "oversight",
        )
        for one in apps.get_app_config(label).get_models()
        if one._meta.managed
    ]
    with privacy.opened(**opened):
        return {one._meta.label for one in models if not one.objects.exists()}
