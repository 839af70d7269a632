"""Labels of the events and nouns of evaluation in the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe(
    {
        "poll.made": _("Polls of a cycle made"),
        "poll.closed": _("Poll closed and counted"),
        "poll.dropped": _("Polls of a cycle broken off, their ballots destroyed unread"),
        "word.given": _("Word of unit or organisation written down"),
        "word.corrected": _("Word of unit or organisation corrected"),
        "unit_link.printed": _("Link of a unit printed"),
        "unit_link.revoked": _("Link of a unit called back"),
        "unit_link.used": _("Word of a unit came by its link"),
        "paper.typed": _("Paper ballots typed"),
        "paper.typed_again": _("Paper ballots typed again"),
        "paper.completed": _("Batch of paper ballots complete"),
        "paper.into_ballots": _("Paper ballots added to the closed poll, typed sheets erased"),
        "meeting.counted": _("Sums of a meeting entered"),
        "meeting.corrected": _("Sums of a meeting corrected"),
        "scheme.withdrawn": _("Scheme no longer used"),
        "cycle.computed": _("Scores of a cycle computed"),
        "cycle.recomputed": _("Scores of a cycle computed anew"),
        "honour_pool.joined": _("Pools for honours joined"),
        "scores.exported": _("Sheet of an appraisal with scores made"),
        "scores.computed": _("Scores computed"),
        "scores.evidence_decided": _("Decided what counts of a record"),
    }
)

name_nouns(
    {
        "appeal": pgettext_lazy("noun", "Objection to a score"),
        "appraised": pgettext_lazy("noun", "Appraised"),
        "appraisedmember": pgettext_lazy("noun", "Appraised member"),
        "ballot": pgettext_lazy("noun", "Ballot"),
        "ballotcode": pgettext_lazy("noun", "Code of a ballot"),
        "ballotcomment": pgettext_lazy("noun", "Remark on a ballot"),
        "closinglist": pgettext_lazy("noun", "Closing list"),
        "computation": pgettext_lazy("noun", "Computation of scores"),
        "cycle": pgettext_lazy("noun", "Cycle"),
        "cyclestep": pgettext_lazy("noun", "Step of a cycle"),
        "disciplinefinding": pgettext_lazy("noun", "Discipline finding"),
        "evidencedecision": pgettext_lazy("noun", "Decision on evidence"),
        "findinglift": pgettext_lazy("noun", "Lifting of a finding"),
        "handover": pgettext_lazy("noun", "Hand-over to the personnel side"),
        "grade": pgettext_lazy("noun", "Grade"),
        "hint": pgettext_lazy("noun", "Hint"),
        "hintreview": pgettext_lazy("noun", "Review of a hint"),
        "honour": pgettext_lazy("noun", "Honour"),
        "honourpool": pgettext_lazy("noun", "Pool for honours"),
        "meetingcount": pgettext_lazy("noun", "Count of a meeting"),
        "memberappraisal": pgettext_lazy("noun", "Appraisal of Party members"),
        "memberappraisalstep": pgettext_lazy("noun", "Step of an appraisal"),
        "organappraisal": pgettext_lazy("noun", "Appraisal by an organ"),
        "paperaudit": pgettext_lazy("noun", "Comparison of paper"),
        "paperbatch": pgettext_lazy("noun", "Batch of paper ballots"),
        "paperentry": pgettext_lazy("noun", "Paper ballot"),
        "paperremark": pgettext_lazy("noun", "Remark on paper"),
        "poll": pgettext_lazy("noun", "Poll"),
        "pollsample": pgettext_lazy("noun", "Sample of a poll"),
        "poolpart": pgettext_lazy("noun", "Part of a pool"),
        "poolstep": pgettext_lazy("noun", "Step of a pool"),
        "scheme": pgettext_lazy("noun", "Scheme"),
        "schemegate": pgettext_lazy("noun", "Threshold of a scheme"),
        "schemeindicator": pgettext_lazy("noun", "Indicator of a scheme"),
        "score": pgettext_lazy("noun", "Score"),
        "scoreevidence": pgettext_lazy("noun", "Evidence of a score"),
        "sealedballot": pgettext_lazy("noun", "Sealed ballot"),
        "seedthrow": pgettext_lazy("noun", "Seed thrown for ballots"),
        "tally": pgettext_lazy("noun", "Tally"),
        "turnoutnote": pgettext_lazy("noun", "Note on turnout"),
        "unitletter": pgettext_lazy("noun", "Letter to a unit"),
        "unitlink": pgettext_lazy("noun", "Link of a unit"),
    }
)
