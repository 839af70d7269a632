"""Reported statistics of the latest complete period, and a paper of the group's committee."""

from datetime import timedelta

from demo.enterprise.cast import GROUP
from oversight.actions import papers
from oversight.models.papers import PaperKind
from portal.actions import reports
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject

# Name of this chapter in the progress output.
CHAPTER = "statistics, papers"

TITLE = "关于推动领导干部下一线常态长效的通知"
ADDRESSED = "各二级单位党委，总部各部门党支部"
BODY = (
    "为落实党组织联系服务职工群众的要求，现就领导干部下一线有关工作通知如下。\n"
    "一、沉到班组。领导班子成员每季度至少跟班劳动一次，到夜班、到驻外项目部听真话、看实情。\n"
    "二、马上就办。职工反映的问题当场能办的当场办，需要会商的十个工作日内答复，办不了的讲清原因。\n"
    "三、轻车简从。不要求陪同，不占用职工休息时间，不向班组要台账、要材料。\n"
    "各单位党委每半年研究一次职工诉求，重点听取职工满意不满意。"
)


def make(group):
    office = group.people.users["huangyue"]
    year = group.anchor.year - (group.anchor.month < 8)
    code = f"{year}H1" if group.anchor.month >= 8 else str(year)
    period = Period.named(code)
    at = group.moment(group.working_day(period.last + timedelta(days=9)))
    subject = Subject(organ=group.places.group)
    reports.lock_edition(
        subject=subject,
        breakdown="organ",
        period=period,
        document_number=group.document("华岳党群", at.date()),
        by=office,
        at=at,
    )
    _paper(group)


def _paper(group):
    """Make a paper written by the desk, checked by a second person and signed by the committee's
    deputy."""
    users = group.people.users
    writer, checker, signer = (users[name] for name in ("baixue", "tanzhenhua", "liaozhengming"))

    def told(by, ago):
        return {"by": by, "at": group.moment(group.working_day(group.anchor - timedelta(days=ago)))}

    paper = papers.draft_paper(
        organ=group.places.organs[GROUP],
        kind=PaperKind.NOTICE,
        title=TITLE,
        addressed=ADDRESSED,
        body=BODY,
        recipients=group.places.hosts,
        **told(writer, 18),
    )
    paper = papers.submit_paper(paper=paper, **told(writer, 17))
    paper = papers.check_paper(paper=paper, **told(checker, 16))
    paper = papers.sign_paper(paper=paper, **told(signer, 14))
    number = group.document("华岳党", group.anchor - timedelta(days=13))
    paper = papers.number_paper(paper=paper, number=number, **told(writer, 13))
    papers.issue_paper(paper=paper, **told(writer, 12))
