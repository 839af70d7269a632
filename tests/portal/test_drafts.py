"""Text typed into a form is kept on the server until it is sent, only for its author."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from outreach.models import VisitDraft
from portal.models import FormDraft
from portal.pages import drafts
from portal.pages.acts import ACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(people):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return sign_in


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode()).group(1)


@pytest.fixture
def visit(people):
    return people.visit()


@pytest.fixture
def note(visit):
    """The address of the form used by these tests."""
    return reverse("outreach:add_note", args=[visit.pk])


def typed(page, path, text, **more):
    frame = {name: hidden(page, name) for name in ("key", "owner")}
    return {**frame, "draft_path": path, "draft_title": "补记", "text": text, **more}


def keep(client, form):
    return client.post(reverse("keep_form"), form)


def test_a_form_is_kept_offered_and_goes_when_it_is_sent(browse, note):
    client = browse("author")
    page = client.get(note)
    form = typed(page, note, "写到一半的补记")
    assert keep(client, form).status_code == 204

    # Offered, but not filled in automatically.
    again = client.get(note).content.decode()
    assert "继续写" in again and "写到一半的补记" not in again
    assert "写到一半的补记" in client.get(note, {"draft": form["key"]}).content.decode()
    assert "补记" in client.get(reverse("todo")).content.decode()
    opened = client.get(note, {"draft": form["key"]})
    assert "error-summary" not in opened.content.decode()

    # A form sent with a mistake is not announced as an opened draft.
    said = re.compile("这是.{5,16}的草稿。")
    assert said.search(opened.content.decode())
    refused = client.post(f"{note}?draft={form['key']}", typed(opened, note, ""))
    assert refused.status_code == 422 and not said.search(refused.content.decode())

    sent = client.post(note, typed(opened, note, "写完的补记", client_key=str(uuid.uuid4())))
    assert sent.status_code == 302
    assert not FormDraft.objects.exists()
    # A late autosave of the page restores nothing.
    assert keep(client, form).status_code == 409
    assert not FormDraft.objects.exists()


def test_it_lies_sealed_and_is_nobody_elses(browse, note, people):
    client = browse("author")
    form = typed(client.get(note), note, "身份证11010519491231002X，三组的渠")
    keep(client, form)

    draft = FormDraft.objects.get()
    assert "三组" not in draft.content and "三组" in str(draft.typed)
    assert "19491231" not in str(draft.typed)
    for other in ("host", "office"):
        page = browse(other).get(note, {"draft": form["key"]})
        assert "三组的渠" not in page.content.decode()
        browse(other).post(reverse("drop_form", args=[draft.key]))
    assert FormDraft.objects.exists()
    browse("author").post(reverse("drop_form", args=[draft.key]))
    assert not FormDraft.objects.exists()


def test_two_windows_overwrite_nothing(browse, note):
    client = browse("author")
    form = typed(client.get(note), note, "长的一份", draft_window="first")
    first = keep(client, form)

    other = keep(client, form | {"text": "短的一份", "draft_window": "second"})

    assert (first.status_code, other.status_code) == (204, 409)
    assert {one.typed["text"][0] for one in FormDraft.objects.all()} == {"长的一份", "短的一份"}
    own = other.headers["X-Draft-Key"]
    # The first continues without having had an answer; the second uses its own key.
    assert keep(client, form | {"text": "更长的一份"}).status_code == 204
    more = form | {"key": own, "text": "短的一份，改过", "draft_window": "second"}
    assert keep(client, more).status_code == 204
    assert FormDraft.objects.count() == 2


def test_two_windows_of_a_visit_overwrite_nothing(browse, people):
    client, key = browse("author"), str(uuid.uuid4())
    url, form = reverse("outreach:keep_draft"), {"key": key, "summary": "长的一份"}
    assert client.post(url, form | {"draft_window": "first"}).status_code == 200

    answer = client.post(url, form | {"summary": "短的一份", "draft_window": "second"})

    assert answer.status_code == 409
    kept = {one.typed["summary"][0] for one in VisitDraft.objects.all()}
    assert kept == {"长的一份", "短的一份"}


def test_nothing_more_is_kept_of_a_saved_visit(browse, people):
    visit = people.visit()
    form = {"key": str(visit.client_key), "summary": "又写了一大段"}

    assert browse("author").post(reverse("outreach:keep_draft"), form).status_code == 409


def test_it_survives_the_end_of_the_session(client, people, note):
    client.force_login(people.author)
    form = typed(client.get(note), note, "写了一下午")
    client.logout()

    answer = client.post(note, form)

    assert answer.status_code == 302 and "draft" in answer.url
    client.force_login(people.author)
    assert "写了一下午" in client.get(note, {"draft": form["key"]}).content.decode()
    client.logout()
    # A forged owner creates no draft.
    client.post(note, form | {"owner": "forged", "key": str(uuid.uuid4())})
    assert FormDraft.objects.count() == 1


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/accounts/", "/visits/new/", "x" * 300, ""])
def test_only_forms_that_are_kept_have_drafts(browse, path):
    form = {"key": str(uuid.uuid4()), "draft_path": path, "text": "x"}

    assert keep(browse("author"), form).status_code == 400


def test_odd_drafts_are_refused(browse, note):
    form = {"draft_path": note, "text": "x"}
    for key in ("", "nonsense", "²", "9" * 5000):
        assert keep(browse("author"), form | {"key": key}).status_code == 400
    large = form | {"key": str(uuid.uuid4()), "text": "字" * (drafts.MOST + 1)}
    assert keep(browse("author"), large).status_code == 413
    assert not FormDraft.objects.exists()


def test_old_ones_go_and_nobody_keeps_very_many(people, note, browse):
    client, page = browse("author"), browse("author").get(note)
    for _each in range(3):
        keep(client, typed(page, note, "x") | {"key": str(uuid.uuid4())})
    FormDraft.objects.filter(pk=FormDraft.objects.first().pk).update(
        updated_at=timezone.now() - timedelta(days=15)
    )
    assert drafts.drop_old(at=timezone.now()) == 1
    assert FormDraft.objects.count() == 2


def views_that_keep(patterns=None, before=""):
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(one, "url_patterns"):
            yield from views_that_keep(one.url_patterns, before)
        elif getattr(one.callback, "park_form", None) is drafts.park:
            yield one.name


def test_conduct_accounts_and_what_is_untraced_are_not_kept():
    kept = set(views_that_keep())
    never = {
        name
        for (_namespace, name), (acts, act) in ACTS.items()
        if act.form and (act.is_untraced or not acts.keeps_drafts)
    }

    assert {"close_report", "hand_over_report", "new_complaint"} <= never
    assert not kept & never
    plain = {name for name in kept if name not in {name for _namespace, name in ACTS}}
    assert plain == {
        "keep_form",
        "act",
        "new_matter",
        "correct_visit",
        "add_note",
        "void_visit",
        "follow_up",
    }
