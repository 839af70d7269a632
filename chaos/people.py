"""The authors: a cadre for each phone, each with a separate village."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from outreach.models import ContactArea
from portal.models import Cadre, Division, GrassrootsUnit, Organ, RoleGrant, User
from portal.roles import Role

START = date(2020, 1, 1)


def _in_tree(row):
    row.save()
    row.place_under_parent()
    row.save()
    return row


@transaction.atomic
def make(count):
    """Make as many cadres as there are phones, reusing those of earlier runs. Returns [(user,
    unit)]."""
    known = {user.username: user for user in User.objects.filter(username__startswith="phone-")}
    if len(known) < count:
        organ, township, town = _county()
    made = []
    for n in range(count):
        name = f"phone-{n}"
        user = known.get(name) or _cadre(name, n, organ, township, town)
        made.append((user, user.cadre.contact_areas.get().unit))
    return made


def _county():
    """Return the county of all authors, making its rows in the first run."""
    county = _division("云岭县", 3, _division("岚江市", 2, _division("云川省", 1)))
    town = _division("石桥镇", 4, county)
    organ = _organ("县农业农村局", "government", county)
    return organ, _organ("石桥镇党委", "township", town), town


def _division(name, level, parent=None):
    found = Division.objects.filter(name=name, level=level).first()
    code = f"99{'01' * (level - 1)}".ljust(12, "0")
    return found or _in_tree(
        Division(name=name, level=level, parent=parent, code=code, valid_from=START)
    )


def _organ(name, kind, place):
    found = Organ.objects.filter(name=name).first()
    return found or _in_tree(
        Organ(name=name, short_name=name[:4], kind=kind, started_on=START, division=place)
    )


def _cadre(name, n, organ, township, town):
    user = User.objects.create(
        username=name,
        name=f"王{'甲乙丙丁戊己庚辛壬癸'[n % 10]}",
        organ=organ,
        must_change_password=False,
        password=make_password(None),
    )
    RoleGrant.objects.create(user=user, role=Role.CADRE, starts_on=START)
    RoleGrant.objects.create(user=user, role=Role.HANDLER, organ=organ, starts_on=START)
    cadre = Cadre.objects.create(user=user, name=user.name, organ=organ, post="科员", sort_order=n)
    place = _in_tree(
        Division(
            name=f"第{n}村", level=5, parent=town, code=f"99010101{200 + n:04d}", valid_from=START
        )
    )
    unit = _in_tree(
        GrassrootsUnit(
            name=place.name, kind="rural", host_organ=township, division=place, started_on=START
        )
    )
    ContactArea.objects.create(cadre=cadre, unit=unit, starts_on=START)
    return user
