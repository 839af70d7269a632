"""`manage.py break_glass`: opens the account of an administrator when nobody can sign in."""

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.actions import accounts as actions
from portal.duties import reminders
from portal.models import User
from portal.roles import Role

BY = "break_glass"


class Command(BaseCommand):
    help = (
        "Opens an account that no page renews: prints a one-time code, drops the second factor, "
        "ends a lock-out. Another administrator is told and has to say so."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME", help="User name of the account.")
        parser.add_argument("--reason", required=True, help="Why; the administrators read it.")
        parser.add_argument("--by", required=True, help="Who is at the server: name and organ.")
        parser.add_argument(
            "--days",
            type=int,
            default=1,
            help="For how many days a role that has ended is given back, at most 7; 1 unless said.",
        )

    def handle(self, *, name, reason, by, days, **options):
        if not 1 <= days <= actions.LONGEST_OPENING:
            raise CommandError(
                _("A role is given back for 1 to %(most)s days.")
                % {"most": actions.LONGEST_OPENING}
            )
        user = User.objects.filter(username__iexact=name).first()
        if user is None:
            raise CommandError(_("No account is called “%(name)s”.") % {"name": name})
        opening, code = self.opened(user, reason.strip(), by.strip(), days)
        until = timezone.localtime(opening.at + actions.SLIP_WORKS_FOR)
        self.stdout.write(f"{user.name}\t{user.username}\t{code}")
        self.stdout.write(
            _("The code works once, until %(until)s, and asks for a password of one's own.")
            % {"until": f"{until:%Y-%m-%d %H:%M}"}
        )
        if opening.role:
            self.stdout.write(
                _("The role “%(role)s” is given back until %(day)s.")
                % {"role": Role(opening.role).label, "day": opening.ends_on}
            )
        day = timezone.localdate(opening.at)
        reminders.tell(day=day, at=opening.at, by=BY, urgent_only=True)
        self.stdout.write(_("The other administrators are told."))

    def opened(self, user, reason, done_by, days):
        try:
            return actions.break_glass(
                user=user, reason=reason, done_by=done_by, days=days, by=BY, at=timezone.now()
            )
        except actions.NotSealed as trouble:
            raise CommandError(
                _(
                    "“%(name)s” is no administrator and was none. Its password is printed by the "
                    "liaison, the office or the system administrator."
                )
                % {"name": user.username}
            ) from trouble
        except actions.StillServed as trouble:
            raise CommandError(
                _("Somebody else holds this role now; open that account instead.")
            ) from trouble
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
