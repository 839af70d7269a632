"""Succession of cases that are not over, recorded in their steps."""

from django.utils.translation import gettext_lazy as _

from pairing.models import CaseStep, CaseSupport, WeakCheckReport, WeakOrganizationCase
from pairing.models.fields import place_at
from portal.models import Organ
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed
from portal.records import audit
from portal.records.steps import take_steps
from portal.tools.locking import locked_many

TITLES = {"weak_cases": _("Cases of weak Party organisations that go on")}


def _current():
    return WeakOrganizationCase.objects.current()


def _pass_on(cases, reorganisation, old, new, **changed):
    rows = locked_many(cases, no_key=True)
    WeakOrganizationCase.objects.filter(pk__in=[case.pk for case in rows]).update(**changed)
    by, at, document = reorganisation.by, reorganisation.at, reorganisation.document
    words = f"{old.name} → {new.name}"
    take_steps(rows, CaseStep.Move.REORGANISED, by=by, at=at, words=words, document=document)
    records = [(case, [reorganisation.pk]) for case in rows]
    audit.record_each("weak_case.reorganised", by=by, fields=list(changed), records=records)
    seen = WeakOrganizationCase.objects.visible_to(by).select_related("party_organization")
    some = seen.filter(pk__in=[case.pk for case in rows[:EXAMPLES]]).order_by("pk")
    examples = tuple((case.party_organization.name, case.get_absolute_url()) for case in some)
    return [Passed("weak_cases", len(rows), examples)]


def pass_on_weak_cases_of_organ(old, heir, reorganisation):
    """Pass on what names the organ as host, as helper, or in open yearly checks."""
    asked = WeakCheckReport.objects.filter(organ=old, reported_at=None)
    there = WeakCheckReport.objects.filter(organ=heir).values("check_made")
    asked.filter(check_made__in=there).delete()
    asked.update(organ=heir)
    CaseSupport.objects.filter(organ=old, ends_on=None).update(organ=heir)
    hosted = _current().filter(host_organ=old)
    return _pass_on(hosted, reorganisation, old, heir, host_organ=heir, organ=heir)


def pass_on_weak_cases_of_host(units, old, new, reorganisation):
    cases = _current().filter(unit__in=[unit.pk for unit in units], host_organ=old)
    return _pass_on(cases, reorganisation, old, new, host_organ=new, organ=new)


def pass_on_weak_cases_of_unit(old, heir, reorganisation, part):
    place = place_at(WeakOrganizationCase, heir) | {"organ_id": heir.host_organ_id}
    return _pass_on(_current().filter(unit=old), reorganisation, old, heir, **place)


def weak_case_blockers(row, *, on):
    """Records of an organ or a unit that prevent ending it without an heir."""
    held = {"host_organ": row} if isinstance(row, Organ) else {"unit": row}
    return [Passed("weak_cases", _current().filter(**held).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_weak_cases_of_organ)
succession.HOST_CHANGED.append(pass_on_weak_cases_of_host)
succession.UNIT_ENDED.append(pass_on_weak_cases_of_unit)
succession.BLOCKERS.append(weak_case_blockers)
