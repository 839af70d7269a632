"""工作纪律 in the invented county: two findings, one of them lifted; and meals on some visits."""

from datetime import timedelta

from evaluation.actions import discipline
from outreach.models import Visit
from outreach.models.conduct import accounts_concerned
from outreach.models.visits import Meals
from portal.models import RoleGrant
from portal.roles import Role


def make(county):
    _meals()
    recipients = [
        grant.user.acting(on=county.anchor)
        for grant in RoleGrant.objects.filter(role=Role.CONDUCT)
        .select_related("user")
        .order_by("pk")
    ]
    cadres = [one for one in county.people.cadres if one.left_on is None]
    stories = ((cadres[-1], "retinue", 140, None), (cadres[-2], "dining", 95, 40))
    for place, (cadre, kind, ago, lifted_ago) in enumerate(stories, start=1):
        barred = set(accounts_concerned(cadre.organ).values_list("pk", flat=True))
        by = next((one for one in recipients if one.pk not in barred), None)
        if by is None:
            continue
        day = county.anchor - timedelta(days=ago)
        finding = discipline.record_finding(
            cadre=cadre,
            kind=kind,
            happened_on=day,
            by=by,
            source="inspection",
            document=f"云纪函〔{day.year}〕{place + 3}号",
            reference=f"督查{day.year}-{place}",
            at=county.moment(day + timedelta(days=20)),
        )
        if lifted_ago:
            later = county.anchor - timedelta(days=lifted_ago)
            discipline.lift_finding(
                finding=finding,
                document=f"云纪函〔{later.year}〕{place + 8}号",
                by=by,
                reason="复核：餐费已当场自付",
                lifted_on=later,
                at=county.moment(later),
            )


def _meals():
    """Set the optional answer about meals on every seventh visit."""
    ids = list(Visit.objects.standing().order_by("pk").values_list("pk", flat=True)[::7])
    for place, meals in enumerate((Meals.NONE, Meals.PAID, Meals.NONE)):
        Visit.objects.filter(pk__in=ids[place::3]).update(meals=meals)
