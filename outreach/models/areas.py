"""包村包片联户: which post looks after which unit, group or households, and when."""

import re

from django.db import models
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Left
from django.utils.translation import gettext_lazy as _

from portal.models import Cadre, GrassrootsUnit
from portal.models.constraints import check, in_order, index, unique
from portal.models.people import Dated, DatedQuerySet
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import granted_organs, organ_reach

# Callbacks (user) → household ids, as a subquery for IN, registered by apps above that grant the
# user access today: cadres name a household that they help in their visits while the pairing runs.
OPENED_BY_RELATION = []


# Chinese numerals of group names, up to 99, for sorting: by code point 三 precedes 二.
_DIGITS = "一二三四五六七八九"
_TENS = ["", "十", *(f"{digit}十" for digit in _DIGITS[1:])]
_NUMERALS = [ten + digit for ten in _TENS for digit in ["", *_DIGITS]][1:]


def number_of_group(name):
    """Return 3 for 三组 or 第3组, and None for a name without a number. Chinese numerals go up to
    99."""
    said = re.match(f"第?([{_DIGITS}十]+|[0-9]{{1,4}})", name)
    if not said:
        return None
    number = said[1]
    if number.isascii():
        return int(number)
    return _NUMERALS.index(number) + 1 if number in _NUMERALS else None


def _begins_with(signs):
    return Func("group", Value(f"^第?([{signs}]+)"), function="substring")


class HouseholdQuerySet(Rows):
    def in_order_of_groups(self):
        """Sort by group number, whether written 一组 or 1组; groups without a number come last."""
        numeral = Func(Value(_NUMERALS), _begins_with(f"{_DIGITS}十"), function="array_position")
        number = Coalesce(numeral, Cast(Left(_begins_with("0-9"), 4), IntegerField()))
        return self.order_by(number.asc(nulls_last=True), "group", "serial", "pk")

    def visible_to(self, user):
        """Households of units that the user hosts or looks after today, and those that a relation
        opens today; never a county-wide list."""
        mine = ContactArea.objects.running(user.today).filter(cadre__user__in=user.identity_ids)
        # A Party member's post in a workshop is about the work there, and about no household.
        mine = mine.exclude(kind=ContactArea.Kind.POST)
        hosts = granted_organs(user, Permission.HOST_MATTERS)
        hosted = GrassrootsUnit.objects.filter(host_organ__in=hosts)
        opened = Exists(mine.filter(unit=OuterRef("unit"))) | Q(unit__in=hosted)
        for households in OPENED_BY_RELATION:
            opened |= Q(pk__in=households(user))
        return self.filter(opened)


class Household(models.Model):
    """A household by its number on the village's roster, with only what is needed to find it.

    `display_name` is masked (李××户); contacts are kept elsewhere.
    """

    unit = models.ForeignKey(
        GrassrootsUnit, models.PROTECT, related_name="households", verbose_name=_("unit")
    )
    serial = models.CharField(_("number on the village's roster"), max_length=12)
    group = MaskedCharField(_("group"), max_length=40, blank=True, default="")
    display_name = models.CharField(_("shown as"), max_length=20)
    do_not_disturb = models.BooleanField(_("asks not to be visited"), default=False)
    ended_on = models.DateField(null=True, blank=True)

    objects = HouseholdQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_household_of_a_number_in_a_unit",
                "unit serial",
                when=Q(ended_on=None),
                said=_("This number is already on the unit's list."),
            )
        ]
        indexes = [
            # The few households that are excluded from all counts.
            index("household_undisturbed", "id", when=Q(do_not_disturb=True))
        ]

    def __str__(self):
        return f"{self.serial} {self.display_name}"


class ContactAreaQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """The user's own areas, those of cadres of the organs the user liaises for, those at units
        these organs host, and those of cadres that the user's office keeps."""
        organs = granted_organs(user, Permission.RECORD_FOR_OTHERS)
        return self.filter(
            Q(cadre__user__in=user.identity_ids)
            | organ_reach(user, Permission.MANAGE_PEOPLE, to="cadre__organ")
            | Q(cadre__organ__in=organs)
            | Q(unit__host_organ__in=organs)
        )


class ContactArea(Dated):
    """A cadre in a post looks after a unit, one of its groups, or some of its households."""

    class Kind(models.TextChoices):
        VILLAGE = "village", _("Whole unit (包村)")
        PART = "part", _("Part of a unit (包片)")
        HOUSEHOLDS = "households", _("Households (联户)")
        POST = "post", _("Area or post of a Party member (党员责任区、示范岗)")

    cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="contact_areas", verbose_name=_("cadre")
    )
    # The cadre's post at the time; a successor takes the area over.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    unit = models.ForeignKey(
        GrassrootsUnit, models.PROTECT, related_name="contact_areas", verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VILLAGE)
    group = MaskedCharField(_("group"), max_length=40, blank=True, default="")
    households = models.ManyToManyField(Household, blank=True, related_name="contact_areas")
    ended_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = ContactAreaQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("contact_area_ends_after_it_begins", may_be_open=True),
            check(
                "a_part_of_a_unit_is_named",
                ~Q(kind__in=["part", "post"]) | ~Q(group=""),
                _("Say which part of the unit."),
            ),
            unique(
                "one_open_area_of_a_kind_for_cadre_and_unit",
                "cadre unit kind group",
                when=Q(ends_on=None),
                said=_("This cadre already looks after it."),
            ),
        ]

    def __str__(self):
        return f"{self.cadre_id} at {self.unit_id} #{self.pk}"
