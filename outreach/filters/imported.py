"""The rows of one import, for the link on its page."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import ImportBatch


class ImportedFilter(django_filters.FilterSet):
    """Part of the filters of records that keep the import they came with."""

    batch = django_filters.NumberFilter(
        label=_("From the import"),
        method="by_batch",
        widget=forms.HiddenInput(),
        min_value=1,
        max_value=2**31 - 1,
    )

    def chips(self):
        """The import by the name of its file."""
        chips = super().chips()  # pyright: ignore[reportAttributeAccessIssue]
        names = {}
        if batch := self.form.is_valid() and self.form.cleaned_data.get("batch"):
            own = ImportBatch.objects.visible_to(self.user)  # pyright: ignore[reportAttributeAccessIssue]
            names = dict(own.filter(pk=int(batch)).values_list("pk", "file_name"))
        return [
            (label, names.get(int(batch), words) if name == "batch" else words, name)
            for label, words, name in chips
        ]

    def by_batch(self, queryset, name, value):
        """Only one's own: what was imported together is nobody else's concern."""
        own = ImportBatch.objects.visible_to(self.user)  # pyright: ignore[reportAttributeAccessIssue]
        return queryset.filter(batch__in=own.filter(pk=int(value)).values("pk"))
