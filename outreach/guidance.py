"""分类指导: words, topics and hints by kind of unit (DOMAIN 8.1), and hints to a writer.

Hints go to the author alone; they never block and are never stored.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
        gettext_lazy("Villagers' group"),
        gettext_lazy(
            "Production, water and roads, subsidies, housing land, relief, people left behind, "
            "collective economy"
        ),
        gettext_lazy("Come at a time that suits the household; keep clear of the busy season."),
    ),
    Guidance(
        UnitKind.COMMUNITY,
        gettext_lazy("Estate or building"),
        gettext_lazy("Property service, parking, noise, care of old and young, lifts, jobs"),
        gettext_lazy("Name the estate or building only, never a flat."),
    ),
    Guidance(
        UnitKind.STATE_ENTERPRISE,
        gettext_lazy("Workshop or team"),
        gettext_lazy("Workers in difficulty, wages, safety, technical renewal, Party posts"),
        gettext_lazy("Go to the shift; workers and teams take the place of households."),
    ),
    Guidance(
        UnitKind.NON_PUBLIC,
        gettext_lazy("Department or workshop"),
        gettext_lazy("Approvals, finance, hiring, land and energy, Party organisation"),
        gettext_lazy("Do not disturb the business; accept no meals."),
    ),
    Guidance(
        UnitKind.SOCIAL_ORG,
        gettext_lazy("Project or team"),
        gettext_lazy("Registration, purchased services, premises, Party building"),
        gettext_lazy("Talk with who is in charge and with those served."),
    ),
]

# Two texts that share so much of their pairs of characters read as one.
ALIKE = 0.85


def hints(*, author, unit, visited_on, summary, on):
    """Sentences for the author: back-dated, a village visited often, a text like an earlier one."""
    found = []
    if author is None or visited_on is None:
        return found
    days = parameters.number("visit.backdate_warn_days", on=on)
    if (on - visited_on).days > days:
        found.append(
            _("This visit was %(n)s days ago. That is fine; later notes are easier to trust.")
            % {"n": (on - visited_on).days}
        )
    if unit is not None:
        limit = parameters.number("visit.unit_week_limit", on=on)
        monday = visited_on - timedelta(days=visited_on.weekday())
        count = (
            Visit.objects.standing()
            .filter(unit=unit, visited_on__range=(monday, monday + timedelta(days=6)))
            .exclude(author=author, visited_on=visited_on)
            .count()
        )
        if count >= limit:
            found.append(
                _(
                    "%(unit)s has had %(n)s visits this week already; next time, go together or "
                    "on another day."
                )
                % {"unit": unit.name, "n": count}
            )
    if len(summary) > 30:
        written = search.tokens(summary)
        for earlier in (
            Visit.objects.filter(author=author)
            .order_by("-visited_on", "-pk")
            .values_list("summary", flat=True)[:20]
        ):
            before = search.tokens(earlier)
            if len(written & before) > ALIKE * len(written | before):
                found.append(_("This text is nearly the same as one of your earlier entries."))
                break
    return found
