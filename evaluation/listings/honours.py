"""The register of honours, and the pools in which they are given."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.filters.honours import HONOURS_AT, OFFICIAL, POOLS_AT
from evaluation.ledgers.honours import HONOUR_LEDGER
from evaluation.models import DisciplineFinding
from evaluation.models.honours import HonourState, PoolState, with_quotas
from evaluation.rules import honours as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.rules import may_see_people


def _until(which, part):
    """The last day of the public notice, while there is one."""
    read = cells.said(_("until %(day)s"), day=part)
    return lambda row, asked: read(row, asked) if row.state == which else ""


def _has_findings(user):
    return bool(user.identity_ids) and DisciplineFinding.objects.filter(cadre__user=user).exists()


HONOUR_LIST = Listing(
    "evaluation:honours",
    "honours/",
    _("Honours"),
    HONOURS_AT,
    {"newest": Sort(_("newest first"), "year"), "official": OFFICIAL},
    area=Area.EVALUATION,
    may_see=may_see_people,
    keeps_filters=True,
    columns=(
        Col(_("Honoured"), "appraised.name", "appraised.organ_name", "appraised.post"),
        Col(_("Honour"), "pool.title", "pool.get_purpose_display"),
        Col(_("Year"), "year", number=True),
        Col(_("Document"), "pool.document"),
        state("state", _until(HonourState.NOTICE, "pool.notice_until")),
    ),
    buttons=(
        Button(_("Findings about me"), "evaluation:findings", _has_findings),
        Button(_("Print it"), "evaluation:honours_print", keeps_query=True),
    ),
    export=Export(HONOUR_LEDGER, _("Export the ledger")),
    empty=(
        Empty(
            _("No honours here"),
            _("Whom a meeting chose in a pool stands here once the public notice is over."),
        ),
    ),
)


def _of_how_many(pool, asked):
    return gettext("%(percent)s %% of %(n)s") % {"percent": pool.percent_words, "n": pool.belong}


def _too_few(pool, asked):
    if pool.is_open and not pool.places:
        return gettext("too few: may be joined to another pool")
    return ""


POOL_LIST = Listing(
    "evaluation:honour_pools",
    "honour-pools/",
    _("Pools for honours"),
    POOLS_AT,
    Sort(_("newest first"), "made_on"),
    area=Area.EVALUATION,
    may_see=rules.may_open_pools,
    load=lambda page, asked: with_quotas(page),
    columns=(
        Col(_("Pool"), "title", "get_purpose_display", cells.names("parts", "words"), link=True),
        Col(_("Quota"), "places", _of_how_many, _too_few),
        state("state", _until(PoolState.PUBLICITY, "notice_until")),
    ),
    empty=(
        Empty(
            _("No pools here"),
            _(
                "The office makes pools on the page of a cycle; their quota follows from who "
                "belongs to them."
            ),
        ),
    ),
)
