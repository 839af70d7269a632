"""Acts on a questionnaire that takes answers or has results, and on requests for microdata."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from research.actions import answers, results, strip
from research.acts import questionnaires
from research.forms import answers as forms
from research.models import MicrodataRequest, Questionnaire
from research.rules import answers as rules


@seen
def visible_questionnaire(user):
    return Questionnaire.objects.visible_to(user).select_related("organ__division", "topic")


def address(questionnaire):
    return reverse("research:answers", args=[questionnaire.pk])


def crumbs(questionnaire, *more):
    here = pgettext_lazy("questionnaires", "Answers")
    *way, _here = questionnaires.crumbs(questionnaire, here)
    way.append((here, address(questionnaire) if more else ""))
    return [*way, *[(label, "") for label in more]]


def _how_many_voided(_questionnaire, n):
    said = ngettext("%(n)s unused code is void.", "%(n)s unused codes are void.", n)
    return [(messages.INFO, said % {"n": n})]


ANSWERING = Acts(
    "research",
    "questionnaire",
    "questionnaires/<int:pk>/",
    visible_questionnaire,
    crumbs,
    address=address,
    acts=(
        Act(
            "open_questionnaire",
            _("Take answers"),
            rules.may_open,
            answers.open_questionnaire,
            forms.OpenForm,
            "open/",
            initial=lambda user, questionnaire: {"opens_on": user.today},
            intro=_(
                "A pair of keys is made: answers lie sealed until marks of persons are removed, "
                "and then the key is destroyed."
            ),
            primary=True,
            audit={"questionnaire.opened": _("Answers of a questionnaire taken from now on")},
        ),
        Act(
            "print_answer_slips",
            pgettext_lazy("questionnaires", "Print slips with codes"),
            rules.may_print_links,
            None,
            primary=True,
            audit={"questionnaire.slips_printed": _("Slips of a questionnaire printed")},
        ),
        Act("enter_paper", _("Enter a paper answer"), rules.may_print_links, None),
        Act(
            "void_answer_slips",
            _("Slips were lost"),
            rules.may_print_links,
            answers.void_links,
            path="slips/void/",
            confirm=_("Void all codes that were not used? Slips handed out open nothing then."),
            said=_how_many_voided,
            audit={"questionnaire.slips_voided": _("Unused codes of a questionnaire voided")},
        ),
        Act(
            "close_questionnaire",
            pgettext_lazy("questionnaires", "Close it"),
            rules.may_close,
            answers.close_questionnaire,
            path="close/",
            confirm=_("Stop asking today? Late answers are taken for some days more."),
            audit={"questionnaire.closed": _("Questionnaire closed")},
        ),
        Act(
            "strip_answers",
            _("Remove marks of persons"),
            rules.may_strip,
            strip.ask_to_strip,
            path="strip/",
            confirm=_(
                "Open all answers, write them without village and person, and destroy the key? "
                "This cannot be taken back; no answer is taken after it."
            ),
            said=_("The answers are being opened; this page shows how far it is."),
            audit={"questionnaire.stripped": _("Marks of persons removed from answers")},
        ),
        Act(
            "use_results_internally",
            _("Use the results internally"),
            rules.may_use_internally,
            results.use_internally,
            forms.DecisionForm,
            "internal/",
            audit={"questionnaire.internal": _("Results given out for internal reference")},
            undo="take_back_questionnaire_step",
        ),
        Act(
            "publish_results",
            _("Publish the results"),
            rules.may_publish,
            results.publish,
            forms.DecisionForm,
            "publish/",
            intro=_("Everybody in the work reads them then; small cells stay hidden."),
            audit={"questionnaire.published": _("Results of a questionnaire published")},
        ),
        Act(
            "ask_for_microdata",
            _("Ask for the rows"),
            rules.may_ask_for_microdata,
            results.ask_for_microdata,
            forms.MicrodataForm,
            "microdata/",
            about=True,
            intro=_(
                "Rows without village, texts and days, and at least five of each place, sex and "
                "age. The leader of the organ decides."
            ),
            then=lambda questionnaire, asked: asked.get_absolute_url(),
            audit={"microdata.asked": _("Microdata asked for")},
        ),
    ),
)


@seen
def visible_microdata(user):
    return MicrodataRequest.objects.visible_to(user).select_related(
        "questionnaire__organ__division", "asked_by", "decided_by"
    )


def microdata_crumbs(asked, *more):
    return [
        (asked.questionnaire.title, reverse("research:results", args=[asked.questionnaire_id])),
        (_("Microdata"), asked.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


def _what_granting_is(microdata):
    words = _("%(name)s can make and keep the file at once. This is not taken back.")
    return words % {"name": microdata.asked_by.name}


MICRODATA = Acts(
    "research",
    "microdata",
    "microdata/<int:pk>/",
    visible_microdata,
    microdata_crumbs,
    acts=(
        Act(
            "grant_microdata",
            _("Grant it"),
            rules.may_decide_microdata,
            results.grant_microdata,
            path="grant/",
            confirm=_what_granting_is,
            audit={"microdata.decided": _("Microdata decided")},
        ),
        Act(
            "refuse_microdata",
            _("Refuse it"),
            rules.may_decide_microdata,
            results.refuse_microdata,
            ReasonForm,
            "refuse/",
        ),
        Act(
            "make_microdata",
            _("Make the file"),
            rules.may_make_microdata,
            results.make_microdata,
            path="file/",
            then=lambda asked, job: job.get_absolute_url(),
        ),
    ),
)
