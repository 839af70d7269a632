"""What every act gets from its row: done once, no traceback, no loss of typed text."""

import uuid

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from pairing.models import WeakOrganizationCase
from portal.pages.acts import Act, Acts
from tests.pairing.test_weak import item, noted, rectifying


@pytest.fixture
def host(client, people):
    client.force_login(people.host)
    return client


@pytest.fixture
def send(host, django_capture_on_commit_callbacks):
    """Send a form and commit its transaction; only then is the act done."""

    def post(url, typed):
        with django_capture_on_commit_callbacks(execute=True):
            return host.post(url, typed)

    return post


def hidden(response):
    """Return the key and the owner's signature, as the page contains them."""
    return {name: str(response.context[name]) for name in ("key", "owner")}


def to_add(people, **changes):
    case = rectifying(people)
    url = reverse("pairing:add_weak_item", args=[case.pk])
    typed = {
        "situation": "01",
        "measure": "选优配强班子",
        "responsible": "镇党委副书记",
        "due_on": str(people.host.today),
    }
    return case, url, typed | changes


def test_sent_again_after_a_lost_answer_is_done_once(host, send, people):
    case, url, typed = to_add(people)
    typed |= hidden(host.get(url))
    before = case.items.count()

    first, again = send(url, typed), send(url, typed)

    assert first.status_code == again.status_code == 302
    assert first.url == again.url == case.get_absolute_url()
    assert case.items.count() == before + 1


def test_changed_after_going_back_it_is_another_act(host, people):
    case, url, typed = to_add(people)
    typed |= hidden(host.get(url))
    before = case.items.count()

    host.post(url, typed)
    host.post(url, typed | {"measure": "另一条措施"})

    assert case.items.count() == before + 2


def test_what_was_refused_is_done_when_sent_again(host, people):
    """A refusal releases the key, since it is no lost answer."""
    case, url, typed = to_add(people)
    typed |= hidden(host.get(url))
    before = case.items.count()

    assert host.post(url, typed | {"due_on": "1999-01-01"}).status_code == 422
    assert host.post(url, typed).status_code == 302
    assert case.items.count() == before + 1


def test_a_press_sent_twice_is_done_once(host, send, people):
    case = rectifying(people)
    for one in case.items.all():
        item_done = reverse("pairing:end_weak_item", args=[one.pk])
        host.post(item_done, {"done": "1", "outcome": "已补选"})
    url = reverse("pairing:ask_weak_acceptance", args=[case.pk])
    pressed = {"key": str(uuid.uuid4())}

    answers = [send(url, pressed), send(url, pressed)]

    # A second request would be refused, but a retry after a lost answer is no second request.
    assert [answer.status_code for answer in answers] == [302, 302]
    assert host.post(url, {"key": str(uuid.uuid4())}).status_code == 403


def test_typed_text_outlives_the_end_of_a_session(client, host, people):
    case, url, typed = to_add(people, measure="写了一下午的措施")
    typed |= hidden(host.get(url))
    client.logout()

    parked = client.post(url, typed)
    assert parked.status_code == 302
    assert not case.items.filter(measure="写了一下午的措施").exists()

    client.force_login(people.host)
    back = client.get(url, {"draft": typed["key"]})
    assert back.status_code == 200
    assert "写了一下午的措施" in back.content.decode()
    assert client.post(url, typed | hidden(back)).status_code == 302
    assert case.items.filter(measure="写了一下午的措施").count() == 1


def test_parked_text_goes_to_nobody_else(client, host, people):
    _case, url, typed = to_add(people, measure="写了一下午的措施")
    typed |= hidden(host.get(url))
    client.logout()
    client.post(url, typed)
    client.post(url, typed | {"owner": "forged", "key": str(uuid.uuid4())})

    client.force_login(people.office)
    page = client.get(url, {"draft": typed["key"]})

    assert "写了一下午的措施" not in page.content.decode()


@pytest.mark.parametrize("key", ["", "nonsense", "\u0661", "x" * 2000], ids=range(4))
def test_an_odd_key_is_no_key(host, people, key):
    case, url, typed = to_add(people)
    before = case.items.count()

    host.post(url, typed | {"key": key})
    assert host.get(url, {"draft": key}).status_code == 200
    assert case.items.count() == before + 1


def test_what_a_press_refuses_is_a_sentence(people, rf):
    """Without a form to show it, the record's page does."""
    case = noted(people)

    def refuse(*, case, by):
        raise ValidationError("现在不行")

    acts = Acts(
        "pairing",
        "case",
        "weak/<int:pk>/",
        lambda user, pk: WeakOrganizationCase.objects.get(pk=pk),
        lambda case, label: [],
        acts=(Act("asked_by_a_test", "提请", lambda user, case: True, refuse),),
    )
    (pattern,) = acts.urls()
    request = rf.post("/")
    request.user = people.host
    request._messages = CookieStorage(request)

    answer = pattern.callback(request, pk=case.pk)

    assert answer.status_code == 302
    assert [said.message for said in request._messages] == ["现在不行"]


def test_a_broken_action_gives_the_key_back(host, people, monkeypatch):
    case, url, typed = to_add(people)
    typed |= hidden(host.get(url))
    monkeypatch.setattr("pairing.rules.weak.may_change_plan", lambda user, case: 1 / 0)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        host.post(url, typed)
    monkeypatch.undo()

    assert host.post(url, typed).status_code == 302


def test_the_audit_says_the_word_of_the_row(client, people):
    item(people, rectifying(people))
    client.force_login(people.auditor)

    assert "增加整改事项" in client.get(reverse("audit")).content.decode()
