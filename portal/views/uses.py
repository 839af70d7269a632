"""The page where the office chooses what it uses."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portal import rules, uses
from portal.actions import uses as actions
from portal.forms.uses import UsesForm
from portal.models import PolicyParameter
from portal.pages.side_list import Area
from portal.pages.web import add_errors, posted
from portal.trust.access import require
from portal.uses import USES
from portal.views.pieces import require_form


@require_form
def choose_uses(request):
    """All uses with what each brings and what is kept of it; a change is confirmed with numbers."""
    require(rules.may_set_norms(request.user))
    on = set(USES) - uses.off()
    form = UsesForm(posted(request), initial={"codes": sorted(on)})
    wanted, ask = on, False
    if form.is_bound and form.is_valid():
        wanted = set(form.cleaned_data["codes"])
        ask = wanted != on and "confirmed" not in request.POST
        if ask:
            for code in on - wanted:
                if why := uses.in_the_way(code):
                    form.add_error(None, f"{USES[code].title}{_(': ')}{why}")
            ask = not form.errors
        else:
            if _chosen(request, form):
                return redirect("uses")
            wanted = on
    context = {
        "form": form,
        "rows": [_row(code, code in wanted) for code in USES],
        "ask": ask,
        "off": [_row(code, False, wanted) for code in USES if code in on - wanted],
        "on": [_row(code, True) for code in USES if code in wanted - on],
        "has_chosen": bool(uses.chosen_count()),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("What is used"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "portal/uses.html", context, status=status)


def _chosen(request, form):
    try:
        changed = actions.choose_uses(by=request.user, **form.cleaned_data)
    except ValidationError as problem:
        add_errors(form, problem)
        return False
    said = _("Saved. It holds from now on, for everybody.") if changed else _("It stays as it is.")
    messages.info(request, said)
    return True


def _row(code, is_on, still_on=()):
    use = USES[code]
    rows = PolicyParameter.objects.filter(code=f"{uses.CODES}{code}").select_related("set_by")
    return {
        "code": code,
        "title": use.title,
        "brings": use.brings,
        "is_on": is_on,
        "kept": uses.kept(code),
        "counts": [USES[one].title for one in use.counts],
        "counted_by": [USES[one].title for one in uses.counted_by(code) if one in still_on],
        "newest": rows.order_by("-valid_from", "-pk").first(),
    }
