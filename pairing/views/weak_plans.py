"""一支一策: items and their progress, 四个一, monthly reviews, and the plan on paper."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pairing.actions import weak_cases as case_actions
from pairing.actions import weak_plans as actions
from pairing.forms.weak import (
    EndItemForm,
    EndSupportForm,
    ItemForm,
    PlanForm,
    ProgressForm,
    ReviewForm,
    SupportForm,
)
from pairing.ledgers.weak import LEVELS, situation_words
from pairing.models import CaseSupport, RectificationItem
from pairing.models.weak_cases import SupportKind
from pairing.rules import weak as rules
from pairing.views.weak_cases import act_page, cleaned, crumbs, visible_case
from portal.access import require
from portal.text_forms import ReasonForm
from portal.web import form_page, posted, sheet_page

SUPPORT_WORDS = {
    SupportKind.LEADER: "联村县级领导", SupportKind.SECRETARY: "第一书记",
    SupportKind.ORGAN: "结对帮扶单位", SupportKind.TOWNSHIP: "包村乡镇领导",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def lay_down_weak_plan(request, pk):
    user, case = request.user, visible_case(request.user, pk)
    return act_page(
        request, case, rule=rules.may_lay_down(user, case),
        form=PlanForm(posted(request), user=user, initial={"goal": case.goal}),
        act=lambda form: case_actions.lay_down_plan(
            case=case, by=user, at=timezone.now(), **cleaned(form)
        ),
        title=_("Lay down the plan"), submit=_("Lay it down"),
        intro=_("Every situation has its measure; items can be added later."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add_weak_item(request, pk):
    user, case = request.user, visible_case(request.user, pk)
    return act_page(
        request, case, rule=rules.may_change_plan(user, case),
        form=ItemForm(posted(request), user=user, case=case),
        act=lambda form: actions.add_item(case=case, by=user, at=timezone.now(), **cleaned(form)),
        title=_("Add an item to the plan"), submit=_("Add it"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def name_weak_support(request, pk):
    user, case = request.user, visible_case(request.user, pk)
    return act_page(
        request, case, rule=rules.may_change_plan(user, case),
        form=SupportForm(posted(request), user=user),
        act=lambda form: actions.name_support(
            case=case, by=user, at=timezone.now(), **cleaned(form)
        ),
        title=_("Name who helps (四个一)"), submit=_("Name"),
        intro=_("Whoever was named before ends the day before."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_weak_support(request, pk):
    user = request.user
    support = get_object_or_404(
        CaseSupport.objects.visible_to(user).select_related("cadre", "organ"), pk=pk
    )
    support.case = case = visible_case(user, support.case_id)
    return act_page(
        request, case, rule=rules.may_end_support(user, support),
        form=EndSupportForm(posted(request), user=user),
        act=lambda form: actions.end_support(support=support, by=user, **cleaned(form)),
        title=_("Somebody no longer helps"), submit=_("End it"), intro=support.who,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def review_weak_case(request, pk):
    user, case = request.user, visible_case(request.user, pk)
    return act_page(
        request, case, rule=rules.may_review(user, case),
        form=ReviewForm(posted(request), user=user),
        act=lambda form: actions.review_case(
            case=case, by=user, at=timezone.now(), **cleaned(form)
        ),
        title=_("Write the monthly review"), submit=_("Keep it"),
    )  # fmt: skip


def _visible_item(user, pk):
    item = get_object_or_404(RectificationItem.objects.visible_to(user), pk=pk)
    item.case = visible_case(user, item.case_id)
    return item


@require_http_methods(["GET", "HEAD", "POST"])
def weak_item_progress(request, pk):
    user, item = request.user, _visible_item(request.user, pk)
    return act_page(
        request, item.case, rule=rules.may_note_progress(user, item),
        form=ProgressForm(posted(request), user=user),
        act=lambda form: actions.note_progress(
            item=item, by=user, at=timezone.now(), **cleaned(form)
        ),
        title=_("Write the progress"), submit=_("Keep it"), intro=item.measure,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_weak_item(request, pk):
    user, item = request.user, _visible_item(request.user, pk)
    return act_page(
        request, item.case, rule=rules.may_end_item(user, item),
        form=EndItemForm(posted(request), user=user),
        act=lambda form: actions.end_item(item=item, by=user, at=timezone.now(), **cleaned(form)),
        title=_("Write the item off or drop it"), submit=_("Keep it"), intro=item.measure,
    )  # fmt: skip


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def weak_plan(request, pk):
    """整顿方案, without the secretary's name."""
    return _plan_sheet(request, visible_case(request.user, pk), names_secretary=False)


@require_http_methods(["GET", "HEAD", "POST"])
def weak_plan_named(request, pk):
    """The same with the secretary's name: an explicit choice, with a reason that is kept."""
    user, case = request.user, visible_case(request.user, pk)
    require(rules.may_name_secretary(user, case))
    form = ReasonForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        case_actions.name_secretary(case=case, reason=form.cleaned_data["reason"], by=user)
        return _plan_sheet(request, case, names_secretary=True)
    here = _("Print the plan with the secretary's name")
    return form_page(
        request, form, title=here, submit_label=here, crumbs=crumbs(case, here),
        intro=_("Names stand on the sheet only where it needs them. The reason is kept."),
        cancel_url=case.get_absolute_url(),
    )  # fmt: skip


def _plan_sheet(request, case, *, names_secretary):
    def context():
        words = situation_words()
        items = case.items.exclude(state="dropped").select_related("cadre").order_by("due_on", "pk")
        supports = {}
        rows = case.supports.running(request.user.today).select_related("cadre", "organ")
        for one in rows:
            supports[one.kind] = one.who
        return {
            "case": case,
            "names_secretary": names_secretary,
            "level": LEVELS[case.level],
            "situations": [words[one.situation] for one in case.situations.all()],
            "items": [(words[one.situation], one) for one in items],
            "supports": [
                (heading, supports.get(kind, "")) for kind, heading in SUPPORT_WORDS.items()
            ],
        }

    return sheet_page(request, "pairing/slips/weak_plan.html", context)
