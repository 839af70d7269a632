"""民情分析会: the monthly meeting on matters, and its decisions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.models.matters import Hard, Matter, NeedsWord
from portal.models import Division, Organ, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission, organ_axis
from portal.rows import ByName, Rows
from portal.sheets.figures import Scope


class AnalysisMeetingQuerySet(Rows):
    def visible_to(self, user):
        """Meetings on areas that the user may read entirely; reading part of an area is not
        enough."""
        opened = Q(pk__in=())
        for grant in user.grants_with(Permission.READ_MATTERS):
            limit = Q()
            if grant.division_id:
                path = grant.division.path
                limit &= Q(division__path__startswith=path) | Q(
                    host__division__path__startswith=path
                )
            if grant.organ_id:
                # An organ reads either its own work or what it hosts; only the latter is an area.
                hosts = organ_axis(grant.role) == "host_organ"
                limit &= Q(host__in=grant.organ_ids) if hosts else Q(pk__in=())
            if not limit:
                return self
            opened |= limit
        return self.filter(opened)


class AnalysisMeeting(models.Model):
    """A meeting on a month of a county, a township, a village, or the units an organ hosts.

    Its agenda is kept as rows, because matters go on after the meeting.
    """

    month = models.DateField(_("month"))
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    division_id: int | None
    host = models.ForeignKey(
        Organ, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host organ")
    )
    host_id: int | None
    held_on = models.DateField(_("held on"))
    # The organ that holds it; 填报单位 of the sheet.
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    objects = AnalysisMeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_meeting_is_on_an_area_or_a_host",
                Q(division__isnull=False, host=None) | Q(division=None, host__isnull=False),
            ),
            check("a_meeting_is_on_a_whole_month", Q(month__day=1)),
            unique(
                "one_meeting_of_a_month_and_area",
                "month division host",
                said=_("The meeting of this month is prepared already."),
                nulls_distinct=False,
            ),
        ]
        indexes = [index("meeting_month", "-month -id")]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.division_id or self.host_id}"

    def get_absolute_url(self):
        return reverse("outreach:meeting", args=[self.pk])

    def scope_of(self, user):
        return Scope(user, division=self.division, host=self.host)

    def matters(self):
        """The matters on its agenda."""
        return Matter.objects.filter(pk__in=self.items.values("matter"))

    @property
    def area_label(self):
        return self.division.name if self.division_id else self.host.label


class MeetingItem(models.Model):
    """A matter on the agenda, under a heading."""

    class Heading(models.TextChoices):
        HARD = "hard", _("Hard")
        OVERDUE = "overdue", _("Overdue")
        LEADER = "leader", _("Needs a leader")

    meeting = models.ForeignKey(AnalysisMeeting, models.CASCADE, related_name="items")
    heading = models.CharField(max_length=8, choices=Heading)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    # The reason: a code of Hard or NeedsWord; empty if overdue.
    why = models.CharField(max_length=12, blank=True, default="")
    due_on = models.DateField()

    class Meta:
        constraints = [unique("a_matter_stands_once_under_a_heading", "meeting heading matter")]

    def __str__(self):
        return f"{self.meeting_id} {self.heading} {self.matter_id}"

    @property
    def why_label(self):
        if self.heading == self.Heading.OVERDUE:
            days = (self.meeting.held_on - self.due_on).days
            return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}
        return (Hard if self.heading == self.Heading.HARD else NeedsWord)(self.why).label


# Callbacks (decision) → whether a record of an app above depends on it.
FOLLOWED = []


class MeetingDecisionQuerySet(Rows):
    def visible_to(self, user):
        meetings = AnalysisMeeting.objects.visible_to(user).order_by()
        return self.filter(meeting__in=meetings.values("pk"))

    def standing(self):
        return self.filter(withdrawn_at=None)


class MeetingDecision(models.Model):
    """A decision of the meeting: who does what by when, about which matters."""

    meeting = models.ForeignKey(AnalysisMeeting, models.PROTECT, related_name="decisions")
    text = MaskedCharField(_("what was decided"), max_length=500)
    organ = models.ForeignKey(
        Organ, models.PROTECT, related_name="+", verbose_name=_("responsible organ")
    )
    due_on = models.DateField(_("to be done by"))
    matters = models.ManyToManyField(Matter, related_name="decisions", blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    reason = MaskedCharField(max_length=200, blank=True, default="", db_default="")

    objects = MeetingDecisionQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("withdrawn_decision_whole", all_or_none("withdrawn_by withdrawn_at")),
        ]

    def __str__(self):
        return f"{self.meeting_id} #{self.pk}"
