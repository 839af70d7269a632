"""Call-backs: the list, the call itself, the sheet on paper."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import follow_ups as actions
from outreach.acts.follow_ups import crumbs, visible_follow_up
from outreach.filters.words import WordFilter
from outreach.forms.follow_ups import WordForm
from outreach.models import FollowUp
from outreach.models.matters import Word
from outreach.rules import matters as matter_rules
from outreach.rules import whole as whole_rules
from portal import parameters
from portal.access import require
from portal.side_list import Area
from portal.web import Sort, exact_total, listed, page_or_part, posted, sheet_page

SORT = Sort(gettext_lazy("by deadline"), "due_on", descending=False)
TABS = {
    "mine": gettext_lazy("For me to ask"),
    "open": gettext_lazy("All open"),
    "unarranged": gettext_lazy("Nobody asked yet"),
    "done": gettext_lazy("Word recorded"),
}


@require_safe
def follow_ups(request):
    user, day = request.user, request.user.today
    rows = FollowUp.objects.visible_to(user)
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "mine"
    open_rows = rows.open_on(day)
    rows = {
        "mine": open_rows.filter(caller__in=user.identity_ids),
        "open": open_rows,
        "unarranged": open_rows.given_to_nobody(),
        "done": rows.exclude(answered_at=None),
    }[tab]
    shown = rows.select_related("matter__unit", "matter__township", "caller", "side")
    context = {
        **listed(request, shown, SORT),
        "tab": tab,
        "tabs": [{"code": c, "label": label, "current": c == tab} for c, label in TABS.items()],
        "today": day,
        "crumbs": [Area.GOING_DOWN.crumb, (_("Call-backs"), "")],
    }
    return render(request, "outreach/follow_ups.html", context)


WORD_SORT = Sort(gettext_lazy("newest first"), "answered_at")


@require_safe
def words(request):
    """The words of the people, on slips and in call-backs: the list behind the shares."""
    require(whole_rules.may_see_dashboard(request.user))
    filtered = WordFilter(
        request.GET, queryset=FollowUp.objects.readable_by(request.user), user=request.user
    )
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    shown = rows.select_related("matter__unit", "matter__township", "matter__lead_organ", "side")
    context = {
        **listed(request, shown, WORD_SORT),
        "filter": filtered,
        "sorts": [("newest", WORD_SORT)],
        "sort": WORD_SORT,
        "crumbs": [
            (_("Dashboard"), reverse("outreach:dashboard")),
            (_("The words of the people"), ""),
        ],
    }
    return page_or_part(request, "outreach/words.html", "outreach/_word_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request, pk):
    # No row: the word is written on the page of the record.
    follow_up = visible_follow_up(request.user, pk)
    recording = matter_rules.may_record_word(request.user, follow_up)
    # A paper slip that came back leads here with its method.
    initial = {"method": request.GET.get("method", "")}
    form = WordForm(posted(request), user=request.user, initial=initial)
    if request.method == "POST":
        require(recording)
        if form.is_valid() and _record(request, follow_up, form):
            return redirect("outreach:follow_ups")
    context = {
        "follow_up": follow_up,
        "matter": follow_up.matter,
        "form": form,
        "recording": recording,
        "arranging": matter_rules.may_arrange_call(request.user, follow_up),
        "tries": follow_up.tries.order_by("on"),
        "tries_wanted": parameters.number("matter.callback_tries", on=request.user.today),
        "may_read_contact": matter_rules.may_read_contact(
            request.user, follow_up.matter, side=follow_up.side
        ),
        "crumbs": crumbs(follow_up, follow_up.matter.number_label),
    }
    status = 422 if form.is_bound else 200
    return render(request, "outreach/follow_up.html", context, status=status)


def _record(request, follow_up, form):
    given = form.cleaned_data
    if given["word"] == Word.UNREACHABLE:
        try:
            with transaction.atomic():
                actions.note_try(
                    follow_up=follow_up, by=request.user, at=timezone.now(), note=given["comment"]
                )
        except IntegrityError:
            form.add_error("word", _("Today's try is already noted; try on another day."))
            return False
        messages.info(request, _("The try is noted."))
    else:
        actions.record_word(
            follow_up=follow_up, by=request.user, at=timezone.now(), word=given["word"],
            comment=given["comment"], method=given["method"],
        )  # fmt: skip
        messages.info(request, _("The word is recorded."))
    return True


@require_safe
def call_sheet(request, pk):
    """回访单: what to ask, on paper; one side of a dispute shows nothing of the other."""
    follow_up = visible_follow_up(request.user, pk)
    context = {"follow_up": follow_up, "matter": follow_up.matter}
    return sheet_page(request, "outreach/slips/call_sheet.html", context)
