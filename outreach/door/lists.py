"""The public page of a list under notice: no account, no script, gone after its last day.

It reads only `PublishedList` and its rows, so that the door's database role needs nothing else.
"""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from outreach.models import PublishedList
from portal.tools import languages
from portal.tools.asked import whole_number

# Keeps a page under 30 KB.
ROWS = 150


def page_of(token, number, *, on):
    shown = PublishedList.objects.filter(first_on__lte=on, last_on__gte=on)
    published = shown.filter(token=token).first()
    if published is None:
        return _answer("door/gone.html", {}, status=404)
    page = whole_number(number) or 1
    page = min(max(page, 1), 1000)
    found = list(published.rows.order_by("pk")[(page - 1) * ROWS : page * ROWS + 1])
    context = {
        "published": published,
        "rows": found[:ROWS],
        "has_standards": any(row.standard for row in found),
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > ROWS else None,
    }
    return _answer("door/list.html", context)


def _answer(template, context, status=200):
    # Rendered without the request: the portal's context processors need users and sessions.
    with translation.override(languages.chinese()):
        response = HttpResponse(render_to_string(template, context), status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
