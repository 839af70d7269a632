"""What is asked about partnerships of Party branches, made clean. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy

from pairing.models.pairings import HelpMode
from portal.pages.forms import DayInput
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


class PartnershipPlanForm(CheckedTextForm):
    """What the two agreed on."""

    free_text = ("content",)
    content = forms.CharField(
        label=gettext_lazy("What is built together"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("As the agreement says it, in a sentence or two."),
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Agreement signed on"),
        widget=DayInput(),
        required=False,
        help_text=gettext_lazy("Empty while it is not signed yet."),
    )


class PartnershipForm(PartnershipPlanForm):
    """Which two branches, from when to when."""

    helper_branch = PickerField(
        "party_organizations_of_organs",
        label=gettext_lazy("Helping Party organisation"),
        help_text=gettext_lazy("That of an organ. Type a part of its name or the initials."),
    )
    helped_branch = PickerField(
        "party_organizations_of_units",
        label=gettext_lazy("Partner at the grassroots"),
        help_text=gettext_lazy("That of a village, community, enterprise or organisation."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode"),
        choices=HelpMode.choices,
        initial=HelpMode.ONE,
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=gettext_lazy("To"), widget=DayInput(), help_text=gettext_lazy("This day included.")
    )
    cadre = PickerField(
        "cadre",
        label=gettext_lazy("Whom to turn to"),
        required=False,
        help_text=gettext_lazy("A cadre of the helping organ; may stay empty."),
    )
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)
    field_order = [
        "helper_branch",
        "helped_branch",
        "mode",
        "starts_on",
        "ends_on",
        "content",
        "numbers",
        "signed_on",
        "cadre",
        "document",
    ]
