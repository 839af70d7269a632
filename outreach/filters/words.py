"""The filters of what people said."""

from datetime import datetime, time, timedelta

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models import FollowUp
from outreach.models.matters import Category, Word
from portal.pages.filters import Address, PlacedFilter
from portal.pages.forms import DayInput


class WordFilter(PlacedFilter):
    """What people said, on slips and in call-backs."""

    via = "matter__"
    kind = django_filters.ChoiceFilter(
        label=_("Asked by"),
        choices=[("sample", _("an independent call-back")), ("word", _("slip or call-back"))],
    )
    way = django_filters.ChoiceFilter(
        label=_("Way"), choices=[("slip", _("slip")), ("call", _("call-back"))], method="by_way"
    )
    word = django_filters.ChoiceFilter(label=_("The people's word"), choices=Word.choices)
    category = django_filters.ChoiceFilter(
        label=_("Category"), choices=Category.choices, field_name="matter__category"
    )
    answered_from = django_filters.DateFilter(
        label=_("Said from"), method="by_from", widget=DayInput()
    )
    answered_to = django_filters.DateFilter(label=_("Said to"), method="by_to", widget=DayInput())

    class Meta:
        model = FollowUp
        fields = []

    def by_way(self, queryset, name, value):
        if value == "slip":
            return queryset.filter(method="slip")
        return queryset.exclude(method="slip")

    def by_from(self, queryset, name, value):
        return queryset.filter(answered_at__gte=_midnight(value))

    def by_to(self, queryset, name, value):
        return queryset.filter(answered_at__lt=_midnight(value + timedelta(days=1)))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


WORDS_AT = Address(WordFilter, FollowUp.objects.readable_by)
