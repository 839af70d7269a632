"""走访登记表: visits recorded by an office before it had the portal."""

import hashlib
import uuid
from functools import partial
from itertools import starmap

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions.visits import visits_changed
from outreach.imports.common import NUMBER, PlacedLoader, clean_text
from outreach.models import Visit, VisitCompanion
from outreach.models.visits import VisitMode
from outreach.rules import visits as rules
from portal.imports import Column, Kind, register
from portal.imports.kinds import choice
from portal.pages import search
from portal.roles import Permission as P
from portal.sheets import figures
from portal.tools import copying

# Check foreign keys after each batch, rather than those of all rows at the very end.
CHECK_FOREIGN_KEYS = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


class VisitLoader(PlacedLoader):
    model = Visit

    def __init__(self, run):
        super().__init__(run)
        self.let_in = {}
        # Columns of the sheet that are columns of a visit.
        stored = {field.attname for field in Visit._meta.concrete_fields}
        self.taken_over = [one.name for one in VISIT_SHEET.columns if one.name in stored]

    def expect(self, rows):
        self.cadres.expect(name for row in rows for name in row.author.split("、"))

    def judge(self, row):
        values = row.values
        self.refuse_future(row, "visited_on")
        place = self.look(row, "place", self.units.find, row.place, row.township)
        author, companions = self._people(row)
        if author and not self._may(author.organ_id):
            row.refuse("author", self.let_in[author.organ_id].refusal)
        if row.household_count is not None and row.household_count > 32_000:
            row.refuse("household_count", _("So many households were not visited on one day."))
        if place and not (decision := rules.may_use_mode(place[0], row.mode)):
            row.refuse("mode", decision.refusal)
        values["content"] = None
        if author is None or place is None or row.bad & {"visited_on", "policy", "summary"}:
            return
        values["place"], group = place
        values["group"] = (row.group or group)[:40]
        values["author"], values["companions"] = author, companions
        row.stands["author"] = "、".join(one.name for one in (author, *companions))
        row.stands["place"] = f"{values['place'].name} {group}".strip()
        parts = [row.policy and f"宣传政策：{row.policy}", row.summary]
        values["summary"] = clean_text("\n".join(part for part in parts if part))
        values["next_steps"] = clean_text(row.next_steps)
        values["digest"] = hashlib.md5(row.summary.encode(), usedforsecurity=False).hexdigest()
        values["content"] = hash(self._key(row))
        self.refuse_repeated(row, row.content)

    def _people(self, row):
        """Return (author, companions): the first of several names is the author."""
        found = []
        for number, name in enumerate(row.author.split("、")):
            organ = row.organ if number == 0 else ""
            cadre = self.look(row, "author", self.cadres.find, name, organ)
            if cadre and cadre not in found:
                found.append(cadre)
        return (found[0], found[1:]) if found else (None, [])

    def _may(self, organ_id):
        if organ_id not in self.let_in:
            organ = self.organs.by_pk[organ_id]
            self.let_in[organ_id] = rules.may_import_visits(self.run.by, organ)
        return self.let_in[organ_id]

    def _key(self, row):
        return row.author.pk, row.place.pk, row.visited_on, row.digest

    def refuse_known(self, rows):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT v.author_id, v.unit_id, v.visited_on, md5(v.summary) FROM outreach_visit v"
                " JOIN (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::date[]) AS w (author, day))"
                " w ON v.author_id = w.author AND v.visited_on = w.day"
                " WHERE v.voided_at IS NULL AND v.batch_id IS DISTINCT FROM %s",
                [[r.author.pk for r in rows], [r.visited_on for r in rows], self.run.batch.pk],
            )
            known = set(cursor.fetchall())
        for row in rows:
            if self._key(row) in known:
                row.refuse("", _("This visit stands in the diary already."))

    def copies(self, pairs):
        along = (
            {"visit_id": pk, "cadre_id": cadre.pk} for pk, row in pairs for cadre in row.companions
        )
        return [
            copying.build_copy("outreach_visit", starmap(self._visit, pairs), CHECK_FOREIGN_KEYS),
            copying.build_copy("outreach_visitcompanion", along),
        ]

    def _visit(self, pk, row):
        return {
            "id": pk,
            "client_key": uuid.uuid4(),
            "content_digest": "",
            "author_id": row.author.pk,
            "typed_by_id": self.run.by.pk,
            "organ_id": row.author.organ_id,
            **row.place.columns,
            **{name: row.values[name] for name in self.taken_over},
            "companion_count": len(row.companions),
            "heard": "",
            "purposes": "{}",
            "search": search.literal(row.summary, row.next_steps),
            "created_at": self.run.at,
            "void_reason": "",
            "batch_id": self.run.batch.pk,
        }

    def settle(self):
        rows = Visit.objects.filter(batch=self.run.batch)
        figures.count_stored(rows)
        visits_changed(_authors(rows))


def _authors(rows):
    along = VisitCompanion.objects.filter(visit__in=rows)
    found = rows.order_by().values_list("author", flat=True)
    return list({*found, *along.order_by().values_list("cadre", flat=True)})


def _before_undo(batch, ids):
    rows = Visit.objects.filter(pk__in=ids)
    figures.count_stored(rows, sign=-1)
    return partial(visits_changed, _authors(rows))


MODES = {
    "home": "入户走访 上门 走访入户",
    "meeting": "座谈会",
    "field": "田间地头 田间 车间",
    "phone": "电话走访",
    "reception": "接访",
    "shift": "跟班 随班劳动",
    "team": "班组座谈会 班组会",
}
VISIT_SHEET = register(
    Kind(
        name="visits",
        title="走访登记表",
        label=gettext_lazy("Register of visits"),
        permissions=(P.MANAGE_PEOPLE, P.RECORD_FOR_OTHERS),
        loader=VisitLoader,
        url_name="outreach:visits",
        model=Visit,
        before_undo=_before_undo,
        parts=(VisitCompanion,),
        lists_batch=True,
        columns=(
            NUMBER,
            Column("visited_on", "走访日期", "日期 走访时间 时间", True, "day", width=12),
            Column(
                "author",
                "走访干部",
                "干部姓名 走访人 走访人员 参加人员 姓名",
                True,
                "names",
                longest=120,
                note="两人以上同行的用顿号隔开，第一人为走访人，其余记为同行。",
            ),
            Column(
                "organ",
                "单位及职务",
                "单位 工作单位 单位、职务 单位职务",
                width=22,
                note="有重名干部时据此分辨。",
            ),
            Column(
                "township",
                "所在乡镇（街道）",
                "乡镇 乡镇（街道） 镇街",
                kind="name",
                width=14,
            ),
            Column(
                "place",
                "走访村（社区）、组",
                "村（社区）、组 走访村（社区） 走访地点 走访村 村（社区） 地点 走访单位 村组"
                " 走访村组 走访地点村组 所到村组",
                True,
                width=24,
                note="如“石桥镇 柳湾村 三组”。",
            ),
            Column("group", "组", "村民小组 组别", longest=40, width=8),
            Column("household_count", "走访户数", "户数", kind="integer", width=9),
            Column("household", "户主姓名", "走访对象 户主姓名（可匿名）", is_left_out=True),
            choice("mode", "走访方式", "方式 形式", VisitMode, MODES, width=12),
            Column("policy", "宣传政策内容", "宣传政策 政策宣传", longest=5_000, width=24),
            Column(
                "summary",
                "了解情况",
                "了解到的情况 走访情况 主要内容 走访内容",
                True,
                longest=14_000,
                width=56,
            ),
            Column("matters", "反映问题（件）", "反映问题 问题（件）反映", is_left_out=True),
            Column("at_once", "现场解决（件）", "现场解决", is_left_out=True),
            Column("passed_on", "转入台账（件）", "转入台账", is_left_out=True),
            Column("cards", "发放联系卡（张）", "发放联系卡", is_left_out=True),
            Column("next_steps", "备注", "下一步打算", longest=5_000, width=24),
        ),
        notes=(
            "户主姓名不导入；反映问题、现场解决、转入台账的件数由平台按台账统计，不导入。",
            "导入的走访标明“补录”及原因。",
        ),
    )
)
