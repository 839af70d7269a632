"""Words of unit, sending organ and host: who gives them, about whom, once, and what a link
opens."""

import re
from datetime import timedelta

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.actions import words as actions
from evaluation.actions.words import Word
from evaluation.door import words as door
from evaluation.models import OrganAppraisal, UnitLetter, UnitLink
from evaluation.models.words import MARKS, Side, open_for_word
from evaluation.rules import words as rules
from outreach.door.logs import masked
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder, StandIn
from tests.day import in_days
from tests.evaluation.collecting import another, appraised, cycle, scheme
from tests.outreach.test_door import as_the_door  # noqa: F401
from tests.people import account
from tests.reading import words
from tests.telling import tell

GOOD = dict.fromkeys(MARKS, 1)


@pytest.fixture
def running(people):
    return cycle(people)


@pytest.fixture
def person(people, running):
    return appraised(people, running)


def give(by, person, side=Side.SENDING, seen=None, remark="", **marks):
    word = Word(person, side, GOOD | marks, remark, seen)
    return actions.give_words(words=[word], by=by, at=timezone.now())


def row(person, seen="", remark="", marks=GOOD):
    prefix = f"a{person.pk}"
    return {"row": person.pk, f"{prefix}-seen": seen, f"{prefix}-remark": remark} | {
        f"{prefix}-{name}": value for name, value in marks.items()
    }


# --- Who speaks ----------------------------------------------------------------------------------


def test_each_side_has_its_word_and_the_same_again_changes_nothing(people, person):
    (sending,) = give(people.liaison, person)
    (host,) = give(people.host, person, Side.HOST)
    (unit,) = give(people.host2, person, Side.UNIT)

    assert give(people.liaison, person) == []
    assert (sending.organ, sending.via) == (people.agriculture, "account")
    assert (host.organ, host.noted_by) == (people.town_organ, people.host)
    assert (unit.unit, unit.via, unit.organ) == (people.village, "paper", None)
    assert AuditEntry.objects.filter(event="word.given").count() == 3


def test_a_word_is_corrected_by_a_new_row_until_collecting_ends(people, person, running):
    (first,) = give(people.liaison, person)
    (second,) = give(people.liaison, person, seen=first.pk, style=2)
    first.refresh_from_db()
    assert first.replaced_at and OrganAppraisal.objects.current().get() == second
    # A user who has seen only the first version is told.
    with pytest.raises(ValidationError, match="刚刚登记"):
        give(people.liaison, person, seen=first.pk, style=3)

    running.state, running.data_at = "computing", timezone.now()
    running.save()
    with pytest.raises(PermissionDenied, match="收集已结束"):
        give(people.liaison, person, seen=second.pk, style=3)


def test_only_those_of_the_organ_and_the_place_speak(people, person):
    for who in (people.neighbour_liaison, people.host, people.office, people.author):
        assert not rules.may_give(who, person, Side.SENDING), who
    for who in (people.neighbour_host, people.liaison, people.office):
        assert not rules.may_give(who, person, Side.HOST), who
    for who in (people.neighbour_host, people.liaison, people.supervisor):
        assert not rules.may_give(who, person, Side.UNIT), who
    assert rules.may_give(people.desk, person, Side.UNIT)
    person.unit = None
    assert not rules.may_give(people.desk, person, Side.UNIT)
    person.left_out_reason = "任职不满半年"
    assert not rules.may_give(people.liaison, person, Side.SENDING)


def test_nobody_gives_a_word_on_themselves_or_through_a_stand_in(people, person, running):
    people.cadre.user = people.liaison
    people.cadre.save()
    person.refresh_from_db()
    with pytest.raises(PermissionDenied, match="本人"):
        give(people.liaison, person)
    # A stand-in speaks for them and counts as them.
    StandIn.objects.create(
        principal=people.liaison,
        stand_in=people.colleague,
        starts_on=in_days(-1),
        ends_on=in_days(1),
        named_by=people.liaison,
    )
    with pytest.raises(PermissionDenied, match="本人"):
        give(people.colleague, person)
    # Nor can one of the appraised give the word by standing in for the liaison.
    other = appraised(people, running, cadre=people.cadre2)
    with pytest.raises(PermissionDenied, match="本人"):
        give(people.colleague, other)
    assert give(people.liaison, other)
    assert todo.counts(people.liaison)["word_sending"] == 0


def test_an_organ_does_not_praise_its_own_leading_team(people, running):
    team = appraised(people, running, organ=people.station, name="石桥镇水利站", subject="organ")
    own = account("s-liaison", "何苗", people.station, "liaison", within=people.station)
    above = account("t-liaison", "罗平", people.town_organ, "liaison", within=people.town_organ)
    with pytest.raises(PermissionDenied, match="领导班子"):
        give(own, team)
    assert give(above, team)


def test_poor_needs_its_reason(people, person):
    with pytest.raises(IntegrityError), transaction.atomic():
        give(people.liaison, person, style=4)
    assert give(people.liaison, person, style=4, remark="多次未按约定入户")


# --- Many at once --------------------------------------------------------------------------------


def test_many_words_on_one_page_all_or_none(browse, people, person, running):
    other = another(people, running)
    third = another(people, running, "周大力")
    client, url = browse("liaison"), reverse("evaluation:words_to_give")
    page = words(client.get(url))
    assert page.count('name="row"') == 3 and not re.search(r'value="\d" selected', page)

    sent = {"row": [person.pk, other.pk, third.pk]} | {
        name: value
        for one, marks in ((person, GOOD), (other, GOOD | {"style": 4}))
        for name, value in row(one, marks=marks).items()
        if name != "row"
    }
    wrong = client.post(url, sent)
    assert wrong.status_code == 422 and "评“差”的须写明理由" in words(wrong)
    assert 'value="4" selected' in words(wrong) and not OrganAppraisal.objects.exists()

    half = client.post(url, sent | {f"a{other.pk}-style": ""})
    assert half.status_code == 422 and "四项都要评价" in words(half)
    phone = client.post(url, sent | {f"a{other.pk}-remark": "问13800138000"})
    assert phone.status_code == 422 and not OrganAppraisal.objects.exists()

    done = client.post(url, sent | {f"a{other.pk}-remark": "入户少"}, follow=True)
    assert "已登记 2 份评价" in words(done)
    assert {one.appraised for one in OrganAppraisal.objects.all()} == {person, other}
    assert words(client.get(url)).count('name="row"') == 1
    given = words(client.get(url, {"given": "given"}))
    assert given.count('name="row"') == 2 and "入户少" in given

    empty = client.post(url, row(third, marks={}), follow=True)
    assert "没有填写" in words(empty) and OrganAppraisal.objects.count() == 2


def test_who_was_slower_sees_the_word_that_stands(browse, people, person):
    client, url = browse("host"), reverse("evaluation:words_to_give") + "?side=host"
    give(people.host2, person, Side.HOST, style=2)
    late = client.post(url, row(person))
    assert late.status_code == 422 and "刚刚登记" in words(late)
    assert f'value="{OrganAppraisal.objects.get().pk}"' in words(late)


def test_a_post_about_others_writes_nothing(browse, people, person, running):
    stranger = appraised(people, running, cadre=people.neighbour, unit=people.other_village)
    client, url = browse("liaison"), reverse("evaluation:words_to_give")
    client.post(url, row(stranger))
    assert not OrganAppraisal.objects.exists()
    running.state = "open"
    running.save()
    assert client.post(url, row(person)).status_code == 403


def test_words_wait_in_the_to_do_list_and_are_given_together(browse, people, person, running):
    another(people, running)
    assert todo.counts(people.liaison)["word_sending"] == 2
    assert todo.counts(people.host)["word_host"] == 2
    assert todo.counts(people.neighbour_host)["word_host"] == 0
    client = browse("host")
    together = reverse("evaluation:words_together", args=["host"])
    page = client.post(together, {"chosen": [person.pk]}, follow=True)
    assert words(page).count('name="row"') == 1
    assert "管理单位评价" in words(client.get(reverse("todo")))


def test_words_are_reminded_of_near_the_last_day(people, person, running):
    def told(day):
        Reminder.objects.all().delete()
        tell("word_due", day=day, at=timezone.now())
        return {one.user for one in Reminder.objects.filter(kind="word_due").select_related("user")}

    working = in_days(0)
    while working.weekday() > 2:
        working -= timedelta(days=1)
    running.ballots_until = working + timedelta(days=20)
    running.save()
    assert told(working) == set()
    running.ballots_until = working - timedelta(days=3)
    running.save()
    assert told(working) == {people.liaison, people.host, people.host2}
    give(people.host, person, Side.HOST)
    assert told(working) == {people.liaison}
    one = Reminder.objects.get(kind="word_due")
    assert reminders.with_titles(people.liaison, [one])[0].title == "2026年度考核"
    assert one.link.endswith(f"?cycle={running.pk}")
    # Nobody is reminded of a word that they may not give: the one on their own leading team.
    give(people.liaison, person)
    team = appraised(people, running, subject="organ")
    type(team).objects.filter(pk=team.pk).update(unit=None, host_organ=None)
    assert told(working) == set()


def test_the_cycle_says_what_is_missing_and_ranks_nobody(browse, people, person, running):
    appraised(people, running, cadre=people.neighbour, unit=people.other_village)
    give(people.liaison, person)
    client, url = browse("office"), reverse("evaluation:cycle_words", args=[running.pk])
    page = words(client.get(url, headers={"HX-Request": "true"}))
    assert "应评 2 份，已评 1 份" in page and "<html" not in page
    assert page.index("县交通运输局") < page.index("石桥镇党委") < page.index("青山乡党委")
    assert "县农业农村局" not in page
    assert rules.may_close_cycle(running)


def weightless(people, person, **weights):
    """A scheme in which only the masses and the results carry weight."""
    weights = {"weight_masses": 70, "weight_unit": 0, "weight_organisation": 0} | weights
    person.scheme = scheme(people, title="群众评议为主的方案", **weights)
    person.save()
    return person


def test_nobody_is_asked_for_a_word_that_weighs_nothing(browse, people, person, running):
    weightless(people, person)
    asked = {people.liaison: Side.SENDING, people.host: Side.HOST, people.desk: Side.UNIT}
    for by, side in asked.items():
        assert todo.counts(by).get(f"word_{side}", 0) == 0, by
        assert not open_for_word(by, side).exists(), by
        with pytest.raises(PermissionDenied, match="不设权重"):
            give(by, person, side)
    running.ballots_until = in_days(0)
    running.save()
    tell("word_due", day=in_days(1), at=timezone.now())
    assert not Reminder.objects.filter(kind="word_due").exists()

    office = browse("office")
    page = words(office.get(reverse("evaluation:cycle_words", args=[running.pk])))
    assert "无需评价" in page and "应评" not in page
    assert office.get(reverse("evaluation:unit_links", args=[running.pk])).status_code == 404
    with pytest.raises(ValidationError):
        actions.print_link(cycle=running, unit=people.village, by=people.office, at=timezone.now())


def test_of_two_schemes_only_those_by_whom_it_weighs_are_asked_for(browse, people, person, running):
    weightless(people, person, weight_masses=60, weight_organisation=10)
    other = another(people, running)

    assert todo.counts(people.liaison)["word_sending"] == 2
    assert list(open_for_word(people.desk, Side.UNIT)) == [other]
    page = words(browse("office").get(reverse("evaluation:cycle_words", args=[running.pk])))
    assert "应评 1 份，已评 0 份" in page and "应评 2 份，已评 0 份" in page


def test_a_letter_of_a_unit_says_nothing_of_whom_it_does_not_weigh(people, person, running):
    other = another(people, running)
    _link, token = linked(people, running)
    weightless(people, person)
    word = {"marks": GOOD, "remark": ""}
    assert door.send(token, {str(person.pk): word, str(other.pk): word}) == "taken"
    actions.take_over_letters(at=timezone.now())
    assert [one.appraised for one in OrganAppraisal.objects.all()] == [other]


def test_no_organ_is_asked_about_its_own_leading_team(browse, people, running):
    """The organ above gives the word; if there is none, nobody does."""
    appraised(people, running, subject="organ", name="县农业农村局")
    client, url = browse("office"), reverse("evaluation:cycle_words", args=[running.pk])
    page = words(client.get(url, headers={"HX-Request": "true"}))
    assert "<td>县农业农村局</td>" not in page
    people.agriculture.parent = people.department
    people.agriculture.save()
    page = words(client.get(url, headers={"HX-Request": "true"}))
    assert "<td>县农业农村局</td>" not in page and f"<td>{people.department.name}</td>" in page


def test_the_words_on_somebody_are_read_by_who_reads_scores(browse, people, person):
    (first,) = give(people.liaison, person)
    give(people.liaison, person, seen=first.pk, style=4, remark="入户少")
    url = reverse("evaluation:words_of_appraised", args=[person.pk])
    page = words(browse("office").get(url))
    assert "入户少" in page and "后已更正" in page
    assert browse("host").get(url).status_code == 404
    host_sees = OrganAppraisal.objects.visible_to(people.host)
    assert not host_sees.exists()
    assert OrganAppraisal.objects.visible_to(people.liaison).count() == 2
    assert OrganAppraisal.objects.visible_to(people.office).count() == 2


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    browse, people, person, running, django_assert_num_queries, row_count
):
    for n in range(row_count - 1):
        another(people, running, f"干部{n}")
    client, url = browse("liaison"), reverse("evaluation:words_to_give")
    client.get(url)
    with django_assert_num_queries(11):
        page = client.get(url)
    assert words(page).count('name="row"') == row_count


# --- The link of a unit --------------------------------------------------------------------------


def linked(people, in_cycle, unit=None):
    return actions.print_link(
        cycle=in_cycle, unit=unit or people.village, by=people.office, at=timezone.now()
    )


def said(person, **changes):
    marks = GOOD | changes
    remark = {f"a{person.pk}-remark": marks.pop("remark", "")}
    return {f"a{person.pk}-{name}": value for name, value in marks.items()} | remark


def test_a_unit_answers_once_by_its_link(people, person, running, at_the_door):
    link, token = linked(people, running)
    assert token not in str(UnitLink.objects.values()) and link.digest == door.digest_of(token)
    client, path = Client(REMOTE_ADDR="198.51.100.7"), f"/w/{token}/"
    page = words(client.get(path))
    assert "王建国" in page and page.count('type="radio"') == 4 * 5
    assert "checked" not in page and "<script" not in page

    missing = client.post(path, {f"a{person.pk}-style": "1"})
    assert missing.status_code == 422 and "每一项请选一个答案" in words(missing)
    assert words(missing).count("checked") == 1
    poor = client.post(path, said(person, style=4))
    assert poor.status_code == 422 and "请写明理由" in words(poor)
    number = client.post(path, said(person, style=4, remark="打13800138000"))
    assert number.status_code == 422 and "13800138000" not in words(number)

    check = words(client.post(path, said(person, style=4, remark="答应的水渠没修")))
    assert "对不对" in check and "答应的水渠没修" in check and not UnitLetter.objects.exists()
    assert 'type="radio"' in words(client.post(path, said(person) | {"back": "1"}))
    sent = said(person, style=4, remark="答应的水渠没修") | {"send": "1"}
    assert "已经收到" in words(client.post(path, sent))

    letter = UnitLetter.objects.get()
    assert "水渠" not in letter.sealed
    assert not rules.may_close_cycle(running)
    again = client.post(path, sent)
    assert again.status_code == 200 and "已经使用过" in words(again)
    assert "已经使用过" in words(client.get(path))

    assert actions.take_over_letters(at=timezone.now()) == 1
    assert actions.take_over_letters(at=timezone.now()) == 0
    word = OrganAppraisal.objects.get()
    assert (word.side, word.via, word.noted_by, word.style, word.remark) == (
        "unit",
        "link",
        None,
        4,
        "答应的水渠没修",
    )
    letter.refresh_from_db()
    assert letter.sealed == "" and letter.taken_at and rules.may_close_cycle(running)
    assert AuditEntry.objects.filter(event="word.given", actor="door").count() == 1
    # Nobody may overwrite what the unit itself said.
    with pytest.raises(PermissionDenied, match="自行评价"):
        give(people.host, person, Side.UNIT, seen=word.pk)


def test_dead_links_say_why(people, person, running, at_the_door):
    client = Client(REMOTE_ADDR="198.51.100.7")

    def answer(token):
        response = client.get(f"/w/{token}/")
        return response.status_code, words(response)

    first, old = linked(people, running)
    link, token = linked(people, running)
    assert answer(old)[0] == 410 and "已经失效" in answer(old)[1]
    for token_of_nobody in ("nonsense", "x" * 60):
        status, page = answer(token_of_nobody)
        # A link of a unit has nothing to do with cards or matters.
        assert status == 404 and "再扫一次" in page and "联系卡" not in page
    UnitLink.objects.filter(pk=link.pk).update(expires_on=in_days(-1))
    assert "已过期" in answer(token)[1]
    UnitLink.objects.filter(pk=link.pk).update(expires_on=in_days(5))
    assert actions.revoke_link(
        cycle=running, unit=people.village, by=people.office, at=timezone.now()
    )
    assert not actions.revoke_link(
        cycle=running, unit=people.village, by=people.office, at=timezone.now()
    )
    assert answer(token)[0] == 410
    _link, token = linked(people, running)
    running.state, running.data_at = "computing", timezone.now()
    running.save()
    sent = client.post(f"/w/{token}/", said(person) | {"send": "1"})
    assert sent.status_code == 410 and "时间已过" in words(sent) and not UnitLetter.objects.exists()
    with pytest.raises(PermissionDenied):
        linked(people, running)


def test_what_a_unit_said_is_not_lost(people, person, running, at_the_door, monkeypatch):
    def fail(*args):
        raise DatabaseError("door_unit_word")

    _link, token = linked(people, running)
    path, sent = f"/w/{token}/", said(person, style=4, remark="水渠没修") | {"send": "1"}
    kept = [f'name="a{person.pk}-style" value="4"', "水渠没修"]
    with monkeypatch.context() as broken:
        broken.setattr(door, "send", fail)
        answer = Client().post(path, sent)
    assert answer.status_code == 503 and all(one in words(answer) for one in kept)
    with monkeypatch.context() as full:
        full.setattr(door.guards, "may_ask", lambda request, *, at: False)
        answer = Client().post(path, sent)
    assert answer.status_code == 429 and all(one in words(answer) for one in kept)
    with monkeypatch.context() as long:
        long.setattr(door, "send", lambda *args: "too_long")
        answer = Client().post(path, sent)
    assert answer.status_code == 422 and "水渠没修" in words(answer)
    done = words(Client().post(path, sent))
    assert "已经收到" in done and "柳湾村" in done and "联系卡" not in done


def test_a_letter_that_cannot_be_opened_stops_nothing(people, person, running):
    link, _token = linked(people, running)
    UnitLetter.objects.create(link=link, sealed="bm9uc2Vuc2U=")
    actions.take_over_letters(at=timezone.now())
    assert UnitLetter.objects.get().is_lost and rules.may_close_cycle(running)
    # With a new link the unit may give its word again.
    UnitLink.objects.update(used_at=timezone.now())
    assert linked(people, running)


def test_a_letter_speaks_of_its_own_unit_alone(people, person, running):
    stranger = appraised(people, running, cadre=people.neighbour, unit=people.other_village)
    _link, token = linked(people, running)
    word = {"marks": GOOD, "remark": ""}
    assert door.send(token, {str(person.pk): word, str(stranger.pk): word}) == "taken"
    actions.take_over_letters(at=timezone.now())
    assert OrganAppraisal.objects.get().appraised == person


def test_the_door_reads_and_spends_links_and_nothing_else(as_the_door, committed_people):  # noqa: F811
    people = committed_people
    running = cycle(people)
    person = appraised(people, running)
    _link, token = linked(people, running)

    def run(question, *values):
        with as_the_door.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    digest = door.digest_of(token)
    ((found,),) = run("SELECT door_unit_link(%s)", digest)
    assert found["state"] == "open" and found["appraised"][0]["id"] == person.pk
    assert run("SELECT door_unit_link('x') ->> 'state'") == [("unknown",)]
    assert run("SELECT door_unit_word(%s, 'sealed')", digest) == [("taken",)]
    assert run("SELECT door_unit_word(%s, 'sealed')", digest) == [("used",)]
    tables = [
        model._meta.db_table
        for model in (UnitLink, UnitLetter, OrganAppraisal, type(person), type(running))
    ]
    for table in tables:
        for one in (
            f"SELECT * FROM {table}",
            f"DELETE FROM {table}",
            f"UPDATE {table} SET id = id",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                run(one)


def test_the_token_of_a_link_stands_in_no_log():
    assert masked("/w/Xy7abc/") == "/w/***/"


def test_links_are_printed_for_many_units(browse, people, person, running):
    appraised(people, running, cadre=people.neighbour, unit=people.other_village)
    client, url = browse("office"), reverse("evaluation:unit_links", args=[running.pk])
    page = words(client.get(url))
    assert "柳湾村" in page and "上坪村" in page and "未发" in page
    assert browse("host").get(url).status_code == 403
    assert browse("neighbour_office").get(url).status_code == 404

    client, to_print = browse("desk"), reverse("evaluation:print_unit_links", args=[running.pk])
    assert "请先勾选" in words(client.post(to_print, {}, follow=True))
    both = {"chosen": [people.village.pk, people.other_village.pk]}
    paper = client.post(to_print, both)
    tokens = re.findall(r"/w/([\w-]{20,})/", words(paper))
    assert len(set(tokens)) == 2 and "王建国" in words(paper)
    assert "no-store" in paper.headers["Cache-Control"]
    assert door.find(tokens[0])["state"] == "open"
    assert "已发出" in words(client.get(url))
    back = reverse("evaluation:revoke_unit_link", args=[running.pk, people.village.pk])
    assert "链接已作废" in words(client.post(back, follow=True))
    assert UnitLink.objects.filter(revoked_at=None).count() == 1
    assert not connection.needs_rollback
