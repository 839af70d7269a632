"""The filters of what people said."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models import FollowUp
from outreach.models.matters import FAVOURABLE, Category, Word
from portal.pages.filters import Address, PlacedFilter, choice, day_by


class WordFilter(PlacedFilter):
    """What people said, on slips and in call-backs."""

    via = "matter__"
    kind = choice(
        _("Asked by"),
        [
            ("sample", _("an independent call-back")),
            ("word", _("slip or call-back")),
            ("second", _("asked again, the first was a mistake")),
        ],
    )
    corrected = choice(
        _("Written down wrongly"),
        [("better", _("from not satisfied to satisfied")), ("other", _("another correction"))],
        method="by_correction",
    )
    way = choice(_("Way"), [("slip", _("slip")), ("call", _("call-back"))], method="by_way")
    word = choice(_("The people's word"), Word)
    category = choice(_("Category"), Category, field_name="matter__category")
    answered_from = day_by(_("Said from"), "by_from")
    answered_to = day_by(_("Said to"), "by_to")

    def by_correction(self, queryset, name, value):
        better = Q(corrects__word=Word.UNSATISFIED, word__in=FAVOURABLE)
        asked = queryset.filter(kind=FollowUp.Kind.SECOND)
        return asked.filter(better) if value == "better" else asked.exclude(better)

    def by_way(self, queryset, name, value):
        choose = queryset.filter if value == "slip" else queryset.exclude
        return choose(method="slip")

    def by_from(self, queryset, name, value):
        return queryset.filter(answered_at__gte=_midnight(value))

    def by_to(self, queryset, name, value):
        return queryset.filter(answered_at__lt=_midnight(value + timedelta(days=1)))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


WORDS_AT = Address(WordFilter, FollowUp.objects.readable_by)
