"""Chinese words of the codes in the official sheets of going down."""

from django.utils import translation

from outreach.models.matters import (
    Category,
    Closure,
    RaiserKind,
    Resolution,
    Source,
    Status,
    Urgency,
    Word,
)
from outreach.models.visits import VisitMode

_cache = {}


def _labels(choices):
    return {str(code): str(label) for code, label in choices}


def chinese_words():
    """Chinese labels of all codes, computed once (sheets are always Chinese)."""
    if not _cache:
        with translation.override("zh-hans"):
            _cache.update(
                source=_labels(Source.choices),
                category=_labels(Category.choices),
                urgency=_labels(Urgency.choices),
                resolution=_labels(Resolution.choices),
                closure=_labels(Closure.choices),
                word=_labels(Word.choices),
                status=_labels(Status.choices),
                raiser=_labels(RaiserKind.choices),
                mode=_labels(VisitMode.choices),
            )
    return _cache
