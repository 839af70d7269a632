"""Rules for places, people, accounts and norms: first about the person, then the state."""

from django.db.models import Q
from django.utils.translation import gettext as _

from portal import imports
from portal.imports import workbook
from portal.models import Delivery, GrassrootsUnit, Organ, RoleGrant, StandIn
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
)
from portal.trust.access import ALLOWED, Decision

P = Permission

LONGEST_STAND_IN_DAYS = 366


# --- Reach: organ subtree and territory of a grant ------------------------------------------


def _reaches(grant, organ, division):
    """Whether an organ and a division are both within one grant; an empty limit allows all."""
    if grant.organ_id and not (organ and organ.path.startswith(grant.organ.path)):
        return False
    return not grant.division_id or bool(division and division.path.startswith(grant.division.path))


def _holds_for(user, permission, organ, division):
    return any(_reaches(grant, organ, division) for grant in user.grants_with(permission))


def holds_for_organ(user, permission, organ):
    """Whether a grant gives this permission for an organ and its people."""
    return _holds_for(user, permission, organ, organ.division if organ else None)


def _outside():
    return Decision(_("It lies outside the area or organ of your role."))


def _if(condition, refusal):
    return ALLOWED if condition else Decision(refusal)


def _ended(day):
    return Decision(_("It ended on %(day)s.") % {"day": day})


def acting_for(user):
    """[(role, organ)]: the organ of the account with an empty role, and for each grant, own or
    lent, its organ or else that of its holder."""
    found = [("", user.organ)]
    for grant in user.grants_today():
        holder = user if grant.user_id == user.pk else grant.user
        found.append((grant.role, grant.organ or holder.organ))
    return [(role, organ) for role, organ in found if organ is not None]


# --- Places -----------------------------------------------------------------------------------


def may_see_people(user):
    return _if(
        user.holds(P.SEE_PEOPLE),
        _(
            "Places and people are open to those who work with them. Administrators manage "
            "accounts, roles or the audit and see no business data."
        ),
    )


def _keeps_places(user):
    return _if(
        user.holds(P.MANAGE_PLACES),
        _("Divisions, organs and units are kept by the programme office."),
    )


def _keeps_division(user, division):
    decision = _keeps_places(user)
    if decision and not _holds_for(user, P.MANAGE_PLACES, None, division):
        return _outside()
    return decision


def may_add_division(user, parent):
    if not (decision := _keeps_division(user, parent)):
        return decision
    if parent and parent.valid_to:
        return Decision(_("%(name)s has ended.") % {"name": parent.name})
    if parent and parent.level == 5:
        return Decision(_("Below a village there are no divisions; groups are named freely."))
    return ALLOWED


def may_change_division(user, division):
    if not (decision := _keeps_division(user, division)):
        return decision
    if division.source == Division.Source.NATIONAL:
        return Decision(_("It comes from the national list; loading a newer list changes it."))
    if division.valid_to:
        return _ended(division.valid_to)
    return ALLOWED


def may_end_division(user, division):
    if not (decision := may_change_division(user, division)):
        return decision
    today = user.today
    if division.children.current(today).exists():
        return Decision(_("There are divisions in it; end those first."))
    if GrassrootsUnit.objects.current(today).filter(division=division).exists():
        return Decision(_("A grassroots unit stands for it; end or move the unit first."))
    return ALLOWED


def may_reorganise_division(user, division):
    """Unlike corrections, also for divisions of the national list, which lags behind decisions."""
    decision = _keeps_division(user, division)
    return _ended(division.valid_to) if decision and division.valid_to else decision


def may_reorganise(user, noun):
    """Whether somebody may reorganise any; `may_reorganise_row` says which."""
    if noun == "cadre":
        if user.holds(P.MANAGE_PEOPLE):
            return ALLOWED
        return Decision(_("The programme office keeps the list of cadres."))
    return _keeps_places(user)


def may_reorganise_row(user, row):
    """Whether this person may reorganise this organ, unit, division or cadre."""
    rules = {
        Organ: may_change_organ,
        GrassrootsUnit: may_change_unit,
        Division: may_reorganise_division,
    }
    return rules.get(type(row), may_change_cadre)(user, row)


def may_keep_organ(user, *, parent, division):
    """Whether this person may put an organ under this parent and in this division."""
    if not (decision := _keeps_places(user)):
        return decision
    return ALLOWED if _holds_for(user, P.MANAGE_PLACES, parent, division) else _outside()


def may_change_organ(user, organ):
    if not (decision := _keeps_places(user)):
        return decision
    if not holds_for_organ(user, P.MANAGE_PLACES, organ):
        return _outside()
    if organ.ended_on:
        return _ended(organ.ended_on)
    return ALLOWED


def may_keep_unit(user, *, host_organ, division):
    if not (decision := _keeps_places(user)):
        return decision
    place = division or (host_organ.division if host_organ else None)
    return ALLOWED if _holds_for(user, P.MANAGE_PLACES, host_organ, place) else _outside()


def may_change_unit(user, unit):
    decision = may_keep_unit(user, host_organ=unit.host_organ, division=unit.division)
    return _ended(unit.ended_on) if decision and unit.ended_on else decision


def may_keep_party_organization(user, *, organ, unit):
    """The same people as for the organ or unit itself."""
    if unit is not None:
        return may_keep_unit(user, host_organ=unit.host_organ, division=unit.division)
    return may_keep_organ(user, parent=organ, division=organ.division if organ else None)


def may_change_party_organization(user, party):
    decision = may_keep_party_organization(user, organ=party.organ, unit=party.unit)
    return _ended(party.ended_on) if decision and party.ended_on else decision


# --- People -----------------------------------------------------------------------------------


def may_keep_cadre(user, organ):
    if not user.holds(P.MANAGE_PEOPLE):
        return Decision(_("The programme office keeps the list of cadres."))
    return ALLOWED if holds_for_organ(user, P.MANAGE_PEOPLE, organ) else _outside()


def may_change_cadre(user, cadre):
    decision = may_keep_cadre(user, cadre.organ)
    if decision and cadre.left_on:
        return Decision(_("%(name)s left on %(day)s.") % {"name": cadre.name, "day": cadre.left_on})
    return decision


def may_keep_avoidance(user, cadre):
    """Only the office sees and edits avoidances."""
    return may_keep_cadre(user, cadre.organ)


def may_see_three_gates(user, cadre):
    """Only the office sees this hint; it is hidden on the cadre's own page."""
    return may_keep_cadre(user, cadre.organ)


def may_read_particulars(user, cadre):
    """Birth, political status and experience: the person, the organ's liaison, the office."""
    if cadre.user_id and cadre.user_id == user.pk:
        return ALLOWED
    for permission in (P.MANAGE_PEOPLE, P.NOMINATE):
        if holds_for_organ(user, permission, cadre.organ):
            return ALLOWED
    return Decision(
        _("Particulars are read by the person, the organ's liaison and the programme office.")
    )


def _now_or_later(rows, on):
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=on))


def holds_now_or_later(account, roles, *, on):
    """Whether a grant of one of these roles runs now or will run later."""
    held = RoleGrant.objects.filter(user=account, role__in=roles)
    return _now_or_later(held, on).exists()


def opening_more(user, permission, accounts):
    """Ids of the accounts that may do, now or later, more than the user's grants with this
    permission, including what they borrow as stand-ins. Grants to manage people cover everything
    in their area.
    """
    lending = _now_or_later(StandIn.objects.filter(stand_in__in=accounts), user.today)
    borrowers = {}
    for principal, borrower in lending.values_list("principal", "stand_in"):
        borrowers.setdefault(principal, set()).add(borrower)
    pks = {account.pk for account in accounts}
    held = RoleGrant.objects.filter(user__in=pks | set(borrowers))
    own, more = user.grants_with(permission), set()
    for grant in _now_or_later(held, user.today).select_related(
        "organ__division", "division", "user__organ__division"
    ):
        if not any(_opens(one, grant) for one in own):
            lent = () if grant.role in NEVER_LENT else borrowers.get(grant.user_id, ())
            more.update({grant.user_id} & pks, lent)
    return more


def _opens(own, grant):
    may = GRANTS[own.role]
    if P.MANAGE_PEOPLE not in may and not GRANTS[grant.role] <= may | GRANTS[Role.CADRE]:
        return False
    # The role of a cadre opens their own records, in whatever organ it was given.
    organ = grant.organ or (grant.user.organ if grant.role == Role.CADRE else None)
    return _reaches(own, organ, grant.division or (organ and organ.division))


def may_see_stand_ins(user):
    if holds_now_or_later(user, ADMINISTRATORS, on=user.today):
        return Decision(_("Administrators stand in for nobody, and nobody for them."))
    if not user.grants_today():
        return Decision(_("You hold no role that somebody could stand in for."))
    return ALLOWED


def may_name_stand_in(user, principal, stand_in=None):
    if principal.pk == user.pk:
        if not user.grants_today():
            return Decision(_("You hold no role that somebody could stand in for."))
    elif not holds_for_organ(user, P.NAME_STAND_INS, principal.organ):
        return Decision(
            _("You name a stand-in for yourself; a liaison or the office for people of theirs.")
        )
    if principal.pk != user.pk and stand_in is not None and stand_in.pk == user.pk:
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
    if principal.pk != user.pk and opening_more(user, P.NAME_STAND_INS, [principal]):
        return Decision(
            _("This person may do more than you; they or the programme office name a stand-in.")
        )
    return ALLOWED


def may_end_stand_in(user, stand_in):
    is_own = user.pk in {stand_in.principal_id, stand_in.stand_in_id}
    if not is_own and not holds_for_organ(user, P.NAME_STAND_INS, stand_in.principal.organ):
        return Decision(_("It is ended by the two of them, or by their liaison or the office."))
    if stand_in.ends_on < user.today:
        return _ended(stand_in.ends_on)
    return ALLOWED


# --- Norms ------------------------------------------------------------------------------------


def may_set_norms(user):
    return _if(
        user.holds(P.SET_PARAMETERS), _("Norms and the calendar are set by the programme office.")
    )


# --- Imports ----------------------------------------------------------------------------------


def may_import(user, kind):
    return _if(
        any(user.holds(permission) for permission in kind.permissions),
        _("Your roles do not import “%(kind)s”.") % {"kind": kind.label},
    )


def may_match_headings(user, batch):
    if batch.stands not in {batch.State.UNMAPPED, batch.State.CHECKED}:
        return Decision(_not_now(batch))
    if workbook.is_template(imports.REGISTRY[batch.kind], batch.headings):
        return Decision(_("These are the headings of the template; they mean what they say."))
    return ALLOWED


def may_accept_import(user, batch):
    if batch.stands != batch.State.CHECKED:
        return Decision(_not_now(batch))
    if not batch.good_count:
        return Decision(_("No row is in order; correct the workbook and upload it again."))
    return ALLOWED


def may_discard_import(user, batch):
    open_states = {batch.State.UNMAPPED, batch.State.CHECKED, batch.State.REFUSED}
    return _if(batch.stands in open_states, _not_now(batch))


def may_undo_import(user, batch):
    return _if(batch.stands == batch.State.ACCEPTED, _not_now(batch))


def _not_now(batch):
    return _("Not possible while the import is “%(state)s”.") % {"state": batch.stands.label}


# --- Accounts, grants, slips ------------------------------------------------------------------


def may_see_accounts(user):
    return _if(
        user.holds(P.MANAGE_ACCOUNTS) or user.holds(P.GIVE_GRANTS),
        _("Accounts are open to the system and the security administrator."),
    )


def may_manage_accounts(user):
    return _if(
        user.holds(P.MANAGE_ACCOUNTS), _("Accounts are made and ended by the system administrator.")
    )


def may_change_link(account, *, on):
    """Whether the account may be linked to another cadre, whose records it would then open."""
    if holds_now_or_later(account, set(Role), on=on):
        return Decision(
            _(
                "This account holds roles, with which the records of the cadre would open. The "
                "security administrator revokes them first, and gives them again afterwards."
            )
        )
    return ALLOWED


def may_be_linked(account, *, on):
    """Whether the account may be linked to a cadre, whose visits and matters it would open."""
    if holds_now_or_later(account, ADMINISTRATORS, on=on):
        return Decision(_("An administrator's account is nobody's as a cadre; leave this empty."))
    return ALLOWED


def may_end_account(user, account):
    if not (decision := may_manage_accounts(user)):
        return decision
    if not account.is_active:
        return Decision(_("This account is not in use."))
    if account.pk == user.pk:
        return Decision(_("Nobody ends their own account."))
    for role in sorted(ADMINISTRATORS):
        if _is_last(account, role, on=user.today):
            return Decision(
                _("It is the last account in use of a %(role)s.") % {"role": Role(role).label}
            )
    return ALLOWED


def may_reactivate_account(user, account):
    decision = may_manage_accounts(user)
    if decision and account.is_active:
        return Decision(_("This account is in use."))
    return decision


def may_give_grants_to(user, account):
    if not user.holds(P.GIVE_GRANTS):
        return Decision(_("Roles are given by the security administrator."))
    if account.pk == user.pk:
        return Decision(_("Nobody gives a role to themselves; another security administrator can."))
    if not account.is_active:
        return Decision(_("This account is not in use."))
    return ALLOWED


def may_give_grant(user, account, *, role, organ, division, starts_on, ends_on):
    if not (decision := may_give_grants_to(user, account)):
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
    """Administrators hold no second role: neither another administrator's nor a business one."""
    beside = _now_or_later(RoleGrant.objects.filter(user=account), starts_on)
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
        return _ended(grant.ends_on)
    if grant.role in ADMINISTRATORS and _is_last(grant.user, grant.role, on=user.today):
        return Decision(
            _("It is the last account in use of a %(role)s.") % {"role": grant.get_role_display()}
        )
    return ALLOWED


def _is_last(account, role, *, on):
    """Whether this is the only active account with this administrator's role."""
    running = RoleGrant.objects.running(on).filter(role=role, user__is_active=True)
    return set(running.values_list("user", flat=True)) == {account.pk}


def may_make_slips(user):
    return _if(
        user.holds(P.RESET_PASSWORDS),
        _("One-time passwords are printed by the organ's liaison or the office."),
    )


def may_make_slip(user, account):
    if not (decision := may_make_slips(user)):
        return decision
    if not holds_for_organ(user, P.RESET_PASSWORDS, account.organ):
        return _outside()
    if account.pk == user.pk:
        return Decision(_("Change your own password under your name at the top of the page."))
    if not account.is_active:
        return Decision(_("This account is not in use."))
    if holds_now_or_later(account, SEALED_ROLES, on=user.today):
        return Decision(
            _(
                "This account opens what nobody else may read. Its password is renewed on the "
                "server: manage.py first_administrators --renew %(username)s"
            )
            % {"username": account.username}
        )
    if opening_more(user, P.RESET_PASSWORDS, [account]):
        return Decision(
            _(
                "This account opens more than yours; the programme office prints its one-time "
                "password."
            )
        )
    return ALLOWED


def may_see_lockouts(user):
    return _if(user.holds(P.GIVE_GRANTS), _("Accounts are unlocked by the security administrator."))


def may_unlock(user, lockout, *, at):
    if not (decision := may_see_lockouts(user)):
        return decision
    if lockout.unlocked_at or lockout.until <= at:
        return Decision(_("This lock-out is over."))
    return ALLOWED


def may_read_audit(user):
    return _if(user.holds(P.READ_AUDIT), _("The audit is read by the audit administrator alone."))


# --- Reminders --------------------------------------------------------------------------------


def may_see_sendings(user):
    return _if(
        user.holds(P.MANAGE_ACCOUNTS) or user.holds(P.MANAGE_PEOPLE),
        _("What was sent is watched by the office and the system administrator."),
    )


def may_send_again(user, delivery):
    decision = may_see_sendings(user)
    if decision and delivery.state != Delivery.State.FAILED:
        return Decision(_("Only what failed is sent again."))
    return decision


# --- Statistics, editions, monthly sheets ------------------------------------------------------


def may_read_statistics(user):
    return _if(
        reporting_grants(user),
        _(
            "Statistics and editions are made by those who read both ledgers of an area or organ "
            "and export them: office, liaison, host and supervisor."
        ),
    )


def may_count(user, subject):
    """Whether a single grant covers the subject of a sheet (`statistics.Subject`)."""
    if not (decision := may_read_statistics(user)):
        return decision
    return ALLOWED if any(_counts(g, subject) for g in reporting_grants(user)) else _outside()


def _counts(grant, subject):
    place, organ = subject.division, subject.organ
    if grant.division_id and not (place and place.path.startswith(grant.division.path)):
        return False
    if not grant.organ_id:
        return True
    reaches = bool(organ and organ.path.startswith(grant.organ.path))
    return reaches and subject.is_hosted == is_hosting(grant)


def may_correct_edition(user, edition):
    if not (decision := may_count(user, edition)):
        return decision
    if edition.is_outside:
        return Decision(_("Reported from outside: its unit corrects it, and you take that in."))
    if hasattr(edition, "replaced_by"):
        return Decision(_("A later edition replaces this one; correct that."))
    return ALLOWED


def may_state_nothing(user, table):
    decision = may_count(user, table.layout.subject)
    if decision and not table.is_all_zero:
        return Decision(_("There is something to report in this period; report the numbers."))
    return decision


def may_schedule_export(user):
    return _if(user.holds(P.EXPORT), _("Your roles do not export ledgers."))


def may_set_headings(user):
    return _if(
        user.holds(P.SET_PARAMETERS),
        _("The programme office sets the headings of official sheets."),
    )
