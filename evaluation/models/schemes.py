"""考核方案: the rules by which work is appraised, frozen when published."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Organ, User
from portal.models.constraints import check, index, unique
from portal.models.people import StaffKind
from portal.models.places import UnitKind
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach


class Subject(models.TextChoices):
    """Who is appraised (guiding opinion, 注重考核评议)."""

    CADRE = "cadre", _("Cadre")
    TEAM = "team", _("Work team")
    BRANCH = "branch", _("Party branch")
    ORGAN = "organ", _("Leading team of an organ")


class Service(models.TextChoices):
    """分类指导: how cadres go down."""

    ANY = "any", _("Every cadre who goes down")
    STATIONED = "stationed", _("Stationed in a unit")
    VISITING = "visiting", _("Goes down from an organ")


class Component(models.TextChoices):
    """The four sources of a score (DOMAIN 1.12); the scheme sets their weights."""

    MASSES = "masses", _("The masses' ballots")
    UNIT = "unit", _("Word of the grassroots unit")
    RESULTS = "results", _("Results of the work")
    ORGANISATION = "organisation", _("Word of the organisation")


class Dimension(models.TextChoices):
    """工作态度 · 工作作风 · 工作实绩, and 总体评价, which gives no points (form 11)."""

    ATTITUDE = "attitude", _("Attitude to work")
    STYLE = "style", _("Style of work")
    ACHIEVEMENT = "achievement", _("Results of work")
    OVERALL = "overall", _("All in all")


SCORED_DIMENSIONS = (Dimension.ATTITUDE, Dimension.STYLE, Dimension.ACHIEVEMENT)


class Mark(models.IntegerChoices):
    """A tick on a line of the ballot (form 11); a line without one does not count."""

    GOOD = 1, _("Good")
    FAIRLY_GOOD = 2, _("Fairly good")
    FAIR = 3, _("Fair")
    POOR = 4, _("Poor")
    UNKNOWN = 5, _("Do not know")


class SchemeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("No longer used")


class Gate(models.TextChoices):
    """底线事项: met or not; they give no points."""

    STAY_MONTHS = "stay_months", _("Months of the stay that met the norm")
    # Only in schemes published before hosts attested months. Days are no longer computed, so
    # nothing measures this gate and no new scheme can use it. Frozen values stay as they were.
    STAY_DAYS = "stay_days", _("Days at the place of the stay")
    FINDINGS = "findings", _("Verified discipline findings")


def _percent(label, default):
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=2,
        default=Decimal(default),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )


class SchemeQuerySet(Rows):
    def visible_to(self, user):
        """Everybody who sees people reads published schemes; drafts are for those who manage the
        organ's schemes."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        kept = organ_reach(user, Permission.MANAGE_EVALUATION)
        return self.filter(kept | ~Q(state=SchemeState.DRAFT))

    def published(self):
        return self.filter(state=SchemeState.PUBLISHED)

    def containing(self, text):
        return self.filter(Q(title__contains=text.strip()) | Q(document__contains=text.strip()))

    def for_list(self):
        return self.select_related("organ")


class Scheme(models.Model):
    """One version of the rules for one class of appraised.

    Published versions never change; a change is a new version with `previous`. Weights are
    percentages that sum to 100; marks are points from 0 to 100.
    """

    title = MaskedCharField(_("title of the scheme"), max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="versions_after"
    )
    organ = models.ForeignKey(
        Organ, models.PROTECT, related_name="+", verbose_name=_("laid down by")
    )
    subject = models.CharField(pgettext_lazy("scheme", "for whom"), max_length=8, choices=Subject)
    service = models.CharField(
        _("class of cadres"), max_length=10, choices=Service, default=Service.ANY
    )
    # Empty: units of every kind.
    unit_kinds = ArrayField(
        models.CharField(max_length=10, choices=UnitKind),
        default=list,
        blank=True,
        verbose_name=_("class of units"),
    )
    # For cadres only. Empty: every kind, and cadres of unknown kind.
    staff_kinds = ArrayField(
        models.CharField(max_length=8, choices=StaffKind),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("kinds of staff"),
    )

    weight_masses = _percent(_("the masses' ballots"), 40)
    weight_unit = _percent(_("word of the grassroots unit"), 20)
    weight_results = _percent(_("results of the work"), 30)
    weight_organisation = _percent(_("word of the organisation"), 10)

    weight_attitude = _percent(_("attitude to work"), 30)
    weight_style = _percent(_("style of work"), 30)
    weight_achievement = _percent(_("results of work"), 40)

    mark_good = _percent(_("good"), 100)
    mark_fairly_good = _percent(_("fairly good"), 80)
    mark_fair = _percent(_("fair"), 60)
    mark_poor = _percent(_("poor"), 30)
    minimum_ballots = models.PositiveSmallIntegerField(_("fewest valid ballots"), default=15)

    state = models.CharField(max_length=9, choices=SchemeState, default=SchemeState.DRAFT)
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    published_on = models.DateField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField(null=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SchemeQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_version_of_a_scheme_stands_once",
                "organ title version",
                said=_("There is a scheme of this title already."),
            ),
            check(
                "weights_of_the_components_sum_to_a_hundred",
                Q(
                    weight_masses=Decimal(100)
                    - F("weight_unit")
                    - F("weight_results")
                    - F("weight_organisation")
                ),
                _("The weights of the four sources must sum to 100."),
            ),
            check(
                "weights_of_the_dimensions_sum_to_a_hundred",
                Q(weight_attitude=Decimal(100) - F("weight_style") - F("weight_achievement")),
                _("The weights of the three dimensions must sum to 100."),
            ),
            check(
                "a_better_mark_gives_more_points",
                Q(
                    mark_good__gt=F("mark_fairly_good"),
                    mark_fairly_good__gt=F("mark_fair"),
                    mark_fair__gt=F("mark_poor"),
                ),
                _("A better mark must give more points than a worse one."),
            ),
            check(
                "a_published_scheme_has_day_document_and_person",
                Q(state="draft", published_on=None, published_by=None, withdrawn_on=None)
                | Q(published_on__isnull=False, published_by__isnull=False)
                & ~Q(state="draft")
                & ~Q(document=""),
                _("Write the number of the document that lays it down."),
            ),
        ]
        indexes = [index("scheme_newest", "-created_at -id")]

    def __str__(self):
        return f"{self.title} {self.version}"

    def get_absolute_url(self):
        return reverse("evaluation:scheme", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == SchemeState.DRAFT

    @property
    def kinds_of_units(self):
        return [UnitKind(code).label for code in self.unit_kinds]

    @property
    def kinds_of_staff(self):
        return [StaffKind(code).label for code in self.staff_kinds]

    @property
    def weights(self):
        """{component: weight in percent}"""
        return {one: getattr(self, f"weight_{one.value}") for one in Component}

    @property
    def dimension_weights(self):
        return {one: getattr(self, f"weight_{one.value}") for one in SCORED_DIMENSIONS}

    @property
    def mark_points(self):
        """{mark: points}; “do not know” is not counted."""
        counted = [mark for mark in Mark if mark != Mark.UNKNOWN]
        return {mark: getattr(self, f"mark_{mark.name.lower()}") for mark in counted}


class SchemeIndicator(models.Model):
    """One indicator of the results, from the closed list in `evaluation.appraisal.indicators`.

    The measured share, in percent, gives no points up to `floor`, all points from `cap`, and grows
    linearly between. Fewer than `minimum_n` records are filled up with neutral ones. If no
    indicator has that many records, the results have no value.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators")
    indicator = models.CharField(_("indicator"), max_length=40)
    share = _percent(_("share of the results"), 0)
    floor = _percent(_("no points up to"), 0)
    cap = _percent(_("all points from"), 100)
    minimum_n = models.PositiveSmallIntegerField(_("fewest records"), default=5)

    class Meta:
        constraints = [
            unique(
                "an_indicator_stands_once_in_a_scheme",
                "scheme indicator",
                said=_("This indicator stands in the scheme already."),
            ),
            check(
                "an_indicator_has_room_between_floor_and_cap",
                Q(cap__gt=F("floor")),
                _("The cap must lie above the floor."),
            ),
            check(
                "an_indicator_weighs_something",
                Q(share__gt=0),
                _("A share of nothing: leave the indicator out instead."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator} of {self.scheme_id}"


# The fields of an indicator in a scheme.
LINE = ("indicator", "share", "floor", "cap", "minimum_n")


class SchemeGate(models.Model):
    """A threshold that is met or not. Days are for a full year and are prorated."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="gates")
    gate = models.CharField(_("threshold"), max_length=12, choices=Gate)
    # Minimum days, or maximum findings.
    limit = models.PositiveSmallIntegerField(_("limit"))

    class Meta:
        constraints = [unique("a_threshold_stands_once_in_a_scheme", "scheme gate")]

    def __str__(self):
        return f"{self.gate} of {self.scheme_id}"
