"""Choices that depend on the kind of unit (分类指导, `portal/kinds.py`).

The page offers those of the chosen unit's kind, and the form refuses others. Without script all are
offered.
"""

import json

from django import forms
from django.utils.translation import gettext as _

from outreach.models.condolence import RecipientCategory
from outreach.models.matters import Category, RaiserKind
from portal.forms.fields import first_kind
from portal.kinds import KINDS
from portal.pages.forms import choice_field
from portal.trust.access import ALLOWED, Decision


class _SelectByKind(forms.Select):
    """A select that shows the common options first, then those of the unit's kind in their
    order."""

    def __init__(self, column):
        of_kinds = {kind.value: column(row) for kind, row in KINDS.items()}
        super().__init__({"data-of-kinds": json.dumps(of_kinds)})

    def get_context(self, name, value, attrs):
        return super().get_context(name, value, {**(attrs or {}), "data-kind": first_kind().value})


def category_field(label, **options):
    """A field for the category of a matter."""
    widget = _SelectByKind(lambda row: row.categories)
    return choice_field(label, Category.choices, widget=widget, **options)


def channel_field(label, statutory, *args, **options):
    """A field for the channel of a referral: a statutory one, or one of the unit's kind."""
    more = {code: label for row in KINDS.values() for code, label in row.channels}
    widget = _SelectByKind(lambda row: [code for code, _label in row.channels])
    return choice_field(label, [*statutory, *more.items()], *args, widget=widget, **options)


def of_works_field(label, choices, more, **options):
    """A choice with additional options for units with workshops and teams."""
    widget = _SelectByKind(lambda row: [one.value for one in more] if row.has_parts else [])
    return choice_field(label, choices, widget=widget, **options)


def raiser_field(label):
    """A field for the kind of raiser; the default is the usual one at such a unit."""
    return _with_firsts(label, RaiserKind.choices, lambda row: row.raiser)


def recipient_field(label):
    """A field for the category of a recipient; the default is the usual one at such a unit."""
    return _with_firsts(label, RecipientCategory.choices, lambda row: row.recipient)


def _with_firsts(label, choices, column):
    """A choice whose default depends on the chosen unit's kind."""
    first = {kind.value: column(row) for kind, row in KINDS.items()}
    widget = forms.Select({"data-firsts": json.dumps(first)})
    return choice_field(label, choices, widget=widget, initial=lambda: first[first_kind()])


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
