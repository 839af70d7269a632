"""Acts on needs for help and offers of help."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.actions import needs as actions
from pairing.forms import needs as forms
from pairing.models import HelpNeed, HelpResource
from pairing.models.needs import NeedState
from pairing.rules import needs as rules
from portal.models import Organ
from portal.pages.acts import Act, Acts
from portal.records.seen import seen
from portal.roles import Permission


@seen
def visible_need(user):
    return HelpNeed.objects.visible_to(user).select_related(
        "unit", "township", "organ", "host_organ", "household", "noted_by", "closed_by"
    )


@seen
def visible_offer(user):
    return HelpResource.objects.visible_to(user).select_related("organ__division", "noted_by")


def _title(need):
    return f"{need.unit.name} · {need.get_kind_display()}"


def need_crumbs(need, *more):
    way = [(_("Needs for help"), reverse("pairing:help_needs"))]
    if need is not None:
        way.append((_title(need), need.get_absolute_url()) if more else (need.unit.name, ""))
    return [*way, *[(label, "") for label in more]]


def offer_crumbs(resource, *more):
    way = [(_("Offers of help"), reverse("pairing:help_resources"))]
    if resource is not None:
        title = f"{resource.organ.label} · {resource.get_kind_display()}"
        here = (title, resource.get_absolute_url())
        way.append(here if more else (resource.organ.label, ""))
    return [*way, *[(label, "") for label in more]]


def _own_organ(user, resource):
    """Preset the organ if the user liaises for exactly one."""
    grants = user.grants_with(Permission.OFFER_HELP)
    organs = {grant.organ_id for grant in grants}
    if len(organs) == 1 and None not in organs:
        return {"organ": Organ.objects.get(pk=organs.pop())}
    return {}


def _offered(user, resource):
    return {name: getattr(resource, name) for name in actions.OFFER}


NEEDS = Acts(
    "pairing",
    "need",
    "help-needs/<int:pk>/",
    visible_need,
    need_crumbs,
    listing="pairing:help_needs",
    starts=(
        Act(
            "new_help_need",
            _("Note a need"),
            rules.may_note_needs,
            actions.note_need,
            forms.NeedForm,
            "help-needs/new/",
            submit=_("Note it"),
            intro=_(
                "What a unit needs, or of which kind of help a household is in need. It stands "
                "until its last day and is then looked at again."
            ),
            audit={"help_need.noted": _("Need for help noted")},
            undo="withdraw_help_need",
        ),
    ),
    acts=(
        Act(
            "renew_help_need",
            _("Renew"),
            rules.may_renew_need,
            actions.renew_need,
            forms.RenewNeedForm,
            "renew/",
            initial=lambda user, need: {"urgency": need.urgency},
            intro=_("You have looked at it again and it is still needed."),
            primary=lambda user, need: need.has_run_out(user.today),
            audit={"help_need.renewed": _("Need for help renewed")},
            shown=lambda user, need: {"title": _title(need)},
        ),
        Act(
            "meet_help_need",
            _("It is met"),
            rules.may_close_need,
            partial(actions.close_need, state=NeedState.MET),
            path="met/",
            confirm=_("Close this need as met? It is not opened again."),
        ),
        Act(
            "withdraw_help_need",
            _("No longer needed"),
            rules.may_close_need,
            partial(actions.close_need, state=NeedState.WITHDRAWN),
            path="withdraw/",
            confirm=_("Close this need? It is not opened again."),
            audit={"help_need.withdrawn": _("Need for help no longer needed")},
        ),
    ),
)

OFFERS = Acts(
    "pairing",
    "resource",
    "help-offers/<int:pk>/",
    visible_offer,
    offer_crumbs,
    listing="pairing:help_resources",
    starts=(
        Act(
            "new_help_resource",
            _("Offer help"),
            rules.may_offer_help,
            actions.offer_help,
            forms.OfferForm,
            "help-offers/new/",
            initial=_own_organ,
            submit=_("Offer it"),
            intro=_(
                "What the organ can truly give: policy, information, funds, technology, talent. "
                "The programme office brings it together with what is needed."
            ),
            audit={"help.offered": _("Help offered")},
            undo="withdraw_help_resource",
        ),
    ),
    acts=(
        Act(
            "edit_help_resource",
            _("Change the offer"),
            rules.may_change_offer,
            actions.change_offer,
            forms.OfferForm,
            "edit/",
            about=True,
            initial=_offered,
            submit=_("Keep"),
            intro=_("Existing pairings go on unchanged."),
            audit={"help.changed": _("Offer of help changed")},
        ),
        Act(
            "withdraw_help_resource",
            _("Withdraw the offer"),
            rules.may_change_offer,
            actions.withdraw_offer,
            path="withdraw/",
            confirm=_("Withdraw this offer? Pairings that stand go on."),
            audit={"help.withdrawn": _("Offer of help withdrawn")},
        ),
    ),
)
