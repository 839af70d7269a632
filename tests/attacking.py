"""Attacks on an address and their outcomes, for the tables of docs/attacks.md.

Each attack is made as a user whom the address lets in, unless it is about who asks; its effects are
undone. Forms are sent as their page would send them, filled in. An outcome is a word or a status;
`unexpected` collects answers that no address may give. The database itself counts what a request
writes: refused requests and reading requests may write nothing.
"""

import json
import uuid
from contextlib import contextmanager, nullcontext
from http.cookies import SimpleCookie
from unittest.mock import patch
from urllib.parse import quote, urlencode, urlsplit

import jinja2
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.middleware.csrf import _get_new_csrf_string
from django.template.backends.django import Template
from django.test import Client
from django.urls import NoReverseMatch

from portal.models import Attachment, User
from tests import odd
from tests.day import TODAY
from tests.test_access import BEGIN, NEIGHBOURS, OPEN, WHO, address, expected_of

# {column: (what is tried, what must come of it)}
COLUMNS = {
    "nobody": (
        "GET and POST without a session",
        "led to the sign-in, or 401 to 405; “open” where nobody needs an account",
    ),
    "neighbour": (
        "as the right role in the wrong place, five of them, on the record of others",
        "the answer of the access table: 404, 403 or an own list",
    ),
    "wrong role": (
        "as each other role, with the form filled in",
        "the answer of the access table: refused",
    ),
    "ids of others": (
        "the filled form of somebody at another place, with its keys, sent by the five neighbours",
        "refused, or no row that was there has changed but that of the sender's own account",
    ),
    "no token": (
        "POST of the filled form with the session, without the token of the form",
        "403; what phones and other systems call takes no session: 401 to 405",
    ),
    "foreign origin": ("the same with a token, sent by the page of another site", "403"),
    "content type": (
        "the same as JSON, XML, plain text and without a type, without a token",
        "403, or refused as what it is",
    ),
    "link": (
        "GET with the filled form in the address, and a method said in a header or field",
        "writes nothing but what was read",
    ),
    "method": ("PUT, PATCH, DELETE, TRACE", "405, or refused before"),
    "host": (
        "another Host, X-Forwarded-Host, Forwarded",
        "400, or no answer that names it",
    ),
    "script": (
        "a script in every parameter and field, in a form that is taken, and on the page after",
        "stands in no page as a script",
    ),
    "unknown id": ("keys of records that are not there", "404, or refused before"),
    "paths": (
        "ways outside (../../etc/passwd) in the address, every parameter and each file's name",
        "no such file is read; what is kept has a name without a way",
    ),
    "NUL, encodings": (
        "null characters in parameters, fields and path; broken UTF-8, charsets, multipart",
        "no server error, nothing written by what is refused",
    ),
    "long": (
        "20,000 characters in every parameter and field, 5,000 fields",
        "no server error",
    ),
    "leads away": (
        "other sites in every parameter, field, in `next` and the like, and as referrer",
        "no answer leads to another site, no page links to it",
    ),
    "sent twice": (
        "the same form with the same key a second time",
        "done once; “again” where the form has no key",
    ),
    "hidden fields": (
        "the name of every column of every table, beside those of the form",
        "none is read",
    ),
}
# Harmless findings: {(address, column): (what is found, why it does no harm)}
EVERY = "every form"
JUDGED = {
    (EVERY, "hidden fields"): (
        "numbers",
        (
            "Whether phone numbers in the text are masked: asked where one is found, and of no"
            " effect elsewhere."
        ),
    ),
    ("act", "hidden fields"): (
        "seen",
        (
            "The page sends it where the move decides a request, a result or an order. Where there"
            " is nothing to decide it is compared with nothing: the move is refused, and nothing is"
            " stored."
        ),
    ),
    ("new_meeting", "hidden fields"): (
        "host",
        (
            "Links of figures name it in the address. It chooses among the roles of whoever asks;"
            " all else is refused as outside of them."
        ),
    ),
    ("pairing:change_match", "hidden fields"): (
        "seen",
        (
            "Stands beside the objections once they are shown, and says which. Whoever sends it"
            " unseen passes over a warning of their own; what is forbidden stays refused."
        ),
    ),
    ("new_visit", "hidden fields"): (
        "author",
        (
            "Shown to whoever enters visits of others, and where a link names a leader. The rule is"
            " asked about the author that is sent, on each way."
        ),
    ),
}
# Attacks that inspect the rendered page.
LOOKED_AT = {"host", "script", "leads away"}
LET_IN = {200, 302, 422}
REFUSED = {400, 401, 403, 404, 405, 413, 415}
READING = {"get", "head", "options", "trace"}
SCRIPT = '"><script>alert(1)</script>'
NUL = "柳\0湾"
AWAY = "https://evil.example/"
ELSEWHERE = (AWAY, "//evil.example/", "/\\evil.example/", "javascript:alert(1)")
LINKED = tuple(f'{name}="{to}' for name in ("href", "action", "src") for to in ELSEWHERE)
# Parameters that commonly hold a redirect target.
LEADING = ("next", "redirect_to", "url", "return_to", "back", "queue", "draft")
OUTSIDE = ("../" * 8 + "etc/passwd", "..%2f" * 8 + "etc/passwd", "/etc/passwd", "....//etc/passwd")
PASSWD = "root:x:"
FORM = "application/x-www-form-urlencoded"
BROKEN = (
    (FORM, b"\xff\xfe=%zz&a=%c3%28&%00=%00&=&&&"),
    (f"{FORM}; charset=utf-7", b"q=+ADw-script+AD4-"),
    (f"{FORM}; charset=none-such", b"q=1"),
    ("multipart/form-data", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="q\xff'),
)
MANY = urlencode({f"f{n}": "1" for n in range(5_000)})
LONG = "字" * 20_000
OTHER_TYPES = ("application/json", "text/xml", "text/plain", "")
# These sign the client out and would change the answers to the next attack.
LEAVING = {"account_logout"}
# Asked for an unknown record, this redirects to the user's own list and tells nothing.
LEADS_BACK = {"portal:drop_form"}
# These ask for reauthentication before they look up the key.
LEADS_BACK |= {"mfa_edit_webauthn", "mfa_remove_webauthn"}
# A form that computes from the query string and answers 422 when something is missing.
CALCULATING = {"oversight:sample_planner"}
# These take no record: each sets something of the user's own account.
OWN_SETTINGS = {"choose_columns", "hide_first_day", "large_type", "shortcuts"}
# Called by phones and other systems, which send no cookie, so a CSRF token would protect nothing.
WITHOUT_FORMS = ("api:", "sync:")
NONE = "–"

# Passes the CSRF check like the token of a form that was really opened.
TOKEN = _get_new_csrf_string()
TEXTS = {"input", "text", "textarea", "search", "tel", "email"}
KEYS = {"key", "client_key"}
# Fields that belong to no record: the form's key and its redirect target.
NOT_TYPED = {"key", "next"}
# {type of a field: a value that fits}
FITS = {"date": TODAY.isoformat(), "number": "1", "month": f"{TODAY:%Y-%m}", "time": "09:00"}
# {kind of a picker: what to pick from the cast, all out of the neighbours' reach}
PICKED = {
    "unit": "village",
    "organ": "agriculture",
    "cadre": "cadre",
    "division": "town",
    "user": "author",
}
# Tables that signing in and reading write to: sessions and the log of reads.
NOISE = ("django_session", "usersessions_usersession", "portal_auditentry", "api_token")

COLUMN_NAMES = sorted(
    {field.name for model in apps.get_models() for field in model._meta.concrete_fields}
    | {"is_superuser", "is_staff", "id", "pk", "roles", "grants", "by", "at"}
)


@contextmanager
def _render_nothing():
    """Render all pages empty."""
    with (
        patch.object(Template, "render", _nothing),
        patch.object(jinja2.Template, "render", _nothing),
    ):
        yield


def _nothing(*given, **context):
    return ""


def written():
    """Return {table: (rows inserted, updated, deleted)} of this transaction so far, rolled back or
    not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_tuples_inserted(oid),"
            " pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_deleted(oid)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {
            table: tuple(numbers)
            for table, *numbers in cursor.fetchall()
            if any(numbers) and not table.startswith(NOISE)
        }


def _contents(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{table}" t')
        return cursor.fetchone()


def between(before, after, *, only_changed=False):
    """Return the tables written to between two results of written()."""
    first = 1 if only_changed else 0
    none = (0, 0, 0)
    return {
        table
        for table, numbers in after.items()
        if numbers[first:] != before.get(table, none)[first:]
    }


class Attacks:
    """Attacks the addresses of one table of the access table."""

    columns = tuple(COLUMNS)
    # Answers after which nothing may have been stored; 422 is a rejected form.
    refusing = REFUSED | {422}

    def __init__(self, people, records):
        self.people, self.records = people, records
        self.unexpected, self.clients, self.column, self.expected = [], {}, "", {}
        # {user: cookies} after sign-in, and the keys of clients whose cookies an answer may have
        # changed.
        self.signed_in, self.used = {None: {}}, set()
        self.counts = None
        self.before = transaction.savepoint()

    def row(self, page, told):
        """Return the outcomes of all attacks on an address, one for each column; `told` are its
        methods in the access table."""
        self._begin(page)
        self.url = self._address()
        self.expected = {method: self._expected(method) for method in told}
        self.who = {method: self._let_in(row) for method, row in self.expected.items()}
        for method in {"get", "post"} - set(told):
            who = next(iter(self.who.values()))
            if self._ask(who, method).status_code != 405:
                self.who[method] = who
        self.methods = sorted(self.who)
        self.fields, self.kinds = self._form()
        return self._outcomes()

    def _begin(self, page):
        self.page, self.heard, self.sent_filled = page, {}, {}

    def _outcomes(self):
        found = []
        for column in self.columns:
            self.column = column
            attack = column.replace(",", "").replace(" ", "_").lower()
            # The other attacks need only the status and what was written.
            with nullcontext() if column in LOOKED_AT else _render_nothing():
                found.append(getattr(self, f"_{attack}")())
        return found

    # --- What the access table says ---------------------------------------------------------------

    def _address(self, records=None):
        return address(self.page, records or self.records)

    def _expected(self, method):
        return expected_of(method, self.page)

    def _let_in(self, expected):
        inside = [who for who, status in expected.items() if status in LET_IN]
        # If nobody is let in, ask as somebody who is refused.
        return sorted(inside or expected, key=lambda who: (who in NEIGHBOURS, who))[0]

    def _answers(self, method, who):
        """The statuses that this user may get, or None for any. For a method that the access table
        does not have, users whom the known method refuses must be refused as well."""
        if method in self.expected:
            return {self.expected[method][who]}
        known = next(iter(self.expected.values()))[who]
        return None if known in LET_IN else REFUSED

    def _told(self, method):
        """The statuses that the access table knows of this method."""
        return set(self.expected.get(method, {}).values())

    # --- Asking -----------------------------------------------------------------------------------

    def _client(self, who, **options):
        if who not in self.signed_in:
            self._sign_in(who)
        key = (who, *options)
        if key not in self.clients:
            self.clients[key] = Client(raise_request_exception=False, **options)
            self.clients[key].cookies = self._cookies(*key)
        self.used.add(key)
        return self.clients[key]

    def _sign_in(self, who):
        """Sign in and move the savepoint, so that undoing a request keeps the session."""
        client = Client()
        client.force_login(getattr(self.people, who))
        self.signed_in[who] = {name: one.value for name, one in client.cookies.items()}
        self.before, self.counts = transaction.savepoint(), None

    def _cookies(self, who, *checking):
        """Cookies of a browser with a session; with the CSRF cookie if the client checks tokens."""
        return SimpleCookie(self.signed_in[who] | ({"csrftoken": TOKEN} if checking else {}))

    def _undo(self):
        """Roll back what requests did and reset the cookies they changed, since messages would pile
        up."""
        transaction.savepoint_rollback(self.before)
        for key in self.used:
            self.clients[key].cookies = self._cookies(*key)
        self.used.clear()

    def _ask(self, who, method, sent=None, *, url=None, options=(), keeps=False, **headers):
        client = self._client(who, **dict(options))
        given = [url or self.url] + ([sent or {}] if method in ("get", "head", "post") else [])
        return self._answered(lambda: getattr(client, method)(*given, **headers), method, keeps)

    def _send(self, who, method, body, content_type, *, options=(), **headers):
        """Send a raw body."""
        client = self._client(who, **dict(options))
        given = (method.upper(), self.url, body, content_type)
        return self._answered(lambda: client.generic(*given, **headers), method)

    def _answered(self, ask, method, keeps=False):
        before = written() if self.counts is None else self.counts
        try:
            response = ask()
            status = response.status_code
            body = b"".join(response) if response.streaming else response.content
            self.text = body.decode(errors="replace")
            for close in getattr(response, "_resource_closers", ()) if response.streaming else ():
                close()
            if status >= 500 and status not in self._told(method):
                self._wrong("server error", method, status)
            self.counts = after = written()
            self.wrote = between(before, after)
            self.changed = between(before, after, only_changed=True)
            if self.wrote and not keeps and (status in self.refusing or method in READING):
                left = self._left_behind(self.wrote)
                if left:
                    self._wrong("wrote", method, status, left)
            return response
        finally:
            if not keeps:
                self._undo()

    def _left_behind(self, tables):
        """The tables whose contents the request has changed for good: an insert counts as written
        even if its own transaction was rolled back."""
        after = {table: _contents(table) for table in tables}
        transaction.savepoint_rollback(self.before)
        return sorted(table for table in tables if after[table] != _contents(table))

    def _wrong(self, *said):
        self.unexpected.append((self.page, self.column, *said))

    def _words(self, statuses):
        return " ".join(sorted(map(str, statuses)))

    def _posts(self):
        return "post" in self.who

    # --- Forms ------------------------------------------------------------------------------------

    def _form(self):
        """What the page's own form sends: ({name: [values]}, {name: type})."""
        if not self._posts() or "get" not in self.who:
            return {}, {}
        response = self._ask(self.who["post"], "get")
        if self.who["post"] == self.who["get"]:
            self._hear("get")
        if response.status_code != 200 or "html" not in response.headers.get("Content-Type", ""):
            return {}, {}
        page = odd.Forms(self.text)
        fields = page.forms.get("", page.forms.get(self.url, {}))
        fields = {name: fields[name] for name in fields if name != "csrfmiddlewaretoken"}
        return fields, page.kinds

    def _filled(self, text=odd.PLAUSIBLE, *, in_all_texts=False):
        """The form with every field filled in and a key of its own."""
        sent = dict(self.records.get("_posted", {}).get(self.page, {}))
        for name, values in self.fields.items():
            kind, values = self.kinds.get(name, ""), [one for one in values if one]
            if name in KEYS:
                values = [str(uuid.uuid4())]
            elif kind.startswith("pick:"):
                self._pick(sent, name, kind.removeprefix("pick:"), values)
                continue
            elif kind in TEXTS and (in_all_texts or not values):
                values = [text]
            elif not values and kind not in {"hidden", "checkbox"}:
                values = [FITS.get(kind, text)]
            sent.setdefault(name, values)
        return sent | ({} if KEYS & set(sent) else {"key": str(uuid.uuid4())})

    def _pick(self, sent, name, kind, values):
        record = getattr(self.people, PICKED.get(kind, ""), None)
        if record is None:
            sent[name] = values
        elif not self.fields.get(name.removesuffix("_text")):
            sent[name.removesuffix("_text")] = [str(record.pk)]

    def _names(self, method):
        """The parameters that the address reads with this method, and some that are tried
        anyway."""
        if method not in self.heard:
            self._ask(self.who[method], method)
            self._hear(method)
        return self.heard[method]

    def _hear(self, method):
        names = odd.RecordParameters.asked if method == "get" else odd.RecordParameters.sent
        more = {"q", "tab", *LEADING} if method == "get" else set(LEADING)
        self.heard[method] = (names | more) - {"csrfmiddlewaretoken"}

    # --- Who asks ---------------------------------------------------------------------------------

    def _nobody(self):
        found = set()
        for method in ("get", "post"):
            response = self._ask(None, method, self._filled() if method == "post" else {})
            status = response.status_code
            if status == 302 and response.url.startswith("/account/login/"):
                found.add("sign-in")
            elif self.page in OPEN | BEGIN:
                found.add("open" if status < 400 else str(status))
            else:
                found.add(str(status))
                if status not in REFUSED:
                    self._wrong(method, status)
        return self._words(found)

    def _neighbour(self):
        found = set()
        posted = self.records.get("_posted", {}).get(self.page, {})
        for method in self.methods:
            for who in sorted(NEIGHBOURS):
                sent = posted if method == "post" else {"q": "lwc"}
                allowed = self._answers(method, who)
                if allowed and 200 in allowed and self.page in CALCULATING:
                    allowed = allowed | {422}
                if method == "post" and allowed is not None and allowed <= REFUSED:
                    status, _changed = self._sends_filled(who)
                else:
                    status = self._ask(who, method, sent).status_code
                found.add(str(status))
                if allowed is not None and status not in allowed:
                    self._wrong(who, method, status, allowed)
        return self._words(found)

    def _wrong_role(self):
        found = set()
        for method in self.methods:
            for who in sorted(set(WHO) - NEIGHBOURS):
                allowed = self._answers(method, who)
                if allowed is None or allowed & LET_IN:
                    continue
                sent = self._filled() if method == "post" else {}
                status = self._ask(who, method, sent).status_code
                found.add(str(status))
                if status not in allowed:
                    self._wrong(who, method, status, allowed)
        return self._words(found) or NONE

    def _ids_of_others(self):
        if not self._posts():
            return NONE
        found = set()
        for who in sorted(NEIGHBOURS):
            status, changed = self._sends_filled(who)
            found.add(str(status))
            if changed == {User._meta.db_table} and self.page in OWN_SETTINGS:
                changed = self._accounts_of_others_changed(who)
            if changed:
                self._wrong(who, status, sorted(changed))
        return self._words(found)

    def _accounts_of_others_changed(self, who):
        others = User.objects.exclude(pk=getattr(self.people, who).pk).order_by("pk").values()
        before = list(others)
        try:
            self._ask(who, "post", self._filled(), keeps=True)
            return [row["id"] for row in others.all() if row not in before]
        finally:
            self._undo()

    def _sends_filled(self, who):
        """Return (status, tables with changed rows) after sending the filled form; cached."""
        if who not in self.sent_filled:
            status = self._ask(who, "post", self._filled()).status_code
            self.sent_filled[who] = status, self.changed
        return self.sent_filled[who]

    # --- Forged requests --------------------------------------------------------------------------

    def _allowed_forged(self):
        return REFUSED if self.page.startswith(WITHOUT_FORMS) else {403}

    def _forging(self):
        """Return (user, options) of a client that checks CSRF tokens, like a browser with a
        session."""
        who = self.who.get("post") or next(iter(self.who.values()))
        return who, {"enforce_csrf_checks": True}.items()

    def _forged(self, sent, **headers):
        who, options = self._forging()
        status = self._ask(who, "post", sent, options=options, **headers).status_code
        if status not in self._allowed_forged():
            self._wrong(status)
        return str(status)

    def _no_token(self):
        return self._forged(self._filled())

    def _foreign_origin(self):
        sent = self._filled() | {"csrfmiddlewaretoken": TOKEN}
        return self._forged(sent, HTTP_ORIGIN=AWAY[:-1])

    def _content_type(self):
        found = set()
        who, options = self._forging()
        body = json.dumps(self._filled() | {"csrfmiddlewaretoken": TOKEN})
        for kind in OTHER_TYPES:
            status = self._send(who, "post", body, kind, options=options).status_code
            found.add(str(status))
            if status not in self._allowed_forged():
                self._wrong(kind, status)
        return self._words(found)

    def _link(self):
        who, found = next(iter(self.who.values())), set()
        sent = self._filled() | {"_method": "POST", "action": "delete", "send": "1"}
        for headers in ({}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}):
            found.add(self._ask(who, "get", sent, **headers).status_code)
        if self._posts():
            return "writes nothing"
        # An address that only reads must not obey an overridden method of a POST.
        headers = {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}
        status = self._ask(who, "post", {"_method": "DELETE"}, **headers).status_code
        if status not in REFUSED:
            self._wrong(status)
        return "writes nothing"

    def _method(self):
        found = set()
        for method in ("put", "patch", "delete", "trace"):
            status = self._ask(self.who[self.methods[0]], method).status_code
            found.add(str(status))
            if status not in REFUSED:
                self._wrong(method, status)
        return self._words(found)

    def _host(self):
        found = set()
        forwarded = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_FORWARDED": "host=evil.example"}
        for method in self.methods:
            for headers in ({"HTTP_HOST": "evil.example"}, forwarded):
                response = self._ask(self.who[method], method, **headers)
                found.add(response.status_code)
                if "evil.example" in self.text or "evil.example" in response.get("Location", ""):
                    self._wrong(method, response.status_code)
        return "400" if 400 in found else "names it nowhere"

    # --- What is sent -----------------------------------------------------------------------------

    def _has_script(self, response):
        return SCRIPT in self.text and "html" in response.headers.get("Content-Type", "")

    def _script(self):
        for method in self.methods:
            names = self._names(method)
            response = self._ask(self.who[method], method, dict.fromkeys(names, SCRIPT))
            if self._has_script(response):
                self._wrong(method, sorted(names))
        if self.fields:
            who, sent = self.who["post"], self._filled(SCRIPT, in_all_texts=True)
            try:
                response = self._ask(who, "post", sent, keeps=True)
                if response.status_code == 302:
                    response = self._ask(who, "get", url=response.url, keeps=True)
                if self._has_script(response):
                    self._wrong("kept", sorted(sent))
            finally:
                self._undo()
        return "no script"

    def _unknown_id(self):
        name, found = self.page.rpartition(":")[2], set()
        arguments = self.records.get(name, [])
        if not arguments:
            return NONE
        other = [999_999_999_999 if isinstance(one, int) else "nowhere" for one in arguments]
        try:
            url = self._address(self.records | {name: other})
        except NoReverseMatch:
            url = f"{self.url}nowhere/"
        for method in self.methods:
            status = self._ask(self.who[method], method, self._filled(), url=url).status_code
            found.add(str(status))
            if status not in REFUSED and self.page not in LEADS_BACK:
                self._wrong(method, status)
        return self._words(found)

    def _paths(self):
        who = next(iter(self.who.values()))
        ways = [f"{self.url}{way}" for way in OUTSIDE]
        for part in set(self.url.strip("/").split("/")):
            ways += [self.url.replace(part, quote(way, safe="")) for way in OUTSIDE[:1] if part]
        for url in ways:
            if "//" not in url[:2]:
                self._ask(who, "get", url=url)
                self._reads_no_file("the address", url)
        for method in self.methods:
            for way in OUTSIDE[::2]:
                self._ask(self.who[method], method, dict.fromkeys(self._names(method), way))
                self._reads_no_file(method, way)
        files = sorted(name for name, kind in self.kinds.items() if kind == "file")
        for given in ("../../../evil.pdf", "..\\..\\evil.pdf", "/etc/cron.d/evil", ".htaccess"):
            for name in files:
                file = SimpleUploadedFile("x", b"%PDF-1.4\n%%EOF\n", "application/pdf")
                file._name = given
                last = Attachment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                self._ask(self.who["post"], "post", self._filled() | {name: file}, keeps=True)
                for kept in Attachment.objects.filter(pk__gt=last):
                    if {"/", "\\"} & set(kept.name) or ".." in kept.file.name:
                        self._wrong("kept", kept.name, kept.file.name)
                self._undo()
        return "stays inside"

    def _reads_no_file(self, *said):
        if PASSWD in self.text:
            self._wrong(*said)

    def _nul_encodings(self):
        for method in self.methods:
            sent = dict.fromkeys(self._names(method), NUL)
            self._ask(self.who[method], method, sent)
        who = self.who[self.methods[0]]
        for way in ("%00", "%ff%fe", "%c3%28/", "?q=%ff%c3%28", "?a=1&%00=1", "?q=%u4e00&tab=%"):
            self._ask(who, "get", url=f"{self.url}{way}")
        if self._posts():
            self._ask(self.who["post"], "post", self._filled(NUL, in_all_texts=True))
            for kind, body in BROKEN:
                self._send(self.who["post"], "post", body, kind)
        return "no error"

    def _long(self):
        for method in self.methods:
            # Servers refuse longer addresses.
            long = LONG[:2_000] if method == "get" else LONG
            self._ask(self.who[method], method, dict.fromkeys(self._names(method), long))
            if method == "get":
                self._ask(self.who[method], method, url=f"{self.url}?{MANY}")
            else:
                self._send(self.who[method], method, MANY, FORM)
        if self.fields:
            self._ask(self.who["post"], "post", self._filled(LONG, in_all_texts=True))
        return "no error"

    def _leads_away(self):
        for method in self.methods:
            self._each_site(method, {}, self._names(method))
            if method == "post":
                # With a key, the form would read every name to compute the digest of what was sent.
                self._each_site(method, self._filled() | {"key": ""}, set(LEADING))
        return "stays"

    def _each_site(self, method, sent, names):
        """Try each site in each of the names; stop if none of the names is read."""
        for target in ELSEWHERE:
            odd.RecordParameters.asked.clear()
            odd.RecordParameters.sent.clear()
            self._stays(method, target, sent | dict.fromkeys(names, target))
            if not names & (odd.RecordParameters.asked | odd.RecordParameters.sent):
                break

    def _stays(self, method, target, sent):
        response = self._ask(self.who[method], method, sent, HTTP_REFERER=AWAY)
        if 300 <= response.status_code < 400 and is_away(response.url):
            self._wrong(method, target, response.url)
        if "html" in response.headers.get("Content-Type", ""):
            for link in LINKED:
                if link in self.text:
                    self._wrong(method, target, link)

    def _sent_twice(self):
        """Send both without undoing the first, as after a lost answer or a double click."""
        if not self._posts():
            return NONE
        sent, who = self._filled(), self.who["post"]
        try:
            response = self._ask(who, "post", sent, keeps=True)
            first, status = self.wrote, response.status_code
            if status in self.refusing or not first:
                return "not taken"
            again = self._ask(who, "post", sent, keeps=True).status_code
        finally:
            self._undo()
        if again in REFUSED or not self.wrote:
            return "once"
        if KEYS & set(self.fields):
            self._wrong(status, again, sorted(self.wrote))
        return "again"

    def _hidden_fields(self):
        if not self._posts():
            return NONE
        who = self.who["post"]
        # The key is a digest of all that was sent: with it, the form would read every name.
        sent = {name: one for name, one in self._filled().items() if name not in KEYS}
        self._ask(who, "post", sent)
        shown = set(self.kinds) | set(sent) | NOT_TYPED
        # A picker filled in by script also sends the key of the picked record.
        picked = {name for name, kind in self.kinds.items() if kind.startswith("pick:")}
        shown |= {name.removesuffix("_text") for name in picked}
        for page in (self.page, EVERY):
            shown |= set(JUDGED.get((page, self.column), ("",))[0].split())
        read = odd.RecordParameters.sent & set(COLUMN_NAMES) - shown if self.fields else set()
        more = [name for name in COLUMN_NAMES if name not in odd.RecordParameters.sent | shown]
        self._ask(who, "post", sent | dict.fromkeys(more, "1"))
        read |= odd.RecordParameters.sent & set(more)
        if not read:
            return "none read"
        # A list passes its parameters to its sheet, which refuses unknown filters.
        if self.page.rpartition(":")[2].startswith("export_"):
            return "sheet refuses"
        self._wrong(sorted(read)[:8], len(read))
        return "read"


def is_away(url):
    """Whether a browser would leave the site; browsers read a backslash as a slash."""
    parts = urlsplit(url.replace("\\", "/"))
    return parts.scheme not in ("", "http", "https") or parts.netloc not in ("", "testserver")
