"""Schemes: write, publish, begin a new version, withdraw.

A published scheme never changes, because cycles compute scores with it.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.asking import note, permitted, stated
from evaluation.models import Scheme, SchemeGate, SchemeIndicator
from evaluation.models.schemes import LINE, Gate, SchemeState, Service, Subject
from evaluation.rules import schemes as rules
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

# Fields of a draft besides indicators and thresholds.
TERMS = (
    *("title", "subject", "service", "unit_kinds", "staff_kinds", "minimum_ballots"),
    *("weight_masses", "weight_unit", "weight_results", "weight_organisation"),
    *("weight_attitude", "weight_style", "weight_achievement"),
    *("mark_good", "mark_fairly_good", "mark_fair", "mark_poor"),
)


def own_organ(user):
    """The organ whose evaluation the user manages: the user's own, or that of the role."""
    if user.organ_id and holds_for_organ(user, Permission.MANAGE_EVALUATION, user.organ):
        return user.organ
    organs = [grant.organ for grant in user.grants_with(Permission.MANAGE_EVALUATION)]
    return next((organ for organ in organs if organ), None)


def _kept(scheme):
    if scheme.subject != Subject.CADRE:
        # The class of service and the kind of staff concern only cadres.
        scheme.service, scheme.staff_kinds = Service.ANY, []
    keep(scheme)
    return scheme


def _words(terms):
    return {name: str(value) for name, value in terms.items()}


@transaction.atomic
def write_scheme(*, by, at, **terms):
    """Write a draft; fields not given have their defaults."""
    organ = own_organ(by)
    require(rules.may_write_scheme(by, organ))
    scheme = _kept(Scheme(organ=organ, written_by=by, created_at=at, **terms))
    note("scheme.written", scheme, by, terms, _words(terms))
    return scheme


@transaction.atomic
def change_scheme(scheme, *, by, **terms):
    scheme = permitted(scheme, rules.may_change_scheme, by, "organ__division")
    changed = put_what_differs(scheme, {name: terms[name] for name in TERMS if name in terms})
    if not changed:
        return scheme
    _kept(scheme)
    note("scheme.changed", scheme, by, changed, _words({n: terms[n] for n in changed}))
    return scheme


@transaction.atomic
def set_indicators(scheme, *, by, lines):
    """Replace the indicators of a draft; each line has the fields in LINE."""
    scheme = permitted(scheme, rules.may_change_scheme, by, "organ__division")
    for line in lines:
        if not rules.fits(line["indicator"], scheme.subject):
            raise ValidationError(rules.misfit(scheme, line["indicator"]))
    before = {one.indicator: _line(one) for one in scheme.indicators.all()}
    wanted = {line["indicator"]: tuple(line[name] for name in LINE) for line in lines}
    if before == wanted:
        return scheme
    scheme.indicators.all().delete()
    for line in lines:
        keep(SchemeIndicator(scheme=scheme, **line))
    note("scheme.indicators_set", scheme, by, sorted(wanted), [str(one) for one in wanted.values()])
    return scheme


def _line(one):
    return tuple(getattr(one, name) for name in LINE)


@transaction.atomic
def set_gates(scheme, *, by, limits):
    """Replace the thresholds of a draft: {gate: limit}."""
    scheme = permitted(scheme, rules.may_change_scheme, by, "organ__division")
    if dict(scheme.gates.values_list("gate", "limit")) == limits:
        return scheme
    scheme.gates.all().delete()
    for gate, limit in limits.items():
        keep(SchemeGate(scheme=scheme, gate=gate, limit=limit))
    note("scheme.gates_set", scheme, by, sorted(limits), limits)
    return scheme


@transaction.atomic
def publish_scheme(scheme, *, by, at, document):
    """Publish a draft for good, and withdraw the version before it."""
    scheme = permitted(scheme, rules.may_publish_scheme, by, "organ__division")
    document = stated(
        "document", document, _("Write the number of the document that lays it down.")
    )
    day, published = timezone.localdate(at), SchemeState.PUBLISHED
    change(scheme, state=published, document=document, published_on=day, published_by=by)
    note("scheme.published", scheme, by, ["state", "document"], {"document": document})
    before = scheme.previous_id and locked(scheme.previous, "organ__division", no_key=True)
    if before and before.state == SchemeState.PUBLISHED:
        _withdraw(before, by=by, day=day)
    return scheme


@transaction.atomic
def begin_version(scheme, *, by, at):
    """Copy a scheme, with indicators and thresholds, into a new draft."""
    scheme = permitted(scheme, rules.may_begin_version, by, "organ__division")
    terms = {name: getattr(scheme, name) for name in TERMS}
    terms |= {"organ": scheme.organ, "previous": scheme, "version": scheme.version + 1}
    draft = _kept(Scheme(written_by=by, created_at=at, **terms))
    SchemeIndicator.objects.bulk_create(
        SchemeIndicator(scheme=draft, **dict(zip(LINE, _line(one), strict=True)))
        for one in scheme.indicators.order_by("pk")
    )
    SchemeGate.objects.bulk_create(
        SchemeGate(scheme=draft, gate=one.gate, limit=one.limit)
        for one in scheme.gates.exclude(gate=Gate.STAY_DAYS)
    )
    note("scheme.version_begun", draft, by, ["previous"], {"previous": scheme.pk})
    return draft


@transaction.atomic
def withdraw_scheme(scheme, *, by, at):
    """Close a scheme to new cycles; running ones keep it."""
    scheme = permitted(scheme, rules.may_withdraw_scheme, by, "organ__division")
    return _withdraw(scheme, by=by, day=timezone.localdate(at))


def _withdraw(scheme, *, by, day):
    change(scheme, state=SchemeState.WITHDRAWN, withdrawn_on=day)
    note("scheme.withdrawn", scheme, by, ["state"], {"on": day})
    return scheme


@transaction.atomic
def drop_scheme(scheme, *, by):
    """Throw a draft away."""
    scheme = permitted(scheme, rules.may_drop_scheme, by, "organ__division")
    note("scheme.dropped", scheme, by, ["title"], {"title": scheme.title})
    scheme.delete()
