"""Odd values for every parameter of every address and every field of every form.

The requests of these tests record which parameters a view reads; the fields of a form are read from
its page.
"""

import random
import re
from html.parser import HTMLParser

from django.http import QueryDict

# Values that no address or form expects: numbers that Python or PostgreSQL cannot parse, days at
# both ends of the calendar, damaged cursors, null characters, links to other sites, long texts.
ODD = (
    "",
    " ",
    "0",
    "-1",
    "²",
    "٣",
    "0x1f",
    "1_0",
    "020261",
    "1e400",
    "nan",
    "Infinity",
    "9" * 19,
    "9" * 400,
    "9" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "99999-01-01",
    "2026-13",
    "0001-01",
    "9999-12",
    "1899-12-31",
    "9999-12-31T23:59:59-23:59~1",
    "0001-01-01T00:00:00+23:59~1",
    "2026-11-30~" + "9" * 18,
    "~",
    "~~~",
    "1~2~3",
    "\0",
    "a\0b",
    "柳湾\0村",
    "abc",
    "//evil.example/",
    "http://[",
    "javascript:alert(1)",
    "outreach:matters",
    "%",
    "_",
    "\\",
    "'",
    '"><b>',
    "{",
    "[" * 2_000,
    "null",
    "true",
    "🙂" * 50,
    "\u202e\ufeff",
    "\ud7ff\r\n\t",
    "字" * 5_000,
    "00000000-0000-0000-0000-000000000000",
    "a,b;c|d",
)


class RecordingQueryDict(QueryDict):
    """Parameters that record the names under which they are read."""

    def __init__(self, given, names):
        super().__init__(mutable=True)
        self.names = names
        for name, values in given.lists():
            self.setlist(name, values)
        self._mutable = False

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)

    def _getlist(self, name, default=None, force_list=False):
        self.names.add(name)
        return super()._getlist(name, default, force_list)

    def copy(self):
        plain = QueryDict(mutable=True)
        for name, values in self.lists():
            plain.setlist(name, values)
        return plain


class RecordParameters:
    """Test-only middleware that keeps the names of the parameters that the last request read."""

    asked, sent = set(), set()

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.asked.clear()
        self.sent.clear()
        request.GET = RecordingQueryDict(request.GET, self.asked)
        request.POST = RecordingQueryDict(request.POST, self.sent)
        return self.get_response(request)


PICKER = re.compile(r"/pick/([\w-]+)/")


class Forms(HTMLParser):
    """The forms of a page as they would be sent untouched, {action: {name: [values]}}, and the type
    of each field, {name: type}; pickers have the type “pick:” and the kind of record."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.kinds, self.fields, self.open = {}, {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name")
        if tag in {"input", "select", "textarea"} and name:
            picked = PICKER.search(given.get("hx-get") or "")
            self.kinds[name] = f"pick:{picked[1]}" if picked else given.get("type", tag)
        if tag == "form":
            self.fields = {}
            if given.get("method") == "post":
                self.forms[given.get("action", "")] = self.fields
        elif self.fields is None:
            return
        elif tag == "option" and self.open and ("selected" in given or not self.fields[self.open]):
            self.fields[self.open] = [v for v in [given.get("value", "")] if v]
        elif tag in {"input", "select", "textarea"} and name and given.get("type") != "file":
            kind, values = given.get("type", tag), self.fields.setdefault(name, [])
            if kind == "select":
                self.open = name
            elif kind in {"checkbox", "radio"}:
                if "checked" in given or kind == "radio" and not values:
                    values.append(given.get("value", "on"))
            elif kind not in {"submit", "button"}:
                values.append(given.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.open = None
        elif tag == "form":
            self.fields = None


PLAUSIBLE = "走访了四户，秧田缺水"


def filled(fields, names):
    """A form as a user might send it; fields left empty by the page get a short text."""
    known = {name: values or [PLAUSIBLE] for name, values in fields.items()}
    known = {name: [v or PLAUSIBLE for v in values] for name, values in known.items()}
    return {name: [] for name in names} | known


def one_each(names):
    """Each name alone with each odd value."""
    return [{name: value} for name in sorted(names) for value in ODD]


def some(names, lot, times):
    """Draw `times` random combinations of odd values for some or all of the names."""
    names = sorted(names)
    drawn = []
    for _n in range(times if names else 0):
        chosen = lot.sample(names, lot.randint(1, len(names)))
        drawn.append({name: lot.choice(ODD) for name in chosen})
    return drawn


def lot_of(seed):
    return random.Random(seed)
