"""Cadres and who stands in for whom."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import rules
from portal.actions import people as actions
from portal.acts.people import CADRES, kept_cadre, visible_cadre
from portal.choosing import three_gates
from portal.forms.staff import NewCadreForm, carried_out
from portal.models import AvoidancePair, Experience, Organ
from portal.pages import asked
from portal.pages.web import form_page, posted
from portal.roles import Permission
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

# Parts of a cadre's page that the apps above own: (title, url name of a part, permission).
CADRE_PARTS = []


# --- Cadres -----------------------------------------------------------------------------------


@require_safe
def cadre(request, pk):
    user = request.user
    own = getattr(user, "cadre", None)
    if own is None or own.pk != pk:
        require(rules.may_see_people(user))
    cadre = visible_cadre(user, pk)
    reads = rules.may_read_particulars(user, cadre)
    may_change = rules.may_change_cadre(user, cadre)
    acts = []
    if user.holds(Permission.MANAGE_PEOPLE):
        url = f"{reverse('new_reorganisation', args=['transfer', 'cadre'])}?of={cadre.pk}"
        correct, *more = CADRES.buttons(user, cadre)
        acts = [correct, _act(_("Transfer"), may_change, url), *more]
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
    # No row: it goes back to the organ from which one came.
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


@require_POST
def end_avoidance(request, pk, pair_pk):
    # No row: its address names the cadre, on either side, and the pair.
    cadre = kept_cadre(request.user, pk)
    require(rules.may_keep_avoidance(request.user, cadre))
    pairs = AvoidancePair.objects.filter(Q(cadre=cadre) | Q(other=cadre))
    pair = get_object_or_404(pairs.select_related("cadre__organ__division"), pk=pair_pk)
    actions.end_avoidance(pair=pair, by=request.user, at=timezone.now())
    return redirect(cadre)


@require_POST
def drop_experience(request, pk, experience_pk):
    # No row: its address names the cadre before the experience.
    cadre = kept_cadre(request.user, pk)
    experience = get_object_or_404(
        Experience.objects.select_related("cadre"), pk=experience_pk, cadre=cadre
    )
    actions.drop_experience(experience=experience, by=request.user)
    return redirect(cadre)
