"""双报到: Party organisations of organs that report to a community, and one line a quarter.

Reporting is voluntary: hours, headcounts and attendance are not recorded, and the only numbers are
those of the year and the quarter.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models import CommunityNeed, Matter
from outreach.models.needs import near
from portal.models import PartyOrganization, User
from portal.models.constraints import check, index, only_when, ref, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedNameField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach, reach


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("reports", "Drafted")
    HANDED_IN = "handed_in", pgettext_lazy("reports", "To be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("reports", "Confirmed")
    RETURNED = "returned", pgettext_lazy("reports", "Sent back")
    ENDED = "ended", pgettext_lazy("reports", "Ended")


S = ReportState
# The report is with the organ that writes it.
WRITTEN = (S.DRAFT, S.RETURNED)
GOING_ON = (S.DRAFT, S.HANDED_IN, S.CONFIRMED, S.RETURNED)
# The whole county may read the report.
KNOWN = (S.CONFIRMED, S.ENDED)


def _of_roles(user):
    there = reach(user, Permission.PUBLISH_NEEDS) | reach(user, Permission.READ_VISITS)
    return organ_reach(user, Permission.OFFER_HELP) | ~Q(state__in=WRITTEN) & there


def quarter_of(day):
    """(year, quarter) of a day."""
    return day.year, (day.month + 2) // 3


def before(year, quarter):
    return (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def first_day(year, quarter):
    return date(year, quarter * 3 - 2, 1)


def last_day(year, quarter):
    year, month = (year, quarter * 3 + 1) if quarter < 4 else (year + 1, 1)
    return date(year, month, 1) - timedelta(days=1)


def quarter_label(year, quarter):
    return gettext("%(year)s, quarter %(n)s") % {"year": year, "n": quarter}


def is_open(year, quarter, *, on):
    """Whether the line of a quarter may be written: from its first day until the end of the next
    one."""
    now = quarter_of(on)
    return (year, quarter) in (now, before(*now))


def quarter_to_write(on):
    """The quarter whose line is expected: from the first day of its last month until ten days after
    its end. None at other times."""
    now = quarter_of(on)
    if (on - first_day(*now)).days < 10:
        return before(*now)
    return now if on.month % 3 == 0 else None


class BranchReportQuerySet(Rows):
    """Ways of choosing reports; every page starts from visible_to()."""

    def visible_to(self, user):
        """Reports in reach of the user's roles, and confirmed ones of the user's county."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        return self.filter(_of_roles(user) | Q(state__in=KNOWN) & near(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def going_on(self):
        return self.filter(state__in=GOING_ON)

    def to_confirm(self):
        return self.filter(state=S.HANDED_IN)

    def without_line(self, on):
        """Confirmed reports without a line for the quarter whose line is expected."""
        waiting = quarter_to_write(on)
        if waiting is None:
            return self.none()
        year, quarter = waiting
        lines = QuarterLine.objects.filter(report=OuterRef("pk"), year=year, quarter=quarter)
        there = self.filter(state=S.CONFIRMED, confirmed_on__lte=last_day(year, quarter))
        return there.filter(~Exists(lines))

    def containing(self, text):
        return self.filter(
            search.in_texts(text, "resources")
            | Q(party__name__contains=text)
            | Q(unit__name__contains=text)
        )

    def for_list(self):
        return self.select_related("party", "organ", "unit", "township")


class BranchReport(PlacedRecord):
    """机关党组织报到单. `organ` is that of the Party organisation, `unit` the community."""

    group = None
    party = ref(PartyOrganization, _("Party organisation"), related_name="branch_reports")
    # As it stood when the report was written, for the sheet.
    secretary = models.CharField(max_length=40, blank=True, default="")
    contact_name = MaskedNameField(pgettext_lazy("reports", "contact person"), max_length=20)
    # Phone of the office, printed on the sheet.
    contact_phone = models.CharField(pgettext_lazy("reports", "office phone"), max_length=30)
    resources = MaskedCharField(_("what it can offer"), max_length=200)
    needs = models.ManyToManyField(CommunityNeed, related_name="branch_reports", blank=True)
    state = models.CharField(max_length=9, choices=ReportState, default=S.DRAFT)
    reported_on = models.DateField(null=True)
    opinion = MaskedCharField(
        _("opinion of the community's Party organisation"), max_length=100, blank=True, default=""
    )
    confirmed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = BranchReportQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_branch_reports_to_a_community_once",
                "party unit",
                when=~Q(state="ended"),
                said=_("This Party organisation has reported there already."),
            ),
            check(
                "a_report_handed_in_has_its_day",
                Q(reported_on__isnull=False) | Q(state__in=("draft", "ended")),
            ),
            check(
                "a_confirmed_report_has_its_day",
                Q(confirmed_on__isnull=False) | ~Q(state="confirmed"),
            ),
            check("an_ended_report_has_its_day", only_when("ended_on", state="ended")),
        ]
        indexes = [
            index("branch_report_day", "-created_at -id"),
            index("branch_report_county", "county -created_at -id"),
            index("branch_report_host", "host_organ -created_at -id"),
            index("branch_report_unit", "unit state"),
        ]

    def __str__(self):
        return f"{self.party_id} at {self.unit_id}"

    def get_absolute_url(self):
        return reverse("neighbours:branch_report", args=[self.pk])

    @property
    def title(self):
        return f"{self.party.name} · {self.unit.name}"


class QuarterLineQuerySet(Rows):
    def visible_to(self, user):
        """Visible with the reports in reach of the user's roles, but not to the rest of the
        county."""
        rows = BranchReport.objects.of_roles(user).order_by().values("pk")
        return self.filter(IsAnyOf("report", rows))

    def of_roles(self, user):
        return self.visible_to(user)

    def in_order(self):
        return self.order_by("-year", "-quarter", "-pk")


class QuarterLine(models.Model):
    """季度反馈: what the host says of one report, once a quarter."""

    report = models.ForeignKey(BranchReport, models.CASCADE, related_name="lines")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    joined = MaskedCharField(_("what it took part in"), max_length=100)
    done = MaskedCharField(_("how it was done"), max_length=100)
    advice = MaskedCharField(
        pgettext_lazy("reports", "suggestions"), max_length=100, blank=True, default=""
    )
    # 居民反映问题: what residents raised there, in the ledger.
    matters = models.ManyToManyField(Matter, related_name="quarter_lines", blank=True)
    written_by = ref(User, related_name="+")
    written_at = models.DateTimeField()

    objects = QuarterLineQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "one_line_of_a_report_a_quarter",
                "report year quarter",
                said=_("This quarter has its line already; correct it."),
            ),
            check("a_line_is_of_one_of_four_quarters", Q(quarter__range=(1, 4))),
        ]

    def __str__(self):
        return f"{self.report_id} {self.year}-{self.quarter}"

    def get_absolute_url(self):
        return reverse("neighbours:branch_report", args=[self.report_id])

    @property
    def label(self):
        return quarter_label(self.year, self.quarter)


class BranchReportStep(Step):
    """What happened to a report, and each change of a line."""

    STRONG = frozenset({"confirmed", "ended"})

    class Move(models.TextChoices):
        HANDED_IN = "handed_in", pgettext_lazy("reports", "Handed in")
        CONFIRMED = "confirmed", pgettext_lazy("reports", "Report confirmed")
        RETURNED = "returned", pgettext_lazy("reports", "Sent back")
        LINE = "line", _("Line of the quarter written")
        CORRECTED = "corrected", _("Line of the quarter corrected")
        HEARD = "heard", _("Problem of residents registered")
        PASSED_ON = "passed_on", pgettext_lazy("reports", "Passed on to the successor")
        ENDED = "ended", pgettext_lazy("reports", "Ended")

    report = models.ForeignKey(BranchReport, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [index("branch_report_step", "report -at -id")]
