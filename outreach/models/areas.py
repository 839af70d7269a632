"""包村包片联户: which post looks after which unit, group or households, from when to when."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.models import Cadre, GrassrootsUnit
from portal.models.constraints import check, in_order, index, unique
from portal.models.people import Dated, DatedQuerySet
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.trust.access import organ_reach

# Functions (user) → values of households, for an IN, that a relation of an app above opens to
# somebody today: who helps a household names it in a visit, for as long as that lasts.
OPENED_BY_RELATION = []


class HouseholdQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Households of the units one hosts, or looks after today, and what a relation opens
        today; never a county-wide list."""
        mine = ContactArea.objects.running(user.today).filter(
            cadre__user__in=user.identity_ids, unit=OuterRef("unit")
        )
        hosted = GrassrootsUnit.objects.filter(
            host_organ__in=[
                organ
                for grant in user.grants_with(Permission.HOST_MATTERS)
                if grant.organ_id
                for organ in grant.organ_ids
            ]
        )
        opened = Exists(mine) | Q(unit__in=hosted)
        for households in OPENED_BY_RELATION:
            opened |= Q(pk__in=households(user))
        return self.filter(opened)


class Household(models.Model):
    """A household as the village itself numbers it. Nothing but what is needed to find the door.

    `display_name` is what the roster says on the outside (李××户); contacts lie elsewhere.
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

    class Meta:
        constraints = [
            unique(
                "one_household_of_a_number_in_a_unit",
                "unit serial",
                when=Q(ended_on=None),
                said=_("This number is already on the unit's list."),
            )
        ]
        indexes = [
            # The few that are left out wherever a door is counted.
            index("household_undisturbed", "id", when=Q(do_not_disturb=True))
        ]

    def __str__(self):
        return f"{self.serial} {self.display_name}"


class ContactAreaQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """One's own, those of the organ one liaises for, at the units one hosts, and those of
        the cadres that one's office keeps."""
        organs = {
            organ
            for grant in user.grants_with(Permission.RECORD_FOR_OTHERS)
            if grant.organ_id
            for organ in grant.organ_ids
        }
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

    cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="contact_areas", verbose_name=_("cadre")
    )
    # The post that brings the area, as it was called then; a successor takes the area over.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    unit = models.ForeignKey(
        GrassrootsUnit, models.PROTECT, related_name="contact_areas", verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VILLAGE)
    group = MaskedCharField(_("group"), max_length=40, blank=True, default="")
    households = models.ManyToManyField(Household, blank=True, related_name="contact_areas")
    ended_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = ContactAreaQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("contact_area_ends_after_it_begins", may_be_open=True),
            check(
                "a_part_of_a_unit_is_named",
                ~Q(kind="part") | ~Q(group=""),
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
