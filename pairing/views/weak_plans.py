"""一支一策 on paper."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pairing.actions import weak_cases as case_actions
from pairing.acts.weak import crumbs, visible_case
from pairing.ledgers.weak import LEVELS, situation_words
from pairing.models.weak_cases import SupportKind
from pairing.rules import weak as rules
from portal.pages.text_forms import ReasonForm
from portal.pages.web import form_page, posted, sheet_page
from portal.sheets.wording import worded
from portal.trust import wall
from portal.trust.access import require

SUPPORT_WORDS = {
    SupportKind.LEADER: "联村县级领导",
    SupportKind.SECRETARY: "第一书记",
    SupportKind.ORGAN: "结对帮扶单位",
    SupportKind.TOWNSHIP: "包村乡镇领导",
}


@require_safe
def weak_plan(request, pk):
    """整顿方案, without the secretary's name."""
    return _plan_sheet(request, visible_case(request.user, pk), names_secretary=False)


@require_http_methods(["GET", "HEAD", "POST"])
def weak_plan_named(request, pk):
    """整顿方案 with the secretary's name, for a reason that is kept. A view, not an act, since it
    answers with the print."""
    user, case = request.user, visible_case(request.user, pk)
    require(rules.may_name_secretary(user, case))
    form = ReasonForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        with wall.as_system("an act, after its rule"):
            case_actions.name_secretary(case=case, reason=form.cleaned_data["reason"], by=user)
        return _plan_sheet(request, case, names_secretary=True)
    here = _("Print the plan with the secretary's name")
    return form_page(
        request,
        form,
        title=here,
        submit_label=here,
        crumbs=crumbs(case, here),
        intro=_("Names appear on the sheet only when needed. The reason is recorded."),
        cancel_url=case.get_absolute_url(),
    )


def _plan_sheet(request, case, *, names_secretary):
    def context():
        said = situation_words()
        items = case.items.exclude(state="dropped").select_related("cadre").order_by("due_on", "pk")
        rows = case.supports.running(request.user.today).select_related("cadre", "organ")
        supports = {one.kind: one.who for one in rows}
        return {
            "case": case,
            "names_secretary": names_secretary,
            "level": LEVELS[case.level],
            "situations": [said[one.situation] for one in case.situations.all()],
            "items": [(said[one.situation], one) for one in items],
            "supports": [
                (worded(words), supports.get(kind, "")) for kind, words in SUPPORT_WORDS.items()
            ],
        }

    about = case if names_secretary else None
    return sheet_page(
        request, "pairing/slips/weak_plan.html", context, about=about, at=timezone.now()
    )
