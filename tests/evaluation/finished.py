"""A cycle of the small cast with published scores, inserted as rows: schemes and ballots have tests
of their own."""

from decimal import Decimal

from django.utils import timezone

from evaluation.models import Appraised, Computation, Cycle, Scheme, Score, Tally
from portal.models import Cadre
from tests.day import in_days, today

MARKS = ("attitude", "style", "achievement", "overall")
QUESTIONS = ("dining", "gifts", "retinue", "burden")


def cycle(people, *, state="objection", over=True, **changes):
    scheme = Scheme.objects.create(
        title=f"干部考核方案{Scheme.objects.count()}",
        organ=people.department,
        subject="cadre",
        state="published",
        published_on=in_days(-200),
        published_by=people.office,
        written_by=people.office,
        document="云组〔2026〕1号",
        created_at=timezone.now(),
    )
    fields = {
        "title": "年度考核",
        "organ": people.department,
        "division": people.county,
        "starts_on": in_days(-190),
        "ends_on": in_days(-30),
        "ballots_until": in_days(-25),
        "state": state,
        "written_by": people.office,
        "created_at": timezone.now(),
    }
    if state not in ("open", "collecting", "cancelled"):
        fields["data_at"] = timezone.now()
    if state in ("objection", "final"):
        until = in_days(-1) if over else in_days(3)
        fields |= {"objection_from": in_days(-10), "objection_until": until}
    if state == "final":
        fields |= {"final_on": today(), "document": "云组〔2026〕8号"}
    row = Cycle.objects.create(**fields | changes)
    row.schemes.add(scheme)
    row.scheme = scheme
    return row


def appraised(people, cycle, n=1, *, organ=None, cadre=None, subject="", name=None, **changes):
    """The n-th in the official order; without a cadre the organ itself."""
    organ = organ or people.agriculture
    row = Appraised(
        cycle=cycle,
        scheme=cycle.scheme,
        subject=subject or ("cadre" if cadre else "organ"),
        cadre=cadre,
        organ=organ,
        organ_name=organ.name,
        name=name or (cadre.name if cadre else f"对象{n:02}"),
        post=cadre.post if cadre else "",
        sort_key=f"{organ.sort_order:05} {n:03}",
        from_day=cycle.starts_on,
        to_day=cycle.ends_on,
        **changes,
    )
    row.stand_at(people.village)
    row.save()
    return row


def cadres(people, cycle, count, organ=None):
    """Appraise `count` cadres of one organ, each with a score."""
    organ = organ or people.agriculture
    rows = []
    for n in range(1, count + 1):
        cadre = Cadre.objects.create(
            name=f"干部{organ.pk}{n:02}", organ=organ, post="科员", sort_order=n
        )
        rows.append(appraised(people, cycle, n, organ=organ, cadre=cadre))
    scored(cycle, *rows)
    return rows


def scored(cycle, *rows, total="88.50", gates_met=True):
    computation, _new = Computation.objects.get_or_create(
        cycle=cycle,
        number=1,
        defaults={"rounding": "ROUND_HALF_UP 0.01", "result_hash": "0" * 64, "at": timezone.now()},
    )
    return [
        Score.objects.create(
            computation=computation,
            appraised=one,
            total=total and Decimal(total),
            masses=total and Decimal("36.00"),
            unit=Decimal("18.00"),
            results=Decimal("25.50"),
            organisation=Decimal("9.00"),
            gates_met=gates_met,
            lines=lines(total),
        )
        for one in rows
    ]


def lines(total="88.50"):
    """What a computation stores, as far as the sheets read it; without a total if there are too few
    ballots."""
    kept = {
        "masses": {"weight": "40", "valid": 20},
        "unit": {"weight": "20", "words": 1},
        "results": {"weight": "30", "indicators": []},
        "organisation": {"weight": "10", "sides": []},
    }
    for name, line in kept.items():
        if total or name != "masses":
            line["value"] = "90"
    if not total:
        kept["masses"] |= {"valid": 3, "why": "few_ballots"}
    return kept | {"gates": []}


def tally(one, *, overall=(8, 3, 1, 0, 2), yes=0, valid=14):
    sums = {name: list(overall) for name in MARKS}
    sums |= {name: [yes, valid - yes, 0] for name in QUESTIONS}
    return Tally.objects.create(
        appraised=one, issued=valid + 4, returned=valid + 1, valid=valid, **sums
    )
