"""第 N 批: planned with other visits in view, coordinated, announced to hosts; and its short
records."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from outreach.actions import visits
from outreach.models import Matter, Visit
from portal import parameters
from portal.actions import reorganisations
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, PolicyParameter, Reminder
from research import planning
from research.actions import activities, batches, topics
from research.models import BatchUnit, ResearchActivity, ResearchBatch
from tests.day import TODAY, in_days, now
from tests.outreach.test_campaigns import announced as campaign
from tests.outreach.test_pages import visit_form
from tests.people import STATED, fresh, unit
from tests.reading import words
from tests.research.test_topics import chief, decided, drafted
from tests.telling import tell

# Days until a batch of which hosts are told in time, however holidays fall.
AHEAD = 20


def plan(people, **changes):
    return {
        "starts_on": in_days(AHEAD),
        "ends_on": in_days(AHEAD + 9),
        "methods": ["symposium", "on_site"],
        "units": [people.village],
        "people": changes.pop("going", [people.cadre, people.cadre2]),
    } | changes


def planned(people, topic=None, **changes):
    topic = topic or decided(people)
    given = plan(people, **changes)
    return batches.plan_batch(topic=topic, by=people.liaison, at=now(), **given)


def checked(people, topic=None, **changes):
    batch = planned(people, topic, **changes)
    return batches.submit_batch(batch=batch, by=people.liaison, at=now())


def arranged(people, topic=None, **changes):
    batch = checked(people, topic, **changes)
    return batches.arrange_batch(batch=batch, by=people.office, at=now())


def under_way(people, topic=None, **changes):
    """A batch arranged in time whose first day is today."""
    batch = arranged(people, topic, **changes)
    batch.units.update(day=in_days(0))
    batch.starts_on, batch.ends_on = in_days(0), in_days(9)
    batch.save()
    return batch


def sees(user, batch):
    return ResearchBatch.objects.visible_to(user).filter(pk=batch.pk).exists()


def told(user=None, kind="batch_told"):
    tell(kind, day=TODAY)
    found = Reminder.objects.filter(kind=kind)
    return found.filter(user=user) if user else found


def symposium(people, batch, **changes):
    content = {
        "unit": people.village,
        "held_on": in_days(0),
        "conducted_by": people.cadre,
        "persons": "党员、种植大户",
        "person_count": 9,
        "content": "东支渠没人管护。建议明确管护责任。",
    } | changes
    return activities.record_activity(
        batch=batch, method="symposium", by=people.author, at=now(), **content
    )


# --- Planning -------------------------------------------------------------------------------------


def test_a_batch_is_planned_for_a_decided_topic_by_its_lead_organ(browse, people):
    topic = decided(people)
    given = {"by": people.liaison, "at": now()}
    for by in (people.office, people.author, people.host, people.neighbour_liaison):
        with pytest.raises(PermissionDenied):
            batches.plan_batch(topic=topic, **given | {"by": by}, **plan(people))
    with pytest.raises(PermissionDenied):
        batches.plan_batch(topic=drafted(people), **given, **plan(people))

    typed = {
        "starts_on": in_days(AHEAD).isoformat(),
        "ends_on": in_days(AHEAD).isoformat(),
        "methods": ["symposium"],
        "units": [people.village.pk, people.other_village.pk],
        "going": [people.cadre.pk],
    }
    url = reverse("research:plan_batch", args=[topic.pk])
    page = browse("liaison").post(url, typed, follow=True)
    batch = ResearchBatch.objects.get()
    assert page.redirect_chain[-1][0] == batch.get_absolute_url()
    assert reverse("research:drop_batch", args=[batch.pk]) in words(page), "It can be undone."
    assert (batch.number, batch.units.count(), batch.state) == (1, 2, "draft")
    assert {row.day for row in batch.units.all()} == {batch.starts_on}
    assert planned(people, topic).number == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"methods": []}, "methods"),
        ({"units": []}, "units"),
        ({"going": []}, "going"),
        ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
    ],
)
def test_what_is_wrong_in_a_plan_is_said_at_the_field(browse, people, changes, field):
    typed = {
        "starts_on": in_days(AHEAD).isoformat(),
        "ends_on": in_days(AHEAD).isoformat(),
        "methods": ["symposium"],
        "units": [people.village.pk],
        "going": [people.cadre.pk],
    } | changes
    page = browse("liaison").post(reverse("research:plan_batch", args=[decided(people).pk]), typed)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_each_unit_has_its_day(browse, people):
    batch = planned(people, units=[people.village, people.other_village])
    first, second = batch.units.order_by("pk")
    url = reverse("research:plan_days", args=[batch.pk])
    typed = {f"day_{first.pk}": in_days(AHEAD), f"day_{second.pk}": in_days(AHEAD + 1)}
    page = browse("liaison").post(url, typed | {f"day_{second.pk}": in_days(AHEAD + 99)})
    assert page.status_code == 422
    assert browse("liaison").post(url, typed).status_code == 302
    second.refresh_from_db()
    assert (second.day, second.only_checked) == (in_days(AHEAD + 1), False)
    assert f"only_{second.pk}" not in page.context["form"].fields, "No spot check is planned."
    assert AuditEntry.objects.filter(event="research_batch.days_planned").count() == 1


def test_a_place_that_was_told_is_not_spot_checked_unannounced(browse, people):
    methods = ["symposium", "spot_check"]
    batch = arranged(people, decided(people, methods=methods), methods=methods)
    given = plan(people, methods=methods)
    batches.change_batch(batch=batch, by=people.liaison, at=now(), reason="改期", **given)
    row = batch.units.get()
    typed = {f"day_{row.pk}": in_days(AHEAD), f"only_{row.pk}": "on"}
    page = browse("office").post(reverse("research:plan_days", args=[batch.pk]), typed)
    assert page.status_code == 422
    assert f"only_{row.pk}" in page.context["form"].errors


def test_the_lead_organ_plans_days_in_a_draft_and_the_office_while_it_harmonises(people):
    batch = planned(people)
    with pytest.raises(PermissionDenied):
        batches.plan_days(batch=batch, by=people.office, days={})
    batch = batches.submit_batch(batch=batch, by=people.liaison, at=now())
    days = {batch.units.get().pk: (in_days(AHEAD + 2), False)}
    with pytest.raises(PermissionDenied):
        batches.plan_days(batch=batch, by=people.liaison, days=days)
    batches.plan_days(batch=batch, by=people.office, days=days)
    assert batch.units.get().day == in_days(AHEAD + 2)


def test_the_plan_shows_what_else_comes_there_that_week(browse, people):
    campaign(people, title="冬季大走访", starts_on=in_days(AHEAD), ends_on=in_days(AHEAD + 1))
    other = decided(people, title="村级账目公开")
    checked(people, other)
    batch = planned(people)
    (week,) = planning.weeks(
        batch, list(batch.units.select_related("unit")), on=TODAY, sees_all=False
    )
    assert (week.visits, week.limit, week.is_over_limit) == (0, 2, True)
    assert "村级账目公开" in week.batches[0]
    assert "冬季大走访" in week.campaigns[0]
    assert week.together == week.batches[0]
    page = words(browse("liaison").get(batch.get_absolute_url()))
    assert "合并同行" in page
    assert "冬季大走访" in page


def test_a_quiet_week_has_no_hint(browse, people):
    batch = planned(people)
    page = words(browse("liaison").get(batch.get_absolute_url()))
    assert "合并同行" not in page
    assert "次的上限" not in page


def test_visits_of_the_week_count_towards_the_limit(people):
    for _n in range(2):
        people.visit()
    topic = decided(people)
    batch = planned(people, topic, starts_on=in_days(0), ends_on=in_days(0))
    rows = list(batch.units.select_related("unit"))
    (week,) = planning.weeks(batch, rows, on=TODAY, sees_all=True)
    assert (week.visits, week.is_over_limit, week.together) == (2, True, "")


def test_only_the_office_learns_of_other_spot_checks(people):
    other = decided(people, title="暗访")
    checked(people, other, methods=["spot_check"])
    batch = planned(people)
    rows = list(batch.units.select_related("unit"))
    for sees_all in (False, True):
        (week,) = planning.weeks(batch, rows, on=TODAY, sees_all=sees_all)
        assert bool(week.batches) == sees_all


def test_a_small_retinue_is_a_norm_and_a_hint(browse, people):
    batch = planned(people, going=[people.cadre, people.cadre2, people.neighbour])
    assert not planning.retinue_hint(list(batch.people.all()), on=TODAY)
    PolicyParameter.objects.create(
        code="research.retinue_max",
        value="2",
        basis="县委办规定",
        valid_from=in_days(-1),
        set_by=people.office,
        set_at=now(),
    )
    parameters.forget()
    assert "参加人员3人" in words(browse("liaison").get(batch.get_absolute_url()))
    batches.submit_batch(batch=batch, by=people.liaison, at=now())


# --- Harmonising ----------------------------------------------------------------------------------


def test_the_office_harmonises_and_arranges(people):
    batch = checked(people)
    assert todo.counts(fresh(people.office))["batch_to_harmonise"] == 1
    assert "batch_to_harmonise" not in todo.counts(fresh(people.neighbour_office)) or (
        todo.counts(fresh(people.neighbour_office))["batch_to_harmonise"] == 0
    )
    for by in (people.liaison, people.host, people.supervisor, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            batches.arrange_batch(batch=batch, by=by, at=now())
    assert told(people.office, "batch_to_harmonise").count() == 1
    batch = batches.arrange_batch(batch=batch, by=people.office, at=now(), text="与农业普查同行")
    assert batch.state == "arranged"
    batch.topic.refresh_from_db()
    assert batch.topic.state == "under_way"
    assert batch.topic.steps.filter(move="begun").count() == 1
    assert AuditEntry.objects.filter(event="research_topic.begun").count() == 1
    again = arranged(people, batch.topic)
    assert again.topic.steps.filter(move="begun").count() == 1


def test_it_is_sent_back_and_taken_back(people):
    batch = batches.send_back_batch(
        batch=checked(people), by=people.office, at=now(), reason="与大走访错开"
    )
    assert (batch.state, batch.steps.latest("pk").text) == ("draft", "与大走访错开")
    with pytest.raises(PermissionDenied):
        batches.drop_batch(batch=batch, by=people.liaison)
    batch = batches.submit_batch(batch=batch, by=people.liaison, at=now())
    assert batches.take_back_batch(batch=batch, by=people.liaison, at=now()).state == "draft"


def test_a_new_draft_is_discarded(people):
    batches.drop_batch(batch=planned(people), by=people.liaison)
    assert not ResearchBatch.objects.exists()


def test_hosts_are_told_three_working_days_before(people):
    late = workdays.add_working_days(TODAY, 2)
    batch = checked(people, starts_on=late, ends_on=in_days(AHEAD))
    with pytest.raises(PermissionDenied, match="3 working days"):
        batches.arrange_batch(batch=batch, by=people.office, at=now())
    early = workdays.add_working_days(TODAY, 3)
    days = {batch.units.get().pk: (early, False)}
    batches.plan_days(batch=batch, by=people.office, days=days)
    batch = batches.arrange_batch(batch=batch, by=people.office, at=now())

    assert batch.units.get().told_at
    assert sees(people.host, batch)
    assert not sees(people.neighbour_host, batch)
    assert {one.user_id for one in told()} == {people.host.pk, people.host2.pk}


def test_a_host_reads_who_comes_when_and_nothing_of_the_group(browse, people):
    """四不两直: the host must not learn a leader's planned day, so no name is shown at all."""
    leader = chief(people)
    units = [people.village, people.other_village]
    batch = arranged(people, going=[leader.cadre, people.cadre], units=units)
    page = browse("host").get(batch.get_absolute_url())
    assert page.status_code == 200
    shown = words(page)
    assert "县农业农村局" in shown
    assert "柳湾村" in shown
    for hidden in ("高山", "王建国", "陈静", "上坪村", batch.topic.get_absolute_url()):
        assert hidden not in shown, hidden
    assert "高山" in words(browse("liaison").get(batch.get_absolute_url()))
    # The same on every other page of the host.
    told()
    for name in ("todo", "outreach:today", "reminders", "research:batches"):
        assert "高山" not in words(browse("host").get(reverse(name), follow=True)), name
    assert "高山" not in words(browse("host").get(people.village.get_absolute_url()))


def test_a_spot_check_is_told_to_nobody_of_the_place(browse, people):
    topic = decided(people, title="暗访低保评议")
    batch = arranged(people, topic, methods=["spot_check"], starts_on=in_days(0))
    row = batch.units.get()
    assert (row.only_checked, row.told_at) == (True, None), "No notice, so at once."
    assert sees(people.office, batch)
    assert sees(people.author, batch)
    for one in ("host", "host2", "neighbour_host", "neighbour_cadre"):
        assert not sees(getattr(people, one), batch), one
        assert not BatchUnit.objects.visible_to(getattr(people, one)).exists()
    assert not told().exists()
    for one in ("host", "host2"):
        session = browse(one)
        assert session.get(batch.get_absolute_url()).status_code == 404
        pages = [reverse(n) for n in ("todo", "outreach:today", "reminders", "research:batches")]
        pages += [reverse("outreach:new_visit"), people.village.get_absolute_url()]
        pages.append(f"{reverse('search')}?q=低保评议")
        pages.append(f"{reverse('research:batches')}?tab=all&unit={people.village.pk}")
        for page in pages:
            assert topic.title not in words(session.get(page, follow=True)), page


def test_a_unit_only_spot_checked_stays_unknown_in_a_batch_that_is_told(browse, people):
    both = [people.village, people.other_village]
    batch = checked(people, methods=["symposium", "spot_check"], units=both)
    first, second = batch.units.order_by("pk")
    days = {first.pk: (first.day, True), second.pk: (second.day, False)}
    batches.plan_days(batch=batch, by=people.office, days=days)
    batch = batches.arrange_batch(batch=batch, by=people.office, at=now())
    assert not sees(people.host, batch)
    assert sees(people.neighbour_host, batch)
    shown = words(browse("neighbour_host").get(batch.get_absolute_url()))
    assert "柳湾村" not in shown
    assert "随机抽查" not in shown
    assert "随机抽查" not in words(browse("neighbour_host").get(reverse("research:batches")))
    first.told_at = now()
    first.only_checked = True
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_a_changed_batch_is_harmonised_again(people):
    batch = arranged(people)
    given = plan(people, starts_on=in_days(AHEAD + 3), ends_on=in_days(AHEAD + 5))
    batch = batches.change_batch(
        batch=batch, by=people.liaison, at=now(), reason="会期冲突", **given
    )
    assert (batch.state, batch.steps.latest("pk").text) == ("checked", "会期冲突")
    assert batch.units.get().day == in_days(AHEAD + 3)
    assert sees(people.host, batch), "Who was told sees that it changes."
    batch = batches.arrange_batch(batch=batch, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        batches.change_batch(batch=batch, by=people.office, at=now(), reason="改", **given)


def test_a_change_gives_up_units_and_spot_checks(people):
    both = {"units": [people.village, people.other_village]}
    batch = planned(people, methods=["spot_check"], **both)
    given = plan(people, methods=["symposium"], units=[people.other_village])
    batch = batches.change_batch(batch=batch, by=people.liaison, at=now(), **given)
    row = batch.units.get()
    assert (row.unit, row.only_checked, batch.state) == (people.other_village, False, "draft")


def test_a_cancelled_batch_tells_its_hosts(browse, people):
    batch = arranged(people)
    for by in (people.author, people.host, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            batches.cancel_batch(batch=batch, by=by, at=now(), reason="防汛")
    batch = batches.cancel_batch(batch=batch, by=people.office, at=now(), reason="防汛")
    assert batch.state == "cancelled"
    assert "防汛" in words(browse("host").get(batch.get_absolute_url()))
    hosts = {people.host.pk, people.host2.pk}
    assert {one.user_id for one in told(kind="batch_called_off")} == hosts
    with pytest.raises(PermissionDenied):
        batches.arrange_batch(batch=batch, by=people.office, at=now())


# --- Fieldwork ------------------------------------------------------------------------------------


def test_whoever_goes_ends_the_fieldwork_and_takes_it_back(browse, people):
    batch = under_way(people)
    assert batch.stands(TODAY) == "under_way"
    with pytest.raises(PermissionDenied):
        batches.change_batch(batch=batch, by=people.liaison, at=now(), reason="改", **plan(people))
    with pytest.raises(PermissionDenied):
        batches.end_batch(batch=batch, by=people.office, at=now())
    page = browse("author").post(reverse("research:end_batch", args=[batch.pk]), follow=True)
    assert reverse("research:resume_batch", args=[batch.pk]) in words(page)
    batch.refresh_from_db()
    assert batch.state == "over"
    batch = batches.resume_batch(batch=batch, by=people.author, at=now())
    assert [one.move for one in batch.steps.order_by("pk")][-2:] == ["over", "resumed"]
    with pytest.raises(PermissionDenied):
        batches.end_batch(batch=arranged(people), by=people.author, at=now())


def test_a_topic_with_a_batch_out_is_not_broken_off(people):
    batch = under_way(people)
    with pytest.raises(PermissionDenied, match="batch 1"):
        topics.stop_topic(topic=batch.topic, by=people.liaison, at=now(), reason="停")
    batches.end_batch(batch=batch, by=people.author, at=now())
    topics.stop_topic(topic=batch.topic, by=people.liaison, at=now(), reason="停")


def test_a_symposium_is_written_on_one_short_page(browse, people):
    batch = under_way(people)
    url = reverse("research:record_symposium", args=[batch.pk])
    form = browse("author").get(url).context["form"]
    asked = [one.name for one in form.visible_fields() if one.name != "numbers"]
    assert asked == ["held_on", "conducted_by", "persons", "person_count", "content"]
    assert form["conducted_by"].value() == people.cadre.pk
    typed = {
        "held_on": in_days(0).isoformat(),
        "unit": people.village.pk,
        "conducted_by": people.cadre.pk,
        "persons": "党员、种植大户",
        "person_count": 16,
        "content": "东支渠没人管护。",
    }
    page = browse("author").post(url, typed, follow=True)
    one = ResearchActivity.objects.get()
    assert page.redirect_chain[-1][0] == one.get_absolute_url()
    assert "一般不超过15人" in words(page), "A hint, and no refusal."
    assert (one.unit, one.host_organ, one.organ) == (
        people.village,
        people.town_organ,
        people.agriculture,
    )
    assert AuditEntry.objects.filter(event="research.activity_recorded").count() == 1


@pytest.mark.parametrize(
    ("name", "typed", "count"),
    [
        ("interview", {"persons": "种植大户", "content": "水费谁收。"}, 5),
        ("on_site", {"place": "三号闸", "content": "看渠", "found": "塌口"}, 5),
        (
            "spot_check",
            {"to_check": 10, "checked": 8, "content": "低保", "found": "", "done_there": ""},
            6,
        ),
    ],
)
def test_each_method_asks_at_most_six_things(browse, people, name, typed, count):
    methods = ["interview", "on_site", "spot_check"]
    both = [people.village, people.other_village]
    batch = under_way(people, methods=methods, units=both)
    url = reverse(f"research:record_{name}", args=[batch.pk])
    form = browse("author").get(url).context["form"]
    fields = [one.name for one in form.visible_fields() if one.name != "numbers"]
    assert len(fields) == count <= 6
    where = str(people.other_village.pk)
    typed["unit"] = f"{where}:{in_days(0):%F}" if name == "spot_check" else where
    if "held_on" in fields:
        typed["held_on"] = in_days(0).isoformat()
    if "conducted_by" in fields:
        typed["conducted_by"] = people.cadre.pk
    assert browse("author").post(url, typed).status_code == 302
    one = ResearchActivity.objects.get()
    assert (one.method, one.unit, one.held_on) == (name, people.other_village, in_days(0))

    correct = reverse("research:correct_activity", args=[one.pk])
    page = browse("author").get(correct)
    assert page.context["form"]["unit"].value() in (one.unit_id, typed["unit"])
    assert browse("author").post(correct, typed | {"content": "改过"}).status_code == 302
    one.refresh_from_db()
    assert one.content == "改过"
    assert browse("colleague").get(correct).status_code == 403


@pytest.mark.parametrize(
    ("method", "called", "others"),
    [
        ("symposium", ["主持人", "主要意见", "人员类别"], ["访谈人", "应查数"]),
        ("interview", ["访谈人", "主要内容", "对象类别"], ["主持人", "应查数"]),
        ("spot_check", ["查看内容", "应查数", "实查数"], ["主持人", "待审核"]),
    ],
)
def test_a_record_is_called_as_its_method_asks_for_it(browse, people, method, called, others):
    batch = under_way(people)
    asked = {"to_check": 4, "checked": 3} if method == "spot_check" else {}
    one = symposium(people, batch)
    ResearchActivity.objects.filter(pk=one.pk).update(
        method=method, conducted_by=None if asked else people.cadre, **asked
    )
    page = words(browse("author").get(one.get_absolute_url()))
    for label in called:
        assert label in page
    for label in others:
        assert label not in page
    assert "<dt></dt>" not in page


def test_more_checked_than_were_to_be_is_refused(browse, people):
    batch = under_way(people, methods=["spot_check"])
    typed = {"unit": f"{people.village.pk}:{in_days(0):%F}", "to_check": 1, "checked": 2}
    page = browse("author").post(
        reverse("research:record_spot_check", args=[batch.pk]), typed | {"content": "看"}
    )
    assert "checked" in page.context["form"].errors


def test_a_spot_check_counts_what_it_checked(people):
    batch = under_way(people)
    one = symposium(people, batch)
    one.method = "spot_check"
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_records_are_written_by_who_goes_while_it_is_under_way(people):
    batch = under_way(people)
    with pytest.raises(PermissionDenied):
        activities.record_activity(
            batch=batch,
            method="interview",
            by=people.author,
            at=now(),
            unit=people.village,
            held_on=TODAY,
            content="不在方式之内",
        )
    given = {"unit": people.village, "held_on": TODAY, "content": "看渠", "method": "on_site"}
    for by in (people.office, people.host, people.neighbour_liaison, people.supervisor):
        with pytest.raises(PermissionDenied):
            activities.record_activity(batch=batch, by=by, at=now(), **given)
    assert activities.record_activity(batch=batch, by=people.liaison, at=now(), **given).pk
    batch = batches.end_batch(batch=batch, by=people.author, at=now())
    with pytest.raises(PermissionDenied):
        activities.record_activity(batch=batch, by=people.author, at=now(), **given)


def test_a_day_before_the_batch_or_in_the_future_is_refused(browse, people):
    batch = under_way(people)
    url = reverse("research:record_on_site", args=[batch.pk])
    for day in (in_days(-9), in_days(1)):
        typed = {"held_on": day.isoformat(), "unit": people.village.pk, "content": "看渠"}
        assert "held_on" in browse("author").post(url, typed).context["form"].errors


def test_hosts_do_not_read_records(browse, people):
    one = symposium(people, under_way(people))
    seen = ResearchActivity.objects
    for who in ("author", "colleague", "liaison", "office", "supervisor"):
        assert seen.visible_to(getattr(people, who)).exists(), who
    for who in ("host", "handler", "neighbour_liaison", "neighbour_office", "desk"):
        assert not seen.visible_to(getattr(people, who)).exists(), who
    assert "东支渠" not in words(browse("host").get(one.batch.get_absolute_url()))


def test_a_record_is_corrected_for_seven_days(people):
    one = symposium(people, under_way(people))
    given = {"unit": people.village, "held_on": one.held_on, "content": "改过"}
    one = activities.correct_activity(activity=one, by=people.author, **given)
    assert one.content == "改过"
    with pytest.raises(PermissionDenied):
        activities.correct_activity(activity=one, by=people.liaison, **given)
    ResearchActivity.objects.update(created_at=now() - timedelta(days=8))
    with pytest.raises(PermissionDenied):
        activities.correct_activity(activity=one, by=people.author, **given)


# --- Matters --------------------------------------------------------------------------------------


def test_what_is_to_be_done_becomes_a_matter_with_one_press(browse, people):
    one = symposium(people, under_way(people))
    url = reverse("research:activity_matter", args=[one.pk])
    assert url in words(browse("author").get(one.get_absolute_url()))
    form = browse("author").get(url).context["form"]
    assert form["title"].value() == "东支渠没人管护"
    assert (form["unit"].value(), form["source"].value()) == (people.village, "research")
    typed = {
        "key": form["key"].value(),
        "unit": people.village.pk,
        "source": "research",
        "title": "东支渠管护",
        "category": "01",
        "outcome": "pass_on",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
    }
    typed["outcome"] = form.fields["outcome"].choices[0][0]
    answer = browse("author").post(url, typed)
    matter = Matter.objects.get()
    assert answer.url == matter.get_absolute_url()
    assert (matter.source, matter.unit) == ("research", people.village)
    assert list(one.matters.all()) == [matter]
    # Sent again it is the same matter.
    browse("author").post(url, typed)
    assert Matter.objects.count() == 1
    assert matter.number_label in words(browse("author").get(one.get_absolute_url()))
    part = browse("liaison").get(reverse("research:activities_of_matter", args=[matter.pk]))
    assert one.get_absolute_url() in words(part), "The matter leads back."
    assert AuditEntry.objects.filter(event="research.matter_registered").count() == 2


def test_who_neither_goes_nor_leads_makes_no_matter(people):
    one = symposium(people, under_way(people))
    with pytest.raises(PermissionDenied):
        activities.register_matter(activity=one, by=people.office, at=now(), unit=people.village)


# --- Visits ticked for a batch --------------------------------------------------------------------


def test_a_visit_ticked_for_a_batch_is_its_fieldwork(browse, people):
    batch = under_way(people)
    session = browse("author")
    page = session.get(reverse("outreach:new_visit"), {"unit": people.village.pk})
    assert "本次走访计入调研批次" in words(page)
    typed = visit_form(people, research_batches=[batch.pk])
    assert session.post(reverse("outreach:new_visit"), typed).status_code == 302
    visit = Visit.objects.get()
    assert list(visit.research_batches.all()) == [batch]
    assert "research" in visit.purposes
    assert batch.topic.title in words(session.get(visit.get_absolute_url()))
    assert visit.get_absolute_url() in words(session.get(batch.get_absolute_url()))
    # A correction removes the tick or keeps it.
    form = session.get(reverse("outreach:correct_visit", args=[visit.pk])).context["form"]
    assert form["research_batches"].value() == [batch.pk]
    visits.correct_visit(visit=visit, by=people.author, at=now(), research_batches=[])
    assert not visit.research_batches.exists()
    visits.correct_visit(visit=visit, by=people.author, at=now(), research_batches=[batch])
    assert list(visit.research_batches.all()) == [batch]


def test_only_who_goes_ticks_and_only_there_and_then(browse, people):
    batch = under_way(people, going=[people.cadre2])
    page = browse("author").get(reverse("outreach:new_visit"), {"unit": people.village.pk})
    assert "本次走访计入调研批次" not in words(page)
    with pytest.raises(PermissionDenied):
        people.visit(research_batches=[batch])
    own = under_way(people)
    for changes in ({"place": people.other_village}, {"visited_on": in_days(-9)}):
        with pytest.raises(PermissionDenied):
            people.visit(research_batches=[own], **changes)
    ahead = arranged(people)
    with pytest.raises(PermissionDenied):
        people.visit(research_batches=[ahead])
    people.visit(research_batches=[batches.end_batch(batch=own, by=people.author, at=now())])


def test_a_unit_with_records_stays_in_its_batch(people):
    batch = arranged(people, units=[people.village, people.other_village])
    symposium_there = ResearchActivity(
        batch=batch,
        method="symposium",
        held_on=TODAY,
        content="会",
        written_by=people.author,
        created_at=now(),
        organ=people.agriculture,
    )
    symposium_there.stand_at(people.village)
    symposium_there.save()
    given = plan(people, units=[people.other_village])
    with pytest.raises(PermissionDenied, match="柳湾村"):
        batches.change_batch(batch=batch, by=people.liaison, at=now(), reason="改", **given)
    with pytest.raises(PermissionDenied, match="end its fieldwork"):
        batches.cancel_batch(batch=batch, by=people.liaison, at=now(), reason="改")


def test_the_same_visit_sent_again_is_the_same(people):
    batch, key = under_way(people), uuid.uuid4()
    given = {"client_key": key, "author": people.cadre, "by": people.author, "at": now()}
    given |= {"unit": people.village, "visited_on": TODAY, **STATED}
    _visit, first = visits.record_visit(**given, research_batches=[batch])
    _visit, again = visits.record_visit(**given, research_batches=[batch])
    assert (first, again) == (True, False)
    with pytest.raises(visits.DifferentContent):
        visits.record_visit(**given)


# --- Pages ----------------------------------------------------------------------------------------


def test_the_list_of_batches_has_its_tabs(browse, people):
    running, ahead = under_way(people), arranged(people, decided(people, title="账目公开"))
    session, url = browse("author"), reverse("research:batches")
    for query, rows in (
        ({}, {running, ahead}),
        ({"tab": "running"}, {running}),
        ({"tab": "ahead"}, {ahead}),
        ({"tab": "all", "state": "under_way"}, {running}),
        ({"tab": "all", "unit": people.other_village.pk}, set()),
        ({"tab": "all", "organ": people.agriculture.pk}, {running, ahead}),
        ({"tab": "all", "q": "账目"}, {ahead}),
    ):
        assert set(session.get(url, query).context["page"]) == rows, query


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("batches", 10), ("batch", 23), ("planned", 25)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, page, queries
):
    units = [people.village] + [
        unit(f"第{n}村", people.town_organ, people.village_place) for n in range(1, row_count)
    ]
    for _ in range(row_count):
        batch = (checked if page == "planned" else under_way)(people, units=units)
        if page == "batch":
            for _n in range(row_count):
                symposium(people, batch)
                people.visit(research_batches=[batch])
    url = reverse("research:batches") if page == "batches" else batch.get_absolute_url()
    session = browse("office")
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)


# --- Reorganisations ------------------------------------------------------------------------------


def merge(people, noun, source, into):
    return reorganisations.merge(
        noun=noun,
        sources=[source],
        target=into,
        by=people.office,
        at=now(),
        on=TODAY,
        document="云编〔2026〕3号",
    )


def test_what_is_not_over_passes_on_with_its_unit_and_organ(people):
    both = [people.village, people.other_village]
    twice, batch = arranged(people, units=both), arranged(people)
    over = batches.end_batch(batch=under_way(people), by=people.author, at=now())
    merge(people, "unit", people.village, people.other_village)
    (row,) = twice.units.all()
    assert row.unit == people.other_village
    row = batch.units.get()
    assert (row.unit, row.host_organ) == (people.other_village, people.other_town_organ)
    assert over.units.get().unit == people.village, "It was there."
    assert sees(people.neighbour_host, batch)

    merge(people, "organ", people.agriculture, people.water)
    batch.topic.refresh_from_db()
    assert batch.topic.lead_organ == people.water
    assert batch.units.get().organ == people.water
