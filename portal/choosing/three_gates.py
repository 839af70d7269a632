"""三门干部: cadres who went from home to school to an organ and never worked at the grassroots.

A hint for choosing whom to send (DOMAIN 3.1), derived only from entered experience; missing entries
count as unknown. Only the office sees it, and no sheet prints it.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal import parameters
from portal.models import Experience
from portal.models.places import DivisionLevel, OrganKind

Kind = Experience.OrganKind

# Kinds of organ that count as grassroots experience, by the level of the cadre's organ.
COUNTS_FOR_COUNTY = frozenset({Kind.VILLAGE, Kind.TOWNSHIP, Kind.ENTERPRISE, Kind.SOCIAL_ORG})
COUNTS_ABOVE = COUNTS_FOR_COUNTY | {Kind.COUNTY, Kind.ARMY}


class State(TextChoices):
    NOT_APPLICABLE = "not_applicable", _("Not a matter of this cadre's organ")
    UNKNOWN = "unknown", _("Cannot be told")
    YES = "yes", _("Three-gate cadre")
    NO = "no", _("Has grassroots experience")


@dataclass(frozen=True)
class Span:
    """A period that counts: both days included, the kind of organ and the place."""

    starts_on: date
    ends_on: date
    kind: str
    place: str

    @property
    def kind_label(self):
        return Kind(self.kind).label


@dataclass(frozen=True)
class Hint:
    state: State
    months: int = 0
    least: float = 0
    spans: tuple[Span, ...] = ()
    on: date | None = None

    @property
    def label(self):
        return self.state.label

    @property
    def basis(self):
        return parameters.basis("grassroots_min_months", on=self.on)


def hint(cadre, as_of, *, least=None, experiences=None):
    """The hint for a cadre, loaded with organ, its division and parent, and experiences if these
    are not given."""
    level = level_of(cadre.organ)
    if level is not None and level >= DivisionLevel.TOWNSHIP:
        return Hint(State.NOT_APPLICABLE, on=as_of)
    experiences = list(cadre.experiences.all()) if experiences is None else experiences
    least = parameters.number("grassroots_min_months", on=as_of) if least is None else least
    if level is None or not experiences:
        return Hint(State.UNKNOWN, least=least, on=as_of)
    counting = COUNTS_FOR_COUNTY if level == DivisionLevel.COUNTY else COUNTS_ABOVE
    past = list(filter(None, (_span(one, as_of) for one in experiences)))
    spans = [one for one in past if one.kind in counting]
    study = [one for one in past if one.kind == Kind.STUDY]
    months = _months(_without(_merged(spans), _merged(study)))
    state = State.YES if months < least else State.NO
    spans = tuple(sorted(spans, key=lambda s: s.starts_on))
    return Hint(state, months, least, spans, as_of)


def level_of(organ):
    """Return the level of an organ, or None if unknown; townships, their stations and enterprises
    are below the county."""
    if organ.kind in {OrganKind.TOWNSHIP, OrganKind.ENTERPRISE}:
        return DivisionLevel.TOWNSHIP
    if organ.division_id:
        return DivisionLevel(organ.division.level)
    return level_of(organ.parent) if organ.parent_id else None


def _span(experience, as_of):
    """A period up to `as_of`; None if it begins later."""
    ends_on = min(experience.ended_on or as_of, as_of)
    if experience.started_on > ends_on:
        return None
    return Span(experience.started_on, ends_on, experience.organ_kind, experience.place)


def _merged(spans):
    """[(first day, day after the last)] without overlaps: two posts at once count once."""
    merged = []
    for span in sorted(spans, key=lambda s: s.starts_on):
        start, end = span.starts_on, span.ends_on + timedelta(days=1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _without(spans, taken_out):
    for away_from, away_to in taken_out:
        spans = [
            part
            for start, end in spans
            for part in ((start, min(end, away_from)), (max(start, away_to), end))
            if part[0] < part[1]
        ]
    return spans


def _months(spans):
    """Whole months of all periods, plus the remaining days together in months of 30 days."""
    months = days = 0
    for start, end in spans:
        whole = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
        months += whole
        year, month = divmod(start.year * 12 + start.month - 1 + whole, 12)
        days += (end - _day(year, month + 1, start.day)).days
    return months + days // 30


def _day(year, month, day):
    """The day of that month, or its last one."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
