"""Check reports for the library (成果库), which must not name persons or grassroots units.

Like the other privacy tools, this only reports findings to the person who publishes; it changes
nothing.
"""

from dataclasses import dataclass

from django.db.models import F, TextField, Value

from portal.models import Cadre, GrassrootsUnit
from portal.models.text import plain
from portal.places.spared import names_holding
from portal.trust import addressing, privacy
from research.models import BatchUnit, ResearchReport

SHOWN = 10


@dataclass(frozen=True)
class Named:
    # Personal numbers, and places of the fieldwork: these never enter the library.
    surely: tuple[str, ...] = ()
    # Words that may have another meaning; a person must read them in context.
    perhaps: tuple[str, ...] = ()


def named_in(report, *, everywhere=False):
    """Return what the texts of a report name. `everywhere` also searches for the names of all
    units, which scans the table of units."""
    text = "\n".join(plain(getattr(report, name)) for name in ResearchReport.SEARCHED_FIELDS)
    numbers = privacy.find(text)
    surely = [*numbers.ids, *numbers.cards, *numbers.phones]
    surely += [name for name in _visited(report) if name in text]
    perhaps = _people(report, text)
    if everywhere:
        perhaps += [name for name in _units_in(text) if name not in surely]
    return Named(_few(surely), _few(perhaps))


def _visited(report):
    units = BatchUnit.objects.filter(batch__topic=report.topic_id).order_by("unit")
    return units.values_list("unit__name", flat=True).distinct()


def _people(report, text):
    phrases = addressing.phrases(text)
    if phrases:
        phrases = addressing.phrases(text, names_holding(set(phrases)))
    topic = report.topic_id
    group = Cadre.objects.filter(led_topics=topic) | Cadre.objects.filter(topics=topic)
    names = group.order_by("name").values_list("name", flat=True).distinct()
    return [*phrases, *(name for name in names if name in text)]


def _units_in(text):
    rows = GrassrootsUnit.objects.annotate(text=Value(text, output_field=TextField()))
    rows = rows.filter(text__contains=F("name")).order_by("name")
    return rows.values_list("name", flat=True).distinct()[:SHOWN]


def _few(found):
    return tuple(dict.fromkeys(found))[:SHOWN]
