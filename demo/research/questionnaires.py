"""Questionnaires of the invented county: one on trial, one reviewed whose sample is not frozen yet,
one taking answers, and one published, of which somebody asks for microdata."""

from datetime import timedelta
from itertools import cycle

from demo.research import answering, drawing, workbooks
from demo.texts import rows, sections
from demo.told import Storyteller
from portal.models import Cadre
from portal.models.places import UnitKind
from portal.roles import Role
from research.actions import answers, questionnaires, results, samples, strip
from research.models import DrawnUnit, SecondEntry
from research.models.answers import Channel
from research.models.samples import ContactTry, Disposition

Time = ContactTry.Time


def make(county, topic):
    _Survey(county, "services", organ="县委组织部", by="huangwenjuan").publish()
    _Survey(county, "machines", organ="县农业农村局", by="chenjing").run(topic)
    _Survey(county, "burden", organ="县农业农村局", by="chenjing").try_out()
    _Survey(county, "care", organ="县农业农村局", by="chenjing").prepare()


class _Survey:
    def __init__(self, county, code, *, organ, by):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.by, self.office = self.told.user(by), self.told.user("liming")
        self.organ, self.made = self.told.organ(organ), None
        # One in three writes something in a text field.
        said = sections("research.txt").get(f"wishes {code}", ())
        self.wishes = cycle(part for wish in said for part in (wish, "", ""))

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.by, ago, **facts)

    def move(self, action, ago, **facts):
        self.made = self.do(action, ago, questionnaire=self.made, **facts)

    def begin(self, ago, topic=None):
        title, purpose = rows("research.txt", f"questionnaire {self.code}")[0]
        self.made = self.do(
            questionnaires.begin_questionnaire,
            ago,
            organ=self.organ,
            topic=topic,
            title=title,
            purpose=purpose,
            phone=self.organ.phone,
            upload=workbooks.upload(self.code, title),
        )
        self.move(questionnaires.give_out, ago - 2)

    def be_tried(self, ago, people):
        """Have colleagues try it; their answers are not kept."""
        remarks = sections("research.txt")["wishes: tried"]
        version = self.made.newest
        for n, person in enumerate(people):
            remark = remarks[n % len(remarks)]
            said = {"version": version, "minutes": 4 + n % 3, "remark": remark}
            self.do(questionnaires.note_trial, ago, by=person, **said)

    def be_reviewed(self, ago, valid_until):
        self.be_tried(ago + 6, [self.told.user("wangjianguo")])
        reason = "题目少，由熟悉农户的同事试填"
        self.move(questionnaires.submit, ago + 4, reason=reason)
        number = f"{self.told.day(ago).year}—{self.made.pk:02d}"
        said = {"number": number, "valid_until": valid_until}
        self.move(questionnaires.review, ago, by=self.office, **said)

    def sample(self, ago, **changes):
        facts = {"title": self.made.title, "described": "全县行政村户名册编号，不含社区"}
        plan = drawing.plan(**facts | changes)
        return self.do(samples.prepare_sample, ago, questionnaire=self.made, **plan)

    def in_days(self, n):
        return self.county.anchor + timedelta(days=n)

    # --- The four questionnaires ---------------------------------------------------------------

    def try_out(self):
        self.begin(9)
        users = self.county.people.users
        self.be_tried(4, self.county.few([users[name] for name in ("wangjianguo", "zhaomin")], 1))

    def prepare(self):
        """Make a reviewed one, whose frame and plan may still change."""
        self.begin(40)
        self.be_reviewed(20, self.in_days(200))
        self.sample(3, number=3, households=5)

    def run(self, topic):
        """Make a running one: answers by all three channels, one paper to be typed again, one unit
        not reached, one that refused, and the reserve released for them."""
        self.begin(60, topic)
        self.be_reviewed(46, self.in_days(150))
        number, households = (3, 3) if self.county.is_tiny else (6, 6)
        size = {"reserve_size": 1, "reserve_batches": 1}
        sample = self.sample(42, number=number, households=households, **size)
        sample = drawing.draw(self.told, sample, self.by, frozen=40, seeded=38)
        drawing.give_to(self.told, sample, self.by, 34, self._askers())
        self.made.refresh_from_db()
        days = {"opens_on": self.told.day(24), "closes_on": self.in_days(12)}
        self.move(answers.open_questionnaire, 25, **days)
        self._answer_partly(sample)

    def _askers(self):
        """Return cadres of county organs with accounts. They are reloaded, since the batches have
        set their home divisions meanwhile."""
        wang, zhao, chen, liu = (
            self.county.people.users[name].cadre
            for name in ("wangjianguo", "zhaomin", "chenjing", "liuyang")
        )
        colleagues = [one for one in self.county.colleagues[wang.organ_id] if one.user_id]
        order = dict.fromkeys(one.pk for one in (chen, wang, *colleagues, zhao, liu))
        known = Cadre.objects.select_related("organ", "home_division").in_bulk(list(order))
        return [known[pk] for pk in order]

    def _answer_partly(self, sample):
        drawn = list(sample.drawn.released().order_by("position"))
        asked = [one for one in drawn if one.asked_by_id]
        lost, sought, refused, *asked = asked
        # Leave some of each village to be asked.
        asked = [one for n, one in enumerate(asked) if self.county.is_tiny or n % 5]
        by_hand, rest = asked[: len(asked) // 2], asked[len(asked) // 2 :]
        for time, ago in ((Time.MORNING, 20), (Time.AFTERNOON, 17), (Time.EVENING, 13)):
            self._seek(lost, time, ago)
        self._seek(sought, Time.NOON, 6)
        word = {"disposition": Disposition.REFUSED, "text": "不愿意回答"}
        self.do(samples.note_disposition, 12, by=self._asker(refused), drawn=refused, **word)
        for n, one in enumerate(by_hand):
            answering.give(self, one, Channel.VISIT, 20 - n % 14, by=self._asker(one))
        papers = rest[: max(len(rest) // 3, 1)]
        for n, one in enumerate(papers):
            answer = answering.give(self, one, Channel.PAPER, 6 - n % 3, by=self.by)
        # The real selection depends on a secret key and may select none of so few.
        SecondEntry.objects.get_or_create(answer=answer)
        if not self.county.is_tiny:
            reason = "三次未遇和拒访各一户，按方案启用第一批备用样本"
            self.do(samples.release_reserve, 5, sample=sample, reason=reason)
        answering.by_link(self, rest[len(papers) :], ago=4)

    def _asker(self, drawn):
        return self.county.user(drawn.asked_by.user_id)

    def _seek(self, drawn, time, ago):
        by, day = self._asker(drawn), self.told.day(ago)
        self.do(samples.note_try, ago, by=by, drawn=drawn, on=day, time=time)

    def publish(self):
        """Make a completed one: personal identifiers removed, results published, microdata asked
        for."""
        self.begin(200)
        self.be_reviewed(184, self.in_days(-80))
        villages = [u for u in self.county.places.units if u.kind == UnitKind.RURAL]
        size = {"number": 3, "households": 2}
        if not self.county.is_tiny:
            size = {"number": min(len(villages), 10), "households": 8}
        sample = self.sample(178, **size)
        sample = drawing.draw(self.told, sample, self.by, frozen=176, seeded=174)
        drawing.give_to(self.told, sample, self.by, 170, self._askers())
        self.made.refresh_from_db()
        days = {"opens_on": self.told.day(160), "closes_on": self.told.day(140)}
        self.move(answers.open_questionnaire, 161, **days)
        self._answer_all(sample)
        self.move(answers.close_questionnaire, 138)
        at = self.told.at(120)
        # Done here, since no worker runs while the county is made.
        strip.strip(self.made, by=self.told.acting(self.by, at), at=at)
        self.made.refresh_from_db()
        (leader, *_others) = self.county.people.holding(Role.LEADER, self.organ.pk)
        self.move(results.publish, 112, by=leader, decision="")
        self.do(
            results.ask_for_microdata,
            6,
            by=self.told.user("chenjing"),
            questionnaire=self.made,
            purpose="分析不同年龄群众办事需求，用于农技服务窗口设置",
            sex="sex",
            age="age",
        )

    def _answer_all(self, sample):
        """Have nine in ten answer; the others refuse or do not exist."""
        drawn = DrawnUnit.objects.filter(sample=sample).select_related("asked_by")
        for n, one in enumerate(drawn.order_by("position")):
            ago = 159 - n % 18
            if n % 10 == 7 and one.asked_by:
                said = {"disposition": (Disposition.REFUSED, Disposition.EMPTY)[n % 20 == 7]}
                self.do(samples.note_disposition, ago, by=self._asker(one), drawn=one, **said)
            elif n % 5 == 3 or not one.asked_by:
                answering.give(self, one, Channel.PAPER, ago, by=self.by)
            else:
                answering.give(self, one, Channel.VISIT, ago, by=self._asker(one))
        # Complete the second entries, so that the comparison is finished.
        answering.type_seconds(self)
