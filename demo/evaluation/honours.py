"""评先树优 in the invented county, from a published cycle: one pool final, one under public
notice."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from evaluation.actions import honours
from evaluation.models import HonourPool, Score
from evaluation.models.honours import HonourPurpose
from evaluation.models.schemes import Subject
from evaluation.rules.honours import obstacles
from portal.days import workdays

JUDGED = "群众评议有效票不足，会议结合走访记录和基层单位意见综合研判"
REASONS = (
    "扎根驻点，群众评议和村级组织评价好",
    "群众反映的事项记得清、跟得紧，村组干部和群众认可",
    "走访到户，政策讲得清，遇事同群众商量",
)


def make(county, cycle):
    """Make the pools; the cycle needs computed scores, and its days for objections must be over.

    A tiny county, where nobody has a total, has one honour and one grade proposed by the office.
    """
    office, today, now = county.people.users["liming"], county.anchor, county.midnight
    lately = workdays.last_before(today)
    # The meeting must be after the days for objections.
    met = workdays.last_before(today - timedelta(days=11))
    met = max(met, cycle.objection_until + timedelta(days=1))
    if county.is_tiny:
        document = county.document("云组通", today)
        share = {"basis": "other", "percent": 50, "basis_document": document}
        title = "服务群众先进个人"
        best = _decided(cycle, office, met, title=title, purpose="honour", **share)
        _finished(best, office, today, met)
        _decide_grades(cycle, office, today, now)
        return
    grade = _decided(
        cycle, office, met, title="下派干部年度考核优秀", purpose="grade", basis="usual"
    )
    if grade is not None:
        _finished(grade, office, today, met)
        _decide_grades(cycle, office, today, now)
    best = _decided(
        cycle,
        office,
        lately,
        title="服务群众先进个人",
        purpose="honour",
        basis="other",
        percent=30,
        basis_document=f"云组〔{cycle.ends_on.year}〕18号",
        subject=Subject.CADRE,
    )
    if best is not None:
        honours.publicise_pool(pool=best, on=today, by=office, at=_at(lately, 17, 5))
    # A pool that is too small and has to be joined to another one.
    smallest = cycle.appraised.standing().order_by("-organ__sort_order", "pk").first()
    if smallest is not None:
        honours.make_pool(
            cycle=cycle,
            title=f"{smallest.organ_name}先进个人",
            purpose="honour",
            basis="usual",
            organ=smallest.organ,
            by=office,
            at=_at(lately, 11, 25),
        )


def _decided(cycle, office, met, **fields):
    """Make a pool with nominations in the official order, decided by a meeting on day `met`; return
    None if nobody can be chosen."""
    nominated_on = workdays.last_before(met)
    made_at = _at(workdays.last_before(nominated_on), 9, 20)
    pool = honours.make_pool(cycle=cycle, by=office, at=made_at, **fields)
    members = list(pool.members().select_related("cycle").in_official_order())
    kept_out = obstacles(members).keys()
    if pool.purpose == HonourPurpose.GRADE:
        kept_out |= {one.pk for one in members} - _with_total(cycle)
    free = [one for one in members if one.pk not in kept_out][: pool.quota_now + 1]
    if not free or not pool.quota_now:
        honours.give_up_pool(pool=pool, reason="人数过少", by=office, at=made_at)
        return None
    proposed = [
        honours.nominate(
            pool=pool,
            appraised=one,
            reason=REASONS[n % len(REASONS)],
            by=office,
            at=_at(nominated_on, 10, 10) + timedelta(minutes=7 * n),
        )
        for n, one in enumerate(free)
    ]
    return honours.decide_pool(
        pool=pool,
        chosen=proposed[: pool.quota_now],
        by=office,
        at=_at(met, 15, 30),
        document=f"云组〔{cycle.ends_on.year}〕{pool.pk + 20}号",
        on=met,
    )


def _at(day, *clock):
    return timezone.make_aware(datetime.combine(day, time(*clock)))


def _with_total(cycle):
    scores = Score.objects.latest().filter(computation__cycle=cycle, total__isnull=False)
    return set(scores.values_list("appraised", flat=True))


def _decide_grades(cycle, office, today, now):
    """Propose a grade for one person without a total, and decide; the others still wait for a
    proposal."""
    cadres = cycle.appraised.standing().filter(subject=Subject.CADRE).in_official_order()
    without = cadres.exclude(pk__in=_with_total(cycle)).select_related("cycle").first()
    if without is not None:
        honours.propose_grade(
            appraised=without, value="competent", reason=JUDGED, by=office, at=now
        )
    honours.decide_grades(
        cycle=cycle, document=f"云组〔{cycle.ends_on.year}〕31号", on=today, by=office, at=now
    )


def _finished(pool, office, today, met):
    """Finish a pool whose public notice ended before today."""
    honours.publicise_pool(pool=pool, on=today, by=office, at=_at(met, 17, 5))
    yesterday = today - timedelta(days=1)
    ended = min(met + timedelta(days=8), yesterday - timedelta(days=1))
    began = min(met, ended)
    HonourPool.objects.filter(pk=pool.pk).update(notice_from=began, notice_until=ended)
    pool.steps.filter(move="publicised").update(text=f"{began} – {ended}")
    honours.finish_pool(pool=pool, by=office, at=_at(yesterday, 18, 0))
