"""Acts on talks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen
from works.actions import talks as actions
from works.forms import talks as forms
from works.models import Talk
from works.rules import talks as rules


@seen
def _talk(user):
    return Talk.objects.visible_to(user).select_related("cadre__organ", "organ__division")


TALKS = Acts(
    "works",
    "talk",
    "works/talks/<int:pk>/",
    _talk,
    crumbs_under(_("Heart-to-heart talks"), "works:talks"),
    listing="works:talks",
    address=lambda _talk: reverse("works:talks"),
    starts=(
        Act(
            "enter_talk",
            _("Enter a talk"),
            rules.may_enter,
            actions.enter,
            forms.TalkForm,
            "works/talks/new/",
            initial=lambda user, _none: {"talked_on": user.today},
            submit=pgettext_lazy("talks", "Enter it"),
            crumb=pgettext_lazy("talks", "New"),
            intro=_("Day, both names and the class. What was said stays between the two."),
            audit={"talk.entered": _("Talk entered")},
            undo="void_talk",
        ),
    ),
    acts=(
        Act(
            "void_talk",
            pgettext_lazy("talks", "Void it"),
            rules.may_void,
            actions.void,
            forms.VoidTalkForm,
            "void/",
            audit={"talk.voided": _("Talk voided")},
        ),
    ),
)
