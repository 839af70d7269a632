"""Acts on held messages of the villager's door."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import door as actions
from outreach.models import DoorMessage
from outreach.rules import door as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_message(user):
    return DoorMessage.objects.visible_to(user).select_related(
        "card__area__unit", "card__area__cadre", "slip__matter__unit"
    )


crumbs = crumbs_under(_("Held messages"), "outreach:held_messages")


def _list(_message, _done):
    return reverse("outreach:held_messages")


def _released(_message, done):
    if done.state == DoorMessage.State.APPLIED:
        return [(messages.INFO, _("It is taken over like any other."))]
    return [(messages.WARNING, done.get_reason_display())]


HELD = Acts(
    "outreach",
    "message",
    "held/<int:pk>/",
    visible_message,
    crumbs,
    address=lambda message: reverse("outreach:held_message", args=[message.pk]),
    acts=(
        Act(
            "release_message",
            _("Take it over"),
            rules.may_release_message,
            actions.release_message,
            path="release/",
            then=_list,
            said=_released,
            audit={"door.released": _("Held message of the door released")},
        ),
        Act(
            "refuse_message",
            _("Refuse and erase it"),
            rules.may_decide_message,
            actions.refuse_message,
            path="refuse/",
            confirm=_("Erase what this message says? This cannot be undone."),
            then=_list,
            audit={"door.refused": _("Held message of the door refused and erased")},
        ),
    ),
)
