"""单位工作情况单: what is known of an organ as counts, with n and intervals.

An organ with too few answers has no total: the meeting decides its grade by this sheet.
"""

from dataclasses import dataclass

from evaluation.appraisal import explaining, records
from evaluation.models import Score, Tally
from evaluation.models.schemes import Component
from outreach.overview.dashboard import interval
from portal import parameters


@dataclass(frozen=True)
class Line:
    """An indicator: records in favour among n; `share` in whole per cent with its interval."""

    title: str
    definition: str
    met: int
    n: int
    left_out: int

    @property
    def share(self):
        return round(100 * self.met / self.n) if self.n else None

    @property
    def interval(self):
        """The 95 % interval of the share; None without a record."""
        return interval(self.met, self.n) if self.n else None


@dataclass(frozen=True)
class Situation:
    score: Score
    tally: Tally | None
    # [(line of the ballot, [(mark, count)])]; empty for few ballots.
    marks: list
    fewest: int
    lines: list[Line]
    components: list
    gates: list
    gaps: list

    @property
    def appraised(self):
        return self.score.appraised


def of(scores, *, on):
    """[Situation] of scores from `for_situation()`; one statement more."""
    fewest = parameters.number("eval.min_display_n", on=on)
    ids = [score.appraised_id for score in scores]
    tallies = {
        row.appraised_id: row for row in Tally.objects.with_meetings().filter(appraised__in=ids)
    }
    return [_situation(score, tallies.get(score.appraised_id), fewest) for score in scores]


def _situation(score, tally, fewest):
    marks, _questions = explaining.ballots(tally, fewest)
    return Situation(
        score,
        tally,
        marks,
        fewest,
        [_line(one) for one in score.lines[Component.RESULTS.value]["indicators"]],
        explaining.components(score, {}),
        explaining.gates(score),
        explaining.gaps(score.lines),
    )


def _line(one):
    meant = records.INDICATORS[one["indicator"]]
    n = one["met"] + one["missed"]
    return Line(meant.title, meant.definition, one["met"], n, one["left_out"])
