"""The user's own phones: the page, and enrolment, which its script calls."""

import base64

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from portal import parameters
from portal.pages.side_list import Area
from portal.trust.access import require
from sync import doorstep, kinds, limits
from sync.actions import devices as actions
from sync.acts.devices import DEVICES
from sync.forms import EnrolForm
from sync.models import Entry
from sync.receipts import VERSION
from sync.rules import devices as rules


@require_safe
def phone(request):
    """Introduction to writing offline, the user's phones, and the place to enrol this one."""
    user = request.user
    require(rules.may_see_own(user))
    devices = list(user.devices.order_by("revoked_at", "-enrolled_at"))
    for device in devices:
        # Reuse the user: the rule asks for the owner's organ, which would cost a query for each
        # phone.
        device.owner = user
        device.acts = DEVICES.buttons(user, device)
    context = {
        "devices": [one for one in devices if not one.is_revoked],
        "revoked": [one for one in devices if one.is_revoked][:5],
        "may_enrol": rules.may_enrol(user),
        "days": parameters.number("sync.contact_days", on=user.today),
        "to_decide": Entry.objects.of(user).to_decide().count(),
        "crumbs": [Area.GOING_DOWN.crumb, (_("My phones"), "")],
    }
    return render(request, "sync/phone.html", context)


@require_POST
@never_cache
@sensitive_variables("made", "secrets")
def enrol(request):
    """Answer the enrolment script in JSON (docs/sync.md). Secrets are shown only here. With
    `device`, renew one of the user's phones after a new PIN."""
    if "device" in request.POST:
        return _renew(request)
    form = EnrolForm(request.POST, user=request.user)
    if not form.is_valid():
        return _refused(form.errors["name"], 400)
    try:
        made = actions.enrol(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
    except PermissionDenied as refusal:
        return _refused([str(refusal)], 403)
    key_id, public = settings.KEYS.phone_key
    answer = {
        "version": VERSION,
        "device": str(made.device.key),
        "secret": made.secret,
        "key": {"id": key_id, "public": base64.b64encode(public).decode()},
        "account": str(request.user.pk),
        "limits": limits.of(request.user),
    }
    return JsonResponse(answer | _under_the_pin(made.device, made.pull))


@sensitive_variables("pull")
def _renew(request):
    try:
        key = kinds.uuid_of(request.POST["device"])
    except ValueError:
        key = None
    device = request.user.devices.filter(key=key).first()
    if device is None:
        return _refused([_("This is no phone of yours. Please set it up as a new one.")], 404)
    try:
        pull = actions.renew(device=device, by=request.user)
    except PermissionDenied as refusal:
        return _refused([str(refusal)], 403)
    return JsonResponse({"version": VERSION, **_under_the_pin(device, pull)})


def _under_the_pin(device, pull):
    """Return what the phone keeps under its PIN: the fetch secret, and the key from which it
    derives the numbers on slips shown at the door."""
    receipts = base64.b64encode(doorstep.key_of(device.key)).decode()
    return {"pull": pull, "receipts": receipts}


def _refused(said, status):
    return JsonResponse({"version": VERSION, "said": said}, status=status)
