"""Acts on a home note."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen
from research.actions import home_notes as actions
from research.forms.home_notes import HomeNoteForm
from research.models import HomeNote
from research.rules import home_notes as rules


@seen
def visible_home_note(user):
    return HomeNote.objects.visible_to(user).select_related("author__organ")


crumbs = crumbs_under(_("Home notes"), "research:home_notes", lambda note: str(note.place))


def _as_written(user, note):
    return {name: getattr(note, name) for name in ("seen_on", "place", "situation", "suggestion")}


HOME_NOTES = Acts(
    "research",
    "note",
    "research/home-notes/<int:pk>/",
    visible_home_note,
    crumbs,
    listing="research:home_notes",
    starts=(
        Act(
            "new_home_note",
            _("Write a home note"),
            rules.may_write_home_note,
            actions.write_home_note,
            HomeNoteForm,
            "research/home-notes/new/",
            submit=_("Save"),
            intro=_("Voluntary, and yours alone unless you give it to the office. Nobody counts."),
            audit={"home_note.written": _("Home note written")},
            undo="drop_home_note",
        ),
    ),
    acts=(
        Act(
            "give_home_note",
            _("Give it to the office"),
            rules.may_give_home_note,
            actions.give_home_note,
            path="give/",
            audit={"home_note.given": _("Home note given to the office")},
            undo="take_home_note_back",
        ),
        Act(
            "change_home_note",
            pgettext_lazy("home notes", "Change"),
            rules.may_change_home_note,
            actions.change_home_note,
            HomeNoteForm,
            "edit/",
            initial=_as_written,
            submit=_("Save"),
            audit={"home_note.changed": _("Home note changed")},
        ),
        Act(
            "take_home_note_back",
            pgettext_lazy("research", "Take it back"),
            rules.may_take_home_note_back,
            actions.take_home_note_back,
            path="take-back/",
            audit={"home_note.taken_back": _("Home note taken back from the office")},
        ),
        Act(
            "drop_home_note",
            _("Discard"),
            rules.may_drop_home_note,
            actions.drop_home_note,
            path="drop/",
            confirm=_("Discard this note?"),
            then=lambda _note, _none: "research:home_notes",
            audit={"home_note.dropped": _("Home note discarded")},
        ),
    ),
)
