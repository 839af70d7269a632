"""Forms of call-backs."""

from django.utils.translation import gettext_lazy as _

from outreach.models.matters import Word
from outreach.rules import matters as rules
from portal.pages.forms import AboutForm, check, choice_field, picker_field
from portal.pages.text_forms import CheckedTextForm, optional_text


class WordForm(CheckedTextForm):
    free_text = ("comment",)

    word = choice_field(
        _("What they say"),
        [
            *[c for c in Word.choices if c[0] != Word.UNREACHABLE],
            (Word.UNREACHABLE, _("Nobody reached today")),
        ],
        radio=True,
    )
    comment = optional_text(_("In their words"), 500, rows=3)
    method = choice_field(
        _("How asked"),
        [("phone", _("By phone")), ("person", _("In person")), ("slip", _("Paper slip"))],
    )


class ArrangeCallForm(AboutForm):
    about = "follow_up"
    caller = picker_field("user", _("Who asks"))

    def clean_caller(self):
        caller = self.cleaned_data["caller"]
        check(rules.may_be_called_by(caller.acting(on=self.user.today), self.follow_up))
        return caller
