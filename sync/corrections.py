"""Merge corrections field by field: what the writer saw, what they wrote and the current value.

Changes to different fields merge; a field that somebody else changed meanwhile is left for a person
to decide. Values are lists of texts, as sent by forms.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from outreach.models.visits import Visit
from outreach.ticked import TICKED
from portal.models.text import plain

TEXTS = ("group", "summary", "heard", "next_steps")


@dataclass(frozen=True)
class Clash:
    """One field that was changed on both sides."""

    name: str
    saw: list[str]
    wrote: list[str]
    stands: list[str]


def merged(wrote, base, stands):
    """Return ({name: values} to write, [Clash]). Fields missing in `stands` are left out.

    A field is written if its current value is what the writer saw or already what they wrote.
    Without a base, the writer is assumed to have seen an empty value.
    """
    taken, clashes = {}, []
    for name, values in wrote.items():
        if name not in stands:
            continue
        saw, now, new = (as_compared(one) for one in (base.get(name, []), stands[name], values))
        if now in (saw, new):
            taken[name] = values
        else:
            clashes.append(Clash(name, saw, new, now))
    return taken, clashes


def as_compared(values):
    """Normalise for comparison: drop empty values, line ending differences and surrounding spaces;
    sort."""
    said = [values] if isinstance(values, str) else values
    said = ["\n".join(str(one).splitlines()).strip() for one in said]
    return sorted(one for one in said if one)


def fields_of(visit):
    """Return {name: values} of a visit as a form sends them: everything that a correction may
    change except the reflection."""
    numbers = [row.cadre_id for row in visit.companion_rows.all()]
    ticked = {one.name: [row.pk for row in getattr(visit, one.name).all()] for one in TICKED}
    facts = {name: [_said(getattr(visit, name))] for name in (*TEXTS, *Visit.FACTS)}
    return {
        "visited_on": [f"{visit.visited_on}"],
        **facts,
        "purposes": sorted(visit.purposes),
        "companions": [str(pk) for pk in sorted(numbers)],
        **{name: [str(pk) for pk in sorted(pks)] for name, pks in ticked.items()},
    }


def _said(value):
    return "" if value is None else plain(value) if isinstance(value, str) else str(value)


def words_of(clashes, labels):
    """Return a sentence for each clash. It omits the values, which may be private."""
    said = _(
        "“%(field)s” was changed by somebody else after you last saw it. Look at both and decide."
    )
    return [said % {"field": labels.get(one.name, one.name)} for one in clashes]
