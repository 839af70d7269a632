"""The norms of DOMAIN 8.4: defaults and their basis, overridden by dated rows.

A row may hold for part of an installation: an organ with those below it, an area, a level of organs
or a kind of staff (实行分类指导). With `at=` the most specific row counts; figures over many places
at once omit it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kinds import WORDINGS
from portal.models import Division, Organ, PolicyParameter
from portal.places.levels import level_of
from portal.text import Text
from portal.tools import held


@dataclass(frozen=True)
class Norm:
    title: Text
    value: str
    unit: Text = ""
    basis: str = "本平台默认"
    # Limits of a whole number.
    least: int = 0
    most: int = 9_999
    # Whether it may differ by place, level or kind of staff; set only if its callers have a place.
    scoped: bool = False
    # Whether its callers ask for one person, so that it may also differ by kind of staff.
    of_staff: bool = False
    # {code: label} of the permitted values, if they are limited.
    choices: dict[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """The place for which a norm is read. `organ` and `division` are functions, called only if some
    row has a scope, so that other norms cost no query."""

    organ: Callable[[], Organ | None]
    division: Callable[[], Division | None]
    staff_kind: str = ""


def place_of(organ, staff_kind=""):
    """Return the place of an organ (an account may have none), with the kind of staff of one
    person."""
    return Place(lambda: organ, lambda: organ and organ.division, staff_kind)


def place_of_unit(unit):
    """A unit: the organ that manages it, and its own division."""
    return Place(lambda: unit.host_organ, lambda: unit.division)


def place_of_cadre(cadre):
    return Place(lambda: cadre.organ, lambda: cadre.organ.division, cadre.staff_kind)


WORKING_DAYS = _("working days")
DAYS = _("days")
MONTHS = _("months")
PERSONS = _("persons")
POINTS = _("points")
YEARS = pgettext_lazy("length of time", "years")

NORMS = {
    "programme.office_name": Norm(_("Name of the programme owner"), "县委组织部"),
    "programme.words": Norm(
        _("Words of pages and sheets"), "village", choices=WORDINGS, scoped=True
    ),
    "portal.name": Norm(_("Name of the portal"), "为民服务管理平台"),
    "matter.sla.simple": Norm(_("Deadline, simple"), "3", WORKING_DAYS, scoped=True),
    "matter.sla.normal": Norm(_("Deadline, normal"), "7", WORKING_DAYS, scoped=True),
    "matter.sla.complex": Norm(_("Deadline, complex"), "15", WORKING_DAYS, scoped=True),
    "matter.sla.project": Norm(_("Deadline, project or funds"), "30", DAYS, scoped=True),
    "matter.urgent_hours": Norm(_("Deadline, urgent"), "24", _("hours")),
    "matter.accept_wd": Norm(_("To sign for a matter"), "1", WORKING_DAYS, scoped=True),
    "matter.return_wd": Norm(_("To return a matter"), "2", WORKING_DAYS, scoped=True),
    "matter.callback_wd": Norm(_("To seek the raiser's word"), "5", WORKING_DAYS),
    "matter.callback_sample": Norm(_("Share of results in the sample"), "0.2"),
    "matter.callback_tries": Norm(_("Tries on different days"), "3"),
    "matter.review_wd": Norm(_("To review a result"), "2", WORKING_DAYS),
    "takeback.hours": Norm(
        _("A move can be taken back within; 0 is never"), "24", _("hours"), most=24 * 30
    ),
    "reminder.ahead_wd": Norm(_("Reminder before a deadline"), "2", WORKING_DAYS),
    "eval.min_display_n": Norm(_("Fewest answers that are shown as a rate"), "5"),
    "eval.served_wanted": Norm(_("Voters drawn in a unit from those served"), "10", PERSONS),
    "eval.roster_wanted": Norm(_("Voters drawn in a unit from its roster"), "20", PERSONS),
    "visit.unit_week_limit": Norm(
        _("Visits to a village in a week"), "2", "", "黔南州为基层减负规定（每村每周不超过2次）"
    ),
    "visit.entourage_max": Norm(
        _("Companions on a visit"), "3", PERSONS, "本平台默认（轻车简从，参照陪同不超过2人）"
    ),
    "visit.backdate_warn_days": Norm(
        _("Back-dating hint after"), "7", DAYS, scoped=True, of_staff=True
    ),
    "posting.days_per_month": Norm(
        _("Norm of a month of a stay; fewer where the month has fewer working days"),
        "20",
        DAYS,
        "驻村工作管理通行规定（每月不少于20天），当月工作日不足的以工作日数为准",
    ),
    "posting.leader_days_min": Norm(
        _("A leader's stay lasts at least"), "3", DAYS, "领导干部蹲点通行规定（每年3至7天）"
    ),
    "posting.leader_days_max": Norm(
        _("A leader's stay lasts at most"), "7", DAYS, "领导干部蹲点通行规定（每年3至7天）"
    ),
    "posting.term_months": Norm(_("Term of a stay"), "24", MONTHS, "一般不少于2年", scoped=True),
    "posting.leave_township_max_days": Norm(
        _("Leave that the host decides, up to"),
        "5",
        DAYS,
        "驻村干部管理办法（5天以内由乡镇党委书记批准）",
    ),
    "pairing.promise_ahead_days": Norm(_("Notice before promised help is due"), "7", DAYS),
    "pairing.word_within_days": Norm(_("The helped side is asked within"), "60", DAYS),
    "posting.ending_days": Norm(_("Notice before a stay ends"), "30", DAYS),
    "pairing.ending_days": Norm(_("Notice before a pairing ends"), "30", DAYS),
    "posting.experience_months": Norm(
        _("A stay counts as grassroots experience from"), "6", MONTHS
    ),
    "reception.notice_days": Norm(
        _("A reception is made known before"), "2", DAYS, "地方领导干部接访公示规定（提前2天公示）"
    ),
    "hotline.exchange": Norm(
        _("Tickets of the 12345 hotline are taken over as matters"),
        "no",
        "",
        "本平台默认（引导到12345，只保留单号和日期）",
        choices={"no": pgettext_lazy("norms", "no"), "yes": pgettext_lazy("norms", "yes")},
        scoped=True,
    ),
    "research.notice_wd": Norm(
        _("A host is told of research before"),
        "3",
        WORKING_DAYS,
        "本平台默认（随机抽查除外，参照四不两直）",
    ),
    "research.retinue_max": Norm(
        _("People who go with a batch of research, at most"),
        "3",
        PERSONS,
        "本平台默认（轻车简从，地方规定陪同不超过2人）",
    ),
    "research.symposium_max": Norm(
        _("People at a symposium, at most"), "15", PERSONS, "地方规定（汇报会、座谈会不超过15人）"
    ),
    "pairing.household_per_cadre_max": Norm(
        _("Households that one cadre helps, at most"),
        "5",
        pgettext_lazy("unit of a number", "households"),
        "地方规定（第二责任人结对帮扶不超过5户，莱州市2018年）",
    ),
    "pairing.visit_interval_days": Norm(
        _("A pairing has a contact every"), "60", DAYS, "地方规定（走访结对对象每两个月不少于1次）"
    ),
    "pairing.term_months": Norm(
        _("Term of a pairing, as a rule"), "12", MONTHS, "本平台默认（协议一年一签）"
    ),
    "visit.draft_days": Norm(_("Drafts are kept for"), "14", DAYS),
    "sync.held_days": Norm(
        _("An entry of a phone waits for the one before it, at most"), "14", DAYS, least=1
    ),
    "sync.kept_days": Norm(
        _("An entry of a phone that cannot be carried out is kept for"), "90", DAYS, least=7
    ),
    "sync.contact_days": Norm(
        _("A phone without contact wipes what it knows after"),
        "14",
        DAYS,
        "本平台默认（手机遗失时的保护；未发送的记录不清除）",
        least=1,
        most=90,
    ),
    "sync.devices": Norm(
        _("Phones that one person may enrol, at most"),
        "3",
        pgettext_lazy("unit of a number", "phones"),
        least=1,
        most=10,
    ),
    "sync.installing": Norm(
        _("May be installed on the phone like an app"),
        "no",
        "",
        "国办函〔2026〕12号（政务移动应用程序须立项审核并备案，完成前不启用）",
        choices={"no": _("no"), "yes": _("yes")},
    ),
    "festival.window_days": Norm(
        _("Visits begin before a festival"), "20", DAYS, "本平台默认（节前20天至节日当天）"
    ),
    "festival.spring_window_days": Norm(
        _("Visits begin before the Spring Festival"), "30", DAYS, "本平台默认（节前30天至节日当天）"
    ),
    "festival.summer_window_days": Norm(
        _("Visits in the heat begin before the end of August"),
        "77",
        DAYS,
        "本平台默认（夏送清凉：6月15日至8月31日）",
    ),
    "festival.school_window_days": Norm(
        _("Aid for schooling begins before Teachers' Day"),
        "50",
        DAYS,
        "本平台默认（金秋助学：9月10日前50天起）",
    ),
    "notice.days": Norm(
        _("Public notice of a list"), "5", WORKING_DAYS, "南平市2010年慰问摸底公示不少于5天"
    ),
    "appraisal.civil_excellent_max": Norm(
        _("Maximum share graded excellent in a pool"),
        "0.20",
        "",
        "公务员考核规定（优秀等次一般不超过20%）",
    ),
    "appraisal.civil_excellent_special": Norm(
        _("The same where a document of the superior allows it"),
        "0.25",
        "",
        "公务员考核规定（特殊情况最多不超过25%）",
    ),
    "appraisal.member_excellent_max": Norm(
        _("Maximum share of outstanding Party members in a branch"),
        "1/3",
        "",
        "民主评议党员通行规定（优秀一般不超过三分之一）",
    ),
    "appraisal.member_remind_month": Norm(
        _("Appraisal of Party members is asked for from this month on"), "11"
    ),
    "condolence.value_max": Norm(
        _("Maximum value for one recipient"), "5000", _("yuan"), "本平台默认（防止误填）"
    ),
    "condolence.ahead_days": Norm(_("Reminder of visits left before a festival"), "5", DAYS),
    "grassroots_min_months": Norm(
        _("Grassroots experience that counts as enough"),
        "24",
        MONTHS,
        "公务员招录基层工作经历口径，2年以上",
    ),
    "posting.max_age": Norm(
        _("Age up to which cadres are sent to stay"),
        "45",
        _("years"),
        "云南省驻村工作队员选派条件",
        scoped=True,
        of_staff=True,
    ),
    "posting.young_age": Norm(_("Young cadres are at most"), "35", _("years")),
    "posting.team_min": Norm(_("Work team, at least"), "3", PERSONS, "云南省驻村工作队每队3至5人"),
    "posting.team_max": Norm(_("Work team, at most"), "5", PERSONS, "云南省驻村工作队每队3至5人"),
    "contact_point.ahead_days": Norm(
        _("Reminder of a contact point without a visit, before the half-year ends"), "30", DAYS
    ),
    "eval.one_record_max": Norm(
        _("Points by which one ballot or record moves a total, at most"),
        "5",
        POINTS,
        "本平台默认（有效票、记录不足的部分按中间值补足计算，防止单条记录左右总分）",
    ),
    "eval.organ_fewest": Norm(
        _("Valid ballots or independent answers from which an organ has a total"),
        "15",
        "",
        "本平台默认（参照淳化县验收测评党员群众代表15名；不足的由会议依据单位工作情况单研究）",
    ),
    "eval.hint_ballots": Norm(
        _("Ballots from which a poll of nothing but “good” is looked at"), "10"
    ),
    "eval.hint_remarks": Norm(_("Equal remarks from which a poll is looked at"), "3"),
    "eval.hint_masses_low": Norm(
        _("The masses' points below which a unit's praise is looked at"), "60"
    ),
    "eval.hint_masses_high": Norm(
        _("The masses' points from which a unit's rebuke is looked at"), "85"
    ),
    "research.late_days": Norm(_("Late answers to a questionnaire are taken for"), "7", DAYS),
    "problem.review_days": Norm(_("Progress of a prominent problem is noted every"), "30", DAYS),
    "questionnaire.questions": Norm(
        _("A questionnaire has at most"), "25", _("questions"), "本平台默认（超过须说明理由）"
    ),
    "questionnaire.minutes": Norm(
        _("A questionnaire takes at most"), "10", _("minutes"), "本平台默认（超过须说明理由）"
    ),
    "questionnaire.trials": Norm(
        _("A questionnaire is tried out by at least"),
        "5",
        PERSONS,
        "本平台默认（不足须说明理由）",
    ),
    "questionnaire.seconds": Norm(
        _("Reckoned for a question with choices, a number or a day"), "20", _("seconds")
    ),
    "questionnaire.text_seconds": Norm(
        _("Reckoned for a question to be answered in words"), "45", _("seconds")
    ),
    "questionnaire.rows": Norm(_("Rows reckoned for questions that are repeated"), "3"),
    "proposal.home_level": Norm(
        _("Home to be avoided: 3 county, 4 township, 5 village"),
        "3",
        "",
        "参照党政领导干部任职回避规定（回避原籍县）；县内选派可设为4",
    ),
    "proposal.weight.hardship": Norm(
        _("Proposal: a hard place is worth, per level"), "100", POINTS
    ),
    "proposal.weight.expertise": Norm(
        _("Proposal: each field of expertise that fits"),
        "60",
        POINTS,
        "因村派人（中办2021年选派第一书记和工作队意见）",
    ),
    "proposal.weight.young": Norm(
        _("Proposal: young without grassroots experience"),
        "120",
        POINTS,
        "指导意见：优先选派缺乏基层工作经历的年轻干部到艰苦地区",
    ),
    "proposal.weight.continuity": Norm(_("Proposal: has stayed there before"), "80", POINTS),
    "proposal.weight.load": Norm(_("Proposal: one cadre more than an organ's share"), "40", POINTS),
    "weakorg.pass_score": Norm(
        _("Acceptance of a weak Party organisation passes from"),
        "70",
        POINTS,
        "淳化县软弱涣散基层党组织整顿验收办法（综合得分70分以上为合格）",
    ),
    "weakorg.veto_unsat": Norm(
        _("Acceptance fails when more than this share is not satisfied"),
        "0.5",
        "",
        "淳化县软弱涣散基层党组织整顿验收办法（不满意票超过50%的为不合格）",
    ),
    "weakorg.min_ballots": Norm(
        _("Ballots of an acceptance, at least"),
        "15",
        "",
        "淳化县软弱涣散基层党组织整顿验收办法（党员群众代表15名）",
    ),
    "weakorg.follow_up_months": Norm(
        _("Follow-up after a transformation"), "12", MONTHS, "菏泽市（转化后跟踪问效1年）"
    ),
    "weakorg.review_day": Norm(
        _("Monthly review is due from the day of the month"), "25", "", "本平台默认（每月一调度）"
    ),
    "pairing.need_max_days": Norm(
        _("A need for help stands for, at most"),
        "365",
        DAYS,
        "困难情况每年复核（社会救助暂行办法）",
    ),
    "pairing.need_ahead_days": Norm(_("Notice before a need expires"), "30", DAYS),
    "plan.near_days": Norm(_("A task of a plan is near its day from"), "30", DAYS),
    "plan.sentence_day": Norm(
        _("Tasks that are not counted: a sentence by this working day of a quarter"), "5"
    ),
    "plan.review_day": Norm(_("Sentences are reviewed by this working day of a quarter"), "8"),
    "supervision.sign_wd": Norm(_("To sign for what is supervised"), "1", WORKING_DAYS),
    "practice.trial_units": Norm(_("A practice is tried at, at least"), "2", _("units")),
    "practice.trial_days": Norm(_("A practice tried at fewer units is tried over"), "90", DAYS),
    "matching.weight.kind": Norm(
        _("Who helps whom: each kind of help that is offered and needed"), "100", POINTS
    ),
    "matching.weight.expertise": Norm(
        _("Who helps whom: each field of expertise that fits"), "40", POINTS
    ),
    "matching.weight.urgency": Norm(
        _("Who helps whom: a pressing need that is met, per level"), "60", POINTS
    ),
    "matching.weight.near": Norm(
        _("Who helps whom: nearer by one level of division"), "30", POINTS
    ),
    "inspection.fact_check_wd": Norm(
        _("Inspection: to check the facts with the inspected organ"), "5", WORKING_DAYS
    ),
    "inspection.rectify_wd": Norm(_("Inspection: to put a finding right"), "15", WORKING_DAYS),
    "inspection.objection_days": Norm(
        _("Inspection: to ask for a review"),
        "30",
        DAYS,
        "政府督查工作条例（收到督查结论之日起30日内申请复核）",
    ),
    "inspection.review_days": Norm(
        _("Inspection: to decide a review"),
        "30",
        DAYS,
        "政府督查工作条例（收到复核申请之日起30日内作出复核决定）",
    ),
    "matching.weight.kept": Norm(
        _("Who helps whom: a pair that has stood goes on"),
        "150",
        POINTS,
        "结对关系保持相对稳定（本平台默认）",
    ),
    "matching.weight.load": Norm(_("Who helps whom: one more than an organ's share"), "80", POINTS),
    "research.report_wd": Norm(
        _("To hand in the report of a topic, after its fieldwork"),
        "20",
        WORKING_DAYS,
        "本平台默认（调研结束后及时形成报告）",
    ),
    "research.answer_wd": Norm(
        _("To answer a suggestion of research"),
        "20",
        WORKING_DAYS,
        "本平台默认（意见建议及时研究答复）",
    ),
    "research.look_back_months": Norm(
        _("To look again at what became of a suggestion, after"),
        "6",
        MONTHS,
        "大兴调查研究工作方案（督查回访），期限为本平台默认",
    ),
    "requests.approver": Norm(
        _("Requests for data are admitted by"),
        "县整治形式主义为基层减负专项工作机制办公室",
        "",
        "中办国办《整治形式主义为基层减负若干规定》（2024年）",
    ),
    "requests.one_table": Norm(
        _("One-table system of the province, where new collections go; 无 if there is none"), "无"
    ),
    "requests.emergency_wd": Norm(_("An emergency request is filed within"), "5", WORKING_DAYS),
    "requests.ahead_wd": Norm(_("Notice before a reply is due"), "3", WORKING_DAYS),
    "complaints.accept_wd": Norm(_("To take up a complaint about the portal"), "1", WORKING_DAYS),
    "complaints.answer_wd": Norm(_("To answer a complaint about the portal"), "5", WORKING_DAYS),
    "privacy.answer_wd": Norm(
        _("To answer a request about personal data"),
        "15",
        WORKING_DAYS,
        "《个人信息保护法》第四十五条“及时提供”；天数由本平台默认",
    ),
    "summons.organs_max": Norm(
        _("A summons calls, at most"), "5", pgettext_lazy("unit of a number", "organs"), least=1
    ),
    "summons.answer_wd": Norm(_("To answer a summons"), "1", WORKING_DAYS),
    "summons.decide_wd": Norm(_("To decide whose task a summons is"), "2", WORKING_DAYS),
    "export.personal_rows": Norm(
        _("Rows of personal data that one exports without an approval"),
        "500",
        _("rows"),
        "行数为本平台默认；GB/T 35273—2020 第7.1条（批量下载等重要操作设置内部审批）、"
        "《个人信息保护法》第五十一条",
        least=1,
        most=100_000,
        scoped=True,
    ),
    # At least 1: with 0, one mistyped number would erase every name at the next run.
    "retention.personal_years": Norm(
        _("Names and phones are kept after closing"), "3", YEARS, least=1, most=100
    ),
    "retention.record_years": Norm(
        _("Records are kept, at least"),
        "10",
        YEARS,
        "国家档案局令第8号《机关文件材料归档范围和文书档案保管期限规定》（定期10年）",
        least=10,
        most=100,
    ),
}


def shown(value, norm=None):
    """Format a value for readers: a share as a percentage, a choice by its label."""
    if norm and norm.choices:
        return norm.choices.get(value, value)
    # A name may have a point as well: 一表通2.0.
    is_share = re.fullmatch(r"\d+\.\d+", value)
    return f"{(Decimal(value) * 100).normalize():f}%" if is_share else value


def text(code, *, on, at=None):
    """Return the value in force on a day; with a `Place`, that of the most specific row."""
    row = _row(code, on, at)
    return row.value if row else NORMS[code].value


def number(code, *, on, at=None):
    """A whole number or, for shares, a float."""
    value = text(code, on=on, at=at)
    return float(value) if "." in value else int(value)


def fraction(code, *, on):
    """A share without an exact decimal, like 1/3."""
    return Fraction(text(code, on=on))


def basis(code, *, on, at=None):
    """The basis of the value in force on a day."""
    row = _row(code, on, at)
    return (row and row.basis) or NORMS[code].basis


def differs_at(code, *, on, at):
    """Return whether a place has a row of its own, so that pages name the document that sets it."""
    return _row(code, on, at) != _row(code, on, None)


class Row(NamedTuple):
    """A dated value, by the paths of the places that it is limited to."""

    code: str
    value: str
    valid_from: date
    basis: str
    organ: str | None
    division: str | None
    level: str
    staff_kind: str

    @property
    def specificity(self):
        """Sort key: an organ before an area, both before a level or kind of staff."""
        return (
            (self.organ or "").count("/"),
            (self.division or "").count("/"),
            bool(self.level) + bool(self.staff_kind),
            bool(self.staff_kind),
        )

    @property
    def is_of_all(self):
        return not any(self.specificity)


def _row(code, on, at):
    """Return the most specific row in force; of equally specific rows the newest."""
    rows = [row for row in _rows() if row.code == code and row.valid_from <= on]
    if at is None or all(row.is_of_all for row in rows):
        rows = [row for row in rows if row.is_of_all]
        return rows[-1] if rows else None
    fits = [row for row in rows if _fits(row, at)]
    return max(enumerate(fits), key=lambda one: (one[1].specificity, one[0]))[1] if fits else None


def _fits(row, at):
    if row.staff_kind and row.staff_kind != at.staff_kind:
        return False
    if row.division and not lies_in(at.division(), row.division):
        return False
    if row.organ and not lies_in(at.organ(), row.organ):
        return False
    return not row.level or row.level == level_of(at.organ())


def lies_in(place, path):
    """Return whether an organ or area has this path or lies below it."""
    return place is not None and place.path.startswith(path)


def rows_of(code, *, on):
    """The rows of one norm in force on a day, as a value to compare."""
    return tuple(row for row in _rows() if row.code == code and row.valid_from <= on)


def in_force(on):
    """All overrides in force on a day, as a value to compare."""
    return tuple(row for row in _rows() if row.valid_from <= on)


def rows_under(beginning):
    """Return all rows whose codes have this prefix, oldest first."""
    return [row for row in _rows() if row.code.startswith(beginning)]


def _rows():
    """All overrides, future ones included."""
    return held.held("norms", _cached_rows)


def _cached_rows():
    """Return all overrides, cached for a minute, so that a page costs no query."""
    known = held.cached("norms")
    if known is None:
        rows = PolicyParameter.objects.order_by("valid_from", "pk")
        known = rows.values_list(
            "code",
            "value",
            "valid_from",
            "basis",
            "organ__path",
            "division__path",
            "level",
            "staff_kind",
        )
        known = [Row(*row) for row in known]
        cache.set("norms", known, 60)
    return known


def forget():
    cache.delete("norms")
    held.forget()
