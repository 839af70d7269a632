"""The desk's side of the villager's door: held messages, callers and paper slips."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import slips
from outreach.actions import door as actions
from outreach.acts.door import HELD, crumbs, visible_message
from outreach.door import codes
from outreach.forms.cards import CallInForm
from outreach.forms.matters import with_number
from outreach.models import FollowUp, Matter
from outreach.models.matters import Word
from outreach.rules import door as door_rules
from outreach.views.slips import told_on_paper
from portal.pages.web import form_page, posted, qr, sheet_page
from portal.roles import Permission
from portal.tools import asked
from portal.trust.access import Decision, require


@require_safe
def held_message(request, pk):
    message = visible_message(request.user, pk)
    message.place, message.about = slips.about(message)
    said = actions.read_held(message=message, by=request.user)
    context = {
        "message": message,
        "said": said,
        "word": Word(said["word"]).label if said["word"] in Word.values else "",
        "acts": HELD.buttons(request.user, message),
        "crumbs": crumbs(message, str(pk)),
    }
    return render(request, "outreach/held_message.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_in(request):
    """Find the page for a caller's card number or a returned paper slip."""
    # Not an Act: it only finds the page of the matter or call-back.
    user = request.user
    if not user.holds(Permission.REGISTER_MATTERS):
        require(Decision(_("Your roles do not register matters.")))
    form = CallInForm(posted(request))
    form.label_suffix = ""
    if form.is_bound and form.is_valid():
        if card := form.cleaned_data["card"]:
            return redirect(f"{reverse('outreach:new_matter')}?card={card.short_code}")
        follow_up = _call_about(user, form.cleaned_data["matter"])
        if follow_up:
            return redirect(f"{reverse('outreach:follow_up', args=[follow_up.pk])}?method=slip")
        form.add_error("matter", _("No call-back is open for such a matter in your area."))
    way = [(_("Matter ledger"), reverse("outreach:matters")), (_("Caller or paper slip"), "")]
    return form_page(request, form, template="outreach/call_in.html", crumbs=way)


def _call_about(user, number):
    """Return the open call about a matter with this number; each county has its own numbers."""
    calls = FollowUp.objects.visible_to(user).open_on(user.today).filter(kind=FollowUp.Kind.WORD)
    return calls.filter(matter__in=with_number(user, number).order_by()).order_by("-pk").first()


@require_POST
def read_remarks(request, pk):
    # Not an Act: the button names the last remark that the reader saw.
    matter = get_object_or_404(Matter.objects.visible_to(request.user), pk=pk)
    last = asked.whole_number(request.POST.get("last", "")) or 0
    actions.read_remarks(matter=matter, by=request.user, at=timezone.now(), last=last)
    return redirect(matter)


def receipts_of(matters, *, by):
    """Create receipts for newly registered matters; return the URL of the first one, or None."""
    given = actions.give_receipts(matters=matters, by=by, at=timezone.now())
    return reverse("outreach:receipt", args=[given[0].pk]) if given else None


@require_safe
def receipt(request, pk):
    """回执 on the screen of the user who registered the matter, to be shown to the raiser: number
    and code, and of the matter only its title."""
    user, now = request.user, timezone.now()
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    shown = actions.receipt(matter=matter, by=user, at=now)
    if shown is None:
        messages.info(request, _("This matter has no receipt to show; print one if it is wanted."))
        return redirect(matter)
    of_visit = Matter.objects.visible_to(user).filter(visit=matter.visit_id or -1).order_by("pk")
    held = [one.pk for one in of_visit if door_rules.may_show_receipt(user, one, at=now)] or [pk]
    at = held.index(pk) + 1
    number, code = shown
    address = f"{settings.PUBLIC_BASE_URL}/slip/"
    context = {
        "matter": matter,
        "slip_number": codes.in_groups(number),
        "slip_code": codes.in_groups(code),
        "door": address,
        "qr": qr(address),
        "place": at,
        "count": len(held),
        "following": held[at] if at < len(held) else None,
        "back_to": matter.visit or matter,
    }
    response = render(request, "outreach/receipt.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def slip_with_code(request, pk):
    """Print a 答复单, or a 受理回执 before there is a result. Number and query code are shown only
    on this print."""
    # Not an Act: it ends in a sheet to print.
    visible = Matter.objects.visible_to(request.user).select_related(
        "unit__host_organ", "unit__division", "township", "registered_by", "lead_organ"
    )
    matter = get_object_or_404(visible, pk=pk)
    number, code = actions.print_slip(matter=matter, by=request.user, at=timezone.now())
    printed = matter.door_slips.get(number=number, code_digest=codes.digest(number, code))
    address = f"{settings.PUBLIC_BASE_URL}/slip/"
    lead = matter.assignments.live().filter(part="lead").select_related("signed_by").first()
    context = {
        "decides": printed.closes_round is not None,
        "matter": matter,
        "lead": lead,
        "told": told_on_paper(matter, lead),
        "today": request.user.today,
        "slip_number": codes.in_groups(number),
        "slip_code": codes.in_groups(code),
        "door": address,
        "qr": qr(address),
    }
    sheet = "reply" if matter.resolution else "receipt"
    response = sheet_page(request, f"outreach/slips/{sheet}.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
