"""Objections to sending a cadre to a place: data is read once per batch, then any pair is checked.

They are shown as hints beside a nomination, exclude pairs from a proposal, check changes by hand
and list what prevents publishing. Nothing is decided here.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import BatchPlace, Nomination, Placement, Stay
from outreach.models.stays import RESIDENTIAL_KINDS
from portal import parameters
from portal.choosing import three_gates
from portal.models import AvoidancePair
from portal.trust import wall

WEIGHTS = ("hardship", "expertise", "young", "continuity", "load")


def weights(on):
    """Return the weight of each reason in a proposal computed on this day."""
    return {code: parameters.number(f"proposal.weight.{code}", on=on) for code in WEIGHTS}


@dataclass(frozen=True)
class Objection:
    """A hard objection excludes the placement; any other is a warning for the office to weigh."""

    code: str
    words: str
    is_hard: bool = False


class Pool:
    """A batch with its places and nominated cadres, and what is known about each pair."""

    @wall.as_system("what is known between cadres and places of a batch")
    def __init__(self, batch, *, on, nominations=None):
        self.batch = batch
        self.today = on
        if nominations is None:
            nominations = Nomination.objects.filter(batch=batch).qualified()
        nominations = nominations.select_related(
            "cadre__organ__division", "cadre__organ__parent__division", "cadre__home_division"
        )
        self.nominations = list(nominations.order_by(*OFFICIAL_CADRES))
        places = BatchPlace.objects.filter(batch=batch, taken_out_at=None).order_by(*OFFICIAL)
        self.places = list(
            places.select_related("unit__division", "unit__host_organ", "continuity")
        )
        for place in self.places:
            place.batch = batch
        self.by_nomination = {one.pk: one for one in self.nominations}
        self.by_place = {one.pk: one for one in self.places}
        cadres = [one.cadre_id for one in self.nominations]
        self.home_level = parameters.number("proposal.home_level", on=self.today)
        self.overlapping = self._overlapping(cadres)
        self.apart, self.closed_units = self._avoidances(cadres)

    def _overlapping(self, cadres):
        """Return {cadre: a residential stay that overlaps the batch}."""
        stays = Stay.objects.not_cancelled().annotate(last=Coalesce("ended_on", "ends_on"))
        stays = stays.filter(
            cadre__in=cadres,
            kind__in=RESIDENTIAL_KINDS,
            starts_on__lte=self.batch.ends_on,
            last__gte=self.batch.starts_on,
        )
        return {stay.cadre_id: stay for stay in stays.select_related("unit").order_by("pk")}

    def _avoidances(self, cadres):
        """Return ({cadre: cadres to avoid}, {cadre: units to avoid})."""
        apart, units = defaultdict(set), defaultdict(set)
        pairs = AvoidancePair.objects.filter(
            Q(cadre__in=cadres) | Q(other__in=cadres), ended_at=None
        )
        for cadre, other, unit in pairs.values_list("cadre", "other", "unit"):
            if unit:
                units[cadre].add(unit)
            else:
                apart[cadre].add(other)
                apart[other].add(cadre)
        return apart, units

    # --- One cadre, whatever the place ----------------------------------------------------------

    def is_too_old(self, cadre):
        age = cadre.age_on(self.batch.starts_on)
        return age is not None and age > self.max_age(cadre)

    def max_age(self, cadre):
        """Return the maximum age for a cadre of this organ and kind of staff."""
        place = parameters.place_of_cadre(cadre)
        return parameters.number("posting.max_age", on=self.today, at=place)

    def about(self, nomination):
        """Return what the office should know before it judges a nomination."""
        cadre, found = nomination.cadre, []
        if cadre.left_on:
            found.append(Objection("left", _("No longer serves here."), True))
        if stay := self.overlapping.get(cadre.pk):
            found.append(Objection("overlap", _stays(stay), self.batch.kind in RESIDENTIAL_KINDS))
        age = cadre.age_on(self.batch.starts_on)
        if age is None:
            found.append(Objection("age", _("The month of birth is not entered.")))
        elif age > (most := self.max_age(cadre)):
            found.append(Objection("age", _too_old(age, most)))
        if cadre.spouse_id and cadre.spouse_id in self._named:
            found.append(Objection("couple", _("The spouse is nominated as well.")))
        near = self.apart.get(cadre.pk, set()) & self._named
        units = self.closed_units.get(cadre.pk, set()) & {p.unit_id for p in self.places}
        if n := len(near) + len(units):
            words = ngettext(
                "%(n)s avoidance touches this batch.", "%(n)s avoidances touch this batch.", n
            )
            found.append(Objection("avoidance", words % {"n": n}))
        if n := sum(1 for place in self.places if self.is_home(cadre, place)):
            words = ngettext("%(n)s place lies at home.", "%(n)s places lie at home.", n)
            found.append(Objection("home", words % {"n": n}))
        return found

    @cached_property
    @wall.as_system("who else is nominated")
    def _named(self):
        """Cadres with an open or qualified nomination for this batch."""
        rows = Nomination.objects.filter(batch=self.batch, state__in=("open", "qualified"))
        return set(rows.values_list("cadre", flat=True))

    # --- One cadre and one place ----------------------------------------------------------------

    def is_home(self, cadre, place):
        """Whether the place lies in the cadre's home county (or township, depending on the
        norm)."""
        home, there = cadre.home_division, place.unit.division
        if home is None or there is None:
            return False
        at_home = home.ancestors_by_level.get(self.home_level)
        return at_home is not None and at_home == there.ancestors_by_level.get(self.home_level)

    def avoids(self, cadre, place):
        return place.unit_id in self.closed_units.get(cadre.pk, ())

    def is_apart(self, cadre, other):
        """Whether two cadres must not go to the same place: a couple, or an avoidance."""
        return cadre.spouse_id == other.pk or other.pk in self.apart.get(cadre.pk, ())

    def hard(self, nomination, place, team):
        """Return the hard objections; `team` are the other nominations at the place."""
        cadre, found = nomination.cadre, []
        if cadre.left_on:
            found.append(Objection("left", _("No longer serves here."), True))
        if place.unit.ended_on:
            words = _("%(name)s has ended.") % {"name": place.unit.name}
            found.append(Objection("ended", words, True))
        if (stay := self.overlapping.get(cadre.pk)) and place.kind in RESIDENTIAL_KINDS:
            found.append(Objection("overlap", _stays(stay), True))
        if self.avoids(cadre, place):
            found.append(Objection("avoidance", _("An avoidance rule excludes this unit."), True))
        for other in team:
            if cadre.spouse_id == other.cadre_id:
                words = _("%(name)s, the spouse, goes to the same place.")
                found.append(Objection("couple", words % {"name": other.cadre.name}, True))
            elif self.is_apart(cadre, other.cadre):
                words = _("An avoidance stands between this cadre and %(name)s.")
                found.append(Objection("avoidance", words % {"name": other.cadre.name}, True))
        return found

    def against(self, nomination, place, team):
        """Return all objections to a change by hand, hard ones first."""
        cadre, found = nomination.cadre, self.hard(nomination, place, team)
        if self.is_home(cadre, place):
            found.append(Objection("home", _("The place lies at home.")))
        age = cadre.age_on(self.batch.starts_on)
        if age is not None and age > (most := self.max_age(cadre)):
            found.append(Objection("age", _too_old(age, most)))
        if len(team) + 1 > place.wanted:
            words = ngettext(
                "The place wants %(n)s cadre.", "The place wants %(n)s cadres.", place.wanted
            )
            found.append(Objection("size", words % {"n": place.wanted}))
        return found + self._load(nomination)

    def _load(self, nomination):
        """Object if an organ would send more than its share of the batch."""
        placed = Placement.objects.filter(batch=self.batch, ended_at=None)
        given = placed.filter(nomination__organ=nomination.organ_id)
        given = given.exclude(nomination=nomination).count() + 1
        share = self.shares().get(nomination.organ_id, given)
        if given <= share:
            return []
        words = _("%(organ)s would send %(given)s; its share of this batch is %(share)s.")
        named = {"organ": nomination.cadre.organ.label, "given": given, "share": share}
        return [Objection("load", words % named)]

    def shares(self):
        offered = Counter(one.organ_id for one in self.nominations)
        seats = sum(place.wanted for place in self.places)
        part = min(1.0, seats / max(1, len(self.nominations)))
        return {organ: math.ceil(part * n) for organ, n in offered.items()}

    def read_experience(self):
        """Prefetch what the three-gate hint is computed from; many rows, and not needed on every
        page."""
        prefetch_related_objects([one.cadre for one in self.nominations], "experiences")

    @cached_property
    def lacking_experience(self):
        """Nominations of young cadres without grassroots experience, who take precedence."""
        self.read_experience()
        young = parameters.number("posting.young_age", on=self.today)
        least = parameters.number("grassroots_min_months", on=self.today)
        return {
            one.pk
            for one in self.nominations
            if (age := one.cadre.age_on(self.batch.starts_on)) is not None
            and age <= young
            and three_gates.hint(one.cadre, self.today, least=least).state == three_gates.State.YES
        }

    # --- All of it --------------------------------------------------------------------------------

    def digest(self):
        """Return a digest of everything that a proposal depends on, to detect that it is stale."""
        rests_on = [
            weights(self.today),
            [self.max_age(one.cadre) for one in self.nominations],
            self.home_level,
            parameters.number("posting.young_age", on=self.today),
            parameters.number("grassroots_min_months", on=self.today),
            str(self.batch.starts_on),
            str(self.batch.ends_on),
            self.batch.team_min,
            self.batch.team_max,
            sorted(
                (p.pk, p.wanted, p.hardship, p.kind, sorted(p.expertise), p.continuity_id or 0)
                for p in self.places
            ),
            sorted(_of_nomination(n) for n in self.nominations),
            sorted(self.lacking_experience),
            sorted(stay.pk for stay in self.overlapping.values()),
            sorted((a, sorted(b)) for a, b in self.apart.items() if b),
            sorted((a, sorted(b)) for a, b in self.closed_units.items() if b),
        ]
        return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()


# Lists and sheets use the official order of hosts and units, never an order by figures.
OFFICIAL_CADRES = ("cadre__organ__sort_order", "cadre__organ_id", "cadre__sort_order", "pk")
OFFICIAL = ("unit__host_organ__sort_order", "unit__host_organ_id", "unit__sort_order", "pk")


def _of_nomination(one):
    cadre = one.cadre
    ids = one.pk, one.may_lead, one.organ_id, cadre.spouse_id or 0, cadre.home_division_id or 0
    return *ids, cadre.birth_month, sorted(cadre.skills), str(cadre.left_on or "")


def teams(batch):
    """Return {place: current placements, the leader first}."""
    found = defaultdict(list)
    placements = Placement.objects.filter(batch=batch, ended_at=None)
    for one in placements.select_related("nomination__cadre__organ").order_by("-is_leader", "pk"):
        found[one.place_id].append(one)
    return found


def weak_teams(batch):
    """Return [(place, what is missing)] of places without a complete team."""
    found = []
    places = BatchPlace.objects.filter(batch=batch, taken_out_at=None).select_related("unit")
    standing = teams(batch)
    for place in places.order_by(*OFFICIAL):
        place.batch = batch
        team = standing.get(place.pk, [])
        if not team:
            found.append((place, _("Nobody goes there.")))
        elif len(team) < place.least:
            words = ngettext("A team of %(n)s at least.", "A team of %(n)s at least.", place.least)
            found.append((place, words % {"n": place.least}))
        elif place.wanted > 1 and not any(one.is_leader for one in team):
            found.append((place, _("The team has no leader.")))
    return found


def obstacles(batch, *, on):
    """Return [(placement, why)] of placements that cannot be published at present."""
    placements = Placement.objects.filter(batch=batch, ended_at=None).order_by("pk")
    placements = placements.select_related(
        "place__unit__division", "place__unit__host_organ", "nomination__cadre"
    )
    named = [one.nomination_id for one in placements]
    pool = Pool(batch, on=on, nominations=Nomination.objects.filter(pk__in=named))
    by_place = defaultdict(list)
    for one in placements:
        by_place[one.place_id].append(pool.by_nomination[one.nomination_id])
    found = []
    for one in placements:
        nomination = pool.by_nomination[one.nomination_id]
        others = [other for other in by_place[one.place_id] if other.pk != nomination.pk]
        one.place.batch = batch
        found += [(one, o.words) for o in pool.hard(nomination, one.place, others)]
    return found


def _stays(stay):
    days = {"start": stay.starts_on, "end": stay.last_day}
    return _("Stays at %(unit)s from %(start)s to %(end)s.") % {"unit": stay.unit.name, **days}


def _too_old(age, limit):
    words = _("%(age)s years old at the beginning; the norm is at most %(limit)s.")
    return words % {"age": age, "limit": limit}
