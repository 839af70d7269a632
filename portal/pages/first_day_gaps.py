"""Counters of the records that the steps of the first day still lack: (on=day) → number."""

from django.db.models import Exists, OuterRef

from portal.models import Cadre, Division, GrassrootsUnit, Organ, RoleGrant, User
from portal.models.places import DivisionLevel, OrganKind


def _without(rows, others, column):
    """Count rows to which none of the others refers by this column."""
    return rows.filter(~Exists(others.filter(**{column: OuterRef("pk")}))).count()


def townships_without_organ(on):
    townships = Division.objects.current(on).filter(level=DivisionLevel.TOWNSHIP)
    return _without(
        townships, Organ.objects.current(on).filter(kind=OrganKind.TOWNSHIP), "division"
    )


def villages_without_unit(on):
    villages = Division.objects.current(on).filter(level=DivisionLevel.VILLAGE)
    return _without(villages, GrassrootsUnit.objects.current(on), "division")


def organs_without_cadre(on):
    organs = Organ.objects.current(on).exclude(kind=OrganKind.STATION)
    return _without(organs, Cadre.objects.serving(on), "organ")


def cadres_without_account(on):
    return Cadre.objects.serving(on).exclude(user__is_active=True).count()


def accounts_without_role(on):
    return _without(User.objects.filter(is_active=True), RoleGrant.objects.running(on), "user")
