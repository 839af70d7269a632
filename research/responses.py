"""Dispositions of drawn units by stratum: for the page of a sample and 问卷应答情况表."""

from dataclasses import dataclass, field

from django.db.models import Count

from portal.sampling.plan import named
from portal.text import Text
from research.models.answers import Channel
from research.models.samples import NOT_ELIGIBLE, Disposition, Sample


@dataclass
class Line:
    """One stratum, or the total. Replaced units count as drawn, and so do the units that replace
    them."""

    stratum: Text
    code: str | None = None
    in_frame: int = 0
    drawn: int = 0
    from_reserve: int = 0
    by_disposition: dict[str, int] = field(default_factory=dict)
    by_channel: dict[str, int] = field(default_factory=dict)

    def of(self, *dispositions) -> int:
        return sum(self.by_disposition.get(one, 0) for one in dispositions)

    @property
    def ineligible(self) -> int:
        return self.of(*NOT_ELIGIBLE)

    @property
    def complete(self) -> int:
        return self.of(Disposition.COMPLETE)

    @property
    def refused(self) -> int:
        return self.of(Disposition.REFUSED)

    @property
    def not_met(self) -> int:
        return self.of(Disposition.NOT_MET)

    @property
    def open(self) -> int:
        return self.drawn - sum(self.by_disposition.values())

    @property
    def eligible(self) -> int:
        return self.drawn - self.ineligible

    @property
    def rate(self) -> str:
        """完成 ÷ (抽取 − 不符合条件), with its n; empty if no unit is eligible."""
        if not self.eligible:
            return ""
        return f"{100 * self.complete / self.eligible:.1f}%（{self.complete}/{self.eligible}）"

    def by(self, channel: Channel) -> int:
        return self.by_channel.get(channel, 0)

    def add(self, *, n, reserve, disposition, channel):
        self.drawn += n
        if reserve:
            self.from_reserve += n
        if disposition:
            self.by_disposition[disposition] = self.by_disposition.get(disposition, 0) + n
        if channel:
            self.by_channel[channel] = self.by_channel.get(channel, 0) + n


def lines_of(sample: Sample) -> tuple[list[Line], Line]:
    """Return one line for each stratum, and one for the total."""
    whole = Line("", in_frame=sample.unit_count or 0)
    lines = {
        code: Line(named(code), code, in_frame=units)
        for code, (units, _size) in sorted(sample.strata.items())
    }
    rows = sample.drawn.released().order_by()
    for stratum, reserve, disposition, channel, n in rows.values_list(
        "stratum", "reserve", "disposition", "channel"
    ).annotate(n=Count("pk")):
        for line in (lines[stratum], whole):
            line.add(n=n, reserve=reserve, disposition=disposition, channel=channel)
    return list(lines.values()), whole
