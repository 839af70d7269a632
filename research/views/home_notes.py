"""The page of a home note."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models.text import as_written
from portal.pages.side_list import Area
from research.acts.home_notes import HOME_NOTES, crumbs, visible_home_note


@require_safe
def home_note(request, pk):
    note = visible_home_note(request.user, pk)
    if note.author.user_id == request.user.pk:
        as_written(note)
    context = {
        "note": note,
        "acts": HOME_NOTES.buttons(request.user, note),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(note)],
    }
    return render(request, "research/home_note.html", context)
