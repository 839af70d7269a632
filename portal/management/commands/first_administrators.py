"""`manage.py first_administrators`: the three administrators of an empty installation."""

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.actions import accounts as actions
from portal.models.people import USERNAME
from portal.roles import Role

ROLES = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}
BY = "first_administrators"


class Command(BaseCommand):
    help = "Makes the system, security and audit administrator and prints one-time codes."

    def add_arguments(self, parser):
        for name in ROLES:
            parser.add_argument(
                f"--{name}",
                default=f"{name}-admin",
                metavar="NAME",
                help=f"User name of the {name} administrator; {name}-admin unless named.",
            )

    def handle(self, **options):
        made = self.three(options)
        until = timezone.localtime(timezone.now() + actions.SLIP_WORKS_FOR)
        for title, username, code in made:
            self.stdout.write(f"{title}\t{username}\t{code}")
        self.stdout.write(
            _("Each code works once, until %(until)s, and asks for a password of one's own.")
            % {"until": f"{until:%Y-%m-%d %H:%M}"}
        )

    def three(self, options):
        usernames = {role: options[name].lower() for name, role in ROLES.items()}
        if len(set(usernames.values())) < len(ROLES):
            raise CommandError(_("The three administrators need three different user names."))
        for username in usernames.values():
            if not USERNAME.fullmatch(username):
                raise CommandError(
                    _("“%(name)s” is no user name: small letters, digits, dot, hyphen.")
                    % {"name": username}
                )
        try:
            made = actions.make_first_administrators(usernames=usernames, by=BY, at=timezone.now())
        except actions.AlreadyInstalled as trouble:
            raise CommandError(
                _("There are administrators already; “break_glass NAME” opens the account of one.")
            ) from trouble
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
        return [(role.label, user.username, code) for role, (user, code) in made.items()]
