"""Acts on entries of the register of supervision."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import supervision as actions
from oversight.forms import supervision as forms
from oversight.models import SupervisionEntry
from oversight.rules import supervision as rules
from portal.acts.undoing import taking_back
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.tools.asked import whole_number

WRITTEN = ("leader", "title", "lead_organ", "official", "due_on", "report_days")


@seen
def visible_entry(user):
    return SupervisionEntry.objects.visible_to(user).select_related(
        "organ__division", "lead_organ__division", "leader__organ", "official", "proposed_by"
    )


crumbs = crumbs_under(
    _("Register of supervision"),
    "oversight:supervision",
    lambda entry: f"{entry.number_label} {entry.title}",
)


def _from_address(query):
    """Return the origin in the portal: an instruction, a decision, a problem or a task."""
    return {name: pk for name in forms.FOUND if (pk := whole_number(query.get(name, "")))}


def _as_proposed(user, entry):
    organs = list(entry.organs.order_by("sort_order", "pk"))
    more = {"content_text": entry.content, "organs": organs}
    return {name: getattr(entry, name) for name in WRITTEN} | more


def _by_the_day(user, entry):
    return {"due_on": entry.due_on}


ENTRIES = Acts(
    "oversight",
    "entry",
    "oversight/supervision/<int:pk>/",
    visible_entry,
    crumbs,
    listing="oversight:supervision",
    starts=(
        Act(
            "propose_entry",
            _("Propose supervision"),
            rules.may_propose,
            actions.propose,
            forms.ProposeForm,
            "oversight/supervision/new/",
            prefill=_from_address,
            submit=_("Keep and look at it"),
            audit={"supervision.proposed": _("Supervision proposed")},
            undo="drop_entry",
        ),
    ),
    acts=(
        Act(
            "submit_entry",
            pgettext_lazy("supervision", "Submit for decision"),
            rules.may_submit_entry,
            actions.submit_entry,
            path="submit/",
            audit={"supervision.submitted": _("Supervision submitted for decision")},
        ),
        Act(
            "establish_entry",
            pgettext_lazy("supervision", "Establish it"),
            rules.may_establish,
            actions.establish,
            forms.NoteForm,
            "establish/",
            primary=True,
            audit={"supervision.set_up": _("Supervision established")},
            undo="take_back_entry_step",
        ),
        Act(
            "assign_entry",
            pgettext_lazy("supervision", "Give it to the organ"),
            rules.may_assign_entry,
            actions.assign_entry,
            path="assign/",
            audit={"supervision.assigned": _("Supervised matter given to the organ")},
        ),
        Act(
            "sign_entry",
            pgettext_lazy("supervision", "Sign for it"),
            rules.may_sign_entry,
            actions.sign_entry,
            path="sign/",
            audit={"supervision.signed": _("Supervised matter signed for")},
        ),
        Act(
            "report_entry_progress",
            _("Report progress"),
            rules.may_report_progress,
            actions.report_progress,
            forms.ReportForm,
            "progress/",
            primary=True,
            audit={"supervision.progress": _("Progress of a supervised matter reported")},
        ),
        Act(
            "report_entry_result",
            pgettext_lazy("supervision", "Report the result"),
            rules.may_report_result,
            actions.report_result,
            forms.ResultForm,
            "result/",
            audit={"supervision.reported": _("Result of a supervised matter reported")},
        ),
        Act(
            "review_entry",
            pgettext_lazy("supervision", "Pass the review"),
            rules.may_review_entry,
            actions.review_entry,
            forms.OpinionForm,
            "review/",
            primary=True,
            audit={"supervision.reviewed": _("Result of a supervised matter reviewed")},
        ),
        Act(
            "return_entry",
            _("Send it back to be done further"),
            rules.may_return_entry,
            actions.return_entry,
            ReasonForm,
            "return/",
            audit={"supervision.returned": _("Supervised matter sent back to be done further")},
        ),
        Act(
            "end_entry",
            pgettext_lazy("supervision", "Strike it off"),
            rules.may_end_entry,
            actions.end_entry,
            forms.NoteForm,
            "end/",
            primary=True,
            audit={"supervision.closed": _("Supervised matter struck off")},
            undo="take_back_entry_step",
        ),
        Act(
            "refuse_to_end_entry",
            _("More is to be done"),
            rules.may_refuse_to_end,
            actions.refuse_to_end,
            ReasonForm,
            "more/",
        ),
        Act(
            "urge_entry",
            pgettext_lazy("supervision", "Urge"),
            rules.may_urge_entry,
            actions.urge_entry,
            forms.UrgeForm,
            "urge/",
            audit={"supervision.urged": _("Supervised matter urged")},
        ),
        Act(
            "extend_entry",
            pgettext_lazy("supervision", "Extend the deadline"),
            rules.may_extend_entry,
            actions.extend_entry,
            forms.LaterForm,
            "extend/",
            initial=_by_the_day,
            intro=_("Once, with its reason."),
            audit={"supervision.extended": _("Deadline of a supervised matter extended")},
        ),
        Act(
            "take_entry_long_term",
            _("Supervise it for the long term"),
            rules.may_take_long_term,
            actions.take_long_term,
            forms.LaterForm,
            "long-term/",
            initial=_by_the_day,
            audit={"supervision.long_term": _("Matter supervised for the long term")},
        ),
        Act(
            "join_ground",
            _("Add a further source"),
            rules.may_join_ground,
            actions.join_ground,
            forms.JoinForm,
            "sources/new/",
            about=True,
            prefill=_from_address,
            intro=_("One matter has one entry: what else asks for it is added here."),
            audit={"supervision.joined": _("Further source of a supervised matter added")},
        ),
        Act(
            "change_entry",
            pgettext_lazy("supervision", "Change the draft"),
            rules.may_change_entry,
            actions.change_entry,
            forms.ChangeEntryForm,
            "edit/",
            about=True,
            initial=_as_proposed,
            submit=_("Keep and look at it"),
            audit={"supervision.changed": _("Draft of a supervised matter changed")},
        ),
        Act(
            "send_entry_back",
            pgettext_lazy("supervision", "Send it back"),
            rules.may_send_entry_back,
            actions.send_entry_back,
            ReasonForm,
            "send-back/",
            audit={"supervision.sent_back": _("Proposed supervision sent back")},
        ),
        Act(
            "archive_entry",
            pgettext_lazy("supervision", "Put it into the archive"),
            rules.may_archive_entry,
            actions.archive_entry,
            path="archive/",
            audit={"supervision.archived": _("Supervised matter put into the archive")},
            undo="take_back_entry_step",
        ),
        Act(
            "revoke_entry",
            _("Revoke the establishment"),
            rules.may_revoke_entry,
            actions.revoke_entry,
            ReasonForm,
            "revoke/",
            audit={"supervision.revoked": _("Establishment of supervision revoked")},
            undo="take_back_entry_step",
        ),
        Act(
            "drop_entry",
            pgettext_lazy("supervision", "Discard"),
            rules.may_drop_entry,
            actions.drop_entry,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _entry, _none: "oversight:supervision",
            audit={"supervision.dropped": _("Draft of a supervised matter discarded")},
        ),
        taking_back(
            "take_back_entry_step",
            "supervision.taken_back",
            lock=actions.locked_entry,
            supervises=rules.supervises_step,
            noun="supervision",
        ),
    ),
)
