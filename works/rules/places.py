"""Which units are enterprises, and whether a user has any."""

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.models import GrassrootsUnit
from portal.models.places import UnitKind
from portal.roles import Permission as P
from portal.trust.access import EVERYTHING, Decision, only

NOBODY = Q(pk__in=())
# Units where workers have a congress and a union.
ENTERPRISES = (UnitKind.STATE_ENTERPRISE, UnitKind.NON_PUBLIC)


def has_works(user):
    """Whether there are enterprises among the units of the person's roles, or of the person's
    group, which has no divisions."""
    opened, organ = NOBODY, user.organ
    if organ and organ.division_id is None:
        opened |= Q(host_organ__path__startswith=f"/{organ.ancestor_ids[0]}/")
    for grant in user.grants_with(P.READ_MATTERS):
        limit = Q()
        if grant.division_id:
            limit &= Q(division__path__startswith=grant.division.path)
        if grant.organ_id:
            limit &= Q(host_organ__in=grant.organ_ids)
        opened |= limit or EVERYTHING
    units = GrassrootsUnit.objects.current(user.today).filter(kind__in=ENTERPRISES)
    return units.filter(opened).exists()


def is_enterprise(unit):
    return only(
        unit.kind in ENTERPRISES, _("%(name)s is no enterprise.") % {"name": unit}, Decision
    )
