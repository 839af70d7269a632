"""The bell's list, where one wants to be reminded, and for staff what could not be sent."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import rules
from portal.actions import reminders as actions
from portal.duties import reminders as telling
from portal.forms.reminders import ChatForm, CodeForm, MailForm
from portal.forms.staff import carried_out
from portal.models import Delivery, Reminder
from portal.models.reminders import Channel
from portal.pages.web import Sort, exact_total, form_page, listed, posted
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

NEWEST = Sort(gettext_lazy("newest first"), "day")
TABS = {"unread": gettext_lazy("Unread"), "all": gettext_lazy("All")}
FORMS = {Channel.MAIL: MailForm, Channel.CHAT: ChatForm}


def _tabs(labels, tab):
    return [{"code": c, "label": label, "current": c == tab} for c, label in labels.items()]


@require_safe
def reminders(request):
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "unread"
    rows = Reminder.objects.visible_to(request.user)
    if tab == "unread":
        rows = rows.unread(on=request.user.today)
    exact = exact_total(request, rows)
    if exact:
        return exact
    context = {
        **listed(request, rows, NEWEST),
        "tab": tab,
        "tabs": _tabs(TABS, tab),
        "today": request.user.today,
        "failed": _last_failed(request.user),
        "crumbs": [(_("Reminders"), "")],
    }
    context["rows"] = telling.with_titles(request.user, context["page"])
    return render(request, "portal/reminders.html", context)


def _last_failed(user):
    """What did not reach this person lately, the newest of each channel."""
    since = user.today - telling.FAILED_SHOWN
    rows = Delivery.objects.filter(user=user, day__gte=since).order_by("day", "pk")
    newest = {one.channel: one for one in rows}
    return [one for one in newest.values() if one.state == Delivery.State.FAILED]


@require_POST
def mark_read(request, pk):
    reminder = get_object_or_404(Reminder.objects.visible_to(request.user), pk=pk)
    actions.mark_read(reminder=reminder, by=request.user, at=timezone.now())
    return redirect("reminders")


@require_POST
def mark_all_read(request):
    actions.mark_all_read(by=request.user, at=timezone.now())
    return redirect("reminders")


# --- Where one wants to be reminded --------------------------------------------------------------


@require_safe
def reminder_settings(request):
    own = {one.channel: one for one in request.user.channels.order_by("pk")}
    context = {
        "channels": [
            {"code": code, "label": label, "own": own.get(code)} for code, label in Channel.choices
        ],
        "failed": _last_failed(request.user),
        "crumbs": [(_("Reminders"), reverse("reminders")), (_("How I am reminded"), "")],
    }
    return render(request, "portal/reminder_settings.html", context)


def _own(request, channel):
    return get_object_or_404(request.user.channels.select_related("user"), channel=channel)


@require_form
def set_channel(request, channel):
    if channel not in FORMS:
        raise Http404
    form = FORMS[channel](posted(request), user=request.user)

    def set_it(*, address, service):
        return actions.set_channel(
            channel=channel,
            address=address,
            service=service,
            by=request.user,
            at=timezone.now(),
            shown=actions.shown_part(channel, address),
        )

    if carried_out(form, set_it):
        messages.info(request, _("A test message is on its way; type its code here."))
        return redirect("confirm_channel", channel=channel)
    return form_page(
        request,
        form,
        title=Channel(channel).label,
        intro=_(
            "Outside the portal only numbers, deadlines and links are sent, once a day. An "
            "address is used after you have typed the code of a test message."
        ),
        submit_label=_("Send the test message"),
        cancel_url=reverse("reminder_settings"),
        crumbs=[
            (_("How I am reminded"), reverse("reminder_settings")),
            (Channel(channel).label, ""),
        ],
    )


@require_form
def confirm_channel(request, channel):
    own = _own(request, channel)
    form = CodeForm(posted(request), user=request.user)
    confirm = partial(actions.confirm_channel, channel=own, by=request.user, at=timezone.now())
    if carried_out(form, confirm):
        messages.info(request, _("Confirmed. From now on you are reminded here as well."))
        return redirect("reminder_settings")
    return form_page(
        request,
        form,
        title=_("Confirm the address"),
        intro=_("The test message to %(shown)s holds a code of six digits.") % {"shown": own.shown},
        submit_label=_("Confirm the address"),
        cancel_url=reverse("reminder_settings"),
        crumbs=[(_("How I am reminded"), reverse("reminder_settings")), (own.shown, "")],
    )


@require_POST
def test_channel(request, channel):
    own = _own(request, channel)
    try:
        actions.ask_test(channel=own, by=request.user, at=timezone.now())
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
        return redirect("reminder_settings")
    return redirect("confirm_channel", channel=channel)


@require_POST
def remove_channel(request, channel):
    actions.remove_channel(channel=_own(request, channel), by=request.user)
    messages.info(request, _("Taken out. You are reminded in the portal."))
    return redirect("reminder_settings")


# --- Sendings, for staff --------------------------------------------------------------------------


@require_POST
def send_again(request, pk):
    require(rules.may_see_sendings(request.user))
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    actions.send_again(delivery=delivery, by=request.user, at=timezone.now())
    messages.info(request, _("It is sent again within a minute."))
    return redirect("sendings")
