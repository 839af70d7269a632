"""Acts on questionnaires. Trying one out takes several pages and is a view."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.acts.undoing import taking_back
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from research.actions import questionnaires as actions
from research.forms import questionnaires as forms
from research.models import Questionnaire
from research.rules import questionnaires as rules

FORM_PAGE = "research/questionnaire_form.html"


@seen
def visible_questionnaire(user):
    return Questionnaire.objects.visible_to(user).select_related(
        "organ__division", "topic", "written_by", "reviewed_by"
    )


crumbs = crumbs_under(_("Questionnaires"), "research:questionnaires", attrgetter("title"))


def _head_of(user, questionnaire):
    texts = ("title", "purpose", "phone", "table_number", "made_by", "approval")
    found = {name: getattr(questionnaire, name) for name in texts}
    return found | {"topic": questionnaire.topic_id}


def _for_own_organ(user, _none):
    return {"organ": user.organ}


def _topic_named(query):
    return {"topic": query.get("topic", "")}


QUESTIONNAIRES = Acts(
    "research",
    "questionnaire",
    "questionnaires/<int:pk>/",
    visible_questionnaire,
    crumbs,
    listing="research:questionnaires",
    starts=(
        Act(
            "new_questionnaire",
            _("Make a questionnaire"),
            rules.may_begin_questionnaire,
            actions.begin_questionnaire,
            forms.NewQuestionnaireForm,
            "questionnaires/new/",
            initial=_for_own_organ,
            prefill=_topic_named,
            intro=_(
                "The questions come from a workbook. It is checked first: whatever is wrong is "
                "named with its sheet and cell, and nothing is saved."
            ),
            template=FORM_PAGE,
            audit={"questionnaire.begun": _("Questionnaire begun")},
        ),
    ),
    acts=(
        Act(
            "upload_questionnaire",
            _("Read in the questions"),
            rules.may_upload_version,
            actions.add_version,
            forms.UploadForm,
            "upload/",
            intro=_(
                "A new version is made; the earlier ones and their answers stay as they are. A "
                "questionnaire that was reviewed needs a new review."
            ),
            primary=lambda user, one: one.newest is None,
            template=FORM_PAGE,
            audit={"questionnaire.uploaded": _("Version of a questionnaire read in")},
        ),
        Act(
            "give_out_questionnaire",
            _("Give it out to be tried"),
            rules.may_give_out,
            actions.give_out,
            path="give-out/",
            primary=True,
            audit={"questionnaire.tried": _("Questionnaire tried, or given out to be tried")},
            undo="take_back_questionnaire_step",
        ),
        Act(
            "try_questionnaire",
            _("Try it out"),
            rules.may_try,
            None,
            primary=True,
        ),
        Act(
            "submit_questionnaire",
            _("Hand it in for review"),
            rules.may_submit,
            actions.submit,
            forms.SubmitForm,
            "submit/",
            about=True,
            intro=_("Somebody else than its writer reviews it and gives it a number."),
            audit={"questionnaire.submitted": _("Questionnaire handed in for review")},
        ),
        Act(
            "review_questionnaire",
            pgettext_lazy("questionnaires", "Review it"),
            rules.may_review,
            actions.review,
            forms.ReviewForm,
            "review/",
            primary=True,
            intro=_("Number and end of validity stand in its head from now on."),
            initial=lambda user, one: {"number": one.number, "valid_until": one.valid_until},
            audit={"questionnaire.reviewed": _("Questionnaire reviewed")},
        ),
        Act(
            "review_questionnaire_version",
            _("Review the newest version"),
            rules.may_review_version,
            actions.review_version,
            path="review-version/",
            primary=True,
            confirm=_("Answers are given to this version from now on."),
            audit={"questionnaire.version_reviewed": _("Later version of one reviewed")},
        ),
        Act(
            "send_back_questionnaire",
            _("Send it back"),
            rules.may_review,
            actions.send_back,
            ReasonForm,
            "send-back/",
            audit={"questionnaire.sent_back": _("Questionnaire sent back")},
        ),
        Act(
            "change_questionnaire",
            _("Change its head"),
            rules.may_change_questionnaire,
            actions.change_questionnaire,
            forms.ChangeQuestionnaireForm,
            "change/",
            initial=_head_of,
            audit={"questionnaire.changed": _("Head of a questionnaire changed")},
        ),
        Act(
            "drop_questionnaire",
            pgettext_lazy("questionnaires", "Give it up"),
            rules.may_drop,
            actions.drop,
            ReasonForm,
            "drop/",
            audit={"questionnaire.dropped": _("Questionnaire given up")},
            undo="take_back_questionnaire_step",
        ),
        taking_back(
            "take_back_questionnaire_step",
            "questionnaire.taken_back",
            lock=actions.locked_questionnaire,
            supervises=rules.supervises_step,
            noun="questionnaire",
            still=rules.nobody_tried,
        ),
    ),
)
