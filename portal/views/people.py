"""Pages of cadres and stand-ins."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal import rules
from portal.actions import people as actions
from portal.acts.people import CADRES, kept_cadre, visible_cadre
from portal.choosing import three_gates
from portal.forms.staff import NewCadreForm, carried_out
from portal.models import AvoidancePair, Experience, Organ
from portal.pages.web import posted
from portal.places import handing_over
from portal.roles import Permission
from portal.tools import asked
from portal.tools.prepared import Prepared
from portal.trust.access import require
from portal.views.pieces import ask, button, parts_of, require_form

# Parts of a cadre's page that the apps above own: (title, url name of a part, permission).
CADRE_PARTS = []


# --- Cadres -----------------------------------------------------------------------------------


_EXPERIENCES = Prepared(
    lambda cadre: Experience.objects.filter(cadre=cadre).order_by("-started_on", "-pk"), cadre=-1
)
_AVOIDANCES = Prepared(
    lambda cadre: (
        AvoidancePair.objects.filter(Q(cadre=cadre) | Q(other=cadre), ended_at=None)
        .select_related("cadre__organ", "other__organ", "unit")
        .order_by("pk")
    ),
    cadre=-1,
)


def _own_or_kept(user, pk):
    may_see = rules.may_see_people(user)
    if not may_see and getattr(getattr(user, "cadre", None), "pk", None) != pk:
        require(may_see)
    return visible_cadre(user, pk)


@require_safe
def cadre(request, pk):
    user = request.user
    cadre = _own_or_kept(user, pk)
    reads = rules.may_read_particulars(user, cadre)
    experiences = _EXPERIENCES.rows(cadre=pk) if reads else []
    may_change = rules.may_change_cadre(user, cadre)
    acts = []
    if user.holds(Permission.MANAGE_PEOPLE):
        to = ("new_reorganisation", "transfer", "cadre")
        correct, *more = CADRES.buttons(user, cadre)
        acts = [correct, button(_("Transfer"), may_change, *to, of=cadre.pk), *more]
    if may_hand_over := rules.may_read_handing_over(user, cadre):
        acts.append(button(_("What is to be handed over"), may_hand_over, "handing_over", cadre.pk))
    if cadre.user_id and user.holds(Permission.RESET_PASSWORDS):
        account, label = cadre.user, _("Print a one-time password")
        if account.organ_id == cadre.organ_id:
            account.organ = cadre.organ
        may_print = rules.may_make_slip(user, account)
        acts.append(button(label, may_print, "password_slips", q=account.username))
    context = {
        "cadre": cadre,
        "reads_particulars": reads,
        "experiences": experiences,
        "may_change": may_change,
        "avoidances": _avoidances(user, cadre),
        "hint": three_gates.hint(cadre, user.today, experiences=experiences)
        if reads and rules.may_see_three_gates(user, cadre)
        else None,
        "acts": acts,
        "parts": parts_of(user, CADRE_PARTS, cadre),
        "crumbs": [
            (_("Cadres"), reverse("cadres")),
            (cadre.organ.label, cadre.organ.get_absolute_url()),
            (cadre.name, ""),
        ],
    }
    return render(request, "portal/cadre.html", context)


@require_safe
def hand_over(request, pk):
    """Everything that somebody carries, on one page, before they leave."""
    user = request.user
    cadre = _own_or_kept(user, pk)
    require(rules.may_read_handing_over(user, cadre))
    context = {
        "cadre": cadre,
        "lines": handing_over.lines(cadre, user),
        "acts": _ways_on(user, cadre),
        "crumbs": [
            (_("Cadres"), reverse("cadres")),
            (cadre.name, cadre.get_absolute_url()),
            (_("What is to be handed over"), ""),
        ],
    }
    return render(request, "portal/handing_over.html", context)


def _ways_on(user, cadre):
    """Return the ways to pass on everything: a transfer, leaving, or a stand-in until that is
    decided."""
    acts = []
    if user.holds(Permission.MANAGE_PEOPLE):
        to = ("new_reorganisation", "transfer", "cadre")
        decision = rules.may_change_cadre(user, cadre)
        acts = [button(_("Transfer"), decision, *to, of=cadre.pk)]
        acts += [one for one in [CADRES.button("cadre_left", user, cadre)] if one]
    if cadre.user_id and (may_name := rules.may_see_stand_ins(user)):
        acts.append(button(_("Name a stand-in"), may_name, "new_stand_in"))
    return acts


def _avoidances(user, cadre):
    """[(cadre or unit to avoid, pair)]; empty for everybody but the office."""
    if not rules.may_keep_avoidance(user, cadre):
        return []
    return [
        (pair.unit or (pair.other if pair.cadre_id == cadre.pk else pair.cadre), pair)
        for pair in _AVOIDANCES.rows(cadre=cadre.pk)
    ]


@require_form
def new_cadre(request):
    # No row of `Acts`: it returns to the organ from whose page it was opened.
    if not request.user.holds(Permission.MANAGE_PEOPLE):
        require(rules.may_keep_cadre(request.user, None))
    organ = asked.row(request.GET, "organ", Organ.objects.select_related("parent"))
    form = NewCadreForm(posted(request), user=request.user, initial={"organ": organ})
    if cadre := carried_out(form, actions.add_cadre, by=request.user):
        return redirect(cadre)
    above = (_("Cadres"), "cadres")
    intro = _("Only what the programme needs; no ID number and no private phone.")
    return ask(request, form, _("Add a cadre"), _("Add"), above, back=organ, intro=intro)


@require_POST
def end_avoidance(request, pk, pair_pk):
    # No row of `Acts`: its address names the pair and one of its two cadres.
    cadre = kept_cadre(request.user, pk)
    require(rules.may_keep_avoidance(request.user, cadre))
    pairs = AvoidancePair.objects.filter(Q(cadre=cadre) | Q(other=cadre))
    pair = get_object_or_404(pairs.select_related("cadre__organ__division"), pk=pair_pk)
    actions.end_avoidance(pair=pair, by=request.user, at=timezone.now())
    return redirect(cadre)


@require_POST
def drop_experience(request, pk, experience_pk):
    # No row of `Acts`: its address names the cadre before the experience.
    cadre = kept_cadre(request.user, pk)
    require(rules.may_change_cadre(request.user, cadre))
    experience = get_object_or_404(
        Experience.objects.select_related("cadre"), pk=experience_pk, cadre=cadre
    )
    actions.drop_experience(experience=experience, by=request.user)
    return redirect(cadre)
