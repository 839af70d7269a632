"""Partnerships of Party branches: list, page, agreeing, what was agreed, sheet."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pairing.actions import partnerships as actions
from pairing.filters.partnerships import TABS, in_tab, partnerships_at
from pairing.forms.partnerships import PartnershipForm, PartnershipPlanForm
from pairing.ledgers.partnerships import PARTNERSHIP_LEDGER
from pairing.models import JointActivity, Pairing
from pairing.models.pairings import Level
from pairing.rules import joint_activities as activity_rules
from pairing.rules import partnerships as rules
from portal import ledgers
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import refuse
from portal.web import Sort, exact_total, form_page, listed, page_or_part, posted

NEWEST = Sort(gettext_lazy("newest first"), "starts_on")
# On the page of a partnership; all of them stand in the list of activities.
SHOWN_ACTIVITIES = 10


@require_safe
def partnerships(request):
    user = request.user
    filtered, tab = partnerships_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    shown = in_tab(rows, tab, on=user.today)
    if count := exact_total(request, shown):
        return count
    page = listed(request, shown.for_list(), NEWEST)
    done = JointActivity.objects.done_together(page["page"])
    for pairing in page["page"]:
        pairing.activity_count, pairing.deed_count = done.get(pairing.pk, (0, 0))
    context = {
        **page,
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in TABS.items()
        ],
        "sorts": [("", NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT),
        "may_agree": user.holds(Permission.MANAGE_PAIRINGS),
        "crumbs": [Area.PAIRING.crumb, (_("Co-building"), "")],
    }
    return page_or_part(
        request, "pairing/partnerships.html", "pairing/_partnership_rows.html", context
    )


@seen
def visible(user):
    """A partnership of branches that this person sees."""
    rows = Pairing.objects.visible_to(user).filter(level=Level.BRANCH)
    return rows.for_list().select_related("host_organ", "co_building")


def title_of(pairing):
    return f"{pairing.helper_label} · {pairing.helped_label}"


def crumbs_of(pairing, here=""):
    above = [(_("Co-building"), reverse("pairing:partnerships"))]
    if not here:
        return [Area.PAIRING.crumb, *above, (title_of(pairing), "")]
    return [*above, (title_of(pairing), address_of(pairing)), (here, "")]


def address_of(pairing):
    return reverse("pairing:partnership", args=[pairing.pk])


def acts_of(user, pairing):
    """What can be done with a partnership; what is somebody else's is not shown."""
    acts = [
        ("new_joint_activity", _("Enter a joint activity"), activity_rules.may_record_activity,
         {"primary": True}),
        ("edit_partnership_plan", _("Change what was agreed"), rules.may_change_plan, {}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, pairing)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"pairing:{name}", args=[pairing.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_safe
def partnership(request, pk):
    user, pairing = request.user, visible(request.user, pk)
    context = {
        "pairing": pairing,
        "plan": getattr(pairing, "co_building", None),
        "done": JointActivity.objects.done_together([pairing]).get(pairing.pk, (0, 0)),
        "activities": pairing.joint_activities.standing().defer("search").order_by(
            "-held_on", "-pk"
        )[:SHOWN_ACTIVITIES],
        "is_running": pairing.runs_on(user.today),
        "acts": acts_of(user, pairing),
        "crumbs": crumbs_of(pairing),
    }  # fmt: skip
    return render(request, "pairing/partnership.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_partnership(request):
    user = request.user
    require(rules.may_agree_partnerships(user))
    form = PartnershipForm(posted(request), user=user)
    agreed = _carried_out(form, actions.agree_partnership, by=user, at=timezone.now())
    if agreed:
        return redirect(address_of(agreed))
    here = _("Pair two branches")
    return form_page(
        request, form, title=here, submit_label=_("Pair them"),
        intro=_("One branch of an organ and one of a unit. Several branches of organs with one "
                "of a unit are several partnerships, all of them “several help one”."),
        cancel_url=reverse("pairing:partnerships"),
        crumbs=[(_("Co-building"), reverse("pairing:partnerships")), (here, "")],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit_partnership_plan(request, pk):
    user, pairing = request.user, visible(request.user, pk)
    require(rules.may_change_plan(user, pairing))
    plan = getattr(pairing, "co_building", None)
    initial = {"content": plan.content, "signed_on": plan.signed_on} if plan else {}
    form = PartnershipPlanForm(posted(request), user=user, initial=initial)
    if _carried_out(form, actions.change_plan, pairing=pairing, by=user):
        return redirect(address_of(pairing))
    here = _("Change what was agreed")
    return form_page(
        request, form, title=here, submit_label=_("Save"), cancel_url=address_of(pairing),
        crumbs=crumbs_of(pairing, here),
    )  # fmt: skip


def _carried_out(form, action, **known):
    """What the action returns; None when nothing right was sent, its reasons in the form."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return action(**known, **form.agreed())
    except ValidationError as problem:
        refuse(form, problem)
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
    return None


@require_POST
def export_partnerships(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(PARTNERSHIP_LEDGER, filters=filters, by=request.user))
