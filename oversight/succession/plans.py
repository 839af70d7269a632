"""What still carries the name of a cadre who leaves. Organs need nothing: who reads the heir reads
what the old organ was given."""

from django.utils.translation import gettext_lazy as _

from oversight.models import PlanItem, SupervisionEntry
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed

succession.name_titles(
    {
        "plan_items": _("Open tasks of plans that name the cadre"),
        "supervision": _("Matters under supervision that name the cadre"),
    }
)


def held_by_cadre(cadre, on):
    items = PlanItem.objects.open()
    items = (items.filter(official=cadre) | items.filter(person=cadre)).order_by("pk")
    entries = SupervisionEntry.objects.open()
    entries = (entries.filter(official=cadre) | entries.filter(leader=cadre)).order_by("pk")
    return [
        _found("plan_items", items, "task"),
        _found("supervision", entries, "title"),
    ]


def _found(code, rows, words):
    examples = [(getattr(one, words), one.get_absolute_url()) for one in rows[:EXAMPLES]]
    return Passed(code, rows.count(), tuple(examples))


succession.HELD_BY_CADRE.append(held_by_cadre)
