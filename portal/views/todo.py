"""待办: everything that waits for the user, of all nouns, as one queue."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.duties import todo
from portal.pages import cells, side_list
from portal.pages.onward import ROW
from portal.pages.renderer import drawn
from portal.pages.web import address_with
from portal.views.reminders import last_failed

TABS = {
    "all": gettext_lazy("Everything to do"),
    "approvals": gettext_lazy("For me to confirm"),
    "told": gettext_lazy("Reminded today"),
}
ROWS = 30


@require_safe
def todo_list(request):
    """The queue; with ?kind= only the rows of one kind, which can be ticked."""
    user, query = request.user, request.GET
    tab = query["tab"] if query.get("tab") in TABS else "all"
    kind = None
    if "kind" in query:
        kind = todo.kind_for(user, query["kind"])
        if kind is None:
            raise Http404
    numbers = todo.counts(user)
    side_list.hand_over(request, todo.numbers, todo.numbers_of(numbers))
    chips = [
        (one, todo.capped(numbers[one.code]))
        for one in todo.kinds_for(user, approvals=tab == "approvals")
        if numbers[one.code]
    ]
    context = {"tab": tab, "kind": kind, "others": [], "after": ""}
    if tab == "told" and not kind:
        rows, others = todo.told(user)
        context |= {"others": others, "failed": last_failed(user), "today": user.today}
    else:
        kinds = [kind] if kind else [one for one, _count in chips]
        place = todo.At.read(query.get("after", ""))
        shown = todo.queue(user, size=ROWS, kinds=kinds, after=place)
        rows = shown.rows
        if shown.after:
            context["after"] = address_with(query, after=str(shown.after))
        context["is_later"] = place is not None
    total = numbers[kind.code] if kind else sum(numbers.values())
    to_confirm = sum(numbers[one.code] for one in todo.kinds_for(user, approvals=True))
    counted = {"all": todo.capped(sum(numbers.values())), "approvals": todo.capped(to_confirm)}
    context |= {
        "rows": rows,
        # Rows can be ticked if all are of one kind.
        "drawn": drawn_rows(request, rows, kind=kind or _only(rows)),
        "total": todo.capped(total),
        "tabs": [(code, label, counted.get(code)) for code, label in TABS.items()],
        "chips": chips,
        "crumbs": [(_("To-do list"), "/todo/" if kind else "")],
    }
    if kind:
        context["crumbs"].append((kind.title, ""))
    return render(request, "portal/todo.html", context)


def _only(rows):
    """Return the kind of these rows if they all have the same."""
    kinds = {row.kind.code: row.kind for row in rows}
    return next(iter(kinds.values())) if len(kinds) == 1 else None


@require_safe
def todo_next(request):
    """Redirect to the act of the next row of the same kind, or to the list after the last one."""
    place = todo.At.read(request.GET.get(ROW, ""))
    row = place and todo.next_after(request.user, place)
    return redirect(row.act_url if row else "todo")


def drawn_rows(request, rows, *, kind=None):
    """Rows of `todo.queue` as HTML; those of one kind with tick boxes for its bulk acts."""
    today = request.user.today
    kinds = {row.kind.code: row.kind for row in rows}
    notes = [note for one in kinds.values() if (note := one.note(request.user))]
    known = {"until": partial(cells.until, on=today), "day": partial(cells.day, on=today)}
    return drawn("todo_rows.html", request, rows=rows, kind=kind, notes=notes, **known)
