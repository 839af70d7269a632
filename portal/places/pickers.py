"""Pickers: choosing from thousands of records by typing.

With JavaScript the field offers matches while the user types. Without, the text is looked up on
submission; if several match, the error lists them, and a fuller name decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from portal import rules
from portal.models import Cadre, Division, GrassrootsUnit, Organ, PartyOrganization, User
from portal.places import divisions
from portal.rows import Rows
from portal.tools.asked import whole_number

LIMIT = 12


@dataclass(frozen=True)
class Picker:
    """The records that a user may pick, and the words for a match."""

    queryset: Callable
    label: Callable
    note: Callable

    def find(self, user, text):
        words = text.split()
        if not words:
            return []
        found = self._named(self.queryset(user), words[-1])
        if len(words) == 1:
            return list(found[:LIMIT])
        # 石桥镇 柳湾村: the last word is the name, the others appear in its note or label.
        return [
            one
            for one in found[:200]
            if all(word in f"{self.note(one)} {self.label(one)}" for word in words[:-1])
        ][:LIMIT]

    def _names(self, one):
        whole = f"{self.note(one)} {self.label(one)}"
        return {self.label(one), one.name, getattr(one, "short_name", ""), whole}

    def _named(self, queryset, word):
        return queryset.called(word) if hasattr(queryset, "called") else queryset.named_like(word)

    def resolve(self, user, text):
        """The record that a typed text names; raises ValidationError if none or several match."""
        found = self.find(user, text)
        # 石桥镇 alone means 云岭县石桥镇, not one of its stations.
        exact = [one for one in found if text.strip() in self._names(one)]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(_("No match for “%(text)s”.") % {"text": text})
        names = _(", ").join(f"{self.note(one)} {self.label(one)}".strip() for one in found[:8])
        raise ValidationError(
            _("Several match “%(text)s”. Write the full name: %(names)s.")
            % {"text": text, "names": names}
        )


def _units(user):
    return (
        GrassrootsUnit.objects.current(user.today)
        .select_related("host_organ", "parent", "division")
        .order_by("sort_order", "name", "pk")
    )


def _organs(user):
    return Organ.objects.current(user.today).select_related("parent").order_by("sort_order", "pk")


def _cadres(user):
    return (
        Cadre.objects.serving(user.today)
        .select_related("organ")
        .order_by("organ__sort_order", "sort_order", "pk")
    )


def _party_organizations(user):
    return (
        PartyOrganization.objects.visible_to(user)
        .current(user.today)
        .select_related("organ", "unit__host_organ")
        .order_by("sort_order", "pk")
    )


def _party_picker(queryset=_party_organizations):
    return Picker(queryset, lambda one: one.name, lambda one: one.place_label)


class _Divisions(Picker):
    """Divisions have their own search: 665 000 rows, nearest first."""

    def find(self, user, text):
        return divisions.find(text, on=user.today, limit=LIMIT)


PICKERS = {
    "unit": Picker(
        _units, lambda u: u.name, lambda u: u.parent.name if u.parent else u.host_organ.label
    ),
    "organ": Picker(_organs, lambda o: o.name, lambda o: o.parent.label if o.parent else ""),
    "cadre": Picker(_cadres, lambda c: c.name, lambda c: f"{c.organ.label} {c.post}".strip()),
    "division": _Divisions(
        lambda user: Division.objects.current(user.today).select_related("parent"),
        lambda d: d.name,
        lambda d: d.parent.name if d.parent else "",
    ),
    "party_organizations": _party_picker(),
    # The helping and the helped side.
    "party_organizations_of_organs": _party_picker(
        lambda user: _party_organizations(user).of_organs()
    ),
    "party_organizations_of_units": _party_picker(
        lambda user: _party_organizations(user).of_units()
    ),
    "user": Picker(
        lambda user: _named_users(user),
        lambda u: u.name,
        lambda u: u.organ.label if u.organ else "",
    ),
}


def _named_users(user):
    """Return active accounts, by name only unless the user sees accounts: a user name is half of a
    sign-in."""
    found = _UserQuerySet(User) if rules.may_see_accounts(user) else _NamedQuerySet(User)
    return found.filter(is_active=True).select_related("organ").order_by("pk")


class _NamedQuerySet(Rows):
    def named_like(self, text):
        return self.filter(name__startswith=text)


class _UserQuerySet(Rows):
    def named_like(self, text):
        by_login = models.Q(username__startswith=text.lower())
        return self.filter(models.Q(name__startswith=text) | by_login)


class PickerWidget(forms.Widget):
    template_name = "picker.html"
    # The picking user: chosen records that they may not pick are hidden, except those of `also`.
    user = None
    also = frozenset()

    def __init__(self, kind, *, multiple=False, attrs=None):
        super().__init__(attrs)
        self.kind, self.multiple = kind, multiple

    def value_from_datadict(self, data, files, name):
        get_list = getattr(data, "getlist", lambda key: [data[key]] if key in data else [])
        return [v for v in get_list(name) if v], (data.get(f"{name}_text") or "").strip()

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_text" not in data

    def use_required_attribute(self, initial):
        return False

    def id_for_label(self, id_):
        return id_

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        picked, text = [], ""
        if isinstance(value, tuple):
            pks, text = value
            picked = picked_by(self.user, self.kind, pks, self.also)
        elif value:
            picked = value if isinstance(value, list) else [value]
        picker = PICKERS[self.kind]
        shown = [{"pk": p.pk, "label": picker.label(p), "note": picker.note(p)} for p in picked]
        if not self.multiple and shown:
            text = f"{shown[0]['note']} {shown[0]['label']}".strip()
        if self.kind == "unit" and not self.multiple and picked:
            context["widget"]["of_kind"] = picked[0].kind
        context["widget"].update(kind=self.kind, multiple=self.multiple, picked=shown, text=text)
        return context


def picked_by(user, kind, pks, also=frozenset()):
    """Return the records with these keys that the user may pick, or whose keys are in `also`."""
    pks = _keys(pks)
    if not pks:
        return []
    rows = PICKERS[kind].queryset(user)
    found = list(rows.filter(pk__in=pks))
    kept = also.intersection(pks).difference(one.pk for one in found)
    return [*found, *rows.model.objects.filter(pk__in=kept)] if kept else found


def _keys(pks):
    """The sent values that are valid keys."""
    return [pk for pk in map(whole_number, map(str, pks)) if pk is not None]


class PickerField(forms.Field):
    """One record (or, with `multiple`, a list) chosen by typing. The form sets `.user`.

    A form that corrects a record sets `.also` to the keys that the record has: they may stay, even
    if they can no longer be picked, as cadres who have left.
    """

    def __init__(self, kind, *, multiple=False, **kwargs):
        self.kind, self.multiple = kind, multiple
        super().__init__(widget=PickerWidget(kind, multiple=multiple), **kwargs)

    @property
    def user(self):
        return self.widget.user

    @user.setter
    def user(self, user):
        self.widget.user = user

    @property
    def also(self):
        return self.widget.also

    @also.setter
    def also(self, pks):
        self.widget.also = pks

    def clean(self, value):
        pks, text = value if isinstance(value, tuple) else ([], "")
        text = text.replace("\0", "")
        picker, chosen = PICKERS[self.kind], []
        if pks and (self.multiple or not text or self._still_says(pks[0], text)):
            chosen = picked_by(self.user, self.kind, pks, self.also)
            if len(chosen) != len(set(pks)):
                raise ValidationError(_("This choice is no longer available."))
        if text and (self.multiple or not chosen):
            parts = re.split("[、，,]", text) if self.multiple else [text]
            for part in filter(str.strip, parts):
                one = picker.resolve(self.user, part.strip())
                if one not in chosen:
                    chosen.append(one)
        if self.required and not chosen:
            raise ValidationError(self.error_messages["required"], code="required")
        if self.multiple:
            return chosen
        return chosen[0] if chosen else None

    def _still_says(self, pk, text):
        """Whether the visible text still names the hidden choice."""
        found = picked_by(self.user, self.kind, [pk], self.also)
        if not found:
            return True
        one = found[0]
        picker = PICKERS[self.kind]
        return text in {picker.label(one), f"{picker.note(one)} {picker.label(one)}".strip()}
