"""Lists of interfaces: other systems, their tokens, messages to them. None shows what was read."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.filters.services import DELIVERIES_AT, SERVICES_AT, TOKENS_AT
from api.models.tokens import STATES
from api.rules import tokens as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import by_day

_DECLARE = Button(_("Enter another system"), "api:declare_service", rules.may_declare)

SERVICE_LIST = Listing(
    "api:services",
    "interfaces/",
    _("Interfaces"),
    SERVICES_AT,
    by_day("made_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_services,
    intro=_(
        "Other systems that read or write here by a token: the system administrator enters the "
        "account, the security administrator issues the token, and whoever answers for the system "
        "collects it."
    ),
    for_list=lambda rows, asked: rows.select_related("user__organ", "responsible__organ"),
    begin=_DECLARE,
    below=(
        Button(_("Tokens"), "api:tokens"),
        Button(_("Messages to other systems"), "api:deliveries"),
    ),
    columns=(
        Col(_("Other system"), "system", link=True),
        Col(_("Account"), "user.username", "user.organ.label"),
        Col(_("Who answers for it"), "responsible.name", "responsible.organ.label"),
        Col(_("Entered"), lambda one, asked: cells.moment(one.made_at), number=True),
    ),
    empty=(
        Empty(_("No matching system"), _("Try its name or the account."), filtered=True),
        Empty(
            _("No other systems here"),
            _("Nothing is open by itself: a system needs an account, a role and a token."),
            button=_DECLARE,
        ),
        Empty(
            _("No other systems here"),
            _("Nothing is open by itself: a system needs an account, a role and a token."),
        ),
    ),
)


def _state(token, asked):
    code = token.state_on(asked.today)
    return cells.state(code, STATES[code])


TOKEN_LIST = Listing(
    "api:tokens",
    "interfaces/tokens/",
    _("Tokens"),
    TOKENS_AT,
    by_day("ends_on"),
    area=Area.ADMINISTRATION,
    way=((_("Interfaces"), "api:services"),),
    may_see=rules.may_see_services,
    for_list=lambda rows, asked: rows.select_related("service__user"),
    counts={
        "to_collect": lambda asked: asked.number_in("to_collect"),
        "expiring": lambda asked: asked.number_in("expiring"),
    },
    columns=(
        Col(pgettext_lazy("token", "Token"), "name", "service.system", link=True),
        Col(_("What it opens"), lambda one, asked: cells.joined("、", one.scope_labels)),
        Col(_("From"), "starts_on", number=True),
        Col(_("To"), "ends_on", number=True, sort="newest oldest"),
        Col(
            _("Last use"),
            lambda one, asked: one.last_used_at and cells.moment(one.last_used_at),
            number=True,
        ),
        Col(_("State"), _state, bare=True),
    ),
    empty=(
        Empty(_("No matching token"), _("Try the system or the account."), filtered=True),
        Empty(_("No tokens here"), _("Tokens are issued on the page of a system.")),
    ),
)

DELIVERY_LIST = Listing(
    "api:deliveries",
    "interfaces/messages/",
    _("Messages to other systems"),
    DELIVERIES_AT,
    by_day("step_at"),
    area=Area.ADMINISTRATION,
    way=((_("Interfaces"), "api:services"),),
    may_see=rules.may_see_services,
    intro=_(
        "One message for each step of a matter that a system may read: number, step and time. What "
        "does not arrive is sent again six times within a day."
    ),
    for_list=lambda rows, asked: rows.select_related("subscription__token__service"),
    counts={"failed": lambda asked: asked.number_in("failed")},
    columns=(
        Col(_("Step at"), lambda one, asked: cells.moment(one.step_at), number=True),
        Col(_("Other system"), "subscription.token.service.system", "subscription.url"),
        state("state"),
        Col(_("Attempts"), "attempts", number=True),
        Col(pgettext_lazy("message", "Answer"), "status", number=True),
        Col(
            pgettext_lazy("message", "Trouble"),
            lambda one, asked: one.get_trouble_display() if one.trouble else cells.NONE,
        ),
        Col(_("Last attempt"), lambda one, asked: cells.moment(one.at), number=True),
    ),
    empty=(
        Empty(_("No matching message"), _("Try the system or the address."), filtered=True),
        Empty(_("No messages here"), _("A system asks to be told by its token (docs/api.md).")),
    ),
)
