"""Actions of a nation: join provinces and import their files."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nation import files, rules, wire
from nation.models import CellState, CellTotal, Member, Way
from portal.records import audit
from portal.tools.copying import copy_rows
from portal.tools.locking import locked
from portal.trust.access import require

# Largest difference allowed between the clocks of a cell and of the nation.
CLOCKS_DIFFER = timedelta(minutes=10)


def join(cell, way, *, key="", by, at):
    """Register a cell, or change the way its totals come."""
    member, _made = Member.objects.update_or_create(
        cell=cell, defaults={"way": way, "public_key": key, "joined_at": at}
    )
    audit.record("nation.joined", on=member, by=by)
    return member


def forget(cell):
    """Delete the totals and the state of a cell, before it is copied anew or left out."""
    CellTotal.objects.filter(cell=cell).delete()
    CellState.objects.filter(cell=cell).delete()


@transaction.atomic
def leave(cell, *, by):
    """Remove a cell from the register, with all its totals."""
    member = Member.objects.get(cell=cell)
    audit.record("nation.left", on=member, by=by)
    forget(cell)
    member.delete()


@transaction.atomic
def take_in(packed, *, at, by="", user=None):
    """Replace the totals of a cell by those of its signed file; returns the state.

    `user` is set if the file was uploaded on a page. Raises ValidationError with the reason.
    """
    if user is not None:
        require(rules.may_take_in(user))
    try:
        cell, version, as_of, rows = files.read(packed, _key_of)
    except files.FileProblem as trouble:
        raise ValidationError(str(trouble)) from trouble
    if as_of > at + CLOCKS_DIFFER:
        raise ValidationError(_("The file says that it is from a moment still to come."))
    # Serialise concurrent imports: the second one sees how new the first one was.
    member = locked(Member.objects.get(cell=cell))
    known = CellState.objects.filter(cell=cell).first()
    if known and known.as_of >= as_of:
        raise ValidationError(
            _("A file as new as this one, or newer, was taken in already: as of %(moment)s.")
            % {"moment": f"{timezone.localtime(known.as_of):%Y-%m-%d %H:%M:%S}"}
        )
    CellTotal.objects.filter(cell=cell).delete()
    copy_rows("nation_celltotal", (_columns(cell, row) for row in rows))
    state, _made = CellState.objects.update_or_create(
        cell=cell, defaults={"version": version, "as_of": as_of}
    )
    audit.record("nation.taken_in", on=member, by=user or by)
    return state


def _key_of(cell):
    member = Member.objects.filter(cell=cell).first()
    if member is None:
        raise files.FileProblem(_("%(cell)s has not joined this nation.") % {"cell": cell})
    if member.way != Way.FILE:
        raise files.FileProblem(
            _("%(cell)s comes by replication; its files are not taken in.") % {"cell": cell}
        )
    return member.public_key


def _columns(cell, row):
    figure, division, organ, day, part, n = row
    return {
        "cell": cell,
        "figure": figure,
        "division_code": division,
        "organ_code": organ,
        "day": day,
        "part": part,
        "n": n,
    }


def connections_of_cells():
    """{cell: whether its connection is up} of the cells that come by replication."""
    with connection.cursor() as cursor:
        cursor.execute(
            # A worker that is still trying to connect has received nothing yet.
            "SELECT subname, coalesce(bool_or(pid IS NOT NULL"
            " AND last_msg_receipt_time > clock_timestamp() - interval '30 seconds'), false)"
            " FROM pg_stat_subscription WHERE relid IS NULL GROUP BY subname"
        )
        stands = dict(cursor.fetchall())
    members = Member.objects.filter(way=Way.REPLICATION).values_list("cell", flat=True)
    return {cell: stands.get(wire.subscription(cell), False) for cell in members}
