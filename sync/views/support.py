"""Phone support: failures by cause, retrying faults, importing backup files."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.pages.side_list import Area
from portal.pages.web import add_errors, form_page, posted_with_files
from portal.trust.access import require
from sync import failures as found
from sync.actions import backups
from sync.actions import entries as actions
from sync.forms import BackupForm
from sync.models import Entry
from sync.models.entries import State
from sync.rules import entries as rules

# Faults retried by one request; the next request takes the rest.
MOST_TRIED = 100


@require_safe
def failures(request):
    user = request.user
    require(rules.may_see_failures(user))
    context = {
        "rows": found.by_cause(user),
        "weeks": found.WEEKS,
        "fault_count": found.faults(user).count(),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Failures of phones"), "")],
    }
    return render(request, "sync/failures.html", context)


@require_POST
@transaction.non_atomic_requests
def try_faults_again(request):
    """Retry each fault in a transaction of its own. Not an Act: it concerns several entries."""
    user, at = request.user, timezone.now()
    require(rules.may_see_failures(user))
    faults = list(found.faults(user).order_by("tried_at", "pk")[:MOST_TRIED])
    done = sum(actions.again(entry=one, at=at).state == State.ACCEPTED for one in faults)
    left = len(faults) - done
    if not faults:
        messages.info(request, _("No fault waits to be tried again."))
    else:
        said = ngettext("%(n)s carried out", "%(n)s carried out", done) % {"n": done}
        rest = ngettext("%(n)s still waits.", "%(n)s still wait.", left) % {"n": left}
        messages.info(request, f"{said}{_(', ')}{rest}")
    return redirect("sync:failures")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.non_atomic_requests
def take_in_backup(request):
    """Import a backup file and show the outcome of each entry; importing it again changes nothing.

    Not an Act: the response is the page of results. Each entry is a transaction of its own.
    """
    user = request.user
    require(rules.may_take_in_backups(user))
    form = BackupForm(*posted_with_files(request), user=user)
    if form.is_bound and form.is_valid():
        try:
            taken = backups.take_in(file=form.cleaned_data["file"], by=user, at=timezone.now())
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return _result(request, taken)
    return form_page(
        request,
        form,
        title=_("Take in a backup file"),
        submit_label=_("Take it in"),
        intro=_(
            "A phone that cannot send saves its entries into a sealed file (.portal-backup). "
            "Nobody can read it on the way; here it is opened and carried out as if the phone had "
            "sent it. Taken in twice, nothing is done twice."
        ),
        crumbs=[Area.ADMINISTRATION.crumb, (_("Take in a backup file"), "")],
    )


STATES = {"unreadable": _("Cannot be opened"), "unknown": _("Never arrived")}


def _result(request, taken):
    keys = {one["id"]: one for one in taken.receipts}
    owner = taken.device.owner
    known = {
        (str(one.key), one.hash): one
        for one in Entry.objects.of(owner).filter(key__in=_uuids(keys)).select_related("owner")
    }
    rows = []
    for one in taken.receipts:
        entry = known.get((one["id"], one["hash"]))
        state = entry.state if entry else one["state"]
        label = entry.get_state_display() if entry else STATES.get(state, state)
        rows.append({"entry": entry, "state": state, "label": label, "parts": one["parts"]})
    context = {
        "taken": taken,
        "owner": owner,
        "rows": rows,
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Take in a backup file"), "")],
    }
    return render(request, "sync/backup_taken_in.html", context)


def _uuids(keys):
    return [key for key, receipt in keys.items() if receipt["state"] not in STATES]
