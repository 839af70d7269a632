"""结对帮扶: who helps whom, from which day to which day, at four levels.

And 师带徒: a master and an apprentice are agreed and ended alike, but count nowhere as help.
"""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Household, Visit, VisitCompanion
from outreach.models.stays import DateRange, apart
from pairing.models import fields
from pairing.models.fields import END_BEFORE_START, key, key_or_none, own_cadres, place_indexes
from portal.models import Cadre, GrassrootsUnit, Organ, PartyOrganization, User
from portal.models.constraints import check, index
from portal.models.places import PlacedRecord, UnitKind
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.tools.addresses import page_of
from portal.tools.prepared import Once, equal
from portal.trust.access import IsAnyOf, reach


class Level(models.TextChoices):
    """三帮扶 and 联创联建 (guiding opinion, 开展结对帮扶)."""

    UNIT = "unit", _("Organ and grassroots unit")
    BRANCH = "branch", _("Party branch and Party branch")
    HOUSEHOLD = "household", _("Cadre and household")
    MEMBER = "member", _("Cadre and Party member in difficulty")
    MENTOR = "mentor", _("Master and apprentice (师带徒)")


# Levels with a household or person: open only to the cadre whose pairing runs today.
PERSONAL_LEVELS = (Level.HOUSEHOLD, Level.MEMBER)
ORGANIZATION_LEVELS = (Level.UNIT, Level.BRANCH)
# What counts as help: in lists, numbers, contacts and rounds of pairing.
HELP_LEVELS = (*ORGANIZATION_LEVELS, *PERSONAL_LEVELS)


class HelpMode(models.TextChoices):
    ONE = "one", _("One helps one (一帮一)")
    MANY = "many", _("Several help one (多帮一)")


class PairingState(models.TextChoices):
    """Whether it runs follows from its days; see `PairingQuerySet.running`."""

    AGREED = "agreed", _("Agreed")
    ENDED = "ended", pgettext_lazy("pairings", "Ended")
    CANCELLED = "cancelled", _("Cancelled before it began")


class PairingEnding(models.TextChoices):
    TERM = "term", _("At the end of the term")
    SOLVED = "solved", _("The difficulty is over")
    CHANGED = "changed", _("Hand over to somebody else")
    MASTERED = "mastered", _("Mastered the trade (出师)")
    NOT_YET = "not_yet", _("Not mastered yet (未出师)")
    OTHER = "other", _("For another reason")


# Endings to choose from: 出师评定 for mentoring, otherwise how the help ended. CHANGED is not among
# them: only a change of the cadre or a reorganisation sets it.
MENTOR_ENDINGS = (PairingEnding.MASTERED, PairingEnding.NOT_YET, PairingEnding.OTHER)
HELP_ENDINGS = (PairingEnding.TERM, PairingEnding.SOLVED, PairingEnding.OTHER)


def _days():
    """Return the date range of a pairing, both days included, to the actual or else the planned
    end."""
    both = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return DateRange(F("starts_on"), Coalesce("ended_on", "ends_on"), both)


def _not_twice(name, helped, **more):
    """The helped side has one helper in mode 一帮一, and one mode at a time."""
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


def _once(name, helper, helped, **more):
    """The same two sides are paired once at a time, in any mode."""
    said = _("These two are paired already on these days.")
    when = Q(state__in=["agreed", "ended"], **more)
    until = Coalesce("ended_on", "ends_on")
    return apart(name, f"{helper} {helped}", said, until=until, when=when)


# Units without villagers: workers in difficulty take the place of households.
ENTERPRISES = (UnitKind.STATE_ENTERPRISE, UnitKind.NON_PUBLIC)

PHASES = {
    "to_begin": pgettext_lazy("pairings", "To begin"),
    "running": _("Running"),
    "to_complete": _("Term is over"),
    "ended": pgettext_lazy("pairings", "Ended"),
    "cancelled": _("Cancelled before it began"),
}


class PairingQuerySet(Rows):
    """Ways of choosing pairings; every page starts from visible_to()."""

    def visible_to(self, user):
        """Pairings of the organ the user liaises for, of the hosted units and of the user's area;
        and the user's own until their last day, as the one who helps or as the apprentice."""
        own = own_cadres(user)
        open_today = Q(state=PairingState.AGREED, ends_on__gte=user.today)
        mine = Q(IsAnyOf("cadre", own)) | Q(IsAnyOf("apprentice", own))
        return self.filter(reach(user, Permission.READ_PAIRINGS) | mine & open_today)

    def of_roles(self, user):
        return self.filter(reach(user, Permission.READ_PAIRINGS))

    def helping(self):
        """Exclude mentoring, which does not count as help."""
        return self.exclude(level=Level.MENTOR)

    def mentoring(self):
        return self.filter(level=Level.MENTOR)

    def not_cancelled(self):
        return self.exclude(state=PairingState.CANCELLED)

    def running(self, on):
        return self.not_cancelled().filter(
            Q(ended_on=None) | Q(ended_on__gte=on), starts_on__lte=on, ends_on__gte=on
        )

    def open_to(self, user, on):
        """The user's own pairings that run on a day; these open the record of a household."""
        return self.of(user).under_way(on)

    def under_way(self, on):
        """Begun, within its planned days, and not ended; the last day counts."""
        return self.filter(state=PairingState.AGREED, starts_on__lte=on, ends_on__gte=on)

    def to_begin(self, on):
        return self.filter(state=PairingState.AGREED, starts_on__gt=on)

    def over(self, on):
        """Ended, cancelled, or past the last day."""
        return self.exclude(state=PairingState.AGREED, ends_on__gte=on)

    def going_on(self, on):
        """Agreed, and not over on a day; a reorganisation passes these on."""
        return self.filter(state=PairingState.AGREED, ends_on__gte=on)

    def overlapping(self, first, last):
        days = Q(ended_on=None) | Q(ended_on__gte=first)
        return self.not_cancelled().filter(days, starts_on__lte=last, ends_on__gte=first)

    def of(self, user):
        """The pairings of the user, or of a cadre the user stands in for."""
        own = own_cadres(user)
        return self.filter(cadre__in=own)

    def personal(self):
        return self.filter(level__in=PERSONAL_LEVELS)

    def ending(self, on, days):
        """Agreed, with the last day at most `days` days ahead, or already past."""
        return self.filter(state=PairingState.AGREED, ends_on__lte=on + timedelta(days=days))

    def containing(self, text):
        """Search by the name of a unit, organ, Party organisation, cadre responsible or
        apprentice."""
        text = text.strip()
        organs = Organ.objects.filter(Q(name__contains=text) | Q(short_name__contains=text))
        branches = PartyOrganization.objects.filter(name__contains=text).values("pk")
        return self.filter(
            Q(IsAnyOf("unit", GrassrootsUnit.objects.filter(name__contains=text).values("pk")))
            | Q(IsAnyOf("organ", organs.values("pk")))
            | Q(IsAnyOf("cadre", Cadre.objects.filter(name__contains=text).values("pk")))
            | Q(IsAnyOf("apprentice", Cadre.objects.filter(name__contains=text).values("pk")))
            | Q(IsAnyOf("helper_branch", branches))
            | Q(IsAnyOf("helped_branch", branches))
        )

    def for_list(self):
        return self.select_related(
            "unit",
            "township",
            "organ",
            "cadre",
            "apprentice",
            "household",
            "helper_branch",
            "helped_branch",
            "host_organ",
        )

    def contact_due(self, by, interval, *, on):
        return self.filter(contact_is_due(by, interval, on=on))


class _AsksNotToBeVisited(models.Func):
    """Whether a household asked not to be disturbed.

    The lookup runs once per statement with the rights of the function's owner. Whether the reader
    may see the household is checked elsewhere, and would be checked again for each row here.
    """

    template = "COALESCE(%(expressions)s IN (SELECT outreach_undisturbed()), false)"
    output_field = models.BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


def contact_is_due(by, interval, *, on):
    """Agreed, not over on day `on`, assigned to a cadre, with the next contact due by `by`.

    Never due: households that asked not to be disturbed, and mentoring, for which visits do not
    count as contact.
    """
    last = by - timedelta(days=interval)
    is_due = Q(
        Q(last_contact_on__lte=last) | Q(last_contact_on=None, starts_on__lte=last),
        state=PairingState.AGREED,
        ends_on__gte=on,
        cadre__isnull=False,
    )
    is_due &= ~Q(level=Level.MENTOR)
    # The lookup comes last, since the days rule out most pairings first.
    return is_due & ~Q(_AsksNotToBeVisited("household"))


class Pairing(PlacedRecord):
    """One helper and one helped side, from a day to a day. Several helpers are several pairings.

    `organ` is the helping organ on the day of agreeing; the place is that of the helped side. The
    helped side is a unit, its Party organisation, or a household or person, identified by the
    number on the village's roster. The helped side itself carries no label.
    """

    level = models.CharField(pgettext_lazy("pairings", "level"), max_length=10, choices=Level)
    mode = models.CharField(
        pgettext_lazy("pairings", "mode"), max_length=4, choices=HelpMode, default=HelpMode.ONE
    )
    helper_branch = key_or_none(
        PartyOrganization, _("helping Party organisation"), related_name="helping"
    )
    # 帮扶责任人: the helper on the personal levels, the master in mentoring;
    # otherwise the contact person.
    cadre = key_or_none(Cadre, _("cadre responsible"), related_name="pairings")
    helped_branch = key_or_none(
        PartyOrganization, _("helped Party organisation"), related_name="helped"
    )
    household = key_or_none(Household, _("household or person"), related_name="pairings")
    apprentice = key_or_none(Cadre, _("apprentice"), related_name="learning")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to, as planned"))
    document = models.CharField(_("number of the document"), max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, choices=PairingState, default=PairingState.AGREED)
    ended_on = models.DateField(pgettext_lazy("pairings", "ended on"), null=True, blank=True)
    ending = models.CharField(
        _("how it ended"), max_length=8, choices=PairingEnding, blank=True, default=""
    )
    # The pairing that this one replaces.
    replaces = key_or_none("self", related_name="replaced_by")
    # The last visit of its cadre there since it began. `pairing.contacts` keeps it up to date, so
    # that lists and counts of many pairings need not compute it.
    last_contact_on = models.DateField(null=True, editable=False)
    created_by = key(User)
    created_at = models.DateTimeField()
    # 补录: the workbook from which it was imported.
    batch = key("portal.ImportBatch", null=True, db_index=False)

    place_label = fields.place_label

    objects = PairingQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("pairing_ends_after_it_begins", Q(ends_on__gte=F("starts_on")), END_BEFORE_START),
            check(
                "an_ended_pairing_says_when_and_how",
                Q(state="ended", ended_on__isnull=False) & ~Q(ending="")
                | ~Q(state="ended") & Q(ended_on=None, ending=""),
            ),
            check(
                "a_pairing_ended_within_its_days",
                Q(ended_on=None) | Q(ended_on__range=(F("starts_on"), F("ends_on"))),
                _("The last day lies within the days of the pairing."),
            ),
            check(
                "pairing_names_both_sides_of_its_level",
                Q(
                    level="unit",
                    helper_branch=None,
                    helped_branch=None,
                    household=None,
                    apprentice=None,
                )
                | Q(
                    level="branch",
                    helper_branch__isnull=False,
                    helped_branch__isnull=False,
                    household=None,
                    apprentice=None,
                )
                | Q(
                    level="mentor",
                    cadre__isnull=False,
                    apprentice__isnull=False,
                    mode="one",
                    helper_branch=None,
                    helped_branch=None,
                    household=None,
                )
                | Q(
                    level__in=["household", "member"],
                    cadre__isnull=False,
                    household__isnull=False,
                    helper_branch=None,
                    helped_branch=None,
                    apprentice=None,
                ),
                _("Name who helps and who is helped."),
            ),
            check(
                "nobody_is_their_own_apprentice",
                ~Q(apprentice=F("cadre")),
                _("Master and apprentice are two people."),
            ),
            check(
                "only_an_apprentice_masters_the_trade",
                Q(level="mentor") & ~Q(ending__in=["term", "solved"])
                | ~Q(level="mentor") & ~Q(ending__in=["mastered", "not_yet"]),
            ),
            apart(
                "an_apprentice_has_one_master",
                "apprentice",
                _("An apprentice has one master at a time."),
                until=Coalesce("ended_on", "ends_on"),
                when=Q(state__in=["agreed", "ended"], level="mentor"),
            ),
            # A helper is paired with the same side once at a time.
            *_not_twice("a_household", "household", level__in=["household", "member"]),
            *_not_twice("a_unit", "unit", level="unit"),
            *_not_twice("a_branch", "helped_branch", level="branch"),
            _once(
                "a_cadre_helps_a_household_once",
                "cadre",
                "household",
                level__in=["household", "member"],
            ),
            _once("an_organ_helps_a_unit_once", "organ", "unit", level="unit"),
            _once("a_branch_helps_a_branch_once", "helper_branch", "helped_branch", level="branch"),
        ]
        indexes = [
            *place_indexes(
                "pairing", "-starts_on -id", "province city county township organ host_organ"
            ),
            index("pairing_day", "-starts_on -id"),
            # Covering index for counts of a level: it includes each column that the policy
            # compares.
            index(
                "pairing_level",
                "level -starts_on -id",
                include=(
                    "province city county township unit organ host_organ cadre apprentice state"
                ),
            ),
            index("pairing_ending", "ends_on id", when=Q(state="agreed")),
            # For readers of a whole province, whose to-do list would otherwise scan half the table.
            # Covering index for counts of agreed pairings: it includes each column that the policy
            # compares.
            index(
                "pairing_ending_province",
                "province ends_on id",
                when=Q(state="agreed"),
                include=(
                    "city county township unit organ host_organ cadre apprentice level starts_on"
                ),
            ),
            # Mentoring is rare among pairings.
            index("pairing_mentor", "-starts_on -id", when=Q(level="mentor")),
        ]

    def __str__(self):
        return f"Pairing {self.pk} {self.starts_on}"

    def get_absolute_url(self):
        return page_of("pairing:pairing", self.pk)

    @property
    def is_personal(self):
        return self.level in PERSONAL_LEVELS

    @property
    def is_mentoring(self):
        return self.level == Level.MENTOR

    @property
    def is_of_workers(self):
        """Whether a worker takes the place of a household; needs unit loaded."""
        return self.level == Level.HOUSEHOLD and self.unit.kind in ENTERPRISES

    @property
    def level_label(self):
        """The level, worded for the kind of unit; needs unit loaded."""
        return (
            _("Cadre and worker in difficulty")
            if self.is_of_workers
            else (self.get_level_display())
        )

    @property
    def last_day(self):
        return self.ended_on or self.ends_on

    def phase(self, on):
        """Return the phase on a day, a key of PHASES."""
        if self.state == PairingState.CANCELLED:
            return "cancelled"
        if self.state == PairingState.ENDED:
            return "ended"
        if self.starts_on > on:
            return "to_begin"
        return "to_complete" if self.ends_on < on else "running"

    def contact_due_on(self, interval):
        """`interval` days after the last contact, or after the first day; None if no contact is
        expected. Needs household loaded."""
        if not self.cadre_id or self.is_mentoring:
            return None
        if self.household_id and self.household.do_not_disturb:
            return None
        return (self.last_contact_on or self.starts_on) + timedelta(days=interval)

    @property
    def contact_ids(self):
        """IDs of the visits that count as contact, from its first day on."""
        there = self.household_id if self.is_personal else self.unit_id
        visits = _VISITS_OF[self.is_personal].tuples(cadre=self.cadre_id, there=there)
        return [pk for pk, day in visits if day >= self.starts_on]

    @property
    def helper_label(self):
        """Who helps, in a few words; needs organ, cadre and helper_branch loaded."""
        if self.level == Level.BRANCH:
            return self.helper_branch.name
        if self.is_personal or self.is_mentoring:
            return self.cadre.name
        return self.organ.label

    @property
    def helped_label(self):
        """Who is helped: 户主姓氏+编号 (DOMAIN 2.2 (7)); needs unit, household, branch."""
        if self.level == Level.BRANCH:
            return self.helped_branch.name
        if self.is_mentoring:
            return self.apprentice.name
        if self.is_personal:
            return f"{self.household.display_name} {self.household.serial}"
        return self.unit.name

    def runs_on(self, day):
        return self.state != PairingState.CANCELLED and self.starts_on <= day <= self.last_day


def _visits_of_a_cadre(there):
    along = VisitCompanion.objects.filter(equal("cadre", "cadre")).values("visit")
    mine = Q(equal("author", "cadre")) | Q(pk__in=along)
    visits = Visit.objects.standing().filter(mine, equal(there, "there"))
    return visits.order_by().values_list("pk", "visited_on")


# {whether a pairing is personal: visits to its household, or to its unit}.
_VISITS_OF = {
    True: Once(lambda: _visits_of_a_cadre("households")),
    False: Once(lambda: _visits_of_a_cadre("unit")),
}


class OfPairingQuerySet(Rows):
    """Parts of a pairing are visible like the pairing."""

    def visible_to(self, user):
        mine = Q(cadre__user__in=user.identity_ids) | Q(apprentice__user__in=user.identity_ids)
        own = Pairing.objects.filter(
            mine, state=PairingState.AGREED, ends_on__gte=user.today
        ).values("pk")
        opened = reach(user, Permission.READ_PAIRINGS, via="pairing__")
        return self.filter(opened | Q(IsAnyOf("pairing", own)))

    def of_roles(self, user):
        return self.filter(reach(user, Permission.READ_PAIRINGS, via="pairing__"))


class PairingStep(Step):
    """What happened to a pairing: who, when, why, by which document. Rows are only added."""

    TEXT_FIELD = "reason"

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
    document = models.CharField(max_length=60, blank=True, default="")
    reason = MaskedCharField(max_length=200, blank=True, default="")
    # Values for the sentence of the step: days before and after, names.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("pairing_step", "pairing -at -id")]
