"""Batches: places, nominations, the proposal, changes by hand, the decision, publishing."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions import stays
from outreach.models import BatchPlace, Nomination, Placement, Proposal, StayBatch, StayBatchStep
from outreach.models.batches import BatchState, NominationState
from outreach.placing import obstacles as placing
from outreach.placing import proposals
from outreach.rules import batches as rules
from portal.models import Cadre
from portal.records import audit
from portal.records.steps import take_step
from portal.roles import Permission
from portal.run import jobs
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put, put_what_differs
from portal.trust.access import require

Code = StayBatchStep.Code
TERMS = [
    "title",
    "programme",
    "kind",
    "area",
    "starts_on",
    "ends_on",
    "nominate_by",
    "team_min",
    "team_max",
]
PLACE_FACTS = [
    "kind",
    "wanted",
    "hardship",
    "hardship_reason",
    "reasons",
    "expertise",
    "continuity",
]


class InTheWay(Exception):
    """The stays cannot be published; `reasons` are (placement, why)."""

    def __init__(self, reasons):
        super().__init__()
        self.reasons = reasons


def _note(event, on, by, fields=(), values=None):
    principal = by.principal_for(Permission.MANAGE_STAYS) or by.principal_for(Permission.NOMINATE)
    audit.record(event, by, on, fields, values, principal=principal)


# --- The batch and its places ------------------------------------------------------------------


@transaction.atomic
def make_batch(*, by, at, **terms):
    terms["area"] = terms["area"] or own_area(by)
    require(rules.may_make_batch(by, terms["area"]))
    batch = StayBatch(organ_id=by.organ_id, created_by=by, created_at=at, **terms)
    keep(batch)
    take_step(batch, Code.MADE, by=by, at=at)
    _note("batch.made", batch, by, TERMS, [str(terms[name]) for name in TERMS])
    return batch


def own_area(user, permission=Permission.MANAGE_STAYS):
    """Return the area of the user's role that keeps batches, or None if it has no limit.

    Raises ValidationError if there are several.
    """
    areas = {grant.division for grant in user.grants_with(permission)}
    if len(areas) > 1 and None not in areas:
        raise ValidationError({"area": _("Choose the area.")})
    return None if None in areas or not areas else areas.pop()


@transaction.atomic
def change_batch(*, batch, by, at, **terms):
    batch = locked(batch)
    require(rules.may_change_batch(by, batch))
    terms["area"] = terms["area"] or own_area(by)
    require(rules.may_make_batch(by, terms["area"]))
    changed = put_what_differs(batch, {name: terms[name] for name in TERMS})
    if not changed:
        return batch
    keep(batch, fields=changed)
    take_step(batch, Code.CHANGED, by=by, at=at)
    _note("batch.changed", batch, by, changed, [str(terms[name]) for name in TERMS])
    return batch


@transaction.atomic
def add_places(*, batch, by, at, units, **facts):
    """Add several units with the same needs; each place can be changed afterwards."""
    batch = locked(batch)
    require(rules.may_change_places(by, batch))
    for unit in units:
        require(rules.may_add_unit(by, unit))
    _check_size(batch, facts["wanted"])
    in_batch = batch.places.filter(taken_out_at=None).values_list("unit", flat=True)
    if twice := {unit.pk for unit in units} & set(in_batch):
        names = _(", ").join(unit.name for unit in units if unit.pk in twice)
        raise ValidationError({"units": _("Already in the batch: %(names)s.") % {"names": names}})
    facts |= {"batch": batch, "added_by": by, "added_at": at}
    places = [BatchPlace(unit=unit, **facts) for unit in units]
    for place in places:
        place.full_clean()
    BatchPlace.objects.bulk_create(places)
    records = [(place, [place.unit_id, place.wanted]) for place in places]
    audit.record_each("batch.place_added", by, records, ["unit", *PLACE_FACTS])
    return places


@transaction.atomic
def change_place(*, place, by, **facts):
    batch = locked(place.batch)
    require(rules.may_change_places(by, batch))
    place = locked(place)
    if place.taken_out_at:
        raise PermissionDenied(_("The place has already been removed."))
    _check_size(batch, facts["wanted"])
    put(place, {name: facts[name] for name in PLACE_FACTS})
    keep(place, fields=PLACE_FACTS)
    _note("batch.place_changed", place, by, PLACE_FACTS, [str(facts[n]) for n in PLACE_FACTS])
    return place


def _check_size(batch, wanted):
    """Refuse a number that is neither 1 nor a team size of the batch."""
    if wanted == 1 or batch.team_min <= wanted <= batch.team_max:
        return
    if not batch.is_for_teams:
        raise ValidationError({"wanted": _("In this batch cadres are sent alone.")})
    sizes = {"least": batch.team_min, "most": batch.team_max}
    raise ValidationError({"wanted": _("One, or a team of %(least)s to %(most)s.") % sizes})


@transaction.atomic
def take_out_place(*, place, by, at, why):
    batch = locked(place.batch)
    place = locked(place, batch=batch)
    require(rules.may_take_out_place(by, place))
    change(place, taken_out_at=at, taken_out_by=by, taken_out_why=why.strip())
    _note("batch.place_taken_out", place, by, ["taken_out_at"], place.taken_out_why)
    return place


# --- From state to state -----------------------------------------------------------------------

MOVES = {
    "open": (rules.may_open, BatchState.NOMINATING, Code.OPENED),
    "close": (rules.may_close, BatchState.PROPOSING, Code.CLOSED),
    "reopen": (rules.may_reopen, BatchState.NOMINATING, Code.REOPENED),
    "take_up_again": (rules.may_take_up_again, BatchState.PROPOSING, Code.UNDECIDED),
    "give_up": (rules.may_give_up, BatchState.GIVEN_UP, Code.GIVEN_UP),
}


@transaction.atomic
def move_batch(*, batch, code, by, at, why="", nominate_by=None):
    batch = locked(batch)
    may, state, step = MOVES[code]
    require(may(by, batch))
    fields = ["state"]
    if code == "reopen" and nominate_by:
        batch.nominate_by = nominate_by
        fields.append("nominate_by")
    if code == "take_up_again":
        # The decision of the meeting is kept in its step.
        batch.document, batch.decided_on = "", None
        fields += ["document", "decided_on"]
    batch.state = state
    keep(batch, fields=fields)
    take_step(batch, step, by=by, at=at, words=why)
    _note(f"batch.{step.value}", batch, by, fields, why)
    return batch


# --- Nominations -------------------------------------------------------------------------------


@transaction.atomic
def nominate(*, batch, by, at, cadres, may_lead=False, note=""):
    batch = locked(batch)
    require(rules.may_nominate(by, batch))
    rows = Cadre.objects.select_related("organ__division").filter(pk__in=[c.pk for c in cadres])
    nominated = batch.nominations.exclude(state=NominationState.WITHDRAWN)
    named = set(nominated.values_list("cadre", flat=True))
    facts = {"may_lead": may_lead, "note": note.strip(), "nominated_by": by, "nominated_at": at}
    nominations = []
    for cadre in rows.order_by("organ__sort_order", "organ_id", "sort_order", "pk"):
        require(rules.may_nominate(by, batch, cadre))
        if cadre.pk in named:
            message = _("%(name)s is nominated already.") % {"name": cadre.name}
            raise ValidationError({"cadres": message})
        one = Nomination(batch=batch, cadre=cadre, organ_id=cadre.organ_id, **facts)
        nominations.append(one)
    Nomination.objects.bulk_create(nominations)
    records = [(one, [one.cadre_id, may_lead, one.note]) for one in nominations]
    audit.record_each("nomination.made", by, records, ["cadre", "may_lead", "note"])
    return nominations


@transaction.atomic
def judge_nomination(*, nomination, by, at, state, why=""):
    """Judge a cadre qualified or, with a reason, not; the hints on the page decide nothing."""
    batch = locked(nomination.batch)
    nomination = locked(nomination, "organ__division", "cadre", batch=batch)
    require(rules.may_judge(by, nomination))
    if state == NominationState.UNQUALIFIED and not why.strip():
        raise ValidationError({"why": _("Say why not.")})
    return _set_state(nomination, state, by, at, why)


@transaction.atomic
def judge_nominations(*, batch, nominations, by, at, state):
    """Judge several nominations of a batch at once."""
    return [
        judge_nomination(nomination=one, by=by, at=at, state=state)
        for one in nominations
        if one.batch_id == batch.pk
    ]


@transaction.atomic
def withdraw_nomination(*, nomination, by, at, why):
    batch = locked(nomination.batch)
    nomination = locked(nomination, "organ__division", "cadre", batch=batch)
    require(rules.may_withdraw(by, nomination))
    return _set_state(nomination, NominationState.WITHDRAWN, by, at, why)


def _set_state(nomination, state, by, at, why):
    change(nomination, state=state)
    take_step(nomination, state, by=by, at=at, words=why)
    _note(f"nomination.{state}", nomination, by, ["state"], [state, why])
    return nomination


# --- Who goes where ----------------------------------------------------------------------------


@transaction.atomic
def ask_proposal(*, batch, by):
    batch = locked(batch)
    require(rules.may_propose(by, batch))
    title = _("Proposal: %(title)s") % {"title": batch.title[:80]}
    job = jobs.start(kind="proposal", title=title, arguments={"batch": batch.pk}, by=by)
    return Proposal.objects.create(batch=batch, job=job)


@transaction.atomic
def take_over_proposal(*, proposal, by, at, knowingly=False):
    """Replace all placements by the proposed ones; returns how many lines were impossible.

    Raises ValidationError if the input has changed since and this was not accepted `knowingly`.
    """
    batch = locked(proposal.batch)
    proposal.batch = batch
    require(rules.may_take_over(by, proposal))
    pool = placing.Pool(batch, on=by.today)
    if proposals.stale(proposal, pool) and not knowingly:
        raise ValidationError(
            _(
                "The data has changed since the proposal was computed. Compute it again, or "
                "confirm that you accept it."
            )
        )
    Placement.objects.filter(batch=batch, ended_at=None).update(ended_at=at, ended_by=by)
    taken, left_out, there = [], 0, {}
    for line in proposal.lines.order_by("place", "-is_leader", "pk"):
        nomination = pool.by_nomination.get(line.nomination_id)
        place = pool.by_place.get(line.place_id)
        team = there.setdefault(line.place_id, [])
        if not nomination or not place or pool.hard(nomination, place, team):
            left_out += 1
            continue
        team.append(nomination)
        facts = {"place": place, "nomination": nomination, "is_leader": line.is_leader}
        taken.append(Placement(batch=batch, line=line, placed_by=by, placed_at=at, **facts))
    Placement.objects.bulk_create(taken, batch_size=1000)
    take_step(batch, Code.TAKEN_OVER, by=by, at=at)
    _note("batch.taken_over", batch, by, ["placements"], [proposal.pk, len(taken), left_out])
    return left_out


@transaction.atomic
def place_by_hand(*, nomination, place, by, at, why, leads=False):
    """Place a qualified cadre, or move one: the earlier row ends, and a new one gives the reason.

    Raises ValidationError with the reasons if the placement is impossible. Soft objections are
    shown on the page and do not block.
    """
    batch = locked(place.batch)
    require(rules.may_place(by, batch))
    place = BatchPlace.objects.select_related("unit__division").get(pk=place.pk)
    place.batch = batch
    pool = placing.Pool(batch, on=by.today)
    candidate = pool.by_nomination.get(nomination.pk)
    if candidate is None:
        raise ValidationError(_("This cadre is not qualified for the batch."))
    if place.pk not in pool.by_place:
        raise ValidationError(_("The place has already been removed."))
    there = Placement.objects.filter(place=place, ended_at=None).exclude(nomination=candidate)
    team = [pool.by_nomination[one.nomination_id] for one in there]
    if hard := pool.hard(candidate, place, team):
        raise ValidationError([one.words for one in hard])
    if leads and not candidate.may_lead:
        raise ValidationError(
            _("The sending organ did not nominate this cadre as a possible leader.")
        )
    for one in Placement.objects.filter(nomination=candidate, ended_at=None):
        _end(one, by, at, why)
    if leads:
        for one in there.filter(is_leader=True):
            # The earlier leader stays in the team.
            _end(one, by, at, why)
            _place(batch, place, one.nomination, by, at, why)
    return _place(batch, place, candidate, by, at, why, leads=leads)


def _place(batch, place, nomination, by, at, why, *, leads=False):
    facts = {"place": place, "nomination": nomination, "is_leader": leads}
    placement = Placement(batch=batch, placed_by=by, placed_at=at, why=why.strip(), **facts)
    keep(placement)
    _note("placement.made", placement, by, facts, [place.pk, nomination.pk, leads])
    return placement


def _end(placement, by, at, why):
    change(placement, ended_at=at, ended_by=by, ended_why=why.strip())
    _note("placement.ended", placement, by, ["ended_at"], placement.ended_why)


@transaction.atomic
def take_out_placement(*, placement, by, at, why):
    batch = locked(placement.batch)
    require(rules.may_place(by, batch))
    placement = locked(placement)
    if placement.ended_at:
        raise PermissionDenied(_("Somebody has already moved or removed this cadre."))
    _end(placement, by, at, why)
    return placement


# --- Decision and publishing -------------------------------------------------------------------


@transaction.atomic
def decide(*, batch, by, at, document, decided_on, why=""):
    batch = locked(batch)
    require(rules.may_decide(by, batch))
    keep(batch, state=BatchState.DECIDED, document=document, decided_on=decided_on)
    take_step(batch, Code.DECIDED, by=by, at=at, words=why, document=document)
    _note("batch.decided", batch, by, ["state", "document", "decided_on"], [document, decided_on])
    return batch


@transaction.atomic
def publish_batch(*, batch, by, at):
    """Publish all stays of the batch, or none: InTheWay says which are refused and why."""
    batch = locked(batch)
    require(rules.may_publish(by, batch))
    if in_the_way := placing.obstacles(batch, on=by.today):
        raise InTheWay(in_the_way)
    unit = "place__unit"
    placements = batch.placements.filter(ended_at=None).select_related(
        f"{unit}__division", f"{unit}__host_organ__division", "nomination__cadre"
    )
    published, refused = [], []
    for one in placements.order_by("pk"):
        try:
            with transaction.atomic():
                published.append(_publish(batch, one, by, at))
        except ValidationError as problem:
            refused.append((one, " ".join(problem.messages)))
        except PermissionDenied as refusal:
            refused.append((one, str(refusal)))
    if refused:
        raise InTheWay(refused)
    change(batch, state=BatchState.PUBLISHED, published_at=at, published_by=by)
    take_step(batch, Code.PUBLISHED, by=by, at=at, document=batch.document)
    _note("batch.published", batch, by, ["state"], len(published))
    return published


def _publish(batch, placement, by, at):
    terms = {
        name: getattr(batch, name) for name in ["starts_on", "ends_on", "document", "programme"]
    }
    return stays.publish_stay(
        cadre=placement.nomination.cadre,
        unit=placement.place.unit,
        kind=placement.stay_kind,
        is_leader=placement.is_leader,
        by=by,
        at=at,
        **terms,
    )
