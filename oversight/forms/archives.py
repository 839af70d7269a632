"""Form of an archive package."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import YearClosing
from oversight.models.archives import Term
from oversight.rules import archives as rules
from portal.pages.forms import ReaderForm, add_refusal, choice_field
from portal.sheets.statistics import Subject


class _Closings(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.year} {Subject.of_record(obj).name}"


class PackageForm(ReaderForm):
    closing = _Closings(YearClosing.objects.none(), label=_("Closed year"))
    term = choice_field(_("Kept for"), Term.choices, radio=True)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        closings = YearClosing.objects.visible_to(user).filter(undone_at=None)
        self.fields["closing"].queryset = closings.select_related("division", "organ").order_by(  # pyright: ignore[reportAttributeAccessIssue]  # a ModelChoiceField
            "-year", "-pk"
        )

    def clean(self):
        cleaned = super().clean()
        if closing := cleaned.get("closing"):
            add_refusal(self, "closing", rules.may_make_package(self.user, closing))
        return cleaned
