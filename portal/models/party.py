"""Party organisations: of an organ, or of a grassroots unit."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models.constraints import check, in_order, index, optional_ref, unique
from portal.models.places import GrassrootsUnit, Organ
from portal.roles import Permission
from portal.rows import Rows
from portal.tools import pinyin


class PartyOrganizationKind(models.TextChoices):
    """中国共产党章程 第三十条: a branch from three full members, a committee above a hundred."""

    COMMITTEE = "committee", _("Party committee (党委)")
    GENERAL_BRANCH = "general", _("General Party branch (党总支)")
    BRANCH = "branch", _("Party branch (党支部)")
    JOINT_BRANCH = "joint", _("Joint Party branch (联合党支部)")
    TEMPORARY_BRANCH = "temporary", _("Temporary Party branch (临时党支部)")


class PartyOrganizationQuerySet(Rows):
    def visible_to(self, user):
        """Visible like organs and units, to users who work with places and people."""
        return self if user.holds(Permission.SEE_PEOPLE) else self.none()

    def current(self, on):
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=on))

    def of_organs(self):
        return self.filter(organ__isnull=False)

    def of_units(self):
        return self.filter(unit__isnull=False)

    def within(self, division):
        """Organisations of organs and units in a division; a unit without division counts with its
        host."""
        path = division.path
        return self.filter(
            Q(organ__division__path__startswith=path)
            | Q(unit__division__path__startswith=path)
            | Q(unit__division=None, unit__host_organ__division__path__startswith=path)
        )

    def for_list(self):
        return self.select_related("organ", "unit__host_organ")

    def named_like(self, text):
        """Rows whose name contains the text, or whose pinyin initials begin with it."""
        text = text.strip()
        found = Q(name__contains=text)
        if text.isascii():
            found |= Q(initials__startswith=text.lower())
        return self.filter(found)


class PartyOrganization(models.Model):
    """Belongs to an organ (机关党组织) or to a grassroots unit (基层党组织), never to both.

    The secretary is a name as on the door sign, no link to a person.
    """

    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(max_length=80, db_collation="C", default="", editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=PartyOrganizationKind)
    organ = optional_ref(Organ, _("organ"), related_name="party_organizations")
    organ_id: int
    unit = optional_ref(GrassrootsUnit, _("unit"), related_name="party_organizations")
    secretary = models.CharField(_("secretary"), max_length=40, blank=True, default="")
    member_count = models.PositiveIntegerField(_("Party members"), null=True, blank=True)
    sort_order = models.PositiveIntegerField(_("official order"), default=9999)
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    successor = optional_ref("self", related_name="predecessors")

    objects = PartyOrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "party_organization_stands_in_an_organ_or_a_unit",
                Q(organ__isnull=False, unit=None) | Q(organ=None, unit__isnull=False),
                _("Choose the organ or the unit that it belongs to, one of the two."),
            ),
            in_order(
                "party_organization_ends_after_it_begins",
                "started_on",
                "ended_on",
                may_be_open=True,
            ),
            unique(
                "one_party_organization_of_a_name_in_a_place",
                "organ unit name",
                when=Q(ended_on=None),
                said=_("There is one of this name already."),
                nulls_distinct=False,
            ),
        ]
        indexes = [index("party_organization_initials", "initials")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("party_organization", args=[self.pk])

    def spell(self):
        """Set the pinyin initials that searches use; to be called after a change of name."""
        self.initials = pinyin.initials(self.name)

    @property
    def place(self):
        return self.organ or self.unit

    @property
    def place_label(self):
        """The place, unambiguous among equal names; needs organ, unit.host_organ loaded."""
        if self.organ_id:
            return self.organ.label
        return f"{self.unit.host_organ.label} {self.unit.name}"
