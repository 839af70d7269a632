"""Accounts, one-time passwords, lock-outs, the audit, and users' own settings."""

from datetime import datetime, time, timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from portal import events, rules
from portal.actions import accounts as actions
from portal.acts.accounts import ACCOUNTS, crumbs, seen_account
from portal.forms.staff import AccountForm, AuditFilterForm, carried_out
from portal.listings.accounts import within_reach
from portal.models import (
    AuditEntry,
    BreakGlass,
    Lockout,
    LoginFailure,
    PasswordSlip,
    RoleGrant,
    StandIn,
    User,
)
from portal.pages.side_list import Area
from portal.pages.web import Sort, back, exact_total, listed, posted
from portal.roles import ROLES, UNLIMITED_ROLES, Permission, Role, granted
from portal.trust.access import require
from portal.views.pieces import ask, button, require_form

NEWEST_EVENT = Sort(_("newest first"), "at")

# What each permission lets a person do, for the page of roles.
PERMISSION_WORDS = {
    Permission.RECORD_VISITS: _("write down own visits"),
    Permission.RECORD_FOR_OTHERS: _("enter visits for others (代录)"),
    Permission.READ_VISITS: _("read visits"),
    Permission.READ_MATTERS: _("read matters"),
    Permission.REGISTER_MATTERS: _("register matters"),
    Permission.HOST_MATTERS: _("take up, handle or pass on matters of hosted units"),
    Permission.ASSIGN_MATTERS: _("assign matters and decide who is competent"),
    Permission.HANDLE_MATTERS: _("sign for matters, handle them, report results"),
    Permission.URGE: _("urge"),
    Permission.INSTRUCT: _("give instructions (批示)"),
    Permission.CONFIRM_REQUESTS: _("confirm what needs a second person"),
    Permission.READ_CONTACTS: _("read contacts of raisers, each time noted"),
    Permission.READ_WITHHELD_NAMES: _("read names kept for the organisation department"),
    Permission.ARRANGE_CALL_BACKS: _("arrange call-backs"),
    Permission.HOLD_MEETINGS: _("hold the monthly analysis"),
    Permission.READ_STAYS: _("see who stays where"),
    Permission.NOMINATE: _("nominate cadres for stays in the name of the organ"),
    Permission.ATTEST_STAYS: _("attest months of stays, grant short leave"),
    Permission.MANAGE_STAYS: _("plan, publish, change and end stays"),
    Permission.MANAGE_CAMPAIGNS: _("plan campaigns"),
    Permission.HOLD_RECEPTIONS: _("announce and hold reception days"),
    Permission.LIST_RECIPIENTS: _("put people forward for festival visits"),
    Permission.APPROVE_RECIPIENTS: _("approve lists of festival visits"),
    Permission.PUBLISH_NEEDS: _("publish needs of communities"),
    Permission.ISSUE_CARDS: _("issue contact cards"),
    Permission.READ_PAIRINGS: _("see who helps whom"),
    Permission.MANAGE_PAIRINGS: _("agree, change and end pairings"),
    Permission.NOTE_HELP_NEEDS: _("note what units and households need"),
    Permission.OFFER_HELP: _("offer what the organ can give"),
    Permission.RECORD_SUPPORT: _("note what pairings promise and do"),
    Permission.RECORD_JOINT_ACTIVITIES: _("note joint activities of Party branches"),
    Permission.READ_CONTACT_POINTS: _("see contact points of leaders"),
    Permission.MANAGE_CONTACT_POINTS: _("arrange contact points of leaders"),
    Permission.LIFT_PROBLEMS: _("lift prominent problems to a lead official"),
    Permission.READ_WEAK_CASES: _("see weak Party organisations under rectification"),
    Permission.CHECK_WEAK_CASES: _("check Party organisations of hosted units"),
    Permission.DECIDE_WEAK_CASES: _("confirm and accept rectifications"),
    Permission.READ_EVALUATION: _("read cycles of appraisal and their distributions"),
    Permission.MANAGE_EVALUATION: _("keep schemes, hold cycles, decide objections"),
    Permission.READ_SCORES: _("read scores of persons and organs"),
    Permission.GIVE_ORGANISATION_WORD: _("give the organisation's word on cadres"),
    Permission.COUNT_BALLOTS: _("type paper ballots and take votes by phone"),
    Permission.HOLD_MEMBER_APPRAISALS: _("hold appraisals of Party members"),
    Permission.RECORD_FINDINGS: _("enter verified discipline findings"),
    Permission.READ_RESEARCH: _("read topics, batches and samples of research"),
    Permission.LEAD_RESEARCH: _("draft and carry out research"),
    Permission.CHECK_RESEARCH: _("harmonise research of all organs"),
    Permission.DECIDE_RESEARCH: _("decide topics and reports of the own organ"),
    Permission.READ_INSPECTIONS: _("read inspections and their findings"),
    Permission.LEAD_INSPECTIONS: _("plan inspections, draw, re-check what was put right"),
    Permission.REVIEW_INSPECTIONS: _("decide objections to findings of others"),
    Permission.ANSWER_INSPECTIONS: _("answer inspections of the own organ"),
    Permission.READ_PLANS: _("read plans and their progress"),
    Permission.MANAGE_PLANS: _("draft, issue and adjust plans"),
    Permission.REPORT_PROGRESS: _("report progress for the own organ"),
    Permission.READ_SUPERVISION: _("read what is under supervision"),
    Permission.KEEP_SUPERVISION: _("keep the register of supervision (督办)"),
    Permission.DECIDE_SUPERVISION: _("establish and end what the own organ supervises"),
    Permission.CHECK_PRACTICES: _("review practices, have them tried and spread"),
    Permission.DRAFT_PAPERS: _("draft official papers of the own organ"),
    Permission.CHECK_PAPERS: _("check official papers of the area"),
    Permission.SIGN_PAPERS: _("sign official papers of the own organ"),
    Permission.REQUEST_DATA: _("apply to ask the grassroots for data"),
    Permission.ADMIT_REQUESTS: _("admit or refuse requests for data"),
    Permission.RECEIVE_COMPLAINTS: _("receive complaints about the portal"),
    Permission.APPRAISE_RECORDS: _("appraise records whose time is over"),
    Permission.APPROVE_DESTRUCTION: _("approve the destruction of records"),
    Permission.READ_NATION: _("read totals of provinces"),
    Permission.EXPORT: _("export official sheets"),
    Permission.APPROVE_EXPORTS: _("approve large exports of personal data"),
    Permission.MANAGE_PLACES: _("keep divisions, organs and units"),
    Permission.MANAGE_PEOPLE: _("keep cadres and contact areas"),
    Permission.SEE_PEOPLE: _("see places and people"),
    Permission.SET_PARAMETERS: _("set norms and the calendar"),
    Permission.RESET_PASSWORDS: _("print one-time passwords"),
    Permission.NAME_STAND_INS: _("name stand-ins for others"),
    Permission.PUBLISH_NOTICES: _("publish notices to organs of the own area"),
    Permission.READ_CONDUCT: _("read complaints about conduct"),
    Permission.MANAGE_ACCOUNTS: _("make and end accounts"),
    Permission.GIVE_GRANTS: _("give and revoke roles, unlock accounts"),
    Permission.READ_AUDIT: _("read audit events"),
}


# --- Accounts ---------------------------------------------------------------------------------


@require_safe
def account(request, pk):
    user = request.user
    account = seen_account(user, pk)
    today = user.today
    related = ("organ", "division", "granted_by", "revoked_by", "user")
    grants = list(account.grants.select_related(*related).order_by("-starts_on", "-pk"))
    for grant in grants:
        grant.runs = grant.runs_on(today)
        grant.is_over = bool(grant.ends_on and grant.ends_on < today)
        grant.may_revoke = rules.may_revoke_grant(user, grant)
        grant.is_whole = grant.role in UNLIMITED_ROLES
    context = {
        "account": account,
        "cadre": getattr(account, "cadre", None),
        "grants": grants,
        "gives_grants": user.holds(Permission.GIVE_GRANTS),
        "slip": account.slips.select_related("made_by").order_by("-made_at", "-pk").first(),
        "lockout": Lockout.objects.filter(
            username=account.username, unlocked_at=None, until__gt=timezone.now()
        ).first(),
        "now": timezone.now(),
        "acts": _account_acts(user, account),
        "crumbs": crumbs(account),
    }
    return render(request, "portal/account.html", context)


def _account_acts(user, account):
    acts = []
    if user.holds(Permission.GIVE_GRANTS):
        acts.append(ACCOUNTS.button("give_grant", user, account))
        # Not shown where there is none.
        if lost := ACCOUNTS.button("drop_second_factor", user, account):
            acts.append(lost)
    if not user.holds(Permission.MANAGE_ACCOUNTS):
        return acts
    may, to = rules.may_reactivate_account(user, account), "reactivate_account"
    again = button(_("Take into use again"), may, to, account.pk) | {"post": True}
    end = ACCOUNTS.button("end_account", user, account)
    return [
        *acts,
        ACCOUNTS.button("edit_account", user, account),
        end if account.is_active else again,
    ]


@never_cache
@sensitive_variables("code")
@require_form
def new_account(request):
    require(rules.may_manage_accounts(request.user))
    form = AccountForm(posted(request), user=request.user)
    if made := carried_out(form, actions.make_account, by=request.user, at=timezone.now()):
        return _slip(request, *made)
    title, submit, above = (
        _("Create an account"),
        _("Make the account"),
        (_("Accounts"), "accounts"),
    )
    intro = _("It gives no access until the security administrator gives it a role.")
    return ask(request, form, title, submit, above, intro=intro)


@sensitive_variables("code")
def _slip(request, account, code):
    """Show a one-time password, only in answer to the POST that created it."""
    slip = account.slips.order_by("-made_at", "-pk").first()
    context = {
        "account": account,
        "code": code,
        "slip": slip,
        "address": request.build_absolute_uri(reverse("account_login")),
        "keeps_accounts": rules.may_manage_accounts(request.user),
        "crumbs": [],
    }
    return render(request, "portal/password_slip.html", context)


@never_cache
@sensitive_variables("code")
@require_POST
def reactivate_account(request, pk):
    require(rules.may_manage_accounts(request.user))
    account = seen_account(request.user, pk)
    made = actions.reactivate_account(user=account, by=request.user, at=timezone.now())
    return _slip(request, *made)


# --- One-time passwords -----------------------------------------------------------------------


@never_cache
@sensitive_variables("code")
@require_POST
def make_password_slip(request, pk):
    user = request.user
    require(rules.may_make_slips(user))
    account = get_object_or_404(within_reach(user).select_related("organ__division"), pk=pk)
    code = actions.make_password_slip(user=account, by=user, at=timezone.now())
    return _slip(request, account, code)


# --- The audit --------------------------------------------------------------------------------


@require_safe
def audit(request):
    """Events, newest first: who, what, on which record, which fields; never a content."""
    require(rules.may_read_audit(request.user))
    form = AuditFilterForm(request.GET or None, user=request.user)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = (
        AuditEntry.objects.none() if form.errors else _filtered(AuditEntry.objects.all(), filters)
    )
    if exact := exact_total(request, rows):
        return exact
    context = {
        "form": form,
        "filtered": any(filters.values()),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Audit"), "")],
        **listed(request, rows, NEWEST_EVENT),
    }
    principals = User.objects.in_bulk({e.principal_id for e in context["page"] if e.principal_id})
    about = _whom(context["page"])
    for entry in context["page"]:
        entry.words = events.say(entry.event)
        entry.called = events.noun(entry.noun)
        entry.whom = about.get((entry.noun, entry.noun_id), "")
        entry.principal = principals.get(entry.principal_id)
    return render(request, "portal/audit.html", context)


# {noun: (model, fields that name the account)} of events about accounts.
PERSONS = {
    "user": (User, "username"),
    "passwordslip": (PasswordSlip, "user__username"),
    "lockout": (Lockout, "username"),
    "loginfailure": (LoginFailure, "username"),
    "breakglass": (BreakGlass, "user__username"),
    "rolegrant": (RoleGrant, "user__username", "role"),
    "standin": (StandIn, "principal__username", "stand_in__username"),
}


def _whom(entries):
    """{(noun, id): user name} of events about accounts; other events show only the id."""
    about = {}
    for noun, (model, *names) in PERSONS.items():
        if ids := {entry.noun_id for entry in entries if entry.noun == noun}:
            for pk, *words in model.objects.filter(pk__in=ids).values_list("pk", *names):
                if noun == "rolegrant":
                    words[1] = str(Role(words[1]).label)
                about[noun, pk] = " · ".join(words)
    return about


def _filtered(rows, filters):
    event, actor, day = (filters.get(name) for name in ("event", "actor", "day"))
    if event and "*" in event:
        first, _star, last = event.partition("*")
        rows = rows.filter(event__startswith=first, event__endswith=last)
    elif event:
        rows = rows.filter(event=event)
    if actor:
        person = User.objects.filter(username__iexact=actor.strip()).first()
        # By number, which has an index; a process ("beat") is known by its name alone.
        rows = rows.filter(actor_id=person.pk) if person else rows.filter(actor=actor.strip())
    if day:
        start = timezone.make_aware(datetime.combine(day, time.min))
        rows = rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return rows


# --- Everybody's own --------------------------------------------------------------------------


@require_safe
def roles(request):
    """All roles in sentences, and those of the user with who gave them and until when."""
    may = granted()
    context = {
        "mine": request.user.grants_today(),
        "roles": [
            {
                "role": code,
                "sentence": ROLES[code].sentence,
                "permissions": [PERMISSION_WORDS[p] for p in Permission if p in may[code]],
                "held": code in request.user.roles,
            }
            for code in Role
        ],
        "crumbs": [(_("Roles and rights"), "")],
    }
    return render(request, "portal/roles.html", context)


@require_POST
def large_type(request):
    actions.choose_type(by=request.user, large=not request.user.large_type)
    return redirect(back(request))


@require_POST
def shortcuts(request):
    actions.choose_shortcuts(by=request.user, on=not request.user.shortcuts)
    return redirect(back(request))


@login_not_required
@require_POST
def set_language(request):
    """Set the language as Django does, and store it in the account for other computers."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language and check_for_language(language):
        actions.choose_language(by=request.user, language=language)
    return set_language_cookie(request)
