"""Hints of a cycle: what a person should look at, and what was found."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import hints as actions
from evaluation.forms.hints import ReviewForm
from evaluation.models import Cycle, Hint
from evaluation.rules import hints as rules
from portal.access import require
from portal.side_list import Area
from portal.web import Sort, form_page, listed, page_or_part, posted

ORDER = Sort(gettext_lazy("as they were found"), "id", descending=False)
TABS = {"open": gettext_lazy("To be looked at"), "seen": gettext_lazy("Looked at")}


@require_safe
def cycle_hints(request, pk):
    """A part of the cycle's page, for who keeps it."""
    user = request.user
    require(rules.may_open_hints(user))
    cycle = get_object_or_404(Cycle.objects.visible_to(user), pk=pk)
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
        "crumbs": [
            (_("Cycles"), reverse("evaluation:cycles")),
            (cycle.title, cycle.get_absolute_url()),
            (_("Hints"), ""),
        ],
    }
    return page_or_part(
        request, "evaluation/cycle_hints.html", "evaluation/_cycle_hints.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review_hint(request, pk):
    user = request.user
    hint = get_object_or_404(Hint.objects.visible_to(user).for_list(), pk=pk)
    require(rules.may_review(user, hint))
    back = reverse("evaluation:cycle_hints", args=[hint.poll.cycle_id])
    form = ReviewForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        actions.review(hint=hint, by=user, at=timezone.now(), found=form.cleaned_data["found"])
        return redirect(back)
    about = " · ".join(
        filter(None, [hint.poll.unit.name, hint.appraised.name if hint.appraised else ""])
    )
    return form_page(
        request, form, title=hint.get_kind_display(), submit_label=_("Keep"), cancel_url=back,
        intro=_("%(about)s: %(sentence)s It can have good reasons. Look at the poll, ask those who"
                " held it, and write down what you found; no score changes by that.")
        % {"about": about, "sentence": hint.sentence},
        crumbs=[Area.EVALUATION.crumb, (_("Hints"), back), (hint.get_kind_display(), "")],
    )  # fmt: skip
