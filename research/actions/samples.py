"""Samples: preparation, freeze, seed and draw, askers, dispositions, reserve."""

import zlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit
from portal.records.steps import take_step
from portal.run import jobs
from portal.sampling import seed as seeds
from portal.sampling.drawing import Sample as Drawing
from portal.sampling.drawing import draw as drawing_of
from portal.sampling.plan import Announcement, Method, announce
from portal.sampling.seed import Seed
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep
from portal.trust.access import require
from research import frames
from research.models import ContactTry, DrawnUnit, QuestionnaireStep, Sample, SampleStep
from research.models.questionnaires import QuestionnaireState
from research.models.samples import ANSWERED, Disposition, FrameSource, SeedKind
from research.rules import samples as rules

Move = SampleStep.Move
# A larger frame is frozen and drawn by a worker.
AT_ONCE = 20_000
CHUNK = 2_000
FREEZE, DRAW = "freeze_sample", "draw_sample"
# At most this many units are named in a refusal.
NAMED = 5


def _locked(sample):
    """Lock the sample, after the questionnaire it belongs to."""
    above = {}
    if sample.questionnaire_id:
        above["questionnaire"] = locked(sample.questionnaire, no_key=True)
    return locked(sample, "organ__division", "batch__topic", "area", "job", no_key=True, **above)


def _note(event, sample, by, fields="", values=None):
    audit.record(f"sample.{event}", on=sample, by=by, fields=fields.split(), values=values)


# --- Preparing ------------------------------------------------------------------------------------


@transaction.atomic
def prepare_sample(*, by, at, questionnaire=None, batch=None, frame=None, **plan):
    """Prepare a sample of a reviewed questionnaire, or for the spot checks of a batch; `frame` is
    the uploaded list."""
    if questionnaire is not None:
        questionnaire = locked(questionnaire, "organ__division", no_key=True)
        require(rules.may_sample_questionnaire(by, questionnaire))
        organ = questionnaire.organ
    else:
        batch = locked(batch, "topic__lead_organ__division", no_key=True)
        require(rules.may_sample_batch(by, batch))
        organ = batch.topic.lead_organ
    sample = Sample(questionnaire=questionnaire, batch=batch, organ=organ)
    sample.written_by, sample.created_at = by, at
    _take(sample, frame, plan)
    keep(sample, exclude=("frame_file",))
    _note("prepared", sample, by, " ".join(plan), {**_said(plan), "units": sample.unit_count})
    return sample


@transaction.atomic
def change_sample(*, sample, by, frame=None, **plan):
    """Change any part of the plan before the freeze. Without a new list the uploaded one stays."""
    sample = _locked(sample)
    require(rules.may_change(by, sample))
    _take(sample, frame, plan)
    keep(sample, exclude=("frame_file",))
    _note("changed", sample, by, " ".join(plan), _said(plan))
    return sample


def _take(sample, frame, plan):
    for name, value in plan.items():
        setattr(sample, name, value)
    if sample.source != FrameSource.LIST:
        sample.frame_file, sample.strata, sample.as_of = b"", {}, None
    elif frame is not None:
        sample.frame_file = zlib.compress(frame.published)
        sample.strata = frames.counts_of(frame)
    elif not sample.frame_file:
        raise ValidationError({"listed": _("Upload the list.")})
    area = frames.area_of(sample.organ).get("division__path__startswith", "")
    if sample.area is not None and not sample.area.path.startswith(area):
        said = _("%(area)s lies outside the area of %(organ)s.")
        words = {"area": sample.area.name, "organ": sample.organ.label}
        raise ValidationError({"area": said % words})


def _said(plan):
    return {name: str(value) for name, value in plan.items()}


# --- Freezing -------------------------------------------------------------------------------------


@transaction.atomic
def freeze_sample(*, sample, by, at):
    """Freeze frame and plan and publish their hashes. A long frame is frozen by a worker.

    Raises ValidationError with every obstacle.
    """
    sample = _locked(sample)
    require(rules.may_freeze(by, sample))
    outline = frames.outline_of(sample, on=timezone.localdate(at))
    if outline.problems:
        raise ValidationError([str(one) for one in outline.problems])
    if outline.units > AT_ONCE:
        return _put_to_work(sample, FREEZE, _("Freezing the frame of %(sample)s"), by)
    return _freeze(sample, by=by, at=at)


def _put_to_work(sample, kind, title, by):
    words = (title % {"sample": sample.title})[:120]
    job = jobs.start(kind=kind, title=words, arguments={"sample": sample.pk}, by=by)
    change(sample, job=job)
    return sample


def _freeze(sample, *, by, at):
    day = timezone.localdate(at)
    outline = frames.outline_of(sample, on=day)
    if outline.problems:
        raise ValidationError([str(one) for one in outline.problems])
    frame, places = frames.frame_of(sample, on=day)
    plan = sample.plan_of(outline.numbers)
    announced = announce(frame, plan, at=at)
    if sample.source != FrameSource.LIST:
        sample.as_of = day
    sample.numbers, sample.places = outline.numbers, places
    sample.strata, sample.unit_count = frames.counts_of(frame), frame.count
    sample.frame_file = zlib.compress(frame.published)
    sample.frame_digest, sample.plan_digest = announced.frame_digest, plan.digest
    sample.frozen_at = at
    sample.save()
    take_step(sample, Move.FROZEN, by=by, at=at)
    _move_questionnaire(sample, QuestionnaireState.FROZEN, "FROZEN", by=by, at=at)
    hashes = {"frame": sample.frame_digest, "plan": sample.plan_digest}
    _note("frozen", sample, by, "frame plan", hashes)
    return sample


def _move_questionnaire(sample, state, move, *, by, at, words=""):
    if sample.questionnaire is not None:
        change(sample.questionnaire, state=state)
        move = QuestionnaireStep.Move[move]
        take_step(sample.questionnaire, move, by=by, at=at, words=words)


# --- Seed and draw --------------------------------------------------------------------------------


@transaction.atomic
def enter_seed(*, sample, by, at, kind, digits, how, organiser, witness, witness_of):
    """Enter the seed thrown after the freeze, once, and draw. A long frame is drawn by a worker."""
    sample = _locked(sample)
    require(rules.may_enter_seed(by, sample))
    read = seeds.dice if kind == SeedKind.DICE else seeds.public_digits
    try:
        thrown = read(digits)
    except ValidationError as problem:
        raise ValidationError({"digits": problem.messages}) from problem
    _check_witness(sample, organiser, witness, witness_of)
    people = {"organiser": organiser, "witness": witness, "witness_of": witness_of}
    facts = {"seed": thrown, "seed_kind": kind, "seed_how": how, "seeded_at": at}
    keep(sample, exclude=("frame_file",), **facts, **people)
    take_step(sample, Move.SEEDED, by=by, at=at, words=how)
    _note("seeded", sample, by, "seed seed_how witness", {"seed": thrown, "witness": witness})
    return _draw_or_queue(sample, by=by, at=at)


def _check_witness(sample, organiser, witness, witness_of):
    if "".join(witness.split()) == "".join(organiser.split()):
        raise ValidationError({"witness": _("The witness is somebody else than the organiser.")})
    organ = sample.organ
    if witness_of.strip() in {organ.name, organ.short_name, organ.official_name}:
        raise ValidationError({"witness_of": _("The witness is from outside the organ.")})


@transaction.atomic
def draw_again(*, sample, by, at):
    """Resume a draw whose job failed; the seed and therefore the result are the same."""
    sample = _locked(sample)
    require(rules.may_draw_again(by, sample))
    return _draw_or_queue(sample, by=by, at=at)


def _draw_or_queue(sample, *, by, at):
    if sample.unit_count > AT_ONCE:
        return _put_to_work(sample, DRAW, _("Drawing %(sample)s"), by)
    return _draw(sample, by=by, at=at)


def recompute_draw(sample) -> Drawing:
    """Recompute the draw from what was published and the seed."""
    announced = Announcement(sample.frame_digest, sample.plan, sample.frozen_at)
    return drawing_of(sample.frame, announced, Seed(sample.seed, sample.seeded_at))


def _draw(sample, *, by, at, progress=lambda done, total=None: None):
    drawing = recompute_draw(sample)
    rows = _rows_of(sample, drawing)
    for start in range(0, len(rows), CHUNK):
        DrawnUnit.objects.bulk_create(rows[start : start + CHUNK])
        progress(start, len(rows))
    facts = {"drawn_at": at, "result_digest": drawing.digest}
    change(sample, **facts, memory=_memory(sample, drawing, 0))
    take_step(sample, Move.DRAWN, by=by, at=at)
    _move_questionnaire(sample, QuestionnaireState.DRAWN, "DRAWN", by=by, at=at)
    _note("drawn", sample, by, "result", {"result": drawing.digest, "drawn": len(rows)})
    return sample


def _rows_of(sample, drawing):
    """Return sample and reserve as unsaved rows, in draw order."""
    at_first = {row.key: row.probability for row in drawing.released(0)}
    towns = frames.townships_of(set(sample.places.values()))
    rows = []
    # Until it is released, a reserve unit has the probability that applies once the whole reserve
    # is released.
    for position, row in enumerate(drawing.released(sample.reserve_batches), start=1):
        place, serial = row.village or row.key, None
        if not sample.draws_villages and sample.places:
            place, _slash, number = row.key.rpartition("/")
            serial = int(number)
        elif row.village:
            serial = int(row.key.rpartition("/")[2])
        unit = sample.places.get(place)
        rows.append(
            DrawnUnit(
                sample=sample,
                position=position,
                stratum=row.stratum,
                key=row.key,
                reserve=row.batch,
                unit_id=unit,
                township_id=towns.get(unit),
                serial=serial,
                probability=min(1.0, at_first.get(row.key, row.probability)),
            )
        )
    return rows


def _memory(sample, drawing, batches):
    """Return {unit id: memory} for the next draw. A systematic draw reveals nothing about the
    numbers."""
    if not sample.draws_villages or sample.method == Method.SYSTEMATIC:
        return {}
    known = drawing.memory(0 if sample.households else batches)
    return {str(sample.places[key]): value for key, value in known.items()}


@jobs.work_of(FREEZE)
def _freeze_for_job(job, folder, progress):
    return _work(job, folder, progress, "frame.tsv", _freeze_long)


@jobs.work_of(DRAW)
def _draw_for_job(job, folder, progress):
    return _work(job, folder, progress, "sample.tsv", _draw_long)


jobs.PAGES[FREEZE] = jobs.PAGES[DRAW] = lambda job: Sample.objects.filter(
    pk=job.arguments["sample"]
).first()


def _work(job, folder, progress, name, do):
    progress(1, None)
    with transaction.atomic():
        sample = _locked(Sample.objects.get(pk=job.arguments["sample"]))
        try:
            content, n = do(sample, job, progress)
        except ValidationError as problem:
            raise jobs.JobProblem(" ".join(problem.messages)) from problem
        # Hold the job only now: until then the heartbeat must be able to write to its row.
        jobs.hold(job)
    (folder / name).write_bytes(content)
    return name, {"written": n, "expected": n}


def _freeze_long(sample, job, progress):
    if not sample.is_frozen:
        sample = _freeze(sample, by=job.owner, at=job.taken_at)
    return sample.published_frame, sample.unit_count


def _draw_long(sample, job, progress):
    if not sample.is_drawn:
        sample = _draw(sample, by=job.owner, at=job.taken_at, progress=progress)
    content = result_of(sample)
    return content, content.count(b"\n")


def result_of(sample) -> bytes:
    """Return the sample file, in the format that the redraw prints."""
    rows = sample.drawn.order_by("position").values_list("stratum", "reserve", "key")
    return "".join(f"{stratum}\t{batch}\t{key}\n" for stratum, batch, key in rows).encode()


# --- Giving up ------------------------------------------------------------------------------------


@transaction.atomic
def give_up(*, sample, by, at, reason):
    """End a sample with a reason. It stays readable; a new one needs a new frame and a new seed."""
    sample = _locked(sample)
    require(rules.may_give_up(by, sample))
    change(sample, given_up_at=at)
    take_step(sample, Move.GIVEN_UP, by=by, at=at, words=reason)
    if sample.is_frozen:
        state = QuestionnaireState.REVIEWED
        _move_questionnaire(sample, state, "UNDRAWN", by=by, at=at, words=reason)
    _note("given_up", sample, by, "reason", {"reason": reason})
    return sample


# --- Reserve --------------------------------------------------------------------------------------


@transaction.atomic
def release_reserve(*, sample, by, at, reason):
    """Release the next reserve batch. Units that it replaces stay non-responses, and all
    probabilities are recomputed to include the batch."""
    sample = _locked(sample)
    require(rules.may_release(by, sample))
    batches, drawing = sample.batches_released + 1, recompute_draw(sample)
    change(sample, batches_released=batches, memory=_memory(sample, drawing, batches))
    chances = {row.key: min(1.0, row.probability) for row in drawing.released(batches)}
    rows = locked_many(sample.drawn.filter(reserve__lte=batches), no_key=True)
    for row in rows:
        row.probability = chances[row.key]
    DrawnUnit.objects.bulk_update(rows, ["probability"], batch_size=CHUNK)
    take_step(sample, Move.RELEASED, by=by, at=at, words=reason)
    _note("released", sample, by, "batches_released reason", {"batches": batches})
    return sample


# --- Who asks where -------------------------------------------------------------------------------


@transaction.atomic
def assign_asker(*, sample, by, at, cadre, unit=None, stratum=""):
    """Assign drawn units that have no asker to a cadre: those of a village or stratum, or all of
    them."""
    sample = _locked(sample)
    require(rules.may_assign(by, sample))
    rows = sample.drawn.released().filter(asked_by=None, disposition="")
    if unit is not None:
        rows = rows.filter(unit=unit)
    if stratum:
        rows = rows.filter(stratum=stratum)
    _check_asker(cadre, rows, on=timezone.localdate(at))
    n = rows.update(asked_by=cadre)
    if not n:
        raise ValidationError(_("No drawn unit there is without somebody who asks."))
    facts = {"cadre": cadre.pk, "unit": unit and unit.pk, "stratum": stratum, "units": n}
    _note("assigned", sample, by, "asked_by", facts)
    return sample


@transaction.atomic
def assign_one(*, drawn, by, at, cadre):
    """Assign one drawn unit to a cadre, replacing its current asker."""
    drawn = _locked_drawn(drawn)
    require(rules.may_assign_one(by, drawn))
    _check_asker(cadre, DrawnUnit.objects.filter(pk=drawn.pk), on=timezone.localdate(at))
    change(drawn, asked_by=cadre)
    audit.record("drawn_unit.assigned", on=drawn, by=by, fields=["asked_by"], values=cadre.pk)
    return drawn


def _check_asker(cadre, rows, *, on):
    if cadre.left_on and cadre.left_on <= on:
        raise ValidationError({"cadre": _("%(name)s has left.") % {"name": cadre.name}})
    refused = rules.refused_places(cadre, frames.units_in(rows), on=on)
    if refused:
        named = [f"{unit.name} {words}" for unit, words in refused[:NAMED]]
        if more := len(refused) - len(named):
            named.append(_("and %(n)s more") % {"n": more})
        said = _("%(name)s does not ask there: %(units)s. Give these to somebody else.")
        raise ValidationError({"cadre": said % {"name": cadre.name, "units": _(", ").join(named)}})


# --- What became of them --------------------------------------------------------------------------


def _locked_drawn(drawn):
    return locked(drawn, *_OF_DRAWN, no_key=True)


_OF_DRAWN = (
    "sample__organ__division",
    "sample__questionnaire",
    "sample__batch__topic",
    "asked_by",
)


@transaction.atomic
def note_try(*, drawn, by, at, on, time):
    """Record a failed contact. Tries at three different times of day make it a non-response."""
    drawn = _locked_drawn(drawn)
    require(rules.may_note_try(by, drawn))
    keep(ContactTry(drawn=drawn, on=on, time=time, by=by, at=at))
    audit.record("drawn_unit.tried", on=drawn, by=by, fields=["tries"], values=[str(on), time])
    if rules.was_sought_enough(drawn.tries.all()):
        dispose(drawn, Disposition.NOT_MET, by=by, at=at)
    return drawn


@transaction.atomic
def note_disposition(*, drawn, by, at, disposition, text=""):
    """Record the disposition of a drawn unit that gave no answer."""
    drawn = _locked_drawn(drawn)
    require(rules.may_dispose(by, drawn))
    if disposition not in rules.by_hand(drawn.sample):
        raise ValidationError({"disposition": _("This follows from the answer or the tries.")})
    return dispose(drawn, disposition, by=by, at=at, text=text)


@transaction.atomic
def dispose(drawn, disposition, *, by, at, channel="", text=""):
    """Set the disposition of a drawn unit and add a step. Checks no rule; the caller has done so.
    `by` is None for an answer by link, and `channel` says how an answer came."""
    drawn = locked(drawn, no_key=True)
    facts = {"disposition": disposition, "disposed_on": timezone.localdate(at)}
    facts["channel"] = channel if disposition in ANSWERED else ""
    if drawn.disposition == disposition and drawn.channel == facts["channel"]:
        return drawn
    change(drawn, **facts)
    take_step(drawn, disposition, by=by, at=at, words=text)
    values = {"disposition": disposition}
    fields = ["disposition"]
    audit.record("drawn_unit.disposed", on=drawn, by=by or "door", fields=fields, values=values)
    return drawn
