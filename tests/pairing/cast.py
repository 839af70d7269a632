"""A pairing of the small cast: 县农业农村局, by 王建国, with 柳湾村 or one of its households."""

from django.utils import timezone

from outreach.models import Household
from pairing.models import HelpNeed, Pairing
from tests.day import in_days


def household(people, serial="12", name="李××户", unit=None):
    return Household.objects.get_or_create(
        unit=unit or people.village, serial=serial, defaults={"display_name": name}
    )[0]


def paired(people, *, level="household", door=None, **changes):
    """Insert a pairing directly, as it is after the agreement."""
    fields = {
        "level": level,
        "organ": people.agriculture,
        "cadre": people.cadre,
        "household": (door or household(people)) if level == "household" else None,
        "starts_on": in_days(-100),
        "ends_on": in_days(300),
        "created_by": people.office,
        "created_at": timezone.now(),
    } | changes
    pairing = Pairing(**fields)
    pairing.stand_at(fields.get("unit") or people.village)
    pairing.save()
    return pairing


def needed(people, pairing, **changes):
    personal = pairing.household_id is not None
    need = HelpNeed(
        **{
            "household": pairing.household,
            "kind": "technology",
            "what": "" if personal else "水稻病虫害防治",
            "until": in_days(90),
            "organ": people.town_organ,
            "noted_by": people.host,
            "noted_on": in_days(0),
        }
        | changes
    )
    need.stand_at(people.village)
    need.save()
    return need
