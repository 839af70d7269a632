"""The rows of one import, for the link on its page."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import ImportBatch


class ImportedFilter(django_filters.FilterSet):
    """A mixin for filters of records that store their import."""

    batch = django_filters.NumberFilter(
        label=_("From the import"),
        method="by_batch",
        widget=forms.HiddenInput(),
        min_value=1,
        max_value=2**31 - 1,
    )

    def chips(self):
        """Show the import by its file name."""
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
        """Only the user's own imports: other users must not learn what was imported together."""
        own = ImportBatch.objects.visible_to(self.user)  # pyright: ignore[reportAttributeAccessIssue]
        return queryset.filter(batch__in=own.filter(pk=int(value)).values("pk"))
