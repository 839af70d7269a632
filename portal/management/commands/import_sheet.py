"""Check a workbook and import it as a user who may."""

import shutil
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import imports
from portal.imports import actions as actions
from portal.imports.files import WorkbookProblem
from portal.models import User

SHOWN = 20


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("kind", help="a name of list_imports")
        parser.add_argument("file")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--dry-run", action="store_true", help="check, and change nothing")
        parser.add_argument(
            "--good-rows", action="store_true", help="take the good rows over although others fail"
        )
        parser.add_argument("--report", metavar="OUT.xlsx", help="the workbook, bad cells marked")
        parser.add_argument("--reason", default="", help="why it is entered later (补录)")
        parser.add_argument("--document", default="", metavar="NUMBER")

    def handle(self, kind, file, by, **options):
        kind, user, path = self._asked(kind, file, by, options)
        try:
            batch = actions.receive(
                kind=kind,
                file=path,
                name=path.name,
                by=user,
                queued=False,
                reason=options["reason"] or f"命令行导入：{path.name}"[:200],
                document=options["document"],
            )
        except (ValidationError, PermissionDenied) as problem:
            raise CommandError(" ".join(getattr(problem, "messages", [str(problem)]))) from problem
        at = timezone.now()
        try:
            if options["dry_run"]:
                actions.check(batch, at=at)
            else:
                actions.check_and_take_over(batch, at=at, good_rows=options["good_rows"])
        except actions.RowsHaveProblems:
            pass
        except (WorkbookProblem, actions.ImportRefused, PermissionDenied) as problem:
            actions.discard(batch=batch, by=user)
            raise CommandError(str(problem)) from problem
        self._tell(batch, user, options)

    def _asked(self, kind, file, by, options):
        if kind not in imports.REGISTRY:
            known = ", ".join(sorted(imports.REGISTRY))
            raise CommandError(f"There is no import {kind!r}; known are: {known}.")
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no account {by!r} in use.")
        user.acting(on=timezone.localdate())
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        if options["report"] and not Path(options["report"]).parent.is_dir():
            raise CommandError(f"There is no folder {Path(options['report']).parent}.")
        return imports.REGISTRY[kind], user, path

    def _tell(self, batch, user, options):
        told = getattr(batch, "told", [])
        batch.refresh_from_db()
        if batch.state == batch.State.ACCEPTED:
            self.stdout.write(
                f"{batch.good_count} of {batch.total_count} rows taken over, import {batch.pk}"
            )
            if batch.problem_count:
                self._list(batch)
            self._say_told(told)
            return
        error, problems = batch.error, batch.problem_count
        self._list(batch)
        self._say_told(actions.told_of(batch))
        report = actions.report_of(batch)
        if options["report"] and report:
            with report.open("rb") as file, Path(options["report"]).open("wb") as copy:
                shutil.copyfileobj(file, copy)
        said = f"{batch.good_count} of {batch.total_count} rows are in order, {problems} problems"
        state = batch.state
        if state == batch.State.UNMAPPED:
            error = "Headings are missing: bring the workbook on the page once to match them."
        actions.discard(batch=batch, by=user)
        if error:
            raise CommandError(error)
        if problems:
            raise CommandError(f"{said}; nothing was taken over.")
        self.stdout.write(said)

    def _say_told(self, told):
        words = {"named": "names somebody: ", "masked": "numbers are masked", "read": ""}
        for cell, heading, phrase, how in told[:SHOWN]:
            said = f"{words[how]}{phrase}"
            self.stderr.write(f"{cell} {heading}: {said}")

    def _list(self, batch):
        rows = batch.problems.order_by("row", "pk")
        for one in rows[:SHOWN]:
            sheet = f"{one.sheet} " if one.sheet else ""
            self.stderr.write(
                f"{sheet}{one.column}{one.row} {one.heading} “{one.value}”: {one.reason}"
            )
        if (more := batch.problem_count - SHOWN) > 0:
            self.stderr.write(f"… and {more} more (--report lists them all)")
