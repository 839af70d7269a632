"""Discipline findings: those a recipient may read, or the user's own."""

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from evaluation.filters.discipline import FINDINGS_AT
from evaluation.rules import discipline as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _intro(asked):
    if rules.may_record_findings(asked.user):
        return gettext(
            "Verified findings with a document number, and nothing of the complaints behind them. "
            "Nobody of the organ concerned reads them here."
        )
    return gettext(
        "What was found about yourself. Nobody else but the conduct recipients reads it here."
    )


def _source(finding, asked):
    return finding.get_source_display() if rules.may_record_findings(asked.user) else ""


def _concerned(finding, asked):
    if finding.cadre:
        return cells.under(finding.cadre.name, finding.organ.label)
    return finding.organ.name


def _state(finding, asked):
    if finding.is_lifted:
        return cells.state("lifted", gettext("Lifted since"))
    return cells.state("stands", pgettext("findings", "Stands"))


FINDING_LIST = Listing(
    "evaluation:findings",
    "findings/",
    _("Discipline findings"),
    FINDINGS_AT,
    Sort(_("newest first"), "happened_on"),
    area=Area.EVALUATION,
    may_see=rules.may_open_findings,
    intro=_intro,
    columns=(
        Col(_("Day"), "happened_on", number=True),
        Col(_("Kind"), "get_kind_display", _source, link=True, bare=True),
        Col(_("Concerned"), _concerned),
        Col(_("Document"), "document"),
        Col(_("State"), _state, bare=True),
    ),
    begin=Button(_("Record a finding"), "evaluation:record_finding", rules.may_record_findings),
    empty=(
        Empty(
            _("No findings"),
            _("What a document has verified is recorded here, by kind, day and number."),
            begins=True,
        ),
        Empty(_("No findings"), _("Nothing was found about you.")),
    ),
)
