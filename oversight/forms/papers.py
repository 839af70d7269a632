"""Forms on official papers."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.circulars import QUARTERS, period_of
from oversight.models.papers import FORMS, PaperKind
from oversight.rules import papers as rules
from portal.pages.forms import (
    ReaderForm,
    add_refusal,
    choice_field,
    day_field,
    number_field,
    optional_picker,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

FIRST_YEAR, LAST_YEAR = 2020, 2100
MOST_RECIPIENTS = 200


class PaperForm(CheckedTextForm):
    """Text and addressees of a paper."""

    free_text = (
        *("title", "addressed", "body", "basis", "demands", "reply_how", "review_how"),
        *("copied", "annexes", "series"),
    )
    FOLDED = (
        (
            _("Of a supervision slip or a notice to put right"),
            ("basis", "demands", "due_on", "reply_how", "review_how"),
        ),
    )
    kind = choice_field(pgettext_lazy("papers", "Kind"), PaperKind.choices)
    title = text_field(pgettext_lazy("papers", "Title"), 80)
    addressed = optional_text(
        pgettext_lazy("papers", "Addressed to"), 300, _("As it is printed, without a colon.")
    )
    body = text_field(
        pgettext_lazy("papers", "Text"),
        20_000,
        _("One paragraph a line. Lines that begin with 一、 or （一） become headings."),
        rows=18,
    )
    basis = optional_text(pgettext_lazy("papers", "Basis"), 500, rows=2)
    demands = optional_text(_("What is asked"), 3_000, rows=3)
    due_on = day_field(pgettext_lazy("papers", "Until"), required=False)
    reply_how = optional_text(_("How to answer"), 200)
    review_how = optional_text(_("Where to object"), 200)
    recipients = optional_picker(
        "organ",
        _("Organs that read it here once it is issued"),
        _("Organs and townships; never villages."),
        multiple=True,
    )
    countersigners = optional_picker("organ", _("Organs that countersign it"), multiple=True)
    copied = optional_text(_("Copied to"), 300, _("Of a supervision slip: who supports it."))
    annexes = optional_text(
        _("Other annexes"), 500, _("One name a line; a counted table stands first."), rows=2
    )
    series = optional_text(_("Name of the bulletin"), 30)
    organ = optional_picker("organ", _("Issuing organ"), _("Left empty: your own organ."))

    def __init__(self, *args, paper=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.paper = paper

    def clean_recipients(self):
        return self._few(self.cleaned_data["recipients"])

    def clean_countersigners(self):
        return self._few(self.cleaned_data["countersigners"])

    @staticmethod
    def _few(organs):
        if len(organs or ()) > MOST_RECIPIENTS:
            raise ValidationError(_("At most %(n)s organs.") % {"n": MOST_RECIPIENTS})
        return list(organs or ())

    def clean(self):
        cleaned = super().clean()
        organ = cleaned.get("organ") or (self.paper.organ if self.paper else self.user.organ)
        cleaned["organ"] = organ
        if organ is None:
            self.add_error("organ", _("Choose the issuing organ."))
        elif not self.has_error("organ"):
            add_refusal(self, "organ", rules.may_draft_for(self.user, organ))
        if organ in cleaned.get("countersigners", ()):
            self.add_error("countersigners", _("The issuing organ signs; others countersign."))
        if cleaned.get("kind") not in FORMS:
            # Only form papers have these rows.
            cleaned |= {"basis": "", "demands": "", "reply_how": "", "review_how": ""}
            cleaned["due_on"] = None
        if cleaned.get("kind") != PaperKind.BULLETIN:
            cleaned["series"] = ""
        return cleaned


class QuarterForm(ReaderForm):
    """The quarter covered by a circular."""

    year = number_field(_("Year"), FIRST_YEAR, LAST_YEAR)
    quarter = forms.TypedChoiceField(
        label=_("Quarter"),
        choices=[(n, f"第{words}季度") for n, words in QUARTERS.items()],
        coerce=int,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = self.user.today
        quarter = (today.month - 1) // 3
        self.initial.setdefault("year", today.year if quarter else today.year - 1)
        self.initial.setdefault("quarter", quarter or 4)

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            period = period_of(cleaned["year"], cleaned["quarter"])
            if period.first > self.user.today:
                self.add_error("quarter", _("This quarter has not begun."))
        return cleaned


class NumberForm(CheckedTextForm):
    """The number from the office's register, or the issue of a bulletin."""

    free_text = ()
    number = text_field(
        _("Document number"), 40, _("As in the register of the office: 云组通〔2026〕15号")
    )
    issue = number_field(pgettext_lazy("papers", "Issue"), 1, 999)

    def __init__(self, *args, paper, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["number" if paper.kind == PaperKind.BULLETIN else "issue"]


class WordForm(CheckedTextForm):
    """An optional remark."""

    free_text = ("text",)
    text = optional_text(pgettext_lazy("papers", "Opinion"), 300, rows=2)
