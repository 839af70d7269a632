"""民情台账: an office's old ledger, open and closed, with the numbers it had there.

The columns are those of DOMAIN 2.2 (2) and of our own sheet. Closed matters are imported as closed;
open ones start anew: with their lead organ, which has to sign here, or with their host.

Nothing is invented. Steps and assignments are entered by the importing user at the time of the
import, and keep the day stated in the ledger, if any. There are no signatures, and no deadline
unless a cell states one.
"""

import json
import re
import uuid

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions import referrals
from outreach.actions.matters import deadline_of
from outreach.imports.common import NUMBER, PlacedLoader, clean_text
from outreach.models import Matter, MatterAssignment, MatterContact, MatterStep
from outreach.models.matters import (
    OLD_SOURCES,
    STAGE_OF,
    Category,
    Closure,
    Confidentiality,
    RaiserKind,
    Resolution,
    Status,
    Urgency,
    Word,
    number_area,
)
from outreach.rules import matters as rules
from portal import parameters
from portal.days import workdays
from portal.forms.fields import first_kind
from portal.imports import Column, Kind, cells, register
from portal.imports.kinds import chinese, choice
from portal.kinds import KINDS
from portal.models import GrassrootsUnit
from portal.pages import search
from portal.roles import Permission as P
from portal.sheets import figures
from portal.tools import copying
from portal.trust import crypto, privacy

ANONYMOUS = {"匿名", "不愿透露", "未留姓名"}
WITHHELD = {"(姓名保密)", "姓名保密", "保密"}
_OURS = re.compile(r"MQ(\d{4})-(\d{4,})", re.I)
_TOLD = re.compile(r"(当面|电话|书面)?(.*)", re.S)
METHODS = {"当面": "person", "电话": "phone", "书面": "writing"}
TITLE = 60
# Columns of a matter whose values come from the sheet under the same name.
TAKEN_OVER = (
    "registered_on organ_id group raiser_kind confidentiality category title request_text status"
    " result_text word closure closed_on old_number"
)

# Categories that belong to a statutory channel, and wording for it in other columns.
STATUTORY = {"信访", "信访事项", "涉法涉诉", "纪检监察", "行政复议", "劳动仲裁"}
_PASSED_ON = re.compile(
    r"(?:已|已经)?(?:转|移交|移送|引导)(?:至|到|往|给)?[省市县区镇]?(?:人民)?"
    r"(信访|纪检监察|纪委|法院|检察院|公安|仲裁|行政复议)"
)

# Duplicates are found by these columns, so none of them may be unreadable.
COMPARED = {"registered_on", "unit", "text", "closed_on", "word", "progress", "result", "remark"}

# Words that indicate the result in free text.
_SOLVED = ("已解决", "解决", "办结", "办理完毕", "完成", "落实", "已办")
_EXPLAINED = ("解释", "说明", "答复")


class MatterLoader(PlacedLoader):
    model = Matter

    def __init__(self, run):
        super().__init__(run)
        self.let_in, self.deadlines, self.signing, self.places = {}, {}, {}, {}
        with translation.override("zh-hans"):
            self.raisers = {str(kind.label): kind for kind in RaiserKind}
            self.resolutions = {str(one.label): one for one in Resolution}
            self.states = {cells.plainly(str(s.label)) for s in Status}
            self.withdrawn = str(Closure.WITHDRAWN.label)
        self.categories = chinese(Category)()
        if run.keeps:
            with connection.cursor() as cursor:
                # Numbers are taken at the very end, so that nobody waits for their lock meanwhile.
                cursor.execute(
                    "DROP TABLE IF EXISTS import_matter; CREATE TEMP TABLE import_matter"
                    " ON COMMIT DROP AS SELECT * FROM outreach_matter WITH NO DATA"
                )

    # --- Judging ---------------------------------------------------------------------------------

    def expect(self, rows):
        self.cadres.expect(name for row in rows for name in (row.registered_by, row.lead_official))

    def judge(self, row):
        values = row.values
        channel = values["channel"] = self._channel(row)
        if channel:
            # Of referred matters only place, day and registrar are read.
            if "category" in row.bad:
                row.accept("category", str(Category.OTHER))
            row.accept("lead_organ", "")
        for name in ("registered_on", "assigned_on", "closed_on"):
            self.refuse_future(row, name)
        place = self.look(row, "unit", self.units.find, row.unit, row.township)
        for name in ("registered_by", "lead_official"):
            values[name] = (
                self.look(row, name, self.cadres.find, values[name]) if values[name] else None
            )
        lead = (
            self.look(row, "lead_organ", self._organ, row.lead_organ, row.closed_on)
            if row.lead_organ
            else None
        )
        values["lead_organ"] = lead
        if place:
            values["place"], values["group"] = place
            self._refuse_reach(row)
        self._refuse_category(row, place and place[0].kind)
        self._read_raiser(row)
        self._read_result(row)
        self._check_referral(row)
        self._read_answer(row)
        values["content"] = None
        # Old numbers are unique within the registrar's organ, which is then unknown.
        is_of_nobody = row.old_number and row.is_refused("registered_by")
        if place is None or row.bad & COMPARED or is_of_nobody:
            return
        self._read_text(row)
        values["organ_id"] = self._organ_of(row)
        values["year"] = row.registered_on.year
        values["content"] = hash(
            (row.title, row.request_text, row.registered_on, row.closed_on, row.word, row.place.pk)
        )
        self._refuse_contradiction(row)

    def _refuse_category(self, row, kind):
        """Refuse categories that the kind of unit does not have; offer its own as replacements."""
        codes = KINDS[kind or first_kind()].categories
        self.offers.setdefault("category", {}).update(dict.fromkeys(codes))
        labels = {code: label for label, code in self.categories.items()}
        told = {"choices": "、".join(labels[code] for code in codes)}
        if unknown := row.unknown.get("category"):
            told["value"] = unknown.said[:20]
            row.reword("category", _("“%(value)s” is not one of: %(choices)s.") % told)
        elif kind and row.category and row.category not in codes:
            told["value"] = labels[row.category]
            words = _(
                "“%(value)s” is no category of a unit of this kind; it is one of: %(choices)s."
            )
            row.refuse("category", words % told)

    def _organ(self, name, closed_on):
        """Open matters need a current organ; closed ones may name a former one."""
        return self.organs.find(name, ever=closed_on is not None)

    def _organ_of(self, row):
        if row.registered_by:
            return row.registered_by.organ_id
        return self.run.by.organ_id or row.place.host_organ_id

    def _refuse_reach(self, row):
        pk = row.place.pk
        if pk not in self.let_in:
            unit = GrassrootsUnit.objects.select_related("host_organ", "division").get(pk=pk)
            self.let_in[pk] = rules.may_register_matter(self.run.by, unit)
            self.places[pk] = (number_area(row.place.county_id, unit.host_organ), unit)
        if not self.let_in[pk]:
            row.refuse("unit", self.let_in[pk].refusal)

    def _read_raiser(self, row):
        """Read the raiser as far as the ledger shows it: 李大山 → 李××; kinds; anonymous."""
        values, text = row.values, cells.plainly(row.raiser or "")
        name, kind, withheld = "", RaiserKind.VILLAGER, Confidentiality.NAMED
        if text in ANONYMOUS or (not text and not row.phone):
            withheld = Confidentiality.ANONYMOUS
        elif text in WITHHELD:
            withheld = Confidentiality.ORGANISATION_ONLY
        elif row.raiser in self.raisers:
            kind = self.raisers[row.raiser]
        else:
            name = row.raiser
        values.update(
            raiser_name=name,
            raiser_kind=str(kind),
            confidentiality=str(withheld),
            display=self._display(name) if withheld != Confidentiality.ANONYMOUS else "",
        )

    def _display(self, name):
        if not name:
            return ""
        return name[:20] if "×" in name or "某" in name else privacy.display_name(name)

    def _read_result(self, row):
        """办理结果: one of our results, a channel, or free text that implies a result."""
        values, text = row.values, row.result or ""
        plain = cells.plainly(text)
        values.update(resolution="", referred_to=row.channel, result_words="")
        if not text or plain in self.states or row.channel:
            return
        if text in self.resolutions:
            values["resolution"] = str(self.resolutions[text])
        elif text.startswith(("转", "已转", "引导", "已引导")):
            found = re.search(r"[（(](.+?)[）)]", text)
            values["referred_to"] = (found[1] if found else text)[:60]
        elif text.startswith(("并入", "已并入")):
            row.refuse(
                "result",
                _("A merged matter has no course of its own; import the one it was merged into."),
            )
        elif any(word in text for word in _SOLVED):
            values["resolution"] = str(Resolution.PARTLY if "部分" in text else Resolution.SOLVED)
            values["result_words"] = text
        elif any(word in text for word in _EXPLAINED):
            values["resolution"], values["result_words"] = str(Resolution.EXPLAINED), text
        else:
            words = _("Write one of: %(choices)s, or the channel as 转有关渠道（信访）.")
            row.refuse("result", words % {"choices": "、".join(self.resolutions)})

    def _channel(self, row):
        """Return the statutory channel that a matter went to, if columns other than the result show
        it: the category, the lead organ or the progress."""
        category = cells.plainly(cells.as_text(row.written("category") or ""))
        for text in (row.result, row.progress):
            if found := _PASSED_ON.match(text or ""):
                return found[1]
        if category in STATUTORY:
            return category
        return "信访" if (row.lead_organ or "").endswith(("信访局", "信访办")) else ""

    def _check_referral(self, row):
        if not row.referred_number:
            return
        if not row.referred_to:
            row.refuse("referred_number", _("A number of a channel without the channel."))
        try:
            referrals.checked_number(row.referred_number)
        except ValidationError as problem:
            row.refuse("referred_number", " ".join(problem.messages))

    def _read_answer(self, row):
        """Determine whether it is closed, and refuse contradictions between word, closing and
        result."""
        values, word, closed_on = row.values, row.word, row.closed_on
        satisfied = word in {Word.SATISFIED, Word.BASICALLY}
        values["told_on"], values["method"] = self._told(row)
        since = None if row.is_refused("registered_on") else row.registered_on
        if closed_on and since and closed_on < since:
            row.refuse("closed_on", _("It closed before it was registered."))
        if row.assigned_on and since and row.assigned_on < since:
            row.refuse("assigned_on", _("It was assigned before it was registered."))
        if row.is_off == "yes" and word == Word.UNSATISFIED:
            row.refuse("is_off", _("Written off, and yet the people are not satisfied."))
        if closed_on is None and row.is_off == "yes":
            row.refuse("closed_on", _("Written off without a closing day."))
        elif closed_on is None and satisfied:
            row.refuse("closed_on", _("The people are satisfied, but there is no closing day."))
        elif closed_on is None and row.referred_to:
            row.refuse("closed_on", _("Referred without a day."))
        closure = self._closure(row) if closed_on else ""
        is_said = closed_on and closure not in {Closure.REFERRED, Closure.WITHDRAWN}
        values["word"], values["closure"] = str(is_said and word or ""), str(closure)
        if not row.problems:
            values["status"] = str(self._status(row, closed_on))

    def _closure(self, row):
        if row.referred_to:
            return Closure.REFERRED
        if self.withdrawn in (row.remark or ""):
            return Closure.WITHDRAWN
        if row.word == Word.UNSATISFIED:
            return Closure.UNSATISFIED
        is_satisfied = row.word in {Word.SATISFIED, Word.BASICALLY}
        return Closure.SATISFIED if is_satisfied else Closure.UNRATED

    def _told(self, row):
        found = _TOLD.fullmatch(row.told or "")
        try:
            day = cells.read(Column("told", "", kind="day"), found[2].strip())
        except cells.CellProblem:
            day = None
        return day, METHODS.get(found[1], "")

    def _status(self, row, closed_on):
        if closed_on:
            return Status.CLOSED
        if row.lead_organ is None:
            return Status.REGISTERED
        return Status.IN_PROGRESS if self._is_hosts_own(row) else Status.ASSIGNED

    def _is_hosts_own(self, row):
        """Whether the host or one of its stations leads: then it is taken up and needs no
        signature."""
        host = self.organs.by_pk[row.place.host_organ_id]
        return row.lead_organ.path.startswith(host.path)

    def _read_text(self, row):
        """Use the first sentence as title and the rest as details."""
        values = row.values
        first, _stop, rest = row.text.partition("。")
        if len(first) > TITLE:
            first, rest = row.text[: TITLE - 1] + "…", row.text
        values["title"] = clean_text(first.strip())
        values["request_text"] = clean_text(rest.strip())
        values["progress"] = clean_text(row.progress)
        values["remark"] = clean_text(row.remark)
        result = "；".join(part for part in (row.progress, row.result_words) if part)
        values["result_text"] = result[:5_000] if row.closed_on else ""
        if row.closure == Closure.REFERRED:
            # The content of a referred matter is not stored, whatever column it comes from.
            values |= dict.fromkeys(("request_text", "progress", "result_text"), "")
            values |= {"remark": "", "resolution": ""}
            values["title"] = f"已引导至{row.referred_to}"[:TITLE]
            # Neither is it shown or asked about.
            values["text"] = values["title"]
            values |= dict.fromkeys(("result", "told"), "")
        row.stands["text"] = clean_text(row.text)
        row.stands["unit"] = f"{row.place.name} {row.group}".strip()

    def _refuse_contradiction(self, row):
        if not row.old_number:
            self.refuse_repeated(row, row.content)
            return
        key = (row.place.host_organ_id, row.organ_id, row.year, row.old_number)
        first, content = self.seen.setdefault(key, (row.where, row.content))
        if first == row.where:
            return
        if content == row.content:
            row.refuse_double("old_number", first)
            return
        words = _("Row %(n)s has this number too, with another content.")
        row.refuse("old_number", words % {"n": " ".join(str(one) for one in first if one)})

    def refuse_known(self, rows):
        numbers = [row.old_number for row in rows if row.old_number]
        columns = ("host_organ", "organ", "number_year", "old_number", "number_year", "number")
        known = {
            tuple(key): f"MQ{year}-{number:04d}"
            for *key, year, number in self._others(old_number__in=numbers).values_list(*columns)
        }
        ours = self._ours(rows)
        described = self._described([row for row in rows if not row.old_number])
        for row in rows:
            if not row.old_number:
                if (row.place.pk, row.registered_on, row.title) in described:
                    row.refuse("", _("This matter stands in the ledger already."))
                continue
            key = (row.place.host_organ_id, row.organ_id, row.year, row.old_number)
            if key in known or row.old_number in ours.get(self.places[row.place.pk][0], ()):
                words = _("This number stands in the ledger already (%(number)s).")
                row.refuse("old_number", words % {"number": known.get(key, row.old_number)})

    def _ours(self, rows):
        """Return {area: numbers} of existing matters, for sheets exported by this portal itself."""
        wanted = {
            (self.places[row.place.pk][0], int(found[1]), int(found[2]))
            for row in rows
            if (found := _OURS.fullmatch(row.old_number or ""))
        }
        if not wanted:
            return {}
        areas, years, numbers = zip(*wanted, strict=True)
        known = {}
        rows = self._others(
            number_area__in=set(areas), number_year__in=set(years), number__in=set(numbers)
        )
        for matter in rows.only("number_area", "number_year", "number"):
            known.setdefault(matter.number_area, set()).add(matter.number_label)
        return known

    def _described(self, rows):
        if not rows:
            return set()
        found = self._others(
            unit__in={r.place.pk for r in rows},
            registered_on__in={r.registered_on for r in rows},
            title__in={r.title for r in rows},
        )
        return set(found.values_list("unit", "registered_on", "title"))

    def _others(self, **limits):
        """Matters other than those of this import."""
        return Matter.objects.filter(**limits).exclude(batch=self.run.batch)

    # --- Saving ----------------------------------------------------------------------------------

    def copies(self, pairs):
        matters = [self._matter(*pair) for pair in pairs]
        self.columns = list(matters[0])
        assigned = (self._assignment(pk, row) for pk, row in pairs if row.lead_organ)
        return [
            copying.build_copy("import_matter", matters),
            copying.build_copy(
                "outreach_matterstep", (s for pair in pairs for s in self._steps(*pair))
            ),
            copying.build_copy("outreach_matterassignment", assigned),
        ]

    def _matter(self, pk, row):
        due_on, due_at = row.due_on, None
        if due_on is None and not row.closed_on:
            due_on, due_at = self._working_deadline(
                row.urgency or Urgency.NORMAL, self.places[row.place.pk][1]
            )
        return {
            "id": pk,
            "client_key": uuid.uuid4(),
            "number_area": self.places[row.place.pk][0],
            "number_year": row.year,
            "source": row.source or "visit",
            "registered_by_id": row.registered_by and row.registered_by.pk,
            "typed_by_id": self.run.by.pk,
            "created_at": self.run.at,
            **row.place.columns,
            **{name: row.values[name] for name in TAKEN_OVER.split()},
            "raiser_display": row.display,
            "nature": "help",
            "urgency": row.urgency or "normal",
            "stage": str(STAGE_OF[row.status]),
            "lead_organ_id": row.lead_organ and row.lead_organ.pk,
            "assigned_by_desk": bool(row.lead_organ) and not self._is_hosts_own(row),
            "lead_official_id": row.lead_official and row.lead_official.pk,
            "due_on": due_on,
            "due_at": due_at,
            "original_due_on": row.due_on,
            "resolution": row.resolution if row.closed_on else "",
            "reopen_count": 0,
            "answered_on": row.closed_on and row.told_on,
            "referred_to": row.referred_to,
            "referred_number": row.referred_number,
            "referred_on": row.closed_on if row.referred_to else None,
            "batch_id": self.run.batch.pk,
            "search": search.literal(row.title, row.request_text, row.result_text, row.old_number),
        }

    def _working_deadline(self, urgency, unit):
        """Return the deadline of an open matter by the norm, counted from the import."""
        key = str(urgency), unit.pk
        if key not in self.deadlines:
            self.deadlines[key] = deadline_of(str(urgency), self.today, self.run.at, unit)
        return self.deadlines[key]

    def _signing_by(self, organ):
        """Return the day by which an organ has to sign for an assignment of today."""
        if organ.pk not in self.signing:
            place = parameters.place_of(organ)
            days = parameters.number("matter.accept_wd", on=self.today, at=place)
            self.signing[organ.pk] = workdays.add_working_days(self.today, days)
        return self.signing[organ.pk]

    def _steps(self, pk, row):
        """The steps in the order of the days that the ledger tells; one without a day follows the
        step before it."""
        told, last = [], row.registered_on
        for day, step in self._course(pk, row):
            last = day or last
            told.append((last, step))
        return [step for _day, step in sorted(told, key=lambda one: one[0])]

    def _course(self, pk, row):
        """Yield (day, step) of the ledger's history; the first step gives the reason for the late
        entry."""
        batch, by = self.run.batch, self.run.by.pk
        status = str(Status.REGISTERED)
        said = [f"补录：{batch.reason}"]
        if batch.document:
            said.append(f"依据：{batch.document}")
        if row.old_number:
            said.append(f"原台账编号：{row.old_number}")
        if row.remark:
            said.append(f"备注：{row.remark}")
        facts = {"import": batch.pk, "row": row.number}
        if row.sheet:
            facts["sheet"] = row.sheet

        def step(move, day, to, text="", **more):
            told = {"day": day.isoformat()} if day else {}
            return day, {
                "matter_id": pk,
                "move": move,
                "at": self.run.at,
                "by_id": by,
                "organ_id": row.organ_id,
                "from_status": "" if move == "register" else status,
                "to_status": to,
                "text": text[:5_000],
                "facts": _json(facts | told | more),
            }

        yield step("register", row.registered_on, status, "；".join(said))
        if row.lead_organ:
            to = str(Status.IN_PROGRESS if self._is_hosts_own(row) else Status.ASSIGNED)
            yield step(
                "assign", row.assigned_on, to, lead=row.lead_organ.label, officer=row.officer
            )
            status = to
        if row.closed_on is None:
            told = "；".join(part for part in (row.progress, row.result) if part)
            if told and told not in self.states:
                yield step("note", None, status, told)
            return
        if row.resolution or row.result_text:
            yield step(
                "report",
                row.told_on,
                str(Status.REPORTED),
                row.result_text,
                resolution=row.resolution,
                method=row.method,
            )
        move = "close_unsatisfied" if row.closure == Closure.UNSATISFIED else "close"
        yield step(move, row.closed_on, str(Status.CLOSED))

    def _assignment(self, pk, row):
        in_hand = self._is_hosts_own(row) or row.closed_on
        return {
            "matter_id": pk,
            "organ_id": row.lead_organ.pk,
            "part": "lead",
            "requirement": "",
            "assigned_by_id": self.run.by.pk,
            "assigned_at": self.run.at,
            "is_imported": True,
            "told_on": row.assigned_on,
            "sign_due_on": None if in_hand else self._signing_by(row.lead_organ),
            "is_final": False,
            "officer": row.officer,
            "returned_reason": "",
        }

    def keep(self, pairs):
        """Store name and phone of raisers still to be answered; neither is kept for closed
        matters."""
        kept = [
            MatterContact(
                matter_id=pk,
                name_cipher=crypto.encrypt(row.raiser_name, "matter.name"),
                phone_cipher=crypto.encrypt(row.phone, "matter.phone"),
                phone_index=crypto.blind_index(row.phone),
            )
            for pk, row in pairs
            if row.closed_on is None
            and row.confidentiality != Confidentiality.ANONYMOUS
            and (row.raiser_name or row.phone)
        ]
        if kept:
            with privacy.opened(matter=",".join(str(one.matter_id) for one in kept)):
                MatterContact.objects.bulk_create(kept)

    def settle(self):
        names = ", ".join(f'"{column}"' for column in self.columns)
        ours = ", ".join(f'm."{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH taken AS (
                    INSERT INTO outreach_matternumber AS n (area, year, last)
                    SELECT number_area, number_year, count(*) FROM import_matter
                    GROUP BY 1, 2 ORDER BY 1, 2
                    ON CONFLICT (area, year) DO UPDATE SET last = n.last + excluded.last
                    RETURNING area, year, last
                ), placed AS (
                    SELECT *, row_number() OVER years AS place, count(*) OVER (
                        PARTITION BY number_area, number_year) AS n
                    FROM import_matter
                    WINDOW years AS (PARTITION BY number_area, number_year
                                     ORDER BY registered_on, id)
                )
                INSERT INTO outreach_matter ({names}, number)
                SELECT {ours}, t.last - m.n + m.place
                FROM placed m JOIN taken t ON t.area = m.number_area AND t.year = m.number_year
                """
            )
        rows = Matter.objects.filter(batch=self.run.batch)
        figures.count_stored(rows)


def _json(facts):
    return json.dumps(facts, ensure_ascii=False)


def _before_undo(batch, ids):
    rows = Matter.objects.filter(pk__in=ids)
    figures.count_stored(rows, sign=-1)
    with privacy.opened(matter=",".join(map(str, ids))):
        MatterContact.objects.filter(matter__in=ids).delete()


def _is_off():
    return {"是": "yes", "否": "no"}


SOURCES = {
    "reception": "来访",
    "call": "来信",
    "stay": "蹲点",
    "forwarded": "转交 交办",
    "visit": "下访",
}
CATEGORIES = {
    "02": "道路 水利 基础设施建设",
    "03": "环境卫生 环境",
    "04": "住房 土地",
    "06": "医疗 医保",
    "07": "就业 劳动",
    "08": "民生保障 社会救助 低保",
    "09": "养老",
    "10": "惠农政策",
    "11": "村务",
    "12": "矛盾纠纷",
    "13": "安全",
    "16": "文体活动",
    "18": "其它",
}
URGENCIES = {"normal": "普通", "urgent": "加急"}
WORDS = {"": "未评价", "satisfied": "很满意 非常满意 十分满意"}
MATTER_LEDGER = register(
    Kind(
        name="matters",
        title="民情台账",
        label=gettext_lazy("Matter ledger"),
        permissions=(P.MANAGE_PEOPLE, P.RECORD_FOR_OTHERS, P.ASSIGN_MATTERS),
        loader=MatterLoader,
        url_name="outreach:matters",
        model=Matter,
        parts=(MatterStep, MatterAssignment, MatterContact),
        before_undo=_before_undo,
        lists_batch=True,
        columns=(
            NUMBER,
            Column(
                "old_number",
                "台账编号",
                "编号 原台账编号 原编号",
                longest=40,
                width=16,
                note="原台账的编号，照原样保留。",
            ),
            Column("registered_on", "登记日期", "日期 登记时间 受理日期", True, "day", width=12),
            choice("source", "来源", "问题来源 事项来源", OLD_SOURCES, SOURCES, width=9),
            Column("township", "所在乡镇（街道）", "乡镇 乡镇（街道） 镇街", kind="name"),
            Column(
                "unit",
                "村（社区）/单位",
                "村（社区） 村 所在村 社区 单位 网格 村（居） 村居 村组 所在村组 所在村（社区）",
                True,
                width=18,
                note="可写“柳湾村 三组”。",
            ),
            Column(
                "raiser",
                "反映人/户别",
                "反映人 反映人姓名 反映人（可匿名）/户别 户别 诉求人 来访人 姓名",
                kind="person",
                longest=20,
                is_private=True,
                note="可写“匿名”“姓名保密”；名册中只显示姓氏。",
            ),
            Column(
                "phone",
                "联系方式",
                "联系电话 电话",
                kind="phone",
                longest=30,
                is_private=True,
                note="仅未办结事项需要，加密保存。",
            ),
            choice(
                "category",
                "事项类别",
                "问题类别 问题类型 类别 类型 诉求类别",
                Category,
                CATEGORIES,
                required=True,
                width=14,
            ),
            Column(
                "text",
                "反映问题或诉求",
                "诉求事项 反映问题 问题或诉求 主要诉求 反映的主要问题 事项内容 反映的问题及诉求"
                " 反映问题及诉求 反映的问题 问题 诉求 主要问题 诉求内容",
                True,
                longest=9_000,
                width=44,
            ),
            choice("urgency", "紧急程度", "难易程度", Urgency, URGENCIES, width=10),
            Column(
                "registered_by",
                "登记干部",
                "登记人 走访干部 受理人 包村干部 联系干部",
                kind="name",
                longest=40,
                note="须在干部名册中；不在的留空。",
            ),
            Column(
                "lead_organ",
                "承办（责任）单位",
                "承办单位 责任单位 主办单位 办理单位",
                kind="name",
                width=20,
            ),
            Column("officer", "责任人", "承办人 经办人", kind="name", longest=40),
            Column("lead_official", "包案/牵头领导", "包案领导 牵头领导", kind="name", longest=40),
            Column("assigned_on", "交办日期", "交办时间", kind="day", width=12),
            Column(
                "due_on",
                "办理时限",
                "办结时限 完成时限",
                kind="day",
                width=12,
                note="空着即无时限，不计入按期办结；未办结的自导入之日起重新计算。",
            ),
            Column(
                "progress",
                "办理措施及进展",
                "办理进展 办理情况 处理情况 进展情况",
                longest=4_900,
                width=40,
            ),
            Column(
                "result",
                "办理结果",
                "处理结果 办理状态",
                longest=500,
                width=16,
                note="已解决、部分解决、已列入计划、解释说明，或“转有关渠道（信访）”。",
            ),
            Column(
                "referred_number",
                "转办单号",
                "12345工单号",
                longest=30,
                width=16,
                note="转有关渠道的，填该渠道的单号；没有的留空。",
            ),
            Column(
                "closed_on",
                "办结日期",
                "办结时间 销号日期 销号时间 完成时间",
                kind="day",
                width=12,
                note="空着即为未办结。",
            ),
            Column(
                "told",
                "答复方式及日期",
                "答复情况",
                longest=40,
                width=16,
                note="如“电话 2026.06.05”。",
            ),
            choice("word", "群众评价", "群众满意度 满意度 评价", Word, WORDS, width=11),
            Column(
                "is_off",
                "是否销号",
                "销号 是否办结 办结情况",
                kind="choice",
                choices=_is_off,
                also={
                    "yes": "√ ✓ ✔ 已办结 已销号 办结 销号 已解决",
                    "no": "— - × 未办结 未销号 未解决 在办 正在办理 办理中",
                },
                width=9,
            ),
            Column("remark", "备注", "说明", longest=1_000, width=16),
        ),
        notes=(
            "平台另编新号，原编号一并显示、可以检索。有办结日期的按已办结导入。",
            "未办结且有承办单位的，由承办单位在平台签收后继续办理。属法定渠道的事项不保存具体内容。",
            "办理经过只照原台账所载日期补录，注明补录人和补录时间；原台账没有的签收人、时间、时限一律留空。",
        ),
    )
)
