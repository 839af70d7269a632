"""Official papers of the invented county: a quarter's circular and a supervision slip, both issued,
a signed notice of rectification, and others to be checked, countersigned or signed. Drafter,
checker and signer are three people."""

from datetime import timedelta

from demo.oversight.words import blocks, lines
from demo.told import Storyteller
from oversight.actions import papers
from oversight.circulars import TO_WRITE
from oversight.models.papers import PaperKind
from oversight.models.plans import end_of_quarter, last_quarter
from portal.models.text import plain

# A quarter must have ended this many days ago for its circular to be issued.
TAKES = 21
ALL = "各乡镇党委、街道党工委，县直有关单位党组织"


def make(county):
    _countersigned(county)
    if county.is_tiny:
        return
    _circular(county)
    _checked(county)
    _bulletin(county)
    _slip(county)
    _rectification(county)


class Written:
    """One paper, in chronological order, with its writer, checker and signer."""

    def __init__(self, county, writer, checker, signer):
        self.county, self.told, self.paper = county, Storyteller(county), None
        self.writer, self.checker, self.signer = map(self.told.user, (writer, checker, signer))

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.writer, ago, **facts)

    def move(self, action, ago, *, by=None, **facts):
        self.paper = self.do(action, ago, by=by, paper=self.paper, **facts)

    def draft(self, ago, kind, **content):
        facts = {"organ": self.writer.organ, "kind": kind, **content}
        self.paper = self.do(papers.draft_paper, ago, **facts)

    def submit(self, ago):
        self.move(papers.submit_paper, ago)

    def check(self, ago):
        self.move(papers.check_paper, ago, by=self.checker)

    def sign(self, ago):
        self.move(papers.sign_paper, ago, by=self.signer)

    def issue(self, ago, issuer):
        number = self.county.document(issuer, self.told.day(ago))
        self.move(papers.number_paper, ago, number=number)
        self.move(papers.issue_paper, ago)


def _office(county):
    return Written(county, "huangwenjuan", "liming", "luoguoqiang")


def _desk(county):
    return Written(county, "wuxiaomei", "sunzhiyuan", "shenwenbin")


def _text(heading):
    """Return title, addressed and body of a notice."""
    first, *text = lines(heading)
    title, addressed = (part.strip() for part in first.split("|"))
    return {"title": title, "addressed": addressed, "body": "\n".join(text)}


def _circular(county):
    """季度工作情况通报 of the latest quarter for which it can be issued."""
    one = _office(county)
    year, quarter = last_quarter(county.anchor - timedelta(days=TAKES))
    gap = (county.anchor - end_of_quarter(year, quarter)).days
    counted = {"year": year, "quarter": quarter}
    one.paper = one.do(papers.draft_quarterly, gap - 8, **counted)
    body = plain(one.paper.body)
    for words in blocks("circular").values():
        body = body.replace(TO_WRITE, words[0], 1)
    one.move(
        papers.change_paper,
        gap - 10,
        body=body,
        addressed=ALL,
        copied="县委办公室、县政府办公室",
        recipients=_everybody(county),
        countersigners=[one.told.organ("县督查室")],
    )
    one.submit(gap - 11)
    one.check(gap - 13)
    word = {"by": one.told.user("shenwenbin"), "text": "涉及督查情况部分无修改意见。"}
    one.move(papers.countersign_paper, gap - 15, **word)
    one.sign(gap - 17)
    one.issue(gap - 18, "云组通")


def _everybody(county):
    return [*county.places.townships, *(county.places.organs[name] for name in BUREAUS)]


BUREAUS = ("县督查室", "县水利局", "县交通局", "县民政局", "县农业农村局", "县教育局")


def _countersigned(county):
    """To be countersigned by the desk's head."""
    one = _office(county)
    asked = {"countersigners": [one.told.organ("县督查室")], "recipients": _everybody(county)}
    one.draft(6, PaperKind.NOTICE, **_text("notice to countersign"), **asked)
    one.submit(5)
    one.check(3)


def _checked(county):
    """To be checked."""
    one = _office(county)
    facts = {"recipients": county.places.townships}
    one.draft(3, PaperKind.NOTICE, **_text("notice to check"), **facts)
    one.submit(2)


def _bulletin(county):
    """To be signed."""
    one = _office(county)
    first, *text = lines("bulletin")
    series, title = (part.strip() for part in first.split("|"))
    facts = {"title": title, "series": series, "body": "\n".join(text)}
    one.draft(5, PaperKind.BULLETIN, **facts)
    one.submit(4)
    one.check(2)


def _slip(county):
    """督办单 about a supervised matter, issued."""
    one = _desk(county)
    _form(one, "slip", 45, PaperKind.SUPERVISION, "县交通局", due=-10)
    one.submit(44)
    one.check(44)
    one.sign(43)
    one.issue(43, "云督办")


def _rectification(county):
    """整改通知单, signed, not numbered yet."""
    one = _desk(county)
    _form(one, "rectification", 4, PaperKind.RECTIFICATION, "石桥镇", due=-18)
    one.submit(3)
    one.check(3)
    one.sign(1)


def _form(one, heading, ago, kind, organ, *, due):
    first, body, *demands = lines(heading)
    title, basis, reply_how, *review_how = (part.strip() for part in first.split("|"))
    organ = one.told.organ(organ)
    one.draft(
        ago,
        kind,
        title=title,
        basis=basis,
        body=body,
        demands="\n".join(demands),
        reply_how=reply_how,
        review_how="".join(review_how),
        addressed=organ.signed_as,
        recipients=[organ],
        due_on=one.county.anchor - timedelta(days=due),
    )
