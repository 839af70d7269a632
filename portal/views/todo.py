"""待办: everything that waits for the user, of all nouns."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.duties import todo
from portal.pages import cells, side_list
from portal.pages.renderer import drawn
from portal.pages.web import exact_total, listed

TABS = {"all": gettext_lazy("Everything to do"), "approvals": gettext_lazy("For me to confirm")}
# Rows of each group on the page of all groups.
ROWS = 8


@require_safe
def todo_list(request):
    """All groups, or with ?kind= all rows of one."""
    if "kind" in request.GET:
        return _one_kind(request)
    user = request.user
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "all"
    numbers = todo.counts(user)
    side_list.hand_over(request, todo.numbers, todo.numbers_of(numbers))
    to_confirm = sum(numbers[k.code] for k in todo.kinds_for(user, approvals=True))
    groups = todo.groups(user, numbers=numbers, size=ROWS, approvals=tab == "approvals")
    context = {
        "groups": groups,
        "drawn": drawn_groups(request, groups),
        "tab": tab,
        "tabs": [
            {"code": "all", "label": TABS["all"], "count": todo.capped(sum(numbers.values()))},
            {"code": "approvals", "label": TABS["approvals"], "count": todo.capped(to_confirm)},
        ],
        "crumbs": [(_("To-do list"), "")],
    }
    return render(request, "portal/todo.html", context)


def _one_kind(request):
    kind = todo.kind_for(request.user, request.GET["kind"])
    if kind is None:
        raise Http404
    rows = kind.rows(request.user)
    if count := exact_total(request, rows):
        return count
    shown = listed(request, kind.load(rows), kind.sort)
    items = [kind.item(row) for row in shown["page"]]
    context = {
        **shown,
        "kind": kind,
        "items": items,
        "drawn": _drawn("todo_rows.html", request, kind=kind, items=items),
        "crumbs": [(_("To-do list"), "/todo/"), (kind.title, "")],
    }
    return render(request, "portal/todo_kind.html", context)


def drawn_groups(request, groups):
    """Groups of `todo.groups` as HTML."""
    opened = [group for group in groups if group.items]
    closed = [group for group in groups if not group.items]
    return _drawn("todo_groups.html", request, groups=opened, closed=closed)


def _drawn(template, request, **context):
    today = request.user.today
    context |= {"until": partial(cells.until, on=today), "day": partial(cells.day, on=today)}
    return drawn(template, request, **context)
