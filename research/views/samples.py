"""Samples: page, preparation, published files, confirmation, drawn units, sheet."""

from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.pages.acts import is_shown
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import (
    add_errors,
    asks_for_part,
    download,
    form_page,
    page_or_part,
    posted_with_files,
)
from portal.records.seen import sees
from portal.records.steps import history
from portal.sheets import ledgers
from portal.tools import asked
from portal.trust.access import require
from portal.views.pieces import button
from research import frames
from research.actions import samples as actions
from research.acts.samples import (
    DRAWN,
    SAMPLES,
    crumbs,
    drawn_crumbs,
    visible_drawn,
    visible_sample,
)
from research.forms.samples import SampleForm
from research.ledgers.samples import RESPONSES
from research.models import Questionnaire, ResearchBatch, Sample
from research.models.samples import FrameSource
from research.responses import lines_of
from research.rules import samples as rules
from research.rules.answers import may_ask

TSV = "text/tab-separated-values; charset=utf-8"


def _is_whole(user, sample):
    """Whether the user sees the whole draw, not only what is published or assigned to them."""
    return Sample.objects.of_roles(user).filter(pk=sample.pk).exists()


def _sees_source(user, sample):
    if sample.questionnaire_id:
        return sees(user, Questionnaire, sample.questionnaire_id)
    return sees(user, ResearchBatch, sample.batch_id)


@require_safe
def sample(request, pk):
    user, sample = request.user, visible_sample(request.user, pk)
    is_at_work = rules.is_at_work(sample)
    if asks_for_part(request) and not is_at_work:
        # The work is done: reload the whole page instead of the polled part.
        return HttpResponse(headers={"HX-Refresh": "true"})
    is_whole = _is_whole(user, sample)
    context = {
        "sample": sample,
        "is_at_work": is_at_work,
        "is_whole": is_whole,
        "sees_source": _sees_source(user, sample),
        "acts": SAMPLES.buttons(user, sample),
        "steps": history(sample),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(sample)],
    }
    if not sample.is_frozen and not sample.is_given_up:
        context["outline"] = frames.outline_of(sample, on=user.today)
    elif sample.is_drawn and is_whole:
        context["lines"], context["whole"] = lines_of(sample)
        context["export"] = rules.may_export(user, sample)
        context["unassigned"] = (
            sample.drawn.released().filter(asked_by=None, disposition="").count()
        )
    return page_or_part(request, "research/sample.html", "research/_sample_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_sample(request):
    # A view, not an Act: its URL names the questionnaire or batch.
    user = request.user
    of = _sampled(user, request.GET)
    noun, record = next(iter(of.items()))
    if noun == "questionnaire":
        require(rules.may_sample_questionnaire(user, record))
        title = record.title
    else:
        require(rules.may_sample_batch(user, record))
        title = f"{record.topic.title}（{record.number}）"
    initial = {
        "title": title[:80],
        "source": FrameSource.UNITS,
        "is_by_township": True,
        "avoids_earlier": True,
        "method": "simple",
        "allocation": "proportion",
        "households": 0,
        "reserve_size": 0,
        "reserve_batches": 0,
    }
    form = SampleForm(*posted_with_files(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = actions.prepare_sample(by=user, at=timezone.now(), **of, **form.content())
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            tell_masked(request, form)
            return redirect(made)
    here = _("Prepare a sample")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Look at it"),
        cancel_url=reverse("research:samples"),
        intro=_("Nothing is drawn yet: the next page shows how many are drawn in each stratum."),
        crumbs=crumbs(None, here),
    )


def _sampled(user, query):
    """Return {noun: record} of the questionnaire or batch to be sampled."""
    questionnaires = Questionnaire.objects.visible_to(user).select_related("organ__division")
    batches = ResearchBatch.objects.visible_to(user).select_related("topic__lead_organ__division")
    for name, rows in (("questionnaire", questionnaires), ("batch", batches)):
        if record := asked.row(query, name, rows):
            return {name: record}
    raise Http404


# --- What is published ----------------------------------------------------------------------------


def _published(request, pk):
    sample = visible_sample(request.user, pk)
    if not sample.is_frozen:
        raise Http404
    return sample


@require_safe
def sample_frame(request, pk):
    return download(BytesIO(_published(request, pk).published_frame), "frame.tsv", TSV)


@require_safe
def sample_plan(request, pk):
    return download(BytesIO(_published(request, pk).plan.published), "plan.tsv", TSV)


@require_safe
def sample_result(request, pk):
    sample = visible_sample(request.user, pk)
    if not sample.is_drawn or not _is_whole(request.user, sample):
        raise Http404
    return download(BytesIO(actions.result_of(sample)), "sample.tsv", TSV)


@require_safe
def redraw_lines(request):
    """The lines of the guide that redraw a sample without this portal."""
    require(rules.may_read_samples(request.user))
    guide = (Path(settings.BASE_DIR) / "docs" / "sampling.md").read_text()
    lines = guide.partition("```python\n")[2].partition("```")[0]
    return download(BytesIO(lines.encode()), "redraw.py", "text/x-python; charset=utf-8")


@require_safe
def confirmation(request, pk):
    sample = visible_sample(request.user, pk)
    require(rules.may_print(request.user, sample))
    plan = sample.plan
    strata = [
        (name, units, sample.numbers[name])
        for name, (units, _size) in sorted(sample.strata.items())
    ]
    context = {
        "sample": sample,
        "plan": plan,
        "strata": strata,
        "drawn": sample.drawn.filter(reserve=0).count(),
        "reserve": sample.drawn.filter(reserve__gt=0).count(),
    }
    return render(request, "research/slips/confirmation.html", context)


# --- What was drawn -------------------------------------------------------------------------------


@require_safe
def drawn_unit(request, pk):
    user, drawn = request.user, visible_drawn(request.user, pk)
    context = {
        "drawn": drawn,
        "sample": drawn.sample,
        "sees_sample": sees(user, Sample, drawn.sample_id),
        "tries": drawn.tries.select_related("by").order_by("-on", "-pk"),
        "steps": history(drawn),
        "acts": [*_to_fill_in(user, drawn), *DRAWN.buttons(user, drawn)],
        "crumbs": [Area.GOING_DOWN.crumb, *drawn_crumbs(drawn)],
    }
    return render(request, "research/drawn_unit.html", context)


def _to_fill_in(user, drawn):
    """The button to fill in the questionnaire, for the asker."""
    if drawn.sample.questionnaire is None:
        return []
    decision = may_ask(user, drawn)
    words = _("Fill it in")
    shown = is_shown(decision)
    return [button(words, decision, "research:ask", drawn.pk, primary=True)] if shown else []


@require_POST
def export_responses(request, pk):
    sample = get_object_or_404(Sample.objects.of_roles(request.user), pk=pk)
    require(rules.may_export(request.user, sample))
    filters = {"sample": str(sample.pk)}
    return redirect(ledgers.start_export(RESPONSES, filters=filters, by=request.user))
