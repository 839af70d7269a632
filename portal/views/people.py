"""Cadres and who stands in for whom."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import asked, lists, rules, succession, three_gates
from portal.access import Permission, organ_reach, require
from portal.actions import people as actions
from portal.models import AvoidancePair, Cadre, Experience, Organ, StandIn
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import (
    AvoidanceForm,
    CadreForm,
    ExperienceForm,
    LeftForm,
    NewCadreForm,
    PlacingForm,
    StandInForm,
    carried_out,
)
from portal.web import Sort, exact_total, form_page, listed, posted

require_form = require_http_methods(["GET", "HEAD", "POST"])

# Parts of a cadre's page that the apps above own: (title, url name of a part, permission).
CADRE_PARTS = []

CADRE_ORDER = Sort(
    gettext_lazy("official order"),
    ("organ__sort_order", "organ_id", "sort_order"),
    descending=False,
)
STAND_IN_ORDER = Sort(gettext_lazy("newest first"), "starts_on")


# --- Cadres -----------------------------------------------------------------------------------


@require_safe
def cadres(request):
    user = request.user
    require(rules.may_see_people(user))
    today = user.today
    rows = Cadre.objects.visible_to(user)
    tab = "left" if request.GET.get("tab") == "left" else "serving"
    rows = rows.filter(left_on__lte=today) if tab == "left" else rows.serving(today)
    text = request.GET.get("q", "").strip()[:60]
    if text:
        organs = Organ.objects.called(text).values("pk")
        named = Cadre.objects.called(text).values("pk")
        rows = rows.filter(Q(pk__in=named) | Q(organ__in=organs))
    organ = asked.row(request.GET, "organ", Organ.objects.all())
    if organ:
        rows = rows.filter(organ__path__startswith=organ.path)
    exact = exact_total(request, rows)
    if exact:
        return exact
    context = {
        "text": text,
        "organ": organ,
        "tab": tab,
        "tabs": [
            {"code": "serving", "label": _("Serving"), "current": tab == "serving"},
            {"code": "left", "label": _("Left"), "current": tab == "left"},
        ],
        "columns": lists.columns(user, "cadres"),
        "keeps_people": user.holds(Permission.MANAGE_PEOPLE),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Cadres"), "")],
        **listed(request, rows.select_related("organ"), CADRE_ORDER),
    }
    return render(request, "portal/cadres.html", context)


@seen
def _visible(user):
    return Cadre.objects.visible_to(user).select_related(
        "organ__division", "organ__parent", "user", "spouse__organ", "home_division__parent"
    )


@require_safe
def cadre(request, pk):
    user = request.user
    own = getattr(user, "cadre", None)
    if own is None or own.pk != pk:
        require(rules.may_see_people(user))
    cadre = _visible(user, pk)
    reads = rules.may_read_particulars(user, cadre)
    may_change = rules.may_change_cadre(user, cadre)
    acts = []
    if user.holds(Permission.MANAGE_PEOPLE):
        acts = [
            _act(_("Correct"), may_change, reverse("edit_cadre", args=[cadre.pk])),
            _act(
                _("Transfer"),
                may_change,
                f"{reverse('new_reorganisation', args=['transfer', 'cadre'])}?of={cadre.pk}",
            ),
            _act(_("Add experience"), may_change, reverse("add_experience", args=[cadre.pk])),
            _act(
                _("Spouse, home, expertise"), may_change, reverse("edit_placing", args=[cadre.pk])
            ),
            _act(_("Enter an avoidance"), may_change, reverse("add_avoidance", args=[cadre.pk])),
            _act(_("Has left"), may_change, reverse("cadre_left", args=[cadre.pk])),
        ]
    if cadre.user_id and user.holds(Permission.RESET_PASSWORDS):
        acts.append(
            _act(
                _("Print a one-time password"),
                rules.may_make_slip(user, cadre.user),
                f"{reverse('password_slips')}?q={cadre.user.username}",
            )
        )
    context = {
        "cadre": cadre,
        "reads_particulars": reads,
        "experiences": cadre.experiences.order_by("-started_on", "-pk") if reads else (),
        "may_change": may_change,
        "avoidances": _avoidances(user, cadre),
        "hint": _three_gate_hint(user, cadre),
        "acts": acts,
        "parts": [
            {"title": title, "url": reverse(name, args=[cadre.pk])}
            for title, name, permission in CADRE_PARTS
            if user.holds(permission)
        ],
        "crumbs": [
            (_("Cadres"), reverse("cadres")),
            (cadre.organ.label, cadre.organ.get_absolute_url()),
            (cadre.name, ""),
        ],
    }
    return render(request, "portal/cadre.html", context)


def _avoidances(user, cadre):
    """[(what is avoided, pair)]; nothing for anybody but the office."""
    if not rules.may_keep_avoidance(user, cadre):
        return []
    pairs = AvoidancePair.objects.filter(Q(cadre=cadre) | Q(other=cadre), ended_at=None)
    pairs = pairs.select_related("cadre__organ", "other__organ", "unit").order_by("pk")
    return [
        (pair.unit or (pair.other if pair.cadre_id == cadre.pk else pair.cadre), pair)
        for pair in pairs
    ]


def _three_gate_hint(user, cadre):
    if not rules.may_see_three_gates(user, cadre):
        return None
    return three_gates.hint(cadre, user.today)


def _act(label, decision, url):
    return {"label": label, "decision": decision, "url": url, "primary": False}


@require_form
def new_cadre(request):
    if not request.user.holds(Permission.MANAGE_PEOPLE):
        require(rules.may_keep_cadre(request.user, None))
    organ = asked.row(request.GET, "organ", Organ.objects.select_related("parent"))
    form = NewCadreForm(posted(request), user=request.user, initial={"organ": organ})
    cadre = carried_out(form, actions.add_cadre, by=request.user)
    if cadre:
        return redirect(cadre)
    return form_page(
        request,
        form,
        title=_("Add a cadre"),
        intro=_("Only what the programme needs; no ID number and no private phone."),
        submit_label=_("Add"),
        cancel_url=organ.get_absolute_url() if organ else reverse("cadres"),
        crumbs=[(_("Cadres"), reverse("cadres")), (_("Add a cadre"), "")],
    )


@require_form
def edit_cadre(request, pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    form = CadreForm(
        posted(request),
        user=request.user,
        initial={name: getattr(cadre, name) for name in CadreForm.base_fields},
    )
    changed = carried_out(form, actions.change_cadre, cadre=cadre, by=request.user)
    if changed:
        return redirect(changed)
    return form_page(
        request,
        form,
        title=_("Correct %(name)s") % {"name": cadre.name},
        intro=_("For slips of the pen. Who goes to another organ is transferred."),
        submit_label=_("Save"),
        cancel_url=cadre.get_absolute_url(),
        crumbs=_crumbs(cadre, _("Correct")),
    )


def _crumbs(cadre, last):
    return [
        (_("Cadres"), reverse("cadres")),
        (cadre.name, cadre.get_absolute_url()),
        (last, ""),
    ]


@require_form
def cadre_left(request, pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    form = LeftForm(posted(request), user=request.user, initial={"left_on": request.user.today})
    if carried_out(form, actions.cadre_left, cadre=cadre, by=request.user):
        if cadre.user_id and cadre.user.is_active:
            messages.warning(
                request,
                _(
                    "The account %(username)s is still in use; the system administrator "
                    "finds it under “Person has left” and ends it."
                )
                % {"username": cadre.user.username},
            )
        return redirect(cadre)
    today = request.user.today
    held = [one for ask in succession.HELD_BY_CADRE for one in ask(cadre, on=today) if one.count]
    return form_page(
        request,
        form,
        title=_("%(name)s has left") % {"name": cadre.name},
        intro=_("Still to be given to somebody: %(held)s.")
        % {"held": _(", ").join(f"{one.title} {one.count}" for one in held)}
        if held
        else "",
        submit_label=_("Has left"),
        cancel_url=cadre.get_absolute_url(),
        crumbs=_crumbs(cadre, _("Has left")),
    )


@require_form
def edit_placing(request, pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    initial = {name: getattr(cadre, name) for name in PlacingForm.base_fields}
    form = PlacingForm(posted(request), user=request.user, initial=initial)
    if carried_out(form, actions.change_placing, cadre=cadre, by=request.user):
        return redirect(cadre)
    return form_page(
        request,
        form,
        title=_("Spouse, home and expertise of %(name)s") % {"name": cadre.name},
        intro=_("For choosing who is sent where. Nothing about health is entered."),
        submit_label=_("Save"),
        cancel_url=cadre.get_absolute_url(),
        crumbs=_crumbs(cadre, _("Spouse, home, expertise")),
    )


@require_form
def add_avoidance(request, pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    form = AvoidanceForm(posted(request), user=request.user)
    if carried_out(form, actions.add_avoidance, cadre=cadre, by=request.user, at=timezone.now()):
        return redirect(cadre)
    return form_page(
        request,
        form,
        title=_("Avoidance of %(name)s") % {"name": cadre.name},
        intro=_("They are not brought together. No reason is asked; the office alone sees it."),
        submit_label=_("Enter"),
        cancel_url=cadre.get_absolute_url(),
        crumbs=_crumbs(cadre, _("Avoidance")),
    )


@require_POST
def end_avoidance(request, pk, pair_pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_keep_avoidance(request.user, cadre))
    pairs = AvoidancePair.objects.filter(Q(cadre=cadre) | Q(other=cadre))
    pair = get_object_or_404(pairs.select_related("cadre__organ__division"), pk=pair_pk)
    actions.end_avoidance(pair=pair, by=request.user, at=timezone.now())
    return redirect(cadre)


@require_form
def add_experience(request, pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    form = ExperienceForm(posted(request), user=request.user)
    if carried_out(form, actions.add_experience, cadre=cadre, by=request.user):
        return redirect(cadre)
    return form_page(
        request,
        form,
        title=_("Experience of %(name)s") % {"name": cadre.name},
        submit_label=_("Add"),
        cancel_url=cadre.get_absolute_url(),
        crumbs=_crumbs(cadre, _("Experience")),
    )


@require_POST
def drop_experience(request, pk, experience_pk):
    require(rules.may_see_people(request.user))
    cadre = _visible(request.user, pk)
    experience = get_object_or_404(
        Experience.objects.select_related("cadre"), pk=experience_pk, cadre=cadre
    )
    actions.drop_experience(experience=experience, by=request.user)
    return redirect(cadre)


# --- Stand-ins --------------------------------------------------------------------------------


def _stand_ins_of(user):
    """One's own, on either side, and those of people whom one names stand-ins for."""
    return StandIn.objects.filter(
        Q(principal=user)
        | Q(stand_in=user)
        | organ_reach(user, Permission.NAME_STAND_INS, to="principal__organ")
    )


@require_safe
def stand_ins(request):
    user = request.user
    require(rules.may_see_stand_ins(user))
    today = user.today
    tab = "ended" if request.GET.get("tab") == "ended" else "running"
    rows = _stand_ins_of(user)
    rows = rows.filter(ends_on__lt=today) if tab == "ended" else rows.filter(ends_on__gte=today)
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(Q(principal__name__startswith=text) | Q(stand_in__name__startswith=text))
    exact = exact_total(request, rows)
    if exact:
        return exact
    context = {
        "text": text,
        "tab": tab,
        "today": today,
        "tabs": [
            {"code": "running", "label": _("Now and later"), "current": tab == "running"},
            {"code": "ended", "label": pgettext("stand-ins", "Ended"), "current": tab == "ended"},
        ],
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Stand-ins"), "")],
        **listed(
            request,
            rows.select_related("principal__organ", "stand_in__organ", "named_by"),
            STAND_IN_ORDER,
        ),
    }
    return render(request, "portal/stand_ins.html", context)


@require_form
def new_stand_in(request):
    user = request.user
    require(rules.may_see_stand_ins(user))
    form = StandInForm(
        posted(request),
        user=user,
        for_others=user.holds(Permission.NAME_STAND_INS),
        initial={"starts_on": user.today},
    )
    if carried_out(form, actions.name_stand_in, by=user):
        return redirect("stand_ins")
    return form_page(
        request,
        form,
        title=_("Name a stand-in"),
        intro=_(
            "In these days the stand-in may do what the person may do. Every step names both. "
            "Private reflections stay closed to the stand-in."
        ),
        submit_label=_("Name the stand-in"),
        cancel_url=reverse("stand_ins"),
        crumbs=[(_("Stand-ins"), reverse("stand_ins")), (_("Name a stand-in"), "")],
    )


@require_POST
def end_stand_in(request, pk):
    user = request.user
    stand_in = get_object_or_404(
        _stand_ins_of(user).select_related("principal__organ__division"), pk=pk
    )
    actions.end_stand_in(stand_in=stand_in, by=user, on=user.today)
    return redirect("stand_ins")
