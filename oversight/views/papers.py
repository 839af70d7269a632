"""Official papers: page, print version, Word file."""

import io

from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight import hints
from oversight.acts.papers import PAPERS, crumbs, visible_paper
from oversight.paper_layout import file_name, laid_out, moment
from oversight.rules import papers as rules
from portal.pages.side_list import Area
from portal.pages.web import download, sheet_page
from portal.papers import grid
from portal.papers.pages import imprint_of
from portal.papers.word import CONTENT_TYPE, word_file
from portal.records.steps import history


@require_safe
def paper(request, pk):
    user, paper = request.user, visible_paper(request.user, pk)
    asked = paper.countersigns.select_related("organ", "signed_by")
    sees_course = rules.sees_course(user, paper)
    figures = paper.figures
    context = {
        "paper": paper,
        "rows": [list(zip(figures["headings"], row, strict=True)) for row in figures["rows"]]
        if figures
        else [],
        "hints": hints.of(paper) if rules.sees_hints(user, paper) else [],
        "sees_course": sees_course,
        "recipients": paper.recipients.order_by("sort_order", "pk"),
        "countersigns": asked.order_by("organ__sort_order", "pk"),
        "corrections": [one for one in paper.corrections.order_by("pk") if one.is_out],
        "steps": [one for one in history(paper) if sees_course or one.is_out],
        "acts": PAPERS.buttons(user, paper),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(paper)],
    }
    return render(request, "oversight/paper.html", context)


@require_safe
def paper_print(request, pk):
    paper = visible_paper(request.user, pk)

    def context():
        layout = laid_out(paper)
        mark_pt = grid.mark_pt(layout.masthead.name) if layout.masthead else None
        imprint = imprint_of(layout) if layout.has_imprint else None
        return {"paper": paper, "layout": layout, "mark_pt": mark_pt, "imprint": imprint}

    return sheet_page(request, "oversight/slips/paper.html", context)


@require_safe
def paper_word(request, pk):
    """The paper as a Word file; its metadata name the organ, not an account."""
    paper = visible_paper(request.user, pk)
    content = word_file(laid_out(paper), by=paper.organ.signed_as, at=moment(paper))
    return download(io.BytesIO(content), file_name(paper), CONTENT_TYPE)
