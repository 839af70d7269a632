"""A wrong click is taken back with a reason; a word written down wrongly is asked for again."""

import re

import pytest

from outreach.models import FollowUp, Matter

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]


def assign(desk, matter, organ):
    desk.open(f"{matter.get_absolute_url()}do/assign/").pick("lead", organ)
    desk.page.locator("main form .button-primary").click()
    desk.page.wait_for_url(re.compile(f"{matter.get_absolute_url()}$"))
    desk.check()


def waits_for(someone, matter):
    return matter.title in someone.open("/todo/").text()


def test_assigned_to_the_wrong_organ_taken_back_and_assigned_again(person, stack, on_the_stack):
    people = stack.people
    matter = people.matter(title="东支渠闸门关不严")
    people.move(matter, "pass_up", people.host, text="需县里协调")
    desk, roads, water = person("desk"), person("support"), person("handler")

    assign(desk, matter, "县交通")
    assert waits_for(roads, matter) and not waits_for(water, matter)

    # From the message itself, with a reason.
    desk.page.locator(".notice-undo a").click()
    desk.page.wait_for_url(re.compile("/take-back/$"))
    desk.check()
    desk.page.fill("textarea[name=reason]", "交错单位")
    desk.save()
    assert "已收回" in desk.page.locator(".notice").inner_text()
    # Both steps stay: the one struck through, the other with its reason.
    taken = desk.page.locator("li.taken-back")
    assert "交办" in taken.inner_text()
    assert "交错单位" in desk.text()
    assert not waits_for(roads, matter)

    assign(desk, matter, "县水利")
    assert waits_for(water, matter) and not waits_for(roads, matter)
    assert desk.open(matter.get_absolute_url()).page.locator("li.taken-back").count() == 1
    assert Matter.objects.get(pk=matter.pk).lead_organ == people.water


def test_a_word_ticked_wrongly_is_asked_for_again_by_somebody_else(person, stack, on_the_stack):
    people = stack.people
    matter = people.awaiting_word(title="路灯不亮")
    first = matter.follow_ups.get()
    desk = person("desk2").open(f"{first.get_absolute_url()}arrange/")
    desk.pick("caller", people.office.name)
    desk.save()

    office = person("office").open(first.get_absolute_url())
    office.page.locator("input[name=word][value=satisfied]").check(force=True)
    office.page.locator("main form .button-primary").click()
    office.page.wait_for_url(re.compile("/call-backs/$"))
    office.open(first.get_absolute_url())
    office.page.locator("main a[href$='/ask-again/']").click()
    office.page.fill("textarea[name=reason]", "点错了选项")
    office.save()

    second = FollowUp.objects.get(corrects=first)
    desk.open(f"{second.get_absolute_url()}arrange/").pick("caller", people.host2.name)
    desk.save()
    host = person("host2").open(second.get_absolute_url())
    host.page.locator("input[name=word][value=unsatisfied]").check(force=True)
    host.page.locator("main form .button-primary").click()
    host.page.wait_for_url(re.compile("/call-backs/$"))

    # Both words are on the page, and the matter is handled again.
    said = office.open(first.get_absolute_url()).text()
    assert "满意 · 李明" in said and "不满意 · 李秀英" in said
    office.check()
    assert Matter.objects.get(pk=matter.pk).status == "in_progress"
    first.refresh_from_db()
    assert first.word == "satisfied"
