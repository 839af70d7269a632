"""What the audit calls the acts of evaluation."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "scores.computing_asked": _("Computation of scores asked for"),
        "scores.computed": _("Scores computed"),
        "scores.evidence_decided": _("Decided what counts of a record"),
        "appeal.filed": _("Objection to a score filed"),
        "appeal.withdrawn": _("Objection to a score taken back"),
        "appeal.upheld": _("Objection to a score upheld"),
        "appeal.dismissed": _("Objection to a score not upheld"),
    }
)
