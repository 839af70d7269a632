"""Samples and drawn units."""

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.tools.asked import whole_number
from research.filters.samples import DRAWN_AT, SAMPLES_AT
from research.models import Sample
from research.rules.samples import may_read_samples


def _of(sample, asked):
    if sample.questionnaire:
        return sample.questionnaire.title
    topic = sample.batch.topic.title
    return gettext("%(topic)s, batch %(n)s") % {"topic": topic, "n": sample.batch.number}


def _state(sample, asked):
    return cells.state(*sample.state)


SAMPLE_LIST = Listing(
    "research:samples",
    "samples/",
    _("Samples"),
    SAMPLES_AT,
    Sort(_("newest first"), "created_at"),
    area=Area.GOING_DOWN,
    may_see=may_read_samples,
    columns=(
        Col(pgettext_lazy("samples", "Sample"), "title", _of, link=True),
        Col(pgettext_lazy("samples", "Organised by"), "organ.label"),
        Col(pgettext_lazy("samples", "Drawn from"), "get_source_display", "get_method_display"),
        Col(_("Units in the frame"), "unit_count", number=True),
        Col(_("State"), _state, bare=True),
    ),
    empty=(
        Empty(
            _("No samples here"),
            _(
                "A sample begins on the page of a reviewed questionnaire, or of a batch with "
                "random spot checks."
            ),
        ),
    ),
)


def _sample_named(asked):
    """Return the sample named in the URL, or None if there is none or the user may not see it."""
    pk = whole_number(asked.query.get("sample") or "")
    return pk and Sample.objects.visible_to(asked.user).only("title").filter(pk=pk).first()


def _heading(asked):
    sample = _sample_named(asked)
    if not sample:
        return gettext("Drawn units")
    return gettext("Drawn in %(sample)s") % {"sample": sample.title}


def _outcome(drawn, asked):
    if not drawn.disposition:
        return pgettext("dispositions", "open")
    words = cells.state(drawn.disposition, drawn.get_disposition_display())
    return cells.under(words, cells.day(drawn.disposed_on, asked.today))


DRAWN_LIST = Listing(
    "research:drawn_units",
    "samples/drawn/",
    _("Drawn units"),
    DRAWN_AT,
    Sort(_("in the order of the draw"), ("sample_id", "position"), descending=False),
    area=Area.GOING_DOWN,
    way=((_("Samples"), "research:samples"),),
    may_see=may_read_samples,
    heading=_heading,
    columns=(
        Col(_("Drawn unit"), "key", link=True),
        Col(_("Stratum"), "stratum"),
        Col(_("Reserve"), lambda drawn, asked: drawn.reserve or "", number=True),
        Col(pgettext_lazy("samples", "Who asks"), "asked_by.name", "asked_by.organ.label"),
        Col(_("What became of it"), _outcome),
    ),
    empty=(
        Empty(
            _("No drawn units here"),
            _(
                "Units stand here once a sample is drawn; those you ask are also in your to-do "
                "list."
            ),
        ),
    ),
)
