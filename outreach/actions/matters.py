"""Matters: registration, contacts, and the moves of moves.MOVES."""

from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import papers, undo_log
from outreach.actions import referrals
from outreach.models import (
    FollowUp,
    Matter,
    MatterBefore,
    MatterContact,
    MatterRequest,
    MatterSide,
    MatterStep,
)
from outreach.models.matters import (
    FAVOURABLE,
    SPOKEN,
    STAGE_OF,
    Closure,
    Confidentiality,
    Source,
    Status,
    Urgency,
    Word,
    number_area,
)
from outreach.models.visits import VisitMode
from outreach.moves import MOVES, WORD_MOVES
from outreach.rules import matters as rules
from portal import parameters
from portal.days import workdays
from portal.pages import search
from portal.records import audit, files
from portal.sheets import figures
from portal.tools.locking import locked
from portal.trust import crypto, privacy
from portal.trust.access import require

Kind = MatterRequest.Kind
# Limit per step.
MOST_FILES = 5
ON_THE_SPOT, REFERRED = "on_the_spot", "referred"
# Audit actor for acts of raisers themselves.
DOOR = "door"
# How long a mistaken word can be corrected so that the earlier result is restored.
ASKED_AGAIN_WITHIN = timedelta(days=60)


class DifferentContent(Exception):
    """Different content was sent under a used key; nothing was changed."""

    def __init__(self):
        super().__init__(
            _("This form was already saved with different content. Open a new form to write more.")
        )


class RefusedValue(Exception):
    """A value that no rule forbids but that makes no sense here; the message says why."""


# --- Registration ---------------------------------------------------------------------


def register_from_visit(*, visit, reported, by, at, principal=None):
    """Register the matters of a visit in a fixed number of statements."""
    return _register(reported, **raised_on(visit), by=by, at=at, principal=principal)


def raised_on(visit):
    """Place, day and author of the matters of a visit."""
    return {
        "unit": visit.unit,
        "organ_id": visit.organ_id,
        "cadre": visit.author,
        "group": visit.group,
        "on": visit.visited_on,
        "source": Source.TEAM if visit.mode == VisitMode.TEAM else Source.VISIT,
        "visit": visit,
    }


@transaction.atomic
def register_matter(*, unit, by, at, **form):
    """Register one matter without a visit: a call, a paper slip, a reception."""
    require(rules.may_register_matter(by, unit))
    matter, origin = read_form(unit=unit, by=by, **form)
    if known := _known(matter):
        return known
    try:
        with transaction.atomic():
            principal = principal_of(by, lambda own: rules.may_register_matter(own, unit))
            return _register([matter], **origin, by=by, at=at, principal=principal)[0]
    except IntegrityError:
        # Lost a race: a concurrent post of the same form has registered the matter.
        if known := _known(matter):
            return known
        raise


def read_form(*, unit, by, on, cadre=None, source=Source.CALL, group="", **matter):
    """(facts of the matter, its place, day and author) from a form without a visit."""
    typed = {name: value for name, value in matter.items() if name != "client_key"}
    # Excludes the day: a form sent again after midnight is the same matter.
    matter["content_digest"] = audit.digest([by.pk, unit.pk, source, group, typed])
    return matter, {
        "unit": unit,
        "cadre": cadre,
        "group": group,
        "source": source,
        "visit": None,
        "organ_id": cadre.organ_id if cadre else by.organ_id or unit.host_organ_id,
        "on": on,
    }


@transaction.atomic
def register_from_card(*, area, cadre, at, **matter):
    """Register a matter that the raiser wrote through the door of a contact card. `cadre` looks
    after the area, or is None if the card is no longer in force."""
    unit = area.unit
    typed = {name: value for name, value in matter.items() if name != "client_key"}
    matter["content_digest"] = audit.digest(["door", unit.pk, typed])
    if known := _known(matter):
        return known
    origin = {
        "unit": unit,
        "organ_id": cadre.organ_id if cadre else unit.host_organ_id,
        "cadre": cadre,
        "group": area.group,
        "on": timezone.localdate(at),
        "source": Source.CARD,
        "visit": None,
    }
    return _register([matter], **origin, by=None, at=at, principal=None)[0]


def _known(matter):
    """The matter registered under this key already, or None."""
    known = Matter.objects.filter(client_key=matter["client_key"]).first()
    if known is not None and known.content_digest != matter["content_digest"]:
        raise DifferentContent
    return known


def _register(reported, *, unit, by, at, principal, **origin):
    if not reported:
        return []
    numbers = _take_numbers(unit, timezone.localdate(at).year, len(reported))
    begun = [
        begin(given, number, unit=unit, by=by, at=at, principal=principal, **origin)
        for given, number in zip(reported, numbers, strict=True)
    ]
    for one in begun:
        one.matter.search = search.vector(*papers.searched_in(one.matter))
    Matter.objects.bulk_create(one.matter for one in begun)
    MatterStep.objects.bulk_create(one.step for one in begun)
    MatterRequest.objects.bulk_create(one.request for one in begun if one.request)
    MatterSide.objects.bulk_create(side for one in begun for side in one.sides)
    keep_contacts([contact for one in begun for contact in one.contacts])
    return count_registered([one.matter for one in begun], by=by, principal=principal)


@dataclass
class Begun:
    """An unsaved new matter with its related rows."""

    matter: Matter
    step: MatterStep
    request: MatterRequest | None
    sides: list[MatterSide]
    # (matter, side, name, phone) of the people who may be asked for their word.
    contacts: list


def begin(given, number, *, unit, organ_id, cadre, group, on, source, visit, by, at, principal):
    """A new matter as it will be stored, from the typed facts and the number it was given."""
    outcome = given.get("outcome", "")
    given = referrals.without_people(given) if outcome == REFERRED else dict(given)
    if outcome == REFERRED:
        given["referred_on"] = on
    given.pop("outcome", None)
    name, phone = given.pop("raiser_name", ""), given.pop("raiser_phone", "")
    pair = [(given.pop(f"side_{x}", ""), given.pop(f"side_{x}_phone", "")) for x in "ab"]
    origin = {"visit": visit, "source": source, "group": group, "organ_id": organ_id}
    given |= {"registered_by": cadre, "typed_by": by, "registered_on": on, "created_at": at}
    matter = Matter(**origin, **number, **given)
    matter.stand_at(unit)
    tidy(matter, name)
    _start(matter, outcome, at)

    is_settled = outcome == ON_THE_SPOT
    move, text = ("settle_on_spot", matter.result_text) if is_settled else ("register", "")
    actor = {"by": by, "at": at, "principal": principal}
    step = papers.step_of(matter, move, from_status="", organ_id=organ_id, text=text, **actor)
    request = _request_of(matter, outcome, cadre, **actor)
    contacts = []
    if matter.has_somebody_to_ask and (name or phone):
        contacts.append((matter, None, name, phone))
    sides = _sides_of(matter, pair)
    contacts += [(matter, side, name, phone) for side, name, phone in sides]
    return Begun(matter, step, request, [side for side, _name, _phone in sides], contacts)


def _request_of(matter, outcome, cadre, *, by, at, principal):
    """Return the request that a second person must confirm for a new matter, or None."""
    if outcome not in {ON_THE_SPOT, REFERRED}:
        return None
    asked_for = cadre.user_id if cadre and by and cadre.user_id != by.pk else None
    return MatterRequest(
        matter=matter,
        kind=Kind(outcome),
        reason=matter.result_text or matter.referred_to,
        channel=matter.referred_to,
        channel_number=matter.referred_number,
        status_before=Status.REGISTERED,
        on_behalf_of_id=asked_for or (principal.pk if principal else None),
        asked_by=by,
        asked_at=at,
    )


def count_registered(registered, *, by, principal):
    """Count new matters and add their audit entries; returns the matters."""
    figures.count_new(*registered)
    records = [(m, {"title": m.title, "text": m.request_text}) for m in registered]
    fields = ["title", "request_text", "category", "unit"]
    audit.record_each("matter.registered", by or DOOR, records, fields, principal=principal)
    return registered


def tidy(matter, raiser_name):
    """Minimise data: mask numbers, keep a surname for lists, and no name if anonymous."""
    matter.title = privacy.mask_others(privacy.mask_ids(matter.title.strip()))
    matter.request_text = privacy.mask_ids(matter.request_text or "")
    matter.result_text = privacy.mask_ids(matter.result_text or "")
    is_named = matter.has_somebody_to_ask
    matter.raiser_display = privacy.display_name(raiser_name) if is_named else ""


def _start(matter, outcome, at):
    """First status and deadline of a new matter."""
    if outcome == REFERRED:
        referrals.hide_content(matter)
    matter.status = Status.PROPOSED if outcome in {ON_THE_SPOT, REFERRED} else Status.REGISTERED
    matter.stage = STAGE_OF[matter.status]
    set_deadline(matter, timezone.localdate(at), at)


def set_deadline(matter, on, at):
    """Set the deadline, counted from `on`; also the original deadline if there is none yet."""
    matter.due_on, matter.due_at = deadline_of(matter.urgency, on, at, matter.unit)
    matter.original_due_on = matter.original_due_on or matter.due_on


def deadline_of(urgency, on, at, unit):
    """Return (day, moment if urgent) by DOMAIN 3.8: working days by urgency, calendar days for
    projects, hours when urgent. A norm set for the unit takes precedence."""
    if urgency == Urgency.URGENT:
        moment = at + timedelta(hours=parameters.number("matter.urgent_hours", on=on))
        return timezone.localdate(moment), moment
    days = parameters.number(f"matter.sla.{urgency}", on=on, at=parameters.place_of_unit(unit))
    if urgency == Urgency.PROJECT:
        return on + timedelta(days=days), None
    return workdays.add_working_days(on, days), None


def area_of(unit):
    """The area in which the matters of a unit are numbered."""
    county_id = unit.division.ancestors_by_level.get(3) if unit.division_id else None
    return number_area(county_id, unit.host_organ)


def _take_numbers(unit, year, count):
    area = area_of(unit)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_matternumber AS n (area, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (area, year) DO UPDATE SET last = n.last + excluded.last"
            " RETURNING last",
            [area, year, count],
        )
        last = cursor.fetchone()[0]
    return [
        {"number_area": area, "number_year": year, "number": n}
        for n in range(last - count + 1, last + 1)
    ]


def _sides_of(matter, pair):
    """[(side, name, phone)] of the named sides of a dispute."""
    return [
        (MatterSide(matter=matter, label=label, display=privacy.display_name(name)), name, phone)
        for label, (name, phone) in zip("ab", pair, strict=True)
        if name and matter.is_dispute
    ]


def keep_contacts(contacts):
    rows = [
        sealed_contact(MatterContact(matter=matter, side=side), name, phone)
        for matter, side, name, phone in contacts
    ]
    if rows:
        with privacy.opened(matter=",".join(str(row.matter_id) for row in rows)):
            MatterContact.objects.bulk_create(rows)


def sealed_contact(contact, name="", phone=""):
    """Set the encrypted name and phone of a contact, where given; returns the contact."""
    name, phone = name.strip(), phone.strip()
    if name:
        contact.name_cipher = crypto.encrypt(name, "matter.name")
    if phone:
        contact.phone_cipher = crypto.encrypt(phone, "matter.phone")
        contact.phone_index = crypto.blind_index(phone)
    return contact


@transaction.atomic
def reveal_contact(*, matter, by, side=None):
    """Name and phone of the raiser, or of a side of a dispute; each reveal is an audit entry. The
    name may stay withheld, for example from a caller who needs the phone only."""
    require(rules.may_read_contact(by, matter, side=side))
    shows_name = bool(rules.may_read_name(by, matter))
    fields = ["name", "phone"] if shows_name else ["phone"]
    principal = principal_of(by, lambda own: rules.may_read_contact(own, matter, side=side))
    audit.record("matter.contact_revealed", by, matter, fields, principal=principal)
    with privacy.opened(matter=matter.pk):
        contact = MatterContact.objects.filter(matter=matter, side=side).first()
    if contact is None:
        return {"name": "", "phone": ""}
    return {
        "name": crypto.decrypt(contact.name_cipher, "matter.name") if shows_name else "",
        "phone": crypto.decrypt(contact.phone_cipher, "matter.phone"),
    }


@transaction.atomic
def change_contact(*, matter, by, side=None, name="", phone="", erase=False):
    """Correct or erase name and phone of the raiser (or of a side of a dispute), as they wish.
    Empty values change nothing; the displayed name follows."""
    matter = locked(matter, "unit__division", "registered_by")
    require(rules.may_change_contact(by, matter, side=side))

    principal = principal_of(by, lambda own: rules.may_change_contact(own, matter, side=side))
    _put_contact(matter, side, name, phone, erase, by=by, principal=principal)


@transaction.atomic
def change_own_contact(*, matter, name="", phone="", erase=False):
    """Do the same for the raiser with a slip; return False if no contact is kept."""
    matter = locked(matter)
    if matter.referred_to or not matter.has_somebody_to_ask:
        return False
    _put_contact(matter, None, name, phone, erase, by=DOOR)
    return True


def read_contact_at_request(*, matter, side, by):
    """Return the stored (name, phone) of a person who asked for a copy. Checks no permission: the
    caller has an approved request of that person. Each reading is an audit entry."""
    audit.record("matter.contact_revealed", by, matter, ["name", "phone"])
    with privacy.opened(matter=matter.pk):
        contact = MatterContact.objects.get(matter=matter, side=side)
    return (
        crypto.decrypt(contact.name_cipher, "matter.name"),
        crypto.decrypt(contact.phone_cipher, "matter.phone"),
    )


def erase_contact_at_request(*, matter, side, by):
    """Erase the contact of a person who asked for it. Checks no permission, like the above."""
    matter = locked(matter)
    found = MatterSide.objects.filter(pk=side).first() if side else None
    _put_contact(matter, found, "", "", True, by=by)


def _put_contact(matter, side, name, phone, erase, *, by, principal=None):
    fields = [field for field, value in (("name", name), ("phone", phone)) if value or erase]
    event = "matter.contact_erased" if erase else "matter.contact_corrected"
    audit.record(event, by, matter, fields, principal=principal)
    name, phone = ("", "") if erase else (name.strip(), phone.strip())
    with privacy.opened(matter=matter.pk):
        kept = MatterContact.objects.filter(matter=matter, side=side)
        if erase:
            kept.delete()
            # Otherwise taking back a referral would restore it.
            undo_log.forget(MatterBefore.objects.filter(step__matter=matter))
        else:
            contact = kept.first() or MatterContact(matter=matter, side=side)
            sealed_contact(contact, name, phone).save()
    if name or erase:
        display = privacy.display_name(name)
        if side is None:
            Matter.objects.filter(pk=matter.pk).update(raiser_display=display)
        else:
            # The side remains a party to the dispute and needs something to display.
            MatterSide.objects.filter(pk=side.pk).update(display=display or "××")


# --- Moves ----------------------------------------------------------------------------


@transaction.atomic
def move_matter(
    *, matter, code, by, at, text="", attachments=(), seen=None, client_key=None, **facts
):
    """Make a move. `seen` is the state that the form was about (`Standing.in_question`) when it was
    opened. Resending the form under the same key is a no-op."""
    matter = locked(matter, "unit__division", "registered_by")
    if client_key and matter.steps.filter(client_key=client_key).exists():
        files.drop(attachments)
        return matter
    facts |= {"text": text, "seen": seen, "client_key": client_key}
    step = make_move(matter, code, by=by, at=at, **facts)
    if attachments:
        step.attachments.set(attachments)
    return matter


@transaction.atomic
def add_step_files(*, step, files, by):
    """Add files to the user's own step: photos from a phone arrive after its text. Files already
    attached are skipped."""
    step = locked(step, "matter")
    require(rules.may_add_step_files(by, step))
    there = set(step.attachments.values_list("sha256", flat=True))
    fresh = [one for one in files if one.sha256 not in there]
    if len(there) + len(fresh) > MOST_FILES:
        raise ValidationError(_("At most %(n)s files.") % {"n": MOST_FILES})
    step.attachments.add(*fresh)
    audit.record("matter.files_added", by, step.matter, ["attachments"], [len(fresh)])
    return step


def make_move(matter, code, *, by, at, text="", seen=None, client_key=None, **facts):
    """Check a move, apply it and add its step, which is returned. The calling function holds the
    matter and its papers, under a lock or in memory."""
    text = privacy.mask_ids(text.strip())
    figures.remember(matter)
    standing = rules.Standing(by, matter, on=timezone.localdate(at))
    require(rules.may(by, matter, code, standing=standing))
    if seen is not None and seen != standing.in_question(code):
        raise RefusedValue(
            _(
                "Something has changed since you opened this page. Read the page again, then "
                "send the form again."
            )
        )

    before = standing.status_before = matter.status
    standing.principal = principal_of(by, lambda person: rules.may(person, matter, code))
    if standing.papers.is_noting:
        undo_log.begin(matter, _CHANGED_BY_MOVES)
    matter.status = MOVES[code].leads_to or matter.status
    noted = MOVES[code].effect(standing, at=at, text=text, **facts) or {}
    if matter.closure == Closure.REFERRED:
        text = ""
    actor = {"by": by, "at": at, "principal": standing.principal}
    content = {"text": text, "facts": noted, "client_key": client_key}
    step = _save(matter, code, before=before, **actor, **content)
    fields = [*noted, *(["text"] if text else [])]
    values = {"text": text, **noted}
    audit.record(f"matter.{code}", by, matter, fields, values, principal=standing.principal)
    return step


def _save(matter, code, *, by, at, text="", before="", facts=None, principal=None, client_key=None):
    """Store status, stage and changed columns, and add the step."""
    was_closed = before == Status.CLOSED
    matter.stage = STAGE_OF[matter.status]
    if matter.is_closed and not was_closed:
        matter.closed_on = timezone.localdate(at)
    if was_closed and not matter.is_closed:
        matter.closed_on, matter.closure = None, ""
    own = papers.of(matter)
    own.save(_CHANGED_BY_MOVES)
    figures.recount(matter)
    content = {"text": text, "facts": _masked(facts or {}), "client_key": client_key}
    actor = {"by": by, "at": at, "principal": principal}
    noted = undo_log.end(matter)
    step = own.add(papers.step_of(matter, code, from_status=before, **actor, **content))
    if noted:
        hours = parameters.number("takeback.hours", on=timezone.localdate(at))
        lasting = ASKED_AGAIN_WITHIN if code in WORD_MOVES else timedelta(hours=hours)
        undo_log.keep(noted, step, until=at + lasting)
    return step


@transaction.atomic
def name_lead_official(*, matter, official, by, at, text):
    """Set or remove the lead official. The calling function has decided this for several matters
    and checked the rule."""
    figures.remember(matter)
    names = [one.name if one else "" for one in (matter.lead_official, official)]
    matter.lead_official = official
    facts = dict(zip(("before", "official"), names, strict=True))
    _save(matter, "lead", by=by, at=at, text=text, before=matter.status, facts=facts)
    values = {"official": official.pk if official else None}
    audit.record("matter.lead", by, matter, ["lead_official"], values)
    return matter


def _masked(facts):
    return {k: privacy.mask_ids(v) if isinstance(v, str) else v for k, v in facts.items()}


_CHANGED_BY_MOVES = [
    "status",
    "stage",
    "lead_organ",
    "assigned_by_desk",
    "lead_official",
    "urgency",
    "due_on",
    "due_at",
    "original_due_on",
    "resolution",
    "result_text",
    "answered_on",
    "word",
    "reopen_count",
    "closure",
    "closed_on",
    "referred_to",
    "referred_number",
    "referred_on",
    "merged_into",
    "title",
    "request_text",
    "raiser_display",
]


def principal_of(user, is_allowed):
    """Return the principal whose grant allowed an act (代办), or None if the user's own grants did.
    `is_allowed(person)` checks the rule."""
    principals = {g.user_id: g.user for g in user.grants_today() if g.user_id != user.pk}
    if not principals:
        return None
    for principal in (None, *principals.values()):
        # Try the user's own grants alone, then with the grants of each principal added.
        lent_by = {user.pk, principal and principal.pk}
        if is_allowed(user.with_grants(g for g in user.grants_today() if g.user_id in lent_by)):
            return principal
    return None


# --- The people's word -----------------------------------------------------------------


def seek_word(matter, at):
    """Ask for the raiser's word, or in a dispute for that of each named side (also if a cadre found
    it). If nobody can be asked, close the matter unrated."""
    sides = []
    if matter.is_dispute and matter.confidentiality != Confidentiality.ANONYMOUS:
        sides = papers.of(matter).sides()
    if not sides and not matter.has_somebody_to_ask:
        close(matter, Closure.UNRATED, at)
        return
    matter.status = Status.AWAITING_WORD
    matter.word = ""
    today = timezone.localdate(at)
    due_on = workdays.add_working_days(today, parameters.number("matter.callback_wd", on=today))
    now = rules.carrier(matter)
    registrar = now.user if now else None
    call = FollowUp(matter=matter)
    # Copy the registrar: it may be the acting user object, whose day must not change.
    caller = registrar if registrar and registrar.is_active else None
    if caller and not rules.may_be_called_by(copy(caller).acting(on=today), call):
        caller = None
    own = papers.of(matter)
    own.change_sides(word="")
    asked = {"round": matter.reopen_count, "starts_on": today, "due_on": due_on, "caller": caller}
    for side in sides or [None]:
        own.add(FollowUp(matter=matter, side=side, **asked))


def close(matter, closure, at):
    matter.status, matter.closure = Status.CLOSED, closure
    matter.closed_on = timezone.localdate(at)
    if closure in {Closure.REFERRED, Closure.WITHDRAWN, Closure.MERGED}:
        matter.word = ""


def drop_result(matter):
    matter.resolution, matter.result_text, matter.answered_on = "", "", None


def hear_word(matter, follow_up, *, at):
    """Apply an answered (or given-up) call-back to its matter; returns the move of the step.

    The calling function holds the lock on the matter and saves it.
    """
    word = follow_up.word or Word.UNREACHABLE
    if follow_up.kind == FollowUp.Kind.SECOND:
        return _hear_again(matter, follow_up, word, at)
    if word == Word.UNSATISFIED and papers.of(matter).is_noting:
        # Allows a second call-back to undo this if the word was recorded by mistake.
        undo_log.begin(matter, _CHANGED_BY_MOVES)
    if follow_up.kind == FollowUp.Kind.SAMPLE:
        # A referred matter is out of our hands, and an unsatisfied closure already says so; the
        # word is kept for the figures only.
        stays = matter.closure in {Closure.REFERRED, Closure.UNSATISFIED}
        if word != Word.UNSATISFIED or stays:
            return None
        return _hear_unsatisfied(matter, at)
    if follow_up.side_id:
        papers.of(matter).change_sides({"pk": follow_up.side_id}, word=word)
        word = _word_of_both_sides(matter, at)
        if word is None:
            return None
    matter.word = word
    if word == Word.UNSATISFIED:
        return _hear_unsatisfied(matter, at)
    close(matter, Closure.SATISFIED if word in FAVOURABLE else Closure.UNRATED, at)
    return "close"


def _hear_again(matter, second, word, at):
    """Apply the word of a second call-back, made because the first word was recorded by mistake.
    The first word does not change and counts as before."""
    first = second.corrects.word
    if word == first or word not in SPOKEN:
        return None
    if first == Word.UNSATISFIED:
        return _put_right(matter, second, word, at)
    asked = {Status.AWAITING_WORD, Status.CLOSED}
    stays = matter.closure in {Closure.REFERRED, Closure.UNSATISFIED}
    if second.round != matter.reopen_count or matter.status not in asked or stays:
        return None
    if second.side_id:
        papers.of(matter).change_sides({"pk": second.side_id}, word=word)
    if word == Word.UNSATISFIED:
        return _hear_unsatisfied(matter, at)
    if matter.closure == Closure.UNRATED and not second.side_id:
        matter.word, matter.closure = word, Closure.SATISFIED
    return None


def _put_right(matter, second, word, at):
    """Restore the result if the first word reopened the matter by mistake and nothing was done
    since. The reopening still counts."""
    own, count = papers.of(matter), matter.reopen_count
    step = own.reopening(second.corrects)
    if step is None:
        return None
    undo_log.restore(matter, step.before)
    matter.reopen_count = count
    if matter.status != Status.AWAITING_WORD:
        return "close"
    if second.side_id:
        own.change_sides({"pk": second.side_id}, word=word)
        word = _word_of_both_sides(matter, at)
        if word is None:
            return None
    matter.word = word
    close(matter, Closure.SATISFIED if word in FAVOURABLE else Closure.UNRATED, at)
    return "close"


def _word_of_both_sides(matter, at):
    """Return the word on a dispute, or None until both sides have answered. It is settled only if
    both say so; an unnamed side counts as unreachable."""
    words = [side.word for side in papers.of(matter).sides()]
    if Word.UNSATISFIED in words:
        return Word.UNSATISFIED
    if "" in words:
        return None
    if len(words) == 1:
        words.append(Word.UNREACHABLE)
    silent = {Word.DECLINED, Word.UNREACHABLE} & set(words)
    if silent:
        return silent.pop()
    return Word.BASICALLY if Word.BASICALLY in words else Word.SATISFIED


def _hear_unsatisfied(matter, at):
    """Reopen after the first "not satisfied"; after the second, the assigning organ and a leader
    review."""
    # The rejected result needs no further calls and no access to the contact.
    papers.of(matter).give_up_calls(at)
    matter.word = Word.UNSATISFIED
    matter.merged_into = None
    matter.closure = ""
    if matter.reopen_count:
        matter.status = Status.TWICE_UNSATISFIED
        return "word"
    matter.reopen_count += 1
    set_deadline(matter, timezone.localdate(at), at)
    matter.status = Status.IN_PROGRESS if matter.lead_organ_id else Status.REGISTERED
    drop_result(matter)
    return "reopen"


def save_after_word(matter, code, *, by, at, before, text="", facts=None, principal=None):
    """Store the outcome of `hear_word`, with its step."""
    return _save(
        matter, code, by=by, at=at, text=text, before=before, facts=facts, principal=principal
    )
