"""蹲点报告 and 期满鉴定: reports of a stay, and opinions on it at its end."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.stays import OfStayQuerySet, Stay
from portal.models import Organ, User
from portal.models.constraints import all_or_none, check, in_order, index, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.roles import Permission
from portal.rows import ByName
from portal.trust.access import IsAnyOf, reach


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    HANDED_IN = "handed_in", _("To be reviewed")
    SENT_BACK = "sent_back", _("Sent back")
    ACCEPTED = "accepted", pgettext_lazy("reports", "Accepted")


def _of_roles(user):
    return ~Q(state=ReportState.DRAFT) & reach(user, Permission.READ_STAYS, via="stay__")


class StayReportQuerySet(OfStayQuerySet):
    def visible_to(self, user):
        """Drafts are visible to their writer only."""
        own = Stay.objects.filter(cadre__user__in=user.identity_ids).values("pk")
        return self.filter(_of_roles(user) | Q(IsAnyOf("stay", own)))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def for_list(self):
        rows = self.select_related(
            "stay__cadre", "stay__unit", "stay__township", "stay__host_organ", "stay__organ"
        )
        return rows.defer("situation", "problems", "causes", "solved")


class StayReport(models.Model):
    """The elements of the official cover: subject, days, people, method, findings, advice."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="reports")
    title = MaskedCharField(_("subject of the report"), max_length=80)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    members = MaskedCharField(_("who took part"), max_length=200, blank=True, default="")
    method = MaskedCharField(_("method"), max_length=200, blank=True, default="")
    situation = MaskedTextField(_("basic situation"), max_length=5_000)
    problems = MaskedTextField(_("problems found"), max_length=5_000, blank=True, default="")
    causes = MaskedTextField(_("causes"), max_length=5_000, blank=True, default="")
    solved = MaskedTextField(
        _("what was helped to be solved"), max_length=5_000, blank=True, default=""
    )
    state = models.CharField(max_length=9, choices=ReportState, default=ReportState.DRAFT)
    created_at = models.DateTimeField()
    handed_in_on = models.DateField(null=True, blank=True)

    objects = StayReportQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("a_report_ends_after_it_begins"),
            check(
                "a_report_was_handed_in_on_a_day", Q(state="draft") | Q(handed_in_on__isnull=False)
            ),
        ]
        indexes = [
            index("stay_report_day", "-created_at -id"),
            index("stay_report_stay", "stay -created_at"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("outreach:stay_report", args=[self.pk])

    @property
    def day_count(self):
        return (self.ends_on - self.starts_on).days + 1

    @property
    def is_open(self):
        """Whether its writer may still change it."""
        return self.state in {ReportState.DRAFT, ReportState.SENT_BACK}


class ReportStep(Step):
    """A report was handed in, sent back or accepted: by whom, when and why."""

    class Move(models.TextChoices):
        HANDED_IN = "handed_in", _("Report handed in")
        SENT_BACK = "sent_back", _("Report sent back")
        ACCEPTED = "accepted", _("Report accepted")

    report = models.ForeignKey(StayReport, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    text = MaskedCharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [index("report_step", "report -at -id")]


class Suggestion(models.Model):
    """A suggestion of a report (意见建议), and whether, by whom and why it was adopted."""

    report = models.ForeignKey(StayReport, models.CASCADE, related_name="suggestions")
    position = models.PositiveSmallIntegerField()
    text = MaskedCharField(max_length=500)
    adopted = models.BooleanField(null=True)
    why = MaskedCharField(max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            unique("a_suggestion_stands_at_its_place", "report position"),
            check(
                "a_suggestion_is_decided_with_its_reason",
                all_or_none("adopted decided_by decided_at", "why"),
            ),
        ]

    def __str__(self):
        return f"{self.report_id} {self.position}"


class StayOpinion(models.Model):
    """A part of 期满考核鉴定表. Rows are only added; the newest of a part counts."""

    class Part(models.TextChoices):
        WORK = "work", _("Main work, by the cadre")
        PEOPLE = "people", _("What the people say")
        HOST = "host", _("Opinion of the host")
        ORGAN = "organ", _("Opinion of the sending organ")
        OFFICE = "office", _("Opinion of the programme office")

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="opinions")
    part = models.CharField(_("part of the sheet"), max_length=6, choices=Part)
    text = MaskedTextField(_("text"), max_length=2_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OfStayQuerySet.as_manager()

    class Meta:
        constraints = [check("an_opinion_says_something", ~Q(text=""))]
        indexes = [index("stay_opinion", "stay part -at -id")]

    def __str__(self):
        return f"{self.stay_id} {self.part}"
