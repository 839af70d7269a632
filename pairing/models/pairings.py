"""结对帮扶: who helps whom, from which day to which day, at four levels."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Household, Visit, VisitCompanion
from outreach.models.stays import DateRange
from portal.access import IsAnyOf, Permission, reach
from portal.models import Cadre, PartyOrganization, User
from portal.models.places import PlacedRecord
from portal.models.text import MaskedCharField


class Level(models.TextChoices):
    """三帮扶 and 联创联建 (guiding opinion, 开展结对帮扶)."""

    UNIT = "unit", _("Organ and grassroots unit")
    BRANCH = "branch", _("Party branch and Party branch")
    HOUSEHOLD = "household", _("Cadre and household")
    MEMBER = "member", _("Cadre and Party member in difficulty")


# Somebody's own door: closed to everybody whose pairing does not run today.
PERSONAL_LEVELS = (Level.HOUSEHOLD, Level.MEMBER)
ORGANIZATION_LEVELS = (Level.UNIT, Level.BRANCH)


class HelpMode(models.TextChoices):
    ONE = "one", _("One helps one (一帮一)")
    MANY = "many", _("Several help one (多帮一)")


class PairingState(models.TextChoices):
    """Running or not begun follows from the days; see `PairingQuerySet.running`."""

    AGREED = "agreed", _("Agreed")
    ENDED = "ended", pgettext_lazy("pairings", "Ended")
    CANCELLED = "cancelled", _("Cancelled before it began")


class PairingEnding(models.TextChoices):
    TERM = "term", _("At the end of the term")
    SOLVED = "solved", _("The difficulty is over")
    CHANGED = "changed", _("Somebody else goes on")
    OTHER = "other", _("For another reason")


def _days():
    """The days of a pairing, both included, as it ended or as it is planned."""
    both = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return DateRange(F("starts_on"), Coalesce("ended_on", "ends_on"), both)


def _not_twice(name, helped, **more):
    """The helped side has one helper while the mode is 一帮一, and never both modes at once."""
    stands = Q(state__in=["agreed", "ended"], **more)
    said = _("It is paired already on these days; several help one only where all agree to it.")
    return [
        ExclusionConstraint(
            name=f"{name}_has_one_helper",
            expressions=[(helped, RangeOperators.EQUAL), (_days(), RangeOperators.OVERLAPS)],
            condition=stands & Q(mode="one"),
            violation_error_message=said,
        ),
        ExclusionConstraint(
            name=f"{name}_is_helped_in_one_mode",
            expressions=[
                (helped, RangeOperators.EQUAL),
                ("mode", RangeOperators.NOT_EQUAL),
                (_days(), RangeOperators.OVERLAPS),
            ],
            condition=stands,
            violation_error_message=said,
        ),
    ]


def _contacts(**when):
    """[(rows, name of their day)]: standing visits that keep a pairing in contact, by how its
    cadre took part and what the pairing names: its unit, or one household, whose door then counts
    alone. `when` limits the day (`gte`, `range`). Several queries, since PostgreSQL joins each
    against many pairings at once, which it cannot do with an OR.
    """
    names_a_unit = IsNull(OuterRef("household"), True)
    along = VisitCompanion.objects.filter(cadre=OuterRef("cadre"))
    led = Visit.objects.filter(names_a_unit, author=OuterRef("cadre"), unit=OuterRef("unit"))
    doors = Visit.households.through.objects.filter(household=OuterRef("household"))
    beside = VisitCompanion.objects.filter(
        cadre=OuterRef(OuterRef("cadre")), visit=OuterRef("visit")
    )
    ways = [
        (led, ""),
        (along.filter(names_a_unit, visit__unit=OuterRef("unit")), "visit__"),
        (doors.filter(Q(visit__author=OuterRef("cadre")) | Q(Exists(beside))), "visit__"),
    ]
    days = {f"visited_on__{lookup}": value for lookup, value in when.items()}
    return [
        (
            rows.filter(**{f"{via}{name}": v for name, v in {"voided_at": None, **days}.items()}),
            f"{via}visited_on",
        )
        for rows, via in ways
    ]


class PairingQuerySet(models.QuerySet):
    """Ways of choosing pairings; every page starts from visible_to()."""

    def visible_to(self, user):
        """Those of the organ one liaises for, of the units one hosts, of one's area; and one's
        own while it runs or is still to begin. A pairing that ended opens nothing any more."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        open_today = Q(state=PairingState.AGREED, ends_on__gte=timezone.localdate())
        return self.filter(
            reach(user, Permission.READ_PAIRINGS) | Q(IsAnyOf("cadre", own)) & open_today
        )

    def opened_by_relation(self, user):
        """Of visible_to(), what closes again when the pairing ends."""
        return self.visible_to(user).exclude(reach(user, Permission.READ_PAIRINGS))

    def standing(self):
        return self.exclude(state=PairingState.CANCELLED)

    def running(self, on):
        return self.standing().filter(
            Q(ended_on=None) | Q(ended_on__gte=on), starts_on__lte=on, ends_on__gte=on
        )

    def of(self, user):
        """The cadre's own, of whoever one is or stands in for."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(cadre__in=own)

    def personal(self):
        return self.filter(level__in=PERSONAL_LEVELS)

    def ending(self, on, days):
        """Agreed, with the last day at most so many days ahead, or past and not written down."""
        return self.filter(state=PairingState.AGREED, ends_on__lte=on + timedelta(days=days))

    def with_last_contact(self):
        """`last_contact_on`: the last visit of its cadre since it began, None while there is
        none. For the rows of a page: each is looked up by itself."""
        days = [
            Subquery(rows.order_by(f"-{day}").values(day)[:1])
            for rows, day in _contacts(gte=OuterRef("starts_on"))
        ]
        return self.annotate(last_contact_on=Greatest(*days))

    def without_contact(self, on, days):
        """Running so long without a visit of their cadre. One that names no cadre has no rhythm
        to keep, and nobody calls at a door that asks not to be visited."""
        since = on - timedelta(days=days)
        rows = self.running(on).filter(starts_on__lte=since, cadre__isnull=False)
        quiet = Household.objects.filter(pk=OuterRef("household"), do_not_disturb=True)
        rows = rows.filter(~Exists(quiet))
        for visits, _day in _contacts(range=(since, on)):
            rows = rows.filter(~Exists(visits))
        return rows

    def for_list(self):
        return self.select_related(
            "unit", "township", "organ", "cadre", "household", "helper_branch", "helped_branch"
        )


class Pairing(PlacedRecord):
    """One helps one, from a day to a day. Several who help one are several pairings.

    `organ` is the helping organ of the day it was agreed; the place is that of the helped side.
    Who is helped: the unit, its Party organisation, or a household or person of it by the number
    on the village's own roster. No label stands on the helped side: that it is paired, and why,
    is a dated row that ends.
    """

    level = models.CharField(_("level"), max_length=10, choices=Level)
    mode = models.CharField(_("mode"), max_length=4, choices=HelpMode, default=HelpMode.ONE)
    helper_branch = models.ForeignKey(
        PartyOrganization, models.PROTECT, null=True, blank=True, related_name="helping",
        verbose_name=_("helping Party organisation"),
    )  # fmt: skip
    # 帮扶责任人: the one person to turn to, on every level; who helps, on the personal ones.
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="pairings",
        verbose_name=_("cadre responsible"),
    )  # fmt: skip
    helped_branch = models.ForeignKey(
        PartyOrganization, models.PROTECT, null=True, blank=True, related_name="helped",
        verbose_name=_("helped Party organisation"),
    )  # fmt: skip
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="pairings",
        verbose_name=_("household or person"),
    )  # fmt: skip
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to, as planned"))
    document = models.CharField(_("number of the document"), max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, choices=PairingState, default=PairingState.AGREED)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ending = models.CharField(
        _("how it ended"), max_length=8, choices=PairingEnding, blank=True, default=""
    )
    # Who went on in whose place.
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # 补录: the workbook it came with.
    batch = models.ForeignKey(
        "portal.ImportBatch", models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = PairingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pairing_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="an_ended_pairing_says_when_and_how",
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(ending="")
                | ~Q(state="ended") & Q(ended_on=None, ending=""),
            ),
            models.CheckConstraint(
                name="a_pairing_ended_within_its_days",
                condition=Q(ended_on=None) | Q(ended_on__range=(F("starts_on"), F("ends_on"))),
                violation_error_message=_("The last day lies within the days of the pairing."),
            ),
            models.CheckConstraint(
                name="pairing_names_both_sides_of_its_level",
                condition=Q(level="unit", helper_branch=None, helped_branch=None, household=None)
                | Q(level="branch", helper_branch__isnull=False, helped_branch__isnull=False,
                    household=None)
                | Q(level__in=["household", "member"], cadre__isnull=False,
                    household__isnull=False, helper_branch=None, helped_branch=None),
                violation_error_message=_("Name who helps and who is helped."),
            ),
            # One who helps is paired with the same side once at a time.
            *_not_twice("a_household", "household", level__in=["household", "member"]),
            *_not_twice("a_unit", "unit", level="unit"),
            *_not_twice("a_branch", "helped_branch", level="branch"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["province", "-starts_on", "-id"], name="pairing_province"),
            models.Index(fields=["city", "-starts_on", "-id"], name="pairing_city"),
            models.Index(fields=["county", "-starts_on", "-id"], name="pairing_county"),
            models.Index(fields=["township", "-starts_on", "-id"], name="pairing_township"),
            models.Index(fields=["organ", "-starts_on", "-id"], name="pairing_organ"),
            models.Index(fields=["host_organ", "-starts_on", "-id"], name="pairing_host"),
            models.Index(fields=["-starts_on", "-id"], name="pairing_day"),
            models.Index(
                fields=["ends_on", "id"], name="pairing_ending", condition=Q(state="agreed")
            ),
        ]

    def __str__(self):
        return f"Pairing {self.pk} {self.starts_on}"

    def get_absolute_url(self):
        return reverse("pairing:pairing", args=[self.pk])

    @property
    def is_personal(self):
        return self.level in PERSONAL_LEVELS

    @property
    def last_day(self):
        return self.ended_on or self.ends_on

    @property
    def helper_label(self):
        """Who helps, in a few words; needs organ, cadre and helper_branch loaded."""
        if self.level == Level.BRANCH:
            return self.helper_branch.name
        if self.is_personal:
            return self.cadre.name
        return self.organ.label

    @property
    def helped_label(self):
        """Who is helped: 户主姓氏+编号 (DOMAIN 2.2 (7)); needs unit, household, branch."""
        if self.level == Level.BRANCH:
            return self.helped_branch.name
        if self.is_personal:
            return f"{self.household.display_name} {self.household.serial}"
        return self.unit.name

    def runs_on(self, day):
        return self.state != PairingState.CANCELLED and self.starts_on <= day <= self.last_day


class OfPairingQuerySet(models.QuerySet):
    """What hangs on a pairing is seen by whoever sees the pairing."""

    def visible_to(self, user):
        own = Pairing.objects.filter(
            cadre__user__in=user.identity_ids,
            state=PairingState.AGREED,
            ends_on__gte=timezone.localdate(),
        ).values("pk")
        opened = reach(user, Permission.READ_PAIRINGS, via="pairing__")
        return self.filter(opened | Q(IsAnyOf("pairing", own)))


class PairingStep(models.Model):
    """What happened to a pairing: who, when, why, by which document. Rows are only added."""

    class Move(models.TextChoices):
        AGREED = "agreed", _("Pairing agreed")
        SIGNED = "signed", _("Agreement signed")
        RENEWED = "renewed", _("Pairing renewed")
        END_CHANGED = "end_changed", _("Planned end changed")
        CADRE_CHANGED = "cadre_changed", _("Cadre responsible changed")
        ENDED = "ended", _("Pairing ended")
        CANCELLED = "cancelled", _("Pairing cancelled before it began")
        REORGANISED = "reorganised", _("Goes on after a reorganisation")

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=14, choices=Move)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    document = models.CharField(max_length=60, blank=True, default="")
    reason = MaskedCharField(max_length=200, blank=True, default="")
    # Days before and after, who came in whose place: what the sentence of the step needs.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["pairing", "-at", "-id"], name="pairing_step")]

    def __str__(self):
        return f"{self.pairing_id} {self.move}"
