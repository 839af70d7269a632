"""Schemes: written, published once, followed by a new version, withdrawn.

There is no act that changes a published one: cycles count by what stood when they began.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import Scheme, SchemeGate, SchemeIndicator
from evaluation.models.schemes import SchemeState, Service, Subject
from evaluation.rules import schemes as rules
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.run.locking import locked
from portal.run.saving import change, keep, put_what_differs
from portal.trust import audit
from portal.trust.access import require

# What a draft says besides its indicators and thresholds.
TERMS = (
    "title",
    "subject",
    "service",
    "unit_kinds",
    "weight_masses",
    "weight_unit",
    "weight_results",
    "weight_organisation",
    "weight_attitude",
    "weight_style",
    "weight_achievement",
    "mark_good",
    "mark_fairly_good",
    "mark_fair",
    "mark_poor",
    "minimum_ballots",
)
LINE = ("indicator", "share", "floor", "cap", "minimum_n")


def own_organ(user):
    """The organ for which somebody keeps the evaluation: their own, or that of the role."""
    if user.organ_id and holds_for_organ(user, Permission.MANAGE_EVALUATION, user.organ):
        return user.organ
    organs = [grant.organ for grant in user.grants_with(Permission.MANAGE_EVALUATION)]
    return next((organ for organ in organs if organ), None)


def _note(event, scheme, by, fields=(), values=None):
    principal = by.principal_for(Permission.MANAGE_EVALUATION)
    audit.record(event, on=scheme, by=by, principal=principal, fields=fields, values=values)


def _kept(scheme):
    if scheme.subject != Subject.CADRE:
        # How somebody goes down is a question about cadres alone.
        scheme.service = Service.ANY
    keep(scheme)
    return scheme


def _words(terms):
    return {name: str(value) for name, value in terms.items()}


@transaction.atomic
def write_scheme(*, by, at, **terms):
    """A draft, with what the norms of the house propose where nothing else is said."""
    organ = own_organ(by)
    require(rules.may_write_scheme(by, organ))
    scheme = _kept(Scheme(organ=organ, written_by=by, created_at=at, **terms))
    _note("scheme.written", scheme, by, terms, _words(terms))
    return scheme


@transaction.atomic
def change_scheme(scheme, *, by, **terms):
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_change_scheme(by, scheme))
    changed = put_what_differs(scheme, {name: terms[name] for name in TERMS if name in terms})
    if not changed:
        return scheme
    _kept(scheme)
    _note("scheme.changed", scheme, by, changed, _words({n: terms[n] for n in changed}))
    return scheme


@transaction.atomic
def set_indicators(scheme, *, by, lines):
    """The indicators of a draft as a whole: each a dictionary of the names in LINE."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_change_scheme(by, scheme))
    for line in lines:
        if not rules.fits(line["indicator"], scheme.subject):
            raise ValidationError(
                _("“%(indicator)s” does not fit whom the scheme is for: %(subject)s.")
                % {
                    "indicator": rules.title_of(line["indicator"]),
                    "subject": scheme.get_subject_display(),
                }
            )
    before = {one.indicator: _line(one) for one in scheme.indicators.all()}
    wanted = {line["indicator"]: tuple(line[name] for name in LINE) for line in lines}
    if before == wanted:
        return scheme
    scheme.indicators.all().delete()
    for line in lines:
        one = SchemeIndicator(scheme=scheme, **line)
        keep(one)
    _note(
        "scheme.indicators_set", scheme, by, sorted(wanted), [str(one) for one in wanted.values()]
    )
    return scheme


def _line(one):
    return tuple(getattr(one, name) for name in LINE)


@transaction.atomic
def set_gates(scheme, *, by, limits):
    """The thresholds of a draft as a whole: {gate: limit}."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_change_scheme(by, scheme))
    if dict(scheme.gates.values_list("gate", "limit")) == limits:
        return scheme
    scheme.gates.all().delete()
    for gate, limit in limits.items():
        one = SchemeGate(scheme=scheme, gate=gate, limit=limit)
        keep(one)
    _note("scheme.gates_set", scheme, by, sorted(limits), limits)
    return scheme


@transaction.atomic
def publish_scheme(scheme, *, by, at, document):
    """It stands from now on. The version before it is no longer taken for new cycles."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_publish_scheme(by, scheme))
    document = document.strip()
    if not document:
        raise ValidationError(
            {"document": _("Write the number of the document that lays it down.")}
        )
    day = timezone.localdate(at)
    change(
        scheme, state=SchemeState.PUBLISHED, document=document, published_on=day, published_by=by
    )
    _note("scheme.published", scheme, by, ["state", "document"], {"document": document})
    before = scheme.previous_id and locked(scheme.previous, "organ__division", no_key=True)
    if before and before.state == SchemeState.PUBLISHED:
        _withdraw(before, by=by, day=day)
    return scheme


@transaction.atomic
def begin_version(scheme, *, by, at):
    """A draft that says the same as the version before it, indicators and thresholds included."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_begin_version(by, scheme))
    terms = {name: getattr(scheme, name) for name in TERMS}
    draft = _kept(
        Scheme(
            organ=scheme.organ,
            previous=scheme,
            version=scheme.version + 1,
            written_by=by,
            created_at=at,
            **terms,
        )
    )
    SchemeIndicator.objects.bulk_create(
        SchemeIndicator(scheme=draft, **dict(zip(LINE, _line(one), strict=True)))
        for one in scheme.indicators.order_by("pk")
    )
    SchemeGate.objects.bulk_create(
        SchemeGate(scheme=draft, gate=one.gate, limit=one.limit) for one in scheme.gates.all()
    )
    _note("scheme.version_begun", draft, by, ["previous"], {"previous": scheme.pk})
    return draft


@transaction.atomic
def withdraw_scheme(scheme, *, by, at):
    """Cycles that began with it go on by it; no new one does."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_withdraw_scheme(by, scheme))
    return _withdraw(scheme, by=by, day=timezone.localdate(at))


def _withdraw(scheme, *, by, day):
    change(scheme, state=SchemeState.WITHDRAWN, withdrawn_on=day)
    _note("scheme.withdrawn", scheme, by, ["state"], {"on": day})
    return scheme


@transaction.atomic
def drop_scheme(scheme, *, by):
    """Throw a draft away."""
    scheme = locked(scheme, "organ__division", no_key=True)
    require(rules.may_drop_scheme(by, scheme))
    _note("scheme.dropped", scheme, by, ["title"], {"title": scheme.title})
    scheme.delete()
