"""Results: computed by the right method, small cells hidden, published by decision, as files."""

import csv
import random
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from portal.estimates.design import Asked, Design
from portal.estimates.linearised import mean, share
from portal.models import Job
from portal.roles import Role
from portal.run import jobs
from research.actions import results as actions
from research.models import MicrodataRequest, QuestionResult
from research.results import estimation, microdata, suppression, tables
from research.results.questions import Question
from tests.people import account, fresh
from tests.research import answering
from tests.research.answering import answer, opened, stripped, units

# --- Small cells --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([40, 30, 20], set()),
        ([97, 3], {0, 1}),
        ([60, 30, 3], {1, 2}),
        ([60, 30, 4, 4], {2, 3}),
        ([60, 30, 2, 2], {1, 2, 3}),
        ([100, 0], set()),
        ([60, 7, 0, 3], {1, 3}),
        ([3], {0}),
        ([3, 0], {0, 1}),
        ([], set()),
    ],
)
def test_one_row(counts, hidden):
    assert suppression.hidden_of(counts) == hidden


def possible(table, hidden, of_rows, of_columns):
    """Return {place: possible values} of the hidden cells, as far as the shown cells and shown sums
    determine them."""
    rows, columns = range(len(table)), range(len(table[0]))
    places, found = sorted(hidden), {place: set() for place in hidden}

    def sums(cells):
        return [
            *(sum(cells[row]) for row in rows if row not in of_rows),
            *(sum(cells[row][one] for row in rows) for one in columns if one not in of_columns),
            sum(map(sum, cells)),
        ]

    for values in product(range(max(map(max, table)) + 2), repeat=len(places)):
        guess = [list(row) for row in table]
        for (row, column), value in zip(places, values, strict=True):
            guess[row][column] = value
        if sums(guess) == sums(table):
            for place, value in zip(places, values, strict=True):
                found[place].add(value)
    return found


def test_no_small_cell_follows_from_the_sums():
    """For each random table, all fillings that agree with the shown numbers are enumerated."""
    dice, tried = random.Random(7), 0
    while tried < 30:
        table = [[dice.choice((0, 1, 3, 5, 6, 8)) for _c in range(3)] for _r in range(2)]
        hidden = suppression.hidden_across(table)
        if not hidden[0] or len(hidden[0]) > 5:
            continue
        tried += 1
        for (row, column), values in possible(table, *hidden).items():
            if 0 < table[row][column] < suppression.FEWEST:
                assert len(values) > 1, (table, hidden)


def test_a_bridge_between_two_circles_is_no_protection():
    table = [
        [1, 1, 9, 9, 9],
        [1, 1, 3, 9, 9],
        [9, 9, 1, 1, 9],
        [9, 9, 1, 1, 9],
    ]

    hidden = suppression.hidden(table)

    assert (1, 2) in hidden
    assert len(hidden) > 9


# --- Reckoning ----------------------------------------------------------------------------------


def survey(answers, silent=None, units=None, **more):
    return estimation.Survey(lambda: iter(answers), silent or {}, units or {}, **more)


def figures_of(question, answers, strata=("",), **more):
    [(_path, found)] = estimation.figures(
        survey(answers, **more), {question.path: question}, list(strata)
    )
    return found


SATISFIED = Question("satisfied", "choice", {}, {"yes": {"zh": "是"}, "no": {"zh": "否"}})


def test_a_simple_draw_has_hypergeometric_limits():
    answers = [("", None, 10.0, {"satisfied": "yes" if n < 45 else "no"}) for n in range(50)]

    part = figures_of(SATISFIED, answers, units={"": 500})["parts"][""]

    wanted = share(Design.simple(50, 500), [n < 45 for n in range(50)])
    assert part["counts"] == [45, 5]
    assert part["shares"][0]["low"] == pytest.approx(wanted.low)
    assert part["shares"][0]["high"] == pytest.approx(wanted.high)


def test_villages_have_korn_and_graubards_limits():
    dice = random.Random(3)
    answers = [
        ("", 1 + n % 12, 20.0, {"satisfied": "yes" if dice.random() < 0.7 else "no"})
        for n in range(120)
    ]

    part = figures_of(SATISFIED, answers)["parts"][""]

    design = Design([Asked(20.0, village=str(place)) for _s, place, _w, _v in answers])
    wanted = share(design, [values["satisfied"] == "yes" for *_x, values in answers])
    assert (part["villages"], part["weights"]) == (12, 2400.0)
    assert part["shares"][0]["low"] == pytest.approx(wanted.low)
    assert part["shares"][0]["deff"] == pytest.approx(wanted.design_effect)


def test_few_villages_and_systematic_draws_have_no_interval():
    answers = [("", 1 + n % 7, 1.0, {"satisfied": "yes"}) for n in range(70)]
    alone = [("", None, 2.0, {"satisfied": "yes" if n % 3 else "no"}) for n in range(60)]

    few = figures_of(SATISFIED, answers)["parts"][""]["shares"][0]
    systematic = figures_of(SATISFIED, alone, is_systematic=True)["parts"][""]["shares"][0]

    assert (few["low"], few["note"]) == (None, "few_villages")
    assert (systematic["low"], systematic["se"], systematic["note"]) == (None, None, "systematic")


def test_who_did_not_answer_stays_in_the_design():
    answers = [("", 1 + n % 10, 5.0, {"satisfied": "yes" if n % 4 else "no"}) for n in range(60)]
    silent = {("", 11, 5.0): 6}

    part = figures_of(SATISFIED, answers, silent=silent)["parts"][""]

    asked = [Asked(5.0, village=str(place)) for _s, place, _w, _v in answers]
    wanted = share(
        Design([*asked, Asked(5.0, village="11", count=6)]),
        [*(values["satisfied"] == "yes" for *_x, values in answers), None],
    )
    assert part["n"] == 60
    assert part["shares"][0]["se"] == pytest.approx(wanted.se)


def test_numbers_have_a_mean_and_bands_whose_ends_are_open():
    question = Question("age", "number")
    dice = random.Random(1)
    ages = [dice.randrange(18, 95) for _n in range(300)]
    answers = [("", 1 + n % 15, 4.0, {"age": str(age)}) for n, age in enumerate(ages)]

    found = figures_of(question, answers)

    part, labels = found["parts"][""], [one["label"][""] for one in found["rows"]]
    design = Design([Asked(4.0, village=str(place)) for _s, place, _w, _v in answers])
    wanted = mean(design, [float(age) for age in ages])
    assert part["mean"]["value"] == pytest.approx(wanted.value)
    assert part["mean"]["high"] == pytest.approx(wanted.high)
    assert labels == ["≤ 39", "40 – 59", "60 – 79", "≥ 80"]
    assert sum(part["counts"]) == 300 and len(labels) <= estimation.BANDS
    assert not any(str(end) in " ".join(labels) for end in (min(ages), max(ages)))


def bands_of(*numbers):
    answers = [("", n % 10, 1.0, {"n": number}) for n, number in enumerate(numbers * 5)]
    return [one["label"][""] for one in figures_of(Question("n", "number"), answers)["rows"]]


def test_whole_numbers_fall_into_whole_bands():
    """Nobody answers 2.5 on a scale to 5."""
    assert bands_of("1", "2", "3", "4", "5") == ["≤ 1", "2", "3", "4", "≥ 5"]
    assert bands_of("3", "4") == ["≤ 3", "≥ 4"]
    assert bands_of("1", "1.5", "2") == [
        "< 1.2",
        "1.2 – 1.4",
        "1.4 – 1.6",
        "1.6 – 1.8",
        "1.8 – 2",
        "≥ 2",
    ]


def test_several_answers_of_one_household_count_each_time():
    question = Question("members/works_away", "choice", {}, {"yes": {}, "no": {}}, repeats=True)
    answers = [("", None, 1.0, {"members/works_away": ["yes", "no", "no"]}) for _n in range(40)]

    part = figures_of(question, answers, units={"": 400})["parts"][""]

    assert (part["n"], part["total"], part["counts"]) == (40, 120, [40, 80])
    assert part["shares"][0]["value"] == pytest.approx(1 / 3)


def covered(share_of_yes, draws):
    """How often the limits on the page contain the truth, over draws with fixed seeds: 12
    households in each of 20 villages, with a correlation of 0.1 within villages. For simple draws
    the limits equal those of tests/portal/test_estimates.py, as tested above."""
    dice, held = random.Random(11), 0
    rates = [dice.betavariate(share_of_yes * 9, (1 - share_of_yes) * 9) for _n in range(200)]
    villages = [[dice.random() < rate for _n in range(60)] for rate in rates]
    truth = sum(map(sum, villages)) / sum(map(len, villages))
    for seed in range(draws):
        lot = random.Random(seed)
        answers = [
            ("", at + 1, 50.0, {"satisfied": "yes" if said else "no"})
            for at in lot.sample(range(200), 20)
            for said in lot.sample(villages[at], 12)
        ]
        told = figures_of(SATISFIED, answers)["parts"][""]["shares"][0]
        held += told["low"] <= truth <= told["high"]
    return held / draws


@pytest.mark.parametrize("share_of_yes", [0.5, 0.97])
def test_limits_hold_the_truth(share_of_yes):
    assert covered(share_of_yes, 100) >= 0.92


@pytest.mark.long
@pytest.mark.parametrize("share_of_yes", [0.5, 0.65, 0.8, 0.9, 0.97])
def test_limits_hold_the_truth_over_many_draws(share_of_yes):
    assert covered(share_of_yes, 1_000) >= 0.92


# --- What is shown ------------------------------------------------------------------------------


def result(counts, **more):
    answers = [
        (stratum, None, 1.0, {"satisfied": name})
        for stratum, row in counts.items()
        for name, count in zip(("yes", "no"), row, strict=True)
        for _n in range(count)
    ]
    figures = figures_of(SATISFIED, answers, strata=sorted(counts), **more)
    return tables.shown(QuestionResult(position=1, path="satisfied", figures=figures))


def test_a_small_cell_is_hidden_with_another():
    shown = result({"": (97, 3)})

    assert [row.shown for row in shown.whole.rows] == ["<5", "<5"]
    assert all(row.share is None and row.low is None for row in shown.whole.rows)
    assert shown.whole.n == 100


def test_rates_need_thirty_answers():
    few, enough = result({"": (20, 9)}), result({"": (20, 10)})

    assert [row.share for row in few.whole.rows] == [None, None]
    assert enough.whole.rows[0].share == pytest.approx(2 / 3)


def test_strata_do_not_tell_what_the_whole_hides():
    shown = result({"东": (60, 1), "西": (50, 2)})

    whole, east, west = shown.tables
    assert [row.shown for row in whole.rows] == ["<5", "<5"]
    assert east.rows[0].count is None or west.rows[0].count is None
    assert east.rows[1].count is None and west.rows[1].count is None


def test_a_small_stratum_is_hidden_whole():
    shown = result({"东": (60, 20), "西": (2, 1), "南": (30, 30)})

    hidden = [one for one in shown.tables if one.n is None]
    assert "西" in {one.stratum for one in hidden} and len(hidden) == 2
    assert all(row.count is None for one in hidden for row in one.rows)


# --- Pages and decisions ------------------------------------------------------------------------


@pytest.fixture
def leader(people):
    user = account("n-leader", "罗明", people.agriculture, Role.LEADER, within=people.agriculture)
    return fresh(user)


@pytest.fixture
def finished(people):
    """A questionnaire with forty answers from ten villages, stripped."""
    questionnaire = opened(people, villages=10, households=4)
    for n, drawn in enumerate(units(questionnaire)):
        answer(
            people,
            drawn,
            satisfied="no" if n % 4 == 0 else "yes",
            sex="f" if n % 2 else "m",
            age=str(20 + n),
            needs="road water" if n % 3 else "light",
            words=f"=想修第{n}条路",
        )
    return stripped(people, questionnaire)


def test_results_wait_for_a_decision(client, people, finished, leader):
    url = f"/questionnaires/{finished.pk}/results/"
    client.force_login(people.supervisor)
    assert client.get(url).status_code == 403
    client.force_login(people.liaison)
    assert client.get(url).status_code == 200

    with pytest.raises(ValidationError, match="决定依据"):
        actions.publish(questionnaire=finished, decision="", by=people.liaison, at=timezone.now())
    with pytest.raises(PermissionDenied):
        actions.publish(
            questionnaire=finished, decision="会议", by=people.supervisor, at=timezone.now()
        )
    actions.use_internally(questionnaire=finished, decision="", by=leader, at=timezone.now())
    client.force_login(people.supervisor)
    assert client.get(url).status_code == 200
    client.force_login(people.author)
    assert client.get(url).status_code == 404
    actions.publish(
        questionnaire=finished,
        decision="局党组会2026年11月30日",
        by=people.liaison,
        at=timezone.now(),
    )
    assert client.get(url).status_code == 200
    assert finished.steps.order_by("-pk").first().text == "局党组会2026年11月30日"


def test_the_page_shows_n_weights_effect_and_interval(client, people, finished):
    client.force_login(people.liaison)

    page = client.get(f"/questionnaires/{finished.pk}/results/").content.decode()

    assert "答题数 40" in page and "75.0%" in page
    assert "权重合计400" in page and "样本村10个" in page
    assert "最需要什么" in page and "可多选" in page
    # With one stratum there is nothing to compare.
    for address in ("", "?by=strata", "cross/", "texts/"):
        page = client.get(f"/questionnaires/{finished.pk}/results/{address}").content.decode()
        assert 'results/?by=strata">分层' not in page
        assert 'result-bar"></th>' not in page
        assert "75.0%" in page or address in ("cross/", "texts/")


def test_each_stratum_has_its_column_beside_all(client, people):
    questionnaire = opened(people, villages=5, households=15, strata=[*"东东西西", "南"])
    for n, drawn in enumerate(units(questionnaire)):
        said = "no" if n % 3 == 0 else "yes"
        answer(people, drawn, satisfied=said)
    stripped(people, questionnaire)
    client.force_login(people.liaison)

    page = client.get(f"/questionnaires/{questionnaire.pk}/results/?by=strata")

    result = next(one for one in page.context["results"] if one.path == "satisfied")
    assert [table.stratum for table in result.tables] == ["", "单村层1", "东", "西"]
    for _label, cells in result.by_strata:
        assert cells[0].count == sum(one.count for one in cells[1:])
    for address in ("", "cross/", "texts/"):
        page = client.get(f"/questionnaires/{questionnaire.pk}/results/{address}")
        assert 'results/?by=strata">分层' in page.content.decode()


def test_two_questions(client, people, finished):
    client.force_login(people.liaison)
    url = f"/questionnaires/{finished.pk}/results/cross/"
    assert client.get(url).status_code == 200
    assert client.get(f"{url}?down=1&across=999999999999999999999").status_code == 200

    page = client.get(f"{url}?down=1&across=2").context["cross"]

    assert page.n == 40
    rows = {label: [cell.count for cell in cells] for label, _sum, cells in page.rows}
    assert sum(count for row in rows.values() for count in row) == 40


def test_texts_are_searched_and_shown_from_five_on(client, people, finished):
    client.force_login(people.liaison)
    url = f"/questionnaires/{finished.pk}/results/texts/"

    assert "想修第7条路" in client.get(url).content.decode()
    found = client.get(f"{url}?q=第7条").content.decode()
    assert "想修第7条路" in found and "想修第8条路" not in found
    assert client.get(f"{url}?path=nothing&q=%25").status_code == 200


def test_three_texts_are_too_few(client, people):
    questionnaire = opened(people)
    for drawn in units(questionnaire)[:3]:
        answer(people, drawn, words="想修路")
    stripped(people, questionnaire)
    client.force_login(people.liaison)

    page = client.get(f"/questionnaires/{questionnaire.pk}/results/texts/").content.decode()

    assert "想修路" not in page and "不足5条" in page


@pytest.mark.parametrize("villages", [1, 3])
def test_queries_of_the_results(client, people, django_assert_num_queries, villages):
    questionnaire = opened(people, villages=villages)
    for drawn in units(questionnaire):
        answer(people, drawn)
    stripped(people, questionnaire)
    client.force_login(people.liaison)
    url = f"/questionnaires/{questionnaire.pk}/results/"
    client.get(url)

    with django_assert_num_queries(9):
        client.get(url)


# --- Files --------------------------------------------------------------------------------------


def made(job):
    jobs.run(job.pk, clock=timezone.now)
    job = Job.objects.get(pk=job.pk)
    assert job.state == "done", job.error
    return jobs.file_of(job)


def test_tables_and_code_book_in_one_workbook(people, finished):
    file = made(actions.ask_for_file(finished, kind="xlsx", by=people.liaison))

    book = load_workbook(file)
    assert book.sheetnames == ["结果", "编码表"]
    rows = list(book["结果"].iter_rows(values_only=True))
    assert rows[0][0] == "饮水安全调查"
    line = next(row for row in rows if row[1] == "satisfied" and row[5] == "是")
    assert line[6:8] == (30, 0.75)
    values = {row[3:5] for row in book["编码表"].iter_rows(values_only=True)}
    assert {("yes", "是"), ("road", "修路")} <= values


def test_tables_as_text_hold_no_formula(people, finished):
    choices = [{"name": "=1+1", "label": {"default": ["=1+1"]}}]
    finished.versions.update(
        definition=answering.definition()
        | {"lists": answering.definition()["lists"] | {"yes_no": choices}}
    )
    file = made(actions.ask_for_file(finished, kind="csv", by=people.liaison))

    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert rows[4][:3] == ["题序", "变量", "题目"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_who_may_not_see_the_results_gets_no_file(people, finished):
    with pytest.raises(PermissionDenied):
        actions.ask_for_file(finished, kind="xlsx", by=people.supervisor)
    with pytest.raises(PermissionDenied):
        actions.ask_for_file(finished, kind="xlsx", by=people.author)


# --- Microdata ----------------------------------------------------------------------------------


def test_every_group_of_place_sex_and_age_has_five():
    dice = random.Random(5)
    counts = {
        (town, sex, str(dice.randrange(18, 90))): dice.randrange(1, 4)
        for town in (1, 2, 3)
        for sex in "fm"
        for _n in range(40)
    }

    chosen = microdata.grouping(counts)

    groups = {}
    for row, count in counts.items():
        groups[chosen.key(*row)] = groups.get(chosen.key(*row), 0) + count
    assert all(groups[key] >= microdata.K for key in chosen.kept)
    assert chosen.left_out == sum(n for key, n in groups.items() if key not in chosen.kept)


def test_where_nothing_helps_rows_stay_out():
    chosen = microdata.grouping({(1, "f", "30"): 3, (2, "m", "80"): 20})

    assert chosen.left_out == 3 and not chosen.has_place


def test_rows_are_granted_by_somebody_else_and_hold_no_text(people, finished, leader, client):
    actions.use_internally(questionnaire=finished, decision="", by=leader, at=timezone.now())
    asked = actions.ask_for_microdata(
        questionnaire=finished,
        purpose="分析饮水条件与满意度的关系",
        sex="sex",
        age="age",
        by=people.liaison,
        at=timezone.now(),
    )
    with pytest.raises(PermissionDenied):
        actions.grant_microdata(microdata=asked, by=people.liaison, at=timezone.now())
    with pytest.raises(PermissionDenied):
        actions.make_microdata(microdata=asked, by=people.liaison)
    client.force_login(leader)
    assert client.get(asked.get_absolute_url()).status_code == 200
    client.force_login(people.neighbour_liaison)
    assert client.get(asked.get_absolute_url()).status_code == 404
    asked = actions.grant_microdata(microdata=asked, by=leader, at=timezone.now())

    file = made(actions.make_microdata(microdata=asked, by=people.liaison))

    rows = list(load_workbook(file).active.iter_rows(values_only=True))
    said = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    assert "想修" not in said and "上坪村" not in said and "第2村" not in said
    assert "申请人：陈静" in said and "批准人：罗明" in said and "分析饮水条件" in said
    head = next(at for at, row in enumerate(rows) if row[0] == "地区")
    body = [row for row in rows[head + 1 :] if row[1] == 10]
    groups = {}
    sex = rows[head].index("性别")
    for row in body:
        groups[row[0], row[2], row[sex]] = groups.get((row[0], row[2], row[sex]), 0) + 1
    assert body and min(groups.values()) >= 5
    assert MicrodataRequest.objects.get().granted


def test_a_second_request_of_the_same_person_waits(people, finished, leader):
    actions.use_internally(questionnaire=finished, decision="", by=leader, at=timezone.now())
    given = {"questionnaire": finished, "purpose": "研究", "sex": "", "age": ""}
    actions.ask_for_microdata(**given, by=people.liaison, at=timezone.now())

    with pytest.raises(ValidationError):
        actions.ask_for_microdata(**given, by=people.liaison, at=timezone.now())


def test_a_form_names_the_questions_of_sex_and_age(client, people, finished, leader):
    actions.use_internally(questionnaire=finished, decision="", by=leader, at=timezone.now())
    client.force_login(people.liaison)
    url = f"/questionnaires/{finished.pk}/microdata/"

    page = client.get(url).content.decode()
    sent = client.post(url, {"purpose": "研究", "sex": "sex", "age": "age"})

    assert "性别" in page and "年龄" in page
    assert sent.status_code == 302
