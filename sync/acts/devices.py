"""Acts on enrolled phones."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen
from sync.actions import devices as actions
from sync.models import Device
from sync.rules import devices as rules


@seen
def visible_device(user):
    return Device.objects.visible_to(user).select_related("owner__organ__division")


def _afterwards(_record, device):
    is_own = device.revoked_by_id == device.owner_id
    return reverse("sync:phone" if is_own else "sync:phones")


DEVICES = Acts(
    "sync",
    "device",
    "phones/<int:pk>/",
    visible_device,
    crumbs_under(_("Enrolled phones"), "sync:phones"),
    address=lambda device: reverse("sync:phones"),
    acts=(
        Act(
            "revoke_phone",
            pgettext_lazy("phones", "Revoke"),
            rules.may_revoke,
            actions.revoke,
            path="revoke/",
            confirm=_(
                "Revoke this phone? It forgets what it knows at its next contact, and what it has "
                "not sent yet goes to its owner to be looked at. This is not taken back; the phone "
                "can be enrolled anew."
            ),
            then=_afterwards,
            audit={"device.revoked": _("Phone revoked")},
        ),
    ),
)
