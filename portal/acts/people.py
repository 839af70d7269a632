"""Acts on cadres and on who stands in for whom."""

from django.contrib import messages
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import people as actions
from portal.forms import staff as forms
from portal.forms.fields import as_entered
from portal.models import Cadre, StandIn
from portal.pages.acts import Act, Acts
from portal.places import handing_over
from portal.records.seen import seen
from portal.roles import Permission
from portal.trust.access import organ_reach, require


@seen
def visible_cadre(user):
    return Cadre.objects.visible_to(user).select_related(
        "organ__division", "organ__parent", "user", "spouse__organ", "home_division__parent"
    )


def kept_cadre(user, pk):
    """Return a cadre if the user may see people; owning the record is not enough."""
    require(rules.may_see_people(user))
    return visible_cadre(user, pk)


def stand_ins_of(user):
    """Stand-ins of the user, on either side, and of people for whom the user names stand-ins."""
    return StandIn.objects.filter(
        Q(principal=user)
        | Q(stand_in=user)
        | organ_reach(user, Permission.NAME_STAND_INS, to="principal__organ")
    )


@seen
def _stand_in(user):
    return stand_ins_of(user).select_related("principal__organ__division")


# --- Cadres -----------------------------------------------------------------------------------


def _crumbs(cadre, here):
    return [(_("Cadres"), reverse("cadres")), (cadre.name, cadre.get_absolute_url()), (here, "")]


def _still_held(user, cadre):
    carried = handing_over.carried_by(cadre, on=user.today)
    held = [one for one in carried if not one.is_sealed and one.count]
    if not held:
        return {}
    names = _(", ").join(f"{one.title} {one.count}" for one in held)
    return {"intro": _("Still to be given to somebody: %(held)s.") % {"held": names}}


def _account_left(cadre, _done):
    if not (cadre.user_id and cadre.user.is_active):
        return []
    words = _(
        "The account %(username)s and its roles end by themselves in the coming night, or when "
        "that day comes."
    )
    return [(messages.INFO, words % {"username": cadre.user.username})]


CADRES = Acts(
    "",
    "cadre",
    "cadres/<int:pk>/",
    kept_cadre,
    _crumbs,
    acts=(
        Act(
            "edit_cadre",
            _("Correct"),
            rules.may_change_cadre,
            actions.change_cadre,
            forms.CadreForm,
            "edit/",
            initial=as_entered(forms.CadreForm),
            title=lambda cadre: _("Correct %(name)s") % {"name": cadre.name},
            submit=_("Save"),
            intro=_("For slips of the pen. Who goes to another organ is transferred."),
            audit={"cadre.changed": _("Cadre corrected")},
        ),
        Act(
            "add_experience",
            _("Add experience"),
            rules.may_change_cadre,
            actions.add_experience,
            forms.ExperienceForm,
            "experience/new/",
            title=lambda cadre: _("Experience of %(name)s") % {"name": cadre.name},
            crumb=_("Experience"),
            submit=_("Add"),
            audit={"cadre.experience_added": _("Experience added")},
        ),
        Act(
            "edit_placing",
            _("Spouse, home, expertise"),
            rules.may_change_cadre,
            actions.change_placing,
            forms.PlacingForm,
            "placing/",
            initial=as_entered(forms.PlacingForm),
            title=lambda cadre: _("Spouse, home and expertise of %(name)s") % {"name": cadre.name},
            submit=_("Save"),
            intro=_("For choosing who is sent where. Nothing about health is entered."),
            audit={"cadre.placing_changed": _("Spouse, home or expertise of a cadre entered")},
        ),
        Act(
            "add_avoidance",
            _("Enter an avoidance"),
            rules.may_change_cadre,
            actions.add_avoidance,
            forms.AvoidanceForm,
            "avoidance/new/",
            title=lambda cadre: _("Avoidance of %(name)s") % {"name": cadre.name},
            crumb=_("Avoidance"),
            submit=_("Enter"),
            intro=_("They are not brought together. No reason is asked; the office alone sees it."),
            audit={"avoidance.added": _("Avoidance entered")},
        ),
        Act(
            "cadre_left",
            _("Has left"),
            rules.may_change_cadre,
            actions.cadre_left,
            forms.LeftForm,
            "left/",
            initial=lambda user, cadre: {"left_on": user.today},
            title=lambda cadre: _("%(name)s has left") % {"name": cadre.name},
            shown=_still_held,
            said=_account_left,
            audit={"cadre.left": _("Cadre left")},
        ),
    ),
)


# --- Stand-ins --------------------------------------------------------------------------------

STAND_INS = Acts(
    "",
    "stand_in",
    "stand-ins/<int:pk>/",
    _stand_in,
    lambda _one, here: [(_("Stand-ins"), reverse("stand_ins")), (here, "")],
    listing="stand_ins",
    address=lambda stand_in: reverse("stand_ins"),
    starts=(
        Act(
            "new_stand_in",
            _("Name a stand-in"),
            rules.may_see_stand_ins,
            actions.name_stand_in,
            forms.StandInForm,
            "stand-ins/new/",
            initial=lambda user, _one: {"starts_on": user.today},
            submit=_("Name the stand-in"),
            intro=_(
                "In these days the stand-in may do what the person may do. Every step names both. "
                "Private reflections stay closed to the stand-in."
            ),
            audit={"stand_in.named": _("Stand-in named")},
            undo="end_stand_in",
        ),
    ),
    acts=(
        Act(
            "end_stand_in",
            _("End"),
            rules.may_end_stand_in,
            lambda *, stand_in, by: actions.end_stand_in(stand_in=stand_in, by=by, on=by.today),
            path="end/",
            confirm=_("End it now? From this moment it gives no access."),
            audit={"stand_in.ended": _("Stand-in ended")},
        ),
    ),
)
