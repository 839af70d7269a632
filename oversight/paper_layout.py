"""Convert a Paper record to the printed portal.papers.Paper."""

from django.utils import timezone

from oversight.models.papers import DOCUMENTS, PaperKind, PaperState
from portal.models.text import shown
from portal.papers import paper as layout
from portal.papers.paper import day_of

TO_COME = "编号：" + layout.NUMBER_TO_COME


def laid_out(paper):
    """The whole paper, with placeholders for what only its signer and the office give."""
    tables, annexes = _annexes(paper)
    body = layout.paragraphs(shown(paper.body))
    day = day_of(paper.signed_on)
    if paper.is_form:
        return layout.Paper(
            title="督办单" if paper.kind == PaperKind.SUPERVISION else "整改通知单",
            form_number=f"编号：{paper.number}" if paper.number else TO_COME,
            form=_form(paper),
            signed_as=paper.organ.signed_as,
            day=day,
        )
    is_bulletin = paper.kind == PaperKind.BULLETIN
    return layout.Paper(
        title=shown(paper.title),
        masthead=_masthead(paper, day),
        body=body,
        addressed=shown(paper.addressed),
        annexes=annexes,
        tables=tables,
        # The masthead of a bulletin already names editor and day.
        signed_as="" if is_bulletin else paper.organ.signed_as,
        day="" if is_bulletin else day,
        **_imprint(paper),
    )


def _masthead(paper, day):
    if paper.kind in DOCUMENTS:
        name = f"{paper.organ.signed_as}文件"
        return layout.Masthead(name, paper.number or layout.NUMBER_TO_COME)
    if paper.kind == PaperKind.BULLETIN:
        issue = f"第{paper.issue}期" if paper.issue else layout.ISSUE_TO_COME
        return layout.Masthead(shown(paper.series), issue, f"{paper.organ.signed_as}编", day)
    return None


def _imprint(paper):
    """版记 of a 文件 or 简报."""
    if paper.kind not in (*DOCUMENTS, PaperKind.BULLETIN):
        return {}
    return {
        "copied": shown(paper.copied).rstrip("。"),
        "printed_by": paper.organ.signed_as,
        "printed_on": day_of(paper.issued_on or paper.signed_on) if paper.signed_on else "",
    }


def _annexes(paper):
    names = tuple(one.strip() for one in shown(paper.annexes).splitlines() if one.strip())
    if not paper.figures:
        return (), names
    counted = paper.figures
    table = layout.Table(
        counted["title"],
        tuple(counted["headings"]),
        tuple(tuple(row) for row in counted["rows"]),
        tuple(counted["notes"]),
    )
    return (table,), (counted["title"], *names)


def _form(paper):
    """The rows of 督办单 and 整改通知单 (DOMAIN-NEXT B and C)."""
    text = {
        name: shown(getattr(paper, name))
        for name in ("addressed", "body", "basis", "demands", "reply_how", "review_how", "copied")
    }
    due = f"{day_of(paper.due_on)}前" if paper.due_on else ""
    is_signed = paper.state != PaperState.WITHDRAWN and paper.signed_by_id
    signer = paper.signed_by.name if is_signed else ""
    received = ("签收人、时间", "")
    if paper.kind == PaperKind.SUPERVISION:
        return (
            ("承办单位", text["addressed"]),
            ("协办单位", text["copied"]),
            ("督办事项", text["body"]),
            ("批示（议定）内容", text["basis"]),
            ("办理要求", text["demands"]),
            ("办理时限", due),
            ("反馈方式", text["reply_how"]),
            ("签发人", signer),
            received,
        )
    return (
        ("被通知单位", text["addressed"]),
        ("依据、时间", text["basis"]),
        ("问题及事实", text["body"]),
        ("整改要求", text["demands"]),
        ("整改时限", due),
        ("报送方式", text["reply_how"]),
        ("复核途径", text["review_how"]),
        ("签发人", signer),
        received,
    )


def file_name(paper):
    """Return the name of the Word file: title and number."""
    number = f" {paper.number_label}" if paper.number_label else ""
    return f"{shown(paper.title)}{number}.docx"


def moment(paper):
    """Return the creation time stated in the file: the day of signing, else of drafting."""
    made = timezone.localtime(paper.created_at)
    if paper.signed_on:
        made = made.replace(
            year=paper.signed_on.year, month=paper.signed_on.month, day=paper.signed_on.day
        )
    return made.replace(tzinfo=None)
