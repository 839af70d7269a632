"""Another system in the cast, and calls by its token."""

import json
import uuid
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from api.actions import tokens
from api.models import Scope
from portal.roles import Role
from tests.day import TODAY
from tests.people import account, fresh

ALL = [one.value for one in Scope]


def a_service(people, *, role=Role.HOST, within=None, place=None, name="machine"):
    """县12345热线 with a role of its own; the host is responsible for it."""
    within = people.town_organ if within is None and place is None else within
    machine = account(name, "热线对接", people.town_organ, role, within=within, place=place)
    return tokens.declare(
        account=machine,
        system="县12345热线",
        responsible=people.host,
        by=people.system,
        at=timezone.now(),
    )


def a_token(people, service, *, scopes=ALL, addresses=("127.0.0.1",), collect=True, **days):
    token = tokens.issue(
        service=service,
        name="对接一",
        scopes=list(scopes),
        addresses=list(addresses),
        starts_on=days.get("starts_on", TODAY),
        ends_on=days.get("ends_on", TODAY + timedelta(days=90)),
        by=people.security,
    )
    if not collect:
        return token
    return tokens.collect(token=token, by=fresh(people.host), at=timezone.now())


class Caller:
    """Calls the API by a token."""

    def __init__(self, people, **facts):
        given = {name: facts.pop(name) for name in ("role", "within", "place") if name in facts}
        given |= {"name": facts.pop("name")} if "name" in facts else {}
        self.service = a_service(people, **given)
        self.token, self.secret = a_token(people, self.service, **facts)
        self.client = Client(raise_request_exception=False)

    @property
    def user(self):
        return fresh(self.service.user)

    def headers(self, **more):
        names = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | names

    def get(self, path, query=None, **headers):
        return self.client.get(f"/api/v1{path}", query or {}, headers=self.headers(**headers))

    def post(self, path, content, *, key=None, **headers):
        headers.setdefault("Idempotency_Key", key or str(uuid.uuid4()))
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(content),
            content_type="application/json",
            headers=self.headers(**headers),
        )


def problem_of(response, status, code):
    """Return the problem of a response after checking its status, code and shape."""
    said = response.json()
    assert (response.status_code, said["type"]) == (status, f"urn:portal:problem:{code}"), said
    assert response["Content-Type"] == "application/problem+json"
    assert said["status"] == status and said["title"]
    return said
