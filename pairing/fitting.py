"""Input of a round: needs and possible helpers, read once for all pairs.

The same checks exclude pairs from a proposal, judge a manual change and explain what blocks the
confirmation. They work on plain rows, since a round can have tens of thousands of needs.
"""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.placing.obstacles import Objection
from pairing.models import HelpNeed, HelpResource, Pairing
from pairing.models.pairings import Level, PairingEnding, PairingState
from portal import parameters
from portal.models import AvoidancePair, Cadre, Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel
from portal.trust import wall

WEIGHTS = ("kind", "expertise", "urgency", "near", "kept", "load")
# A pair whose term ended at most this many days ago counts as proven.
KEPT_DAYS = 366

HOST_ORDER = ("unit__host_organ__sort_order", "unit__host_organ")

PARTS = {
    "terms": gettext_lazy("the terms of the round"),
    "needs": gettext_lazy("the needs"),
    "helpers": gettext_lazy("the offers and who can help"),
    "pairings": gettext_lazy("the pairings"),
    "norms": gettext_lazy("the norms"),
}


@dataclass
class Target:
    """A side to be helped: a unit, or a household of it, with all its open needs."""

    unit: int
    household: int | None
    host: int
    kinds: set = field(default_factory=set)
    expertise: set = field(default_factory=set)
    urgency: int = 1

    @property
    def key(self):
        return self.household or self.unit


@dataclass
class Helper:
    """An organ, or a cadre of one."""

    organ: int
    cadre: int | None
    capacity: int
    kinds: set
    expertise: set
    # Pairings that overlap the days of the round.
    running: int = 0

    @property
    def key(self):
        return self.cadre or self.organ

    @property
    def left(self):
        return max(0, self.capacity - self.running)


class Pool:
    """A round with all the input of its proposal."""

    @wall.as_system("who could help whom")
    def __init__(self, round_, *, on):
        self.round = round_
        self.today = on
        self.weights = {
            code: parameters.number(f"matching.weight.{code}", on=on) for code in WEIGHTS
        }
        self.most_households = parameters.number("pairing.household_per_cadre_max", on=on)
        self._read_pairings()
        self._read_needs()
        self._read_helpers()
        self._read_places()

    # --- Reading -----------------------------------------------------------------------------

    def _inside(self, way):
        """Return a Q for rows in the area of the round; `way` is the lookup path to a division."""
        area = self.round.area
        return Q(**{f"{way}__path__startswith": area.path}) if area else Q()

    def _read_pairings(self):
        """Read the pairings that overlap the round, and earlier ones that may be continued."""
        starts_on, ends_on = self.round.starts_on, self.round.ends_on
        rows = Pairing.objects.not_cancelled().annotate(last=Coalesce("ended_on", "ends_on"))
        if self.round.is_for_households:
            rows, names = rows.personal(), ("household", "cadre")
        else:
            rows, names = rows.filter(level=Level.UNIT), ("unit", "organ")
        here = self._inside("unit__division") | self._inside("organ__division")
        within = rows.filter(here, starts_on__lte=ends_on, last__gte=starts_on)
        self.paired, self.running = set(), Counter()
        for helped, helper in within.values_list(*names):
            self.paired.add(helped)
            self.running[helper] += 1
        earlier = rows.filter(
            here,
            Q(state=PairingState.AGREED) | Q(ending=PairingEnding.TERM),
            last__lt=starts_on,
            last__gte=starts_on - timedelta(days=KEPT_DAYS),
        )
        self.kept = set(earlier.values_list(*names))

    def _read_needs(self):
        rows = HelpNeed.objects.open(self.today).filter(self._inside("unit__division"))
        rows = rows.filter(unit__ended_on=None)
        if self.round.is_for_households:
            rows = rows.of_households().filter(household__ended_on=None)
        else:
            rows = rows.of_units()
        found, skipped, need_rows = {}, set(), []
        # The official order of hosts and units, as on the page.
        rows = rows.order_by(*HOST_ORDER, "unit__sort_order", "unit", "household__serial", "pk")
        names = ("pk", "unit", "household", "unit__host_organ", "kind", "urgency", "expertise")
        for pk, unit, household, host, kind, urgency, expertise in rows.values_list(*names):
            key = household or unit
            if key in self.paired:
                skipped.add(key)
                continue
            need_rows.append((pk, kind, urgency, sorted(expertise)))
            target = found.setdefault(key, Target(unit, household, host))
            target.kinds.add(kind)
            target.expertise.update(expertise)
            target.urgency = max(target.urgency, urgency)
        self.targets = list(found.values())
        self.by_target = found
        self.paired_already = len(skipped)
        self._need_rows = need_rows

    def _read_helpers(self):
        here = Q(self._inside("organ__division"), organ__ended_on=None)
        offers = HelpResource.objects.on_offer(self.today).filter(here).order_by("pk")
        offered, skills, capacity = defaultdict(set), defaultdict(set), Counter()
        names = ("organ", "kind", "expertise", "capacity")
        for organ, kind, expertise, many in offers.values_list(*names):
            offered[organ].add(kind)
            skills[organ].update(expertise)
            capacity[organ] += many
        serving = Cadre.objects.filter(here, left_on=None)
        counted = serving.order_by().values_list("organ").annotate(n=Count("pk"))
        self.strength = dict(counted)
        if self.round.is_for_households:
            most, running = self.most_households, self.running
            ordered = serving.order_by("organ__sort_order", "organ", "sort_order", "pk")
            self.helpers = [
                Helper(organ, cadre, most, offered.get(organ, set()), set(known), running[cadre])
                for cadre, organ, known in ordered.values_list("pk", "organ", "skills")
            ]
        else:
            ordered = Organ.objects.filter(pk__in=capacity).order_by("sort_order", "pk")
            self.helpers = [
                Helper(pk, None, capacity[pk], offered[pk], skills[pk], self.running[pk])
                for pk in ordered.values_list("pk", flat=True)
            ]
        self.by_helper = {one.key: one for one in self.helpers}
        self.avoided = set()
        if self.round.is_for_households:
            pairs = AvoidancePair.objects.filter(unit__isnull=False, ended_at=None)
            self.avoided = set(pairs.values_list("cadre", "unit"))

    def _read_places(self):
        """Map units and organs to their ancestors by level. An enterprise group has no divisions
        and counts as one county."""
        units = {target.unit for target in self.targets}
        organs = {helper.organ for helper in self.helpers} | {t.host for t in self.targets}
        unit_rows = _in_parts(GrassrootsUnit, units, "division", "host_organ")
        organ_rows = _in_parts(Organ, organs, "division", "path")
        wanted = {row[1] for row in (*unit_rows, *organ_rows)} - {None}
        levels = {
            pk: dict(zip(range(level - len(ids) + 1, level + 1), ids, strict=True))
            for pk, level, path in _in_parts(Division, wanted, "level", "path")
            if (ids := [int(part) for part in path.strip("/").split("/")])
        }
        self.organ_path = {pk: path for pk, _division, path in organ_rows}
        self.organ_place = {
            pk: levels[division] if division else _group_of(path)
            for pk, division, path in organ_rows
        }
        self.unit_place = {
            pk: levels[division] if division else _group_of(self.organ_path[host])
            for pk, division, host in unit_rows
        }

    # --- One pair --------------------------------------------------------------------------------

    def is_own_host(self, helper, target):
        """Whether an organ would be paired with a unit that it manages."""
        return helper.cadre is None and self.organ_path[target.host].startswith(
            self.organ_path[helper.organ]
        )

    def hard(self, helper, target, given):
        """Return the hard objections; `given` is the number of other lines the helper has in the
        round."""
        found = []
        if helper.left <= given:
            found.append(Objection("full", self._full(helper, given), True))
        if self.is_own_host(helper, target):
            words = _("The organ manages this unit and is responsible for it anyway.")
            found.append(Objection("own", words, True))
        if (helper.cadre, target.unit) in self.avoided:
            found.append(Objection("avoidance", _("An avoidance rule excludes this unit."), True))
        return found

    def _full(self, helper, given):
        if helper.cadre:
            words = _("Helps %(n)s households already; the norm is at most %(most)s.")
        else:
            words = _("Helps %(n)s already; it offers help for %(most)s at once.")
        return words % {"n": helper.running + given, "most": helper.capacity}

    def against(self, helper, target, given):
        """All objections to a manual change, hard ones first."""
        found = self.hard(helper, target, given)
        if not helper.kinds & target.kinds:
            found.append(Objection("kind", _("It offers none of the kinds that are needed.")))
        return found

    # --- Digests ---------------------------------------------------------------------------------

    def digests(self):
        """{part: digest} of the input, to detect what has changed since a computation."""
        terms = self.round
        parts = {
            "terms": [terms.area_id, terms.level, str(terms.starts_on), str(terms.ends_on)],
            "needs": sorted(self._need_rows),
            "helpers": [
                [
                    (h.key, h.organ, h.capacity, sorted(h.kinds), sorted(h.expertise))
                    for h in self.helpers
                ],
                sorted(self.strength.items()),
                sorted(self.avoided),
            ],
            "pairings": [sorted(self.paired), sorted(self.running.items()), sorted(self.kept)],
            "norms": [self.weights, self.most_households],
        }
        return {
            name: hashlib.sha256(json.dumps(part).encode()).hexdigest()
            for name, part in parts.items()
        }


def _group_of(path):
    return {DivisionLevel.COUNTY: -int(path.split("/")[1])}


def _in_parts(model, keys, *names, size=10_000):
    """Rows of many keys, `size` keys to a statement."""
    keys, rows = sorted(keys), []
    for start in range(0, len(keys), size):
        found = model.objects.filter(pk__in=keys[start : start + size]).order_by("pk")
        rows += found.values_list("pk", *names)
    return rows
