"""Schemes."""

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.filters.schemes import SCHEMES_AT
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission
from portal.rules import may_see_people


def _service(scheme, asked):
    return scheme.get_service_display() if scheme.subject == "cadre" else ""


def _weights(scheme, asked):
    return " · ".join(floatformat(one, "-2") for one in scheme.weights.values())


NOT_YET = (
    _("No scheme is published"),
    _(
        "A scheme says by what somebody is judged: weights, marks, indicators, thresholds. It is "
        "written as a draft and published with its document."
    ),
)

SCHEME_LIST = Listing(
    "evaluation:schemes",
    "schemes/",
    _("Schemes"),
    SCHEMES_AT,
    Sort(_("newest first"), "created_at"),
    area=Area.EVALUATION,
    may_see=may_see_people,
    keeps_filters=True,
    columns=(
        Col(_("Scheme"), "title", cells.said(_("version %(n)s"), n="version"), link=True),
        Col(pgettext_lazy("evaluation", "For whom"), "get_subject_display", _service),
        Col(_("Laid down by"), "organ.label"),
        Col(_("Weights"), _weights, number=True),
        state("state", "published_on", "document"),
    ),
    begin=Button(_("Write a scheme"), "evaluation:new_scheme", Permission.MANAGE_EVALUATION),
    empty=(
        Empty(*NOT_YET, tab="published", begins=True),
        Empty(*NOT_YET, tab="published"),
        Empty(
            _("No drafts"),
            _("Write a scheme, or begin a new version on the page of a published one."),
            tab="draft",
            begins=True,
        ),
        Empty(
            _("No schemes here"),
            _(
                "Versions that no new cycle takes stay here for as long as anybody was judged by "
                "them."
            ),
        ),
    ),
)
