"""`manage.py join_nation CELL`: register a province in this nation, by replication or by signed
files."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from nation import actions, files, setting_up, wire
from nation.models import Member, Way


class Command(BaseCommand):
    help = "Takes a province into the nation, copies it anew, or takes it out."

    def add_arguments(self, parser):
        parser.add_argument("cell", metavar="CELL", help="The code of the province, such as 53.")
        parser.add_argument(
            "--connection",
            metavar="FILE",
            type=Path,
            help="With the address of its window, as the role of the nation.",
        )
        parser.add_argument("--key", help="The key of its files, for a province without a window.")
        parser.add_argument(
            "--again",
            action="store_true",
            help="Drop the copy and copy anew: after the province was restored from a backup.",
        )
        parser.add_argument("--leave", action="store_true", help="Take it out with its totals.")
        parser.add_argument(
            "--admin",
            metavar="FILE",
            type=Path,
            help="With the address of the nation's own database as a superuser.",
        )

    def handle(self, cell, *, connection, key, again, leave, admin, **options):
        if settings.MODE != "nation":
            raise CommandError("This is a province: a nation runs with MODE=nation.")
        if not re.search(wire.CELL, cell):
            raise CommandError(f"{cell} is no code of a province.")
        member = Member.objects.filter(cell=cell).first()
        if leave and member is None:
            raise CommandError(f"{cell} is not in this nation.")
        if not leave and bool(connection) == bool(key):
            raise CommandError("Say how it comes: --connection FILE or --key KEY.")
        if member and not (again or leave or key):
            raise CommandError(f"{cell} is in this nation; --again copies it anew.")
        try:
            if leave:
                self._leave(member, admin)
            elif key:
                self._by_file(cell, key, member, admin)
            else:
                self._by_replication(cell, connection.read_text().strip(), member, admin)
        except (setting_up.SetupProblem, files.FileProblem) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _leave(self, member, admin):
        self._unsubscribe(member, admin)
        actions.leave(member.cell, by="join_nation")
        self.stdout.write(f"{member.cell} is out of this nation, with all its totals.")

    def _by_file(self, cell, key, member, admin):
        files.public_key(key)
        self._unsubscribe(member, admin)
        with transaction.atomic():
            if member and member.way != Way.FILE:
                actions.forget(cell)
            actions.join(cell, Way.FILE, key=key, by="join_nation", at=timezone.now())
        self.stdout.write(f"{cell} comes by signed files: manage.py take_in_totals FILE.")

    def _by_replication(self, cell, address, member, admin):
        setting_up.look_at(cell, address)
        self._unsubscribe(member, admin)
        with transaction.atomic():
            actions.forget(cell)
            actions.join(cell, Way.REPLICATION, by="join_nation", at=timezone.now())
        setting_up.subscribe(_own(admin), cell, address)
        self.stdout.write(f"{cell} is being copied.")

    def _unsubscribe(self, member, admin):
        if member and member.way == Way.REPLICATION:
            is_gone = setting_up.unsubscribe(_own(admin), member.cell)
            if not is_gone:
                self.stdout.write(
                    f"The window of {member.cell} does not answer: its slot"
                    f" {wire.subscription(member.cell)} stands there and keeps its log."
                    " Have it dropped there."
                )


def _own(admin):
    return setting_up.connect(admin.read_text().strip() if admin else settings.SERVICES.owner_url)
