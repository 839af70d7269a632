"""What a person may do to places, people, accounts and norms: first the person, then the state."""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.days.words import short_day
from portal.models import Delivery, GrassrootsUnit, Job, Organ, RoleGrant, StandIn, User
from portal.models.people import REVIEWERS
from portal.models.places import Division
from portal.models.reports import is_hosting, reporting_grants
from portal.roles import (
    ADMINISTRATORS,
    GRANTS,
    NEVER_LENT,
    ORGAN_ROLES,
    SEALED_ROLES,
    UNLIMITED_ROLES,
    Permission,
    Role,
    granted,
)
from portal.tools.prepared import Once, Place, Prepared, among
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless

P = Permission

LONGEST_STAND_IN_DAYS = 366


# --- Rules that ask only for a permission -----------------------------------------------------


def _for_holders(refusal, *permissions):
    """A rule that admits holders of one of these permissions."""

    def may(user):
        return only(any(user.holds(one) for one in permissions), str(refusal), Decision)

    return may


may_see_people = _for_holders(
    gettext_lazy(
        "Places and people are open to those who work with them. Administrators manage "
        "accounts, roles or the audit and see no business data."
    ),
    P.SEE_PEOPLE,
)
_keeps_places = _for_holders(
    gettext_lazy("Divisions, organs and units are kept by the programme office."), P.MANAGE_PLACES
)
_keeps_cadres = _for_holders(
    gettext_lazy("The programme office keeps the list of cadres."), P.MANAGE_PEOPLE
)
may_set_norms = _for_holders(
    gettext_lazy("Norms and the calendar are set by the programme office."), P.SET_PARAMETERS
)
may_see_condition = _for_holders(
    gettext_lazy("This page is for the programme office and the system administrator."),
    P.SET_PARAMETERS,
    P.MANAGE_ACCOUNTS,
)
may_see_accounts = _for_holders(
    gettext_lazy("Accounts are open to the system and the security administrator."),
    P.MANAGE_ACCOUNTS,
    P.GIVE_GRANTS,
)
may_review_access = _for_holders(
    gettext_lazy("Roles are reviewed by the programme office and the three administrators."),
    *REVIEWERS,
    P.MANAGE_PEOPLE,
)
may_manage_accounts = _for_holders(
    gettext_lazy("Accounts are made and ended by the system administrator."), P.MANAGE_ACCOUNTS
)
may_make_slips = _for_holders(
    gettext_lazy("One-time passwords are printed by the organ's liaison or the office."),
    P.RESET_PASSWORDS,
)
may_see_lockouts = _for_holders(
    gettext_lazy("Accounts are unlocked by the security administrator."), P.GIVE_GRANTS
)
may_read_audit = _for_holders(
    gettext_lazy("The audit is read by the audit administrator alone."), P.READ_AUDIT
)
may_see_sendings = _for_holders(
    gettext_lazy("Deliveries are visible to the office and the system administrator."),
    P.MANAGE_ACCOUNTS,
    P.MANAGE_PEOPLE,
)
may_schedule_export = _for_holders(gettext_lazy("Your roles may not export ledgers."), P.EXPORT)
may_set_headings = _for_holders(
    gettext_lazy("The programme office sets the headings of official sheets."), P.SET_PARAMETERS
)


# --- Reach: organ subtree and territory of a grant ------------------------------------------


def _reaches(grant, organ, division):
    """Return whether an organ and a division both lie within one grant; an empty limit never
    restricts."""
    if grant.organ_id and not (organ and organ.path.startswith(grant.organ.path)):
        return False
    return not grant.division_id or bool(division and division.path.startswith(grant.division.path))


def _holds_for(user, permission, organ, division):
    return any(_reaches(grant, organ, division) for grant in user.grants_with(permission))


def holds_for_organ(user, permission, organ):
    """Return whether a grant gives this permission for an organ and its people."""
    return _holds_for(user, permission, organ, organ.division if organ else None)


def _within(reaches):
    return only(reaches, _("It is outside the area or organ of your role."), Decision)


def _not_ended(day):
    return Decision(_("It ended on %(day)s.") % {"day": day}) if day else ALLOWED


def acting_for(user):
    """Return [(role, organ)]: the account's organ with an empty role, then for each grant,
    including lent ones, the organ it is limited to, or else its holder's."""
    found = [("", user.organ)]
    for grant in user.grants_today():
        holder = user if grant.user_id == user.pk else grant.user
        found.append((grant.role, grant.organ or holder.organ))
    return [(role, organ) for role, organ in found if organ is not None]


def may_set_norms_for(user, organ, division):
    """Return whether the user may set a norm for just one organ or area."""
    allowed = may_set_norms(user)
    if allowed and (organ or division):
        division = division or organ.division
        return _within(_holds_for(user, P.SET_PARAMETERS, organ, division))
    return allowed


# --- Places -----------------------------------------------------------------------------------


def _keeps_place(user, organ, division):
    return _keeps_places(user) and _within(_holds_for(user, P.MANAGE_PLACES, organ, division))


def may_add_division(user, parent):
    decision = _keeps_place(user, None, parent)
    if decision and parent and parent.valid_to:
        return Decision(_("%(name)s has ended.") % {"name": parent.name})
    if decision and parent and parent.level == 5:
        return Decision(_("Below a village there are no divisions; groups are named freely."))
    return decision


def may_change_division(user, division):
    decision = _keeps_place(user, None, division)
    if decision and division.source == Division.Source.NATIONAL:
        return Decision(_("It comes from the national list; loading a newer list changes it."))
    return decision and _not_ended(division.valid_to)


def may_end_division(user, division):
    decision, today = may_change_division(user, division), user.today
    if decision and division.children.current(today).exists():
        return Decision(_("There are divisions in it; end those first."))
    if decision and GrassrootsUnit.objects.current(today).filter(division=division).exists():
        return Decision(_("A grassroots unit represents it; end or move the unit first."))
    return decision


def may_reorganise_division(user, division):
    """Unlike a change, a reorganisation has a document and may precede the national list."""
    return _keeps_place(user, None, division) and _not_ended(division.valid_to)


def may_reorganise(user, noun):
    """Whether the user reorganises at all; `may_reorganise_row` decides for one row."""
    return _keeps_cadres(user) if noun == "cadre" else _keeps_places(user)


def may_reorganise_row(user, row):
    """Whether the user may reorganise this organ, unit, division or cadre."""
    if isinstance(row, Organ):
        return may_change_organ(user, row)
    if isinstance(row, GrassrootsUnit):
        return may_change_unit(user, row)
    if isinstance(row, Division):
        return may_reorganise_division(user, row)
    return may_change_cadre(user, row)


def may_keep_organ(user, *, parent, division):
    """Whether the user may put an organ under this parent and in this division."""
    return _keeps_place(user, parent, division)


def may_change_organ(user, organ):
    return _keeps_place(user, organ, organ.division) and _not_ended(organ.ended_on)


def may_keep_unit(user, *, host_organ, division):
    place = division or (host_organ.division if host_organ else None)
    return _keeps_place(user, host_organ, place)


def may_change_unit(user, unit):
    decision = may_keep_unit(user, host_organ=unit.host_organ, division=unit.division)
    return decision and _not_ended(unit.ended_on)


def may_keep_party_organization(user, *, organ, unit):
    """Keepers of the organ or the unit also keep its Party organisations."""
    if unit is not None:
        return may_keep_unit(user, host_organ=unit.host_organ, division=unit.division)
    return may_keep_organ(user, parent=organ, division=organ.division if organ else None)


def may_change_party_organization(user, party):
    decision = may_keep_party_organization(user, organ=party.organ, unit=party.unit)
    return decision and _not_ended(party.ended_on)


# --- People -----------------------------------------------------------------------------------


def may_keep_cadre(user, organ):
    return _keeps_cadres(user) and _within(holds_for_organ(user, P.MANAGE_PEOPLE, organ))


def may_change_cadre(user, cadre):
    decision = may_keep_cadre(user, cadre.organ)
    if decision and cadre.left_on:
        return Decision(_("%(name)s left on %(day)s.") % {"name": cadre.name, "day": cadre.left_on})
    return decision


def may_keep_avoidance(user, cadre):
    """Only the office sees and maintains the pairs to keep apart."""
    return may_keep_cadre(user, cadre.organ)


def may_end_avoidance(user, pair):
    """From the side of either cadre: which one the row names first is chance."""
    decision = may_keep_avoidance(user, pair.cadre)
    if not decision and pair.other:
        return may_keep_avoidance(user, pair.other)
    return decision


def may_see_three_gates(user, cadre):
    """A hint for choosing whom to send: for the office alone, hidden from the cadre as well."""
    return may_keep_cadre(user, cadre.organ)


def may_read_particulars(user, cadre):
    """Birth, political status and experience: the person, the organ's liaison, the office."""
    is_own = cadre.user_id and cadre.user_id == user.pk
    return only(
        is_own
        or holds_for_organ(user, P.MANAGE_PEOPLE, cadre.organ)
        or holds_for_organ(user, P.NOMINATE, cadre.organ),
        _("Particulars are read by the person, the organ's liaison and the programme office."),
        Decision,
    )


def may_read_handing_over(user, cadre):
    """A cadre's open work: for the person, the organ's liaison and the office."""
    return only(
        bool(may_read_particulars(user, cadre)),
        _("What somebody carries is read by the person, the organ's liaison and the office."),
        Decision,
    )


def _now_or_later(rows, on):
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=on))


_ROLES_HELD = Prepared(
    lambda user, day: (
        _now_or_later(RoleGrant.objects.filter(user=user), day).order_by().values_list("role")
    ),
    user=-1,
    day=date.min,
)


def holds_now_or_later(account, roles, *, on):
    """Whether the account holds one of these roles today or will hold it later."""
    return any(role in roles for (role,) in _ROLES_HELD.tuples(user=account.pk, day=on))


# Roles that these accounts borrow as stand-ins, and roles that they hold.
_LENDING = Once(
    lambda: _now_or_later(
        StandIn.objects.filter(among("stand_in", "accounts")), Place("day")
    ).values_list("principal", "stand_in")
)
_HELD = Once(
    lambda: (
        _now_or_later(RoleGrant.objects.filter(among("user", "accounts")), Place("day"))
        .select_related("organ__division", "division", "user__organ__division")
        .order_by("pk")
    )
)


def opening_more(user, permission, accounts):
    """Ids of the accounts that may do more, now or later, than the user's grants with this
    permission allow. Roles borrowed as a stand-in count. A grant that keeps people covers every
    role of its area.
    """
    pks, borrowers = {account.pk for account in accounts}, {}
    for principal, borrower in _LENDING.tuples(accounts=list(pks), day=user.today):
        borrowers.setdefault(principal, set()).add(borrower)
    own, more = user.grants_with(permission), set()
    for grant in _HELD.rows(accounts=list(pks | set(borrowers)), day=user.today):
        if not any(_opens(one, grant) for one in own):
            lent = () if grant.role in NEVER_LENT else borrowers.get(grant.user_id, ())
            more.update({grant.user_id} & pks, lent)
    return more


def _opens(own, grant):
    may = GRANTS[own.role]
    if P.MANAGE_PEOPLE not in may and not GRANTS[grant.role] <= may | GRANTS[Role.CADRE]:
        return False
    # A cadre's role opens what is their own, wherever it was given.
    organ = grant.organ or (grant.user.organ if grant.role == Role.CADRE else None)
    return _reaches(own, organ, grant.division or (organ and organ.division))


def may_see_stand_ins(user):
    if holds_now_or_later(user, ADMINISTRATORS, on=user.today):
        return Decision(_("Administrators stand in for nobody, and nobody for them."))
    return _has_role_to_lend(user)


def _has_role_to_lend(user):
    return only(
        user.grants_today(), _("You hold no role that somebody could stand in for."), Decision
    )


def may_name_stand_in(user, principal, stand_in=None):
    is_own = principal.pk == user.pk
    if is_own and not (decision := _has_role_to_lend(user)):
        return decision
    if not is_own and not holds_for_organ(user, P.NAME_STAND_INS, principal.organ):
        return Decision(
            _("You name a stand-in for yourself; a liaison or the office for people of theirs.")
        )
    if not is_own and stand_in is not None and stand_in.pk == user.pk:
        return Decision(
            _("Nobody makes themselves a stand-in; the person themselves names you as theirs.")
        )
    if holds_now_or_later(principal, ADMINISTRATORS, on=user.today):
        return Decision(_("Nobody stands in for an administrator."))
    if holds_now_or_later(principal, {Role.CONDUCT}, on=user.today):
        return Decision(
            _("Complaints about conduct are read in person; the other recipient takes over.")
        )
    if stand_in is not None and holds_now_or_later(stand_in, ADMINISTRATORS, on=user.today):
        return Decision(_("An administrator stands in for nobody: their powers never overlap."))
    return only(
        is_own or not opening_more(user, P.NAME_STAND_INS, [principal]),
        _("This person may do more than you; they or the programme office name a stand-in."),
        Decision,
    )


def may_end_stand_in(user, stand_in):
    is_own = user.pk in {stand_in.principal_id, stand_in.stand_in_id}
    if not is_own and not holds_for_organ(user, P.NAME_STAND_INS, stand_in.principal.organ):
        return Decision(_("It is ended by the two of them, or by their liaison or the office."))
    return _not_ended(stand_in.ends_on if stand_in.ends_on < user.today else None)


# --- Accounts, grants, slips ------------------------------------------------------------------


def may_change_link(account, *, on):
    """Return whether the account may be linked to another cadre, whose records it would then
    open."""
    return only(
        not holds_now_or_later(account, set(Role), on=on),
        _(
            "This account holds roles, with which the records of the cadre would open. The "
            "security administrator revokes them first, and gives them again afterwards."
        ),
        Decision,
    )


def may_be_linked(account, *, on):
    """Return whether the account may be linked to a cadre, whose visits and matters it would then
    open."""
    return only(
        not holds_now_or_later(account, ADMINISTRATORS, on=on),
        _("An administrator's account is nobody's as a cadre; leave this empty."),
        Decision,
    )


def _in_use(account):
    return only(account.is_active, _("This account is not in use."), Decision)


def may_end_account(user, account):
    decision = may_manage_accounts(user) and _in_use(account)
    if not decision:
        return decision
    if account.pk == user.pk:
        return Decision(_("You cannot end your own account."))
    return _not_last_of_any(account, on=user.today)


def _not_last_of_any(account, *, on):
    for role in sorted(ADMINISTRATORS):
        if not (decision := _not_last(account, role, on=on)):
            return decision
    return ALLOWED


def may_end_as_left(account, *, on):
    """Return whether the account may be closed automatically: its cadre has left, and an
    administrator of each kind remains."""
    return (
        _in_use(account)
        and only(_has_left(account, on), _("Whose account this is has not left."), Decision)
        and _not_last_of_any(account, on=on)
    )


def _has_left(account, on):
    cadre = getattr(account, "cadre", None)
    return cadre is not None and cadre.left_on is not None and cadre.left_on <= on


def may_reactivate_account(user, account):
    decision = may_manage_accounts(user) and only(
        not account.is_active, _("This account is in use."), Decision
    )
    if decision and _has_left(account, user.today):
        return Decision(
            _("%(name)s left on %(day)s. Enter first whose account this is now.")
            % {"name": account.cadre.name, "day": account.cadre.left_on}
        )
    return decision


def may_give_grants_to(user, account):
    if not user.holds(P.GIVE_GRANTS):
        return Decision(_("Roles are given by the security administrator."))
    if account.pk == user.pk:
        return Decision(_("You cannot give yourself a role; another security administrator can."))
    return _in_use(account)


def may_give_grant(user, account, *, role, organ, division, starts_on, ends_on):
    decision = may_give_grants_to(user, account)
    if not decision:
        return decision
    if role in ADMINISTRATORS:
        if organ or division:
            return Decision(_("An administrator's role has no organ and no area."))
        standing_in = StandIn.objects.filter(stand_in=account, ends_on__gte=starts_on)
        if ends_on:
            standing_in = standing_in.filter(starts_on__lte=ends_on)
        if standing_in.exists():
            return Decision(
                _("%(name)s stands in for somebody; an administrator stands in for nobody.")
                % {"name": account.name}
            )
    elif role in ORGAN_ROLES and not organ:
        return Decision(_("This role is held in an organ: name it."))
    elif not organ and not division and role not in UNLIMITED_ROLES:
        return Decision(_("Name the area or the organ that the role reaches."))
    return _apart(account, role, starts_on, ends_on)


def _apart(account, role, starts_on, ends_on):
    """The powers of the three administrators never overlap and exclude any business role."""
    beside = RoleGrant.objects.filter(user=account).filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on)
    )
    if ends_on:
        beside = beside.filter(starts_on__lte=ends_on)
    held = set(beside.values_list("role", flat=True))
    if role in ADMINISTRATORS and held - {role}:
        other = Role(sorted(held - {role})[0])
    elif role not in ADMINISTRATORS and held & ADMINISTRATORS:
        other = Role(sorted(held & ADMINISTRATORS)[0])
    else:
        return ALLOWED
    return Decision(
        _(
            "%(name)s is %(other)s in these days. An administrator holds no second role: the "
            "powers of the three, and business, stay in different hands."
        )
        % {"name": account.name, "other": other.label}
    )


def may_revoke_grant(user, grant):
    if not user.holds(P.GIVE_GRANTS):
        return Decision(_("Roles are revoked by the security administrator."))
    if grant.ends_on and grant.ends_on < user.today:
        return _not_ended(grant.ends_on)
    if grant.role in ADMINISTRATORS:
        return _not_last(grant.user, grant.role, on=user.today)
    return ALLOWED


def _not_last(account, role, *, on):
    """Refuses if no other account in use holds this administrator's role."""
    running = RoleGrant.objects.running(on).filter(role=role, user__is_active=True)
    return only(
        set(running.values_list("user", flat=True)) != {account.pk},
        _("It is the last account in use of a %(role)s.") % {"role": Role(role).label},
        Decision,
    )


def may_make_slip(user, account):
    decision = may_make_slips(user) and _within(
        holds_for_organ(user, P.RESET_PASSWORDS, account.organ)
    )
    if decision and account.pk == user.pk:
        return Decision(_("Change your own password under your name at the top of the page."))
    if not (decision := decision and _in_use(account)):
        return decision
    if holds_now_or_later(account, SEALED_ROLES, on=user.today):
        return Decision(
            _(
                "This account opens what nobody else may read. Its password is renewed on the "
                "server: manage.py break_glass %(username)s"
            )
            % {"username": account.username}
        )
    return only(
        not opening_more(user, P.RESET_PASSWORDS, [account]),
        _("This account opens more than yours; the programme office prints its one-time password."),
        Decision,
    )


def may_end_session(user, session):
    """Users see only their own sessions."""
    return only(session.user_id == user.pk, _("This session is somebody else's."), NotYours)


def may_drop_second_factor(user, account):
    """Deliberately not the role that prints one-time passwords."""
    if not user.holds(P.GIVE_GRANTS):
        return Decision(_("Only the security administrator can remove a lost second factor."))
    if account.pk == user.pk:
        return Decision(_("Your own second factor is under your name at the top of the page."))
    if holds_now_or_later(account, SEALED_ROLES, on=user.today):
        return Decision(
            _(
                "This account opens what nobody else may read. Its second factor is dropped on the "
                "server: manage.py break_glass %(username)s"
            )
            % {"username": account.username}
        )
    return only(has_second_factor(account), _("This account has no second factor."), NotNow)


def has_second_factor(account):
    """Return whether any factor is set up, even recovery codes alone."""
    return Authenticator.objects.filter(user=account).exists()


def may_unlock(user, lockout, *, at):
    return may_see_lockouts(user) and only(
        not lockout.unlocked_at and lockout.until > at, _("This lock-out is over."), Decision
    )


may_see_openings = _for_holders(
    gettext_lazy("What was opened on the server is seen by the three administrators."),
    P.MANAGE_ACCOUNTS,
    P.GIVE_GRANTS,
    P.READ_AUDIT,
)


def may_acknowledge_opening(user, opening):
    """Another administrator than the one whose account was opened."""
    if not (decision := may_see_openings(user)):
        return decision
    if opening.user_id == user.pk:
        return NotYours(_("Another administrator than the one concerned says so."))
    return only(opening.seen_at is None, _("Somebody has said so already."), NotNow)


# --- Reminders --------------------------------------------------------------------------------


def may_send_again(user, delivery):
    return may_see_sendings(user) and only(
        delivery.state == Delivery.State.FAILED,
        _("Only failed messages can be sent again."),
        Decision,
    )


# --- Statistics, editions, monthly sheets ------------------------------------------------------


def may_read_statistics(user):
    return only(
        reporting_grants(user),
        _(
            "Statistics and editions are made by those who read both ledgers of an area or organ "
            "and export them: office, liaison, host and supervisor."
        ),
        Decision,
    )


def may_count(user, subject):
    """Whether a single grant reaches everything that a sheet covers (`statistics.Subject`)."""
    return may_read_statistics(user) and _within(
        any(_counts(grant, subject) for grant in reporting_grants(user))
    )


def may_report(period, *, on):
    """A running period cannot be locked: the rest of its last day would be missing for good."""
    if period.last < on:
        return ALLOWED
    after = period.last + timedelta(days=1)
    return NotNow(
        _("The period runs until %(last)s; from %(after)s on it can be locked.")
        % {"last": short_day(period.last, on=on), "after": short_day(after, on=on)}
    )


def _counts(grant, subject):
    place, organ = subject.division, subject.organ
    if grant.division_id and not (place and place.path.startswith(grant.division.path)):
        return False
    if not grant.organ_id:
        return True
    reaches = bool(organ and organ.path.startswith(grant.organ.path))
    return reaches and subject.is_hosted == is_hosting(grant)


def may_correct_edition(user, edition):
    decision = may_count(user, edition)
    if decision and edition.is_outside:
        return Decision(_("Reported from outside: its unit corrects it, and you take that in."))
    if decision and hasattr(edition, "replaced_by"):
        return Decision(_("A later edition replaces this one; correct that."))
    return decision


def may_state_nothing(user, table):
    return may_count(user, table.layout.subject) and only(
        table.is_all_zero,
        _("There is something to report in this period; report the numbers."),
        Decision,
    )


# --- Exports of personal data -----------------------------------------------------------------


def may_ask_for_export(user, job):
    """The owner of a held export states its purpose, once."""
    if job.owner_id != user.pk:
        return NotYours(_("Only the person who needs the sheet can ask for it."))
    is_asked = job.state != Job.State.HELD or hasattr(job, "request")
    return unless(is_asked, _("The approval has been asked for already."), NotNow)


def _may_approve(user, request):
    """A second person: neither the requester nor a stand-in of theirs."""
    owner = request.job.owner
    if owner.pk == user.pk or owner.pk in user.identity_ids:
        return NotYours(_("A second person approves; nobody approves an export of their own."))
    return only(
        holds_for_organ(user, P.APPROVE_EXPORTS, owner.organ),
        _("Exports are approved by the host or the programme office of whoever asks."),
    )


def may_decide_export(user, request):
    is_waiting = request.state == request.State.WAITING
    return _may_approve(user, request) and only(is_waiting, _("It is decided."), NotNow)


def may_take_back_export(user, request):
    """The person who decided may take it back until the sheet is downloaded."""
    if request.decided_by_id is None or request.decided_by_id not in user.identity_ids:
        return NotYours(_("Only the person who decided can take the decision back."))
    if not (decision := _may_approve(user, request)):
        return decision
    said = _("The sheet has been downloaded; the approval can no longer be taken back.")
    is_decided = request.state in (request.State.APPROVED, request.State.REFUSED)
    return unless(request.is_downloaded, said) and only(is_decided, _("It waits."), NotNow)


def may_withdraw_export(user, request):
    if request.job.owner_id != user.pk:
        return NotYours(_("Only the person who asked for the sheet can withdraw the request."))
    is_waiting = request.state == request.State.WAITING
    return only(is_waiting, _("The request has been decided on."), NotNow)


def approvers_of_export(job, *, on):
    """The accounts in use whose own roles approve an export of this person."""
    owner = job.owner
    organ, division = owner.organ, owner.organ and owner.organ.division
    grants = RoleGrant.objects.running(on).filter(
        Q(organ=None) | Q(organ__in=organ.ancestor_ids if organ else ()),
        Q(division=None) | Q(division__in=division.ancestor_ids if division else ()),
        role__in=[role for role, may in granted().items() if P.APPROVE_EXPORTS in may],
        user__is_active=True,
    )
    return User.objects.filter(pk__in=grants.values("user")).exclude(pk=owner.pk)
