"""The attacks of tests/attacking.py on addresses without sessions: the villager's door, and the
REST API, whose credential is a token."""

import json
import uuid

from django.db import transaction
from django.test import Client

from portal.roles import Role
from tests import odd
from tests.api.calling import Caller
from tests.attacking import LONG, NONE, NUL, OTHER_TYPES, OUTSIDE, REFUSED, SCRIPT, Attacks
from tests.day import TODAY

# --- The door -------------------------------------------------------------------------------------

DOOR_COLUMNS = (
    *("nobody", "content type", "link", "method", "host", "script", "paths", "NUL, encodings"),
    *("long", "leads away", "sent twice", "hidden fields"),
)


class DoorAttacks(Attacks):
    """Attacks the addresses of the villager's door, which use no session and set no cookie."""

    columns = DOOR_COLUMNS
    # Without 422: a wrong code is answered so, and counted.
    refusing = REFUSED

    def __init__(self):
        super().__init__(None, {})

    def row(self, page, url, sent):
        """Like Attacks.row; `sent` is what opens the page: number and code of a slip."""
        self._begin(page)
        self.url, self.sent = url, sent
        self.who, self.methods = {"get": None, "post": None}, ["get", "post"]
        if self._ask(None, "post").status_code == 405:
            self.who, self.methods = {"get": None}, ["get"]
        self.fields, self.kinds = self._form()
        return self._outcomes()

    def _client(self, who, **options):
        return Client(raise_request_exception=False, **options)

    def _answered(self, ask, method, keeps=False):
        response = super()._answered(ask, method, keeps)
        if response.cookies:
            self._wrong("cookie", method)
        return response

    def _filled(self, text=odd.PLAUSIBLE, *, in_all_texts=False):
        filled = super()._filled(text, in_all_texts=in_all_texts)
        filled.pop("key", None)
        return {"send": "1"} | filled | self.sent

    def _names(self, method):
        return (super()._names(method) | {*self.fields, "send", "step"}) - {"form"}

    def _nobody(self):
        found = {self._ask(None, one, self._filled()).status_code for one in self.methods}
        if found - {200, 302, 404, 405, 422, 429}:
            self._wrong(found)
        return self._words(found)

    def _content_type(self):
        """A body that is no form has no effect."""
        found = set()
        for kind in OTHER_TYPES if "post" in self.who else ():
            status = self._send(None, "post", json.dumps(self._filled()), kind).status_code
            found.add(status)
            if self.wrote:
                self._wrong(kind, status, sorted(self.wrote))
        return self._words(found)


# --- The API --------------------------------------------------------------------------------------

API_COLUMNS = (
    *("nobody", "neighbour", "wrong role", "no token", "content type", "method", "host", "script"),
    *("unknown id", "paths", "NUL, encodings", "long", "sent twice", "hidden fields"),
)
NESTED = "[" * 20_000
BROKEN_BODIES = (b"{", b"\xff\xfe{}", NESTED.encode(), b'{"a": NaN}', b'{"a": "\\ud800"}', b"null")


KEYS = ("pk", "code", "key")


def bodies(people):
    """Return {operation: a body that fits}."""
    return {
        "create_visit": {
            "unit": people.village.pk,
            "visited_on": TODAY.isoformat(),
            "author": f"{people.agriculture.label} 王建国",
            "summary": "走了四户",
            "mode": "home",
            "household_count": 4,
        },
        "make_step": {"move": "take_up"},
        "take_ticket": {
            "number": "20260101002",
            "unit": "柳湾村",
            "received_on": TODAY.isoformat(),
            "category": "道路水电",
            "summary": "东支渠淤积",
        },
        "create_webhook": {"url": "http://127.0.0.1:9/told"},
        "end_webhook": {},
    }


class ApiAttacks(Attacks):
    """Attacks every operation of the API document by tokens: of a system with the role of the
    place's host, of a system elsewhere, and of one whose only scope is another operation."""

    columns = API_COLUMNS

    def __init__(self, people, records):
        """`records` are {noun of the path: the key of a record}."""
        super().__init__(people, records)
        self.bodies = bodies(people)
        self.writer = Caller(
            people, role=Role.LIAISON, within=people.agriculture, name="writer-machine"
        )
        self.host = Caller(people)
        self.neighbour = Caller(people, within=people.other_town_organ, name="other-machine")
        self.narrow = {
            scope: Caller(people, scopes=[scope], name=f"{scope.partition(':')[0]}-narrow")
            for scope in ("units:read", "figures:read")
        }
        told = self.host.post("/webhooks", {"url": "http://127.0.0.1:9/first"}).json()
        self.records |= {"figures": "visits", "webhooks": told["key"]}
        self.before = transaction.savepoint()

    def row(self, page, method, template):
        self._begin(f"{method.upper()} {template}")
        self.verb, self.template = method, template
        self.caller = self.writer if page == "create_visit" else self.host
        self.body = self.bodies.get(page)
        noun = template.partition("/{")[0].rpartition("/")[2]
        self.url = template.format(**dict.fromkeys(KEYS, self.records.get(noun)))
        return self._outcomes()

    def _call(self, caller, sent=None, *, url=None, key=None, method=None, secret=None, **more):
        """Call by a token; `sent` are the parameters of a GET or the JSON of a POST."""
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if caller or secret:
            headers["Authorization"] = f"Bearer {secret or caller.secret}"
        method, keeps = method or self.verb, more.pop("keeps", False)
        given = {"headers": headers, **more}
        client = Client(raise_request_exception=False)
        if method == "get":
            return self._answered(
                lambda: client.get(url or self.url, sent or {}, **given), "get", keeps
            )
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
        body = sent if isinstance(sent, bytes) else json.dumps(self._sent(sent))
        kind = given.pop("content_type", "application/json")
        return self._answered(
            lambda: client.generic(method.upper(), url or self.url, body, kind, **given),
            method,
            keeps,
        )

    def _sent(self, sent):
        return (self.body or {}) | (sent or {})

    def _expect(self, response, allowed):
        if response.status_code not in allowed:
            self._wrong(response.status_code, allowed)
        if "html" in response.headers.get("Content-Type", ""):
            self._wrong("a page instead of JSON")
        return str(response.status_code)

    def _nobody(self):
        """No token: refused, even with the session of a user who may do this on the pages."""
        signed_in = Client(raise_request_exception=False)
        signed_in.force_login(self.people.host)
        # Signing in writes too, which is not part of the call.
        self.counts = None
        ask = getattr(signed_in, self.verb)
        given = [self._sent(None)] if self.verb == "post" else []
        by_session = self._answered(
            lambda: (
                ask(self.url, *given, content_type="application/json") if given else ask(self.url)
            ),
            self.verb,
        )
        self._expect(by_session, {401})
        return self._expect(self._call(None), {401})

    def _neighbour(self):
        response = self._call(self.neighbour)
        if self.verb == "get" and "{" not in self.template:
            # Places are visible to every reader.
            words = () if "/units" in self.template else ("柳湾", "东支渠", "20260101001")
            if any(word in self.text for word in words):
                self._wrong("reads of the other place")
            return self._expect(response, {200}) + " own"
        allowed = {200, 201, 204} if self.page.split()[1] in OWN_OF_EACH else {403, 404, 422}
        return self._expect(response, allowed)

    def _wrong_role(self):
        scope = "units:read" if "/figures" in self.template else "figures:read"
        return self._expect(self._call(self.narrow[scope]), {403})

    def _no_token(self):
        for secret in ("gsp_" + "a" * 43, "", "'", self.host.secret[:-1], self.host.secret + "a"):
            self._expect(self._call(None, secret=secret or " "), {401})
        away = {"REMOTE_ADDR": "203.0.113.9"}
        return self._expect(self._call(self.caller, **away), {401})

    def _content_type(self):
        if self.verb == "get":
            return NONE
        found = {
            self._expect(self._call(self.caller, content_type=kind), {415})
            for kind in ("text/plain", "application/x-www-form-urlencoded", "text/xml")
        }
        return self._words(found)

    def _method(self):
        found = {
            self._expect(self._call(self.caller, method=one), {405})
            for one in ("put", "patch", "delete")
        }
        return self._words(found)

    def _host(self):
        response = self._call(self.caller, headers={"Host": "evil.example"})
        return self._expect_status(response, {400})

    def _expect_status(self, response, allowed):
        if response.status_code not in allowed:
            self._wrong(response.status_code, allowed)
        return str(response.status_code)

    def _texts(self, value):
        """Parameters or fields with this value for each text."""
        if self.verb == "get":
            return {"q": value, "tab": value, "after": value}
        return {name: value for name, one in (self.body or {}).items() if isinstance(one, str)}

    def _script(self):
        response = self._call(self.caller, self._texts(SCRIPT))
        if "html" in response.headers.get("Content-Type", ""):
            self._wrong(response.status_code)
        return "no page"

    def _unknown_id(self):
        if "{" not in self.template:
            return NONE
        other = {
            "pk": 2**40,
            "code": "nowhere",
            "key": "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b61",
        }
        found = self._call(self.caller, url=self.template.format(**other))
        return self._expect(found, {404})

    def _paths(self):
        for way in OUTSIDE:
            self._call(self.caller, url=f"{self.url}/{way}")
            self._reads_no_file("address", way)
            self._call(self.caller, self._texts(way))
            self._reads_no_file("text", way)
        return "stays inside"

    def _nul_encodings(self):
        self._call(self.caller, self._texts(NUL))
        for way in ("%00", "?q=%00", "%ff", "?q=%ff%fe"):
            self._call(self.caller, url=f"{self.url}{way}")
        for body in BROKEN_BODIES if self.body else ():
            status = self._call(self.caller, body).status_code
            if status < 400:
                self._wrong(body[:20], status)
        return "no error"

    def _long(self):
        status = self._call(self.caller, self._texts(LONG)).status_code
        if self.verb == "post" and self.body and status not in {413, 422}:
            self._wrong(status)
        return str(status)

    def _sent_twice(self):
        if self.verb == "get":
            return NONE
        key = str(uuid.uuid4())
        try:
            first = self._call(self.caller, key=key, keeps=True)
            if first.status_code >= 400:
                self._wrong("not taken", first.status_code, first.content[:200])
                return "not taken"
            again = self._call(self.caller, key=key, keeps=True)
            if self.changed or again.content != first.content:
                self._wrong(again.status_code, sorted(self.wrote))
            other = self._call(self.caller, {"more": "x"}, key=key, keeps=True)
            self._expect(other, {409, 422})
        finally:
            self._undo()
        return "once"

    def _hidden_fields(self):
        """Fields that are not in the document are refused, not ignored."""
        if self.body == {}:  # takes no fields
            return NONE
        return self._expect(self._call(self.caller, {"is_active": "1"}), {422})


# Each system has its own webhooks and figures; places are visible to every reader.
OWN_OF_EACH = {"/api/v1/webhooks", "/api/v1/figures/{code}", "/api/v1/units/{pk}"}
