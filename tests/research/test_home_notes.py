"""回乡调研: voluntary and visible only to the author; no reminder, no figure, no matter."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.duties import reminders, todo
from portal.models import Reminder
from portal.sheets import figures
from research.actions import home_notes
from research.models import HomeNote
from tests.day import TODAY, in_days, now
from tests.people import fresh
from tests.reading import words


def written(people, by=None, **changes):
    content = {
        "seen_on": in_days(-1),
        "place": "老家清溪村",
        "situation": "村里小学并到了镇上，孩子上学路远。",
        "suggestion": "开通校车。",
    }
    return home_notes.write_home_note(by=by or people.author, at=now(), **content | changes)


def sees(user, note):
    return HomeNote.objects.visible_to(user).filter(pk=note.pk).exists()


def test_a_note_is_its_authors_alone_until_given(people):
    note = written(people)
    assert sees(people.author, note)
    for one in ("colleague", "liaison", "host", "office", "supervisor", "neighbour_office"):
        assert not sees(getattr(people, one), note), one
    note = home_notes.give_home_note(note=note, by=people.author, at=now())
    assert sees(people.office, note)
    for one in ("colleague", "liaison", "host", "supervisor", "neighbour_office"):
        assert not sees(getattr(people, one), note), one
    note = home_notes.take_home_note_back(note=note, by=people.author)
    assert not sees(people.office, note)


def test_a_cadre_writes_changes_and_discards_it(people):
    for by in (people.office, people.system, people.recipient):
        with pytest.raises(PermissionDenied):
            written(people, by=by)
    note = written(people)
    given = {"seen_on": TODAY, "place": "清溪村", "situation": "路通了。", "suggestion": ""}
    note = home_notes.change_home_note(note=note, by=people.author, **given)
    assert note.situation == "路通了。"
    with pytest.raises(PermissionDenied):
        home_notes.change_home_note(note=note, by=people.office, **given)
    note = home_notes.give_home_note(note=note, by=people.author, at=now())
    for act in (home_notes.change_home_note, home_notes.drop_home_note):
        with pytest.raises(PermissionDenied):
            act(note=note, by=people.author, **(given if act.__name__.startswith("ch") else {}))
    note = home_notes.take_home_note_back(note=note, by=people.author)
    home_notes.drop_home_note(note=note, by=people.author)
    assert not HomeNote.objects.exists()


def test_it_is_written_on_a_page_and_given_with_one_press(browse, people):
    session = browse("author")
    typed = {"seen_on": in_days(1).isoformat(), "place": "清溪村", "situation": "路通了。"}
    url = reverse("research:new_home_note")
    assert "seen_on" in session.post(url, typed).context["form"].errors
    page = session.post(url, typed | {"seen_on": TODAY.isoformat()}, follow=True)
    note = HomeNote.objects.get()
    assert reverse("research:drop_home_note", args=[note.pk]) in words(page)
    page = session.post(reverse("research:give_home_note", args=[note.pk]), follow=True)
    assert reverse("research:take_home_note_back", args=[note.pk]) in words(page)
    assert "清溪村" in words(session.get(reverse("research:home_notes")))
    office = browse("office")
    assert "清溪村" in words(office.get(reverse("research:home_notes")))
    assert "路通了" in words(office.get(note.get_absolute_url()))


def test_nobody_is_reminded_and_nothing_is_counted(people):
    before = [todo.counts(fresh(one)) for one in (people.author, people.office)]
    home_notes.give_home_note(note=written(people), by=people.author, at=now())
    assert [todo.counts(fresh(one)) for one in (people.author, people.office)] == before
    reminders.tell(day=TODAY, at=reminders.morning_of(TODAY), by="test")
    assert not Reminder.objects.filter(noun__contains="note").exists()
    assert not [one for one in figures.REGISTRY.values() if one.noun is HomeNote]
    assert not [field for field in HomeNote._meta.get_fields() if field.many_to_many]


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count
):
    for _ in range(row_count):
        home_notes.give_home_note(note=written(people), by=people.author, at=now())
    session, url = browse("office"), reverse("research:home_notes")
    session.get(url)
    with django_assert_num_queries(10):
        session.get(url)
