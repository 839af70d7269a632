"""困难类型 of a household (DOMAIN 3.5): coarse, dated, expiring, and shown to few."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outreach.models import Household
from pairing.models.fields import key
from pairing.models.pairings import Pairing
from portal.models import GrassrootsUnit, User
from portal.models.constraints import check, unique
from portal.roles import Permission
from portal.rows import Rows

# Confirmed each year; otherwise it expires.
LONGEST_NEED_DAYS = 366


class DifficultyKind(models.TextChoices):
    """Entitlements to help, by 社会救助暂行办法 and the system of low-income households."""

    ALLOWANCE = "allowance", _("Minimum living allowance (最低生活保障)")
    SUPPORTED = "supported", _("Supported by the state (特困供养)")
    MARGINAL = "marginal", _("Just above the allowance (低保边缘)")
    EXPENSES = "expenses", _("Heavy expenses (支出型困难)")
    MONITORED = "monitored", _("Watched against falling back into poverty (防止返贫监测)")
    DISASTER = "disaster", _("Struck by a disaster (受灾)")
    ILLNESS = "illness", _("Through illness (因病)")
    DISABILITY = "disability", _("Through disability (因残)")
    SCHOOLING = "schooling", _("Through schooling (因学)")
    WORK = "work", _("Without work (就业困难)")
    HOUSING = "housing", _("Housing (住房困难)")
    OLD_ALONE = "old_alone", _("Old people living alone (孤老、空巢、留守老人)")
    CHILDREN = "children", _("Children left behind or in hardship (留守、困境儿童)")
    SINGLE_PARENT = "single", _("Single parent (单亲困难)")
    VETERAN = "veteran", _("Veteran or entitled family (退役军人、优抚)")
    PARTY_MEMBER = "member", _("Party member in difficulty (困难党员)")
    OLD_MEMBER = "old_member", _("Old Party member (老党员)")
    RETIRED = "retired", _("Retired cadre (离退休老干部)")
    WORKER = "worker", _("Worker in difficulty (困难职工)")
    OTHER = "other", _("Other")


class HouseholdNeedQuerySet(Rows):
    """Only rows that row-level security shows: those inside portal.trust.privacy.opened()."""

    def running(self, on):
        return self.filter(expires_on__gte=on)


class HouseholdNeed(models.Model):
    """Why a household is helped. No free text; each reveal is audited.

    Row-level security shows a row only inside portal.trust.privacy.opened(households=…).
    """

    household = key(Household, related_name="difficulties")
    category = models.CharField(_("kind of difficulty"), max_length=12, choices=DifficultyKind)
    noted_on = models.DateField(_("noted on"))
    expires_on = models.DateField(_("runs out on"))
    noted_by = key(User)

    objects = HouseholdNeedQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_difficulty_runs_out_within_a_year",
                Q(expires_on__gte=F("noted_on"))
                & Q(expires_on__lte=F("noted_on") + timedelta(days=LONGEST_NEED_DAYS)),
                _("It is looked at anew after one year at most."),
            ),
            unique("a_household_has_a_difficulty_once", "household category"),
        ]

    def __str__(self):
        return f"{self.category} of {self.household_id}"


def opened_to(user):
    """Values for an IN: the households of the user's own pairings that run today."""
    own = Pairing.objects.open_to(user, user.today)
    return own.filter(household__isnull=False).values("household")


def hosted_units(user):
    """The units that a user hosts by a role in an organ; a role in an area does not count."""
    hosts = [
        organ
        for grant in user.grants_with(Permission.HOST_MATTERS)
        if grant.organ_id
        for organ in grant.organ_ids
    ]
    return GrassrootsUnit.objects.filter(host_organ__in=hosts)


def helped_by_or_hosted_by(user):
    """Households a user may read: of their running pairings and of the units they host."""
    return Household.objects.filter(
        Q(pk__in=opened_to(user)) | Q(unit__in=hosted_units(user).values("pk"))
    )
