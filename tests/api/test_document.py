"""api/openapi.json matches the code: it is generated from the operations, and answers have its
shapes."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from jsonschema import Draft202012Validator

from api.models import Scope
from api.v1.document import FILE
from api.v1.problems import PROBLEMS
from tests.api.calling import Caller

pytestmark = pytest.mark.each_run

SPEC = json.loads(FILE.read_text())
SCHEMAS = SPEC["components"]["schemas"]


def operations():
    return [
        (path, method, said)
        for path, methods in SPEC["paths"].items()
        for method, said in methods.items()
    ]


def check(content, shape):
    schema = {**shape, "components": SPEC["components"]}
    Draft202012Validator(schema).validate(content)


def test_the_document_is_what_the_code_does():
    call_command("api_document", "--check")


def test_each_address_stands_in_it():
    def walk(patterns):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns)
            elif str(one.pattern).startswith("api/v1/"):
                yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(one.pattern))

    found = {one for one in walk(get_resolver().url_patterns) if "^" not in one}
    assert found == {*SPEC["paths"], "/api/v1/openapi.json"}


def test_every_operation_says_its_refusals():
    for path, method, said in operations():
        statuses = {int(status) for status in said["responses"]}
        assert {400, 401, 403, 404, 405, 415, 422, 429, 503} <= statuses, (path, method)
        for status, response in said["responses"].items():
            kinds = set(response["content"])
            assert kinds == (
                {"application/problem+json"} if status >= "400" else {"application/json"}
            )
        keys = [one for one in said["parameters"] if one["name"] == "Idempotency-Key"]
        assert len(keys) == (method == "post"), (path, method)
        assert said["security"] == [{"ByToken": []}]
    assert {status for status, _title in PROBLEMS.values()} <= {
        400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503,
    }  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["contact_name", "phone", "raiser_name", "raiser_display", "reflection", "conduct", "complaint"]
    + ["ballot", "planned", "companions", "password", "contact_point_plan"],
)
def test_no_shape_has_a_place_for_it(word):
    names = {name for one in SCHEMAS.values() for name in one.get("properties", {})}
    assert word not in names


def test_answers_are_of_their_shape(people):
    people.assigned(title="东支渠淤积")
    caller = Caller(people)
    caller.post("/hotline/tickets", {"number": "20260101001", "unit": "柳湾村"})
    ids = {"/visits": "visits", "/matters": "matters", "/units": "units", "/hotline/tickets": ""}
    for path, method, said in operations():
        if method != "get":
            continue
        shape = said["responses"]["200"]["content"]["application/json"]["schema"]
        of_list = path.removeprefix("/api/v1").partition("/{")[0]
        if of_list in ids and "{" in path:
            pk = caller.get(of_list).json()["rows"][0]["id"]
            answer = caller.get(f"{of_list}/{pk}")
        else:
            answer = caller.get(path.removeprefix("/api/v1").replace("{code}", "matters"))
        assert answer.status_code == 200, path
        check(answer.json(), shape)
    check(caller.get("/visits/1").json(), {"$ref": "#/components/schemas/Problem"})


def test_docs_name_every_operation_and_scope():
    written = (FILE.parent.parent / "docs" / "api.md").read_text()
    for path, method, _said in operations():
        assert f"{method.upper()} {path.removeprefix('/api/v1')}" in written, path
    for scope in Scope:
        assert f"`{scope.value}`" in written


def test_the_page_shows_it_without_fetching_anything(people):
    client = Client()
    client.force_login(people.system)
    page = client.get("/interfaces/docs/").content.decode()
    for path, method, _said in operations():
        assert f"{method.upper()} {path}" in page
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith(("/", "#", "?", "data:")), address
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json() == SPEC
