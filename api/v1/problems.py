"""Refusals as application/problem+json (RFC 9457), in the language asked."""

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONTENT_TYPE = "application/problem+json"

# {code: (status, title)}
PROBLEMS = {
    "malformed": (400, gettext_lazy("This call cannot be read")),
    "unauthorized": (401, gettext_lazy("The token is missing or not valid")),
    "scope": (403, gettext_lazy("The token does not open this")),
    "refused": (403, gettext_lazy("The rules refuse this")),
    "not_found": (404, gettext_lazy("There is nothing here, or it is not yours to see")),
    "method": (405, gettext_lazy("This address does not take this method")),
    "key_used": (409, gettext_lazy("This key stands for another call")),
    "changed": (412, gettext_lazy("It has changed since it was read")),
    "too_large": (413, gettext_lazy("This call is too large")),
    "media_type": (415, gettext_lazy("Send JSON")),
    "invalid": (422, gettext_lazy("Something in this call is missing or wrong")),
    "too_many": (429, gettext_lazy("Too many calls; wait and try again")),
    "fault": (500, gettext_lazy("An error of the portal; it is noted")),
    "busy": (503, gettext_lazy("The portal is busy; try again")),
}


class Problem(Exception):
    """A refusal. `errors` are (field, words) about what was sent."""

    def __init__(self, code, detail="", *, errors=(), headers=None):
        super().__init__(code)
        self.code, self.detail = code, str(detail)
        self.errors, self.headers = list(errors), headers or {}

    @property
    def status(self):
        return PROBLEMS[self.code][0]

    def answer(self):
        status, title = PROBLEMS[self.code]
        content = {"type": f"urn:portal:problem:{self.code}", "title": str(title), "status": status}
        if self.detail:
            content["detail"] = self.detail
        if self.errors:
            content["errors"] = [{"field": name, "said": str(said)} for name, said in self.errors]
        text = json.dumps(content, ensure_ascii=False)
        return HttpResponse(text, content_type=CONTENT_TYPE, status=status, headers=self.headers)


def of_forms(named):
    """The errors of bound forms: {prefix of their fields: form}."""
    errors = []
    for prefix, form in named.items():
        for name, found in form.errors.items():
            field = prefix.rstrip(".") if name == "__all__" else f"{prefix}{name}"
            errors += [(field, said) for said in found]
    return Problem("invalid", errors=errors)


def of_validation(problem):
    """The problem of a ValidationError of an action."""
    if hasattr(problem, "error_dict"):
        errors = [(name, said) for name, found in problem.message_dict.items() for said in found]
        return Problem("invalid", errors=errors)
    return Problem("invalid", " ".join(problem.messages))


def of_schema(errors):
    """The problem of content that does not fit the OpenAPI document."""
    found = []
    for one in errors:
        # (kind of parameter, its name, place inside it …)
        place = [str(part) for part in one.get("loc", ())][1:]
        found.append((".".join(place[1:] or place), said_of(one.get("type"))))
    return Problem("invalid", errors=found)


def said_of(kind):
    if kind == "missing":
        return _("This field is required.")
    if kind == "extra_forbidden":
        return _("There is no such field.")
    return _("This is not of the shape that api/v1/openapi.json gives.")
