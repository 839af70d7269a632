"""The working set: what a cadre needs to write offline, and no more.

Every kind of row starts from `visible_to(user)` and is limited in number. No row holds a contact, a
raiser's name or a reflection, since a phone may be lost. See docs/sync.md for the contents.
"""

import hashlib
import json
from collections import defaultdict
from datetime import timedelta

from django.db.models import F, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format

from outreach import telling
from outreach.actions.visits import MOST_PHOTOS
from outreach.forms.visits import EARLIEST_VISIT
from outreach.models import (
    ContactArea,
    DayNote,
    Household,
    Leave,
    Matter,
    MatterAssignment,
    MatterCare,
    MatterStep,
    Notice,
    NoticeAddressee,
    Stay,
    Visit,
)
from outreach.models.areas import number_of_group
from outreach.models.matters import Stage, Status, handled_organ_ids, hosted_organ_ids
from outreach.models.visits import CORRECTION_DAYS
from outreach.moves import DONE
from outreach.rules import matters as matter_rules
from outreach.rules import stay_months as month_rules
from outreach.rules import visits as visit_rules
from outreach.stay_days import days_of, month_of, months
from outreach.ticked import TICKED
from portal import uses
from portal.days.words import short_day
from portal.kinds import above
from portal.models import Cadre, GrassrootsUnit
from portal.models.places import DivisionLevel
from portal.models.text import plain, shown
from portal.tools.languages import base
from portal.trust.access import IsAnyOf
from research.models import DrawnUnit, QuestionnaireVersion
from research.questionnaires.answers import WRONG
from research.questionnaires.drawing import is_whole, words_of
from research.rules.answers import last_day, takes_answers
from sync import forms_drawn
from sync.corrections import fields_of
from sync.forms_drawn import MOVES_OF_PHONE

# Maximum rows of each kind; below, groups of a unit, leaves of a stay, steps of a matter,
# characters of a text.
MAX_ROWS = {
    "unit": 80,
    "cadre": 200,
    "stay": 5,
    "matter": 100,
    "visit": 60,
    "notice": 20,
    "questionnaire": 10,
    "drawn": 300,
}
MOST_GROUPS, MOST_LEAVES, MOST_STEPS, MOST_TEXT = 40, 10, 3, 2_000
# Units visited in the last days are offered too.
RECENT_DAYS = 90
# At most this many of the user's visits are searched for them.
RECENT_VISITS = 300
# Seven consecutive digits: a text with them may contain a phone number.
PHONE = r"(?:\d[ -]?){7}"
# Moves by others to which the next step may have to respond. Never internal notes, nor the words of
# the raiser.
STEPS_SHOWN = (
    *("take_up", "assign", "transfer", "note", "mediate", "report", "answer_for"),
    *("send_back", "handle_again", "resume", "refuse", "order", "answer_order"),
)


# --- Rows and differences -------------------------------------------------------------------------


def canonical(row):
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(row):
    return hashlib.sha256(canonical(row)).hexdigest()


def differences(user, have, *, at):
    """Return (rows that the phone lacks or has in another version, as {"kind", "id", "digest",
    "row"}; [[kind, id]] to drop). `have` is [(kind, id, digest)]."""
    found = rows(user, at=at)
    known = {(kind, key): said for kind, key, said in have}
    put = []
    for (kind, key), row in found.items():
        said = digest(row)
        if known.get((kind, key)) != said:
            put.append({"kind": kind, "id": key, "digest": said, "row": row})
    return put, [[kind, key] for kind, key in known if (kind, key) not in found]


def rows(user, *, at):
    """{(kind, id): row} of this person, in a fixed number of queries."""
    stays = _stays(user)
    visits = _visits(user, at)
    matters = _matter_rows(user)
    drawn, questionnaires = _fieldwork(user)
    notices = _notice_rows(user)
    units, placed = _units(user, stays)
    found = {
        "unit": units,
        "cadre": _cadre_rows(user, visits),
        "stay": _stay_rows(user, stays),
        "matter": matters,
        "visit": _visit_rows(user, visits),
        "notice": notices,
        "questionnaire": questionnaires,
        "drawn": drawn,
    }
    writes = {
        "visit": visit_rules.may_write_visits(user),
        "step": any(row.get("moves") for row in matters.values()),
        "month": bool(found["stay"]),
        "leave": any(row.get("may_leave") for row in found["stay"].values()),
        "reply": bool(notices),
        "answers": bool(drawn),
    }
    kinds = [kind for kind, does in writes.items() if does]
    if user.identity_ids:
        found["me"] = {"me": _me(user, kinds)}
        found["form"] = forms_drawn.rows(user, kinds, units=placed)
    return {
        (kind, str(key)): _without_empty(row)
        for kind, of in found.items()
        for key, row in of.items()
    }


def _without_empty(row):
    return {name: value for name, value in row.items() if value not in ("", [], {}, None, False)}


def _me(user, kinds):
    cadre = getattr(user, "cadre", None)
    return {
        "name": user.name,
        "cadre": str(cadre.pk) if cadre else "",
        "organ": cadre.organ.label if cadre else user.organ.label if user.organ else "",
        "kinds": kinds,
        "language": base(),
        "limits": {
            "photos": MOST_PHOTOS,
            "matters": 20,
            "correction_days": CORRECTION_DAYS,
            "first_day": f"{EARLIEST_VISIT}",
        },
        "phone": PHONE,
    }


# --- Places and people ----------------------------------------------------------------------------


def _units(user, stays):
    """Return ({key: row}, keys) of units from the user's contact areas, running stays and recent
    visits."""
    why, groups = defaultdict(list), defaultdict(dict)
    own = ContactArea.objects.visible_to(user).running(user.today)
    own = own.filter(cadre__user__in=user.identity_ids).order_by("pk")
    for unit, group in own.values_list("unit", "group"):
        _note(why[unit], "area")
        groups[unit][plain(group or "")] = True
    for stay in stays:
        _note(why[stay.unit_id], "stay")
    since = user.today - timedelta(days=RECENT_DAYS)
    recent = Visit.objects.visible_to(user).standing().filter(visited_on__gte=since)
    recent = recent.filter(author__user__in=user.identity_ids).order_by("-visited_on", "-pk")
    for unit, group in recent.values_list("unit", "group")[:RECENT_VISITS]:
        _note(why[unit], "visit")
        groups[unit][plain(group or "")] = True
    keys = list(why)[: MAX_ROWS["unit"]]
    roster = Household.objects.visible_to(user).filter(unit__in=keys, ended_on=None)
    named = roster.order_by("unit", "group").values_list("unit", "group").distinct()
    for unit, group in named:
        groups[unit][plain(group or "")] = True
    units = GrassrootsUnit.objects.current(user.today).filter(pk__in=keys)
    units = units.select_related("host_organ", "parent", "division__parent")
    units = {unit.pk: unit for unit in units.order_by("pk")}
    placed = [key for key in keys if key in units]
    return {key: _unit(units[key], groups[key], why[key]) for key in placed}, placed


def _note(said, reason):
    if reason not in said:
        said.append(reason)


def _unit(unit, groups, why):
    named = sorted(filter(None, groups), key=lambda one: (number_of_group(one) or 1_000, one))
    return {
        "name": unit.name,
        "kind": unit.kind,
        "kind_label": unit.get_kind_display(),
        "above": _above(unit),
        "groups": named[:MOST_GROUPS],
        "initials": unit.initials,
        "why": why,
    }


def _above(unit):
    if unit.parent:
        return unit.parent.name
    place = unit.division
    if place and place.level == DivisionLevel.VILLAGE and place.parent:
        return place.parent.name
    return unit.host_organ.label


def _cadre_rows(user, visits):
    """Serving cadres of the user's organ, and companions of visits that may still be corrected."""
    if not user.identity_ids:
        return {}
    along = {row.cadre_id for visit in visits for row in visit.companion_rows.all()}
    cadre = getattr(user, "cadre", None)
    serving = Cadre.objects.visible_to(user).serving(user.today).select_related("organ")
    organ = cadre.organ_id if cadre else user.organ_id
    wanted = serving.filter(Q(organ=organ) | Q(pk__in=along))
    wanted = wanted.order_by("organ__sort_order", "sort_order", "pk")[: MAX_ROWS["cadre"]]
    return {
        one.pk: {
            "name": one.name,
            "post": one.post,
            "organ": one.organ.label,
            "initials": one.initials,
        }
        for one in wanted
    }


# --- Stays and their months -----------------------------------------------------------------------


def _stays(user):
    if not uses.is_on("stays"):
        return []
    own = Stay.objects.visible_to(user).running(user.today)
    own = own.filter(cadre__user__in=user.identity_ids)
    own = own.select_related("cadre", "unit", "township", "host_organ")
    return list(own.order_by("starts_on", "pk")[: MAX_ROWS["stay"]])


def _stay_rows(user, stays):
    this = month_of(user.today)
    wanted = [this, month_of(this - timedelta(days=1))]
    found = months(stays, wanted)
    leaves = defaultdict(list)
    asked = Leave.objects.visible_to(user).filter(stay__in=stays, last_day__gte=wanted[1])
    for leave in asked.order_by("-starts_on", "-pk"):
        leaves[leave.stay_id].append(_leave(leave))
    return {stay.pk: _stay(user, stay, found, wanted, leaves[stay.pk]) for stay in stays}


def _stay(user, stay, found, wanted, leaves):
    monthly = [] if stay.is_of_leader else [one for one in wanted if days_of(stay, one)]
    return {
        "unit": str(stay.unit_id),
        "place": stay.place_label,
        "kind": stay.kind,
        "kind_label": stay.get_kind_display(),
        "from": f"{stay.starts_on}",
        "to": f"{stay.last_day}",
        "may_leave": bool(month_rules.may_ask_leave(user, stay)),
        "months": [_month(user, stay, found[stay.pk, one]) for one in monthly],
        "leaves": leaves[:MOST_LEAVES],
    }


def _leave(leave):
    return {
        "kind_label": leave.get_kind_display(),
        "from": f"{leave.starts_on}",
        "to": f"{leave.last_day}",
        "state": leave.state,
        "state_label": str(leave.state_label),
    }


def _month(user, stay, facts):
    month, is_attested = facts.month, facts.word is not None
    refused = {
        "days": month_rules.may_note_days(user, stay, month, is_attested),
        "work": month_rules.may_write_work(user, stay, month, is_attested),
    }
    return {
        "month": f"{month}",
        "label": date_format(month, "YEAR_MONTH_FORMAT"),
        "state": facts.state,
        "state_label": str(facts.state_label),
        "attested": facts.word.days if facts.word else None,
        "working": facts.working,
        "norm": facts.norm,
        "leave": facts.leave,
        **noted_days(facts),
        # Unmasked, as written: a correction is compared with it.
        "work": plain(facts.work),
        "notes": [_day_note(note) for note in facts.notes],
        "refused": {
            name: str(decision.refusal) for name, decision in refused.items() if not decision
        },
    }


def noted_days(facts):
    """{kind: days noted} of a month."""
    days = dict.fromkeys(DayNote.Kind.values, 0)
    for note in facts.notes:
        days[note.kind] += note.days
    return days


def _day_note(note):
    return {
        "kind": note.kind,
        "kind_label": note.get_kind_display(),
        "days": note.days,
        "note": shown(note.note),
        "on": f"{timezone.localdate(note.at)}",
    }


# --- Matters --------------------------------------------------------------------------------------


def _matter_rows(user):
    """Open matters that the person handles or registered, those due first."""
    ids = user.identity_ids
    if not ids:
        return {}
    given = MatterAssignment.objects.live().filter(organ__in=handled_organ_ids(user))
    handled = Q(IsAnyOf("pk", given.order_by().values("matter")))
    handled |= Q(lead_organ__in=hosted_organ_ids(user), assigned_by_desk=False)
    cared = MatterCare.objects.running().filter(cadre__user__in=ids)
    carried = Q(IsAnyOf("pk", cared.order_by().values("matter")))
    registered = Q(registered_by__user__in=ids) | carried
    open_ones = Matter.objects.visible_to(user).open().filter(handled | registered)
    open_ones = open_ones.select_related(
        "unit", "township", "host_organ", "lead_organ", "registered_by"
    )
    matters = list(open_ones.defer("search").order_by("due_on", "pk")[: MAX_ROWS["matter"]])
    standings = matter_rules.Standing.of_each(user, matters)
    carriers = _carriers(matters)
    steps = _steps(matters)
    return {one.matter.pk: _matter(user, one, carriers, steps[one.matter.pk]) for one in standings}


def _carriers(matters):
    """Return {matter id: user id} of the cadres who took matters over from a cadre who left."""
    running = MatterCare.objects.running().filter(matter__in=matters)
    return dict(running.values_list("matter", "cadre__user"))


def _steps(matters):
    """Return {matter id: its last steps, newest first}."""
    found = defaultdict(list)
    newest = Window(
        RowNumber(), partition_by=F("matter"), order_by=(F("at").desc(), F("pk").desc())
    )
    told = MatterStep.objects.standing().filter(matter__in=matters, move__in=STEPS_SHOWN)
    told = told.annotate(place=newest).filter(place__lte=MOST_STEPS).select_related("by")
    for step in told.order_by("matter", "place"):
        found[step.matter_id].append(
            {
                "label": str(DONE[step.move]),
                "on": f"{step.told_on or timezone.localdate(step.at)}",
                "by": step.author,
                "text": shown(step.text)[:MOST_TEXT],
            }
        )
    return found


def _matter(user, standing, carriers, steps):
    matter, on = standing.matter, user.today
    decisions = {
        code: matter_rules.may(user, matter, code, standing=standing) for code in MOVES_OF_PHONE
    }
    shown_ones = {
        code: str(decision.refusal)
        for code, decision in decisions.items()
        if not decision and not isinstance(decision, matter_rules.NotYours | matter_rules.NotNow)
    }
    registrar = carriers.get(matter.pk, matter.registered_by and matter.registered_by.user_id)
    mine = {"handles": standing.takes_part, "registered": registrar in user.identity_ids}
    asked = next(iter(standing.own_assignments), None) or standing.lead
    lead = standing.lead
    return {
        "number": matter.number_label,
        "title": shown(matter.title),
        "unit": str(matter.unit_id),
        "place": matter.place_label,
        "state": matter.status,
        "state_label": matter.get_status_display(),
        "next": str(telling.next_step(matter, on=on, sign_due_on=lead and lead.sign_due_on)),
        "due": f"{matter.due_on}",
        "late": _is_late(matter, on),
        "mine": [name for name, is_so in mine.items() if is_so],
        "category_label": matter.get_category_display(),
        "details": shown(matter.request_text)[:MOST_TEXT],
        "asked": shown(asked.requirement) if asked and standing.takes_part else "",
        "result": shown(matter.result_text)[:MOST_TEXT],
        "steps": steps,
        "moves": [code for code, decision in decisions.items() if decision],
        "refused": shown_ones,
    }


def _is_late(matter, on):
    runs = matter.stage in (Stage.WAITING, Stage.HANDLING)
    rests = matter.status in (Status.SUSPENDED, Status.REPORTED)
    return runs and not rests and matter.due_on < on


# --- Visits that may be corrected -----------------------------------------------------------------


def _visits(user, at):
    ids = user.identity_ids
    since = at - timedelta(days=CORRECTION_DAYS)
    own = Visit.objects.visible_to(user).standing().filter(created_at__gte=since)
    own = own.filter(Q(author__user__in=ids) | Q(typed_by__in=ids))
    raised = Matter.objects.visible_to(user).only("title", "number", "number_year", "visit")
    own = own.select_related("unit", "township", "host_organ").prefetch_related(
        "companion_rows",
        *(one.name for one in TICKED),
        Prefetch("matters", queryset=raised.order_by("pk")),
    )
    return list(own.defer("search").order_by("-visited_on", "-pk")[: MAX_ROWS["visit"]])


def _visit_rows(user, visits):
    return {visit.pk: _visit(user, visit) for visit in visits}


def _visit(user, visit):
    place = " ".join(part for part in (above(visit), visit.unit.name) if part)
    until = timezone.localdate(visit.created_at) + timedelta(days=CORRECTION_DAYS)
    return {
        "unit": str(visit.unit_id),
        "place": place,
        "kind": visit.unit.kind,
        "label": f"{short_day(visit.visited_on, on=user.today)} {visit.unit.name}",
        "until": f"{until}",
        "fields": fields_of(visit),
        "matters": [
            {"number": one.number_label, "title": shown(one.title)} for one in visit.matters.all()
        ],
        "key": str(visit.client_key),
    }


# --- Notices and fieldwork ------------------------------------------------------------------------


def _notice_rows(user):
    """Notices awaiting an answer from an organ of the user, those due first."""
    waiting = Notice.objects.visible_to(user).waiting_for_answer_of(user).select_related("organ")
    waiting = list(waiting.defer("search").order_by("reply_due_on", "pk")[: MAX_ROWS["notice"]])
    asked = NoticeAddressee.objects.reaching(user).filter(notice__in=waiting, answered_at=None)
    to_answer = defaultdict(list)
    for one in asked.in_official_order():
        to_answer[one.notice_id].append([str(one.pk), one.organ.name])
    return {one.pk: _notice(one, to_answer[one.pk]) for one in waiting}


def _notice(notice, to_answer):
    return {
        "title": shown(notice.title),
        "organ": notice.organ.label,
        "on": f"{notice.published_on}",
        "text": shown(notice.text)[:MOST_TEXT],
        "question": shown(notice.question),
        "asks": notice.asks,
        "due": f"{notice.reply_due_on}",
        "for": to_answer,
    }


def _fieldwork(user):
    """Return ({key: row} of drawn units to interview, {key: row} of their questionnaires)."""
    if not uses.is_on("research"):
        return {}, {}
    to_ask = DrawnUnit.objects.visible_to(user).to_ask(user.today)
    to_ask = to_ask.filter(
        asked_by__user__in=user.identity_ids, sample__questionnaire__isnull=False
    )
    to_ask = to_ask.select_related("sample__questionnaire", "unit").defer(
        *(f"sample__{name}" for name in ("frame_file", "places", "memory"))
    )
    drawn, asking = {}, {}
    for one in to_ask.order_by("sample", "position")[: MAX_ROWS["drawn"]]:
        questionnaire = one.sample.questionnaire
        if not takes_answers(questionnaire, on=user.today):
            continue
        if (
            asking.setdefault(questionnaire.pk, questionnaire)
            and len(asking) > MAX_ROWS["questionnaire"]
        ):
            del asking[questionnaire.pk]
            break
        drawn[one.pk] = {
            "questionnaire": str(questionnaire.pk),
            "position": one.position,
            "place": one.unit.name if one.unit else one.key,
            "serial": one.serial,
        }
    reviewed = QuestionnaireVersion.objects.visible_to(user).filter(
        questionnaire__in=asking, reviewed_at__isnull=False
    )
    newest = reviewed.order_by("questionnaire", "-number").distinct("questionnaire")
    return drawn, {
        one.questionnaire_id: _questionnaire(asking[one.questionnaire_id], one)
        for one in newest.defer("workbook")
    }


def _questionnaire(questionnaire, version):
    return {
        "title": shown(questionnaire.title),
        "version": str(version.pk),
        "number": version.number,
        "definition": version.definition,
        "whole": is_whole(version.definition),
        "until": f"{questionnaire.closes_on}",
        "last_day": f"{last_day(questionnaire)}",
        "words": {one: str(words_of(one)) for one in WRONG},
    }
