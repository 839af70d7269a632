"""Call-backs: the call, the printed sheet, and the results that a month's sample was drawn from."""

import io

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach import telling
from outreach.actions import follow_ups as actions
from outreach.actions.matters import reveal_contact
from outreach.acts.follow_ups import FOLLOW_UPS, crumbs, visible_follow_up
from outreach.forms.follow_ups import WordForm
from outreach.models import CallBackKey, Matter
from outreach.models.matters import Word
from outreach.rules import matters as matter_rules
from outreach.rules.call_back_keys import is_shown
from portal import parameters
from portal.pages import drafts
from portal.pages.onward import next_url, onward
from portal.pages.text_forms import tell_masked
from portal.pages.web import download, form_page, sheet_page
from portal.trust import wall
from portal.trust.access import require


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def follow_up(request, pk):
    # Not an Act: the form is part of the page of the record.
    follow_up = visible_follow_up(request.user, pk)
    recording = matter_rules.may_record_word(request.user, follow_up)
    # The page for returned paper slips links here with `method=slip`.
    initial = {"method": request.GET.get("method") or "phone"}
    data, contact = drafts.given(request), None
    if "show" in request.POST:
        # Show the contact and keep what was typed so far.
        contact = reveal_contact(matter=follow_up.matter, by=request.user, side=follow_up.side)
        initial |= {name: data.get(name, "") for name in WordForm.base_fields}
        data = None
    form = WordForm(data, user=request.user, initial=initial)
    if request.method == "POST" and data is not None:
        require(recording)
        if form.is_valid() and _record(request, follow_up, form):
            tell_masked(request, form)
            return onward(request, "outreach:follow_ups", at=timezone.now())
    context = {
        "follow_up": follow_up,
        "matter": follow_up.matter,
        "recording": recording,
        "contact": contact,
        "skip": next_url(request),
        "asking_again": [button] if (button := _asking_again(request.user, follow_up)) else [],
        "words": _words(follow_up),
        "arranging": matter_rules.may_arrange_call(request.user, follow_up),
        "tries": follow_up.tries.order_by("on"),
        "tries_wanted": parameters.number("matter.callback_tries", on=request.user.today),
        "may_read_contact": matter_rules.may_read_contact(
            request.user, follow_up.matter, side=follow_up.side
        ),
        "crumbs": crumbs(follow_up, follow_up.matter.number_label),
    }
    return form_page(request, form, template="outreach/follow_up.html", **context)


def _asking_again(user, follow_up):
    return FOLLOW_UPS.button("ask_again", user, follow_up)


def _words(follow_up):
    """Return the call with the wrongly recorded word, then the second call."""
    if follow_up.corrects:
        return [follow_up.corrects, follow_up]
    second = getattr(follow_up, "corrected_by", None)
    return [follow_up, second] if second else []


def _record(request, follow_up, form):
    given = form.cleaned_data
    who = {"follow_up": follow_up, "by": request.user, "at": timezone.now()}
    if given["word"] != Word.UNREACHABLE:
        names = ("word", "comment", "method")
        with wall.as_system("an act, after its rule"):
            actions.record_word(**who, **{name: given[name] for name in names})
        matter = Matter.by_name.select_related("lead_organ").get(pk=follow_up.matter_id)
        said = telling.next_step(matter, on=request.user.today)
        messages.info(request, _("The word is recorded. Next: %(next)s.") % {"next": said})
        return True
    try:
        with transaction.atomic(), wall.as_system("an act, after its rule"):
            actions.note_try(**who, note=given["comment"])
    except IntegrityError:
        form.add_error("word", _("Today's try is already noted; try on another day."))
        return False
    messages.info(request, _("The try is noted."))
    return True


@require_safe
def call_sheet(request, pk):
    """Print the 回访单. The sheet of one side of a dispute shows nothing of the other."""
    follow_up = visible_follow_up(request.user, pk)
    context = {"follow_up": follow_up, "matter": follow_up.matter}
    return sheet_page(request, "outreach/slips/call_sheet.html", context)


@require_safe
def call_back_results(request, pk):
    """Download the results of a month visible to the reader, and which of them were called: enough
    to repeat the draw with the month's key (docs/sampling.md)."""
    key = get_object_or_404(CallBackKey.objects.visible_to(request.user), pk=pk)
    if not is_shown(key, on=request.user.today):
        raise Http404
    lines = (
        f"{name}\t{day}\t{share}\t{int(is_called)}\n"
        for name, day, share, is_called in actions.results_of(key, request.user)
    )
    content = io.BytesIO("".join(lines).encode())
    return download(content, f"{key.month:%Y-%m}-results.tsv", "text/tab-separated-values")
