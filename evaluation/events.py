"""What the audit calls the acts of evaluation."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "poll.made": _("Polls of a cycle made"),
        "poll.roster_set": _("Size of a poll's roster entered"),
        "poll.drawn": _("Voters of a poll drawn"),
        "poll.substitutes_drawn": _("Substitutes for voters drawn"),
        "poll.opened": _("Poll opened"),
        "poll.codes_issued": _("Slips with codes printed"),
        "poll.codes_voided": _("Unused codes of a poll voided"),
        "poll.closed": _("Poll closed and counted"),
        "word.given": _("Word of unit or organisation written down"),
        "word.corrected": _("Word of unit or organisation corrected"),
        "unit_link.printed": _("Link of a unit printed"),
        "unit_link.revoked": _("Link of a unit called back"),
        "unit_link.used": _("Word of a unit came by its link"),
        "paper.begun": _("Heap of paper ballots begun"),
        "paper.typed": _("Paper ballots typed"),
        "paper.second_begun": _("Second typing of paper ballots begun"),
        "paper.typed_again": _("Paper ballots typed again"),
        "paper.compared": _("Paper ballots compared with the paper"),
        "paper.completed": _("Heap of paper ballots complete"),
        "paper.remarks_kept": _("Remarks of paper ballots written down"),
        "paper.into_ballots": _("Paper ballots added to the closed poll, typed sheets erased"),
        "paper.dropped": _("Heap of paper ballots taken away"),
        "meeting.counted": _("Sums of a meeting entered"),
        "meeting.corrected": _("Sums of a meeting corrected"),
        "hint.reviewed": _("Hint looked at"),
    }
)
