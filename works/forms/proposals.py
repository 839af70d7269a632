"""Forms for proposals of the workers' congress."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.by_kind import category_field, may_be_of
from outreach.models.matters import Urgency
from portal.pages.forms import (
    AboutForm,
    add_refusal,
    check,
    choice_field,
    number_field,
    optional_picker,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, checked_phone, optional_text, text_field
from portal.tools.asked import whole_number
from works.models import CongressProposal
from works.models.proposals import CATEGORIES
from works.rules import proposals as rules


class _ProposalFields(CheckedTextForm):
    free_text = ("title", "text", "delegation")
    session = text_field(
        _("Session of the congress"), 40, _("As it is called: third congress, second session.")
    )
    title = text_field(pgettext_lazy("proposals", "Title"), 60)
    category = choice_field(pgettext_lazy("proposals", "Category"), CATEGORIES)
    text = text_field(_("Reason and suggestion"), 2_000, rows=6)
    delegation = optional_text(_("Delegation"), 40, _("Without names."))
    seconders = number_field(_("How many second it"), 0, 9_999, required=False)
    unit = optional_picker("unit", _("Place that it is about"), _("A workshop or project."))
    # Shown only if the same session already has a proposal with this title.
    is_another = forms.BooleanField(
        label=_("It is another proposal"), required=False, widget=forms.HiddenInput()
    )
    # The proposal being changed, if any.
    proposal = None

    def clean_session(self):
        return " ".join(self.cleaned_data["session"].split())

    def clean_seconders(self):
        return self.cleaned_data["seconders"] or 0

    def clean(self):
        cleaned = super().clean()
        cleaned["organ"] = organ = self._organ(cleaned.get("unit"))
        if organ is None:
            self.add_error("unit", _("Choose the place."))
        elif not self.has_error("unit"):
            add_refusal(self, "unit", rules.may_collect_for(self.user, organ, cleaned.get("unit")))
        is_another = cleaned.pop("is_another", False)
        if organ and cleaned.get("title") and cleaned.get("session") and not is_another:
            self._ask_about_twin(organ, cleaned["session"], cleaned["title"])
        return cleaned

    def _organ(self, unit):
        if unit:
            return unit.host_organ
        return self.proposal.organ if self.proposal else self.user.organ

    def _ask_about_twin(self, organ, session, title):
        same = CongressProposal.objects.filter(organ=organ, session=session, title=title)
        if self.proposal:
            same = same.exclude(pk=self.proposal.pk)
        if twin := same.order_by("pk").first():
            said = _(
                "%(number)s has this title in the same session. Look at it; if this is another "
                "one, tick below."
            )
            self.add_error("title", said % {"number": twin.number_label})
            self.fields["is_another"].widget = forms.CheckboxInput()


class CollectForm(_ProposalFields):
    pass


class ChangeProposalForm(AboutForm, _ProposalFields):
    about = "proposal"


class MergeForm(AboutForm):
    about = "proposal"
    target = text_field(
        pgettext_lazy("proposals", "Number of the other proposal"), 20, "TA2026-0012"
    )

    def clean_target(self):
        found = with_number(self.user, self.cleaned_data["target"], self.proposal.numbered_in)
        if found is None:
            raise ValidationError(_("No proposal of yours has this number."))
        check(rules.may_merge_into(self.proposal, found))
        return found


def with_number(user, text, area):
    """The visible proposal with a number like TA2026-0012, or None."""
    head, _dash, tail = text.strip().upper().removeprefix("TA").partition("-")
    year, number = whole_number(head), whole_number(tail)
    if year is None or number is None:
        return None
    rows = CongressProposal.objects.visible_to(user).select_related("matter", "merged_into")
    return rows.filter(numbered_in=area, number_year=year, number=number).first()


class TakeUpForm(CheckedTextForm):
    """Register a proposal as a matter; name and phone are stored only with its contact."""

    free_text = ("title", "request_text", "group")
    unit = picker_field("unit", pgettext_lazy("proposals", "Place of the matter"))
    group = optional_text(_("Group"), 40)
    title = text_field(_("Matter, in one sentence"), 60)
    category = category_field(pgettext_lazy("proposals", "Category"))
    request_text = text_field(_("Details"), 10_000, rows=5)
    urgency = choice_field(_("Urgency"), Urgency.choices, initial=Urgency.NORMAL)
    name = optional_text(
        _("Name of the proposer"), 40, _("Kept with the contact of the matter, for the answer.")
    )
    phone = optional_text(_("Phone of the proposer"), 30)

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        check(rules.may_take_up_at(self.user, unit))
        return unit

    def clean_phone(self):
        return checked_phone(self.cleaned_data["phone"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("unit") and cleaned.get("category"):
            add_refusal(self, "category", may_be_of(cleaned["unit"], cleaned["category"]))
        return cleaned
