"""The one-time link by which a unit's committee gives its word without an account.

One page with everybody who served there, one page to check, then it is sent: no script, no cookie.
The word is sealed for the portal; the door cannot read it again.
"""

import hashlib
import hmac
import json
import logging

from django import forms
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from evaluation.models.schemes import Dimension, Mark
from outreach.door import guards
from outreach.door.forms import DoorForm, without_numbers
from outreach.door.later import later
from outreach.door.views import door_page
from portal.trust import sealing

logger = logging.getLogger(__name__)

PURPOSE = "door.unit_word"
LONGEST_TOKEN = 40
LINES = [(line.value, line.label) for line in Dimension]


def digest_of(token):
    """The stored digest of a link; keyed, so the table alone reveals no link."""
    key = settings.KEYS.door.code_key
    return hmac.new(key, f"unit_link|{token}".encode(), hashlib.sha256).hexdigest()


def _ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


def find(token):
    """What the link opens, as returned by the database."""
    found = _ask("SELECT door_unit_link(%s)", digest_of(token))
    found = json.loads(found) if isinstance(found, str) else found
    if "until" in found:
        found["until"] = parse_date(found["until"])
    return found


def send(token, words):
    """Seal the words and use up the link. Returns “taken” or the reason why not."""
    text = json.dumps({"words": words}, sort_keys=True, ensure_ascii=False)
    sealed = sealing.seal(text, settings.KEYS.door.portal_public, PURPOSE)
    return _ask("SELECT door_unit_word(%s, %s)", digest_of(token), sealed)


class UnitWordForm(forms.Form):
    """The word on one appraised; the form's prefix has their id."""

    remark = forms.CharField(required=False, max_length=300)

    def __init__(self, *args, one, **kwargs):
        super().__init__(*args, prefix=f"a{one['id']}", **kwargs)
        self.one = one
        for name, label in LINES:
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=Mark.choices,
                coerce=int,
                error_messages={"required": gettext_lazy("Please choose one answer on each line.")},
            )

    def clean(self):
        cleaned = super().clean()
        remark = (cleaned.get("remark") or "").strip()
        masked, found = without_numbers(remark)
        if found:
            self.data = self.data.copy()
            self.data[self.add_prefix("remark")] = masked
            self.add_error("remark", DoorForm.covered)
        if not remark and any(cleaned.get(name) == Mark.POOR for name, _label in LINES):
            self.add_error("remark", _("Where you say “poor”, please write why."))
        return cleaned

    @property
    def who(self):
        return " ".join(filter(None, [self.one["name"], self.one["post"], self.one["organ"]]))

    @property
    def lines(self):
        """[(name, label, [(value, label, is chosen)])] for the page."""
        return [
            (
                self.add_prefix(name),
                label,
                [
                    (value, words, self.data.get(self.add_prefix(name)) == str(value))
                    for value, words in Mark.choices
                ],
            )
            for name, label in LINES
        ]

    @property
    def remark_name(self):
        return self.add_prefix("remark")

    @property
    def remark_text(self):
        return self.data.get(self.remark_name, "")

    @property
    def problems(self):
        return list(dict.fromkeys(str(one) for some in self.errors.values() for one in some))

    @property
    def said(self):
        """[(line, mark)] as words, for the page to check."""
        labels = dict(Mark.choices)
        return [(label, labels[self.cleaned_data[name]]) for name, label in LINES]

    @property
    def carried(self):
        """[(name, value)] carried through the page to check."""
        return [
            (self.add_prefix(name), self.data.get(self.add_prefix(name), ""))
            for name in self.fields
        ]

    @property
    def word(self):
        marks = {name: self.cleaned_data[name] for name, _label in LINES}
        return {"marks": marks, "remark": self.cleaned_data["remark"].strip()}


@require_http_methods(["GET", "HEAD", "POST"])
def unit_word(request, token):
    """Three pages at one address: ask, check, sent."""
    path = f"/w/{token}/"
    if len(token) > LONGEST_TOKEN:
        return _closed(request, {"state": "unknown"})
    if not guards.may_ask(request, at=timezone.now()):
        return later(request, path, _("Word of the unit"), status=429)
    found = find(token)
    if found["state"] != "open":
        return _closed(request, found)
    data = request.POST if request.method == "POST" else None
    asked = [UnitWordForm(data, one=one) for one in found["appraised"]]
    context = {"link": found, "forms": asked, "token": token, "problems": [], "switch_to": path}
    if not asked:
        return _closed(request, found | {"state": "over"})
    if data is None or "back" in data:
        return door_page(request, "unit_word", **context)
    # Validate every form, so that all errors show at once.
    if [one for one in asked if not one.is_valid()]:
        context["problems"] = [_("Something is missing or has to be looked at, see below.")]
        return door_page(request, "unit_word", status=422, **context)
    if "send" not in data:
        return door_page(request, "unit_word_check", **context)
    try:
        state = send(token, {str(one.one["id"]): one.word for one in asked})
    except DatabaseError as trouble:
        # Do not log the database's message: it may quote the statement.
        logger.error("The word of a unit could not be put in: %s", type(trouble).__name__)  # noqa: TRY400
        context["problems"] = [
            _(
                "It could not be sent just now. What you ticked is still here: "
                "please send it again in a minute."
            )
        ]
        return door_page(request, "unit_word_check", status=503, **context)
    if state == "too_long":
        context["problems"] = [_("That is too much. Please write less.")]
        return door_page(request, "unit_word", status=422, **context)
    if state != "taken":
        return _closed(request, found | {"state": state})
    return _say(
        request,
        found,
        _("Thank you. The word of your unit has been received"),
        _("The link is used up; the paper can be thrown away."),
    )


def _say(request, found, title, *lines, status=200):
    return door_page(
        request,
        "unit_word_message",
        title=title,
        lines=lines,
        unit=found.get("unit", ""),
        status=status,
        switch_to="/",
    )


def _closed(request, found):
    """The page that says why a link does not work."""
    call = _("For a new one, call the office that gave you the paper.")
    said = {
        "used": (
            200,
            _("This link has been used"),
            _(
                "The word of your unit has been received. If it was not you, or something is "
                "to be corrected, call the office that gave you the paper."
            ),
        ),
        "revoked": (
            410,
            _("This link is no longer valid"),
            _("It was replaced or called back."),
            call,
        ),
        "expired": (410, _("This link has run out"), _("Its last day is over."), call),
        "over": (
            410,
            _("No word is being asked for now"),
            _("The time for it is over, or has not begun yet."),
        ),
        "unknown": (
            404,
            _("This link opens nothing"),
            _(
                "Please scan the square on the paper once more, or compare the address "
                "letter by letter."
            ),
        ),
    }
    status, title, *lines = said.get(found["state"], said["unknown"])
    return _say(request, found, title, *lines, status=status)
