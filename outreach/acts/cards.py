"""Acts on contact cards: issue, reprint, revoke."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.actions import cards as actions
from outreach.forms.cards import IssueCardsForm
from outreach.models import ContactArea, ContactCard
from outreach.rules import cards as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

REFUSALS_TOLD = 20


@seen
def visible_card(user):
    return ContactCard.objects.visible_to(user).for_list()


crumbs = crumbs_under(_("Contact cards"), "outreach:contact_cards")


def _issue(*, by, at, **chosen):
    cards, refusals = actions.issue_cards(areas=_areas(by, **chosen), by=by, at=at)
    if not cards and not refusals:
        raise ValidationError(_("No current contact area in your area matches this choice."))
    return cards, refusals


def _areas(user, organ, host, cadres):
    """Running areas that match the choice and are visible to the user, at most 2,000."""
    areas = ContactArea.objects.visible_to(user).running(user.today)
    if organ:
        areas = areas.filter(cadre__organ__path__startswith=organ.path)
    if host:
        areas = areas.filter(unit__host_organ__path__startswith=host.path)
    if cadres:
        areas = areas.filter(cadre__in=cadres)
    areas = areas.select_related("cadre__organ", "unit__host_organ", "unit__division")
    return areas.order_by("cadre__organ__sort_order", "cadre__sort_order", "pk")[:2_000]


def _issued(_none, done):
    cards, refusals = done
    ready = ngettext("%(n)s card is ready to print.", "%(n)s cards are ready to print.", len(cards))
    told = [(messages.INFO, ready % {"n": len(cards)})] if cards else []
    return told + [
        (messages.WARNING, f"{area.cadre.name} · {area.unit.name}: {reason}")
        for area, reason in refusals[:REFUSALS_TOLD]
    ]


CARDS = Acts(
    "outreach",
    "card",
    "cards/<int:pk>/",
    visible_card,
    crumbs,
    listing="outreach:contact_cards",
    starts=(
        Act(
            "issue_cards",
            _("Issue contact cards"),
            rules.may_issue_cards,
            _issue,
            IssueCardsForm,
            "cards/issue/",
            crumb=_("Issue"),
            submit=_("Issue"),
            intro=_("One card for each current contact area. Existing cards stay valid."),
            then=lambda _none, _cards: reverse("outreach:contact_cards"),
            said=_issued,
            audit={"card.issued": _("Contact card issued")},
        ),
    ),
    acts=(
        Act(
            "renew_card",
            _("Print it anew"),
            rules.may_renew_card,
            actions.renew_card,
            path="renew/",
            said=_("The card is up to date. Print it and collect the old one."),
            audit={"card.renewed": _("Contact card printed anew")},
        ),
        Act("print_card", _("Print"), rules.may_print_card, None, primary=True),
        Act(
            "revoke_card",
            _("Revoke the card"),
            rules.may_revoke_card,
            actions.revoke_card,
            ReasonForm,
            "revoke/",
            intro=_(
                "People who scan it are told so and given the supervision phone. This cannot be "
                "undone."
            ),
            audit={"card.revoked": _("Contact card revoked")},
        ),
    ),
)
