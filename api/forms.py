"""Forms for service accounts and tokens."""

from datetime import timedelta
from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from api.models.tokens import LONGEST, Scope
from portal.pages.forms import ReaderForm, check_period, day_field, picker_field, ticks_field
from portal.pages.text_forms import ReasonForm, text_field

MOST_ADDRESSES = 20
# A wider network would make the allow-list pointless.
WIDEST = {4: 8, 6: 32}


class ChangeServiceForm(ReaderForm):
    system = text_field(
        gettext_lazy("Other system"), 60, gettext_lazy("For example: the 12345 hotline.")
    )
    responsible = picker_field(
        "user",
        gettext_lazy("Who answers for it"),
        gettext_lazy(
            "Takes its tokens over and brings them to the other system; no administrator."
        ),
    )


class DeclareForm(ChangeServiceForm):
    account = picker_field(
        "user",
        gettext_lazy("Account"),
        gettext_lazy(
            "Made for this system alone, before anybody has signed in with it. Nobody signs in "
            "with it afterwards; what it reads, its roles say."
        ),
    )
    field_order = ["account", "system", "responsible"]


class IssueForm(ReaderForm):
    name = text_field(pgettext_lazy("token", "name of the token"), 40)
    scopes = ticks_field(
        gettext_lazy("What it opens"),
        Scope.choices,
        gettext_lazy("Always within the roles of the account."),
        missing=gettext_lazy("Tick at least one."),
    )
    addresses = text_field(
        gettext_lazy("From which addresses"),
        400,
        gettext_lazy("Addresses or networks of the other system, such as 10.1.2.3 or 10.1.2.0/24."),
        rows=2,
    )
    starts_on = day_field(gettext_lazy("From"))
    ends_on = day_field(gettext_lazy("To"), gettext_lazy("A year after the first day at most."))

    def clean_addresses(self):
        said = self.cleaned_data["addresses"].replace("，", " ").replace(",", " ").split()
        if len(said) > MOST_ADDRESSES:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": MOST_ADDRESSES})
        return list(dict.fromkeys(self._network(one) for one in said))

    def _network(self, text):
        try:
            network = ip_network(text)
        except ValueError as problem:
            words = _("“%(text)s” is no address and no network.") % {"text": text[:43]}
            raise ValidationError(words) from problem
        if network.prefixlen < WIDEST[network.version]:
            raise ValidationError(_("“%(text)s” is too wide.") % {"text": text[:43]})
        return str(network)

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends > starts + LONGEST:
            self.add_error("ends_on", _("A token lasts a year at most."))
        if ends and ends < self.user.today:
            self.add_error("ends_on", _("This day has passed."))
        return cleaned


def usual_days(user):
    """A year from today, less a day."""
    return {"starts_on": user.today, "ends_on": user.today + LONGEST - timedelta(days=2)}


class RevokeForm(ReasonForm):
    reason = text_field(gettext_lazy("Reason"), 200, rows=2, required=False)
