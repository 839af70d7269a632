"""What the official sheets of going down share."""

from django.utils import translation
from django.utils.translation import gettext as _

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
from portal.ledgers import LedgerProblem
from portal.xlsx import SheetColumn

_cache = {}


def checked(filtered):
    """Refuse a filter that does not exist rather than export something else."""
    if filtered.unknown:
        raise LedgerProblem(
            _("There is no filter called “%(name)s”.") % {"name": filtered.unknown[0]}
        )
    if not filtered.form.is_valid():
        field, errors = next(iter(filtered.form.errors.items()))
        label = filtered.form.fields[field].label if field in filtered.form.fields else field
        raise LedgerProblem(f"{label}: {errors[0]}")
    return filtered.qs


def words_of(filtered):
    return [(str(label), words) for label, words, _name in filtered.chips()]


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


def text_column(heading, width, align="left"):
    return SheetColumn(heading, width, align, "text")


def day_column(heading):
    return SheetColumn(heading, 12, "center", "date")
