"""Forms about partnerships of Party branches."""

from django.utils.translation import gettext_lazy as _

from pairing.models.pairings import HelpMode
from portal.pages.forms import choice_field, day_field, picker_field
from portal.pages.text_forms import CheckedTextForm, text_field


class PartnershipPlanForm(CheckedTextForm):
    """What the two agreed on."""

    free_text = ("content",)
    content = text_field(
        _("What is built together"),
        300,
        _("As the agreement says it, in a sentence or two."),
        rows=3,
    )
    signed_on = day_field(
        _("Agreement signed on"), _("Empty while it is not signed yet."), required=False
    )


class PartnershipForm(PartnershipPlanForm):
    """Which two branches, from when to when."""

    helper_branch = picker_field(
        "party_organizations_of_organs",
        _("Helping Party organisation"),
        _("That of an organ. Type a part of its name or the initials."),
    )
    helped_branch = picker_field(
        "party_organizations_of_units",
        _("Partner at the grassroots"),
        _("That of a village, community, enterprise or organisation."),
    )
    mode = choice_field(_("Mode"), HelpMode.choices, initial=HelpMode.ONE, radio=True)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"), _("This day included."))
    cadre = picker_field(
        "cadre",
        _("Whom to turn to"),
        _("A cadre of the helping organ; may stay empty."),
        required=False,
    )
    document = text_field(_("Document number"), 60, required=False)
    field_order = [
        *("helper_branch", "helped_branch", "mode", "starts_on", "ends_on"),
        *("content", "numbers", "signed_on", "cadre", "document"),
    ]
