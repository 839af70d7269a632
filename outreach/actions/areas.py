"""Contact areas and the households that a unit itself numbers."""

from datetime import timedelta

from django.db import transaction

from outreach.actions import cards
from outreach.models import ContactArea, Household
from outreach.rules import areas as rules
from portal.kinds import KINDS
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put
from portal.trust import privacy
from portal.trust.access import require


@transaction.atomic
def arrange_area(*, cadre, unit, by, households=(), **facts):
    """Put a unit, a part of it or some households into a cadre's care.

    `facts` are kind and starts_on, for a part its group, and ends_on where the end is known.
    """
    require(rules.may_arrange_area(by, cadre, unit))
    require(rules.may_have_kind(unit, facts.get("kind")))
    area = ContactArea(cadre=cadre, post=cadre.post, unit=unit, **facts)
    keep(area)
    area.households.set(households)
    audit.record("contact_area.arranged", by, area, ["cadre", "unit", "starts_on"])
    return area


@transaction.atomic
def end_area(*, area, by, on):
    """End a contact area; from the next day on it grants no access."""
    area = locked(area, "cadre", "unit")
    require(rules.may_end_area(by, area))
    change(area, ends_on=max(on, area.starts_on), ended_by=by)
    audit.record("contact_area.ended", by, area, ["ends_on"])
    return area


def pass_on_area(area, *, by, on, cadre=None, values=(), **changed):
    """End the area on the day before `on` and begin a new one with the same households.

    Used by reorganisations and stays to pass an area to another cadre (with that cadre's post),
    unit or part; its cards follow. The calling function has checked its own rules and holds the
    lock. Returns the new area.
    """
    on = max(on, area.starts_on)
    facts = {
        name: getattr(area, name) for name in ["cadre", "post", "unit", "kind", "group", "ends_on"]
    }
    facts["starts_on"] = on
    if cadre is not None and cadre != area.cadre:
        facts |= {"cadre": cadre, "post": cadre.post}
    facts |= changed
    change(area, ends_on=max(on - timedelta(days=1), area.starts_on), ended_by=by)
    same = {name: facts[name] for name in ("cadre", "unit", "kind", "group")}
    new = ContactArea.objects.filter(**same, ends_on=None).first()
    if new is None or facts["ends_on"]:
        new = ContactArea.objects.create(**facts)
    new.households.add(*area.households.order_by("pk"))
    cards.follow_area(area, new, by)
    audit.record(
        "contact_area.passed_on", by, new, ["cadre", "unit", "starts_on"], [*values, area.pk]
    )
    return new


@transaction.atomic
def keep_household(*, by, unit, household=None, **fields):
    """Add a household to a unit's list, or correct it."""
    require(rules.may_keep_households(by, unit))
    household = household or Household(unit=unit)
    if name := fields.get("display_name"):
        # The list never shows a full name, whatever was typed.
        mark = "户" if KINDS[unit.kind].has_residents else ""
        fields["display_name"] = f"{privacy.display_name(name)}{mark}"
    put(household, fields)
    keep(household)
    audit.record("household.kept", by, household, fields)
    return household
