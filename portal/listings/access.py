"""The review of access: who holds which role where, and its sheet (权限复核)."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.listings.accounts import found_by
from portal.models import RoleGrant, User
from portal.pages import cells
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice
from portal.pages.listings import Col, Empty, Export, Listing
from portal.pages.search import each_word
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Role
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register

# A grant counts as ending soon within so many days.
SOON_DAYS = 30
BY_USERNAME = Sort(_("by user name"), "user__username", descending=False)


class AccessFilter(LedgerFilter):
    MORE = ()
    area = host = unit = itself = below = alone = None
    organ = PickedFilter("organ", label=_("Organ"), method="by_organ")
    role = choice(_("Role"), Role.choices)

    def by_organ(self, queryset, name, value):
        return queryset.filter(user__organ__path__startswith=value.path)

    def by_text(self, queryset, name, value):
        return each_word(queryset, value, _named)


def _named(rows, word):
    return rows.filter(user__in=User.objects.filter(found_by(word)).values("pk"))


def _in_tab(rows, tab, *, on):
    rows = rows.running(on)
    if tab == "ending":
        return rows.filter(ends_on__lte=on + timedelta(days=SOON_DAYS))
    if tab == "left":
        return rows.filter(Q(user__cadre__left_on__lte=on) | Q(user__is_active=False))
    if tab == "never":
        return rows.filter(user__last_login=None)
    return rows


ACCESS_AT = Address(
    AccessFilter,
    RoleGrant.objects.visible_to,
    {
        "running": pgettext_lazy("grants", "Running"),
        "ending": _("Ends soon"),
        "left": _("Person has left"),
        "never": _("Never signed in"),
    },
    _in_tab,
)


# --- The sheet ------------------------------------------------------------------------------------


def _reach(organ, division):
    return joined(" ")(organ, division) or "不限"


def _signed_in(moment):
    return f"{timezone.localtime(moment):%Y.%m.%d}" if moment else "从未登录"


def _remark(is_active, left_on):
    if not is_active:
        return "账号已停用"
    return f"{left_on:%Y.%m.%d}离任" if left_on else ""


ACCESS_LEDGER = register(
    Ledger(
        name="access",
        title="账号权限复核表",
        english="Review of access",
        columns=(
            Column.centred("用户名", 16, "user__username"),
            Column.centred("姓名", 12, "user__name"),
            Column.text("单位及职务", 30, ("user__organ__name", "user__cadre__post"), joined(" ")),
            Column.centred("角色", 14, "role", chinese(Role)),
            Column.text("权限范围", 26, ("organ__name", "division__name"), _reach),
            Column.day("起始日期", "starts_on"),
            Column.day("截止日期", "ends_on"),
            Column.centred("授权人", 12, "granted_by__name"),
            Column.centred("最近登录", 14, "user__last_login", _signed_in, is_personal=True),
            Column.text("备注", 20, ("user__is_active", "user__cadre__left_on"), _remark),
        ),
        address=ACCESS_AT,
        order=("user__username", "pk"),
        day="starts_on",
        notes=("注：只列当日有效的授权；代办期间借用的权限不列。",),
    )
)


# --- The list -------------------------------------------------------------------------------------


def _name(grant, asked):
    user = grant.user
    if not rules.may_see_accounts(asked.user):
        return cells.under(user.name, user.username)
    return cells.link(user, user.name, user.username)


def _where(grant, asked):
    places = [grant.organ and grant.organ.label, grant.division and grant.division.name]
    return cells.under(grant.get_role_display(), *places)


def _given(grant, asked):
    given_by = grant.granted_by
    return gettext("given by %(name)s") % {"name": given_by.name} if given_by else ""


def _post(grant, asked):
    cadre = getattr(grant.user, "cadre", None)
    return cadre.post if cadre else ""


def _last_seen(grant, asked):
    if moment := grant.user.last_login:
        return cells.moment(moment)
    return pgettext("sign-in", "never")


def _state(grant, asked):
    cadre = getattr(grant.user, "cadre", None)
    if not grant.user.is_active:
        return cells.state("closed", gettext("account ended"))
    if cadre and cadre.left_on and cadre.left_on <= asked.today:
        left = {"day": cells.day(cadre.left_on, asked.today)}
        return cells.state("overdue", gettext("person left %(day)s") % left)
    if grant.ends_on and grant.ends_on <= asked.today + timedelta(days=SOON_DAYS):
        return cells.state("checking", gettext("ends soon"))
    return cells.state("running", gettext("runs"))


ACCESS_REVIEW = Listing(
    "access_review",
    "access-review/",
    _("Review of access"),
    ACCESS_AT,
    BY_USERNAME,
    area=Area.ADMINISTRATION,
    may_see=rules.may_review_access,
    intro=_(
        "Every role that runs today: who holds it, where, since when, and when its holder last "
        "signed in. The security administrator revokes on the page of the account what is no "
        "longer needed."
    ),
    for_list=lambda rows, asked: rows.select_related(
        "user__organ", "user__cadre", "organ", "division", "granted_by"
    ),
    columns=(
        Col(_("Name"), _name),
        Col(_("Organ"), "user.organ.label", _post, code="organ", bare=True),
        Col(_("Role"), _where, bare=True),
        Col(pgettext_lazy("grants", "Since"), "starts_on", _given, code="since", number=True),
        Col(_("Until"), "ends_on", code="until", number=True),
        Col(_("Last signed in"), _last_seen, number=True),
        Col(_("State"), _state, bare=True),
    ),
    export=Export(ACCESS_LEDGER, _("Export the review"), may=rules.may_review_access),
    empty=(
        Empty(
            _("No matching role"),
            _("Try the user name, the name or the organ, or look under the other states."),
            filtered=True,
        ),
        Empty(
            _("No role ends soon"),
            _("Roles whose last day is less than a month away stand here."),
            tab="ending",
        ),
        Empty(
            _("Nobody who has left holds a role"),
            _("When the office notes that a cadre has left, the roles wait here to be revoked."),
            tab="left",
        ),
        Empty(
            _("Everybody with a role has signed in"),
            _("Roles of accounts that nobody ever used stand here."),
            tab="never",
        ),
        Empty(_("No roles here"), _("Roles of people of your area stand here.")),
    ),
)
