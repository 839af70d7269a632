"""`manage.py publish_cell`: open this province's totals to a nation, or close them again."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from nation import files, folding, setting_up
from portal.records import audit


class Command(BaseCommand):
    help = "Opens the window from which a nation copies totals (docs/operations.md)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--password",
            metavar="FILE",
            type=Path,
            help="Where the password of the nation's role stands, or is written to if made now.",
        )
        parser.add_argument(
            "--admin",
            metavar="FILE",
            type=Path,
            help="With the address of the window's server as a superuser; else NATION_WINDOW_URL.",
        )
        parser.add_argument(
            "--leave", action="store_true", help="Take role, publication and slots back."
        )

    def handle(self, *, password, admin, leave, **options):
        if not settings.CELL:
            raise CommandError("Set CELL to the code of this province, such as 53.")
        if not settings.WINDOW_URL:
            self._without_window(leave)
            return
        address = admin.read_text().strip() if admin else settings.WINDOW_URL
        try:
            if leave:
                line = setting_up.connect(address)
                setting_up.close_window(line)
                audit.record("nation.withdrawn", by="publish_cell")
                self.stdout.write("The nation reads nothing any more; its slots are gone.")
                return
            setting_up.make_tables(folding.window())
            line = setting_up.connect(address)
            setting_up.open_window(line, _password(password))
        except setting_up.SetupProblem as trouble:
            raise CommandError(str(trouble)) from trouble
        months = folding.fold_all(at=timezone.now())
        audit.record("nation.published", by="publish_cell")
        self.stdout.write(f"{settings.CELL} is published: {months} months of figures folded.")
        self._tell_key()

    def _without_window(self, leave):
        if leave:
            raise CommandError("No window is open: NATION_WINDOW_URL is not set.")
        months = folding.fold_all(at=timezone.now())
        self.stdout.write(
            f"{settings.CELL}: {months} months of figures folded. Without NATION_WINDOW_URL they"
            " leave as a signed file: manage.py write_totals FILE."
        )
        self._tell_key()

    def _tell_key(self):
        self.stdout.write(f"Key of its files: {files.public_text(files.private_key())}")


def _password(path):
    if path is None:
        raise CommandError("Name the file of the password: --password FILE.")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n")
    return path.read_text().strip()
