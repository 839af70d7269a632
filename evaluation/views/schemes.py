"""Schemes: list, page, writing a draft with its indicators and thresholds, publishing, versions."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import hooks, indicators
from evaluation.actions import schemes as actions
from evaluation.filters.schemes import NEWEST, TABS, SchemeFilter
from evaluation.forms.schemes import GatesForm, IndicatorsForm, PublishForm, SchemeForm
from evaluation.models import Scheme
from evaluation.models.schemes import SchemeState
from evaluation.rules import schemes as rules
from portal.access import NotNow, NotYours, Permission, require
from portal.forms import ReaderForm
from portal.rules import may_see_people
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import carried_out
from portal.web import exact_total, form_page, listed, page_or_part, posted, sheet_page, tabbed

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def schemes(request):
    user = request.user
    require(may_see_people(user))
    keeps = user.holds(Permission.MANAGE_EVALUATION)
    tabs = {code: label for code, label in TABS.items() if keeps or code != SchemeState.DRAFT}
    tab = request.GET.get("tab")
    tab = tab if tab in tabs else SchemeState.PUBLISHED.value
    rows = Scheme.objects.visible_to(user).filter(state=tab)
    filtered = SchemeFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else rows.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), NEWEST),
        **tabbed(filtered, tab, tabs, NEWEST),
        "may_write": keeps,
        "crumbs": [Area.EVALUATION.crumb, (_("Schemes"), "")],
    }
    return page_or_part(request, "evaluation/schemes.html", "evaluation/_scheme_rows.html", context)


@seen
def _visible(user):
    return Scheme.objects.visible_to(user).select_related(
        "organ__division", "previous", "published_by", "written_by"
    )


def _crumbs(scheme, *here):
    return [
        (_("Schemes"), reverse("evaluation:schemes")),
        (_title(scheme), scheme.get_absolute_url()),
        *here,
    ]


def _title(scheme):
    return _("%(title)s, version %(n)s") % {"title": scheme.title, "n": scheme.version}


def _lines(scheme):
    """Its indicators with what the closed list says of them."""
    lines = list(scheme.indicators.order_by("pk"))
    for line in lines:
        line.meant = indicators.INDICATORS.get(line.indicator)
        line.title = rules.title_of(line.indicator)
        line.kind = indicators.KINDS[line.meant.kind] if line.meant else ""
    return lines


def _said(scheme):
    """What page and print say of a scheme."""
    return {
        "scheme": scheme,
        "title": _title(scheme),
        "weights": [(one.label, weight) for one, weight in scheme.weights.items()],
        "dimensions": [(one.label, weight) for one, weight in scheme.dimension_weights.items()],
        "marks": [(one.label, points) for one, points in scheme.mark_points.items()],
        "kinds": [
            label for code, label in scheme._meta.get_field("unit_kinds").base_field.choices
            if code in scheme.unit_kinds
        ],
        "lines": _lines(scheme),
        "gates": scheme.gates.order_by("-gate"),
    }  # fmt: skip


@require_safe
def scheme(request, pk):
    user, scheme = request.user, _visible(request.user, pk)
    keeps = rules.keeps(user, scheme)
    context = {
        **_said(scheme),
        "problems": rules.problems(scheme) if scheme.is_draft else [],
        "versions": Scheme.objects.visible_to(user)
        .filter(
            # A version may have got another title: what came before and after stands by the link.
            Q(organ=scheme.organ_id, title=scheme.title)
            | Q(pk=scheme.previous_id)
            | Q(previous=scheme)
        )
        .order_by("-version", "-pk"),
        "keeps": keeps,
        "acts": _acts(user, scheme),
        "links": [
            (title, reverse(name, args=[scheme.pk]))
            for title, name, permission in hooks.SCHEME_LINKS
            if keeps and user.holds(permission)
        ],
        "crumbs": [
            Area.EVALUATION.crumb, (_("Schemes"), reverse("evaluation:schemes")),
            (_title(scheme), ""),
        ],
    }  # fmt: skip
    return render(request, "evaluation/scheme.html", context)


def _acts(user, scheme):
    change = rules.may_change_scheme
    acts = [
        ("publish_scheme", _("Publish it"), rules.may_publish_scheme, {"primary": True}),
        ("edit_scheme", _("Change title, weights and marks"), change, {}),
        ("scheme_indicators", _("Set the indicators"), change, {}),
        ("scheme_gates", _("Set the thresholds"), change, {}),
        ("begin_scheme_version", _("Begin a new version"), rules.may_begin_version,
         {"post": True}),
        ("withdraw_scheme", _("Use it no longer"), rules.may_withdraw_scheme, {}),
        ("drop_scheme", _("Throw away"), rules.may_drop_scheme,
         {"post": True, "confirm": _("Throw this draft away?")}),
    ]  # fmt: skip
    if not scheme.is_draft:
        # One refusal says it for all that cannot be changed any more.
        acts = [act for act in acts if act[0] not in {"scheme_indicators", "scheme_gates"}]
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, scheme)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"evaluation:{name}", args=[scheme.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_form
def new_scheme(request):
    user = request.user
    require(rules.may_write_scheme(user, actions.own_organ(user)))
    form = SchemeForm(posted(request), user=user)
    if scheme := carried_out(form, actions.write_scheme, by=user, at=timezone.now()):
        return redirect("evaluation:scheme_indicators", scheme.pk)
    here = _("Write a scheme")
    return form_page(
        request, form, title=here, submit_label=_("Keep as a draft"),
        intro=_("One scheme for each class: who goes down in the same way is judged in the same "
                "way. Indicators and thresholds follow on the next pages."),
        cancel_url=reverse("evaluation:schemes"),
        crumbs=[(_("Schemes"), reverse("evaluation:schemes")), (here, "")],
    )  # fmt: skip


@require_form
def edit_scheme(request, pk):
    scheme = _visible(request.user, pk)
    require(rules.may_change_scheme(request.user, scheme))
    initial = {name: getattr(scheme, name) for name in actions.TERMS}
    form = SchemeForm(posted(request), user=request.user, initial=initial)
    if carried_out(form, actions.change_scheme, scheme=scheme, by=request.user):
        return redirect(scheme)
    here = _("Change the draft")
    return form_page(
        request, form, title=here, submit_label=_("Keep"), cancel_url=scheme.get_absolute_url(),
        crumbs=_crumbs(scheme, (here, "")),
    )  # fmt: skip


@require_form
def scheme_indicators(request, pk):
    """One line for each indicator that fits; a share puts it into the scheme."""
    scheme = _visible(request.user, pk)
    require(rules.may_change_scheme(request.user, scheme))
    form = IndicatorsForm(posted(request), scheme=scheme)
    if form.is_bound and form.is_valid():
        try:
            actions.set_indicators(scheme, by=request.user, lines=form.chosen)
            return redirect(scheme)
        except ValidationError as problem:
            form.problem = problem.messages[0]
    here = _("Set the indicators")
    context = {
        "scheme": scheme, "form": form, "title": here, "crumbs": _crumbs(scheme, (here, "")),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "evaluation/scheme_indicators.html", context, status=status)


@require_form
def scheme_gates(request, pk):
    scheme = _visible(request.user, pk)
    require(rules.may_change_scheme(request.user, scheme))
    initial = dict(scheme.gates.values_list("gate", "limit"))
    form = GatesForm(posted(request), user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        actions.set_gates(scheme, by=request.user, limits=form.limits)
        return redirect(scheme)
    here = _("Set the thresholds")
    return form_page(
        request, form, title=here, submit_label=_("Keep"), cancel_url=scheme.get_absolute_url(),
        intro=_("A threshold is met or not and gives no points. Empty: none."),
        crumbs=_crumbs(scheme, (here, "")),
    )  # fmt: skip


@require_form
def publish_scheme(request, pk):
    scheme = _visible(request.user, pk)
    require(rules.may_publish_scheme(request.user, scheme))
    form = PublishForm(posted(request), user=request.user)
    if carried_out(form, actions.publish_scheme, scheme=scheme, by=request.user, at=timezone.now()):
        return redirect(scheme)
    here = _("Publish it")
    intro = _("Everybody who works with people can read it from now on, and nobody can change it "
              "any more; what is to be different then becomes a new version.")  # fmt: skip
    if scheme.previous_id and scheme.previous.state == SchemeState.PUBLISHED:
        intro += _(" Version %(n)s is no longer taken for new cycles; those that began with it go "
                   "on by it.") % {"n": scheme.previous.version}  # fmt: skip
    return form_page(
        request, form, title=here, submit_label=here, intro=intro,
        cancel_url=scheme.get_absolute_url(), crumbs=_crumbs(scheme, (here, "")),
    )  # fmt: skip


@require_POST
def begin_scheme_version(request, pk):
    scheme = _visible(request.user, pk)
    return redirect(actions.begin_version(scheme, by=request.user, at=timezone.now()))


@require_form
def withdraw_scheme(request, pk):
    scheme = _visible(request.user, pk)
    require(rules.may_withdraw_scheme(request.user, scheme))
    form = ReaderForm(posted(request), user=request.user)
    if carried_out(
        form, actions.withdraw_scheme, scheme=scheme, by=request.user, at=timezone.now()
    ):
        return redirect(scheme)
    here = _("Use it no longer")
    return form_page(
        request, form, title=here, submit_label=here, cancel_url=scheme.get_absolute_url(),
        intro=_("No new cycle begins with it. Cycles that began with it go on by it, and it can be "
                "read for as long as they can."),
        crumbs=_crumbs(scheme, (here, "")),
    )  # fmt: skip


@require_POST
def drop_scheme(request, pk):
    scheme = _visible(request.user, pk)
    actions.drop_scheme(scheme, by=request.user)
    return redirect("evaluation:schemes")


@require_safe
def print_scheme(request, pk):
    scheme = _visible(request.user, pk)
    return sheet_page(request, "evaluation/slips/scheme.html", lambda: _said(scheme))
