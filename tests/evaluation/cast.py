"""Schemes and a cycle of the small cast: stationed cadres, organs, and cadres who visit from
home."""

from datetime import date

from django.utils import timezone

from evaluation.actions import cycles, schemes
from evaluation.models import Appraised
from outreach.models import Stay

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def draft(people, *, lines=None, by=None, **terms):
    """Return a draft that can be published as it is."""
    terms = {"title": "驻村干部考核方案", "subject": "cadre", "service": "stationed"} | terms
    scheme = schemes.write_scheme(by=by or people.office, **terms, at=timezone.now())
    code = "matters_in_time" if scheme.subject == "organ" else "promises_kept"
    lines = [line(code)] if lines is None else lines
    return schemes.set_indicators(scheme, by=by or people.office, lines=lines)


def line(code, share=100, **more):
    return {"indicator": code, "share": share, "floor": 0, "cap": 100, "minimum_n": 5} | more


def published(people, **terms):
    return schemes.publish_scheme(
        draft(people, **terms), by=people.office, document="云组通〔2025〕3号", at=timezone.now()
    )


def opened(people, *chosen, by=None, **plan):
    plan = {
        "title": "2025年度考核",
        "starts_on": FIRST,
        "ends_on": LAST,
        "ballots_until": date(2099, 1, 15),
    } | plan
    return cycles.open_cycle(
        by=by or people.office, schemes=chosen or [published(people)], **plan, at=timezone.now()
    )


def stay(people, cadre=None, unit=None, **changes):
    unit = unit or people.village
    cadre = cadre or people.cadre
    fields = {
        "cadre": cadre,
        "organ": cadre.organ,
        "kind": "residential",
        "starts_on": date(2025, 3, 1),
        "ends_on": date(2026, 2, 28),
        "document": "1号",
        "created_at": timezone.now(),
    } | changes
    row = Stay(**fields)
    row.stand_at(unit)
    row.save()
    return row


def collecting(people):
    """A cycle in which 王建国 stays at 柳湾村 and is appraised."""
    stay(people)
    cycle = opened(people)
    cycles.gather(cycle, by=people.office, at=timezone.now())
    return cycles.start_collecting(cycle, by=people.office, at=timezone.now())


def computed(people):
    cycle = collecting(people)
    cycles.close_collecting(cycle, by=people.office, at=timezone.now())
    return cycles.note_computed(cycle, at=timezone.now())


def names(cycle):
    return list(
        Appraised.objects.filter(cycle=cycle).in_official_order().values_list("name", flat=True)
    )
