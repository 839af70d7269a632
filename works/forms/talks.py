"""Forms for talks: names, a day and choices, no free text."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import (
    ReaderForm,
    add_refusal,
    check,
    choice_field,
    day_field,
    not_future,
    optional_picker,
)
from portal.pages.text_forms import optional_text
from works.models.talks import NAME, TalkTopic, TalkVoid
from works.rules import talks as rules

# A single name: pasted digits, commas or sentences do not match.
_ONE_NAME = re.compile(r"[^\W\d_]+(?:[ ·.][^\W\d_]+)*")
# Longest Chinese name without a separator.
_LONGEST_CHINESE = 6


class TalkForm(ReaderForm):
    talked_on = day_field(_("Date"))
    cadre = optional_picker("cadre", _("Entered for"), _("Leave empty when you talked yourself."))
    other = optional_picker("cadre", _("Talked with"), _("Somebody on the list of cadres."))
    other_name = optional_text(
        _("Or a worker who is on no list"), NAME, _("Only the name; one talk for each person.")
    )
    topic = choice_field(pgettext_lazy("talks", "Class"), TalkTopic.choices)
    unit = optional_picker("unit", pgettext_lazy("talks", "Where the person works"))

    def clean_talked_on(self):
        return not_future(self, "talked_on")

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        check(rules.may_be_at(unit))
        return unit

    def clean_other_name(self):
        name = " ".join(self.cleaned_data["other_name"].split())
        is_long = re.search(rf"[一-鿿]{{{_LONGEST_CHINESE + 1}}}", name)
        if name and (is_long or not _ONE_NAME.fullmatch(name)):
            raise ValidationError(_("Write one name only: no number, no post, no further words."))
        return name

    def clean(self):
        cleaned = super().clean()
        cleaned["cadre"] = cadre = cleaned.get("cadre") or getattr(self.user, "cadre", None)
        other, name = cleaned.get("other"), cleaned.get("other_name")
        if cadre is None:
            self.add_error("cadre", _("Say whose talk it was."))
        elif not self.has_error("cadre"):
            add_refusal(self, "cadre", rules.may_enter_for(self.user, cadre))
        if other and name:
            self.add_error("other_name", _("One person only: take the other one out."))
        elif not other and not name and not {"other", "other_name"} & self.errors.keys():
            self.add_error("other", _("Choose the cadre, or write the name of the worker."))
        if cadre and (other == cadre or name == cadre.name):
            self.add_error("other" if other else "other_name", _("These are the same person."))
        return cleaned


class VoidTalkForm(ReaderForm):
    reason = choice_field(pgettext_lazy("talks", "Why"), TalkVoid.choices, radio=True)
