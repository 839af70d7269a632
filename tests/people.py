"""The small cast of every test: one county, two townships, one person of each role.

`neighbour_*` have the right role in the wrong place; each access test asks one of them.
"""

import uuid
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from outreach.actions import matters, visits
from outreach.models import ContactArea
from portal.models import Cadre, Division, GrassrootsUnit, Organ, RoleGrant, User
from portal.roles import Role
from portal.tools.copying import next_ids
from tests.day import TODAY

START = date(2020, 1, 1)
PASSWORD = "long-enough-2026"


def in_tree(row):
    row.save()
    row.place_under_parent()
    row.save()
    return row


def division(name, level, parent, code):
    return in_tree(Division(name=name, level=level, parent=parent, code=code, valid_from=START))


def organ(name, kind="government", parent=None, order=100, place=None):
    return in_tree(
        Organ(
            name=name,
            short_name=name[:4],
            kind=kind,
            parent=parent,
            sort_order=order,
            started_on=START,
            division=place,
        )
    )


def unit(name, host, place, kind="rural", parent=None):
    return in_tree(
        GrassrootsUnit(
            name=name, kind=kind, host_organ=host, division=place, parent=parent, started_on=START
        )
    )


def account(username, name, at_organ, *roles, within=None, place=None):
    user = User(username=username, name=name, organ=at_organ, must_change_password=False)
    user.set_password(PASSWORD)
    user.save()
    for role in roles:
        RoleGrant.objects.create(
            user=user, role=role, organ=within, division=place, starts_on=START
        )
    return user.acting(on=TODAY)


def fresh(user):
    """The same person as the next request would load them, with grants read anew."""
    return User.objects.get(pk=user.pk).acting(on=TODAY)


def everybody():
    """All accounts as the next request would load them."""
    return [user.acting(on=TODAY) for user in User.objects.order_by("pk")]


# What a visit must state besides author, place and time; actions and forms take it alike.
STATED = {"summary": "走了四户，大家最关心的是东支渠淤积，秧田缺水。"}


class _Rows:
    """Rows of the cast, saved in bulk: thousands of tests make it anew."""

    MODELS = (Division, Organ, GrassrootsUnit, User, RoleGrant, Cadre, ContactArea)
    # Primary keys to reserve, at least as many as the cast has rows; only for models that other
    # rows refer to.
    NEEDED = {Division: 10, Organ: 14, GrassrootsUnit: 4, User: 30, Cadre: 6}

    def __init__(self):
        self.rows = {model: [] for model in self.MODELS}
        self.ids = {model: iter(next_ids(model, n)) for model, n in self.NEEDED.items()}
        self.password = make_password(PASSWORD)

    def add(self, row):
        if type(row) in self.ids:
            row.pk = next(self.ids[type(row)])
        self.rows[type(row)].append(row)
        return row

    def _in_tree(self, row):
        self.add(row).place_under_parent()
        return row

    def division(self, name, level, parent, code):
        return self._in_tree(
            Division(name=name, level=level, parent=parent, code=code, valid_from=START)
        )

    def organ(self, name, kind="government", parent=None, order=100, place=None):
        return self._in_tree(
            Organ(
                name=name,
                short_name=name[:4],
                kind=kind,
                parent=parent,
                sort_order=order,
                started_on=START,
                division=place,
            )
        )

    def unit(self, name, host, place):
        return self._in_tree(
            GrassrootsUnit(
                name=name, kind="rural", host_organ=host, division=place, started_on=START
            )
        )

    def account(self, username, name, at_organ, role, within=None, place=None):
        user = self.add(
            User(
                username=username,
                name=name,
                organ=at_organ,
                must_change_password=False,
                password=self.password,
            )
        )
        self.add(RoleGrant(user=user, role=role, organ=within, division=place, starts_on=START))
        return user.acting(on=TODAY)

    def cadre(self, user, post, order):
        return self.add(
            Cadre(user=user, name=user.name, organ=user.organ, post=post, sort_order=order)
        )

    def save(self):
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows)


class Cast:
    def __init__(self):
        rows = _Rows()
        self.province = rows.division("云川省", 1, None, "990000000000")
        self.city = rows.division("岚江市", 2, self.province, "990100000000")
        self.county = rows.division("云岭县", 3, self.city, "990101000000")
        self.town = rows.division("石桥镇", 4, self.county, "990101001000")
        self.other_town = rows.division("青山乡", 4, self.county, "990101002000")
        self.village_place = rows.division("柳湾村", 5, self.town, "990101001201")
        self.other_place = rows.division("上坪村", 5, self.other_town, "990101002201")

        self.department = rows.organ("县委组织部", "party", order=1, place=self.county)
        self.desk_organ = rows.organ("县政府督查室", order=2, place=self.county)
        self.agriculture = rows.organ("县农业农村局", order=20, place=self.county)
        self.water = rows.organ("县水利局", order=21, place=self.county)
        self.roads = rows.organ("县交通运输局", order=22, place=self.county)
        self.weather = rows.organ("县气象站", order=30, place=self.county)
        self.town_organ = rows.organ("石桥镇党委", "township", order=40, place=self.town)
        self.station = rows.organ("石桥镇水利站", "station", self.town_organ, 41, self.town)
        self.other_town_organ = rows.organ(
            "青山乡党委", "township", order=50, place=self.other_town
        )

        self.village = rows.unit("柳湾村", self.town_organ, self.village_place)
        self.other_village = rows.unit("上坪村", self.other_town_organ, self.other_place)

        self.author = rows.account("author", "王建国", self.agriculture, Role.CADRE)
        self.colleague = rows.account("colleague", "赵敏", self.agriculture, Role.CADRE)
        self.liaison = rows.account(
            "liaison", "陈静", self.agriculture, Role.LIAISON, within=self.agriculture
        )
        self.host = rows.account(
            "host", "张卫东", self.town_organ, Role.HOST, within=self.town_organ
        )
        self.host2 = rows.account(
            "host2", "李秀英", self.town_organ, Role.HOST, within=self.town_organ
        )
        self.desk = rows.account("desk", "周正", self.desk_organ, Role.DESK, place=self.county)
        self.desk2 = rows.account("desk2", "吴平", self.desk_organ, Role.DESK, place=self.county)
        self.handler = rows.account("handler", "刘洋", self.water, Role.HANDLER, within=self.water)
        self.support = rows.account("support", "孙立", self.roads, Role.HANDLER, within=self.roads)
        self.office = rows.account(
            "office", "李明", self.department, Role.OFFICE, place=self.county
        )
        self.supervisor = rows.account(
            "supervisor", "何志强", self.department, Role.SUPERVISOR, place=self.county
        )
        self.recipient = rows.account("recipient", "郑重", self.department, Role.CONDUCT)
        self.system = rows.account("system", "系统管理员", None, Role.SYSTEM_ADMIN)
        self.security = rows.account("security", "安全管理员", None, Role.SECURITY_ADMIN)
        self.auditor = rows.account("auditor", "审计管理员", None, Role.AUDIT_ADMIN)

        self.neighbour_cadre = rows.account("n-cadre", "冯远", self.roads, Role.CADRE)
        self.neighbour_host = rows.account(
            "n-host", "杨帆", self.other_town_organ, Role.HOST, within=self.other_town_organ
        )
        self.neighbour_handler = rows.account(
            "n-handler", "孔明亮", self.weather, Role.HANDLER, within=self.weather
        )

        self.other_county = rows.division("望江县", 3, self.city, "990109000000")
        self.neighbour_liaison = rows.account(
            "n-liaison", "石磊", self.roads, Role.LIAISON, within=self.roads
        )
        self.neighbour_office = rows.account(
            "n-office", "白雪", self.department, Role.OFFICE, place=self.other_county
        )

        self.cadre = rows.cadre(self.author, "主任科员", 1)
        self.cadre2 = rows.cadre(self.colleague, "科员", 2)
        self.neighbour = rows.cadre(self.neighbour_cadre, "科员", 3)
        self.area = rows.add(ContactArea(cadre=self.cadre, unit=self.village, starts_on=START))
        rows.save()

    def _cadre(self, user, post, order):
        cadre = Cadre(user=user, name=user.name, organ=user.organ, post=post, sort_order=order)
        cadre.save()
        return cadre

    def visit(self, *, by=None, at=None, matters=(), place=None, **fields):
        """Record a visit to 柳湾村 by 王建国 through the action; matters are dictionaries."""
        by = by or self.author
        fields.setdefault("visited_on", timezone.localdate())
        visit, _new = visits.record_visit(
            client_key=fields.pop("client_key", uuid.uuid4()),
            author=by.cadre,
            by=by,
            unit=place or self.village,
            at=at or timezone.now(),
            reported_matters=[matter_fields(**m) for m in matters],
            **STATED | fields,
        )
        return visit

    def matter(self, *, by=None, at=None, place=None, **fields):
        """Record one matter raised on a visit of 王建国."""
        return self.visit(by=by, at=at, place=place, matters=[fields]).matters.get()

    def move(self, matter, code, by, **facts):
        return matters.move_matter(
            matter=matter, code=code, by=by, at=facts.pop("at", timezone.now()), **facts
        )

    def assigned(self, **fields):
        """A matter passed up and assigned to the water bureau, roads in support."""
        matter = self.matter(**fields)
        self.move(matter, "pass_up", self.host, text="涉及支渠产权，镇里无法单独处理")
        return self.move(
            matter, "assign", self.desk, lead=self.water, supports=[self.roads], text="请尽快处理"
        )

    def in_progress(self, **fields):
        return self.move(self.assigned(**fields), "sign", self.handler, officer="刘洋")

    def reported(self, **fields):
        return self.move(
            self.in_progress(**fields),
            "report",
            self.handler,
            resolution="solved",
            text="已清淤三百米，修补塌口两处。",
            method="phone",
        )

    def awaiting_word(self, **fields):
        return self.move(self.reported(**fields), "pass_review", self.desk)


def matter_fields(**fields):
    return {
        "client_key": uuid.uuid4(),
        "title": "三组灌溉渠道淤堵，秧田缺水",
        "category": "01",
        "request_text": "三组约80亩秧田靠东支渠灌溉，去年洪水后渠底淤积。",
        "urgency": "normal",
        "raiser_name": "李大山",
        "raiser_phone": "100-0000-0001",
    } | fields
