"""Working in the ledger: numbers on tabs, sortable headings, jump, bulk actions and back."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from outreach.models import Matter
from portal.pages import search
from tests.day import TODAY

LEDGER = reverse("outreach:matters")


def test_tabs_are_counted_once_the_page_is_shown(people, browse):
    people.matter()
    people.awaiting_word()
    session = browse("host")

    page = session.get(LEDGER, {"tab": "all", "category": "02"}).content.decode()
    assert 'hx-get="?tab=all&amp;category=02&amp;count=tabs"' in page
    tabs = session.get(LEDGER, {"tab": "all", "count": "tabs"}).content.decode()

    assert tabs.startswith("<nav") and "待回访 1</a>" in tabs and "hx-get" not in tabs


def test_a_search_counts_its_tabs_once_the_page_is_shown(people, browse):
    people.matter(title="路灯不亮")
    people.matter(title="沟渠堵塞")
    session = browse("host")

    page = session.get(LEDGER, {"tab": "all", "q": "路灯"})
    tabs = session.get(LEDGER, {"tab": "all", "q": "路灯", "count": "tabs"}).content.decode()

    assert page.context["total"] == 1 and "沟渠堵塞" not in page.content.decode()
    assert page.context["page"].rows[0].title == "路灯不亮"
    assert 'value="路灯"' in page.content.decode()
    assert "待办</a>" in page.content.decode()
    assert "待办 1</a>" in tabs


@pytest.mark.parametrize("name", ["matters", "visits", "stays", "notices"])
def test_the_first_choice_of_a_filter_says_what_it_is(browse, name):
    page = browse("office").get(reverse(f"outreach:{name}")).content.decode()

    assert "不限</option>" in page
    assert "-----" not in page and "选填" not in page


@pytest.mark.parametrize("tab", ["waiting", "handling", "call_back", "closed", "all"])
def test_the_number_of_a_tab_is_that_of_its_rows(people, browse, tab):
    for make in (people.matter, people.in_progress, people.awaiting_word):
        make()
    asked = browse("host").get(LEDGER, {"tab": tab}).context
    numbers = asked["listing"].address.at(people.host, QueryDict()).numbers_in([tab])

    assert numbers == {tab: asked["total"]}


def test_what_is_for_oneself_has_its_pages_as_where_its_tab_is_asked_for(people, browse):
    people.visit(matters=[{"title": f"第{n}段沟渠堵塞"} for n in range(52)])
    session = browse("host")

    def pages(**query):
        first = session.get(LEDGER, query).context
        after = QueryDict(first["page"].next_link.partition("?")[2]).dict()
        then = session.get(LEDGER, query | after).context
        assert (first["total"], first["total_is_exact"], first["tab"]) == (52, True, "waiting")
        assert not then["page"].has_next and then["page"].has_previous
        return [[one.pk for one in found["page"]] for found in (first, then)]

    usual = pages()

    assert [len(rows) for rows in usual] == [50, 2]
    assert usual == pages(tab="waiting")
    assert pages(sort="newest") == pages(tab="waiting", sort="newest") != usual


@pytest.mark.parametrize("few", [2_000, 0])
def test_a_word_is_looked_for_as_it_is_written(people, browse, few, monkeypatch):
    """Both by scanning rows and by the index."""
    monkeypatch.setattr(search, "SCAN_UP_TO", few)
    people.matter(title="路灯坏了50%以上")
    people.matter(title="路灯坏了50盏以上")
    people.matter(title="村口WIFI信号弱")
    session = browse("host")

    def found(word):
        page = session.get(LEDGER, {"tab": "all", "q": word}).context["page"]
        return sorted(one.title for one in page)

    assert found("坏了50%以") == ["路灯坏了50%以上"]
    assert found("坏了50_以") == []
    assert found("口wifi信") == found("口WiFi") == found("wifi信号") == ["村口WIFI信号弱"]
    assert found("了50盏以") == found("50盏") == ["路灯坏了50盏以上"]
    assert found("村wifi") == found("wifi号") == found("50上") == []


def test_a_heading_sorts_and_says_how(people, browse):
    for n in range(3):
        Matter.objects.filter(pk=people.matter().pk).update(registered_on=TODAY - timedelta(n))
    session = browse("host")

    newest = session.get(LEDGER, {"tab": "all"})
    assert (
        '<th aria-sort="descending"><a class="sorts" href="?tab=all&amp;sort=oldest">登记日期'
        in (newest.content.decode())
    )
    oldest = session.get(LEDGER, {"tab": "all", "sort": "oldest"})
    assert 'aria-sort="ascending"' in oldest.content.decode()
    days = [one.registered_on for one in oldest.context["page"]]
    assert days == sorted(days)
    due = session.get(LEDGER, {"tab": "all", "sort": "due"}).content.decode()
    # Pressed again, the heading restores the list's own order.
    assert (
        '<th aria-sort="ascending"><a class="sorts" href="?tab=all&amp;sort=newest">办理时限' in due
    )


@pytest.mark.parametrize("tail", ["{0}", "{0:04d}", "MQ{1}-{0}", " mq{1}-{0:04d} "])
def test_digits_alone_jump_to_a_matter(people, browse, tail):
    matter = people.matter()
    text = tail.format(matter.number, matter.number_year)

    assert browse("host").get(LEDGER, {"jump": text}).url == matter.get_absolute_url()


@pytest.mark.parametrize("text", ["777", "MQ2026-9", "²", "nonsense", "1" * 18, "2026-13-01"])
def test_a_jump_to_nothing_says_so_and_stays(people, browse, text):
    people.matter()
    page = browse("host").get(LEDGER, {"tab": "all", "jump": text}, follow=True)

    assert page.redirect_chain[-1][0] == f"{LEDGER}?tab=all"
    assert "没有" in page.content.decode() and len(page.context["page"]) == 1


def test_a_jump_finds_nothing_of_the_neighbour(people, browse):
    matter = people.matter()
    page = browse("neighbour_host").get(LEDGER, {"jump": str(matter.number)}, follow=True)

    assert matter.title not in page.content.decode()


def test_several_are_taken_up_and_one_is_back_where_one_was(people, browse):
    chosen = [people.matter().pk for _n in range(3)]
    where = f"{LEDGER}?tab=waiting&due=week"
    session, address = browse("host"), reverse("outreach:bulk", args=["take_up"])

    asked = session.post(address, {"chosen": chosen, "next": where})
    assert f'name="next" value="{where.replace("&", "&amp;")}"' in asked.content.decode()
    assert b'name="organ"' not in asked.content
    done = session.post(address, {"chosen": chosen, "next": where, "confirmed": "1"})

    assert done.url == where
    taken = Matter.objects.filter(pk__in=chosen, status="in_progress")
    assert {one.lead_organ for one in taken} == {people.town_organ} and len(taken) == 3


def test_back_leads_to_no_other_site(people, browse):
    address = reverse("outreach:bulk", args=["take_up"])
    sent = {"chosen": [people.matter().pk], "confirmed": "1", "next": "//evil.example/"}

    assert browse("host").post(address, sent).url == LEDGER
