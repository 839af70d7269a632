"""驻村蹲点 and 挂职: which cadre stays where, when, and under which document."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kinds import above
from portal.models import Cadre, User
from portal.models.constraints import check, in_order, index, only_when
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.tools.addresses import page_of
from portal.trust.access import IsAnyOf, reach


class StayKind(models.TextChoices):
    FIRST_SECRETARY = "secretary", _("First secretary (第一书记)")
    TEAM_MEMBER = "member", _("Member of a work team (工作队员)")
    RESIDENTIAL = "residential", _("Residential stay (驻村蹲点)")
    SECONDMENT = "secondment", _("Secondment (挂职)")
    # Some days, with a plan and a report, and no months.
    LEADER = "leader", _("Leader's stay of some days (领导蹲点)")


# Kinds that live at the unit, so one place at a time. A secondment may overlap with a stay.
RESIDENTIAL_KINDS = (StayKind.FIRST_SECRETARY, StayKind.TEAM_MEMBER, StayKind.RESIDENTIAL)


class StayState(models.TextChoices):
    """The stored state. Whether a stay is running follows from its days
    (`StayQuerySet.running`)."""

    PUBLISHED = "published", _("Published")
    ENDED = "ended", pgettext_lazy("stays", "Ended")
    CANCELLED = "cancelled", _("Cancelled before it began")


class Ending(models.TextChoices):
    TERM = "term", _("At the end of the term")
    EARLY = "early", _("Earlier, for a reason")
    RECALLED = "recalled", _("Recalled")
    REPLACED = "replaced", _("Replaced")


class Lodging(models.TextChoices):
    VILLAGE = "village", _("Lives there")
    COMMUTES = "commutes", _("Commutes, approved")


class Phase(models.TextChoices):
    """The phase of a stay on a day, as pages show it."""

    TO_BEGIN = "to_begin", _("To begin")
    RUNNING = "running", _("Running")
    TO_COMPLETE = "to_complete", _("Term over, to be completed")
    OVER = "over", pgettext_lazy("stays", "Ended")
    CANCELLED = "cancelled", _("Cancelled before it began")


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


def apart(name, same, said, *, until, when=None):
    """Build the constraint that no two rows with the same values in `same` share a day between
    `starts_on` and `until`, both included."""
    both = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in same.split()),
            (DateRange(F("starts_on"), until, both), RangeOperators.OVERLAPS),
        ],
        condition=when,
        violation_error_message=said,
    )


def ends_by(day):
    """Stays whose actual or planned last day is this day or earlier."""
    return Q(ended_on=None, ends_on__lte=day) | Q(ended_on__lte=day)


def _of_roles(user):
    """In reach of the user's roles; a leader's stay is hidden from its host until its first day
    (四不两直)."""
    is_planned = Q(kind=StayKind.LEADER, starts_on__gt=user.today)
    hidden = is_planned & reach(user, Permission.ATTEST_STAYS)
    seen = reach(user, Permission.READ_STAYS) & ~hidden
    # Publishers, and those who write the plan for the leader, see it even from a host's organ.
    return seen | reach(user, Permission.MANAGE_STAYS) | reach(user, Permission.NOMINATE)


class StayQuerySet(Rows):
    def visible_to(self, user):
        """The user's own stays, those in reach of the user's roles, and those for which the user
        stands in during today's leave."""
        ids = user.identity_ids
        own = Cadre.objects.filter(user__in=ids).values("pk")
        lent = Stay.objects.filter(
            leaves__stand_in__user__in=ids,
            leaves__approved=True,
            leaves__withdrawn_at=None,
            leaves__starts_on__lte=user.today,
            leaves__last_day__gte=user.today,
        )
        opened = Q(IsAnyOf("cadre", own)) | Q(IsAnyOf("pk", lent.order_by().values("pk")))
        return self.filter(_of_roles(user) | opened)

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def not_cancelled(self):
        return self.exclude(state=StayState.CANCELLED)

    def monthly(self):
        """Stays whose months the host attests: all except those of leaders."""
        return self.exclude(kind=StayKind.LEADER)

    def running(self, on):
        return self.within(on, on)

    def within(self, first, last):
        """Stays with at least one day in this period."""
        return self.not_cancelled().filter(
            Q(ended_on=None) | Q(ended_on__gte=first), starts_on__lte=last, ends_on__gte=first
        )

    def to_begin(self, on):
        return self.not_cancelled().filter(starts_on__gt=on)

    def ending(self, on, days):
        """Running stays whose last day is within this number of days."""
        return self.running(on).filter(ends_by(on + timedelta(days=days)))

    def over(self, on):
        """Stays whose last day has passed, even if the end was not recorded."""
        return self.not_cancelled().filter(Q(ended_on__lt=on) | Q(ended_on=None, ends_on__lt=on))

    def to_complete(self, on):
        """Stays that have reached their planned end, which nobody has recorded."""
        return self.filter(state=StayState.PUBLISHED, ends_on__lte=on)

    def containing(self, text):
        """By the name of the cadre or of the unit."""
        text = text.strip()
        return self.filter(Q(cadre__name__contains=text) | Q(unit__name__contains=text))

    def for_list(self):
        return self.select_related("cadre", "unit", "township", "organ", "host_organ")


class Stay(PlacedRecord):
    """A cadre's stay at a unit, as published.

    `organ` is the sending organ (派出单位) on the day of publishing, `host_organ` manages the unit.
    A township cadre's own area (包村) is a contact area, not a stay.
    """

    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="stays", verbose_name=_("cadre"))
    kind = models.CharField(_("kind"), max_length=12, choices=StayKind)
    # The programme as the office names it, such as 万名干部驻千村.
    programme = MaskedCharField(_("programme"), max_length=60, blank=True, default="")
    # The cadre's post on the day of publishing, printed on sheets.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    is_leader = models.BooleanField(_("leads the team"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to, as planned"))
    lodging = models.CharField(_("lodging"), max_length=8, choices=Lodging, default=Lodging.VILLAGE)
    document = models.CharField(_("number of the approval document"), max_length=60)
    # What a leader means to look at; other stays have none.
    plan = models.TextField(
        _("plan of the stay"), max_length=1_000, blank=True, default="", db_default=""
    )
    state = models.CharField(max_length=10, choices=StayState, default=StayState.PUBLISHED)
    # The actual last day: the planned one or earlier.
    ended_on = models.DateField(pgettext_lazy("stays", "ended on"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    created_at = models.DateTimeField()

    objects = StayQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("stay_ends_after_it_begins"),
            check(
                "an_ended_stay_says_when_and_how", only_when("ended_on", "ending", state="ended")
            ),
            check(
                "a_stay_ended_within_its_days",
                Q(ended_on=None) | Q(ended_on__range=(F("starts_on"), F("ends_on"))),
                _("The last day lies within the days of the stay."),
            ),
            check(
                "a_stay_has_its_document",
                ~Q(document=""),
                _("Write the number of the approval document."),
            ),
            apart(
                "a_cadre_stays_in_one_place",
                "cadre",
                _("This cadre stays somewhere else on these days."),
                until=Coalesce("ended_on", "ends_on"),
                when=Q(state__in=["published", "ended"])
                & Q(kind__in=["secretary", "member", "residential"]),
            ),
        ]
        indexes = [
            index("stay_province", "province -starts_on -id"),
            index("stay_city", "city -starts_on -id"),
            index("stay_county", "county -starts_on -id"),
            index("stay_township", "township -starts_on -id"),
            index("stay_organ", "organ -starts_on -id"),
            index("stay_host", "host_organ -starts_on -id"),
            index("stay_day", "-starts_on -id"),
        ]

    def __str__(self):
        return f"Stay {self.pk} {self.starts_on}"

    def get_absolute_url(self):
        return page_of("outreach:stay", self.pk)

    @property
    def last_day(self):
        return self.ended_on or self.ends_on

    @property
    def is_residential(self):
        return self.kind in RESIDENTIAL_KINDS

    @property
    def is_of_leader(self):
        return self.kind == StayKind.LEADER

    @property
    def place_label(self):
        """石桥镇 柳湾村, or 云岭重机 机修车间; needs township, unit and host_organ loaded."""
        return f"{above(self)} {self.unit.name}"

    def stands(self, on):
        if self.state == StayState.CANCELLED:
            return Phase.CANCELLED
        if self.starts_on > on:
            return Phase.TO_BEGIN
        if self.last_day < on:
            return Phase.OVER if self.state == StayState.ENDED else Phase.TO_COMPLETE
        return Phase.RUNNING

    def runs_on(self, day):
        return self.state != StayState.CANCELLED and self.starts_on <= day <= self.last_day


class OfStayQuerySet(Rows):
    """Records of a stay, visible to the users who see the stay."""

    def visible_to(self, user):
        own = Stay.objects.filter(cadre__user__in=user.identity_ids).values("pk")
        opened = reach(user, Permission.READ_STAYS, via="stay__")
        return self.filter(opened | Q(IsAnyOf("stay", own)))


class StayStep(Step):
    """An event in the history of a stay: by whom, when, why and under which document."""

    TEXT_FIELD = "reason"
    STRONG = frozenset({"recalled", "cancelled"})

    class Move(models.TextChoices):
        PUBLISHED = "published", _("Stay published")
        END_CHANGED = "end_changed", _("Planned end changed")
        COMPLETED = "completed", _("Ended with its term")
        EARLY = "early", _("Ended early")
        RECALLED = "recalled", _("Cadre recalled")
        REPLACED = "replaced", _("Cadre replaced")
        CANCELLED = "cancelled", _("Stay cancelled before it began")
        HANDED_OVER = "handed_over", _("Work handed over")
        REORGANISED = "reorganised", _("Goes on after a reorganisation")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=Move)
    document = models.CharField(max_length=60, blank=True, default="")
    reason = MaskedCharField(max_length=200, blank=True, default="")
    # Facts for the sentence of the step, such as the days before and after, or the successor.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("stay_step", "stay -at -id")]


class StayHandoverQuerySet(Rows):
    def visible_to(self, user):
        """Handovers of visible stays, and those to the user as successor, who needs to read them.
        The stay is not joined, because the successor may not read it."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        opened = reach(user, Permission.READ_STAYS) | Q(IsAnyOf("cadre", own))
        stays = Stay.objects.filter(opened).order_by().values("pk")
        return self.filter(Q(stay__in=stays) | Q(IsAnyOf("successor", own)))


class StayHandover(models.Model):
    """移交: what the leaver hands to the successor, including what no other record holds."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="handovers")
    successor = models.ForeignKey(
        Cadre, models.PROTECT, related_name="+", verbose_name=_("successor")
    )
    on = models.DateField(_("handed over on"))
    promises = MaskedCharField(
        _("promises made and not kept yet"), max_length=1_000, blank=True, default=""
    )
    things = MaskedCharField(_("papers, keys and things"), max_length=1_000, blank=True, default="")
    # The successor's contact areas.
    areas = models.ManyToManyField("outreach.ContactArea", related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = StayHandoverQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        indexes = [index("stay_handover", "stay -on -id")]

    def __str__(self):
        return f"{self.stay_id} to {self.successor_id}"
