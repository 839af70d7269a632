"""The demo county as an official reads it: each text agrees with the columns of its record.

The tests do not ask the demo how it chose a text; they read the words as a reader does.
"""

import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from demo import careers
from demo.outreach import county
from demo.outreach.stories import PLANS
from evaluation.models import Grade, Score
from outreach.models import (
    Campaign,
    CondolenceCampaign,
    CondolenceName,
    ContactCard,
    FollowUp,
    FollowUpTry,
    Leave,
    Matter,
    MatterRequest,
    MatterStep,
    Nomination,
    Notice,
    Stay,
    StayMonth,
    StayReport,
    SupervisionOrder,
    Visit,
)
from outreach.models.stays import StayKind
from outreach.models.visits import VisitMode
from oversight import hints
from oversight.actions.inspections import recompute_draw
from oversight.closures.bounds import LEAST
from oversight.closures.figures import truth_of
from oversight.models import (
    DataRequest,
    DataRequestStep,
    Finding,
    InspectedRow,
    Inspection,
    InspectionNote,
    Objection,
    Paper,
    PlanItem,
    PortalComplaint,
    Practice,
    QuarterNote,
    RequestItem,
    SupervisionEntry,
    UnadmittedRequest,
    WorkPlan,
)
from oversight.models.plans import Measure
from oversight.models.supervision import EntrySource
from oversight.own_requests import own_requests
from oversight.rules import inspections as rules_of_inspections
from pairing.models import CaseSupport, HelpResource, MonthlyReview, ProminentProblem, SupportItem
from portal.days import workdays
from portal.models import Cadre, Division, GrassrootsUnit, Organ
from portal.models.people import PoliticalStatus
from portal.models.places import OrganKind, UnitKind
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField, plain
from portal.trust import crypto, privacy
from research.actions import samples
from research.library import named_in
from research.models import (
    Advice,
    Answer,
    DrawnUnit,
    FoundProblem,
    HomeNote,
    Questionnaire,
    ResearchActivity,
    ResearchBatch,
    ResearchReport,
    ResearchTopic,
    Sample,
    SecondEntry,
)
from research.rules import samples as rules_of_samples
from tests.conftest import DEMOS, EMPTY, _pointed_at

MADE = {
    "small": ("small", None),
    "small-autumn": ("small", "2026-11-30"),
    "small-spring": ("small", "2026-03-02"),
    "small-summer": ("small", "2026-07-31"),
    "county": ("county", "2026-11-30"),
    "county-summer": ("county", "2026-07-01"),
}
GROUPS = {code: f"demo-{code}" for code in MADE} | {"small": "demo"}
LONG = {code: [pytest.mark.long] for code in MADE if code != "small"}

pytestmark = pytest.mark.slow


@pytest.fixture(
    scope="module",
    # One process makes each of them.
    params=[
        pytest.param(code, marks=[pytest.mark.xdist_group(group), *LONG.get(code, ())])
        for code, group in GROUPS.items()
    ],
)
def made_once(request, django_db_setup, django_db_blocker):
    """Yield (name of the database, a county of each scale on a day), never committed."""
    scale, day = MADE[request.param]
    if day is None:
        yield DEMOS[scale], request.getfixturevalue(f"{scale}_once")
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield EMPTY, county.make(scale, 1, date.fromisoformat(day))
        transaction.set_rollback(True)


@pytest.fixture
def made(made_once, django_db_blocker):
    database, made = made_once
    with django_db_blocker.unblock(), _pointed_at(database):
        yield made


# --- Reading ----------------------------------------------------------------------------


def visit_texts(visit):
    return [visit.summary, visit.heard, visit.next_steps]


def texts_of_matters():
    """Yield (text, its matter, kind of text)."""
    found = []
    matters = {one.pk: one for one in Matter.objects.select_related("unit", "lead_organ")}
    for matter in matters.values():
        found.append((f"{matter.title}。{matter.request_text}", matter, "said"))
        found.append((matter.result_text, matter, "result"))
    for model, names in (
        (MatterStep, ("text",)),
        (MatterRequest, ("reason",)),
        (SupervisionOrder, ("instruction", "answer")),
        (FollowUp, ("comment",)),
    ):
        for one in model.objects.all():
            found += [(getattr(one, name), matters[one.matter_id], name) for name in names]
    for one in FollowUpTry.objects.select_related("follow_up"):
        found.append((one.note, matters[one.follow_up.matter_id], "try"))
    return [one for one in found if one[0]]


def names_of_places():
    """A pattern for names of units, divisions and organs, which say nothing about the kind of a
    unit."""
    names = set(GrassrootsUnit.objects.values_list("name", flat=True))
    names |= set(Division.objects.values_list("name", flat=True))
    names |= set(Organ.objects.values_list("short_name", flat=True)) - {""}
    return re.compile("|".join(sorted(names, key=len, reverse=True)))


# --- Days -------------------------------------------------------------------------------

WEEKDAY = re.compile(r"(?<![每逢下一])(?:周|星期|礼拜)([一二三四五六日天])(?![次趟回场])")
SEASONS = {
    r"插秧": (5, 6),
    r"春茶": (3, 5),
    r"油菜花": (3, 4),
    r"春耕前": (3, 5),
    r"秋收|收割机|稻子黄|谷子收得": (9, 11),
    r"快到年关|年前到|春节前清": (1, 2),
    r"水位|雨停后|汛期": (5, 9),
    r"高温连着|高温天|入伏|三十五度|夏天热": (6, 9),
    r"供暖|炭火|暖气|保温棉|露天岗位冷|天冷": (11, 2),
    r"暑假|暑期": (6, 9),
    r"降温|腊味|返乡的": (11, 2),
}


def is_in(month, first, last):
    return first <= month <= last if first <= last else month >= first or month <= last


def test_a_weekday_that_is_named_is_that_of_the_visit(made):
    for visit in Visit.objects.all():
        for text in visit_texts(visit):
            for day in WEEKDAY.findall(text):
                assert "一二三四五六日".index(day) == visit.visited_on.weekday(), text
        opening = visit.summary.split("。")[0]
        if "周末" in opening:
            assert visit.visited_on.weekday() >= 5, opening
            assert not workdays.is_working_day(visit.visited_on), opening


def test_a_season_that_is_named_is_that_of_the_record(made):
    said = [(visit.summary, visit.visited_on) for visit in Visit.objects.all()]
    for text, day in said:
        for words, months in SEASONS.items():
            if re.search(words, text):
                assert is_in(day.month, *months), (day, words, text)


def test_an_evening_was_written_down_after_it(made):
    for visit in Visit.objects.filter(summary__regex="晚饭后|夜查|夜班前|晚班交接|傍晚|下班在家"):
        entered = timezone.localtime(visit.created_at)
        assert entered.date() > visit.visited_on or entered.hour >= 20, visit.summary


# --- Modes and numbers ------------------------------------------------------------------

HOUSEHOLDS = re.compile(r"(\d+)户")
# What an opening must contain, and what the whole text must not.
OPENINGS = {
    VisitMode.HOME: r"走访|走了|敲门",
    VisitMode.MEETING: r"会|座谈|坐了|碰头|坐到一起|谈了",
    VisitMode.FIELD: r"到|随|陪|听|走",
    VisitMode.PHONE: r"电话",
    VisitMode.RECEPTION: r"来访|接待|来谈|值班",
}
NOT_SAID = {
    VisitMode.HOME: r"院坝会|打电话给|来访",
    VisitMode.MEETING: r"上门|进门|敲门|走访\d|楼梯",
    VisitMode.FIELD: r"进门|敲门|走访\d",
    VisitMode.PHONE: r"上门|进门|敲门|院坝|走访|走了|楼梯|堂屋|灶房|到场看|看了",
    VisitMode.RECEPTION: r"上门|进门|敲门|院坝|走访\d|走了\d|楼梯",
    "": r"院坝会|电话回访|来访",
}


def test_a_visit_says_how_it_was_made(made):
    seen = set()
    for visit in Visit.objects.select_related("unit"):
        seen.add(visit.mode)
        opening = visit.summary.split("。")[0]
        if visit.mode:
            assert re.search(OPENINGS[visit.mode], opening), (visit.mode, visit.summary)
        assert not re.search(NOT_SAID[visit.mode], visit.summary), (visit.mode, visit.summary)
        if visit.mode == VisitMode.HOME:
            assert visit.unit.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}
    assert seen >= {VisitMode.HOME, VisitMode.MEETING, VisitMode.FIELD}


def test_the_households_of_a_text_are_those_of_the_column(made):
    seen = 0
    for visit in Visit.objects.prefetch_related("households"):
        for number in HOUSEHOLDS.findall(visit.summary):
            seen += 1
            assert visit.household_count == int(number), visit.summary
        named = len(visit.households.all())
        assert named <= (visit.household_count or 0)
        assert (visit.mode == VisitMode.HOME) == (visit.household_count is not None)
    assert seen


def test_what_was_written_down_is_there(made):
    noted = re.compile(r"当面记下|已经?记下|登记进台账|登记的事|要急办的")
    for visit in Visit.objects.prefetch_related("matters"):
        if any(noted.search(text) for text in visit_texts(visit)):
            assert visit.matters.all(), visit.next_steps


# --- Kinds of units ---------------------------------------------------------------------

FOREIGN = {
    UnitKind.RURAL: r"业主|业委会|楼栋|单元门|楼道|车间|班组|工位|厂区|网格站",
    UnitKind.COMMUNITY: r"村民|村里|村部|村委|村支书|田间|田埂|院坝|农户|秧|厂区|车间|工位",
    UnitKind.STATE_ENTERPRISE: r"村民|村里|村部|村支书|田间|田埂|院坝|入户|村干|业主|居民|楼栋",
    UnitKind.NON_PUBLIC: r"村民|村里|村部|村支书|田埂|院坝|入户|村干|业主|居民|楼栋",
    UnitKind.SOCIAL_ORG: r"村民|村部|村支书|田埂|院坝|入户|村干|业主|车间|工位",
}


def test_a_text_suits_the_kind_of_the_unit(made):
    kinds, names = Counter(), names_of_places()
    for visit in Visit.objects.select_related("unit"):
        kinds[visit.unit.kind] += 1
        for text in visit_texts(visit):
            found = re.search(FOREIGN[visit.unit.kind], names.sub("", text))
            assert not found, (visit.unit.kind, found, text)
    assert made.is_small or set(kinds) == set(UnitKind.values)
    for text, matter, what in texts_of_matters():
        found = re.search(FOREIGN[matter.unit.kind], names.sub("", text))
        assert not found, (matter.unit.kind, what, found, text)


# --- Matters ----------------------------------------------------------------------------

WORKS = re.compile(r"施工|工程量|工期|土方|设计单位|验收|工程质量")
BUILT = re.compile(
    r"管|路|桥|渠|灯|堤|电|坝|泵|损坏|设施|改造|破损|漏|沟|网|器材|灯光|消防|电梯|粉尘|水|车位|座位|门牌"
    r"|野猪|市场|厕所|信号|活动室|桌椅|更衣柜|取暖|操场|古树|敬老院|容量|弯道|减速带|充电|雨量|业主|地块|扩建|指标|化粪池|项目"
)
MONEY = re.compile(r"补发|差额|钱数|银行对账|资金缺口向财政")
PAID = re.compile(r"[补钱资费款贷赔保津金]")
TOLD = {"面告": "person", "电告": "phone", "函告": "writing"}


def test_what_was_done_suits_what_was_raised(made):
    for text, matter, what in texts_of_matters():
        if what in {"said", "try"}:
            continue
        raised = matter.title + matter.request_text + matter.result_text
        if WORKS.search(text):
            assert BUILT.search(raised), (what, text, raised)
        if re.search("施工|工程量|土方", text):
            assert matter.category not in {"06", "07", "10", "12", "17"}, (what, text, raised)
        if MONEY.search(text):
            assert PAID.search(raised), (what, text, raised)
        if re.search("县级管护的设施|县级管网", text):
            assert matter.category == "02", (text, raised)


def test_an_answer_was_given_as_it_says(made):
    reports = MatterStep.objects.filter(move__in=["report", "answer_for"])
    methods = Counter()
    for step in reports:
        method = step.facts["method"]
        methods[method] += 1
        if "已当面告知" in step.text:
            assert method == "person", step.text
        if "已电话告知" in step.text:
            assert method == "phone", step.text
        if "答复意见一式两份" in step.text:
            assert method == "writing", step.text
    assert methods["person"] and methods["phone"] and methods["writing"]


def test_about_nine_in_ten_are_answered_in_time(made):
    if made.is_small:
        pytest.skip("one matter of each plan says nothing about shares")
    closed = Matter.objects.filter(closed_on__isnull=False)

    assert closed.count() > 500
    assert 0.85 <= closed.answered_in_time().count() / closed.count() <= 0.95


def test_nothing_is_overdue_for_months(made):
    late = [(made.anchor - one.due_on).days for one in Matter.objects.overdue(on=made.anchor)]

    assert late and max(late) <= 45


def test_no_text_praises_traces_or_names_who_is_not_to_be_found(made):
    called = re.compile(f"[{careers.SURNAMES}](大爷|大娘|大婶|大嫂|奶奶|阿姨|老汉|师傅|大姐|老师)")
    everything = [text for visit in Visit.objects.all() for text in visit_texts(visit)]
    everything += [text for text, _matter, _what in texts_of_matters()]
    for text in everything:
        assert not re.search("照片|拍照|留痕|见签字|签字确认", text), text
        assert not called.search(text), text


def test_a_prominent_problem_is_called_like_its_matters(made):
    for problem in ProminentProblem.objects.prefetch_related("matters"):
        matters = list(problem.matters.all())
        if "水利" in problem.title:
            assert {(one.category, one.lead_organ.label) for one in matters} == {("02", "县水利局")}
        else:
            assert problem.title.endswith(matters[0].title)


# --- People -----------------------------------------------------------------------------

OF_WOMEN = re.compile(r"[丽娟梅兰芳霞婷琴玲萍娥菊莲妹颖静]")


def test_names_sexes_posts_and_ages_fit(made):
    year, women = made.anchor.year, 0
    for cadre in Cadre.objects.select_related("organ"):
        age = year - int(cadre.birth_month[:4])
        assert cadre.gender == careers.gender_of(cadre.name) != "0", cadre.name
        women += cadre.gender == "2"
        if OF_WOMEN.search(cadre.name[1:]):
            assert cadre.gender == "2", cadre.name
        assert 22 <= age < 60
        assert int(cadre.work_started[:4]) >= year - age + 18
        if cadre.rank.startswith("县处级"):
            assert age >= 42
        if cadre.rank == "乡科级正职":
            assert age >= 38
        if re.search("局长|镇长|乡长|书记|主席|部长", cadre.post):
            assert age >= 30, (cadre.post, age)
            assert cadre.political_status == PoliticalStatus.MEMBER
        if cadre.organ.kind == OrganKind.ENTERPRISE:
            assert "主任科员" not in cadre.rank and "科员" not in cadre.rank
    assert women > 5


def test_organs_are_of_different_sizes(made):
    if made.is_small:
        pytest.skip("a small county has few organs")
    sizes = Counter(Cadre.objects.values_list("organ", flat=True))
    posts = set(Cadre.objects.values_list("organ__short_name", "post"))

    assert len(set(sizes.values())) >= 8
    assert ("县委办", "局长") not in posts and ("县委办", "主任") in posts
    assert ("县委党校", "常务副校长") in posts and ("县总工会", "常务副主席") in posts


def test_those_who_stay_can_be_sent(made):
    stays = Stay.objects.select_related("cadre__organ", "cadre__user")
    # A leader's stay lasts some days and does not depend on age or post.
    for stay in stays.exclude(kind=StayKind.LEADER):
        cadre = stay.cadre
        assert made.anchor.year - int(cadre.birth_month[:4]) <= 50, cadre
        assert not careers.level_of(cadre.organ, cadre.post).is_leading, cadre.post
        grants = cadre.user.acting(on=made.anchor).grants_today() if cadre.user else ()
        assert not {"handler", "desk", "host"} & {grant.role for grant in grants}, cadre
        if stay.kind == StayKind.RESIDENTIAL:
            assert (stay.ends_on - stay.starts_on).days <= 92
    assert stays.filter(kind=StayKind.FIRST_SECRETARY, ended_on=None).exists()
    for one in Nomination.objects.select_related("cadre__organ"):
        assert not careers.level_of(one.cadre.organ, one.cadre.post).is_leading


def test_nobody_of_the_village_stands_in_for_who_stays(made):
    for leave in Leave.objects.all():
        assert "村党支部" not in leave.stand_by and "村干部" not in leave.stand_by


def test_a_leader_who_helps_a_weak_branch_is_one_of_the_county(made):
    leaders = CaseSupport.objects.filter(kind="leader").select_related("cadre")
    assert leaders
    for one in leaders:
        assert "县处级" in one.cadre.rank, one.cadre.post


# --- Stays, festivals, documents --------------------------------------------------------


def test_what_is_written_every_month_differs(made):
    months = StayMonth.objects.exclude(work="")
    works = list(months.values_list("work", flat=True))
    assert len(set(works)) == len(works)
    reviews = list(MonthlyReview.objects.values_list("findings", flat=True))
    assert len(set(reviews)) >= min(len(reviews), 5)
    for report in StayReport.objects.all():
        assert "照片" not in report.situation + report.solved


def test_each_festival_has_its_own_people(made):
    people = {}
    with privacy.opened(campaigns=CondolenceCampaign.objects.values_list("pk", flat=True)):
        for one in CondolenceName.objects.select_related("recipient__campaign"):
            recipient, name = one.recipient, crypto.decrypt(one.name_cipher, "condolence.name")
            people.setdefault(recipient.campaign.festival, set()).add(name)
            assert recipient.gender == careers.gender_of(name) != "0"
            if recipient.campaign.festival == "ninth":
                assert recipient.age_band != "u60"
            if recipient.joined_party:
                _check_joined(recipient, recipient.campaign.year)
    assert len(people) == 3
    first, second, third = people.values()
    assert not first & second and not second & third and not first & third


def _check_joined(recipient, year):
    oldest = {"u60": 59, "60": 69, "70": 79, "80": 99}[recipient.age_band]
    joined = int(recipient.joined_party[:4])
    # Even the youngest of the age band was an adult.
    assert year - oldest + 18 <= joined <= year - 18


def test_cards_were_issued_on_working_days(made):
    days = set(ContactCard.objects.values_list("issued_on", flat=True))
    assert all(map(workdays.is_working_day, days))
    assert len(days) >= (2 if made.is_small else 8)


def test_documents_have_numbers_of_the_right_form(made):
    form = re.compile(r"[云岚][\u4e00-\u9fff]{1,4}〔\d{4}〕\d+号（示例）")
    seen = 0
    for label in ("outreach", "neighbours", "works", "pairing", "research", "oversight"):
        for model in apps.get_app_config(label).get_models():
            names = [field.name for field in model._meta.local_concrete_fields]
            # Admissions have numbers of their own.
            if (
                model is DataRequestStep
                or "document" not in names
                or not isinstance(model._meta.get_field("document"), models.CharField)
            ):
                continue
            for number in model.objects.exclude(document="").values_list("document", flat=True):
                seen += 1
                assert form.fullmatch(number), (model, number)
    assert seen > 10


def test_a_notice_has_its_number_above_the_text(made):
    for text in Notice.objects.exclude(state="draft").values_list("text", flat=True):
        assert re.match(r"[云石][\u4e00-\u9fff]{1,2}〔\d{4}〕\d+号（示例）\n\n", text), text
        assert "本周" not in text


# --- Help, campaigns, honours -------------------------------------------------------------

# What the result must mention for each kind of help.
CAME_OF_IT = {
    "project": r"路|灯|路面",
    "technology": r"讲|出苗|育苗|农户|要点",
    "information": r"超市|收购|来看|上班|白班|岗位",
    "talent": r"账目|记账",
    "funds": r"桌椅|款项|用品",
    "policy": r"办法|申报|补贴|条件|申请|材料",
    "other": r"渠|淤|屋|瓦|漏",
}


def test_what_came_of_help_fits_what_was_promised(made):
    items = SupportItem.objects.filter(state="done").exclude(result="")
    assert items
    for one in items:
        assert re.search(CAME_OF_IT[one.kind], one.result), (one.what, one.result)
        # Help for a household must not be about the village's upkeep.
        assert not (one.pairing.is_personal and "村" in one.result), (one.what, one.result)


def test_help_is_done_on_different_days(made):
    days = Counter(SupportItem.objects.filter(state="done").values_list("done_on", flat=True))
    if days.total() >= 6:
        assert max(days.values()) <= max(days.total() // 4, 2), days.most_common(3)


def test_a_campaign_that_is_over_had_its_visits(made):
    for campaign in Campaign.objects.filter(state="closed"):
        assert campaign.units.reached().count() > campaign.units.count() // 2


def test_nobody_is_excellent_without_a_total(made):
    best = Grade.objects.current().filter(value="excellent")
    for grade in best.select_related("appraised"):
        last = grade.appraised.scores.order_by("-computation__number").first()
        assert last.total is not None, grade.appraised.name
    # Others without a total have a grade proposed with a reason.
    known = Score.objects.latest().filter(total__isnull=False).values("appraised")
    assert all(one.reason for one in Grade.objects.current().exclude(appraised__in=known))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_last_month_has_hardly_more_matters_than_the_others(seed):
    """In windows of 21 working days, as long as the plans fill whole ones."""
    rng, windows = random.Random(seed), Counter()
    for plan in PLANS:
        for _number in range(plan.count):
            windows[plan.drawn(rng) // 21] += 1
    others = [windows[n] for n in range(1, 11)]

    assert windows[0] <= 1.5 * sum(others) / len(others)
    assert all(plan.count >= 2 for plan in PLANS)


def test_an_organ_offers_what_it_has(made):
    for one in HelpResource.objects.select_related("organ"):
        if "水利" in one.what:
            assert one.organ.short_name == "县水利局"
        if "农技" in one.what:
            assert one.organ.short_name == "县农业农村局"


# --- Research -----------------------------------------------------------------------------

NAMED = re.compile(
    f"[{careers.SURNAMES}](大爷|大娘|大婶|大嫂|奶奶|阿姨|老汉|师傅|大姐|老师|某某|某)"
)


def test_a_record_of_research_suits_its_unit_and_names_nobody(made):
    names, methods = names_of_places(), set()
    people = re.compile("|".join(Cadre.objects.values_list("name", flat=True)))
    for one in ResearchActivity.objects.select_related("unit", "batch"):
        methods.add(one.method)
        text = f"{one.persons}。{one.place}。{one.content}。{one.found}。{one.done_there}"
        assert not re.search(FOREIGN[one.unit.kind], names.sub("", text)), text
        assert not NAMED.search(text) and not people.search(text), text
        assert one.batch.starts_on <= one.held_on <= one.batch.ends_on
        assert one.batch.units.filter(unit=one.unit).exists()
        assert (one.person_count or 0) <= 15
        assert one.checked is None or 0 < one.checked <= one.to_check
    assert methods == {"symposium", "interview", "on_site", "spot_check"}


def test_fieldwork_is_visits_and_leads_to_matters(made):
    batches = ResearchBatch.objects.filter(visits__isnull=False)
    assert batches
    for batch in batches:
        for visit in batch.visits.all():
            assert batch.starts_on <= visit.visited_on <= batch.ends_on
            assert batch.people.filter(pk=visit.author_id).exists()
            assert "research" in visit.purposes
    found = ResearchActivity.objects.filter(matters__isnull=False)
    assert found and all(one.found for one in found)


def test_topics_batches_and_questionnaires_stand_in_many_states(made):
    def states(model):
        return set(model.objects.values_list("state", flat=True))

    topics = {"draft", "submitted", "approved", "under_way", "reported", "followed", "archived"}
    assert states(ResearchTopic) == topics
    on = made.anchor
    standing = {batch.stands(on) for batch in ResearchBatch.objects.all()}
    assert standing == {"checked", "arranged", "under_way", "over"}
    assert states(Advice) >= {"sent", "partly", "studied", "refused", "turned"}
    assert states(Questionnaire) == {"trial", "reviewed", "running", "published"}
    assert sorted(one.is_given for one in HomeNote.objects.all()) == [False, True]


def test_a_report_in_the_library_names_nobody(made):
    published = ResearchReport.objects.exclude(published_at=None)
    assert published
    for report in published:
        named = named_in(report, everywhere=True)
        assert named.surely == named.perhaps == ()


def test_what_research_wrote_gives_no_season_and_no_weekday(made):
    models_of = (ResearchActivity, ResearchReport, FoundProblem, Advice, HomeNote)
    seasons = re.compile("|".join(SEASONS))
    for model in models_of:
        fields = [
            one.name
            for one in model._meta.local_concrete_fields
            if isinstance(one, models.CharField | models.TextField) and not one.choices
        ]
        for row in model.objects.values_list(*fields):
            text = "。".join(str(part or "") for part in row)
            assert not seasons.search(text) and not WEEKDAY.search(text), text


def test_a_sample_can_be_drawn_again(made):
    drawn = Sample.objects.exclude(drawn_at=None)
    assert drawn.count() == 3 and Sample.objects.filter(frozen_at=None).exists()
    for sample in drawn:
        assert samples.recompute_draw(sample).digest == sample.result_digest
        for one in sample.drawn.exclude(asked_by=None).select_related("asked_by__organ"):
            # Nobody interviews in places of their own organ.
            assert one.asked_by.organ_id != one.unit.host_organ_id


def test_answers_came_by_all_channels_and_make_results(made):
    running = Questionnaire.objects.get(state="running")
    assert set(running.sealed.values_list("channel", flat=True)) == {"visit", "link", "paper"}
    assert SecondEntry.objects.filter(answer__questionnaire=running, is_settled=False).exists()
    published = Questionnaire.objects.get(state="published")
    answers = Answer.objects.filter(version__questionnaire=published)
    villages = answers.values("cluster").distinct().count()
    if made.is_small:
        assert answers.count() >= 30
    else:
        assert answers.count() >= 60 and villages >= 8
    assert published.results.count() == 8


# --- Oversight ----------------------------------------------------------------------------


def states_of(model):
    return set(model.objects.values_list("state", flat=True))


def texts_of_oversight():
    """Yield (record, text) for texts of oversight written by people."""
    for model in apps.get_app_config("oversight").get_models():
        fields = [
            one.name
            for one in model._meta.local_concrete_fields
            if isinstance(one, MaskedCharField | MaskedTextField)
        ]
        for row in model.objects.all() if fields else ():
            yield row, "。".join(plain(getattr(row, name)) for name in fields)


def test_what_oversight_wrote_names_nobody_and_no_season(made):
    people = re.compile("|".join(Cadre.objects.values_list("name", flat=True)))
    seasons, seen = re.compile("|".join(SEASONS)), 0
    for row, text in texts_of_oversight():
        seen += 1
        if not isinstance(row, Inspection):
            assert not people.search(text) and not NAMED.search(text), (row, text)
        assert not seasons.search(text) and not WEEKDAY.search(text), (row, text)
        assert not re.search("照片|拍照|留痕|第一名|倒数", text), (row, text)
    assert seen > 100


def test_inspections_and_findings_stand_in_many_states(made):
    assert states_of(Inspection) == {
        *("draft", "submitted", "frozen", "on_site", "checking", "rectifying", "done"),
        *("archived", "cancelled"),
    }
    assert states_of(Finding) == {
        *("noted", "confirmed", "refused", "at_once", "noticed", "rectifying", "reported"),
        *("failed", "settled", "long_term"),
    }
    decisions = Objection.objects.order_by("pk").values_list("decision", flat=True)
    assert list(decisions) == ["upheld", ""]
    without = Inspection.objects.get(mandate="")
    assert not without.notices.exists() and without.notes.filter(kind="practice").exists()
    kinds = set(InspectionNote.objects.values_list("kind", flat=True))
    assert kinds == {"guidance", "practice"}


def test_nobody_asks_where_they_are_at_home_or_work(made):
    given = DrawnUnit.objects.exclude(asked_by=None).select_related(
        "asked_by__organ", "asked_by__home_division", "unit__division", "unit__host_organ"
    )
    assert given
    for one in given:
        for day in (timezone.localdate(one.sample.frozen_at), timezone.localdate()):
            assert not rules_of_samples.refused_places(one.asked_by, [one.unit], on=day)


def test_no_inspector_is_of_an_inspected_chain(made):
    for one in Inspection.objects.select_related("head__organ", "approver__organ"):
        organs = [row.organ for row in one.inspected.select_related("organ")]
        assert rules_of_inspections.may_send(organs, one.group)
        assert rules_of_inspections.may_name_approver(organs, one.approver, one.group)
        for row in one.rows.exclude(recorded_by=None).select_related("recorded_by__organ"):
            chain = (
                rules_of_inspections.chain_of(row.matter) if row.matter else [row.unit.host_organ]
            )
            for organ in chain:
                assert not rules_of_inspections.are_of_one_chain(row.recorded_by.organ, organ)


def test_what_is_drawn_for_villages_is_villages(made):
    kinds = set(InspectedRow.objects.exclude(unit=None).values_list("unit__kind", flat=True))
    assert kinds <= {UnitKind.RURAL, UnitKind.COMMUNITY}


def test_a_finished_inspection_of_closures_has_its_three_figures(made):
    one = Inspection.objects.get(state="done")
    truth = truth_of(one)

    assert recompute_draw(one).digest == one.result_digest
    # For the few matters of a small county nothing is shown.
    assert truth.is_shown == (truth.either.drawn >= LEAST)
    assert made.is_small or truth.is_shown
    verified, bounds = truth.either.verified(), truth.either.bounds()
    assert truth.reported.share and verified and bounds
    assert bounds.low <= verified.value <= bounds.high
    # Some did not answer; the bounds allow for them.
    assert made.is_small or (truth.either.unreached and verified.value < 1)


def test_a_plan_has_tasks_that_are_done_and_behind(made):
    plan = WorkPlan.objects.get(kind="year", state="issued")
    items = list(plan.items.all())
    stands = {one.stands(made.anchor, near=30) for one in items}
    assert {"overdue", "done", "cancelled"} <= stands
    assert {one.measure for one in items} >= {*Measure.values}
    counted = [one for one in items if one.measure and one.whole]
    assert len(counted) > 5
    assert PlanItem.objects.to_say(made.anchor).exists() or made.anchor.month in {1, 4, 7, 10}
    for note in QuarterNote.objects.select_related("item__plan"):
        assert note.item.plan.first_year == note.year


def test_what_is_supervised_comes_from_everywhere(made):
    assert states_of(SupervisionEntry) == {
        *("submitted", "set_up", "assigned", "in_progress", "reported", "to_end", "closed"),
        *("archived", "revoked"),
    }
    sources = set(SupervisionEntry.objects.values_list("source", flat=True))
    assert sources == set(EntrySource.values)
    assert SupervisionEntry.objects.filter(is_long_term=True).exists()
    assert SupervisionEntry.objects.filter(is_extended=True).exists()


def test_practices_are_tried_elsewhere_before_they_are_spread(made):
    assert states_of(Practice) == {"submitted", "to_add", "trial", "spread", "rule", "refused"}
    for one in Practice.objects.filter(state__in=["spread", "rule"]):
        for trial in one.trials.prefetch_related("visits"):
            assert trial.unit_id != one.unit_id
            assert trial.visits.exists()
            for visit in trial.visits.all():
                assert visit.unit_id == trial.unit_id
                assert trial.starts_on <= visit.visited_on <= trial.ended_on


def test_papers_need_no_second_look(made):
    assert states_of(Paper) == {"checking", "cosigning", "to_sign", "signed", "issued"}
    for paper in Paper.objects.all():
        assert hints.of(paper) == [], paper.title
    assert Paper.objects.filter(kind="circular", state="issued").exclude(figures={}).exists()


def test_the_register_of_requests_knows_what_the_portal_asks(made):
    on = made.anchor
    standing = {one.standing(on) for one in DataRequest.objects.all()}
    assert standing == {"draft", "submitted", "running", "expired", "provided", "withdrawn"}
    assert DataRequest.objects.to_file().exists()
    assert RequestItem.objects.exclude(held_in="").exists()
    office = made.people.users["liming"].acting(on=on)
    own = own_requests(office, on - timedelta(days=60), on)
    assert {one.kind for one in own if one.number} == {"notice", "questionnaire"}
    settled = UnadmittedRequest.objects.values_list("settled_by", flat=True)
    assert len(settled) == 2 and None in settled


def test_complaints_about_the_portal_are_answered_in_time(made):
    assert states_of(PortalComplaint) == {"received", "accepted", "answered", "archived"}
    assert PortalComplaint.objects.filter(author=None).exists()
    for one in PortalComplaint.objects.exclude(answered_on=None):
        assert one.answered_on <= one.due_on


def test_oversight_did_nothing_today_or_later(made):
    for model in apps.get_app_config("oversight").get_models():
        if issubclass(model, Step):
            for at in model.objects.values_list("at", flat=True):
                assert timezone.localdate(at) < made.anchor, model
