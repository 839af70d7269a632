"""Acts on a finding of an inspection, and on a notice of rectification."""

from operator import attrgetter

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.actions import findings as actions
from oversight.acts.inspections import crumbs as of_inspection
from oversight.forms import inspections as forms
from oversight.models import Finding, RectificationNotice
from oversight.rules import inspections as rules
from portal import parameters
from portal.days import workdays
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

OF_INSPECTION = ("inspection__organ__division", "inspection__head", "inspection__approver")


@seen
def visible_finding(user):
    return Finding.objects.visible_to(user).select_related(
        "organ__division",
        "official",
        "person",
        "notice",
        "found_by",
        "reported_by",
        "checked_by",
        *OF_INSPECTION,
    )


@seen
def visible_notice(user):
    return RectificationNotice.objects.visible_to(user).select_related(
        "organ__division", "issued_by", "received_by", *OF_INSPECTION
    )


crumbs = crumbs_under(_("Findings"), "oversight:findings", attrgetter("title"))


def _due(user, finding):
    count = parameters.number("inspection.rectify_wd", on=user.today)
    return {"due_on": workdays.add_working_days(user.today, count)}


def _today(user, finding):
    return {"checked_on": user.today}


def _how_to_object(finding):
    said = gettext(
        "Somebody who had no part in the finding decides; putting right goes on. It can be asked "
        "for until %(day)s."
    )
    return said % {"day": rules.last_day_to_object(finding)}


def _objection(finding):
    """Objection shown above the decision form."""
    one = finding.objections.select_related("asked_by").get()
    said = gettext("%(organ)s asks: “%(text)s” To be decided by %(day)s.")
    return said % {
        "organ": finding.organ.label,
        "text": shown(one.text),
        "day": one.due_on,
    }


def _what_confirming_is(finding):
    said = gettext(
        "It stands in the conclusion then, and %(organ)s answers for it. This is not taken back; "
        "the organ can ask for a review."
    )
    return said % {"organ": finding.organ.label}


FINDINGS = Acts(
    "oversight",
    "finding",
    "inspections/findings/<int:pk>/",
    visible_finding,
    crumbs,
    acts=(
        Act(
            "confirm_finding",
            pgettext_lazy("findings", "Confirm it"),
            rules.may_verify,
            actions.confirm_finding,
            forms.WordForm,
            "confirm/",
            primary=True,
            intro=_what_confirming_is,
            audit={"finding.confirmed": _("Finding confirmed")},
        ),
        Act(
            "refuse_finding",
            pgettext_lazy("findings", "Do not confirm it"),
            rules.may_verify,
            actions.refuse_finding,
            ReasonForm,
            "refuse/",
            audit={"finding.refused": _("Finding not confirmed")},
        ),
        Act(
            "put_right_at_once",
            _("Have it put right at once"),
            rules.may_put_right_at_once,
            actions.put_right_at_once,
            forms.DueForm,
            "at-once/",
            initial=_due,
            intro=_("Without a notice; the organ reports what it did."),
            audit={"finding.at_once": _("Finding to be put right at once")},
        ),
        Act(
            "report_rectification",
            _("Report what was done"),
            rules.may_report,
            actions.report_rectification,
            forms.ReportForm,
            "report/",
            primary=True,
            audit={"finding.reported": _("Rectification reported")},
        ),
        Act(
            "settle_finding",
            _("Passed: write it off"),
            rules.may_recheck,
            actions.settle_finding,
            forms.RecheckForm,
            "settle/",
            initial=_today,
            primary=True,
            audit={"finding.settled": _("Finding re-checked and written off")},
        ),
        Act(
            "fail_finding",
            _("Not passed: one new date"),
            rules.may_fail,
            actions.fail_finding,
            forms.FailForm,
            "fail/",
            initial=_today,
            intro=_(
                "It gets its one second date, and the organ reports again. This is not taken back."
            ),
            audit={"finding.failed": _("Re-check of a finding not passed")},
        ),
        Act(
            "take_long",
            _("Take it into long-term rectification"),
            rules.may_take_long,
            actions.take_long,
            forms.RecheckForm,
            "long-term/",
            initial=_today,
            audit={"finding.long_term": _("Finding taken into long-term rectification")},
        ),
        Act(
            "object_to_finding",
            _("Ask for a review"),
            rules.may_object,
            actions.object_to_finding,
            forms.ObjectionForm,
            "object/",
            intro=_how_to_object,
            audit={"finding.objected": _("Review of a finding asked for")},
        ),
        Act(
            "decide_objection",
            _("Decide the review"),
            rules.may_review,
            actions.decide_objection,
            forms.ReviewForm,
            "review/",
            intro=_objection,
            primary=True,
            audit={
                "finding.upheld": _("Objection to a finding upheld"),
                "finding.rejected": _("Objection to a finding rejected"),
            },
        ),
    ),
)


def notice_crumbs(notice, *more):
    return of_inspection(notice.inspection, *more)


NOTICES = Acts(
    "oversight",
    "notice",
    "inspections/notices/<int:pk>/",
    visible_notice,
    notice_crumbs,
    acts=(
        Act(
            "sign_for_notice",
            _("Sign for it"),
            rules.may_sign_for,
            actions.sign_for_notice,
            path="sign/",
            primary=True,
            audit={"inspection.notice_received": _("Notice of rectification signed for")},
        ),
        Act(
            "number_notice",
            _("Enter its number"),
            rules.may_number_notice,
            actions.number_notice,
            forms.NumberForm,
            "number/",
            audit={"inspection.notice_numbered": _("Number of a notice entered")},
        ),
    ),
)
