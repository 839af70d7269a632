"""Form of a home note."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import day_field, not_future
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field


class HomeNoteForm(CheckedTextForm):
    free_text = ("place", "situation", "suggestion")
    seen_on = day_field(_("Day"))
    place = text_field(pgettext_lazy("research", "Where"), 60)
    situation = text_field(_("Situation"), 2_000, rows=5)
    suggestion = optional_text(pgettext_lazy("research", "Suggestion"), 1_000, rows=3)

    def clean_seen_on(self):
        return not_future(self, "seen_on")
