"""`manage.py practice`: the practice area, whose content goes every night."""

import os
import signal
import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from portal.run import assets, practice

PORT = 8200


class Command(BaseCommand):
    help = (
        "Runs the practice area until Ctrl-C: an invented county on servers of its own, which is "
        "thrown away and made anew at half past three each night."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument(
            "--reset", action="store_true", help="Throw away what it holds now; start nothing."
        )

    def handle(self, *, port, reset, **options):
        if not settings.PRACTICE:
            raise CommandError(
                "These are the settings of the portal itself. Run manage.py practice without "
                "DJANGO_SETTINGS_MODULE, or set it to portal.practice_settings."
            )
        try:
            with practice.kept():
                is_whole = self.reset() if reset else self.serve(port)
        except practice.AlreadyKept as other:
            self.ask(other.args[0], reset=reset)
            return
        except practice.NotMade as trouble:
            raise CommandError(f"The practice area could not be made ({trouble}).") from None
        if not is_whole:
            sys.exit(1)

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()

    def serve(self, port):
        try:
            line = practice.listening(port)
        except (OSError, OverflowError) as trouble:
            raise CommandError(f"Port {port} cannot be used: {trouble}.") from trouble
        keeper = practice.Keeper(line, self.say, timezone.now)
        keeper.obey_signals()
        with line:
            if not settings.DEBUG:
                assets.collect()
            return keeper.keep()

    def reset(self):
        keeper = practice.Keeper(None, self.say, timezone.now)
        keeper.obey_signals()
        keeper.make()
        return True

    def ask(self, pid, *, reset):
        """Ask the process that keeps the practice area to empty it."""
        if not reset or not pid:
            raise CommandError(
                f"The practice area runs already (process {pid or 'just beginning'})."
            )
        os.kill(pid, signal.SIGUSR1)
        self.say("The practice area is being emptied and made anew; it takes about a minute.")
