"""Accounts, one-time passwords, lock-outs, the audit, and everybody's own settings."""

from datetime import datetime, time, timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import check_for_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from portal import events, rules
from portal.actions import accounts as actions
from portal.acts.accounts import ACCOUNTS, crumbs, seen_account
from portal.forms.staff import AccountForm, AuditFilterForm, carried_out
from portal.listings.accounts import within_reach
from portal.models import AuditEntry, Lockout, PasswordSlip, RoleGrant, StandIn, User
from portal.pages.side_list import Area
from portal.pages.web import Sort, back, exact_total, form_page, listed, posted
from portal.roles import GRANTS, ROLES, UNLIMITED_ROLES, Permission, Role
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

NEWEST_EVENT = Sort(gettext_lazy("newest first"), "at")

# What each permission lets a person do, for the page of roles.
PERMISSION_WORDS = {
    Permission.RECORD_VISITS: gettext_lazy("write down own visits"),
    Permission.RECORD_FOR_OTHERS: gettext_lazy("enter visits for others (代录)"),
    Permission.READ_VISITS: gettext_lazy("read visits"),
    Permission.READ_MATTERS: gettext_lazy("read matters"),
    Permission.REGISTER_MATTERS: gettext_lazy("register matters"),
    Permission.HOST_MATTERS: gettext_lazy("take up, handle or pass on matters of hosted units"),
    Permission.ASSIGN_MATTERS: gettext_lazy("assign matters and decide who is competent"),
    Permission.HANDLE_MATTERS: gettext_lazy("sign for matters, handle them, report results"),
    Permission.URGE: gettext_lazy("urge"),
    Permission.INSTRUCT: gettext_lazy("give instructions (批示)"),
    Permission.CONFIRM_REQUESTS: gettext_lazy("confirm what needs a second person"),
    Permission.READ_CONTACTS: gettext_lazy("read contacts of raisers, each time noted"),
    Permission.READ_WITHHELD_NAMES: gettext_lazy("read names kept for the organisation department"),
    Permission.ARRANGE_CALL_BACKS: gettext_lazy("arrange call-backs"),
    Permission.HOLD_MEETINGS: gettext_lazy("hold the monthly analysis"),
    Permission.READ_STAYS: gettext_lazy("see who stays where"),
    Permission.NOMINATE: gettext_lazy("nominate cadres for stays in the name of the organ"),
    Permission.ATTEST_STAYS: gettext_lazy("attest months of stays, grant short leave"),
    Permission.MANAGE_STAYS: gettext_lazy("plan, publish, change and end stays"),
    Permission.MANAGE_CAMPAIGNS: gettext_lazy("plan campaigns"),
    Permission.HOLD_RECEPTIONS: gettext_lazy("announce and hold reception days"),
    Permission.LIST_RECIPIENTS: gettext_lazy("put people forward for festival visits"),
    Permission.APPROVE_RECIPIENTS: gettext_lazy("approve lists of festival visits"),
    Permission.PUBLISH_NEEDS: gettext_lazy("publish needs of communities"),
    Permission.ISSUE_CARDS: gettext_lazy("issue contact cards"),
    Permission.READ_PAIRINGS: gettext_lazy("see who helps whom"),
    Permission.MANAGE_PAIRINGS: gettext_lazy("agree, change and end pairings"),
    Permission.NOTE_HELP_NEEDS: gettext_lazy("note what units and households need"),
    Permission.OFFER_HELP: gettext_lazy("offer what the organ can give"),
    Permission.RECORD_SUPPORT: gettext_lazy("note what pairings promise and do"),
    Permission.RECORD_JOINT_ACTIVITIES: gettext_lazy("note joint activities of Party branches"),
    Permission.READ_CONTACT_POINTS: gettext_lazy("see contact points of leaders"),
    Permission.MANAGE_CONTACT_POINTS: gettext_lazy("arrange contact points of leaders"),
    Permission.LIFT_PROBLEMS: gettext_lazy("lift prominent problems to a lead official"),
    Permission.READ_WEAK_CASES: gettext_lazy("see weak Party organisations under rectification"),
    Permission.CHECK_WEAK_CASES: gettext_lazy("check Party organisations of hosted units"),
    Permission.DECIDE_WEAK_CASES: gettext_lazy("confirm and accept rectifications"),
    Permission.READ_EVALUATION: gettext_lazy("read cycles of appraisal and their distributions"),
    Permission.MANAGE_EVALUATION: gettext_lazy("keep schemes, hold cycles, decide objections"),
    Permission.READ_SCORES: gettext_lazy("read scores of persons and organs"),
    Permission.GIVE_ORGANISATION_WORD: gettext_lazy("give the organisation's word on cadres"),
    Permission.COUNT_BALLOTS: gettext_lazy("type paper ballots and take votes by phone"),
    Permission.HOLD_MEMBER_APPRAISALS: gettext_lazy("hold appraisals of Party members"),
    Permission.RECORD_FINDINGS: gettext_lazy("enter verified discipline findings"),
    Permission.EXPORT: gettext_lazy("export official sheets"),
    Permission.MANAGE_PLACES: gettext_lazy("keep divisions, organs and units"),
    Permission.MANAGE_PEOPLE: gettext_lazy("keep cadres and contact areas"),
    Permission.SEE_PEOPLE: gettext_lazy("see places and people"),
    Permission.SET_PARAMETERS: gettext_lazy("set norms and the calendar"),
    Permission.RESET_PASSWORDS: gettext_lazy("print one-time passwords"),
    Permission.NAME_STAND_INS: gettext_lazy("name stand-ins for others"),
    Permission.PUBLISH_NOTICES: gettext_lazy("publish notices to organs of the own area"),
    Permission.READ_CONDUCT: gettext_lazy("read complaints about conduct"),
    Permission.MANAGE_ACCOUNTS: gettext_lazy("make and end accounts"),
    Permission.GIVE_GRANTS: gettext_lazy("give and revoke roles, unlock accounts"),
    Permission.READ_AUDIT: gettext_lazy("read audit events"),
}


# --- Accounts ---------------------------------------------------------------------------------


@require_safe
def account(request, pk):
    user = request.user
    account = seen_account(user, pk)
    today = user.today
    grants = list(
        account.grants.select_related(
            "organ", "division", "granted_by", "revoked_by", "user"
        ).order_by("-starts_on", "-pk")
    )
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
    if user.holds(Permission.MANAGE_ACCOUNTS):
        acts.append(ACCOUNTS.button("edit_account", user, account))
        acts.append(
            ACCOUNTS.button("end_account", user, account)
            if account.is_active
            else {
                "label": _("Take into use again"),
                "decision": rules.may_reactivate_account(user, account),
                "url": reverse("reactivate_account", args=[account.pk]),
                "post": True,
            }
        )
    return acts


@never_cache
@sensitive_variables("code")
@require_form
def new_account(request):
    require(rules.may_manage_accounts(request.user))
    form = AccountForm(posted(request), user=request.user)
    made = carried_out(form, actions.make_account, by=request.user, at=timezone.now())
    if made:
        account, code = made
        return _slip(request, account, code)
    return form_page(
        request,
        form,
        title=_("Make an account"),
        intro=_("It opens nothing until the security administrator gives it a role."),
        submit_label=_("Make the account"),
        cancel_url=reverse("accounts"),
        crumbs=[(_("Accounts"), reverse("accounts")), (_("Make an account"), "")],
    )


@sensitive_variables("code")
def _slip(request, account, code):
    """The one page that shows a one-time password, in answer to the press that made it."""
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
    account, code = actions.reactivate_account(
        user=seen_account(request.user, pk), by=request.user, at=timezone.now()
    )
    return _slip(request, account, code)


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
    rows = AuditEntry.objects.all()
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if form.is_bound and form.errors:
        rows = rows.none()
    rows = _filtered(rows, filters)
    exact = exact_total(request, rows)
    if exact:
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


# Whose account, role, password or standing in an event was about.
PERSONS = {
    "user": (User, "username"),
    "passwordslip": (PasswordSlip, "user__username"),
    "lockout": (Lockout, "username"),
    "rolegrant": (RoleGrant, "user__username", "role"),
    "standin": (StandIn, "principal__username", "stand_in__username"),
}


def _whom(entries):
    """{(noun, id): user name} of events about accounts; of all others the id alone is told."""
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
    """Every role in sentences, and what I hold now, from whom and until when."""
    mine = {}
    for grant in request.user.grants_today():
        mine.setdefault(grant.role, []).append(grant)
    context = {
        "mine": request.user.grants_today(),
        "roles": [
            {
                "role": Role(code),
                "sentence": ROLES[code].sentence,
                "permissions": [PERMISSION_WORDS[p] for p in Permission if p in GRANTS[code]],
                "held": code in mine,
            }
            for code in Role.values
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
    """Django's own switch, kept with the account as well: a colleague's computer knows it too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language and check_for_language(language):
        actions.choose_language(by=request.user, language=language)
    return set_language_cookie(request)
