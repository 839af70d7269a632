"""Hints of a cycle: what a person should look at."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from evaluation.acts.cycles import crumbs, visible_cycle
from evaluation.models import Hint
from evaluation.rules import hints as rules
from evaluation.views.parts import own_page
from portal.pages.web import Sort, listed
from portal.trust.access import require

ORDER = Sort(gettext_lazy("as they were found"), "id", descending=False)
TABS = {"open": gettext_lazy("To be looked at"), "seen": gettext_lazy("Looked at")}


# Not a Listing: it is about one cycle.
@require_safe
def cycle_hints(request, pk):
    """A part of a cycle's page, for those who manage it."""
    user = request.user
    require(rules.may_open_hints(user))
    cycle = visible_cycle(user, pk)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    rows = Hint.objects.visible_to(user).filter(poll__cycle=cycle)
    still = rows.open()
    rows = still if tab == "open" else rows.exclude(pk__in=still.values("pk"))
    shown = listed(request, rows.for_list().prefetch_related("reviews__by"), ORDER)
    context = {
        **shown,
        "cycle": cycle,
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "crumbs": crumbs(cycle, _("Hints")),
    }
    return own_page(request, "cycle_hints", context)
