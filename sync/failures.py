"""Entries not carried out, counted by cause; numbers only, without personal data."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F
from django.db.models.functions import TruncWeek

from portal.roles import Permission
from portal.trust.access import organ_reach
from sync.models import Entry
from sync.models.entries import Cause, State

WEEKS = 12
MOST_ROWS = 200


@dataclass(frozen=True)
class Row:
    week: date
    state: str
    cause: str
    kind: str
    version: str
    n: int

    @property
    def state_label(self):
        return State(self.state).label

    @property
    def cause_label(self):
        return Cause(self.cause).label

    @property
    def kind_label(self):
        return Entry(kind=self.kind).kind_label


def of_reach(user):
    """All entries for those who run the portal; for the office those of its people."""
    if user.holds(Permission.MANAGE_ACCOUNTS):
        return Entry.objects.all()
    return Entry.objects.filter(organ_reach(user, Permission.MANAGE_PEOPLE, to="owner__organ"))


def by_cause(user):
    """[Row] of the last weeks, the newest first; neither owner nor phone nor place is read."""
    since = user.today - timedelta(days=user.today.weekday(), weeks=WEEKS - 1)
    rows = (
        of_reach(user)
        .exclude(state=State.ACCEPTED)
        .filter(received_at__date__gte=since)
        .annotate(week=TruncWeek("received_at"), version=F("tried_with"))
        .order_by("-week", "state", "cause", "kind", "version")
        .values_list("week", "state", "cause", "kind", "version")
        .annotate(n=Count("pk"))
    )
    return [Row(week.date(), *rest) for week, *rest in rows[:MOST_ROWS]]


def faults(user):
    return of_reach(user).filter(state=State.FAULT)
