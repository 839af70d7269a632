"""Choices of which each kind of unit has its own (分类指导, `portal/kinds.py`).

The page offers those of the chosen unit's kind, and the form refuses others. Without script all
are offered.
"""

import json

from django import forms
from django.utils.translation import gettext as _

from outreach.models.matters import Category, RaiserKind
from portal.kinds import KINDS
from portal.models.places import UnitKind
from portal.pages.forms import choice_field
from portal.trust.access import ALLOWED, Decision

# Before a unit is chosen.
FIRST = UnitKind.RURAL


def _select(column):
    """A select that shows of each kind its own, in their order, after those that all have."""
    of_kinds = {kind.value: column(row) for kind, row in KINDS.items()}
    return forms.Select({"data-of-kinds": json.dumps(of_kinds), "data-kind": FIRST.value})


def category_field(label, **options):
    """A category of matters."""
    widget = _select(lambda row: row.categories)
    return choice_field(label, Category.choices, widget=widget, **options)


def channel_field(label, statutory, *args, **options):
    """A channel that something is referred to: a statutory one, or one of the unit's kind."""
    more = {code: label for row in KINDS.values() for code, label in row.channels}
    widget = _select(lambda row: [code for code, _label in row.channels])
    return choice_field(label, [*statutory, *more.items()], *args, widget=widget, **options)


def of_works_field(label, choices, more, **options):
    """A choice with some more where there are workshops and teams."""
    widget = _select(lambda row: [one.value for one in more] if row.has_parts else [])
    return choice_field(label, choices, widget=widget, **options)


def raiser_field(label):
    """Who raises it: at first whoever mostly does at such a unit."""
    first = {kind.value: row.raiser for kind, row in KINDS.items()}
    widget = forms.Select({"data-firsts": json.dumps(first)})
    return choice_field(label, RaiserKind.choices, widget=widget, initial=KINDS[FIRST].raiser)


def may_be_of(unit, category):
    """Whether a matter of this unit can have this category."""
    if category in KINDS[unit.kind].categories:
        return ALLOWED
    said = _("“%(category)s” is no category of a unit of this kind: %(kind)s.")
    return Decision(said % {"category": Category(category).label, "kind": unit.get_kind_display()})


def may_be_referred_to(unit, channel):
    """Whether a matter of this unit can belong to this channel."""
    others = {code for row in KINDS.values() for code, _label in row.channels}
    own = {code for code, _label in KINDS[unit.kind].channels}
    if channel not in others - own:
        return ALLOWED
    return Decision(_("Units of this kind do not use this channel."))
