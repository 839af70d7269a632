"""Requests for data of the invented county in every state; two are about what the portal itself
asks, and give it its number in the register. Two reports are about data asked without admission."""

from datetime import timedelta

from demo.oversight.words import blocks, rows, words
from demo.told import Storyteller
from outreach.models import Notice
from oversight.actions import data_requests
from research.models import Questionnaire

# A tiny county has only these; the others are of the same kind.
IN_A_TINY_COUNTY = {"notice", "waiting", "emergency"}


def make(county):
    asked = _Asked(county)
    for code in blocks("requests"):
        if not county.is_tiny or code in IN_A_TINY_COUNTY:
            getattr(asked, code)(code)
    _unadmitted(county)


class _Asked:
    def __init__(self, county):
        self.county = county
        users = county.people.users
        self.liaison, self.office, self.host = (
            users[name] for name in ("chenjing", "huangwenjuan", "zhangweidong")
        )
        self.officer = users["chengyaqin"]

    def draft(self, told, code, by, ago, *, first, last, **facts):
        """Draft a request; `first` and `last` are in days before the county's anchor."""
        title, kind, basis, asked_of, count, columns, frequency, way, minutes = blocks("requests")[
            code
        ]
        return told.do(
            data_requests.draft_request,
            by,
            ago,
            title=title,
            kind=kind,
            basis=basis,
            columns=columns.split("、"),
            asked_of=asked_of,
            asked_count=int(count) if count else None,
            frequency=frequency,
            way=way,
            minutes=int(minutes),
            starts_on=self.county.anchor - timedelta(days=first),
            ends_on=self.county.anchor - timedelta(days=last),
            **facts,
        )

    def submit(self, code, by, ago, *, first, last, **facts):
        told = Storyteller(self.county)
        request = self.draft(told, code, by, ago, first=first, last=last, **facts)
        return told, told.do(data_requests.submit_request, by, ago - 1, request=request)

    def decide(self, code, by, ago, decided, action=data_requests.admit_request, **days):
        told, request = self.submit(code, by, ago, **days)
        given = words("request words")
        said = given[code if code != "withdrawn" else "admitted"]
        name = "text" if action is data_requests.provide_request else "opinion"
        name = "reason" if action is data_requests.return_request else name
        request = told.do(action, self.officer, decided, request=request, **{name: said})
        return told, request

    # --- One method for each outcome -------------------------------------------------------

    def admitted(self, code):
        self.decide(code, self.liaison, 150, 145, first=140, last=-225)

    def expired(self, code):
        self.decide(code, self.liaison, 190, 186, first=180, last=120)

    def notice(self, code):
        """A request about the portal's own notice."""
        notice = Notice.objects.filter(asks="both", data_requests=None, state="published")
        notice = notice.order_by("-published_on", "pk").first()
        first = (self.county.anchor - notice.published_on).days
        last = (self.county.anchor - notice.reply_due_on).days
        of = {"notice": notice}
        self.decide(code, self.office, first + 4, first + 2, first=first, last=last, **of)

    def survey(self, code):
        """A request about the running questionnaire."""
        survey = Questionnaire.objects.filter(state="running").order_by("pk").first()
        first, last = (
            (self.county.anchor - day).days for day in (survey.opens_on, survey.closes_on)
        )
        of = {"questionnaire": survey}
        self.decide(code, self.liaison, first + 5, first + 2, first=first, last=last, **of)

    def waiting(self, code):
        self.submit(code, self.liaison, 3, first=-10, last=-40)

    def waiting2(self, code):
        self.submit(code, self.host, 2, first=-14, last=-30)

    def emergency(self, code):
        """Sent before admission; to be filed afterwards."""
        told = Storyteller(self.county)
        sent = told.day(2)
        self.draft(told, code, self.liaison, 1, first=2, last=-12, sent_on=sent)

    def provided(self, code):
        action = data_requests.provide_request
        self.decide(code, self.office, 210, 204, action, first=200, last=-90)

    def withdrawn(self, code):
        told, request = self.decide(code, self.office, 120, 116, first=110, last=-200)
        reason = words("request words")["withdrawn"]
        told.do(data_requests.withdraw_request, self.officer, 70, request=request, reason=reason)

    def returned(self, code):
        action = data_requests.return_request
        self.decide(code, self.liaison, 30, 26, action, first=-10, last=-300)


def _unadmitted(county):
    """Reported by a host, who stays unnamed: one settled, one open."""
    told = Storyteller(county)
    by, officer = told.user("zhangweidong"), told.user("chengyaqin")
    for (organ, text, outcome), ago in zip(county.few(rows("unadmitted"), 2), (52, 2), strict=True):
        acting = told.acting(by, told.at(ago))
        facts = {"organ": told.organ(organ), "text": text, "asked_on": told.day(ago + 1)}
        said = data_requests.tell_unadmitted(by=acting, **facts)
        if outcome:
            told.do(data_requests.settle_unadmitted, officer, ago - 3, told=said, outcome=outcome)
