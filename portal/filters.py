"""Filters of placed records; all of them stand in the address."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.asked import bound_days
from portal.figures import Scope
from portal.pickers import PickerField
from portal.statistics import with_stations


class PickedFilter(django_filters.Filter):
    """A large table is chosen from by typing, never by a list."""

    field_class = PickerField

    def __init__(self, kind, **kwargs):
        super().__init__(kind=kind, **kwargs)


class PlacedFilter(django_filters.FilterSet):
    """What a list of placed records is narrowed to: the scope that a number was counted in."""

    # The way from a row to the record that stands somewhere.
    via = ""
    # Filters that numbers lead to rather than people choose; folded away until they are used.
    MORE = ("organ", "itself", "host")
    area = PickedFilter("division", label=_("Area"), method="by_area")
    organ = PickedFilter("organ", label=_("Recorded by the organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Recorded by, without stations"), method="by_itself")
    host = PickedFilter("organ", label=_("Host organ"), method="by_host")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.form.fields.values():
            # A filter may be left out: that goes without saying.
            field.expected = True
            if isinstance(field, PickerField):
                field.user = user
        bound_days(self.form.fields)

    def by_area(self, queryset, name, value):
        return queryset.filter(Scope(self.user, division=value).limit(self.via))

    def by_organ(self, queryset, name, value):
        return queryset.filter(Scope(self.user, organ=value).limit(self.via))

    def by_itself(self, queryset, name, value):
        return queryset.filter(**{f"{self.via}organ": value})

    def by_host(self, queryset, name, value):
        return queryset.filter(Scope(self.user, host=value).limit(self.via))

    @property
    def main_fields(self):
        return [field for field in self.form if field.name not in self.MORE]

    @property
    def more_fields(self):
        return [field for field in self.form if field.name in self.MORE]

    @property
    def unknown(self):
        """Parameters in the address that are no filter; said, not silently swallowed."""
        known = (
            set(self.form.fields)
            | {f"{n}_text" for n in self.form.fields}
            | {
                "tab",
                "view",
                "sort",
                "after",
                "before",
                "jump",
                "count",
            }
        )
        return sorted(set(self.data or ()) - known)

    def chips(self):
        """[(label, words, name)] of the active filters, as a sentence."""
        if not self.form.is_valid():
            return []
        shown = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value in (None, "", []):
                continue
            choices = dict(getattr(field, "choices", ()))
            shown.append((field.label, str(choices.get(value, value)), name))
        return shown


class LedgerFilter(PlacedFilter):
    q = django_filters.CharFilter(label=_("Keyword"), method="by_text", min_length=2, max_length=60)
    unit = PickedFilter("unit", label=_("Place"))
    # Set by the links of the statistics, where an organ below has a row of its own.
    alone = django_filters.ChoiceFilter(
        label=_("Counted organ"),
        choices=[("1", _("with its stations alone"))],
        method="by_alone",
        widget=forms.HiddenInput(),
    )

    def by_organ(self, queryset, name, value):
        if self.form.cleaned_data.get("alone"):
            return queryset.filter(organ__in=with_stations(value))
        return super().by_organ(queryset, name, value)

    def by_alone(self, queryset, name, value):
        return queryset  # says how the organ is meant

    def by_text(self, queryset, name, value):
        return queryset.containing(value)
