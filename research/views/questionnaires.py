"""Questionnaires: page, trial, files, paper."""

import io

from django.core import signing
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal import parameters
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import download, posted, sheet_page
from portal.records.seen import sees
from portal.records.steps import history
from portal.sheets.ledgers import XLSX
from portal.tools.asked import whole_number
from portal.tools.languages import base
from portal.trust.access import require
from research.actions import questionnaires as actions
from research.acts.answers import ANSWERING
from research.acts.questionnaires import QUESTIONNAIRES, crumbs, visible_questionnaire
from research.acts.samples import begin_sample
from research.forms.questionnaires import TrialForm
from research.models import QuestionnaireVersion, ResearchTopic, Sample
from research.questionnaires import drawing, paper
from research.questionnaires.comparing import differences
from research.questionnaires.template import workbook
from research.rules import questionnaires as rules
from research.rules.answers import may_read_results

TRIED = "questionnaire.tried"


@require_safe
def questionnaire(request, pk):
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    versions = list(
        questionnaire.versions.select_related("uploaded_by", "reviewed_by")
        .defer("workbook", "definition")
        .prefetch_related("trials__by")
        .order_by("-number")
    )
    newest = versions[0] if versions else None
    context = {
        "questionnaire": questionnaire,
        "versions": versions,
        "newest": newest,
        "tried_by": len({trial.by_id for trial in newest.trials.all()}) if newest else 0,
        "wanted": parameters.number("questionnaire.trials", on=user.today),
        "is_long": newest is not None and rules.is_too_long(newest, on=user.today),
        "norm_questions": parameters.number("questionnaire.questions", on=user.today),
        "norm_minutes": parameters.number("questionnaire.minutes", on=user.today),
        "seconds": parameters.number("questionnaire.seconds", on=user.today),
        "text_seconds": parameters.number("questionnaire.text_seconds", on=user.today),
        "rows": parameters.number("questionnaire.rows", on=user.today),
        "sees_topic": sees(user, ResearchTopic, questionnaire.topic_id),
        "steps": history(questionnaire),
        "sample": _sample(user, questionnaire),
        "may_read": questionnaire.has_results and may_read_results(user, questionnaire),
        "acts": _acts(user, questionnaire),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(questionnaire)],
    }
    return render(request, "research/questionnaire.html", context)


def _sample(user, questionnaire):
    """The current sample, if the user may see it."""
    rows = Sample.objects.visible_to(user).standing().filter(questionnaire=questionnaire)
    return rows.defer(*Sample.LARGE).first()


def _acts(user, questionnaire):
    """Buttons of the questionnaire, those of the next stage first."""
    begins = begin_sample(user, questionnaire=questionnaire)
    opens = ANSWERING.button("open_questionnaire", user, questionnaire)
    return [one for one in (begins, opens) if one] + QUESTIONNAIRES.buttons(user, questionnaire)


# --- Trying it out -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def try_questionnaire(request, pk):
    """Try the questionnaire: answers are validated and carried from page to page, but not
    stored."""
    # Not an Act: it takes several pages, and the last one leads to another form.
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    require(rules.may_try(user, questionnaire))
    version = _version(questionnaire, request.POST.get("version", ""))
    definition, today = version.definition, user.today.isoformat()
    whole = drawing.is_whole(definition)
    if request.method == "POST":
        step = drawing.proceed(definition, request.POST, today=today, whole=whole)
    else:
        step = drawing.begin(definition, today=today, language=base(), whole=whole)
    if step.page is None:
        ticket = signing.dumps([version.pk, user.pk], salt=TRIED)
        return _after_trial(request, questionnaire, version, TrialForm(user=user), ticket)
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "step": step,
        "page": step.page,
        "today": today,
        "crumbs": crumbs(questionnaire, _("Try it out")),
    }
    # 422 only for errors; the next page of the form is a normal response.
    status = 422 if step.page.errors else 200
    return render(request, "research/try_questionnaire.html", context, status=status)


def _version(questionnaire, number):
    """The version of this number, by default the newest."""
    versions = questionnaire.versions.defer("workbook").order_by("-number")
    if number:
        versions = versions.filter(number=whole_number(number) or 0)
    version = versions.first()
    if version is None:
        raise Http404
    return version


@require_http_methods(["POST"])
def tried_questionnaire(request, pk):
    """Record minutes and remarks of a person who completed the trial."""
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    require(rules.may_try(user, questionnaire))
    ticket = request.POST.get("ticket", "")
    try:
        version_pk, person = signing.loads(ticket, salt=TRIED)
    except signing.BadSignature:
        return redirect("research:try_questionnaire", pk)
    version = questionnaire.versions.defer("workbook").filter(pk=version_pk).first()
    if version is None or person != user.pk:
        return redirect("research:try_questionnaire", pk)
    version.questionnaire = questionnaire
    form = TrialForm(posted(request), user=user)
    if not form.is_valid():
        return _after_trial(request, questionnaire, version, form, ticket, status=422)
    actions.note_trial(version=version, by=user, at=timezone.now(), **form.cleaned_data)
    tell_masked(request, form)
    return redirect(questionnaire)


def _after_trial(request, questionnaire, version, form, ticket, status=200):
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "ticket": ticket,
        "crumbs": crumbs(questionnaire, _("Try it out")),
    }
    return render(request, "research/tried_questionnaire.html", context, status=status)


# --- Versions and files ---------------------------------------------------------------------------


@require_safe
def questionnaire_differences(request, pk, number):
    """Differences between a version and the one before."""
    questionnaire = visible_questionnaire(request.user, pk)
    version = _version(questionnaire, str(number))
    before = questionnaire.versions.defer("workbook").filter(number__lt=number)
    before = before.order_by("-number").first()
    found = differences(before.definition, version.definition) if before else []
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "before": before,
        "differences": found,
        "crumbs": crumbs(questionnaire, _("Version %(n)s") % {"n": number}),
    }
    return render(request, "research/questionnaire_differences.html", context)


@require_safe
def questionnaire_workbook(request, pk, number):
    questionnaire = visible_questionnaire(request.user, pk)
    version = get_object_or_404(questionnaire.versions, number=number)
    is_old = version.file_name.lower().endswith(".xls")
    content_type = "application/vnd.ms-excel" if is_old else XLSX
    return download(io.BytesIO(version.workbook), version.file_name, content_type)


@require_safe
def questionnaire_definition(request, pk):
    """Definition of a version for the page script; immutable."""
    versions = QuestionnaireVersion.objects.visible_to(request.user).only("definition")
    response = JsonResponse(get_object_or_404(versions, pk=pk).definition)
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


@require_safe
def questionnaire_template(request):
    require(rules.may_begin_questionnaire(request.user))
    return download(io.BytesIO(workbook()), "问卷模板（XLSForm）.xlsx", XLSX)


def _on_paper(questionnaire, number):
    """By default the version in force; before the review the newest."""
    is_in_use = not number and questionnaire.reviewed_by_id
    return questionnaire.in_force if is_in_use else _version(questionnaire, number)


@require_safe
def questionnaire_print(request, pk):
    """The paper form, in the language named in the URL."""
    questionnaire = visible_questionnaire(request.user, pk)
    version = _on_paper(questionnaire, request.GET.get("version", ""))

    def context():
        language = request.GET.get("language", "zh")
        return {
            "questionnaire": questionnaire,
            "version": version,
            "serial": "",
            "code": "",
            "lines": paper.sheet(
                version.definition, language=language, today=request.user.today.isoformat()
            ),
        }

    return sheet_page(request, "research/slips/questionnaire.html", context)
