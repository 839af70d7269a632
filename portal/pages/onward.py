"""From an act that was opened from the to-do list on to the next row. No domain here."""

from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse

from portal.models import Reminder
from portal.tools import asked

# Parameters of the address of an act: its row in the to-do list, and the reminder of it.
ROW, TOLD = "queue", "told"


def query_of(request):
    """The query string that keeps these parameters, with its question mark."""
    kept = {name: request.GET[name] for name in (ROW, TOLD) if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def query_of_row(row):
    return f"?{urlencode({ROW: row})}" if row else ""


def next_url(request):
    """The address that leads to the next row, empty if the act was not opened from the list."""
    row = request.GET.get(ROW)
    return f"{reverse('todo_next')}?{urlencode({ROW: row})}" if row else ""


def onward(request, otherwise, *, at):
    """After an act: to the next row, else to this record or address. What is done needs no
    reminder any more."""
    if told := asked.whole_number(request.GET.get(TOLD, "")):
        unread = Reminder.objects.visible_to(request.user).filter(pk=told, read_at=None)
        unread.update(read_at=at)
    return redirect(next_url(request) or otherwise)
