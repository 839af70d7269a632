"""sync/openapi.json matches the code: addresses, methods, states, and real answers."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import get_resolver
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from sync import receipts
from sync.actions import parts
from sync.models import Part
from sync.models.entries import State
from tests.sync.phone import jpeg

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = json.loads((ROOT / "sync" / "openapi.json").read_text())
SCHEMAS = SPEC["components"]["schemas"]


def check(content, name):
    """Raise ValidationError unless the content matches this schema."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": SPEC["components"]}
    Draft202012Validator(schema).validate(content)


def operations():
    return {
        (path, method): said
        for path, methods in SPEC["paths"].items()
        for method, said in methods.items()
    }


def test_each_address_of_phones_stands_in_it():
    def walk(patterns):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns)
            elif str(one.pattern).startswith("sync/v1/"):
                yield "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern)), one.name

    found = set(walk(get_resolver().url_patterns))

    assert {path for path, _name in found} == set(SPEC["paths"])
    named = {(path, said["operationId"]) for (path, _method), said in operations().items()}
    assert named == found


def test_the_states_are_those_of_the_code():
    entry = SCHEMAS["Receipt"]["properties"]
    assert set(entry["state"]["enum"]) == {*State, receipts.UNREADABLE, receipts.UNKNOWN}
    of_part = entry["parts"]["items"]["properties"]["state"]["enum"]
    assert set(of_part) == {*Part.State}
    assert set(SCHEMAS["Chunk"]["properties"]["state"]["enum"]) == {
        *Part.State,
        parts.UNKNOWN,
        parts.DIFFERS,
    }


def test_docs_name_the_same_states():
    written = (ROOT / "docs" / "sync.md").read_text()
    for state in SCHEMAS["Receipt"]["properties"]["state"]["enum"]:
        assert f"| `{state}` |" in written


def test_each_operation_answers_its_method_alone(phone):
    paths = {
        "{key}": "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60",
        "{sha256}": "0" * 64,
    }
    for (path, method), said in operations().items():
        url = re.sub(r"\{\w+\}", lambda match: paths[match.group()], path)
        for other in {"get", "post", "put", "delete"} - {method}:
            response = getattr(phone.client, other)(url, headers=phone.headers)
            assert response.status_code == 405 and response.headers["Allow"] == method.upper()
        # Without a credential every call is refused in the same way.
        response = getattr(phone.client, method)(url, headers=phone.headers | {"Authorization": ""})
        assert str(response.status_code) in said["responses"] and response.status_code == 401
        check(response.json(), "Error")


def test_answers_are_of_their_schema(phone, people):
    photo = jpeg()
    sound = phone.visit(people.village, photos=[photo])
    wrong = phone.visit(people.village, fields={"summary": [""]})
    letters = [phone.letter(sound), phone.letter(wrong), phone.letter(sound) | {"hash": "0" * 64}]
    check({"entries": letters}, "Entries")

    response = phone.post("/sync/v1/entries/", {"entries": letters})
    check(response.json(), "Receipts")
    states = [one["state"] for one in response.json()["entries"]]
    assert states == ["accepted", "quarantined", "unreadable"]
    for state in ("stored", "stored"):
        sealed = phone.sealed(sound, photo)
        answer = phone.put(sound, photo, sealed, at=0, size=len(sealed)).json()
        check(answer, "Chunk")
        assert answer["state"] == state
    query = f"id={sound['id']}&id={wrong['id']}&id=6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60"
    asked = phone.client.get(f"/sync/v1/receipts/?{query}", headers=phone.headers).json()
    check(asked, "Receipts")
    assert asked["entries"][-1]["state"] == "unknown"


def test_a_schema_refuses_what_is_of_another_shape():
    """The check would notice missing and additional fields."""
    answer = {"received": 1, "state": "waiting", "version": {"least": 1, "most": 1}}
    check(answer, "Chunk")
    for wrong in ({"received": 1}, answer | {"more": 1}, answer | {"state": "gone"}):
        with pytest.raises(ValidationError):
            check(wrong, "Chunk")


def test_each_refusal_of_a_call_stands_in_it(phone):
    """The common refusals of all calls, and interrupted bodies."""
    paths = {"{key}": "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60", "{sha256}": "0" * 64}
    for (path, method), said in operations().items():
        url = re.sub(r"\{\w+\}", lambda match: paths[match.group()], path)
        ask = getattr(phone.client, method)
        expected = {"400", "401", "403", "429", "503", "200"}
        expected |= {"408", "413"} if method != "get" else set()
        assert set(said["responses"]) == expected, path
        foreign = ask(url, headers=phone.headers | {"Origin": "https://elsewhere.example"})
        assert foreign.status_code == 403
        check(foreign.json(), "Error")
        if method != "get":
            cut = ask(
                url + ("?at=0&size=100" if method == "put" else ""),
                content_type="application/json",
                headers=phone.headers,
                **{"CONTENT_LENGTH": "90", "wsgi.input": BytesIO(b"{}")},
            )
            assert cut.status_code == 408, (path, cut.content)
            check(cut.json(), "Error")
