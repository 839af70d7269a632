"""The addresses of the lists of interfaces."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.models import ServiceAccount, StepDelivery, Subscription, Token
from portal.pages.filters import Address, Search


def _called(rows, text):
    found = Q(system__contains=text) | Q(user__username__startswith=text.lower())
    return rows.filter(found | Q(responsible__name__startswith=text))


SERVICES_AT = Address(
    Search(_("System, account or name"), _called), ServiceAccount.objects.visible_to
)

TOKEN_TABS = {
    "in_use": pgettext_lazy("token", "Valid"),
    "to_collect": pgettext_lazy("token", "To be collected"),
    "expiring": pgettext_lazy("token", "Ending soon"),
    "all": pgettext_lazy("token", "All"),
}


def _of_system(rows, text):
    found = Q(service__system__contains=text) | Q(name__contains=text)
    return rows.filter(found | Q(service__user__username__startswith=text.lower()))


def _in_tab(rows, tab, *, on):
    return rows if tab == "all" else getattr(rows, tab)(on)


TOKENS_AT = Address(
    Search(_("System, account or token"), _of_system),
    Token.objects.visible_to,
    TOKEN_TABS,
    _in_tab,
    otherwise="all",
)

DELIVERY_TABS = {
    "all": pgettext_lazy("message", "All"),
    "queued": pgettext_lazy("message", "To be sent"),
    "failed": pgettext_lazy("message", "Given up"),
}


def _to(rows, text):
    return rows.filter(
        Q(subscription__token__service__system__contains=text) | Q(subscription__url__contains=text)
    )


def _in_state(rows, tab, *, on):
    if tab == "queued":
        return rows.filter(state__in=("queued", "running"))
    return rows.filter(state="failed") if tab == "failed" else rows


DELIVERIES_AT = Address(
    Search(
        _("System or address"),
        _to,
        about={
            "subscription": (
                _("Told address"),
                Subscription,
                lambda rows, one: rows.filter(subscription=one),
            )
        },
    ),
    StepDelivery.objects.visible_to,
    DELIVERY_TABS,
    _in_state,
)
