"""Acts on complaints about the portal."""

from operator import attrgetter

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.actions import complaints as actions
from oversight.forms import complaints as forms
from oversight.models import PortalComplaint
from oversight.rules import complaints as rules
from portal.acts.undoing import taking_back
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_complaint(user):
    return PortalComplaint.objects.visible_to(user).select_related(
        "area", "organ", "author__organ", "accepted_by", "matter"
    )


crumbs = crumbs_under(
    _("Complaints and suggestions"), "oversight:complaints", attrgetter("number_label")
)


def _told(_record, complaint):
    if not complaint.code:
        return gettext("Sent. The answer stands on this page.")
    said = gettext("Sent. Your query code is %(code)s. Write it down: it is shown only now.")
    return [(messages.WARNING, said % {"code": complaint.code})]


def _recipients(user, _record):
    return {"has_outside_recipient": rules.has_outside_recipient(user)}


def _text(complaint):
    """Text shown above the answer form."""
    return f"{complaint.get_kind_display()} · {shown(complaint.text)}"


def _after(_record, complaint):
    return reverse("oversight:complaint_by_code") if complaint.code else complaint


COMPLAINTS = Acts(
    "oversight",
    "complaint",
    "complaints/<int:pk>/",
    visible_complaint,
    crumbs,
    listing="oversight:complaints",
    starts=(
        Act(
            "new_complaint",
            _("Complaint or suggestion about the portal"),
            rules.may_complain,
            actions.send_complaint,
            forms.ComplaintForm,
            "complaints/new/",
            template="oversight/new_complaint.html",
            shown=_recipients,
            submit=pgettext_lazy("complaints", "Send it"),
            then=_after,
            said=_told,
            is_untraced=True,
            audit={"complaint.received": _("Complaint about the portal received")},
        ),
    ),
    keeps_drafts=False,
    acts=(
        Act(
            "accept_complaint",
            pgettext_lazy("complaints", "Take it up"),
            rules.may_accept,
            actions.accept_complaint,
            path="accept/",
            primary=True,
            audit={"complaint.accepted": _("Complaint about the portal taken up")},
        ),
        Act(
            "answer_complaint",
            pgettext_lazy("complaints", "Answer it"),
            rules.may_answer,
            actions.answer_complaint,
            forms.AnswerForm,
            "answer/",
            intro=_text,
            primary=True,
            audit={"complaint.answered": _("Complaint about the portal answered")},
        ),
        Act(
            "extend_complaint",
            pgettext_lazy("complaints", "Take longer"),
            rules.may_extend,
            actions.extend_complaint,
            ReasonForm,
            "extend/",
            intro=_("Once only; its writer reads the reason."),
            audit={"complaint.extended": _("Time to answer a complaint extended")},
        ),
        Act(
            "ask_consent",
            _("Ask whether it may be passed on"),
            rules.may_ask_consent,
            actions.ask_consent,
            forms.ConsentForm,
            "ask/",
            intro=_("It goes through another door only if its writer agrees."),
            audit={"complaint.asked": _("Writer of a complaint asked for consent")},
        ),
        Act(
            "pass_on_complaint",
            pgettext_lazy("complaints", "Pass it on"),
            rules.may_pass_on,
            actions.pass_on_complaint,
            forms.PassOnForm,
            "pass-on/",
            about=True,
            audit={"complaint.passed_on": _("Complaint passed on with consent")},
        ),
        Act(
            "agree_complaint",
            _("Agree that it is passed on"),
            rules.may_consent,
            actions.agree,
            path="agree/",
            primary=True,
            confirm=_("Agree? It is then passed on by the other door; this is not taken back."),
            audit={"complaint.agreed": _("Consent to pass a complaint on")},
        ),
        Act(
            "decline_complaint",
            _("Do not agree"),
            rules.may_consent,
            actions.decline,
            path="decline/",
            audit={"complaint.declined": _("No consent to pass a complaint on")},
        ),
        Act(
            "rate_complaint",
            pgettext_lazy("complaints", "Rate the answer"),
            rules.may_rate,
            actions.rate_complaint,
            forms.RatingForm,
            "rate/",
            audit={"complaint.rated": _("Answer to a complaint rated")},
        ),
        Act(
            "archive_complaint",
            pgettext_lazy("complaints", "Put it into the archive"),
            rules.may_archive,
            actions.archive_complaint,
            path="archive/",
            audit={"complaint.archived": _("Complaint put into the archive")},
            undo="take_back_complaint_step",
        ),
        taking_back(
            "take_back_complaint_step",
            "complaint.taken_back",
            lock=actions.locked_complaint,
            supervises=rules.supervises_step,
        ),
    ),
)
