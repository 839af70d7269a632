"""Every figure of 情况统计表 and of each sheet equals SQL written by hand from the records.

Checked on the tiny demo county, which has every noun, and through random changes. A new column
fails here until its SQL is written or it is listed as one that counts nothing.
"""

from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import timezone, translation

from evaluation.models import Cycle, MemberAppraisal
from outreach.models.condolence import CATEGORY_WORDS
from portal.models import User
from portal.sheets import ledgers, periods, statistics
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests import independent_sql as by_hand
from tests.day import TODAY
from tests.outreach.changes import Changes
from tests.outreach.test_stay_figures import StayChanges
from tests.pairing import branches
from tests.pairing.changes import Changes as PairingChanges
from tests.people import fresh

# One process makes what the module makes once.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.each_run]

AT = timezone.make_aware(datetime.combine(TODAY, time(9)))
LAST_MONTH = periods.last_month(TODAY)
THIS_YEAR = Period(TODAY.replace(month=1, day=1), TODAY, TODAY)
LAST_YEAR = Period(date(TODAY.year - 1, 1, 1), date(TODAY.year - 1, 12, 31), TODAY)

# Not recomputed row by row: their numbers are sums, or come from a stored computation.
SUM_SHEETS = {
    "burden": {
        "走访次数",
        "陪同超过规定次数",
        "所到村当周走访超限（村周）",
        "未用餐",
        "自付餐费",
        "接受用餐",
    },
    "condolence_summary": {
        f"{word}{unit}" for word in (*CATEGORY_WORDS.values(), "合计") for unit in "人元"
    },
    # Those of requests and of the portal's own questions are tested in
    # tests/oversight/test_data_requests.py.
    "data_requests": {"指标数", "其中系统可提供", "预计时长（分钟）"},
    "score_evidence": {
        "权重（份额）",
        "记录（票）数",
        "符合",
        "不符合",
        "不计",
        "测得值",
        "得分",
    },
    "stay_months": {
        "当月工作日",
        "本月应驻天数",
        "审核认定天数",
        "因公外出天数",
        "请假天数",
        "走访户数",
        "收集问题",
        "办结问题",
    },
}
# Recomputed where their records are made: tests/research/test_result_sheets.py, test_samples.py.
ELSEWHERE = {
    "research_register": {
        "批次",
        "地点（村、社区、企业数）",
        "场次",
        "参加人次",
        "有效问卷（份）",
        "发现问题（条）",
        "转入台账（件）",
        "意见建议（条）",
        "采纳（条）",
    },
    "responses": {
        "抽样框数",
        "抽取数",
        "启用备用数",
        "不符合条件",
        "完成",
        "拒访",
        "未遇",
        "入户",
        "链接",
        "纸质",
    },
}
# Columns of text, names and days, which count nothing: one line for each sheet.
NOT_COUNTED = {
    "access": "用户名 姓名 单位及职务 角色 权限范围 起始日期 截止日期 授权人 最近登录 备注",
    "congress_proposals": (
        "编号 届次 提案题目 类别 代表团 附议人数 是否立案 承办单位 答复日期 提案人评价 办结 备注"
    ),
    "disclosures": (
        "公开日期 公开单位 公开范围 公开事项 公开内容 公开方式 依据（文件、会议纪要） 备注"
    ),
    "talks": "日期 谈话人 职务 谈话对象 所在单位 类别 备注",
    "mentoring": "师傅 岗位 徒弟 徒弟岗位 所属二级单位、车间 起止 协议编号 出师评定 日期",
    "ballot_summary": "被评议对象 好（票/率） 较好 一般 差 不了解 满意率 备注",
    "branch_reports": (
        "机关党组织 书记 联络员、电话 报到社区 报到日期 可提供资源 认领需求 社区党组织意见（章）"
    ),
    "burden": (
        "单位 占比 群众反映接受吃请（有/答） 群众反映收受礼品（有/答） "
        "群众反映层层陪同（有/答） 群众反映增加群众负担（有/答）"
    ),
    "campaigns": "活动名称 类型 组织单位 文号 开始时间 结束时间 参加单位 活动目的 状态 备注",
    "cards": "卡号 干部姓名 工作单位及职务 联系电话 联系区域 发放日期 备注",
    "complaints": "编号 日期 类别 内容 受理人 答复 答复日期 是否采纳 评价",
    "condolence": (
        "慰问节日 单位 姓名 性别 出生年月/年龄段 慰问类别 入党时间（党员） "
        "困难原因（类别） 名称 资金来源 慰问日期 慰问人（两人） 领取人签字 备注"
    ),
    "condolence_summary": "单位",
    "contact_points": (
        "领导姓名 职务 联系点（村/社区/企业） 所在乡镇 联系党组织 配合单位 解决问题重点 备注"
    ),
    "found_problems": (
        "问题 表现 原因 任务措施 完成标志 牵头单位 责任单位 责任人 时限 进展 是否销号"
    ),
    "findings": (
        "时间 依据 方式 督查组 被督查单位 编号 发现问题 事实依据 类别 整改要求 责任单位 责任领导 "
        "责任人 整改时限 整改情况 报送日期 核查方式 核查人 日期 结论 是否销号 备注"
    ),
    "data_requests": (
        "准入编号 报表（事项）名称 索取单位 制发依据、文号 类别 填报对象、数量 频次 报送方式 "
        "起止日期 审核意见 审批单位、日期 状态 备注"
    ),
    "destruction": "题名（编号） 形成日期 保管期限 鉴定意见 鉴定人 审批人 销毁日期 监销人",
    "honours": (
        "姓名（名称） 单位 职务 荣誉（等次） 推荐范围 主要事由 文号 审定时间 公示时间 备注"
    ),
    "joint_activities": (
        "活动日期 机关党组织 结对党组织 所在地 活动类型 活动主题 活动地点 实事内容 成效 备注"
    ),
    "hotline_codes": "事项类别 热线分类代码 热线分类名称 依据 备注",
    "hotline_results": "工单号 单位 办理结果 答复日期 复核 备注",
    "hotline_tickets": "工单号 受理日期 单位 地点 事由 类别 时限 中心评价 去向 备注",
    "matters": (
        "台账编号 登记日期 来源 所在乡镇（街道） 村（社区）/单位 反映人/户别 事项类别 "
        "反映问题或诉求 紧急程度 登记干部 承办（责任）单位 责任人 包案/牵头领导 交办日期 "
        "办理时限 办理措施及进展 办理结果 转办单号 办结日期 答复方式及日期 群众评价 "
        "是否销号 备注"
    ),
    "member_appraisal": "姓名 应到/实到/有效票 组织评定等次",
    "needs": "姓名 单位 居住社区 特长 认领岗位/需求 服务日期 内容 社区反馈",
    "notices": "发布日期 标题 发布单位 发送范围 是否要求回执 备注",
    "pairings": (
        "结对类型 帮扶单位/党组织 帮扶责任人 职务 联系电话 帮扶对象 所在乡镇村 "
        "困难（薄弱）原因 结对方式 结对时间 需求 帮扶类别 帮扶措施 来源 完成时限 进展成效 "
        "对象评价 备注"
    ),
    "pairings_with_reasons": (
        "结对类型 帮扶单位/党组织 帮扶责任人 职务 联系电话 帮扶对象 所在乡镇村 "
        "困难（薄弱）原因 结对方式 结对时间 需求 帮扶类别 帮扶措施 来源 完成时限 进展成效 "
        "对象评价 备注"
    ),
    "plan_items": (
        "工作要点 重点任务 工作措施 完成目标 计量方式 牵头领导 牵头单位 责任单位 责任人 完成时限 "
        "一季度 二季度 三季度 四季度 完成情况 备注"
    ),
    "practices": (
        "编号 名称 报送单位 适用单位类型 解决的问题 主要做法 成效（系统数据） 群众评价 "
        "验证单位、结果 审核意见 推广文号 转化制度名称、文号 施行日期 有效期至 备注"
    ),
    "quarter_lines": "季度 社区 报到单位 参与事项 完成情况 居民反映问题 建议",
    "summons": (
        "编号 日期 乡镇（街道） 事由类别 事项 报到单位 处置意见 是否属职责（裁定） 结论 "
        "交办事项编号 备注"
    ),
    "supervision": (
        "督办编号 来源 批示领导、日期 督办事项 批示（议定）内容 牵头单位 协办单位 责任领导 "
        "交办日期 办理时限 反馈周期 进展情况 最近反馈日期 催办日期 办理结果 审核意见 办结日期 "
        "是否销号 备注"
    ),
    "partnerships": (
        "机关党组织 书记 结对党组织 结对党组织书记 所在地 协议签订时间/期限 共建内容 "
        "主要活动 成效 备注"
    ),
    "personnel_reference": (
        "单位、姓名 职务 驻点、联系点 工作态度 工作作风 工作实绩 群众评议（n） 底线事项 "
        "数据缺项说明 备注"
    ),
    "problems": (
        "问题 所在乡镇村 涉及事项编号 包案领导 职务 责任单位 包案时间 进展情况 化解时间 "
        "群众评价 备注"
    ),
    "receptions": (
        "日期 接访领导 地点 形式 来访人 反映问题 问题发生地 接待处理意见 责任单位 "
        "包案领导 时限 办理结果 备注"
    ),
    "research_register": (
        "课题 来源 牵头单位 组长、成员 时间 方式 应答率 报告题目、审定日期 转化应用 备注"
    ),
    "responses": "层 应答率 备注",
    "score_evidence": "单位 姓名（名称） 职务 考核方案 项目 备注",
    "score_summary": (
        "姓名 单位 职务 派驻（联系）点 底线事项（驻村天数达标/纪律） 建议等次 审定等次 备注"
    ),
    "stay_months": "姓名 派驻村 月度审核 主要工作 乡镇党委审核意见",
    "stay_reports": (
        "题目 蹲点单位 时间（起止、天） 组成人员 方式 基本情况 发现问题 原因分析 "
        "帮助解决事项 意见建议 采纳情况 提交时间 审核情况"
    ),
    "stays": (
        "姓名 性别 出生年月 政治面貌 派出单位 职务职级 派驻类型 派驻乡镇 "
        "派驻村（社区、企业） 村类型 开始时间 计划结束时间 住宿方式 联系电话 审批文号 备注"
    ),
    "support_items": (
        "帮扶单位 帮扶责任人 帮扶对象 所在乡镇村 帮扶类别 内容 资金来源 承诺时间 完成时限 "
        "完成时间 成效 对象评价 备注"
    ),
    "unmet_needs": (
        "乡镇（街道） 村（社区）/单位 需求对象 需求类别 需求内容 紧急程度 提出日期 有效期至"
    ),
    "visits": (
        "走访日期 走访干部 单位及职务 乡镇（街道） 村（社区）、组 走访方式 宣传政策内容 "
        "了解情况 备注"
    ),
    "weak_organizations": (
        "乡镇（街道） 党组织名称 党组织书记 类型（软弱涣散/后进） 存在问题（对应情形） "
        "整改措施 联村县级领导 第一书记 结对帮扶单位 包村乡镇领导 责任人 完成时限 进展情况 "
        "验收时间 群众满意度 是否销号 备注"
    ),
}


def numbers_of(ledger):
    """Headings of a ledger's number columns, as the office sees them."""
    return {one.known_as for one in ledger.columns if one.kind in {"integer", "decimal"}}


@pytest.fixture
def made(tiny):
    """Return (the county, a user who reads all of it)."""
    return tiny.places.county, User.objects.get(username="liming").acting(on=TODAY)


# --- Which columns --------------------------------------------------------------------------------


def test_each_column_of_the_statistics_has_its_sql():
    known = by_hand.STATISTICS.keys() | by_hand.RATES.keys()

    for words in ("zh-hans", "zh-hans-x-group"):
        with translation.override(words):
            assert {column.key for column in statistics.columns_of()} <= known


@pytest.mark.parametrize("name", sorted(ledgers.REGISTRY.keys() - {"statistics"}))
def test_each_number_of_a_sheet_has_its_sql_and_each_text_is_named(name):
    """A new column must be recomputed in independent_sql.py or be listed above as text."""
    ledger = ledgers.REGISTRY[name]
    recomputed = (SUM_SHEETS | ELSEWHERE).get(name) or set(by_hand.SHEETS.get(name, ([], ""))[0])
    texts = {one.known_as for one in ledger.columns} - numbers_of(ledger)

    assert numbers_of(ledger) == recomputed
    assert texts == set(NOT_COUNTED[name].split())


# --- 情况统计表 -----------------------------------------------------------------------------------


def check_statistics(county, by, period):
    """Compare every row and the total; return the columns that counted anything."""
    table = statistics.count(Subject(county), by, period)
    return check_table(table, by_hand.statistics_of(county.pk, by, period.first, period.seen_to))


def check_table(table, found):
    (rows, total), seen = found, set()
    by, period = table.layout.by, table.period
    for place, column in enumerate(table.columns):
        nothing = _nothing(column)
        for row in table.rows:
            found = rows[column.key].pop(row.key, nothing)
            assert row.cells[place] == found, (column.key, row.name, by, str(period))
        assert not any(map(_says, rows[column.key].values())), (column.key, by, str(period))
        assert table.total.cells[place] == total[column.key], (column.key, by, str(period))
        if _says(total[column.key]):
            seen.add(column.key)
    return seen


def _nothing(column):
    if column.key in by_hand.RATES:
        return [None if by_hand.RATES[column.key][2] else 0, 0]
    return None if column.is_given else 0


def _says(cell):
    return any(cell) if isinstance(cell, list) else bool(cell)


def test_the_statistics_of_the_demo_by_hand(made):
    county, _office = made
    seen = set()
    for period in (THIS_YEAR, LAST_MONTH, LAST_YEAR):
        for by in ("organ", "area", "host", "unit"):
            seen |= check_statistics(county, by, period)

    assert len(seen) >= 16, seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 20), *(pytest.param(seed, 120, marks=pytest.mark.long) for seed in range(2, 6))],
)
def test_statistics_and_sheets_through_random_changes(people, seed, steps):
    changes = [Changes(people, seed), PairingChanges(people, seed), StayChanges(people, seed)]
    office = fresh(people.office)
    for number in range(1, steps + 1):
        for one in changes:
            # A cadre may not correct what another author wrote.
            with suppress(PermissionDenied):
                one.step()
        if number % (steps // 2) == 0:
            for period in (THIS_YEAR, LAST_MONTH):
                for by in ("organ", "area"):
                    check_statistics(people.county, by, period)
            for name in ("visits", "unmet_needs", "pairings", "support_items"):
                check_sheet(name, people.county, office)
            check_stay_months(people.county, office)
            check_burden(people.county, office)


# --- Sheets of rows -------------------------------------------------------------------------------


def cells_of(ledger, user, **filters):
    """Return ([{heading: cell} of each row], {heading: sum}); the second is empty for a ledger
    without sums."""
    query = QueryDict(mutable=True)
    query.update(filters)
    sheet = ledger.sheet(user, query, timezone.localtime(AT))
    columns = [one.known_as for one in ledger.columns]
    totals = ledgers.Totals(ledger.columns)
    rows = [dict(zip(columns, cells[1:], strict=True)) for cells in totals.over(sheet.rows)]
    sums = totals.line()
    return rows, dict(zip(columns, sums[1:], strict=True)) if sums else {}


def check_sheet(name, county, user, *, filters=None, **wanted):
    """Compare the numbers of each row and their sums; return the number of rows."""
    ledger, filters = ledgers.REGISTRY[name], filters or {}
    headings, _statement = by_hand.SHEETS[name]
    found = by_hand.sheet(name, county=county.pk, today=TODAY, **wanted)
    query = QueryDict(mutable=True)
    query.update(filters)
    rows = ledger.found(user, query)
    rows = rows.order_by(*ledger.order) if ledger.order else rows
    keys = list(rows.values_list("pk", flat=True))
    lines, sums = cells_of(ledger, user, **filters)

    assert set(keys) == found.keys(), name
    for key, line in zip(keys, lines, strict=True):
        shown = tuple(line[heading] for heading in headings)
        assert shown == found[key], (name, key, headings)
    summed = {one.known_as for one in ledger.columns if one.is_summed}
    for place, number in by_hand.added(found.values()).items():
        if headings[place] in summed:
            assert sums[headings[place]] == number, (name, headings[place])
    return len(lines)


# Filters under which a sheet has exactly the rows that its SQL counts.
FILTERS = {"condolence": {"tab": "standing"}, "support_items": {"state": "all"}}


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize(
    "name",
    sorted(
        by_hand.SHEETS.keys()
        - {"ballot_summary", "member_appraisal", "pairings_with_reasons", "score_summary"}
        # The only joint activity of a tiny county is void; tested below.
        - {"joint_activities"}
    ),
)
def test_each_sheet_of_the_demo_by_hand(made, name):
    county, office = made

    assert check_sheet(name, county, office, filters=FILTERS.get(name)), "nothing to compare"


def test_joint_activities_by_hand(people):
    helper = branches.branch("农业农村局党支部", organ=people.agriculture)
    pairing = branches.agree(people, helper, branches.branch("柳湾村党支部", unit=people.village))
    branches.held(people, pairing, head_count=12, deeds=["清淤", "义诊"])
    branches.held(people, pairing, head_count=30)
    void = branches.held(people, pairing, head_count=7, deeds=["清扫"])
    type(void).objects.filter(pk=void.pk).update(
        voided_at=timezone.now(), voided_by=people.liaison, void_reason="重复"
    )
    office = fresh(people.office)

    assert check_sheet("joint_activities", people.county, office) == 2
    assert check_sheet("partnerships", people.county, office) == 1


def test_the_sheet_with_difficulties_by_hand(made):
    """As the host whose units it is about."""
    county, _office = made
    host = User.objects.get(username="zhangweidong").acting(on=TODAY)
    ledger = ledgers.REGISTRY["pairings_with_reasons"]
    found = by_hand.sheet("pairings", county=county.pk, today=TODAY)
    keys = ledger.found(host, QueryDict()).order_by(*ledger.order).values_list("pk", flat=True)
    lines, sums = cells_of(ledger, host)

    assert [(line["金额（元）"],) for line in lines] == [found[key] for key in keys]
    assert sums["金额（元）"] == by_hand.added(found[key] for key in keys).get(0)


def test_the_sheets_of_a_cycle_by_hand(made):
    county, office = made
    cycle = Cycle.objects.latest("pk")
    asked = {"cycle": str(cycle.pk)}
    assert check_sheet("ballot_summary", county, office, filters=asked, cycle=cycle.pk)
    for scheme in cycle.schemes.all():
        of_scheme = asked | {"scheme": str(scheme.pk)}
        filters = {"filters": of_scheme, "cycle": cycle.pk, "scheme": scheme.pk}
        check_scores(county, office, **filters)
    appraisal = MemberAppraisal.objects.latest("pk")
    asked = {"appraisal": str(appraisal.pk)}
    assert check_sheet("member_appraisal", county, office, filters=asked, appraisal=appraisal.pk)


def check_scores(county, office, *, filters, cycle, scheme):
    """Like check_sheet; a missing number is shown as a word."""
    ledger = ledgers.REGISTRY["score_summary"]
    headings, _statement = by_hand.SHEETS["score_summary"]
    found = by_hand.sheet("score_summary", county=county.pk, cycle=cycle, scheme=scheme)
    query = QueryDict(mutable=True)
    query.update(filters)
    keys = list(ledger.found(office, query).order_by(*ledger.order).values_list("pk", flat=True))
    lines, _sums = cells_of(ledger, office, **filters)
    assert set(keys) == found.keys()
    for key, line in zip(keys, lines, strict=True):
        shown = [line[heading] for heading in headings]
        assert tuple(None if isinstance(one, str) else one for one in shown) == found[key]


# --- Sheets of sums -------------------------------------------------------------------------------


def test_the_evidence_of_a_cycle_by_hand(made):
    _county, office = made
    cycle = Cycle.objects.latest("pk")
    ledger = ledgers.REGISTRY["score_evidence"]
    query = QueryDict(f"cycle={cycle.pk}")
    keys = ledger.found(office, query).order_by(*ledger.order).values_list("pk", flat=True)
    found = by_hand.score_evidence(cycle.pk)
    lines, _sums = cells_of(ledger, office, cycle=str(cycle.pk))
    headings = [one.known_as for one in ledger.columns if one.kind in {"integer", "decimal"}]

    wanted = [numbers for key in keys for numbers in found.pop(key)]
    assert [tuple(line[heading] for heading in headings) for line in lines] == wanted
    assert wanted and not found


def test_the_summary_of_the_festivals_by_hand(made):
    county, office = made
    found = by_hand.condolence_summary(county.pk)
    lines, _sums = cells_of(ledgers.REGISTRY["condolence_summary"], office)
    together = {}
    for numbers in found.values():
        for category, (people, yuan) in numbers.items():
            n, sum_ = together.get(category, (0, Decimal()))
            together[category] = (n + people, sum_ + yuan)

    assert len(lines) == len(found) + 1 > 1
    for line in lines:
        numbers = together if line["单位"] == "合计" else found[line["单位"]]
        for category, word in CATEGORY_WORDS.items():
            shown = (line[f"{word}人"], line[f"{word}元"])
            assert shown == numbers.get(category, (None, None)), (line["单位"], word)
        both = [sum(pair[n] for pair in numbers.values()) for n in (0, 1)]
        assert [line["合计人"], line["合计元"]] == both


def check_burden(county, user, **filters):
    ledger = ledgers.REGISTRY["burden"]
    found = by_hand.burden(county.pk, THIS_YEAR.first, TODAY)
    lines, _sums = cells_of(ledger, user, **filters)
    headings = [one.known_as for one in ledger.columns if one.kind == "integer"]
    shown = {line["单位"]: tuple(line[heading] for heading in headings) for line in lines}
    assert shown == found
    return found


def check_stay_months(county, user):
    """Compare each of the last three months; return the number of rows."""
    ledger, seen = ledgers.REGISTRY["stay_months"], 0
    headings = [one.known_as for one in ledger.columns if one.kind == "integer"]
    month = TODAY.replace(day=1)
    for _number in range(3):
        query = QueryDict(f"month={month:%Y-%m}")
        keys = ledger.found(user, query).order_by(*ledger.order).values_list("pk", flat=True)
        lines, _sums = cells_of(ledger, user, month=f"{month:%Y-%m}")
        shown = {
            key: tuple(line[heading] for heading in headings)
            for key, line in zip(keys, lines, strict=True)
        }
        assert shown == by_hand.stay_months(county.pk, month), month
        seen += len(lines)
        month = periods.last_month(month).first
    return seen


def test_months_and_burden_of_the_demo_by_hand(made):
    county, office = made

    assert check_stay_months(county, office)
    assert check_burden(county, office)
