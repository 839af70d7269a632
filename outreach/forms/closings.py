"""The form for closing a year: posted once for a preview, then again to confirm."""

from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Matter
from outreach.models.closings import open_at_the_end_of
from portal.forms.reports import subject_for
from portal.pages.forms import ReaderForm, number_field, optional_picker


class CloseYearForm(ReaderForm):
    year = number_field(_("Year"), 2000, 2100)
    division = optional_picker("division", _("Area"), _("Left empty, the whole area of your role."))
    # Identifies the preview seen: year, subject and number of matters.
    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    # (number of matters, address of their list)
    preview: tuple[int, str] | None = None

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        year, division = cleaned["year"], cleaned.pop("division")
        subject = subject_for(self.user, division=division)
        if year < self.user.today.year:
            self._ask(year, subject, cleaned.pop("seen"))
        return {"year": year, "subject": subject}

    def _ask(self, year, subject, seen):
        """Fail validation until the user has seen a preview with the present numbers."""
        number = open_at_the_end_of(year, subject.of(Matter.objects.all())).count()
        shown = f"{year}/{sorted(subject.where.items())}/{number}"
        if seen == shown:
            return
        query = urlencode({"tab": "all", **subject.where, "carried": year})
        self.preview = number, f"{reverse('outreach:matters')}?{query}"
        self.data = self.data.copy()
        self.data["seen"] = shown
        raise ValidationError(_("Nothing is noted yet. Look at the numbers, then confirm."))
