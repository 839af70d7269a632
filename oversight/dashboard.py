"""Plans and supervision on the leader's page: what names the reader, and counts for the area, each
linked to its list. Nobody is ranked."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from outreach.overview.dashboard import SHOWN, Line, Number
from oversight.models import PlanItem, SupervisionEntry


def section(scope):
    user, today = scope.user, scope.user.today
    items = PlanItem.objects.visible_to(user).filter(scope.limit("plan__"))
    entries = SupervisionEntry.objects.visible_to(user).filter(scope.limit())

    def number(rows, page, tab):
        return Number(
            rows.order_by().count(),
            f"{reverse(f'oversight:{page}')}?{urlencode(scope.query | {'tab': tab})}",
        )

    def late(rows, page):
        found = number(rows, page, "late")
        return Line(_("of which behind their day"), found, is_over=found.n > 0)

    named = PlanItem.objects.named(user).open().select_related("plan", "lead_organ")
    ordered = SupervisionEntry.objects.ordered_by(user).open().select_related("lead_organ")
    return {
        "lines": [
            Line(_("Tasks of plans in force, open"), number(items.open(), "plan_items", "open")),
            late(items.late(today), "plan_items"),
            Line(_("Supervised matters, open"), number(entries.open(), "supervision", "open")),
            late(entries.late(today), "supervision"),
        ],
        "items": named.order_by("due_on", "pk")[:SHOWN],
        "entries": ordered.order_by("due_on", "pk")[:SHOWN],
        "items_url": f"{reverse('oversight:plan_items')}?tab=mine",
        "entries_url": f"{reverse('oversight:supervision')}?tab=mine",
        "today": today,
    }
