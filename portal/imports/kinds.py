"""Imports of portal itself: organs, units, Party organisations, cadres, accounts, roles."""

import re
from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import accounts, party, people, places
from portal.imports import ActionLoader, Column, Kind, MatchingLoader, cells, register
from portal.imports.lookups import Cadres, Divisions, NotFound, Organs, Units
from portal.models import (
    Cadre,
    Experience,
    GrassrootsUnit,
    Organ,
    PartyOrganization,
    RoleGrant,
    User,
)
from portal.models.party import PartyOrganizationKind
from portal.models.people import USERNAME, Gender, PoliticalStatus, Skill, StaffKind
from portal.models.places import DivisionLevel, OrganKind, UnitKind
from portal.roles import Permission, Role
from portal.tools import languages

P = Permission


def chinese(choices, *left_out):
    """Return a function → {label: code} of choices, in the language and wording of sheets, whatever
    the language of the page."""

    def table():
        with translation.override(languages.chinese()):
            return {str(c.label): str(c.value) for c in choices if c not in left_out}

    return table


def column(name, words, kind="text", width=14, **more):
    """Return a column by its headings: ours, then others with the same meaning. * marks it as
    required."""
    heading, _space, aliases = words.removeprefix("*").partition(" ")
    is_required = words.startswith("*")
    return Column(name, heading, aliases, is_required, kind, width=width, **more)


def cells_of(row, names):
    """Return {name: value} of these columns, which are named like the action's arguments."""
    return {name: row.values[name] for name in names.split()}


def _kind(name, title, label, model, loader, permission, columns, **more):
    given = {"url_name": name, "permissions": (permission,), "loader": loader, "model": model}
    return register(Kind(name, title, label, columns, **given | more))


def _official_order(row):
    return 9999 if row.sort_order is None else row.sort_order


def choice(name, heading, aliases, choices, also=None, **more):
    """Return a column of choices; `also` is {code: other words that people write for it}."""
    more = {"choices": chinese(choices), "also": also or {}} | more
    return Column(name, heading, aliases, kind="choice", **more)


class Lookup:
    """Looks up the name in a row's column; refuses the column if it is not found."""

    def __init__(self, row):
        self.row = row

    def __call__(self, find, column, *more):
        text = self.row.values.get(column)
        if not text:
            return None
        try:
            return find(text, *more)
        except NotFound as problem:
            self.row.refuse(column, problem)
            return None


class TreeLoader(MatchingLoader):
    """Rows that may name each other as parent, in any order; parents are saved first."""

    def take(self, rows):
        self.waiting = [*getattr(self, "waiting", []), *rows]
        return ()

    def finish(self):
        rows = getattr(self, "waiting", [])
        named = {}
        for row in rows:
            named.setdefault(cells.plainly(row.name), []).append(row)
        judged = set()
        for row in rows:
            self._with_those_above(row, named, judged, ())
        return rows

    def _with_those_above(self, row, named, judged, below):
        if id(row) in judged:
            return
        above = named.get(cells.plainly(row.parent or ""), []) if row.parent else []
        if any(id(one) in below for one in above) or row in above:
            row.refuse("parent", _("The rows name each other as parent in a circle."))
            judged.add(id(row))
            return
        for one in above:
            self._with_those_above(one, named, judged, (*below, id(row)))
        if id(row) in judged:
            return
        judged.add(id(row))
        if len(above) == 1 and above[0].problems:
            row.refuse(
                "parent",
                _("Row %(n)s, which it names as parent, has an error.") % {"n": above[0].number},
            )
            return
        record = self.save(row)
        if record is not None:
            self.made(record)

    def of_code(self, model, row):
        """Return the records with the code of the row, if it has one."""
        code = row.code.upper()
        return list(model.objects.filter(code=code, ended_on=None)) if code else []

    def tree_cells(self, row, names):
        """Return arguments of the action: these columns unchanged, and those that all trees
        have."""
        return cells_of(row, names) | {
            "code": row.code.upper(),
            "sort_order": _official_order(row),
            "started_on": row.started_on or timezone.localdate(self.run.at),
        }

    def made(self, record):
        """Make the new record available as parent of other rows."""


# --- Organs --------------------------------------------------------------------------------------


class OrganLoader(TreeLoader):
    corrects = "name short_name official_name kind phone duties code sort_order"
    duplicate_key = "name parent division code"

    def __init__(self, run):
        super().__init__(run)
        self.organs, self.divisions = Organs(), Divisions()

    def prepare(self, row):
        look = Lookup(row)
        return self.tree_cells(row, "name short_name official_name kind phone duties") | {
            "parent": look(self.organs.find, "parent"),
            "division": look(self.divisions.find, "division"),
        }

    def act(self, **facts):
        return places.add_organ(by=self.run.by, **facts)

    def matches(self, row, arguments):
        parent, division = arguments["parent"], arguments["division"]
        rows = Organ.objects.filter(name=row.name, ended_on=None).select_related("division")
        if parent or division:
            rows = rows.filter(parent=parent) if parent else rows.filter(division=division)
            return self.of_code(Organ, row) or list(rows.order_by("pk")[:5])
        # Without a place, a name only matches if it is unique.
        found = list(rows.order_by("pk")[:2])
        return self.of_code(Organ, row) or (found if len(found) == 1 else [])

    def may_correct(self, record):
        return rules.may_change_organ(self.run.by, record)

    def correct(self, record, changed):
        return places.change_organ(
            organ=record, by=self.run.by, parent=record.parent, division=record.division, **changed
        )

    def label(self, record):
        return f"{record.parent or ''} {record.name}".strip()

    def made(self, organ):
        self.organs.add(organ)

    def not_permitted(self, row, refusal):
        if row.parent or row.division:
            super().not_permitted(row, refusal)
        else:
            row.refuse(
                "parent",
                _(
                    "Name the organ above it or its division: without either it "
                    "lies outside your area."
                ),
            )


ORDER = column(
    "sort_order", "排序号 序列 顺序", "integer", 9, note="名册和报表按此排列，数字小的在前。"
)
SINCE = column("started_on", "启用日期 成立日期 起始日期", "day", note="空着即为导入当日。")
NUMBER = column("number", "序号", is_left_out=True)

ORGAN_COLUMNS = (
    NUMBER,
    column("name", "*单位名称 单位全称 机关名称 名称", "name", 26, longest=80),
    column("short_name", "简称 单位简称", "name", longest=40),
    column("official_name", "公章名称 印章名称", "name", 26, note="空着即为单位名称。", longest=80),
    column(
        "kind",
        "*单位类型 类型 单位性质",
        "choice",
        16,
        choices=chinese(OrganKind),
        also={
            "township": "乡镇 街道 乡镇街道",
            "station": "内设机构 站所",
            "party": "党委部门",
            "government": "政府部门",
        },
    ),
    column(
        "parent",
        "上级单位 上级 主管单位 所属单位",
        "name",
        22,
        note="写名称或代码；可以是本表中的另一行。",
        longest=120,
    ),
    column(
        "division",
        "所在区划 行政区划 区划代码 所在地",
        width=20,
        note="写12位代码或名称，重名时写“云岭县 石桥镇”；空着即与上级相同。",
    ),
    column("code", "单位代码 代码 编码", longest=30),
    ORDER,
    column("phone", "办公电话 联系电话 电话", "phone", longest=30),
    column("duties", "主要职责 职责", width=30, longest=300),
    SINCE,
)
ORGANS = _kind(
    "organs",
    "单位名册",
    _("List of organs"),
    Organ,
    OrganLoader,
    P.MANAGE_PLACES,
    ORGAN_COLUMNS,
    notes=("上级单位须已在平台或在本表中。",),
)


# --- Grassroots units ----------------------------------------------------------------------------


class UnitLoader(TreeLoader):
    corrects = "name kind contact_name office_phone household_count code sort_order"
    duplicate_key = "name host_organ division parent code"

    def __init__(self, run):
        super().__init__(run)
        self.organs, self.divisions, self.units = Organs(), Divisions(), Units()
        self.made_here = {}

    def prepare(self, row):
        look = Lookup(row)
        made = self.made_here.get(cells.plainly(row.parent or ""), [])
        parent = made[0] if len(made) == 1 else None
        if len(made) > 1:
            names = _(", ").join(f"{one.parent or one.host_organ} {one}" for one in made)
            said = _("Several units of this sheet are called so: write %(names)s.")
            row.refuse("parent", said % {"names": names})
        elif row.parent and parent is None:
            place = look(self.units.find, "parent")
            parent = place and GrassrootsUnit.objects.get(pk=place[0].pk)
        host = look(self.organs.find, "host_organ")
        if host is None and parent is None and not row.problems:
            row.refuse("host_organ", _("Name the organ that manages the unit."))
        return self.tree_cells(row, "name kind contact_name office_phone household_count") | {
            "parent": parent,
            "host_organ": host,
            "division": look(self.divisions.find, "division"),
        }

    def act(self, **facts):
        return places.add_unit(by=self.run.by, **facts)

    def matches(self, row, arguments):
        parent, host = arguments["parent"], arguments["host_organ"]
        rows = GrassrootsUnit.objects.filter(name=row.name, ended_on=None)
        rows = rows.filter(parent=parent) if parent else rows.filter(host_organ=host)
        found = rows.select_related("host_organ__division", "division").order_by("pk")
        return self.of_code(GrassrootsUnit, row) or list(found[:5])

    def may_correct(self, record):
        return rules.may_change_unit(self.run.by, record)

    def correct(self, record, changed):
        return places.change_unit(
            unit=record,
            by=self.run.by,
            parent=record.parent,
            host_organ=record.host_organ,
            division=record.division,
            **changed,
        )

    def label(self, record):
        return f"{record.parent or record.host_organ} {record.name}"

    def made(self, unit):
        above = unit.parent or unit.host_organ
        for name in (unit.name, f"{above} {unit.name}"):
            self.made_here.setdefault(cells.plainly(name), []).append(unit)


UNIT_COLUMNS = (
    NUMBER,
    column("name", "*基层单位名称 村（社区） 村（社区）名称 名称 单位名称", "name", 22, longest=80),
    column(
        "kind",
        "*类型 单位类型 单位类别 类别",
        "choice",
        14,
        choices=chinese(UnitKind),
        also={
            "rural": "村 行政村",
            "community": "社区",
            "soe": "国企",
            "nonpublic": "非公企业 非公有制 民营企业 私营企业",
            "social": "社会团体 社团 民办非企业",
        },
    ),
    column(
        "host_organ",
        "管理单位 乡镇（街道） 所属乡镇 所在乡镇（街道） 主管单位 主管乡镇 乡镇",
        "name",
        20,
        note="乡镇、街道或主管企业；有上级单位的车间班组可空。",
    ),
    column(
        "division", "所在区划 行政区划 区划代码", width=20, note="写12位代码，或“石桥镇 柳湾村”。"
    ),
    column("parent", "上级基层单位 所属企业", "name", 18, note="车间、班组、子公司填写。"),
    column("code", "代码 编码", longest=30),
    ORDER,
    column("contact_name", "联系人 负责人 书记", "name", longest=40),
    column(
        "office_phone",
        "办公电话 联系电话 电话",
        "phone",
        note="办公室电话，不填个人手机。",
        longest=30,
    ),
    column("household_count", "户数 总户数", "integer", 9, note="与村（社区）户名册的编号数一致。"),
    SINCE,
)
UNITS = _kind(
    "units",
    "基层单位名册",
    _("List of grassroots units"),
    GrassrootsUnit,
    UnitLoader,
    P.MANAGE_PLACES,
    UNIT_COLUMNS,
)


# --- Party organisations -------------------------------------------------------------------------


class PartyOrganizationLoader(MatchingLoader):
    corrects = "kind secretary member_count"
    duplicate_key = "name organ unit"

    def __init__(self, run):
        super().__init__(run)
        self.organs, self.units = Organs(), Units()

    def prepare(self, row):
        look = Lookup(row)
        if bool(row.organ) == bool(row.unit):
            row.refuse(
                "unit" if row.organ else "organ",
                _("Choose the organ or the unit that it belongs to, one of the two."),
            )
            return None
        place = look(self.units.find, "unit")
        return cells_of(row, "name kind secretary member_count") | {
            "organ": look(self.organs.find, "organ"),
            "unit": place and GrassrootsUnit.objects.get(pk=place[0].pk),
            "sort_order": 9999,
            "started_on": timezone.localdate(self.run.at),
        }

    def act(self, **facts):
        return party.add_party_organization(by=self.run.by, **facts)

    def matches(self, row, arguments):
        at = {name: arguments[name] for name in ("organ", "unit")}
        rows = PartyOrganization.objects.filter(name=row.name, ended_on=None, **at)
        related = ("organ__division", "unit__division", "unit__host_organ__division")
        return list(rows.select_related(*related).order_by("pk")[:5])

    def may_correct(self, record):
        return rules.may_change_party_organization(self.run.by, record)

    def correct(self, record, changed):
        return party.change_party_organization(party=record, by=self.run.by, **changed)


PARTY_ORGANIZATION_COLUMNS = (
    NUMBER,
    column("name", "*党组织名称 党组织 支部名称 名称", "name", 26, longest=80),
    column(
        "kind",
        "*类型 党组织类型 类别",
        "choice",
        14,
        choices=chinese(PartyOrganizationKind),
        also={"general": "总支", "branch": "支部", "joint": "联合支部", "temporary": "临时支部"},
    ),
    column(
        "organ", "所属单位 单位 机关单位", "name", 24, note="机关党组织填写；基层党组织填右栏。"
    ),
    column(
        "unit",
        "所在村（社区）、企业 所在村（社区） 村（社区） 所在基层单位",
        width=22,
        note="基层党组织填写，重名时写“石桥镇 柳湾村”。",
    ),
    column("secretary", "书记 党组织书记 支部书记", "name", longest=40),
    column("member_count", "党员人数 党员数 党员", "integer", 9),
)
PARTY_ORGANIZATIONS = _kind(
    "party_organizations",
    "党组织名册",
    _("List of Party organisations"),
    PartyOrganization,
    PartyOrganizationLoader,
    P.MANAGE_PLACES,
    PARTY_ORGANIZATION_COLUMNS,
    notes=("“所属单位”和“所在村（社区）、企业”只填一栏。",),
)


# --- Cadres with experience ----------------------------------------------------------------------

_STRETCH = re.compile(
    r"(?P<start>\d{4}[.\-/年]\d{1,2})月?\s*[-—–－~～至到]+\s*"
    r"(?P<end>\d{4}[.\-/年]\d{1,2}|今|至今)月?\s*[,，:：\s]*(?P<rest>.+)"
)


class CadreLoader(MatchingLoader):
    corrects = (
        "department post rank staff_kind gender birth_month political_status work_started"
        " public_phone sort_order"
    )

    def __init__(self, run):
        super().__init__(run)
        self.organs = Organs()
        self.divisions = Divisions()
        self.kinds = chinese(Experience.OrganKind)()
        self.seen = {}

    def prepare(self, row):
        organ = self._organ(row)
        stretches = list(self._experience(row))
        if organ and row.name:
            self._refuse_twin(row, organ)
        for name in ("birth_month", "work_started"):
            if row.values[name] > f"{timezone.localdate(self.run.at):%Y-%m}":
                row.refuse(name, _("This month is in the future."))
        names = (
            "name department post rank staff_kind birth_month political_status work_started "
            "public_phone"
        )
        return cells_of(row, names) | {
            "organ": organ,
            "gender": row.gender or Gender.UNKNOWN,
            "sort_order": _official_order(row),
            "experience": stretches,
            "home_division": self._home(row),
            "skills": self._skills(row),
        }

    def _organ(self, row):
        """Return the organ of the row. Any rest of the cell, as in 县教育局副局长, is the post."""
        found = Lookup(row)(self.organs.find_within, "organ")
        if found is None:
            return None
        organ, rest = found
        if rest and not row.post:
            row.values["post"] = rest[:60]
        row.stands["organ"] = " ".join(filter(None, (organ.name, rest)))
        return organ

    def _home(self, row):
        home = Lookup(row)(self.divisions.find, "home")
        if home and home.level < DivisionLevel.COUNTY:
            row.refuse("home", _("A county, or what lies in one."))
        return home

    def _skills(self, row):
        known, found = chinese(Skill)(), []
        for label in re.split(r"[、,，;；\s]+", row.skills or ""):
            if label and label not in known:
                row.refuse(
                    "skills",
                    _("“%(value)s” is not one of: %(choices)s.")
                    % {"value": label[:20], "choices": "、".join(known)},
                )
            elif label:
                found.append(known[label])
        return found

    def _refuse_twin(self, row, organ):
        """Refuse a cadre who is in the sheet twice."""
        first = self.seen.setdefault((row.name, organ.pk, row.birth_month), row.where)
        if first != row.where:
            row.refuse_double("name", first)

    def matches(self, row, arguments):
        """Return the cadres of this name in the organ, distinguished by month of birth and by
        phone."""
        rows = Cadre.objects.filter(name=row.name, left_on=None)
        rows = list(rows.select_related("organ__division").order_by("pk")[:50])
        organ = arguments["organ"]
        here = [one for one in rows if one.organ_id == organ.pk]
        month = row.birth_month
        same = [one for one in here if month and one.birth_month == month]
        same = same or [one for one in here if not (month and one.birth_month)]
        # The month of a single namesake may have been corrected; the preview shows both.
        same = same or here
        same = [one for one in same if row.public_phone == one.public_phone != ""] or same
        if not here and month:
            self._refuse_moved(row, [one for one in rows if one.birth_month == month])
        elif not here:
            self._tell_namesakes(row, rows)
        return same

    def _tell_namesakes(self, row, elsewhere):
        """Note namesakes in other organs: without a month of birth it may be the same person or
        not."""
        organs = [one.organ.name for one in elsewhere if rules.may_change_cadre(self.run.by, one)]
        if organs:
            words = _(
                "%(organs)s has somebody of this name. If it is the same person, transfer them."
            )
            row.read_as["name"] = words % {"organs": _(", ").join(dict.fromkeys(organs[:4]))}

    def _refuse_moved(self, row, elsewhere):
        """Refuse a cadre who is listed, with the same month of birth, in another organ of the
        area."""
        for one in elsewhere:
            if rules.may_change_cadre(self.run.by, one):
                words = _(
                    "%(name)s stands on the list of %(organ)s. Who changes organ is transferred "
                    "there, not entered a second time."
                )
                row.refuse("organ", words % {"name": one.name, "organ": one.organ.name})
                return

    def may_correct(self, record):
        return rules.may_change_cadre(self.run.by, record)

    def correct(self, record, changed):
        facts = {"name": record.name, **changed}
        return people.change_cadre(cadre=record, by=self.run.by, organ=record.organ, **facts)

    def label(self, record):
        told = "，".join(filter(None, (record.post, record.birth_month)))
        return f"{record.name}（{told or record.organ.name}）"

    def _experience(self, row):
        for line in re.split(r"[;；\n]+", row.experience or ""):
            line = line.strip(" 。\u3000")
            if not line:
                continue
            found = _STRETCH.fullmatch(line)
            labels = [kind for kind in self.kinds if found and found["rest"].startswith(kind)]
            if not found or not labels:
                words = _(
                    "Write “%(line)s” as: 2010.07-2014.06 %(kind)s place and post. Kinds: %(all)s."
                )
                known = {"kind": next(iter(self.kinds)), "all": "、".join(self.kinds)}
                row.refuse("experience", words % {"line": line[:30], **known})
                return
            label = max(labels, key=len)
            start = _first_day(found["start"])
            end = None if "今" in found["end"] else _first_day(found["end"])
            if start is None or ("今" not in found["end"] and end is None):
                row.refuse(
                    "experience", _("There is no such month in “%(line)s”.") % {"line": line[:30]}
                )
                return
            yield {
                "started_on": start,
                "ended_on": end,
                "organ_kind": self.kinds[label],
                "place": found["rest"].removeprefix(label).strip(" ,，:：\u3000")[:120] or label,
            }

    def act(self, *, experience, home_division, skills, **facts):
        cadre = people.add_cadre(by=self.run.by, **facts)
        if home_division or skills:
            people.change_placing(
                cadre=cadre, by=self.run.by, spouse=None, home_division=home_division, skills=skills
            )
        for stretch in experience:
            people.add_experience(cadre=cadre, by=self.run.by, **stretch)
        return cadre


def _first_day(month):
    year, number = map(int, re.split(r"[.\-/年]", month))
    return date(year, number, 1) if 1 <= number <= 12 and 1900 < year < 2100 else None


CADRE_COLUMNS = (
    NUMBER,
    column("name", "*姓名 干部姓名 名字", "name", longest=40),
    column(
        "organ",
        "*单位 工作单位 所在单位 单位名称 工作单位及职务 单位及职务 单位职务",
        "organ_post",
        24,
        note="可连写职务，如“县教育局副局长”。",
        longest=100,
    ),
    column("department", "内设机构 科室 部门", longest=60),
    column("post", "职务 现任职务", width=18, longest=60),
    column("rank", "职级 职务职级", longest=30),
    column("staff_kind", "人员类别 身份类别", "choice", 16, choices=chinese(StaffKind)),
    column("gender", "性别", "choice", 7, choices=chinese(Gender, Gender.UNKNOWN)),
    column("birth_month", "出生年月 出生日期", "month", 11),
    column(
        "political_status",
        "政治面貌",
        "choice",
        choices=chinese(PoliticalStatus),
        also={"01": "党员", "02": "预备党员", "03": "团员", "04": "民主党派", "12": "无党派"},
    ),
    column("work_started", "参加工作时间 工作时间", "month", 12),
    column(
        "public_phone",
        "公开电话 办公电话 联系电话",
        "phone",
        note="印在联系卡上的号码，不填私人号码。",
        longest=30,
    ),
    column("sort_order", "排序号 顺序", "integer", 9, note="单位内职务排列顺序。"),
    column(
        "experience",
        "工作经历 工作简历 简历",
        width=48,
        note="一段一行：2010.07-2014.06 村（社区） 柳湾村大学生村官；"
        "结束写“至今”亦可。类别：" + "、".join(chinese(Experience.OrganKind)()) + "。",
        longest=2000,
    ),
    column("home", "籍贯 原籍 家乡", "name", 16, note="县级或县级以下。"),
    column(
        "skills",
        "专长 业务专长",
        width=20,
        note="可填多项，用顿号隔开：" + "、".join(chinese(Skill)()) + "。",
        longest=100,
    ),
)
CADRES = _kind(
    "cadres",
    "干部名册",
    _("List of cadres"),
    Cadre,
    CadreLoader,
    P.MANAGE_PEOPLE,
    CADRE_COLUMNS,
    parts=(Experience,),
    notes=("不填身份证号。",),
)


# --- Accounts and roles --------------------------------------------------------------------------


class AccountLoader(ActionLoader):
    fields = {"user": "username"}

    def __init__(self, run):
        super().__init__(run)
        self.organs = Organs()
        self.cadres = Cadres(self.organs)

    def prepare(self, row):
        look = Lookup(row)
        organ = look(self.organs.find, "organ")
        cadre = None
        if row.is_cadre == "yes":
            cadre = look(self.cadres.find, "name", row.organ)
            if cadre and organ and cadre.organ_id != organ.pk:
                row.refuse("organ", _("%(name)s belongs to another organ.") % {"name": row.name})
        if not USERNAME.fullmatch(row.username.lower()):
            row.refuse(
                "username",
                _(
                    "Two to forty lower-case letters, digits, dots or hyphens; the first must be "
                    "a letter or digit."
                ),
            )
        return {"username": row.username, "name": row.name, "organ": organ, "cadre": cadre}

    def act(self, **facts):
        return accounts.add_account(by=self.run.by, **facts)


def _yes_no():
    return {"是": "yes", "否": "no"}


ACCOUNT_COLUMNS = (
    NUMBER,
    column(
        "username",
        "*用户名 账号 登录名",
        width=16,
        note="小写字母、数字、点、连字符，2至40位。",
        longest=40,
    ),
    column("name", "*姓名", "name", longest=40),
    column("organ", "*单位 工作单位 所在单位", "name", 24),
    column(
        "is_cadre",
        "在干部名册中",
        "choice",
        12,
        note="填“是”，账号即与名册中的本人关联。",
        choices=_yes_no,
    ),
)
ACCOUNTS = _kind(
    "accounts",
    "账号名册",
    _("List of accounts"),
    User,
    AccountLoader,
    P.MANAGE_ACCOUNTS,
    ACCOUNT_COLUMNS,
    ties=((Cadre, "user"),),
    notes=(
        "账号不带角色：角色由安全管理员另行导入或授予。",
        "一次性密码由单位联络员或组织部门打印密码单发放。",
    ),
)


class GrantLoader(ActionLoader):
    fields = {"user": "username"}

    def __init__(self, run):
        super().__init__(run)
        self.organs, self.divisions = Organs(), Divisions()
        self.users = {u.username: u for u in User.objects.order_by("pk")}

    def prepare(self, row):
        look = Lookup(row)
        user = self.users.get(row.username.lower())
        if user is None:
            row.refuse("username", _("There is no such account."))
        starts_on = row.starts_on or timezone.localdate(self.run.at)
        if row.ends_on and row.ends_on < starts_on:
            row.refuse("ends_on", _("The end lies before the beginning."))
        return cells_of(row, "role ends_on") | {
            "user": user,
            "organ": look(self.organs.find, "organ"),
            "division": look(self.divisions.find, "division"),
            "starts_on": starts_on,
        }

    def act(self, **facts):
        return accounts.give_grant(by=self.run.by, **facts)


GRANT_COLUMNS = (
    NUMBER,
    column("username", "*用户名 账号 登录名", width=16, longest=40),
    column("name", "姓名", is_left_out=True),
    column("role", "*角色", "choice", 24, choices=chinese(Role)),
    column("organ", "单位范围 单位 所属单位", "name", 24),
    column("division", "区划范围 区划 地区", width=20, note="写12位代码或名称。"),
    column("starts_on", "起始日期 开始日期", "day", note="空着即为当日。"),
    column("ends_on", "截止日期 结束日期", "day"),
)
GRANTS = _kind(
    "grants",
    "角色授权表",
    _("List of roles"),
    RoleGrant,
    GrantLoader,
    P.GIVE_GRANTS,
    GRANT_COLUMNS,
    url_name="accounts",
    notes=("三员的权限互不兼任，也不与业务角色兼任；不能给自己授权。",),
)
