"""Visits, entered once, with the matters and figures that follow from them."""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions import conduct, matters
from outreach.actions.matters import DifferentContent
from outreach.models import Reflection, Visit, VisitCompanion, VisitDraft, VisitNote, VisitStep
from outreach.models.visits import Confirmation, Purpose
from outreach.rules import visits as rules
from outreach.ticked import TICKED, chosen
from portal import parameters
from portal.pages import search
from portal.records import audit, drafts, files
from portal.records.steps import take_step
from portal.sheets import figures
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change, put_what_differs
from portal.trust import privacy, wall
from portal.trust.access import require

FREE_TEXT = ("summary", "heard", "next_steps")
CORRECTED = (*FREE_TEXT, "visited_on", "group", "purposes", *Visit.FACTS)


# Callbacks (ids of cadres) registered by apps above to update their visit counts; called when
# visits of these cadres are recorded, corrected or voided.
VISITS_CHANGED: list[Callable] = []


MOST_PHOTOS = 5


def visits_changed(cadres):
    for count_anew in VISITS_CHANGED:
        count_anew(cadres)


def _one_after_the_other(key):
    """Serialise saving a form and its draft, so that no draft outlives its visit."""
    lock_name(f"visit.{key}")


@transaction.atomic
def record_visit(*, client_key, author, by, unit, visited_on, at, **typed):
    """Save a visit with its matters (`compose` lists the typed arguments); return (visit, whether
    it is new).

    Idempotent for the same key and content. Raises DifferentContent for the same key with other
    content.
    """
    require(rules.may_record_visit(by, author, unit))
    made = {"unit": unit, "author": author, "organ": author.organ, "on": visited_on}
    for one, rows in chosen(typed):
        require(one.may_count(rows, **made))
    if not rules.records_by_role(by, author):
        typed["purposes"] = _with(Purpose.CONTACT_POINT, typed.get("purposes", ()))
    _one_after_the_other(client_key)
    facts = {"client_key": client_key, "author": author, "by": by, "unit": unit, "at": at}
    visit, companions, content = compose(visited_on=visited_on, **facts, **typed)
    visit.search = search.vector(*searched_in(visit))
    if not _insert_unless_known(visit):
        return _known(client_key, visit.content_digest, by), False

    rows = [VisitCompanion(visit=visit, cadre=cadre) for cadre in companions]
    VisitCompanion.objects.bulk_create(rows)
    for name in ("households", *(one.name for one in TICKED), "photos"):
        if rows := typed.get(name):
            getattr(visit, name).add(*rows)
    if reflection := typed.get("reflection"):
        write_reflection(visit=visit, owner=by, text=reflection)

    principal = matters.principal_of(by, lambda own: rules.may_record_visit(own, author, unit))
    reported = typed.get("reported_matters", ())
    actor = {"by": by, "at": at, "principal": principal}
    visit.registered_matters = matters.register_from_visit(visit=visit, reported=reported, **actor)
    for report in typed.get("conduct_reports", ()):
        conduct.register_report(by=by, on=timezone.localdate(at), **report)
    VisitDraft.objects.filter(owner=by, key=client_key).delete()
    figures.count_new(visit)
    visits_changed([author.pk, *(c.pk for c in companions)])
    note_recorded(visit, content, by=by, principal=principal)
    return visit, True


def compose(
    *,
    client_key,
    author,
    by,
    unit,
    visited_on,
    summary,
    at,
    companions=(),
    households=(),
    photos=(),
    reflection="",
    reported_matters=(),
    conduct_reports=(),
    **fields,
):
    """Return (unsaved visit, companions, typed content for the audit)."""
    for one, _rows in chosen(fields):
        fields["purposes"] = _with(one.purpose, fields.get("purposes", ()))
    # Empty ticks other than campaigns are omitted: the digest then equals that of a form without
    # them.
    ticked = {"campaigns": []}
    for one in TICKED:
        if rows := fields.pop(one.name, ()):
            ticked[one.name] = sorted(row.pk for row in rows)
    if not fields.get("meals"):
        # Left out if empty: the digest then equals that of a form without the field.
        fields.pop("meals", None)
    texts = {name: privacy.mask_ids(fields.pop(name, "") or "") for name in FREE_TEXT[1:]}
    texts["summary"] = privacy.mask_ids(summary)
    content = {
        "author": author.pk,
        "unit": unit.pk,
        "on": visited_on,
        **texts,
        **fields,
        "companions": sorted(c.pk for c in companions),
        "households": sorted(h.pk for h in households),
        **ticked,
        "photos": sorted(p.sha256 for p in photos),
        "reflection": privacy.mask_ids(reflection),
    }
    parts = {"matters": _typed(reported_matters), "conduct": _typed(conduct_reports)}
    companions = [c for c in companions if c.pk != author.pk]
    visit = Visit(
        client_key=client_key,
        # Keyed: it also covers encrypted and private content.
        content_digest=audit.digest(content | parts),
        author=author,
        typed_by=by,
        visited_on=visited_on,
        organ_id=author.organ_id,
        companion_count=len(companions),
        created_at=at,
        **texts,
        **fields,
    )
    visit.check_facts()
    visit.stand_at(unit)
    if visit.is_entered_for_leader:
        visit.confirmation = Confirmation.WAITING
    return visit, companions, content


def searched_in(visit):
    """Return the texts that search looks through."""
    return [getattr(visit, name) for name in FREE_TEXT]


def note_recorded(visit, content, *, by, principal):
    """Add the audit entry of a new visit."""
    written = [name for name in FREE_TEXT if getattr(visit, name)]
    fields = ["visited_on", "unit", *written]
    audit.record("visit.recorded", by, visit, fields, content, principal=principal)


def _with(purpose, purposes):
    """Return the purposes, with this one added if missing."""
    return [*purposes, *({purpose.value} - set(purposes))]


def _typed(parts):
    """The typed facts of a form's parts, without the keys that differ with each post."""
    return [
        {k: v.pk if hasattr(v, "pk") else v for k, v in part.items() if k != "client_key"}
        for part in parts
    ]


def _insert_unless_known(visit):
    """Insert the visit unless its key is known; safe against concurrent posts."""
    if Visit.objects.filter(client_key=visit.client_key).exists():
        return False
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as problem:
        if "client_key" in str(problem):
            return False
        raise
    return True


def _known(client_key, content_digest, by):
    visit = Visit.objects.get(client_key=client_key)
    if visit.typed_by_id != by.pk or visit.content_digest != content_digest:
        raise DifferentContent
    return visit


def write_reflection(*, visit, owner, text):
    """Store the owner's private reflection, or remove it if the text is empty."""
    with privacy.opened(user=owner):
        kept = Reflection.objects.filter(visit=visit, owner=owner)
        if not text:
            kept.delete()
        elif not kept.update(cipher=Reflection.sealed(text), text=""):
            Reflection.objects.create(visit=visit, owner=owner, cipher=Reflection.sealed(text))


def reflection_of(visit, owner):
    """Return the owner's private reflection on a visit, or "". As for all private records, the
    owner needs a role in the work."""
    if owner.pk not in owner.identity_ids:
        return ""
    with transaction.atomic(), privacy.opened(user=owner):
        kept = Reflection.objects.filter(visit=visit, owner=owner).first()
        return kept.written if kept else ""


def version_of(visit):
    """A digest that changes with each correction, so that an open form notices one."""
    corrected = [getattr(visit, name) for name in CORRECTED]
    ticked = visit.companions, *(getattr(visit, one.name) for one in TICKED)
    return audit.digest([*corrected, *(sorted(a.values_list("pk", flat=True)) for a in ticked)])


class ChangedMeanwhile(DifferentContent):
    """Another user corrected the visit while this form was open; nothing was changed."""

    def __init__(self):
        message = _(
            "Somebody else corrected this visit while you were writing. Open it in another "
            "tab and copy what you want to keep."
        )
        Exception.__init__(self, message)


@transaction.atomic
def correct_visit(*, visit, by, at, seen=None, reflection=None, companions=None, **changes):
    """Correct a visit within seven days; place and author do not change.

    `seen` is the `version_of` the visit when the form was opened.
    """
    visit = locked(visit, "author__organ", "unit")
    require(rules.may_correct_visit(by, visit, at=at))
    ticked = [(one, changes.pop(one.name, None)) for one in TICKED]
    ticked = [(one, rows) for one, rows in ticked if rows is not None]
    made = {"unit": visit.unit, "author": visit.author, "organ": visit.organ}
    for one, rows in ticked:
        # Existing ticks may stay, even if closed since.
        kept = set(getattr(visit, one.name).values_list("pk", flat=True))
        new = [row for row in rows if row.pk not in kept]
        require(one.may_count(new, **made, on=changes.get("visited_on", visit.visited_on)))
        if rows:
            changes["purposes"] = _with(one.purpose, changes.get("purposes", visit.purposes))
    if seen is not None and seen != version_of(visit):
        raise ChangedMeanwhile

    figures.remember(visit)
    for name in FREE_TEXT:
        if name in changes:
            changes[name] = privacy.mask_ids(changes[name] or "")
    changed = put_what_differs(visit, changes)
    visit.check_facts({*Visit.FACTS} & {*changed})
    if changed:
        visit.search = search.vector(*searched_in(visit))
        visit.save(update_fields=[*changed, "search"])
    concerned = {visit.author_id, *visit.companions.values_list("pk", flat=True)}
    if companions is not None:
        along = {c.pk for c in companions} - {visit.author_id}
        concerned |= along
        visit.companions.set(along)
        change(visit, companion_count=len(along))
    for one, rows in ticked:
        getattr(visit, one.name).set(rows)
    if reflection is not None:
        write_reflection(visit=visit, owner=by, text=reflection)
    _ask_again(visit, changed, by=by, at=at)
    figures.recount(visit)
    visits_changed(concerned)

    audit.record("visit.corrected", by, visit, changed, {name: changes[name] for name in changed})
    return visit


@transaction.atomic
def add_note(*, visit, by, text, at, client_key=None):
    """Add a note to a visit. Resending the form is a no-op; raises DifferentContent if its content
    differs."""
    visit = locked(visit, "author")
    text = privacy.mask_ids(text)
    known = client_key and visit.notes.filter(client_key=client_key).first()
    if known:
        if (known.by_id, known.text) != (by.pk, text):
            raise DifferentContent
        return known
    require(rules.may_add_note(by, visit))

    note = VisitNote.objects.create(visit=visit, text=text, by=by, at=at, client_key=client_key)
    audit.record("visit.note_added", by, visit, values={"text": note.text})
    return note


def _ask_again(visit, changed, *, by, at):
    """Update the confirmation after a correction: the leader's own correction confirms the visit;
    after another person's the leader is asked again."""
    # Once confirmation was asked for, the visit keeps needing it, whatever is ticked.
    if not visit.confirmation and not visit.is_entered_for_leader:
        return
    if by.pk == visit.author.user_id:
        word, move = Confirmation.CONFIRMED, VisitStep.Move.CONFIRMED
    elif changed or not visit.confirmation:
        word, move = Confirmation.WAITING, VisitStep.Move.CHANGED
    else:
        return
    if word != visit.confirmation:
        change(visit, confirmation=word)
        take_step(visit, move, by=by, at=at)


@transaction.atomic
def confirm_visit(*, visit, by, at):
    """Confirm that the leader was there: the visit counts at the contact point."""
    return _answer(visit, rules.may_confirm_visit, Confirmation.CONFIRMED, by=by, at=at)


@transaction.atomic
def refuse_visit(*, visit, by, at, reason):
    """Record the leader's denial; the typist then corrects or voids the visit."""
    return _answer(visit, rules.may_refuse_visit, Confirmation.REFUSED, by=by, at=at, words=reason)


def _answer(visit, rule, word, *, by, at, words=""):
    visit = locked(visit, "author")
    require(rule(by, visit))

    change(visit, confirmation=word)
    take_step(visit, word, by=by, at=at, words=words)
    audit.record(f"visit.{word}", by, visit, ["confirmation"], values={"reason": words})
    return visit


@transaction.atomic
def change_photos(*, visit, by, photos=(), gone=()):
    """Add and remove photos; removed photos are deleted permanently."""
    visit = locked(visit, "author")
    require(rules.may_change_photos(by, visit))
    kept = {one.pk: one for one in visit.photos.all()}
    removed = [kept[pk] for pk in gone if pk in kept]
    if len(kept) - len(removed) + len(photos) > MOST_PHOTOS:
        raise ValidationError({"photos": _("At most %(n)s files.") % {"n": MOST_PHOTOS}})
    visit.photos.remove(*removed)
    visit.photos.add(*photos)
    files.drop(removed)
    values = {"added": len(photos), "removed": len(removed)}
    audit.record("visit.photos_changed", by, visit, ["photos"], values=values)
    return visit


@transaction.atomic
def add_late_photos(*, visit, photos, by):
    """Add photos that were announced with the visit and arrive after its text, from a phone that
    was offline. The correction period does not limit this."""
    visit = locked(visit, "author")
    require(rules.may_add_late_photos(by, visit))
    if visit.photos.count() + len(photos) > MOST_PHOTOS:
        raise ValidationError({"photos": _("At most %(n)s files.") % {"n": MOST_PHOTOS}})
    visit.photos.add(*photos)
    values = {"added": len(photos)}
    audit.record("visit.photos_changed", by, visit, ["photos"], values=values)
    return visit


@transaction.atomic
def void_visit(*, visit, by, reason, at):
    """Void a visit entered by mistake; it stays readable, but is no longer counted."""
    visit = locked(visit, "author")
    require(rules.may_void_visit(by, visit))

    figures.remember(visit)
    change(visit, voided_at=at, voided_by=by, void_reason=reason)
    figures.recount(visit)
    visits_changed([visit.author_id, *visit.companions.values_list("pk", flat=True)])
    audit.record("visit.voided", by, visit, values={"reason": reason})
    return visit


@transaction.atomic
def keep_draft(*, key, by, content, at, version=""):
    """Save an unfinished form; return None if its visit is saved or the key belongs to another
    user. A draft is private to its owner and changes no record. `version` is the draft version that
    the page was loaded with."""
    _one_after_the_other(key)
    with wall.as_system("whether a key is somebody else's"):
        is_taken = VisitDraft.objects.filter(key=key).exclude(owner=by).exists()
    if is_taken or Visit.objects.filter(client_key=key).exists():
        return None
    return drafts.write(VisitDraft, key=key, by=by, content=content, at=at, version=version)


def drop_draft(*, draft, by):
    VisitDraft.objects.filter(pk=draft.pk, owner=by).delete()


def drop_old_drafts(*, at):
    """Delete drafts that nobody has changed for days; returns how many."""
    days = parameters.number("visit.draft_days", on=timezone.localdate(at))
    last = at - timedelta(days=days)
    return VisitDraft.objects.filter(updated_at__lt=last).delete()[0]
