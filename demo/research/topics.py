"""Topics of the invented county in most of their states, with batches, records, reports, problems
and suggestions; a tiny county has one of each noun."""

from datetime import timedelta
from random import Random
from uuid import NAMESPACE_OID, uuid5

from demo.outreach.county import stated
from demo.research import spot_checks
from demo.texts import rows, sections
from demo.told import Storyteller
from outreach.actions import visits
from outreach.models.matters import Category, Confidentiality, Nature, RaiserKind, Source, Urgency
from outreach.models.visits import Purpose, VisitMode
from portal.models.places import UnitKind
from portal.roles import Role
from research.actions import activities, advice, batches, problems, reports, topics
from research.models.reports import AdviceState
from research.models.topics import Method, TopicSource

# Kinds of units as named in the texts.
KINDS = {
    "rural": {UnitKind.RURAL},
    "community": {UnitKind.COMMUNITY},
    "works": {UnitKind.STATE_ENTERPRISE},
    "company": {UnitKind.NON_PUBLIC},
}
LISTENING = [Method.SYMPOSIUM, Method.INTERVIEW, Method.ON_SITE]


def make(county):
    """Make the topics, and return the running one that has a questionnaire."""
    machines = _machines(county)
    _canals(county)
    _residence(county)
    _burden(county)
    if not county.is_tiny:
        _works(county)
        _storage(county)
        _school(county)
    return machines


def _of_kind(county, *kinds):
    wanted = set().union(*(KINDS[kind] for kind in kinds))
    units = [unit for unit in county.places.units if unit.kind in wanted]
    # Teams and workshops, but not the works as a whole.
    return [u for u in units if u.kind != UnitKind.STATE_ENTERPRISE or u.parent_id]


class Topic:
    """One topic of an organ, in chronological order."""

    def __init__(self, county, code, *, organ, by, leader, members, source, first, last):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.by, self.people = self.told.user(by), [leader, *members]
        self.organ = self.told.organ(organ)
        title, duties, outline = rows("research.txt", f"topic {code}")[0]
        self.topic = self.told.do(
            topics.draft_topic,
            self.by,
            first,
            lead_organ=self.organ,
            members=members,
            leader=leader,
            title=title,
            duties=duties,
            outline=outline.replace("。", "。\n"),
            source=source,
            category=Category.PRODUCTION if source == TopicSource.RECURRING else "",
            methods=[*LISTENING, Method.SPOT_CHECK, Method.QUESTIONNAIRE],
            starts_on=self.told.day(first),
            ends_on=county.anchor - timedelta(days=last),
        )

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.by, ago, **facts)

    def submit(self, ago):
        self.do(topics.submit_topic, ago, topic=self.topic)

    def decide(self, ago):
        """Decide by the leader if the organ has one with an account, otherwise by a document of the
        Party group."""
        leaders = self.county.people.holding(Role.LEADER, self.organ.pk)
        if leaders:
            self.do(topics.approve_topic, ago, by=leaders[0], topic=self.topic)
        else:
            document = self.county.document("云农", self.told.day(ago))
            self.do(topics.record_decision, ago, topic=self.topic, decision=document)

    # --- Batches ---------------------------------------------------------------------------

    def plan(self, ago, units, first, last, methods=LISTENING):
        """Plan a batch, one unit a day; `first` and `last` are in days before the anchor, negative
        in the future."""
        batch = self.do(
            batches.plan_batch,
            ago,
            topic=self.topic,
            units=units,
            people=self.people[:3],
            methods=list(methods),
            starts_on=self._edge(first),
            ends_on=self._edge(last),
        )
        if methods == [Method.SPOT_CHECK]:
            return batch
        length = (batch.ends_on - batch.starts_on).days
        days = {
            row.pk: (batch.starts_on + timedelta(days=min(n, length)), False)
            for n, row in enumerate(batch.units.order_by("pk"))
        }
        by = self.told.acting(self.by, self.told.now)
        return batches.plan_days(batch=batch, by=by, days=days)

    def _edge(self, ago):
        """Return a first or last day. Past days move after holidays, like the acts of the batch,
        which therefore stay within it."""
        return self.told.day(ago) if ago > 0 else self.county.anchor - timedelta(days=ago)

    def hand_to_office(self, batch, ago):
        return self.do(batches.submit_batch, ago, batch=batch)

    def arrange(self, batch, ago):
        self.hand_to_office(batch, ago + 2)
        office = self.told.user("liming")
        return self.do(batches.arrange_batch, ago, by=office, batch=batch)

    def end(self, batch, ago):
        return self.do(batches.end_batch, ago, batch=batch)

    def record(self, batch, ago, units, methods=LISTENING):
        """Make one record per method and unit, if the texts of the topic have one for the kind of
        unit; one unit a day."""
        by = self.people[-1].user or self.by
        made, left = [], rows("research.txt", f"records {self.code}")
        for n, unit in enumerate(units):
            fit = [one for one in left if unit.kind in KINDS[one[0]] and one[1] in methods]
            for text in {one[1]: one for one in reversed(fit)}.values():
                left.remove(text)
                made.append(self._written(batch, ago - n, unit, text, by))
        return made

    def _written(self, batch, ago, unit, text, by, **more):
        _kind, method, persons, number, place, content, found, done = text
        at = self.told.at(ago)
        leads = method in {Method.SYMPOSIUM, Method.INTERVIEW}
        return activities.record_activity(
            batch=batch,
            method=method,
            by=self.told.acting(by, at),
            at=at,
            unit=unit,
            held_on=self.told.day(ago),
            conducted_by=self.people[0] if leads else None,
            persons=persons,
            person_count=int(number) if number else None,
            place=place,
            content=content,
            found=found,
            done_there=done,
            **more,
        )

    def check(self, batch, ago, unit, sample, to_check, checked):
        """The record of a random spot check that follows a sample."""
        texts = rows("research.txt", f"records {self.code}")
        text = next(one for one in texts if one[1] == Method.SPOT_CHECK)
        counted = {"sample": sample, "to_check": to_check, "checked": checked}
        return self._written(batch, ago, unit, text, self.by, **counted)

    def visit(self, batch, ago, author, unit):
        """Record a visit that also counts as fieldwork of the batch."""
        at, day = self.told.at(ago), self.told.day(ago)
        scene = self.county.words.scene(unit, day, "现场", "无事", "白天")
        key = f"research {self.code} {unit.name} {day}"
        visits.record_visit(
            client_key=uuid5(NAMESPACE_OID, key),
            author=author,
            by=self.told.acting(self.county.user(author.user_id), at),
            at=at,
            unit=unit,
            visited_on=day,
            summary=self.county.words.diary(scene),
            purposes=[Purpose.RESEARCH],
            research_batches=[batch],
            **stated(Random(key)) | {"mode": VisitMode.FIELD},
        )

    # --- Reports, problems, suggestions ------------------------------------------------------

    def write(self, ago, by):
        """Write and hand in the report, by a member of the group."""
        lines = sections("research.txt")[f"report {self.code}"]
        texts = dict(zip(reports.FIELDS, lines, strict=True))
        report = self.do(reports.write_report, ago, by=by, topic=self.topic, **texts)
        return self.do(reports.hand_in, ago - 2, by=by, report=report)

    def review(self, report, ago):
        said = {"accepted": True, "text": ""}
        return self.do(reports.review_report, ago, report=report, **said)

    def conclude(self, report, ago):
        leaders = self.county.people.holding(Role.LEADER, self.organ.pk)
        day = self.told.day(ago)
        return self.do(
            reports.decide_report,
            ago,
            by=leaders[0] if leaders else None,
            report=report,
            accepted=True,
            text="",
            decided_on=day,
            document="" if leaders else self.county.document("云农", day),
        )

    def publish(self, report, ago):
        return self.do(reports.publish_report, ago, report=report, read=True)

    def find(self, ago, due, responsible, person=None):
        """Make the list of problems with their tasks."""
        names = ("title", "shown_by", "cause", "task", "done_when")
        return [
            self.do(
                problems.add_problem,
                ago,
                topic=self.topic,
                lead_organ=self.organ,
                responsible_organ=responsible,
                person=person,
                due_on=self.county.anchor - timedelta(days=due),
                **dict(zip(names, line, strict=True)),
            )
            for line in rows("research.txt", f"problems {self.code}")
        ]

    def suggest(self, raised, sent, to, handler):
        """Make suggestions, each up to the state in its line; unanswered ones were sent last."""
        year = self.county.anchor.year
        for line in rows("research.txt", f"suggestions {self.code}"):
            text, became, answer, turned = line
            one = self.do(advice.raise_advice, raised, topic=self.topic, text=text)
            waits = became == AdviceState.SENT
            one = self.do(advice.send_advice, 6 if waits else sent, advice=one, addressed_to=to)
            if waits:
                continue
            taken = AdviceState.ADOPTED if turned else became
            said = {"outcome": taken, "text": answer, "document": ""}
            if not handler:
                said["document"] = self.county.document("云阅", self.told.day(sent - 12))
            one = self.do(advice.answer_advice, sent - 12, by=handler, advice=one, **said)
            if turned:
                carried = f"{year}年预算编制时落实"
                one = self.do(
                    advice.carry_out_advice, sent - 30, by=handler, advice=one, text=carried
                )
                document = self.county.document("云水", self.told.day(sent - 50))
                into = {"turned_into": document, "text": turned}
                self.do(advice.turn_advice, sent - 50, by=handler, advice=one, **into)


# --- The topics -----------------------------------------------------------------------------------


def _group(county):
    """Return 王建国 and two colleagues of his organ with accounts."""
    wang, chen = (county.people.users[name].cadre for name in ("wangjianguo", "chenjing"))
    own = county.colleagues[wang.organ_id]
    others = [one for one in own if one.user_id and one not in (wang, chen)]
    return [wang, chen, *others[:1]]


def _machines(county):
    """Under way: batches in all states, records of all methods, a spot check from a sample."""
    wang, *members = _group(county)
    topic = Topic(
        county,
        "machines",
        organ="县农业农村局",
        by="chenjing",
        leader=wang,
        members=members,
        source=TopicSource.YEAR_PLAN,
        first=110,
        last=-60,
    )
    topic.submit(108)
    topic.decide(103)
    villages = _of_kind(county, "rural")
    liuwan = county.places.unit("柳湾村")
    near = [liuwan, *(one for one in villages if one != liuwan)]
    first = topic.plan(100, near[:4], 78, 66)
    first = topic.arrange(first, 94)
    made = topic.record(first, 74, county.few(near[:4], 1))
    topic.visit(first, 72, wang, liuwan)
    topic.end(first, 64)
    if not county.is_tiny:
        spot_checks.make(topic, [u for u in villages if u.host_organ_id == liuwan.host_organ_id])
    _matters(topic, county.few([one for one in made if one.found][:2], 1))
    if not county.is_tiny:
        communities = _of_kind(county, "community")
        coming = topic.plan(9, [*communities[:2], *near[4:7]], -16, -20, [Method.SYMPOSIUM])
        topic.arrange(coming, 3)
    last = topic.plan(5, near[-3:], -22, -26)
    topic.hand_to_office(last, 2)
    return topic.topic


def _matters(topic, made):
    """需办事项: matters of the ledger that refer to a record."""
    wang = topic.people[0]
    for n, activity in enumerate(made):
        at = topic.told.at(5 - n)
        title, request = (
            (
                "机耕道坡道垮边，请求修补",
                "调研时群众反映，三组机耕道两处坡道垮边，大型机械下不去。",
            ),
            ("农机停放缺少场地", "调研时机手反映，机具停在棚外，希望就近划出停机场地。"),
        )[n]
        activities.register_matter(
            activity=activity,
            unit=activity.unit,
            by=topic.told.acting(topic.county.user(wang.user_id), at),
            at=at,
            cadre=wang,
            client_key=uuid5(NAMESPACE_OID, f"research {title}"),
            source=Source.RESEARCH,
            title=title,
            request_text=request,
            category=(Category.INFRASTRUCTURE, Category.PRODUCTION)[n],
            urgency=Urgency.NORMAL,
            nature=Nature.HELP,
            raiser_kind=RaiserKind.CADRE_FOUND,
            confidentiality=Confidentiality.NAMED,
        )


def _canals(county):
    """Concluded and followed up: problems closed, under way and in the ledger; suggestions answered
    in every way, one turned into a measure; the report in the library."""
    wang, chen, *others = _group(county)
    users, water = county.people.users, county.places.organs["县水利局"]
    topic = Topic(
        county,
        "canals",
        organ="县农业农村局",
        by="chenjing",
        leader=chen,
        members=[*others, wang],
        source=TopicSource.RECURRING,
        first=260,
        last=120,
    )
    topic.submit(258)
    topic.decide(252)
    units = _of_kind(county, "rural")[1:6] + county.few(_of_kind(county, "community")[:1], 0)
    batch = topic.plan(250, units, 226, 212)
    batch = topic.arrange(batch, 244)
    topic.record(batch, 222, county.few(units, 0))
    topic.end(batch, 210)
    liuyang = users["liuyang"]
    found = topic.find(205, -25, water, liuyang.cadre)
    report = topic.write(200, wang.user)
    report = topic.review(report, 194)
    report = topic.conclude(report, 188)
    topic.publish(report, 184)
    topic.suggest(183, 180, water, liuyang)
    progress = "四个村已签订管护协议，其余两个村正在征求意见"
    topic.do(problems.note_progress, 40, by=liuyang, problem=found[0], text=progress)
    topic.do(problems.settle_problem, 30, problem=found[2], text="闸门已更换，现场复核启闭正常")
    at = topic.told.at(4)
    problems.make_matter(
        problem=found[1],
        unit=units[0],
        category=Category.INFRASTRUCTURE,
        urgency=Urgency.NORMAL,
        by=topic.told.acting(wang.user, at),
        at=at,
        client_key=uuid5(NAMESPACE_OID, "research canals"),
    )


def _residence(county):
    """The report waits for its review; also in a tiny county."""
    huang, li = (county.people.users[name] for name in ("huangwenjuan", "liming"))
    topic = Topic(
        county,
        "residence",
        organ="县委组织部",
        by="liming",
        leader=huang.cadre,
        members=[],
        source=TopicSource.LEADER,
        first=90,
        last=-20,
    )
    topic.submit(88)
    topic.decide(85)
    units = _of_kind(county, "rural")[:2] + _of_kind(county, "community")[:1]
    batch = topic.plan(82, units, 58, 45, [Method.SYMPOSIUM, Method.INTERVIEW])
    batch = topic.arrange(batch, 76)
    topic.record(batch, 54, county.few(units, 0))
    topic.end(batch, 42)
    topic.write(20, huang)


def _burden(county):
    """To be decided by the leader."""
    topic = Topic(
        county,
        "burden",
        organ="县委组织部",
        by="liming",
        leader=county.people.users["liming"].cadre,
        members=[county.people.users["huangwenjuan"].cadre],
        source=TopicSource.LEADER,
        first=8,
        last=-120,
    )
    topic.submit(3)


def _works(county):
    """Archived, with fieldwork in works and companies."""
    huang = county.people.users["huangwenjuan"]
    topic = Topic(
        county,
        "works",
        organ="县委组织部",
        by="liming",
        leader=huang.cadre,
        members=[],
        source=TopicSource.YEAR_PLAN,
        first=345,
        last=200,
    )
    topic.submit(343)
    topic.decide(338)
    units = _of_kind(county, "works")[-2:] + _of_kind(county, "company")[:1]
    batch = topic.plan(335, units, 310, 300)
    batch = topic.arrange(batch, 330)
    topic.record(batch, 306, units)
    topic.end(batch, 298)
    host = county.places.organs["机械厂党委"]
    (problem,) = topic.find(290, 150, host)
    report = topic.write(285, huang)
    report = topic.review(report, 278)
    topic.conclude(report, 270)
    topic.suggest(268, 265, host, None)
    topic.do(problems.settle_problem, 160, problem=problem, text="连续一个季度按班次带教")
    topic.do(topics.archive_topic, 150, topic=topic.topic)


def _storage(county):
    """A draft."""
    wang, *members = _group(county)
    Topic(
        county,
        "storage",
        organ="县农业农村局",
        by="chenjing",
        leader=wang,
        members=members[:1],
        source=TopicSource.RECURRING,
        first=4,
        last=-150,
    )


def _school(county):
    """Decided; the fieldwork is not planned yet."""
    huang = county.people.users["huangwenjuan"].cadre
    topic = Topic(
        county,
        "school",
        organ="县委组织部",
        by="liming",
        leader=huang,
        members=[],
        source=TopicSource.YEAR_PLAN,
        first=30,
        last=-90,
    )
    topic.submit(26)
    topic.decide(12)
