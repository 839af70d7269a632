"""Open supervised matters, plans and their tasks pass to the successor of their organ."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oversight.models import PlanItem, SupervisionEntry, WorkPlan
from oversight.models.plans import PlanState
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {
    "supervision": _("Matters under supervision that pass on"),
    "plans": _("Plans and their open tasks that pass on"),
}
_OVER = (PlanState.SUMMED_UP, PlanState.ARCHIVED)


def _entries():
    return SupervisionEntry.objects.open()


def _plans():
    return WorkPlan.objects.exclude(state__in=_OVER)


def _items():
    rows = PlanItem.objects.exclude(plan__state__in=_OVER)
    return rows.filter(cancelled_on=None, done_on=None)


def pass_on_organ(old, heir, reorganisation):
    """The successor keeps, handles, helps and reports."""
    handled = _entries().filter(lead_organ=old).update(lead_organ=heir)
    tasks = _items().filter(lead_organ=old).update(lead_organ=heir)
    _pass_on_help(SupervisionEntry.organs.through, "supervisionentry", _entries(), old, heir)
    _pass_on_help(PlanItem.organs.through, "planitem", _items(), old, heir)
    kept = _pass_on_kept(_entries(), old, heir)
    planned = _pass_on_kept(_plans(), old, heir)
    return [Passed("supervision", handled + kept), Passed("plans", tasks + planned)]


def _pass_on_help(through, column, rows, old, heir):
    """Responsible and helping organs: the heir once, and not beside itself in the lead."""
    named = through.objects.filter(**{f"{column}__in": rows.order_by().values("pk")})
    there = through.objects.filter(organ=heir).values(column)
    named.filter(organ=old, **{f"{column}__in": there}).delete()
    named.filter(organ=old).update(organ=heir)
    named.filter(organ=heir, **{f"{column}__lead_organ": heir}).delete()


def _pass_on_kept(rows, old, heir):
    kept = list(rows.filter(organ=old).order_by("pk"))
    for one in kept:
        one.stand_with(heir)
        one.save()
    return len(kept)


def blockers_of(row, *, on):
    """What an organ still holds, which blocks ending it without a successor."""
    if not isinstance(row, Organ):
        return []
    mine = Q(lead_organ=row)
    entries = _entries().filter(mine | Q(organ=row)).count()
    plans = _items().filter(mine).count() + _plans().filter(organ=row).count()
    return [Passed("supervision", entries), Passed("plans", plans)]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.BLOCKERS.append(blockers_of)
