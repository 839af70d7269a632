"""A sound survey from the spreadsheet to the published result.

It has a county of its own, so that no villages of other journeys are in the sampling frame.
"""

import pytest
from django.utils import timezone

from portal.models import Cadre, GrassrootsUnit
from portal.roles import Role
from research.actions import answers
from research.models import DrawnUnit, Questionnaire, SealedAnswer, SecondEntry
from research.models.answers import Channel
from tests.browser.conftest import DATABASE, Person
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.browser.test_helping import choose
from tests.conftest import WORKER, _point_at
from tests.day import in_days
from tests.people import account, division, organ, unit
from tests.research.questionnaires import content

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}
HEADINGS = ["type", "name", "label", "required", "constraint", "relevant"]
SURVEY = [
    HEADINGS,
    ["begin_group", "person", "您本人"],
    ["select_one sex", "sex", "您的性别", "yes"],
    ["integer", "age", "您的年龄（周岁）", "yes", ". >= 18"],
    ["end_group"],
    ["begin_group", "water", "家里的饮水"],
    ["select_one yes_no", "satisfied", "您对饮水满意吗", "yes"],
    ["text", "why", "哪里不满意", None, None, "${satisfied} = 'no'"],
    ["end_group"],
]
CHOICES = [
    ["list_name", "name", "label"],
    *([["yes_no", "yes", "满意"], ["yes_no", "no", "不满意"]]),
    *([["sex", "f", "女"], ["sex", "m", "男"]]),
]
THROWS = "35142 63514 26514 26351 41236"
DRAWN = 40


class Corner:
    """云泉县: the bureau that carries the survey out, and two townships with two villages each."""

    def __init__(self, people):
        county = division("云泉县", 3, people.city, "990106000000")
        department = organ("云泉县委组织部", "party", order=301, place=county)
        self.bureau = organ("云泉县水务局", order=310, place=county)
        for n, town in enumerate(("龙泉镇", "白沙乡"), 1):
            place = division(town, 4, county, f"99010600{n}000")
            host = organ(f"{town}党委", "township", order=320 + n, place=place)
            for m, name in enumerate(("上", "下"), 1):
                code = f"99010600{n}20{m}"
                unit(f"{town[:2]}{name}村", host, division(f"{town[:2]}{name}村", 5, place, code))
        GrassrootsUnit.objects.filter(division__path__startswith=county.path).update(
            household_count=25
        )
        account("spring-office", "纪明", department, Role.OFFICE, place=county)
        account("spring-liaison", "舒文", self.bureau, Role.LIAISON, within=self.bureau)
        account("spring-head", "梁正", self.bureau, Role.LEADER, within=self.bureau)
        self.asker = account("spring-asker", "于泽", self.bureau, Role.CADRE)
        Cadre.objects.create(
            user=self.asker, name="于泽", organ=self.bureau, post="科员", sort_order=1
        )


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


@pytest.fixture
def villager(stack, chromium):
    """A visitor at the door; with script only so that axe can check its pages."""
    opened = []

    def come(*, script=False):
        opened.append(Person(stack.door, chromium, "", script=script, **PHONE))
        return opened[-1]

    yield come
    for one in opened:
        one.close()


def says_yes(somebody):
    """Confirm every dialog of the page."""
    somebody.page.on("dialog", lambda dialog: dialog.accept())
    return somebody


def answer(somebody, **said):
    """Fill in those answers whose fields the page shows, by name, and submit."""
    page = somebody.page
    for name, value in said.items():
        field = f"[name$='/{name}']"
        choice = page.locator(f".q-choice:visible:has({field}[value='{value}'])")
        if choice.count():
            choice.click()
        elif page.locator(f"{field}:visible").count():
            page.fill(field, value)
    page.click(".q-go")
    page.wait_for_load_state()


def is_refused(somebody, status):
    """Check that the page was answered with this status, and drop the browser's message about
    it."""
    assert all(str(status) in one for one in somebody.complaints), somebody.complaints
    assert somebody.complaints
    somebody.complaints.clear()
    somebody.check()


def test_a_survey_from_the_spreadsheet_to_the_published_result(
    person, stack, corner, villager, old_chromium, on_the_stack, tmp_path
):
    # The spreadsheet: errors are reported with their cell; the corrected one is read in.
    liaison = says_yes(person("spring-liaison"))
    form = tmp_path / "form.xlsx"
    wrong = [*SURVEY, ["geopoint", "where", "您家在哪里"]]
    form.write_bytes(content(wrong, choices=CHOICES))
    go(liaison.open("/questionnaires/"), "/questionnaires/new/")
    fill(liaison, title="农村饮水调查", purpose="改进农村饮水", phone="0990-1234567")
    liaison.page.set_input_files("input[name=workbook]", form)
    liaison.save()
    assert "A10" in liaison.text()
    form.write_bytes(content(SURVEY, choices=CHOICES))
    liaison.page.set_input_files("input[name=workbook]", form)
    liaison.save()
    survey = address_of(liaison)

    # Piloted on a phone, submitted with a reason, reviewed by somebody else.
    post(liaison, "/give-out/")
    asker = go(person("spring-asker", **PHONE).open(survey), "/try/")
    answer(asker, sex="f", age="40", satisfied="no", why="夏天停水")
    fill(asker, minutes=2)
    asker.save()
    go(liaison.open(survey), "/submit/")
    fill(liaison, reason="本单位只有一人可试填")
    liaison.save()
    office = go(person("spring-office").open(survey), "/review/")
    fill(office, number="云水调1号", valid_until=in_days(200))
    office.save()

    # The sample: the frame is frozen before the seed is thrown, then the units are drawn.
    go(liaison.open(survey), f"/samples/new/?questionnaire={survey.split('/')[-2]}")
    fill(liaison, title="农村饮水调查样本", described="全县行政村常住户", number=DRAWN)
    choose(liaison, source="rosters")
    # By key: a click may miss while the page still scrolls.
    liaison.page.locator("main [name=kinds][value=rural]").press("Space")
    liaison.save()
    sample = address_of(liaison)
    assert not links_ending_with(liaison, "/seed/").count()
    post(liaison, "/freeze/")
    liaison.look(sample)
    go(liaison, "/seed/")
    choose(liaison, kind="dice")
    fill(liaison, digits=THROWS, how="会议室掷骰子二十五次")
    fill(liaison, organiser="舒文", witness="高明", witness_of="龙泉镇上村村民委员会")
    liaison.save()
    liaison.look(f"{sample}confirmation/", sample)
    go(liaison, "/confirmation/")
    assert "抽样确认书" in liaison.text()
    go(liaison.open(sample), "/askers/")
    liaison.pick("cadre", "于泽")
    liaison.save()

    # Fieldwork opens: slips with a code are printed.
    go(liaison.open(survey), "/open/")
    fill(liaison, closes_on=in_days(10))
    liaison.save()
    go(liaison, "/slips/")
    fill(liaison, count=2)
    liaison.save()
    first, second = liaison.page.locator(".slip .number").all_inner_texts()
    liaison.look(survey, f"{survey}answers/")

    # Face to face, on the cadre's phone.
    units = DrawnUnit.objects.filter(sample__questionnaire=survey.split("/")[-2])
    units = list(units.select_related("sample__questionnaire").order_by("position"))
    with_asker, on_paper, late, too_late = units[2:6]
    go(asker.open("/fieldwork/"), f"/fieldwork/{with_asker.pk}/")
    answer(asker, sex="m", age="17", satisfied="yes")
    assert asker.page.locator(".q-wrong:visible").count() == 1
    answer(asker, age="71")
    assert "已封存" in asker.text()
    assert address_of(asker) == "/fieldwork/"

    # At the door, page by page without script; the code is good once.
    poor = villager()
    poor.open("/q/")
    poor.page.fill("[name=code]", first)
    poor.follow("main form button")
    answer(poor, sex="f", age="66")
    assert "家里的饮水" in poor.text()
    answer(poor, satisfied="no")
    answer(poor, why="水压小")
    assert "您的答卷已收到" in poor.text()
    poor.open(f"/q/{first.replace(' ', '')}/")
    assert "这个答题码已用过" in poor.text()
    seeing = villager(script=True)
    seeing.look("/q/", f"/q/{second.replace(' ', '')}/")

    # On paper, typed a second time by somebody else; differences are compared.
    go(liaison, "/paper/")
    fill(liaison, position=on_paper.position)
    liaison.save()
    answer(liaison, sex="f", age="52", satisfied="yes")
    assert address_of(liaison) == f"{survey}answers/"
    paper = SealedAnswer.objects.get(drawn=on_paper)
    # A key draws one in ten; here it is this one.
    SecondEntry.objects.get_or_create(answer=paper)
    go(office.open(f"{survey}answers/"), f"/second/{paper.second.pk}/")
    answer(office, sex="f", age="25", satisfied="yes")
    office.page.check("input[name='a:person/age'][value=first]")
    office.save()
    assert not links_ending_with(office, f"/second/{paper.second.pk}/").count()

    # The others answer until it is closed; a late answer is accepted.
    version = units[0].sample.questionnaire.in_force
    for n, drawn in enumerate(units[6:]):
        said = {
            "person": {"sex": "fm"[n % 2], "age": str(20 + n)},
            "water": {"satisfied": "yes" if n % 3 else "no", "why": "" if n % 3 else "水浑"},
        }
        answers.give(
            drawn=drawn,
            version=version,
            answers=said,
            channel=Channel.VISIT,
            by=corner.asker,
            at=timezone.now(),
        )
    post(liaison.open(f"{survey}answers/"), "/close/")
    asker.open(f"/fieldwork/{late.pk}/")
    answer(asker, sex="m", age="33", satisfied="no", why="常停水")
    assert "已封存" in asker.text()
    assert SealedAnswer.objects.filter(drawn=late).exists()

    # After the days for late answers, the marks that identify persons are removed.
    asker.open(f"/fieldwork/{too_late.pk}/")
    Questionnaire.objects.filter(pk=survey.split("/")[-2]).update(
        opens_on=in_days(-20), closes_on=in_days(-10)
    )
    post(liaison.open(f"{survey}answers/"), "/strip/")
    for _half in range(60):
        if links_ending_with(liaison.open(f"{survey}answers/"), "/results/").count():
            break
        liaison.page.wait_for_timeout(500)

    # Later answers are refused with the reason, on the phone and at the door.
    answer(asker, sex="f", age="48", satisfied="yes")
    is_refused(asker, 410)
    assert "这份答卷迟到" in asker.text()
    seeing.page.goto(f"{stack.door.address}/q/{second.replace(' ', '')}/")
    is_refused(seeing, 410)
    assert "这份答卷迟到" in seeing.text()
    assert not SealedAnswer.objects.filter(questionnaire=survey.split("/")[-2]).exists()

    # The results, published by the leader for all business users.
    results = f"{survey}results/"
    go(liaison, "/results/")
    assert "满意" in liaison.text()
    other = person("host")
    assert other.page.goto(other.stack.address + results).status == 404
    other.complaints.clear()
    head = go(person("spring-head").open(f"{survey}answers/"), "/publish/")
    head.save()
    assert "已发布" in head.text()
    for one in (results, f"{results}?by=strata", f"{results}cross/", f"{results}texts/"):
        other.look(one)
    other.open(results)
    n = other.page.locator("main").inner_text()
    assert "38" in n

    old = Person(stack, old_chromium, "host", width=390).sign_in_by_script()
    for one in (survey, results, f"{results}?by=strata", f"{results}cross/", f"{results}texts/"):
        old.page.goto(stack.address + one)
        assert old.overflow() <= 1, one
    assert [said for said in old.complaints if "404" not in said] == []
    old.close()
