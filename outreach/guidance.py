"""分类指导: words, topics and hints by kind of unit (DOMAIN 8.1), and hints to the author.

Only the author sees the hints. They never block and are never stored.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import Visit
from portal import parameters
from portal.models.places import UnitKind
from portal.pages import search


@dataclass(frozen=True)
class Guidance:
    kind: str
    group_word: str
    topics: str
    hint: str


ALL = [
    Guidance(
        UnitKind.RURAL,
        _("Villagers' group"),
        _(
            "Production, water and roads, subsidies, housing land, relief, people left behind, "
            "collective economy"
        ),
        _("Come at a time that suits the household; keep clear of the busy season."),
    ),
    Guidance(
        UnitKind.COMMUNITY,
        _("Estate or building"),
        _("Property service, parking, noise, care of old and young, lifts, jobs"),
        _("Name the estate or building only, never a flat."),
    ),
    Guidance(
        UnitKind.STATE_ENTERPRISE,
        _("Workshop or team"),
        _("Workers in difficulty, wages, safety, technical renewal, Party posts"),
        _("Go to the shift; workers and teams take the place of households."),
    ),
    Guidance(
        UnitKind.NON_PUBLIC,
        _("Department or workshop"),
        _("Approvals, finance, hiring, land and energy, Party organisation"),
        _("Do not disturb the business; accept no meals."),
    ),
    Guidance(
        UnitKind.SOCIAL_ORG,
        _("Project or team"),
        _("Registration, purchased services, premises, Party building"),
        _("Talk with who is in charge and with those served."),
    ),
]

# Texts that share this part of their pairs of characters count as alike.
ALIKE = 0.85


def hints(*, author, unit, visited_on, summary, on):
    """Sentences for the author: back-dated, a village visited often, a text like an earlier one."""
    found = []
    if author is None or visited_on is None:
        return found
    days = parameters.number("visit.backdate_warn_days", on=on)
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
        if (n := visits.exclude(author=author, visited_on=visited_on).count()) >= limit:
            words = gettext(
                "%(unit)s has had %(n)s visits this week already; next time, go together or "
                "on another day."
            )
            found.append(words % {"unit": unit.name, "n": n})
    if len(summary) > 30 and _is_like_earlier(author, search.tokens(summary)):
        found.append(gettext("This text is nearly the same as one of your earlier entries."))
    return found


def _is_like_earlier(author, written):
    earlier = Visit.objects.filter(author=author).order_by("-visited_on", "-pk")
    texts = map(search.tokens, earlier.values_list("summary", flat=True)[:20])
    return any(len(written & text) > ALIKE * len(written | text) for text in texts)
