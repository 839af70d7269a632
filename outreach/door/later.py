"""A “try later” page that keeps what was ticked and typed."""

import re

from django.http import QueryDict
from django.urls import get_script_prefix
from django.utils.translation import gettext as _

from outreach.door.views import door_page

# Field names of the forms of ballots, units and questionnaires; nothing else is sent back.
_OURS = re.compile(
    r"code|comment|step|send|back|a\d{1,18}-[a-z]{1,20}|page|carried|language|go|a:\S{1,300}"
)


def later(request, path, where, given=(), line="", *, status):
    """A page with one button that sends the same again."""
    posted = request.POST if request.method == "POST" else QueryDict()
    carried = {name: posted.getlist(name) for name in posted if _OURS.fullmatch(name)}
    carried |= {name: [value] for name, value in dict(given).items()}
    line = line or _("Very much is being sent from here just now. Please try again in an hour.")
    kept = _("What you ticked is still here.") if set(carried) - {"code", "step"} else ""
    return door_page(
        request,
        "later",
        where=where,
        line=line,
        kept=kept,
        carried=[(name, value) for name, values in carried.items() for value in values],
        # The path is prefixed with the language, like every address of the door.
        action=f"{get_script_prefix()[:-1]}{path}",
        status=status,
        switch_to=path,
    )
