"""Hints to the author of a visit; what differs by kind of unit is in `portal/kinds.py`.

Only the author sees the hints. They never block and are never stored.
"""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext

from outreach.models import Visit
from portal import parameters
from portal.pages import search
from portal.trust import wall

# Functions (unit, on) → sentences, added by apps above.
MORE_HINTS: list[Callable] = []

# Texts that share more than this fraction of their character pairs count as alike.
ALIKE = 0.85


def hints(*, author, unit, visited_on, summary, on):
    """Sentences for the author: back-dated, a village visited often, a text like an earlier one."""
    found = []
    if author is None or visited_on is None:
        return found
    place = parameters.place_of_cadre(author)
    days = parameters.number("visit.backdate_warn_days", on=on, at=place)
    if (age := (on - visited_on).days) > days:
        words = gettext(
            "This visit was %(n)s days ago. That is fine; later notes are easier to trust."
        )
        found.append(words % {"n": age})
    if unit is not None:
        limit = parameters.number("visit.unit_week_limit", on=on)
        monday = visited_on - timedelta(days=visited_on.weekday())
        week = (monday, monday + timedelta(days=6))
        visits = Visit.objects.standing().filter(unit=unit, visited_on__range=week)
        with wall.as_system("how often a unit was visited in a week"):
            n = visits.exclude(author=author, visited_on=visited_on).count()
        if n >= limit:
            words = gettext(
                "%(unit)s has had %(n)s visits in that week already; next time, go together or "
                "on another day."
            )
            found.append(words % {"unit": unit.name, "n": n})
        for more in MORE_HINTS:
            found += more(unit, on)
    if len(summary) > 30 and _is_like_earlier(author, search.tokens(summary)):
        found.append(gettext("This text is nearly the same as one of your earlier entries."))
    return found


def _is_like_earlier(author, written):
    earlier = Visit.objects.filter(author=author).order_by("-visited_on", "-pk")
    with wall.as_system("whether a text is like the author's earlier ones"):
        texts = list(earlier.values_list("summary", flat=True)[:20])
    texts = map(search.tokens, texts)
    return any(len(written & text) > ALIKE * len(written | text) for text in texts)
