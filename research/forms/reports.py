"""Forms on reports of topics."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import day_field, not_future, tick_field, yes_no_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from research.actions.reports import FIELDS
from research.library import named_in

LONGEST = 10_000
WHICH_DOCUMENT = _("Number of the document, or day of the meeting")


class ReportForm(CheckedTextForm):
    """A draft may have gaps; it can be submitted once all parts are filled in."""

    free_text = FIELDS
    title = text_field(_("Subject of the report"), 80)
    situation = optional_text(_("Basic situation"), LONGEST, rows=6)
    problems_text = optional_text(_("Problems found"), LONGEST, rows=6)
    causes = optional_text(_("Causes"), LONGEST, rows=6)
    advice = optional_text(_("Suggestions"), LONGEST, rows=6)


class ReviewForm(CheckedTextForm):
    free_text = ("text",)
    accepted = yes_no_field(
        pgettext_lazy("research", "Review"),
        _("Pass it on to be decided"),
        _("Send it back"),
        _("Pass it on, or send it back?"),
    )
    text = optional_text(_("What is to be said"), 500, rows=3)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accepted") is False and not cleaned.get("text"):
            self.add_error("text", _("Say what is missing."))
        return cleaned


class DecisionForm(ReviewForm):
    accepted = yes_no_field(
        pgettext_lazy("research", "Decision"),
        pgettext_lazy("research", "Decided"),
        _("Send it back"),
        _("Decided, or sent back?"),
    )
    decided_on = day_field(pgettext_lazy("research", "Decided on"))
    document = optional_text(
        WHICH_DOCUMENT,
        60,
        _("A leader who decides here may leave it empty."),
    )
    field_order = ["accepted", "decided_on", "document", "text"]

    def clean_decided_on(self):
        return not_future(self, "decided_on")


class SendForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(pgettext_lazy("research", "To whom"), 200)
    document = optional_text(_("Document number"), 60)


class PublishForm(CheckedTextForm):
    """Show what the report names; if anything, a person must confirm having read it before
    publication."""

    free_text = ()
    read = tick_field(_("I have read it: it names no person and no village, estate or workshop"))

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        named = named_in(report, everywhere=True)
        if named.perhaps:
            said = _("Read for these words: %(names)s.")
            words = _(", ").join(named.perhaps)
            self.fields["read"].help_text = said % {"names": words}
        else:
            del self.fields["read"]
