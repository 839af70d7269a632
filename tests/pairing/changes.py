"""Random changes to pairings, items and needs, each counted as the action would."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from outreach.models import Household
from pairing import contacts
from pairing.models import HelpNeed, Pairing, SupportItem
from pairing.models.needs import HelpKind
from pairing.models.pairings import HELP_LEVELS, ORGANIZATION_LEVELS, Level
from pairing.models.support import SupportKind
from portal.models import PartyOrganization
from portal.sheets import figures
from tests.day import in_days, today


class Changes:
    """Reproducible: the same changes for the same seed."""

    def __init__(self, people, seed=0):
        self.people, self.rng, self.doors = people, random.Random(seed), 0

    def step(self):
        made = (self.pair, self.promise, self.finish, self.end, self.cancel, self.note, self.visit)
        self.rng.choices(made, (5, 6, 4, 1, 1, 3, 4))[0]()

    def day(self, most=160):
        return today() - timedelta(days=self.rng.randrange(most))

    def place(self):
        people = self.people
        return self.rng.choice([people.village, people.village, people.other_village])

    def household(self, place, **fields):
        self.doors += 1
        return Household.objects.create(
            unit=place, serial=f"{self.doors:03d}", display_name="李××户", **fields
        )

    def pair(self, **fields):
        """Several may help one, so that no date is refused."""
        people, rng = self.people, self.rng
        given = fields.pop("level", None)
        level = given or rng.choice(HELP_LEVELS)
        place = fields.pop("unit", None) or self.place()
        cadre = fields.pop("cadre", None) or rng.choice([people.cadre, people.neighbour])
        quiet = rng.random() < 0.1
        if given is None and self._has(level, cadre.organ, place):
            level = Level.HOUSEHOLD
        sides = {}
        if level == Level.BRANCH:
            sides = {
                "helper_branch": self.branch(organ=cadre.organ),
                "helped_branch": self.branch(unit=place),
            }
        elif level != Level.UNIT:
            sides = {"household": self.household(place, do_not_disturb=quiet)}
        starts = self.day()
        ends = starts + timedelta(days=rng.choice([150, 180, 400]))
        pairing = Pairing(
            **{
                "level": level,
                "mode": "many",
                "cadre": cadre,
                "organ": cadre.organ,
                "starts_on": starts,
                "ends_on": ends,
                "created_by": people.office,
                "created_at": timezone.now(),
                **sides,
                **fields,
            }
        )
        pairing.stand_at(place)
        pairing.save()
        figures.count_new(pairing)
        contacts.recount(Pairing.objects.filter(pk=pairing.pk))
        return pairing

    def _has(self, level, organ, place):
        """The same two are paired once at a time."""
        same = Pairing.objects.not_cancelled().filter(level=level, organ=organ, unit=place)
        return level in ORGANIZATION_LEVELS and same.exists()

    def branch(self, **at):
        return PartyOrganization.objects.get_or_create(
            name="党支部", kind="branch", started_on=in_days(-900), **at
        )[0]

    def promise(self, **fields):
        rng = self.rng
        pairing = fields.pop("pairing", None) or rng.choice(
            list(Pairing.objects.order_by("pk")) or [self.pair()]
        )
        promised = fields.get("promised_on") or self.day()
        money = {"amount": Decimal(rng.randrange(1, 900_000)) / 10, "source": "own"}
        item = SupportItem(
            **{
                "pairing": pairing,
                "kind": rng.choice(SupportKind.values),
                "what": "送技术上门",
                "promised_on": promised,
                "promised_for": promised + timedelta(days=40),
                "noted_by": self.people.author,
                "created_at": timezone.now(),
                **(money if rng.random() < 0.5 else {}),
                **fields,
            }
        )
        item.organ = pairing.organ
        item.stand_at(pairing.unit)
        item.save()
        figures.count_new(item)
        return item

    def finish(self, item=None):
        promised = list(SupportItem.objects.promised().order_by("pk"))
        item = item or self.rng.choice(promised or [None])
        if item is None:
            return
        figures.remember(item)
        if self.rng.random() < 0.2:
            item.state, item.dropped_on, item.drop_reason = "dropped", today(), "已由他人解决"
        else:
            item.state, item.done_on = "done", max(item.promised_on, self.day(60))
        item.save()
        figures.recount(item)

    def end(self):
        running = list(Pairing.objects.running(today()).filter(ended_on=None).order_by("pk"))
        if running:
            pairing = figures.remember(self.rng.choice(running))
            pairing.state, pairing.ended_on, pairing.ending = "ended", today(), "solved"
            pairing.save()
            figures.recount(pairing)

    def cancel(self):
        free = list(Pairing.objects.filter(items=None, state="agreed").order_by("pk"))
        if free:
            pairing = figures.remember(self.rng.choice(free))
            pairing.state = "cancelled"
            pairing.save()
            figures.recount(pairing)

    def note(self, **fields):
        """Record a need of a unit, or of a household that may be paired."""
        place, rng = fields.pop("unit", None) or self.place(), self.rng
        doors = list(Household.objects.filter(unit=place).order_by("pk"))
        side = {"what": "修复灌溉渠道"}
        if doors and rng.random() < 0.6:
            side = {"household": rng.choice(doors)}
        noted = self.day()
        need = HelpNeed(
            **{
                "kind": rng.choice(HelpKind.values),
                "noted_on": noted,
                **side,
                "until": noted + timedelta(days=rng.choice([60, 200])),
                "noted_by": self.people.host,
                **fields,
            }
        )
        if rng.random() < 0.2:
            need.state, need.closed_on, need.closed_by = "met", today(), self.people.host
        need.stand_at(place)
        need.organ = place.host_organ
        need.save()
        return need

    def visit(self, pairing=None, **fields):
        pairing = pairing or self.rng.choice(list(Pairing.objects.order_by("pk")) or [None])
        if pairing is None:
            return None
        doors = [pairing.household] if pairing.household_id else []
        fields.setdefault("visited_on", self.day(120))
        return self.people.visit(
            by=pairing.cadre.user.acting(on=today()), place=pairing.unit, households=doors, **fields
        )
