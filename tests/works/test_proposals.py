"""职代会提案: collected, filed or not, merged, withdrawn; then followed by its matter."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.actions import matters
from outreach.models import Matter, MatterContact
from portal.actions import reorganisations
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from portal.trust import privacy
from tests.day import now, today
from tests.people import fresh
from tests.reading import words
from tests.telling import tell
from works.actions import proposals as actions
from works.ledgers.proposals import PROPOSAL_LEDGER
from works.models import CongressProposal
from works.models.proposals import ProposalState as S
from works.rules import proposals as rules
from works.rules.places import has_works

HEADINGS = (
    "序号 编号 届次 提案题目 类别 代表团 附议人数 是否立案 承办单位 答复日期 提案人评价 办结 备注"
)


def collected(plant, by=None, **changes):
    by = by or plant.host
    fields = {
        "organ": by.organ,
        "unit": plant.foundry if by.organ == plant.heavy else None,
        "session": "第三届第二次",
        "category": "52",
        "title": "更换造型线除尘滤袋",
        "text": "滤袋已用三年，夏季粉尘大，建议更换。",
        "delegation": "铸造车间代表团",
        "seconders": 6,
    } | changes
    return actions.collect(by=by, at=now(), **fields)


def filed(plant, **changes):
    return actions.file(proposal=collected(plant, **changes), by=plant.host, at=now())


def taken_up(plant, proposal=None, **changes):
    proposal = proposal or filed(plant)
    fields = {
        "unit": plant.foundry,
        "group": "",
        "title": str(proposal.title),
        "category": proposal.category,
        "request_text": str(proposal.text),
        "urgency": "normal",
        "name": "丁长工",
        "phone": "100-0000-0009",
    } | changes
    return actions.take_up(proposal=proposal, by=plant.host, at=now(), **fields)


def refuse(proposal, by):
    return actions.refuse_to_file(proposal=proposal, by=by, at=now(), reason="属日常管理")


def withdraw(proposal, by):
    return actions.withdraw(proposal=proposal, by=by, at=now(), reason="提案人撤回")


def merge(proposal, target, by):
    return actions.merge(proposal=proposal, target=target, by=by, at=now())


def sees(user, proposal):
    return CongressProposal.objects.visible_to(user).filter(pk=proposal.pk).exists()


# --- Who -----------------------------------------------------------------------------------------


def test_it_is_read_where_its_matters_are_read(plant, people):
    proposal = collected(plant)
    for one in (plant.host, plant.host2, plant.office, plant.supervisor, plant.liaison):
        assert sees(one, proposal), one
    for one in (plant.other_host, plant.stranger, people.host, people.office):
        assert not sees(one, proposal), one


def test_the_host_of_the_enterprise_collects_and_decides(plant, people):
    for by in (plant.liaison, plant.head, plant.supervisor):
        with pytest.raises(PermissionDenied):
            collected(plant, by=by, organ=plant.heavy)
    with pytest.raises(PermissionDenied):
        collected(plant, organ=plant.forging, unit=None)
    with pytest.raises(PermissionDenied):
        collected(plant, unit=plant.press)
    with pytest.raises(PermissionDenied, match="不是企业"):
        collected(plant, by=people.host, organ=people.town_organ, unit=people.village)

    proposal = collected(plant)
    for by in (plant.other_host, plant.liaison, plant.supervisor):
        with pytest.raises(PermissionDenied):
            actions.file(proposal=proposal, by=by, at=now())
    assert actions.file(proposal=proposal, by=plant.host2, at=now()).state == S.FILED


def test_an_ended_workshop_has_no_proposals(plant):
    plant.foundry.ended_on = today()
    plant.foundry.save()
    with pytest.raises(PermissionDenied, match="铸造车间"):
        collected(plant)


def test_the_list_is_for_places_with_enterprises(plant, people):
    assert has_works(fresh(plant.host))
    assert has_works(fresh(plant.head))
    assert not has_works(fresh(people.host))
    assert not has_works(fresh(people.author))


def test_numbers_run_by_the_year(plant):
    first, second = collected(plant), collected(plant, title="改造浴室")
    assert (first.number, second.number) == (1, 2)
    assert second.number_label == f"TA{today().year}-0002"


# --- States × acts -------------------------------------------------------------------------------


def in_states(plant):
    target = collected(plant, title="并入的目标")
    return {
        S.COLLECTED: collected(plant),
        S.FILED: filed(plant),
        S.NOT_FILED: refuse(collected(plant), plant.host),
        S.MERGED: merge(collected(plant), target, plant.host),
        S.WITHDRAWN: withdraw(collected(plant), plant.host),
        S.TAKEN_UP: taken_up(plant),
    }


ALLOWED = {
    rules.may_change: {S.COLLECTED},
    rules.may_file: {S.COLLECTED},
    rules.may_refuse_to_file: {S.COLLECTED},
    rules.may_merge: {S.COLLECTED, S.FILED},
    rules.may_withdraw: {S.COLLECTED, S.FILED},
    rules.may_take_up: {S.FILED},
}


def test_every_state_and_every_act(plant):
    found = in_states(plant)
    for (state, proposal), (rule, states) in product(found.items(), ALLOWED.items()):
        assert proposal.state == state
        assert bool(rule(plant.host, proposal)) == (state in states), (state, rule)


def test_an_act_done_twice_is_refused_in_a_sentence(plant):
    proposal = filed(plant)
    with pytest.raises(PermissionDenied, match="立案"):
        actions.file(proposal=proposal, by=plant.host, at=now())


def test_each_step_is_kept_and_none_is_changed(plant):
    proposal = filed(plant)
    assert [one.move for one in proposal.steps.order_by("pk")] == ["collected", "filed"]
    assert AuditEntry.objects.filter(event="congress.filed").count() == 1


# --- Merging -------------------------------------------------------------------------------------


def test_proposals_merge_in_a_chain(plant):
    first, second, third = (collected(plant, title=f"第{n}件") for n in "一二三")
    merge(first, second, plant.host)
    second = merge(CongressProposal.objects.get(pk=second.pk), third, plant.host)
    assert (second.state, second.merged_into) == (S.MERGED, third)
    with pytest.raises(PermissionDenied):
        merge(third, second, plant.host)


def test_two_merge_into_one_which_then_stands_for_them(plant):
    target = filed(plant)
    for n in "一二":
        merge(collected(plant, title=f"第{n}件"), target, plant.host)
    assert target.merged.count() == 2
    with pytest.raises(PermissionDenied, match="并入"):
        withdraw(target, plant.host)


def test_it_is_not_merged_into_itself_nor_across_enterprises(plant):
    proposal = collected(plant)
    with pytest.raises(PermissionDenied):
        merge(proposal, proposal, plant.host)
    other = collected(plant, by=plant.other_host)
    with pytest.raises(PermissionDenied):
        merge(proposal, other, plant.host)


# --- Its matter ----------------------------------------------------------------------------------


def test_it_becomes_a_matter_whose_contact_alone_names_the_proposer(plant):
    proposal = taken_up(plant)
    matter = proposal.matter
    assert (proposal.state, matter.source, matter.category) == (S.TAKEN_UP, "proposal", "52")
    assert (matter.raiser_kind, matter.nature) == ("employee", "suggestion")
    assert matter.raiser_display == "丁××"
    with transaction.atomic(), privacy.opened(matter=str(matter.pk)):
        assert MatterContact.objects.filter(matter=matter).count() == 1
    stored = CongressProposal.objects.filter(pk=proposal.pk).values().get()
    assert "丁长工" not in str(stored)
    assert "丁长工" not in str(list(proposal.steps.values()))


def test_a_matter_lies_in_an_enterprise_of_the_host(plant, people):
    for place in (plant.press, people.village):
        with pytest.raises(PermissionDenied):
            taken_up(plant, filed(plant, title=f"在{place.name}"), unit=place)
    assert Matter.objects.count() == 0


def test_withdrawn_after_it_was_taken_up_is_said_at_the_matter(plant):
    proposal = taken_up(plant)
    with pytest.raises(PermissionDenied, match=proposal.matter.number_label):
        withdraw(proposal, plant.host)
    matter = proposal.matter
    Matter.objects.filter(pk=matter.pk).update(
        status="closed", stage="closed", closure="withdrawn", closed_on=today()
    )
    proposal = CongressProposal.objects.select_related("matter").get(pk=proposal.pk)
    assert (proposal.stage, proposal.stage_label) == ("withdrawn", "已撤回")


def test_how_far_it_is_is_told_by_its_matter(plant):
    proposal = taken_up(plant)
    told = []
    for facts in (
        {},
        {"answered_on": today()},
        {"word": "satisfied"},
        {"status": "closed", "stage": "closed", "closure": "satisfied", "closed_on": today()},
    ):
        for name, value in facts.items():
            setattr(proposal.matter, name, value)
        told.append(proposal.stage)
    assert told == ["handling", "answered", "rated", "closed"]


def test_a_referred_matter_erases_the_words_of_its_proposals(plant):
    target = filed(plant)
    near, far = collected(plant, title="同一件事"), collected(plant, title="还是这件事")
    merge(far, near, plant.host)
    merge(CongressProposal.objects.get(pk=near.pk), target, plant.host)
    matter = taken_up(plant, CongressProposal.objects.get(pk=target.pk)).matter
    matters.move_matter(
        matter=matter, code="ask_referred", by=plant.host, at=now(), channel="12345 热线"
    )
    matter.refresh_from_db()
    matters.move_matter(matter=matter, code="confirm", by=plant.host2, at=now())
    rows = CongressProposal.objects.values_list("title", "text")
    assert set(rows) == {("已引导至12345 热线", "")}


# --- What the database refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "taken_up", "filed_on": today()},
        {"state": "merged"},
        {"state": "filed"},
        {"number": 2},
    ],
)
def test_the_database_refuses(plant, wrong):
    proposal, _other = collected(plant), collected(plant, title="另一件")
    with pytest.raises(IntegrityError), transaction.atomic():
        CongressProposal.objects.filter(pk=proposal.pk).update(**wrong)


def test_an_unknown_category_and_a_long_title_are_refused(plant):
    with pytest.raises(ValidationError):
        collected(plant, category="99")
    with pytest.raises(ValidationError):
        collected(plant, title="长" * 61)


# --- Told, passed on -----------------------------------------------------------------------------


def test_the_host_is_told_once_that_one_waits(plant):
    proposal = collected(plant)
    assert todo.counts(fresh(plant.host2))["proposal_to_file"] == 1
    assert todo.counts(fresh(plant.other_host)).get("proposal_to_file", 0) == 0
    tell("proposal_to_file", day=today())
    assert {one.user for one in Reminder.objects.filter(kind="proposal_to_file")} == {
        plant.host,
        plant.host2,
    }
    actions.file(proposal=proposal, by=plant.host, at=now())
    assert todo.counts(fresh(plant.host2))["proposal_to_file"] == 0


def test_the_heir_of_the_host_decides_on_what_was_open(plant):
    proposal, over = collected(plant), withdraw(collected(plant, title="已撤"), plant.host)
    reorganisations.merge(
        noun="organ",
        sources=[plant.heavy],
        target=plant.forging,
        by=plant.office,
        at=now(),
        on=today(),
        document="华岳党〔2026〕3号",
    )
    proposal.refresh_from_db()
    over.refresh_from_db()
    assert (proposal.host_organ, proposal.organ) == (plant.forging, plant.heavy)
    assert over.host_organ == plant.heavy
    assert sees(fresh(plant.other_host), proposal)
    assert actions.file(proposal=proposal, by=fresh(plant.other_host), at=now()).state == S.FILED


# --- Pages ---------------------------------------------------------------------------------------


def test_from_the_form_to_the_matter(plant, browse):
    client = browse(plant.host)
    sent = {
        "session": " 第三届 第二次 ",
        "title": "更换造型线除尘滤袋",
        "category": "52",
        "text": "滤袋已用三年。",
        "seconders": "",
    }
    client.post(reverse("works:collect_proposal"), sent)
    proposal = CongressProposal.objects.get()
    assert (proposal.session, proposal.seconders) == ("第三届 第二次", 0)
    assert proposal.organ == plant.heavy
    assert "第三届 第二次" in words(client.get(reverse("works:collect_proposal")))

    again = client.post(reverse("works:collect_proposal"), sent)
    assert again.status_code == 422
    assert proposal.number_label in words(again)
    client.post(reverse("works:collect_proposal"), sent | {"is_another": "on"})
    assert CongressProposal.objects.count() == 2

    client.post(reverse("works:file_proposal", args=[proposal.pk]))
    form = words(client.get(reverse("works:take_up_proposal", args=[proposal.pk])))
    assert "滤袋已用三年" in form
    client.post(
        reverse("works:take_up_proposal", args=[proposal.pk]),
        {
            "unit": plant.foundry.pk,
            "title": "更换除尘滤袋",
            "category": "52",
            "request_text": "滤袋已用三年。",
            "urgency": "normal",
            "name": "丁长工",
            "phone": "100-0000-0009",
        },
    )
    proposal.refresh_from_db()
    page = words(client.get(proposal.get_absolute_url()))
    assert proposal.matter.number_label in page
    assert "丁长工" not in page
    assert "来自提案" in words(client.get(proposal.matter.get_absolute_url()))
    part = reverse("works:proposal_of_matter", args=[proposal.matter.pk])
    assert proposal.number_label in words(client.get(part))


def test_a_matter_from_elsewhere_has_no_part_of_a_proposal(people, browse):
    matter = people.matter()
    assert "来自提案" not in words(browse(people.host).get(matter.get_absolute_url()))


def test_merging_by_number(plant, browse):
    proposal, target = collected(plant), collected(plant, title="另一件")
    url = reverse("works:merge_proposal", args=[proposal.pk])
    client = browse(plant.host)
    for wrong in ("TA2020-0001", "0001", proposal.number_label):
        assert client.post(url, {"target": wrong}).status_code == 422
    client.post(url, {"target": f" {target.number_label.lower()} "})
    proposal.refresh_from_db()
    assert proposal.merged_into == target


def test_an_id_number_is_masked_and_a_phone_asked_about(plant, browse):
    client = browse(plant.host)
    sent = {"session": "第一届", "title": "浴室", "category": "53", "seconders": 2}
    text = "联系身份证11010119900307123X"
    client.post(reverse("works:collect_proposal"), sent | {"text": text})
    assert "11010119900307" not in CongressProposal.objects.get().text


def test_the_sheet(plant):
    taken_up(plant)
    target = collected(plant, title="目标")
    merge(collected(plant, title="并入的"), target, plant.host)
    refuse(collected(plant, title="不立案的"), plant.host)
    sheet = PROPOSAL_LEDGER.sheet(plant.host, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    rows = {row[3]: row for row in sheet.rows}
    assert rows["更换造型线除尘滤袋"][7:13] == ("是", "", None, "", "否", "")
    assert rows["并入的"][12] == f"并入{target.number_label}"
    assert rows["不立案的"][7] == "否"
    assert rows["不立案的"][12] == "不予立案：属日常管理"


def test_the_list_costs_the_same_for_one_row_and_three(plant, browse):
    taken_up(plant)
    client, url = browse(plant.host), reverse("works:proposals") + "?tab=all"

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    taken_up(plant, filed(plant, title="第二件"))
    merge(collected(plant, title="第三件"), collected(plant, title="第四件"), plant.host)
    assert cost() == one
