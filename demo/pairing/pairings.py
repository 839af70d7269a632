"""Some forty pairings of the invented county, on three levels and in every state.

王建国 helps two households of 柳湾村; one of them is due for a visit.
"""

from datetime import timedelta
from itertools import cycle
from random import Random
from uuid import NAMESPACE_OID, uuid5

from demo.outreach.county import stated
from outreach.actions import areas, visits
from outreach.models import Visit
from outreach.models.visits import Purpose, VisitMode
from pairing.actions import households, pairings
from pairing.models.pairings import HelpMode, Level, PairingEnding
from portal.days import workdays
from portal.models.places import OrganKind, UnitKind
from portal.roles import Role

AIMS = "两年内村集体经济年收入增加5万元以上\n修缮灌溉渠道，改善饮水条件"
CONTENT = "政策宣讲每季度一次\n提供种植技术指导\n帮助对接销售渠道"
WAYS = "责任人每两个月至少走访一次；重要事项随时联系"
DIFFICULTIES = ("allowance", "illness", "schooling", "work", "old_alone", "disability", "housing")


def make(county):
    _Story(county).tell()


class _Story:
    def __init__(self, county):
        users = county.people.users
        self.county, self.anchor, self.office = county, county.anchor, users["liming"]
        self.wang, self.zhao = users["wangjianguo"].cadre, users["zhaomin"].cadre
        named = {self.wang.pk, self.zhao.pk}
        # Users who may write visits; other helpers have theirs entered by somebody else.
        self.writers = {
            user.pk
            for (role, _organ), holders in county.people.by_role.items()
            if role == Role.CADRE
            for user in holders
        }
        helpers = [
            one
            for one in county.people.cadres
            if one.organ.kind not in {OrganKind.TOWNSHIP, OrganKind.STATION, OrganKind.ENTERPRISE}
            and one.pk not in named
            and one.organ.short_name not in {"县委", "县政府"}
            and not one.left_on
        ]
        self.helpers = cycle(helpers)
        self.villages = [
            unit
            for unit in county.places.units
            if unit.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}
        ]

    def day(self, ago):
        return self.anchor - timedelta(days=ago)

    def at(self, ago):
        return self.county.moment(self.day(max(ago, 1)))

    def agree(self, level, cadre, unit, began, ends, **more):
        document = self.county.document("云组通", self.day(began))
        return pairings.agree_pairing(
            level=level,
            organ=cadre.organ,
            unit=unit,
            cadre=cadre,
            starts_on=self.day(began),
            ends_on=self.day(ends),
            document=document,
            by=self.office,
            at=self.at(began),
            **more,
        )

    def end(self, pairing, ago, ending, reason):
        return pairings.end_pairing(
            pairing=pairing,
            on=self.day(ago),
            ending=ending,
            reason=reason,
            by=self.office,
            at=self.at(ago),
        )

    def tell(self):
        self._organs_and_villages()
        self._households()
        if not self.county.is_tiny:
            self._members_and_workers()

    def _organs_and_villages(self):
        """百局联百村: some with agreements and plans, one renewed, one about to end, one ended;
        a tiny county has only that of 王建国."""
        liuwan, shangping = (self.county.places.unit(name) for name in ("柳湾村", "上坪村"))
        first = self.agree(Level.UNIT, self.wang, liuwan, 300, -430)
        self._sign(first, 300)
        pairings.keep_plan(
            pairing=first,
            year=self.anchor.year,
            aims="修好东支渠\n办两期种植培训班",
            by=self.wang.user,
            at=self.at(290),
        )
        if self.county.is_tiny:
            return
        ending = self.agree(Level.UNIT, self.zhao, shangping, 345, -20)
        self._sign(ending, 345)
        others = [unit for unit in self.villages if unit not in (liuwan, shangping)]
        for n, unit in enumerate(others[:9]):
            cadre = next(self.helpers)
            pairing = self.agree(Level.UNIT, cadre, unit, 280 - 20 * n, -85 - 30 * n)
            if n % 2 == 0:
                self._sign(pairing, 280 - 20 * n)
            if n == 0:
                pairings.renew_pairing(
                    pairing=pairing,
                    ends_on=self.day(-450),
                    number=self.county.document("云结", self.day(2)),
                    signed_on=self.day(2),
                    aims=AIMS,
                    content=CONTENT,
                    ways=WAYS,
                    by=self.office,
                    at=self.at(2),
                )
            if n == 4:
                self.end(pairing, 15, PairingEnding.OTHER, "帮扶单位机构调整")
        later = self.agree(Level.UNIT, next(self.helpers), others[:5][-1], -30, -395)
        pairings.change_pairing_end(
            pairing=later,
            ends_on=self.day(-760),
            reason="一次签订两年",
            by=self.office,
            at=self.at(1),
        )

    def _sign(self, pairing, ago):
        pairings.sign_agreement(
            pairing=pairing,
            number=self.county.document("云结", self.day(max(ago, 1))),
            signed_on=self.day(max(ago, 1)),
            starts_on=pairing.starts_on,
            ends_on=pairing.ends_on,
            aims=AIMS,
            content=CONTENT,
            ways=WAYS,
            by=self.office,
            at=self.at(ago),
        )

    def _households(self):
        """One helper in most villages, two helpers of one household, one household out of
        hardship; in a tiny county 王建国 helps one."""
        liuwan = self.county.places.unit("柳湾村")
        # The listed households of each village that may be visited.
        free = {
            unit.pk: [one for one in self.county.households[unit.pk] if not one.do_not_disturb]
            for unit in self.villages
        }
        # One of 王建国's households is due: he has named it in no recent visit.
        lately = Visit.objects.filter(author=self.wang, visited_on__gt=self.day(70))
        met = set(lately.values_list("households", flat=True))
        mine = sorted(free[liuwan.pk], key=lambda one: one.pk in met)
        for n, ago in enumerate(self.county.few((150, 20), 1)):
            self.agree(Level.HOUSEHOLD, self.wang, liuwan, ago, ago - 365, household=mine[n])
            self._note(mine[n], DIFFICULTIES[n])
        if self.county.is_tiny:
            return
        for cadre in (self.zhao, next(self.helpers)):
            self.agree(
                Level.HOUSEHOLD, cadre, liuwan, 90, -275, household=mine[2], mode=HelpMode.MANY
            )
        others = [unit for unit in self.villages if unit != liuwan]
        for n, unit in enumerate(others[:15]):
            household = free[unit.pk][n % 3]
            pairing = self.agree(
                Level.HOUSEHOLD,
                next(self.helpers),
                unit,
                240 - 12 * n,
                -125 - 12 * n,
                household=household,
            )
            if n % 5 in {1, 2, 4}:
                self._visit(pairing, 12 + 3 * n)
            if n % 2 == 0:
                self._note(household, DIFFICULTIES[n % len(DIFFICULTIES)])
            if n == 3:
                self.end(pairing, 10, PairingEnding.SOLVED, "务工稳定，困难解除")
            if n == 5:
                pairings.change_pairing_cadre(
                    pairing=pairing,
                    cadre=next(self.helpers),
                    starts_on=self.day(5),
                    reason="原责任人岗位调整",
                    by=self.office,
                    at=self.at(5),
                )
        cancelled = self.agree(
            Level.HOUSEHOLD,
            next(self.helpers),
            others[0],
            -20,
            -385,
            household=free[others[0].pk][4],
        )
        pairings.cancel_pairing(
            pairing=cancelled, reason="该户已迁出", by=self.office, at=self.at(1)
        )

    def _visit(self, pairing, ago):
        """Record a visit, which sets the next contact; nothing else is entered for the pairing."""
        if pairing.cadre.user_id not in self.writers:
            return
        day = self.day(ago)
        while not workdays.is_working_day(day):
            day -= timedelta(days=1)
        words, household = self.county.words, pairing.household
        scene = words.scene(pairing.unit, day, "入户", "无事", "白天", household_count=1)
        key = f"pairing {pairing.unit.name} {household.serial} {day}"
        visits.record_visit(
            client_key=uuid5(NAMESPACE_OID, key),
            author=pairing.cadre,
            by=self.county.user(pairing.cadre.user_id),
            at=self.county.moment(day),
            unit=pairing.unit,
            visited_on=day,
            summary=words.diary(scene),
            household_count=1,
            purposes=[Purpose.PAIRING],
            households=[household],
            **stated(Random(key)) | {"mode": VisitMode.HOME},
        )

    def _note(self, household, category):
        host = self.county.people.holding(Role.HOST, household.unit.host_organ_id)[0]
        households.note_difficulty(
            household=household, category=category, expires_on=None, by=host, at=self.at(60)
        )

    def _members_and_workers(self):
        """Pair Party members in difficulty; in the works, a worker takes the place of a
        household."""
        for unit in self.villages[2:7]:
            household = self.county.households[unit.pk][6]
            self.agree(Level.MEMBER, next(self.helpers), unit, 110, -255, household=household)
        works = [
            unit for unit in self.county.places.units if unit.kind == UnitKind.STATE_ENTERPRISE
        ]
        if not works:
            return
        shop = works[-1]
        host = self.county.people.holding(Role.HOST, shop.host_organ_id)[0]
        worker = areas.keep_household(
            by=host,
            unit=shop,
            household=None,
            serial="G01",
            group="",
            display_name="钱××",
            do_not_disturb=False,
        )
        self.agree(Level.HOUSEHOLD, next(self.helpers), shop, 70, -295, household=worker)
