"""Cycles as other lanes' acts leave them, made directly for tests that begin in the middle."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from evaluation.models import Appraised, Cycle, Scheme


def scheme(people, **fields):
    today = timezone.localdate()
    fields = {
        "title": "驻村干部考核方案",
        "organ": people.department,
        "subject": "cadre",
        "written_by": people.office,
        "state": "published",
        "published_on": today,
        "published_by": people.office,
        "document": "云组通〔2026〕1号",
        "weight_masses": Decimal(40),
        "created_at": timezone.now(),
    } | fields
    return Scheme.objects.create(**fields)


def cycle(people, **fields):
    """One that collects ballots today."""
    today = timezone.localdate()
    fields = {
        "title": "2026年度考核",
        "organ": people.department,
        "division": people.county,
        "starts_on": today - timedelta(days=200),
        "ends_on": today,
        "ballots_until": today + timedelta(days=10),
        "state": "collecting",
        "written_by": people.office,
        "created_at": timezone.now(),
    } | fields
    return Cycle.objects.create(**fields)


def appraised(people, cycle, *, cadre=None, unit=None, **fields):
    cadre = cadre or people.cadre
    rules = Scheme.objects.first() or scheme(people)
    one = Appraised(
        cycle=cycle,
        scheme=rules,
        subject="cadre",
        cadre=cadre,
        organ=cadre.organ,
        name=cadre.name,
        post=cadre.post,
        organ_name=cadre.organ.name,
        sort_key=f"{cadre.organ.sort_order:05}{cadre.sort_order:05}",
        from_day=cycle.starts_on,
        to_day=cycle.ends_on,
        **fields,
    )
    if unit:
        one.stand_at(unit)
    one.save()
    return one
