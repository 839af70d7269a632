"""Reminders of a user, the channels they choose, and failed messages for staff."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal import rules
from portal.actions import reminders as actions
from portal.duties import reminders as telling
from portal.forms.reminders import ChatForm, CodeForm, MailForm
from portal.forms.staff import carried_out
from portal.models import Delivery, Reminder
from portal.models.reminders import Channel
from portal.pages.web import Sort, back, exact_total, listed, posted
from portal.trust.access import require
from portal.views.pieces import ask, require_form

NEWEST = Sort(_("newest first"), "day")
SETTINGS = (_("How I am reminded"), "reminder_settings")
FORMS = {Channel.MAIL: MailForm, Channel.CHAT: ChatForm}


@require_safe
def reminders(request):
    """All reminders so far; unread ones are in the to-do list, with what they are about."""
    if request.GET.get("tab") != "all" and request.GET.get("count") != "exact":
        return redirect(f"{reverse('todo')}?tab=told")
    rows = Reminder.objects.visible_to(request.user)
    if hidden := telling.unused():
        rows = rows.exclude(kind__in=sorted(hidden))
    if exact := exact_total(request, rows):
        return exact
    context = {
        **listed(request, rows, NEWEST),
        "today": request.user.today,
        "failed": last_failed(request.user),
        "crumbs": [(_("To-do list"), reverse("todo")), (_("Earlier reminders"), "")],
    }
    context["rows"] = telling.with_titles(request.user, context["page"])
    return render(request, "portal/reminders.html", context)


def last_failed(user):
    """The channels whose latest message failed."""
    since = user.today - telling.FAILED_SHOWN
    rows = Delivery.objects.filter(user=user, day__gte=since).order_by("day", "pk")
    newest = {one.channel: one for one in rows}
    return [one for one in newest.values() if one.state == Delivery.State.FAILED]


@require_POST
def mark_read(request, pk):
    reminder = get_object_or_404(Reminder.objects.visible_to(request.user), pk=pk)
    actions.mark_read(reminder=reminder, by=request.user, at=timezone.now())
    return redirect(back(request, otherwise="reminders"))


@require_POST
def mark_all_read(request):
    actions.mark_all_read(by=request.user, at=timezone.now())
    return redirect(back(request, otherwise="reminders"))


# --- Channels of a user --------------------------------------------------------------------------


@require_safe
def reminder_settings(request):
    own = {one.channel: one for one in request.user.channels.order_by("pk")}
    context = {
        "channels": [
            {"code": code, "label": label, "own": own.get(code)} for code, label in Channel.choices
        ],
        "failed": last_failed(request.user),
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
    known = {"channel": channel, "by": request.user, "at": timezone.now()}
    if carried_out(form, actions.set_channel, **known):
        messages.info(request, _("A test message is on its way; type its code here."))
        return redirect("confirm_channel", channel=channel)
    title, submit = Channel(channel).label, _("Send the test message")
    intro = _(
        "Outside the portal only numbers, deadlines and links are sent, once a day. An "
        "address is used after you have typed the code of a test message."
    )
    return ask(request, form, title, submit, SETTINGS, intro=intro)


@require_form
def confirm_channel(request, channel):
    own = _own(request, channel)
    form = CodeForm(posted(request), user=request.user)
    known = {"channel": own, "by": request.user, "at": timezone.now()}
    if carried_out(form, actions.confirm_channel, **known):
        messages.info(request, _("Confirmed. From now on you are reminded here as well."))
        return redirect("reminder_settings")
    title = _("Confirm the address")
    intro = _("The test message to %(shown)s holds a code of six digits.") % {"shown": own.shown}
    return ask(request, form, title, title, SETTINGS, last=own.shown, intro=intro)


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
    messages.info(request, _("Removed. You are reminded in the portal only."))
    return redirect("reminder_settings")


# --- Sendings, for staff --------------------------------------------------------------------------


@require_POST
def send_again(request, pk):
    require(rules.may_see_sendings(request.user))
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    actions.send_again(delivery=delivery, by=request.user, at=timezone.now())
    messages.info(request, _("It is sent again within a minute."))
    return redirect("sendings")
