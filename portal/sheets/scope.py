"""The scope of a sheet: the organ or area of its maker, without rows that only a personal relation
opens.

A sheet holds `of_roles` of its nouns. Rows of the organ or area that its maker may not read are
left out too; the sheet then says so, and an empty one is not a nil report.
"""

from django.db.models import Q

from portal.models import Division, Organ
from portal.roles import Permission
from portal.trust import wall
from portal.trust.access import EVERYTHING, reach

UNSEEN = "本单位（区域）另有填报人无权查看的记录，未列入本表。"


def area_of(user):
    """Return the name in the title: the widest area, or the organ, that the user may export."""
    grants = user.grants_with(Permission.EXPORT)
    places = [grant.division for grant in grants if grant.division_id]
    if places:
        return min(places, key=lambda place: place.level).name
    if any(grant.organ_id is None for grant in grants) and (group := whole_group()):
        return group
    organs = {grant.organ_id: grant.organ for grant in grants if grant.organ_id}
    if len(organs) == 1:
        return organs.popitem()[1].name
    return user.organ.name if user.organ else ""


def whole_group():
    """Return the name of the one organ at the top if there are no divisions, else an empty
    string."""
    if Division.objects.exists():
        return ""
    tops = Organ.objects.filter(parent=None, ended_on=None).order_by("pk")[:2]
    names = [one.name for one in tops]
    return names[0] if len(names) == 1 else ""


def whole(rows, *, via=""):
    """Return a sheet's `whole`: (user) → all of these placed rows in the organ or area, even those
    that the user may not read. `via` is the lookup path to the record with the place."""

    def whole_of(user):
        opened = reach(user, Permission.EXPORT, via=via)
        if opened != EVERYTHING and user.organ_id:
            own = Organ.objects.under(user.organ).order_by("pk").values_list("pk", flat=True)
            opened |= Q(**{f"{via}organ__in": list(own)})
        return rows().filter(opened)

    return whole_of


def unseen(found, user):
    """Return whether the user may not read some of these rows of the organ or area."""
    read = found.model.objects.of_roles(user).order_by()
    with wall.as_system("whether a sheet leaves rows out"):
        return found.order_by().exclude(pk__in=read.values("pk")).exists()


def empty_words(period, area, said, is_unseen):
    """Return the text of a sheet without rows: what was searched, and that there is nothing."""
    looked = "，".join(filter(None, (period, area)))
    words = "、".join(f"{label} {value}".strip() for label, value in said)
    looked += f"；条件：{words}" if words else ""
    if is_unseen:
        return f"未列出记录（查询范围：{looked}）。{UNSEEN}"
    return f"无（查询范围：{looked}）"
