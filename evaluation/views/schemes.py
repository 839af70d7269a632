"""Schemes: page, writing a draft with its indicators and thresholds, publishing, versions."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import schemes as actions
from evaluation.acts.schemes import SCHEMES, crumbs, title_of, visible_scheme
from evaluation.appraisal import computing, explaining, hooks, indicators, scoring
from evaluation.forms.schemes import IndicatorsForm
from evaluation.models import Scheme
from evaluation.rules import schemes as rules
from portal.pages.side_list import Area
from portal.pages.web import form_page, posted, sheet_page
from portal.trust.access import require


def _lines(scheme):
    """The scheme's indicators with their entries of the closed list."""
    lines = list(scheme.indicators.order_by("pk"))
    for line in lines:
        line.meant = indicators.INDICATORS.get(line.indicator)
        line.title = rules.title_of(line.indicator)
        line.kind = indicators.kind_label(line.indicator)
    return lines


def _said(scheme, on):
    """The context shared by page and print."""
    terms = computing.Rules.of(scheme, **scoring.norms(on))
    lines = _lines(scheme)
    for line in lines:
        line.filled_to = terms.filled_to[line.indicator]
        line.neutral = (line.floor + line.cap) / 2
    return {
        "damping": explaining.damping(terms),
        "fewest_ballots": terms.fewest_ballots,
        "scheme": scheme,
        "title": title_of(scheme),
        "weights": [(one.label, weight) for one, weight in scheme.weights.items()],
        "dimensions": [(one.label, weight) for one, weight in scheme.dimension_weights.items()],
        "marks": [(one.label, points) for one, points in scheme.mark_points.items()],
        "kinds": scheme.kinds_of_units,
        "staff": scheme.kinds_of_staff,
        "lines": lines,
        "gates": scheme.gates.order_by("-gate"),
    }


@require_safe
def scheme(request, pk):
    user, scheme = request.user, visible_scheme(request.user, pk)
    keeps = rules.keeps(user, scheme)
    # The title may differ between versions, so the links to previous and next count too.
    alike = Q(organ=scheme.organ_id, title=scheme.title)
    alike |= Q(pk=scheme.previous_id) | Q(previous=scheme)
    versions = Scheme.objects.visible_to(user).filter(alike)
    context = {
        **_said(scheme, user.today),
        "problems": rules.problems(scheme) if scheme.is_draft else [],
        "versions": versions.order_by("-version", "-pk"),
        "keeps": keeps,
        "acts": SCHEMES.buttons(user, scheme),
        "links": [
            (title, reverse(name, args=[scheme.pk]))
            for title, name, permission in hooks.SCHEME_LINKS
            if keeps and user.holds(permission)
        ],
        "crumbs": [Area.EVALUATION.crumb, *crumbs(None, title_of(scheme))],
    }
    return render(request, "evaluation/scheme.html", context)


# A view, not an act: it has a form for each indicator.
@require_http_methods(["GET", "HEAD", "POST"])
def scheme_indicators(request, pk):
    """One line for each fitting indicator; those with a share become part of the scheme."""
    scheme = visible_scheme(request.user, pk)
    require(rules.may_change_scheme(request.user, scheme))
    form = IndicatorsForm(posted(request), scheme=scheme)
    if form.is_bound and form.is_valid():
        try:
            actions.set_indicators(scheme, by=request.user, lines=form.chosen)
            return redirect(scheme)
        except ValidationError as problem:
            form.problem = problem.messages[0]
    here = _("Set the indicators")
    page = {"scheme": scheme, "title": here, "crumbs": crumbs(scheme, here)}
    return form_page(request, form, template="evaluation/scheme_indicators.html", **page)


@require_safe
def print_scheme(request, pk):
    scheme = visible_scheme(request.user, pk)
    said = partial(_said, scheme, request.user.today)
    return sheet_page(request, "evaluation/slips/scheme.html", said)
