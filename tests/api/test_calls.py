"""What all calls have in common: token, scope, language, limits, idempotency keys."""

import json
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from api.models import KeptAnswer, Token
from api.v1 import gate
from outreach.models import Visit
from portal.models import AuditEntry
from tests.api.calling import Caller, problem_of
from tests.day import TODAY
from tests.people import STATED


@pytest.fixture
def caller(people):
    return Caller(people)


def a_visit(people, **more):
    author = f"{people.agriculture.label} 王建国"
    facts = {"unit": people.village.pk, "visited_on": TODAY.isoformat(), "author": author}
    return {**facts, **STATED, **more}


@pytest.fixture
def writer(people):
    """A system of the liaison's organ, which writes for its cadres."""
    from portal.roles import Role  # noqa: PLC0415

    return Caller(people, role=Role.LIAISON, within=people.agriculture, name="writer")


def test_a_session_counts_for_nothing(caller, people):
    caller.client.force_login(people.host)
    wrong = [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer gsp_{caller.token.key.hex}_{'x' * 43}"},
        {"Authorization": f"Bearer gsp_{uuid.uuid4().hex}_{'x' * 43}"},
        {"Authorization": f"Bearer {caller.secret}x"},
        {"Authorization": f"Token {caller.secret}"},
        {"Authorization": "Bearer gsp_zzzz_\u00e9"},
    ]
    for headers in wrong:
        response = caller.client.get("/api/v1/units", headers=headers)
        problem_of(response, 401, "unauthorized")
        assert response["WWW-Authenticate"] == "Bearer"
        assert "no-store" in response["Cache-Control"]
    assert caller.get("/units").status_code == 200


def test_each_scope_opens_its_own_alone(people):
    paths = {
        "visits:read": "/visits",
        "matters:read": "/matters",
        "units:read": "/units",
        "figures:read": "/figures",
        "hotline:read": "/hotline/answers",
        "webhooks": "/webhooks",
    }
    caller = Caller(people)
    for scope in paths:
        Token.objects.update(scopes=[scope])
        for other, path in paths.items():
            response = caller.get(path)
            assert response.status_code == (200 if other == scope else 403), (scope, path)
        for path in ("/visits", "/hotline/tickets"):
            sent = {"number": "1"} if "hotline" in path else a_visit(people)
            problem_of(caller.post(path, sent), 403, "scope")


def test_refusals_speak_the_language_asked(caller):
    english = problem_of(caller.get("/visits/1"), 404, "not_found")
    chinese = problem_of(
        caller.get("/visits/1", Accept_Language="zh-CN,en;q=0.5"), 404, "not_found"
    )
    other = problem_of(caller.get("/visits/1", Accept_Language="fr"), 404, "not_found")
    assert english["title"].isascii() and chinese["title"] == other["title"]
    assert not chinese["title"].isascii()


def test_a_slip_in_a_filter_is_refused(caller):
    """If unknown filters were ignored, a typo would show all rows."""
    for query in ({"untl": "1"}, {"size": "0"}, {"size": "201"}, {"after": "x"}, {"unit": "a"}):
        said = problem_of(caller.get("/visits", query), 422, "invalid")
        assert [one["field"] for one in said["errors"]] == [*query], said
    problem_of(caller.get("/matters", {"unit": "999999999"}), 422, "invalid")


def test_a_token_calls_so_often_in_a_minute(caller, settings):
    settings.API_CALLS_PER_MINUTE = 2
    cache.clear()
    codes = [caller.get("/units").status_code for _n in range(4)]
    assert codes == [200, 200, 429, 429]
    assert caller.get("/units")["Retry-After"] == "30"


def test_guessing_closes_an_address(caller, monkeypatch):
    monkeypatch.setattr(gate, "MOST_WRONG", 3)
    cache.clear()
    headers = {"Authorization": f"Bearer gsp_{uuid.uuid4().hex}_{'x' * 43}"}
    codes = [caller.client.get("/api/v1/units", headers=headers).status_code for _n in range(6)]
    assert codes == [401, 401, 401, 429, 429, 429]
    # A valid token is not locked out by wrong guesses from the same address.
    assert caller.get("/units").status_code == 200
    elsewhere = caller.client.get("/api/v1/units", headers=headers, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 401


def test_what_is_no_call_is_refused(caller):
    problem_of(caller.get("/units?q=%00"), 400, "malformed")
    problem_of(caller.get("/visits/a/b"), 404, "not_found")
    problem_of(caller.client.put("/api/v1/units", headers=caller.headers()), 405, "method")
    response = caller.client.post(
        "/api/v1/visits", "{", headers=caller.headers(), content_type="application/json"
    )
    problem_of(response, 400, "malformed")
    response = caller.client.post("/api/v1/visits", {"a": "b"}, headers=caller.headers())
    problem_of(response, 415, "media_type")
    response = caller.client.post(
        "/api/v1/visits", " " * 300_000, headers=caller.headers(), content_type="application/json"
    )
    problem_of(response, 413, "too_large")


# --- Once ----------------------------------------------------------------------------------------


def test_the_same_call_is_carried_out_once(writer, people):
    key, sent = str(uuid.uuid4()), a_visit(people)
    first = writer.post("/visits", sent, key=key)
    again = writer.post("/visits", sent, key=key)

    assert (first.status_code, again.status_code) == (201, 201), first.json()
    assert first.content == again.content and again["Location"] == first["Location"]
    assert "Idempotent-Replay" not in first and again["Idempotent-Replay"] == "true"
    assert Visit.objects.count() == 1
    problem_of(writer.post("/visits", sent | {"heard": "别的"}, key=key), 409, "key_used")
    # Another key is another visit.
    assert writer.post("/visits", sent).status_code == 201
    assert Visit.objects.count() == 2
    assert STATED["summary"] not in KeptAnswer.objects.first().sealed


def test_a_key_belongs_to_its_token(writer, people):
    key, sent = str(uuid.uuid4()), a_visit(people)
    writer.post("/visits", sent, key=key)
    other = Caller(people, name="other")
    assert (
        other.post(
            "/hotline/tickets", {"number": "20260101001", "unit": "柳湾村"}, key=key
        ).status_code
        == 201
    )


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space", "中文的键八个字以上"])
def test_a_write_needs_a_key(writer, people, key):
    headers = (
        {"Idempotency_Key": key}
        if key.isascii()
        else {"Idempotency_Key": key.encode().decode("latin-1")}
    )
    said = problem_of(writer.post("/visits", a_visit(people), **headers), 422, "invalid")
    assert said["errors"][0]["field"] == "Idempotency-Key"
    assert not Visit.objects.exists()


def test_a_refused_call_leaves_nothing(writer, people):
    key = str(uuid.uuid4())
    sent = a_visit(people, matters=[{"title": "渠道", "category": "02", "outcome": "on_the_spot"}])
    said = problem_of(writer.post("/visits", sent, key=key), 422, "invalid")
    assert [one["field"] for one in said["errors"]] == ["matters.0.result_text"]
    assert not Visit.objects.exists() and not KeptAnswer.objects.exists()
    # After correction the same key may be used.
    sent["matters"][0]["result_text"] = "当场说明"
    assert writer.post("/visits", sent, key=key).status_code == 201


def test_the_audit_says_which_token(writer, people):
    visit = writer.post("/visits", a_visit(people)).json()
    entry = AuditEntry.objects.get(event="visit.recorded", noun_id=visit["id"])
    assert entry.actor == f"writer T{writer.token.pk}"
    assert entry.actor_id == writer.service.user.pk and str(entry.address) == "127.0.0.1"
    # Actions of people carry no token mark.
    people.visit()
    assert AuditEntry.objects.filter(event="visit.recorded").latest("pk").actor == "author"


def test_the_last_use_is_known(writer, people):
    writer.get("/visits")
    writer.token.refresh_from_db()
    assert writer.token.last_used_at is not None
    page = writer.client
    page.force_login(people.host)
    assert page.get(reverse("api:tokens"), {"tab": "all"}).status_code == 200


def test_answers_are_json(writer, people):
    made = writer.post("/visits", a_visit(people))
    assert made["Content-Type"] == "application/json"
    assert json.loads(made.content)["created_at"].endswith("Z")
