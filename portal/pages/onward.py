"""Going on to the next row after an act opened from the to-do list. No domain here."""

from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse

from portal.models import Reminder
from portal.tools import asked

# Parameters in the address of an act: its row in the to-do list, and the reminder that led to it.
ROW, TOLD = "queue", "told"


def query_of(request):
    """The query string that keeps these parameters, with its question mark."""
    kept = {name: request.GET[name] for name in (ROW, TOLD) if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def query_of_row(row):
    return f"?{urlencode({ROW: row})}" if row else ""


def next_url(request):
    """Return the address of the next row, or an empty string if the act was not opened from the
    list."""
    row = request.GET.get(ROW)
    return f"{reverse('todo_next')}?{urlencode({ROW: row})}" if row else ""


def onward(request, otherwise, *, at):
    """Redirect after an act: to the next row, else to this record or address. Mark the reminder as
    read, since what is done needs none."""
    if told := asked.whole_number(request.GET.get(TOLD, "")):
        unread = Reminder.objects.visible_to(request.user).filter(pk=told, read_at=None)
        unread.update(read_at=at)
    return redirect(next_url(request) or otherwise)
