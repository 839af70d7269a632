"""Sheets as an office uses them: own headings, monthly sheets, reported editions."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models.clock import DatabaseClock
from portal.models.constraints import check, index, optional_ref, ref, unique
from portal.models.people import User
from portal.models.places import Division, Organ
from portal.roles import GRANTS, Permission, organ_axis
from portal.rows import Rows

# Permissions for statistics of an area or organ: to read both ledgers there and to export.
REPORTING = frozenset({Permission.EXPORT, Permission.READ_VISITS, Permission.READ_MATTERS})


def reporting_grants(user):
    return [grant for grant in user.grants_today() if GRANTS[grant.role] >= REPORTING]


def is_hosting(grant):
    """Return whether the grant's organ stands for the units that it manages."""
    return bool(grant.organ_id) and organ_axis(grant.role) == "host_organ"


class LedgerHeading(models.Model):
    """How this installation prints a column of an official sheet; columns without a row are as in
    the code. The column is identified by its heading in the code."""

    ledger = models.CharField(max_length=30, db_collation="C")
    column = models.CharField(max_length=40)
    heading = models.CharField(_("heading"), max_length=40, blank=True, default="")
    is_hidden = models.BooleanField(_("left out"), default=False)
    place = models.PositiveSmallIntegerField(_("position"), null=True, blank=True)
    set_by = ref(User, related_name="+")
    set_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        constraints = [unique("a_column_has_one_heading", "ledger column")]

    def __str__(self):
        return f"{self.ledger} {self.column}"


class LedgerPaper(models.Model):
    """The paper size on which this installation prints a sheet; without a row the width decides."""

    class Paper(models.TextChoices):
        A4 = "A4", "A4"
        A3 = "A3", "A3"

    ledger = models.CharField(max_length=30, db_collation="C", unique=True)
    paper = models.CharField(_("paper"), max_length=2, choices=Paper)
    set_by = ref(User, related_name="+")
    set_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self):
        return f"{self.ledger} {self.paper}"


class ScheduledExportQuerySet(Rows):
    def visible_to(self, user):
        """The user's own, as the files that come of them."""
        return self.filter(owner=user)

    def running(self):
        return self.filter(ended_at=None)

    def due(self, today):
        """Sheets whose day has come this month and that were not made this month."""
        month = today.replace(day=1)
        return self.running().filter(
            Q(made_for=None) | Q(made_for__lt=month), day_of_month__lte=today.day
        )


class ScheduledExport(models.Model):
    """An official sheet that its owner is sent every month, on the same day."""

    class Span(models.TextChoices):
        LAST_MONTH = "last_month", _("of the month before")
        YEAR = "year", _("of the year up to that day")
        ALL = "all", _("with the filters as they are")

    ledger = models.CharField(max_length=30, db_collation="C")
    filters = models.JSONField(default=dict, blank=True)
    # The filters in words, as requested.
    said = models.CharField(max_length=300, blank=True, default="")
    span = models.CharField(_("which rows"), max_length=10, choices=Span, default=Span.LAST_MONTH)
    # Only days that every month has.
    day_of_month = models.PositiveSmallIntegerField(_("day of the month"))
    owner = ref(User, related_name="scheduled_exports")
    owner_id: int
    made_at = models.DateTimeField(db_default=DatabaseClock())
    # First day of the month for which it was made last.
    made_for = models.DateField(null=True)
    last_job = models.ForeignKey("portal.Job", models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScheduledExportQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_day_that_every_month_has",
                Q(day_of_month__gte=1, day_of_month__lte=28),
                _("Choose a day from 1 to 28."),
            ),
            unique(
                "a_monthly_sheet_is_asked_for_once",
                "owner ledger filters span",
                when=Q(ended_at=None),
                said=_("You are sent this sheet every month already."),
            ),
        ]
        indexes = [index("scheduled_export_owner", "owner -made_at -id")]

    def __str__(self):
        return f"{self.ledger} on {self.day_of_month} for {self.owner_id}"


class OfSubject(models.Model):
    """The subject of a sheet (portal.sheets.statistics) as columns."""

    division = optional_ref(Division, _("area"), related_name="+")
    organ = optional_ref(Organ, _("organ"), related_name="+")
    is_hosted = models.BooleanField(default=False)

    class Meta:
        abstract = True


class OfSubjectQuerySet(Rows):
    def visible_to(self, user):
        """Rows whose area or organ lies within a grant for statistics (REPORTING)."""
        opened = Q(pk__in=())
        for grant in reporting_grants(user):
            limit = Q(pk__isnull=False)
            if grant.division_id:
                inside = Q(division__path__startswith=grant.division.path)
                own = Q(division=None, organ__division__path__startswith=grant.division.path)
                limit &= inside | own
            if grant.organ_id:
                limit &= Q(organ__path__startswith=grant.organ.path, is_hosted=is_hosting(grant))
            opened |= limit
        return self.filter(opened)


class ReportedEditionQuerySet(OfSubjectQuerySet):
    def current(self):
        """Editions that no correction replaces."""
        return self.filter(replaced_by=None)

    def of_period(self, period):
        return self.filter(first=period.first, last=period.last)

    def inside(self, subject):
        """Editions of areas and organs within a subject, without its own."""
        rows = self
        if subject.division:
            path = subject.division.path
            rows = rows.filter(
                Q(division__path__startswith=path)
                | Q(division=None, organ__division__path__startswith=path)
            )
        if subject.organ:
            rows = rows.filter(
                organ__path__startswith=subject.organ.path, is_hosted=subject.is_hosted
            )
        return rows.exclude(
            division=subject.division,
            organ=subject.organ,
            is_hosted=subject.is_hosted,
            source=ReportedEdition.Source.COUNTED,
        )

    def for_list(self):
        return self.select_related("asked_by", "replaced_by").defer("table", "replaced_by__table")


class ReportedEdition(OfSubject):
    """上报稿: a statistics sheet as it was reported. The running database role has no UPDATE and
    no DELETE on it. A correction is another edition that replaces this one."""

    class Source(models.TextChoices):
        COUNTED = "counted", _("Counted here")
        OUTSIDE = "outside", _("Reported from outside")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.COUNTED)
    breakdown = models.CharField(max_length=5)
    unit_name = models.CharField(_("reporting unit"), max_length=120)
    title = models.CharField(max_length=200)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True, default="")
    is_nil = models.BooleanField(default=False)
    asked_by = ref(User, related_name="+")
    asked_at = models.DateTimeField()
    # 填报单位 and 填报人 with telephone, as they were on that day.
    stamped_by = models.CharField(max_length=80, blank=True, default="")
    filled_in_by = models.CharField(max_length=80, blank=True, default="")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    contains = models.ManyToManyField("self", symmetrical=False, related_name="contained_in")
    # {"columns", "rows", "total", "outside", "outside_total"} as reported, see portal/editions.py.
    table = models.JSONField()
    digest = models.CharField(max_length=64, db_collation="C")

    objects = ReportedEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "edition_ends_after_it_begins",
                Q(last__gte=F("first")),
                _("The end lies before the beginning."),
            ),
            check(
                "edition_has_its_document_number",
                Q(is_nil=True) | ~Q(document_number=""),
                _("Write the document number."),
            ),
            check(
                "a_correction_says_why",
                Q(replaces=None, reason="") | Q(replaces__isnull=False) & ~Q(reason=""),
                _("Say why the edition is corrected."),
            ),
            unique(
                "one_first_edition_of_unit_and_period",
                "source unit_name division organ is_hosted breakdown first last",
                when=Q(replaces=None),
                said=_("This period is reported already; correct that edition."),
                nulls_distinct=False,
            ),
        ]
        indexes = [index("edition_newest", "-asked_at -id"), index("edition_period", "first last")]

    def __str__(self):
        return f"{self.unit_name} {self.first}–{self.last} #{self.pk}"

    def get_absolute_url(self):
        return reverse("edition", args=[self.pk])

    @property
    def is_outside(self):
        return self.source == self.Source.OUTSIDE
