"""Forms about items of help."""

import re
import uuid
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.models.matters import Word
from pairing.models import HelpNeed, SupportWord
from pairing.models.needs import LARGEST_AMOUNT
from pairing.models.support import FundSource, SupportKind
from pairing.rules import support as rules
from portal.models.text import shown
from portal.pages.forms import ManyFilesField, add_refusal, check, choice_field, day_field
from portal.pages.text_forms import CheckedTextForm, text_field
from portal.trust import privacy

_ACCOUNT = re.compile(r"(?:账号|帐号|卡号|账户|帐户|account)\D{0,6}\d{6,}", re.IGNORECASE)


def without_accounts(text):
    """The text; raises ValidationError if it holds an account or card number."""
    if _ACCOUNT.search(text) or privacy.find(text).cards:
        said = _("Write no account or card number. Money moves between the accounts of the units.")
        raise ValidationError(said)
    return text


def open_needs_of(user, pairing):
    """The open needs that an item of this pairing can answer and the user sees."""
    side = {"household": pairing.household_id} if pairing.is_personal else {"household": None}
    needs = HelpNeed.objects.visible_to(user).open(user.today)
    return needs.filter(unit=pairing.unit_id, **side).order_by("-urgency", "until", "pk")


def need_label(need):
    words = [need.get_kind_display(), shown(need.what), _("until %(day)s") % {"day": need.until}]
    return " · ".join(filter(None, words))


class PromiseForm(CheckedTextForm):
    """A promise, or a change of one."""

    free_text = ("what",)

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = choice_field(_("Kind of help"), SupportKind.choices)
    what = text_field(
        _("What is promised"),
        120,
        _(
            "What is done, so that those who are helped can say whether it was. Promise what "
            "lies within your means; no particulars of anybody's life."
        ),
    )
    promised_for = day_field(_("Promised for"), _("The day by which it is to be done."))
    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        max_digits=12,
        decimal_places=2,
        required=False,
        min_value=Decimal("0.01"),
        max_value=LARGEST_AMOUNT,
        help_text=_(
            "Only where money is part of it. It moves from account to account of the units, never "
            "through a cadre; no account numbers are written here."
        ),
        error_messages={
            "min_value": _("An amount is more than nothing."),
            "max_value": _("More than 100 million yuan: check it."),
        },
    )
    source = choice_field(
        _("Where the money comes from"), [("", "—"), *FundSource.choices], required=False
    )
    need = forms.ModelChoiceField(
        None,
        label=_("The need that it answers"),
        required=False,
        empty_label=_("none that was written down"),
    )
    promised_on = day_field(_("Day of the promise"), _("Left empty: today."), required=False)
    # The other fields follow in the order of the class.
    field_order = ["client_key", "kind", "what"]

    def __init__(self, *args, pairing=None, item=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairing, self.item = pairing or item.pairing, item
        needs = open_needs_of(self.user, self.pairing)
        if item is not None:
            del self.fields["client_key"], self.fields["promised_on"]
            if item.need_id:
                # Keep the need chosen before as a choice, even if it is closed now.
                ids = [item.need_id, *needs.values_list("pk", flat=True)]
                needs = HelpNeed.objects.filter(pk__in=ids)
        else:
            self.fields["client_key"].initial = uuid.uuid4
        field = self.fields["need"]
        field.queryset, field.label_from_instance = needs, need_label

    def clean_what(self):
        return without_accounts(self.cleaned_data["what"])

    def clean(self):
        cleaned = super().clean()
        amount, source = cleaned.get("amount"), cleaned.get("source")
        if amount and not source:
            self.add_error("source", _("Write the amount together with where it comes from."))
        if source and not amount and "amount" not in self.errors:
            self.add_error("amount", _("Write the amount together with where it comes from."))
        on = self.item.promised_on if self.item else cleaned.get("promised_on") or self.user.today
        if self.item is None:
            cleaned["promised_on"] = on
        until = cleaned.get("promised_for")
        if until and "promised_on" not in self.errors:
            decision = rules.may_be_promised(self.user, self.pairing, on=on, until=until)
            wrong_day = on < self.pairing.starts_on or on > self.user.today
            field = "promised_on" if wrong_day and self.item is None else "promised_for"
            add_refusal(self, field, decision)
        return cleaned

    def content(self):
        """Keyword arguments for actions.support."""
        content = dict(self.cleaned_data)
        if self.item is None:
            content["client_key"] = content["client_key"] or uuid.uuid4()
        return content


class FinishForm(CheckedTextForm):
    free_text = ("result",)

    done_on = day_field(_("Done on"))
    result = text_field(_("What came of it"), 200, required=False, rows=2)
    need_is_met = forms.BooleanField(label=_("This meets the need; close it"), required=False)
    evidence = ManyFilesField(
        label=_("Files"),
        required=False,
        help_text=_("Optional. No faces, personal documents or interiors of homes, please."),
    )
    field_order = ["done_on", "result", "numbers", "need_is_met", "evidence"]

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item
        if item.need_id is None or not item.need.is_open(self.user.today):
            del self.fields["need_is_met"]
        else:
            self.fields["need_is_met"].help_text = need_label(item.need)

    def clean_result(self):
        return without_accounts(self.cleaned_data["result"])

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        check(rules.may_be_done(self.user, self.item, on=day))
        return day


class HearWordForm(CheckedTextForm):
    """Form for what the helped side says; the person who asks did not help."""

    free_text = ("comment",)

    way = choice_field(_("How it was said"), [], radio=True)
    answer = choice_field(_("What they say"), Word.choices, radio=True)
    comment = text_field(_("In their words"), 200, required=False, rows=2)
    field_order = ["way", "answer", "comment", "numbers"]

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        Way = SupportWord.Way
        in_person = rules.may_meet_in_person(self.user, item)
        ways = [Way.CALL, Way.SLIP, *([Way.PERSON] if in_person else [])]
        self.fields["way"].choices = [(way.value, way.label) for way in ways]
