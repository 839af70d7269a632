"""What is asked about closing a year."""

from django.utils.translation import gettext_lazy as _

from portal.forms.reports import subject_for
from portal.pages.forms import ReaderForm, number_field, optional_picker


class CloseYearForm(ReaderForm):
    year = number_field(_("Year"), 2000, 2100)
    division = optional_picker("division", _("Area"), _("Left empty, the whole area of your role."))

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        subject = subject_for(self.user, division=cleaned.pop("division"))
        return cleaned | {"subject": subject}
