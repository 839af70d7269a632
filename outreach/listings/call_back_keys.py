"""The keys of the sample call-backs, month by month: hash before, key after."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.actions.call_back_keys import secret_of
from outreach.models import CallBackKey
from outreach.rules.call_back_keys import is_shown, shown_from
from outreach.rules.whole import may_see_dashboard
from portal.pages import cells
from portal.pages.filters import Address
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _key(key, asked):
    if is_shown(key, on=asked.today):
        return secret_of(key)
    return gettext("shown on %(day)s") % {"day": cells.day(shown_from(key))}


def _results(key, asked):
    if not is_shown(key, on=asked.today):
        return ""
    address = reverse("outreach:call_back_results", args=[key.pk])
    return format_html('<a href="{}">results.tsv</a>', address)


def _before_the_first(asked):
    first = CallBackKey.objects.order_by("month").first()
    if first is None:
        return ""
    words = gettext(
        "Calls about results from before %(day)s were drawn with the key of the audit, which is "
        "never shown; nobody can draw them again."
    )
    return words % {"day": cells.day(first.published_at)}


CALL_BACK_KEY_LIST = Listing(
    "outreach:call_back_keys",
    "call-backs/keys/",
    _("Keys of the sample call-backs"),
    Address(None, CallBackKey.objects.visible_to),
    Sort(_("newest first"), "month"),
    area=Area.GOING_DOWN,
    way=((_("Call-backs"), "outreach:follow_ups"),),
    may_see=may_see_dashboard,
    intro=_(
        "Which results are called follows from the key of their month. The hash is published "
        "before the month, the key once its calls are due: no handler knows who is called, and "
        "anybody can draw the month again. A result is called if the first 13 hexadecimal digits "
        "of SHA-256(key, tab, “unit”, tab, number/round), divided by 16^13, lie below the share."
    ),
    hint=_before_the_first,
    columns=(
        Col(_("Month"), lambda key, asked: f"{key.month:%Y-%m}"),
        Col(_("Hash of the key (SHA-256)"), "digest"),
        Col(_("Published"), "published_at"),
        Col(_("Key of the month"), _key),
        Col(_("Results of the month"), _results),
    ),
    empty=(Empty(_("No keys yet"), _("They are made in the night, a month ahead.")),),
)
