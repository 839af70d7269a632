"""Results of a questionnaire: tables, cross table, texts, files; requests for microdata."""

from django.db.models import Count, Sum
from django.db.models.fields.json import KeyTextTransform
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from portal.pages.side_list import Area
from portal.pages.web import Sort, listed
from portal.tools.asked import whole_number
from portal.trust.access import require
from research.actions import results as actions
from research.acts.answers import (
    ANSWERING,
    MICRODATA,
    crumbs,
    microdata_crumbs,
    visible_microdata,
    visible_questionnaire,
)
from research.forms.answers import TextsForm
from research.models import Answer, AnswerText, MicrodataRequest
from research.results import files, suppression, tables
from research.results.questions import CHOICE, TEXT, named, questions_of
from research.rules import answers as rules

# Texts were stored in random order.
BY_LOT = Sort(gettext_lazy("in an order drawn by lot"), "id", descending=False)


def _read(request, pk):
    questionnaire = visible_questionnaire(request.user, pk)
    require(rules.may_read_results(request.user, questionnaire))
    return questionnaire


def _page(request, questionnaire, name, here, **context):
    context |= {
        "questionnaire": questionnaire,
        "here": here,
        "fewest": suppression.FEWEST,
        "least": tables.LEAST_FOR_RATES,
        "crumbs": [
            Area.GOING_DOWN.crumb,
            *crumbs(questionnaire, pgettext("questionnaires", "Results")),
        ],
    }
    return render(request, f"research/{name}.html", context)


def _has_strata(results):
    """Whether there are several strata; the same for every question."""
    return any(len(one.figures["parts"]) > 1 for one in results[:1])


@require_safe
def results(request, pk):
    user, questionnaire = request.user, _read(request, pk)
    stored = list(questionnaire.results.order_by("position"))
    found, has_strata = [tables.shown(one) for one in stored], _has_strata(stored)
    by_strata = has_strata and request.GET.get("by") == "strata"
    return _page(
        request,
        questionnaire,
        "results",
        "strata" if by_strata else "results",
        results=found,
        by_strata=by_strata,
        has_strata=has_strata,
        may_export=rules.may_export_results(user, questionnaire),
        ask=ANSWERING.button("ask_for_microdata", user, questionnaire),
        requests=list(
            MicrodataRequest.objects.visible_to(user)
            .filter(questionnaire=questionnaire)
            .select_related("asked_by")
            .order_by("-pk")[:20]
        ),
    )


@require_safe
def cross_table(request, pk):
    """Cross table of two single-choice questions."""
    questionnaire = _read(request, pk)
    stored = list(questionnaire.results.order_by("position"))
    asked = [one for one in stored if one.figures["kind"] == CHOICE and not one.figures["repeats"]]
    down, across = (_chosen(asked, request.GET.get(name)) for name in ("down", "across"))
    found = None
    if down and across and down != across:
        found = tables.cross(down.figures, across.figures, _counted(questionnaire, down, across))
    return _page(
        request,
        questionnaire,
        "cross_table",
        "cross",
        has_strata=_has_strata(stored),
        asked=[(one.position, tables.title(one)) for one in asked],
        down=down,
        across=across,
        titles=[one and tables.title(one) for one in (down, across)],
        cross=found,
    )


def _chosen(asked, text):
    position = whole_number(text or "")
    return next((one for one in asked if one.position == position), None)


def _counted(questionnaire, down, across):
    rows = Answer.objects.filter(version__questionnaire=questionnaire)
    rows = rows.annotate(
        down=KeyTextTransform(down.path, "values"), across=KeyTextTransform(across.path, "values")
    )
    rows = rows.exclude(down=None).exclude(across=None).values_list("down", "across").order_by()
    counted = rows.annotate(n=Count("pk"), weights=Sum("weight"))
    return {(one, other): (n, weights) for one, other, n, weights in counted}


@require_safe
def answer_texts(request, pk):
    """Free texts of one question, masked, in an order by lot; none where there are too few."""
    questionnaire = _read(request, pk)
    definitions = questionnaire.versions.order_by("number").values_list("definition", flat=True)
    found = questions_of(definitions)
    texts = AnswerText.objects.filter(version__questionnaire=questionnaire)
    n = dict(texts.values_list("path").annotate(n=Count("pk")).order_by())
    asked = [
        (one.path, named(one.label, one.path, tables.languages()), n.get(one.path, 0))
        for one in found.values()
        if one.kind == TEXT
    ]
    paths = [path for path, _label, _n in asked]
    path = request.GET.get("path", "")
    path = path if path in paths else next(iter(paths), "")
    form = TextsForm(request.GET)
    searched = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = texts.filter(path=path)
    is_few = 0 < n.get(path, 0) < suppression.FEWEST
    if searched:
        rows = rows.filter(text__contains=searched)
    return _page(
        request,
        questionnaire,
        "answer_texts",
        "texts",
        has_strata=_has_strata(questionnaire.results.all()),
        asked=asked,
        path=path,
        q=searched,
        is_few=is_few,
        **({} if is_few else listed(request, rows, BY_LOT)),
    )


@require_POST
def export_results(request, pk):
    questionnaire = visible_questionnaire(request.user, pk)
    kind = request.POST.get("file", "")
    kind = kind if kind in files.KINDS else "xlsx"
    return redirect(actions.ask_for_file(questionnaire, kind=kind, by=request.user))


# --- Microdata ----------------------------------------------------------------------------------


@require_safe
def microdata(request, pk):
    asked = visible_microdata(request.user, pk)
    labels = {
        one.path: tables.title(one)
        for one in asked.questionnaire.results.filter(path__in=[asked.sex, asked.age])
    }
    context = {
        "asked": asked,
        "sex": labels.get(asked.sex, ""),
        "age": labels.get(asked.age, ""),
        "acts": MICRODATA.buttons(request.user, asked),
        "crumbs": [Area.GOING_DOWN.crumb, *microdata_crumbs(asked)],
    }
    return render(request, "research/microdata.html", context)
