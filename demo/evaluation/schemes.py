"""Two published schemes, for cadres who stay and for organs, and a draft for those who visit."""

from datetime import timedelta
from decimal import Decimal

from evaluation.actions import schemes
from evaluation.models.schemes import Gate, Service, Subject

# {indicator: (share, floor, cap, minimum n)}
STATIONED = {
    "own_results_word": (30, 60, 95, 5),
    "own_results_lasting": (20, 60, 100, 5),
    "promises_kept": (30, 30, 95, 2),
    "contact_rhythm": (20, 50, 95, 3),
}
ORGANS = {
    "matters_signed_in_time": (20, 60, 100, 5),
    "matters_in_time": (30, 60, 98, 5),
    "results_word": (30, 60, 95, 5),
    "results_lasting": (20, 60, 100, 5),
}
VISITING = {"own_results_word": (40, 60, 95, 5), "contact_rhythm": (60, 50, 95, 3)}


def make(county):
    """Make the schemes, and return the published ones in the order of the office's list."""
    office, anchor = county.people.users["liming"], county.anchor

    def written(ago, indicators, limits, **terms):
        # A small county has few people to ask.
        terms["minimum_ballots"] = 5 if county.is_small else 15
        scheme = schemes.write_scheme(by=office, at=_at(ago), **terms)
        schemes.set_indicators(scheme, by=office, lines=_lines(indicators))
        return schemes.set_gates(scheme, by=office, limits=limits)

    def _at(ago):
        return county.moment(anchor - timedelta(days=ago))

    year = (anchor - timedelta(days=330)).year
    stationed = written(
        340,
        STATIONED,
        {Gate.STAY_MONTHS.value: 80, Gate.FINDINGS.value: 0},
        title="驻村干部考核方案",
        subject=Subject.CADRE.value,
        service=Service.STATIONED.value,
    )
    organs = written(
        338,
        ORGANS,
        {Gate.FINDINGS.value: 0},
        title="机关联系服务群众考核方案",
        subject=Subject.ORGAN.value,
        weight_masses=Decimal(30),
        weight_unit=Decimal(0),
        weight_results=Decimal(60),
    )
    if not county.is_tiny:
        written(
            20,
            VISITING,
            {Gate.FINDINGS.value: 0},
            title="包联干部考核方案",
            subject=Subject.CADRE.value,
            service=Service.VISITING.value,
        )
    return [
        schemes.publish_scheme(
            scheme, by=office, at=_at(330), document=f"云组通〔{year}〕{number}号"
        )
        for scheme, number in ((stationed, 41), (organs, 42))
    ]


def _lines(indicators):
    return [
        {"indicator": code, "share": share, "floor": floor, "cap": cap, "minimum_n": n}
        for code, (share, floor, cap, n) in indicators.items()
    ]
