"""The public closing list of a poll: a page, its text, and the files of the paper comparison. All
of it is available only once the list is published."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

from django.db import connection
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation import voting
from evaluation.appraisal import frames
from evaluation.models.ballots import ClosingList
from evaluation.models.paper import PaperAudit
from outreach.door.views import door_page, not_found
from portal.pages.web import download

RECOUNT = Path(__file__).parent.parent / "recount.py"
# Published files by name.
FILES = {
    "list": lambda found: found["list"]["fingerprints"],
    "paper-frame": lambda found: found["paper"] and found["paper"]["frame"],
    "paper-plan": lambda found: (
        found["paper"] and found["paper"]["digits"] and frames.sheets_plan().published.decode()
    ),
    "paper-sample": lambda found: found["paper"] and found["paper"]["sample"],
}


def _find(pk):
    """The published list of a poll; None if there is none yet or no such poll."""
    # Larger numbers cannot be primary keys.
    if pk >= 2**63:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_closing_list(%s)", [pk])
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


@require_safe
def closing_list(request, pk):
    found = _find(pk)
    if found is None:
        return door_page(
            request,
            "vote_message",
            title=_("No list here yet"),
            lines=[
                _(
                    "The list of sealed ballots is published when no ballots are taken any more, "
                    "and before the first is opened."
                )
            ],
            status=404,
            switch_to=request.path_info,
        )
    paper = PaperAudit(**found["paper"]) if found["paper"] else None
    listed = ClosingList(**found["list"])
    listed.made_at = parse_datetime(found["made_at"])
    return door_page(
        request,
        "closing_list",
        pk=pk,
        found=SimpleNamespace(**found),
        listed=listed,
        numbers=[voting.in_fours(one) for one in listed.rows],
        paper=paper,
    )


@require_safe
def closing_list_file(request, pk, name):
    found = _find(pk)
    text = FILES[name](found) if found and name in FILES else None
    # The list of a poll without ballots is an empty file.
    if not text and text != "":
        return not_found(request)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def recount_file(request):
    """The program that checks the files, at the door and for signed-in users."""
    return download(io.BytesIO(RECOUNT.read_bytes()), RECOUNT.name, "text/x-python")
