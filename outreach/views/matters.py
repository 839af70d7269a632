"""Matters: record, moves, contact, slips."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import telling
from outreach.actions import matters as actions
from outreach.acts.matters import crumbs as _crumbs
from outreach.acts.matters import taking_back
from outreach.acts.matters import visible_matter as _visible
from outreach.forms.matters import ContactForm, NewMatterForm
from outreach.given_before import organs_given
from outreach.models import (
    ContactCard,
    FollowUp,
    Matter,
    MatterAssignment,
    SlipRemark,
    SupervisionOrder,
    Visit,
)
from outreach.moves import DONE, MOVES, WORD_MOVES
from outreach.papers import RESULTS
from outreach.rules import door as door_rules
from outreach.rules import matters as rules
from outreach.views.door import receipts_of
from outreach.views.slips import told_on_paper
from portal import parameters, uses
from portal.models import GrassrootsUnit, ImportBatch, RoleGrant
from portal.models.text import as_written, shown
from portal.pages import drafts
from portal.pages.forms import kept_files
from portal.pages.onward import ROW, next_url, onward
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import (
    back,
    download,
    form_page,
    posted,
    posted_with_files,
    sent_key,
    sheet_page,
)
from portal.records.seen import seen_by, sees
from portal.records.steps import history
from portal.roles import Permission, Role
from portal.sheets import ledgers
from portal.tools.asked import whole_number
from portal.tools.prepared import Prepared
from portal.trust import wall
from portal.trust.access import Decision, require

# Parts of a matter's page, registered by apps above: (title, url name of the part, permission),
# optionally followed by a predicate of the matter if few matters have the part.
MATTER_PARTS = []
# Latest steps shown beside the form of a move.
STEPS_BESIDE = 3


@seen_by("slip__matter")
def _remarks(user):
    rows = SlipRemark.objects.visible_to(user).select_related("slip__made_by", "read_by")
    return rows.order_by("said_at", "pk")


@seen_by("matter")
def _follow_ups(user):
    """Callers see their own call-backs."""
    return FollowUp.objects.visible_to(user).select_related("caller", "side").order_by("pk")


_ORDERS = Prepared(
    lambda matter: (
        SupervisionOrder.objects.filter(matter=matter).select_related("leader").order_by("-pk")
    ),
    matter=-1,
)


@require_safe
def matter(request, pk):
    return _record(request, _visible(request.user, pk))


def _own_norm(matter):
    """Return the document that sets the deadline at this place if its norm differs from the general
    one, else ""."""
    code = f"matter.sla.{matter.urgency}"
    asked = {
        "on": timezone.localdate(matter.created_at),
        "at": parameters.place_of_unit(matter.unit),
    }
    if code in parameters.NORMS and parameters.differs_at(code, **asked):
        return parameters.basis(code, **asked)
    return ""


def _record(request, matter, *, contact=None, asked_side=None):
    standing, moves = rules.moves_for(request.user, matter)
    steps = history(matter, "on_behalf_of", "organ", prefetched=("attachments",))
    steps = _steps_shown(matter, standing, steps)
    may_read_contact = rules.may_read_contact(request.user, matter)
    if rules.may_read_as_written(request.user, matter, contact=may_read_contact):
        as_written(matter, *steps)
    sides = _sides_shown(matter, standing)
    remarks = _remarks(request.user, matter.pk)
    context = {
        "matter": matter,
        "entered_later": ImportBatch.entered_later(matter),
        "steps": steps,
        "moves": moves,
        "taking_back": [button] if (button := taking_back(request.user, matter)) else [],
        "assignments": standing.assignments,
        "open_request": standing.open_request,
        "orders": _ORDERS.rows(matter=matter.pk),
        "follow_ups": _follow_ups(request.user, matter.pk),
        "carrier": standing.carrier,
        "sees_raiser": not request.user.holds(Permission.INSTRUCT) or standing.is_registrar,
        "sides": sides,
        # Handlers see neither the visit behind a matter nor the matter it was merged into.
        "opens_visit": sees(request.user, Visit, matter.visit_id),
        "opens_target": sees(request.user, Matter, matter.merged_into_id),
        "may_read_contact": may_read_contact,
        "changing_contact": rules.may_change_contact(request.user, matter),
        "changing_sides": bool(sides)
        and rules.may_change_contact(request.user, matter, side=sides[0]),
        "contact": contact,
        "asked_side": asked_side,
        "slips": slips_for(standing),
        "last_word": next((s for s in steps if s.move in WORD_MOVES and s.text), None),
        "last_report": _rejected(matter, steps),
        "parts": [
            {"title": title, "url": reverse(name, args=[matter.pk])}
            for title, name, permission, *has in MATTER_PARTS
            if uses.is_open(name)
            and request.user.holds(permission)
            and all(one(matter) for one in has)
        ],
        "own_norm": _own_norm(matter),
        "remarks": remarks,
        "last_remark": max((remark.pk for remark in remarks), default=None),
        "has_unread_remarks": any(remark.read_at is None for remark in remarks),
        "printing_slip": door_rules.may_print_slip(request.user, matter, standing=standing),
        "showing_receipt": door_rules.may_show_receipt(request.user, matter, at=timezone.now()),
        "closing_slip": door_rules.may_print_closing_slip(request.user, matter),
        "crumbs": [Area.GOING_DOWN.crumb, *_crumbs(matter)],
    }
    return render(request, "outreach/matter.html", context)


def _rejected(matter, steps):
    """Return the result that the people rejected; None once a new one is reported."""
    if matter.resolution or not matter.reopen_count:
        return None
    return next((s for s in steps if s.move in RESULTS and not s.is_taken_back), None)


def _sides_shown(matter, standing):
    """Both sides of a dispute for those who handle it, none for others: a caller sees only the side
    of the call."""
    if matter.is_dispute and _reads_both_sides(standing):
        return list(matter.sides.order_by("label"))
    return []


def _reads_both_sides(standing):
    return standing.takes_part or standing.reviews or standing.is_registrar


def _steps_shown(matter, standing, steps):
    """Add labels to the steps; hide words on a dispute from all but those who handle both sides."""
    withheld = matter.is_dispute and not _reads_both_sides(standing)
    if not standing.reads_notes:
        steps = [step for step in steps if not step.is_internal]
    taken = {step.takes_back_id for step in steps}
    for step in steps:
        step.label = DONE.get(step.move, step.move)
        step.is_taken_back = step.pk in taken
        if step.takes_back_id:
            step.label = _("Taken back: %(move)s") % {"move": DONE[step.facts["move"]]}
        # Steps of an old ledger hold no words of the two sides.
        if withheld and step.move in WORD_MOVES and not step.is_imported:
            step.text, step.facts = "", {}
    return steps


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def new_matter(request):
    user = request.user
    card = _card_named(request.GET.get("card", ""), user.today)
    initial = {"key": uuid.uuid4(), "unit": None}
    if card:
        initial |= {"unit": card.area.unit, "group": card.area.group, "card": card.short_code}
    form = NewMatterForm(drafts.given(request), user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with wall.as_system("an act, after its rule"):
                matter = actions.register_matter(
                    **form.registration(), by=user, at=timezone.now(), on=user.today
                )
        except actions.DifferentContent as problem:
            form.add_error(None, str(problem))
        else:
            tell_masked(request, form)
            return redirect(receipts_of([matter], by=user) or matter)
    if not user.holds(Permission.REGISTER_MATTERS):
        require(Decision(_("Your roles do not register matters.")))
    way = _crumbs(None, _("Register a matter"))
    return form_page(request, form, template="outreach/new_matter.html", card=card, crumbs=way)


def _card_named(code, today):
    """The valid contact card with this number, or None."""
    cards = ContactCard.objects.in_force(today).filter(short_code=code[:8])
    return cards.select_related("area__cadre", "area__unit").first()


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def act(request, pk, move):
    """Show the form of a move, then make it."""
    if move not in MOVES:
        raise Http404
    matter = _visible(request.user, pk)
    key = sent_key(request)
    if key and matter.steps.filter(client_key=key).exists():
        # The form was already sent, but its response was lost.
        return onward(request, matter, at=timezone.now())
    standing = rules.Standing(request.user, matter, on=request.user.today)
    require(rules.may(request.user, matter, move, standing=standing))
    files = posted_with_files(request)[1]
    form = MOVES[move].form(drafts.given(request), files, user=request.user, standing=standing)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            attachments = facts.pop("attachments", [])
            with (
                kept_files(attachments, request.user) as kept,
                wall.as_system("an act, after its rule"),
            ):
                moved = actions.move_matter(
                    matter=matter,
                    code=move,
                    by=request.user,
                    at=timezone.now(),
                    attachments=kept,
                    seen=request.POST.get("seen"),
                    client_key=key,
                    **facts,
                )
        except actions.RefusedValue as refusal:
            form.add_error(None, str(refusal))
        else:
            said = telling.told(moved, move, on=request.user.today)
            row = request.GET.get(ROW, "")
            messages.add_message(request, messages.INFO, said, telling.mark(moved, row))
            tell_masked(request, form)
            return onward(request, matter, at=timezone.now())
    steps = history(matter, "on_behalf_of", "organ", prefetched=("attachments",))
    steps = _steps_shown(matter, standing, steps)[:STEPS_BESIDE]
    contact = rules.may_read_contact(request.user, matter)
    if rules.may_read_as_written(request.user, matter, contact=contact):
        as_written(matter, *steps)
    is_assigning = move == "assign" and not form.is_bound
    context = {
        "matter": matter,
        "move": MOVES[move],
        "steps": steps,
        "others": _other_moves(move, standing),
        "given_before": organs_given(matter, on=request.user.today) if is_assigning else [],
        "skip": next_url(request),
        "open_request": standing.open_request,
        "orders": standing.open_orders if MOVES[move].shows_orders else [],
        "seen": standing.in_question(move),
        "crumbs": _crumbs(matter, MOVES[move].label),
    }
    return form_page(request, form, template="outreach/move.html", **context)


def _other_moves(move, standing):
    """The other moves that this person may make of the matter now."""
    user, matter = standing.user, standing.matter
    codes = [code for code, one in MOVES.items() if code != move and not one.outside]
    return [MOVES[c] for c in codes if rules.may(user, matter, c, standing=standing)]


@require_POST
def bulk(request, move):
    """Move several matters with one form. Each is decided separately; one refusal does not stop the
    others."""
    if move not in MOVES or not MOVES[move].bulk:
        raise Http404
    # Back to the list as it was: its tab, filters and page.
    is_todo = request.POST.get("from") == "todo"
    list_url = back(request, otherwise="todo" if is_todo else "outreach:matters")
    chosen = [pk for pk in map(whole_number, request.POST.getlist("chosen")) if pk][:100]
    found = Matter.objects.visible_to(request.user).filter(pk__in=chosen).order_by("pk")
    found = found.select_related(
        "unit__host_organ", "unit__division", "lead_organ", "registered_by"
    )
    if not found:
        messages.warning(request, _("Tick the matters first."))
        return redirect(list_url)
    sent = "confirmed" in request.POST
    form = MOVES[move].form(request.POST if sent else None, user=request.user)
    standings = rules.Standing.of_each(request.user, list(found))
    checked = [
        (s.matter, rules.may(request.user, s.matter, move, standing=s), s.open_request)
        for s in standings
    ]
    for standing in standings:
        standing.matter.in_question = standing.in_question(move)
    if sent and form.is_valid():
        problems = list(_move_each(request, move, form, checked))
        done = len(checked) - len(problems)
        words = ngettext("%(n)s matter: %(move)s", "%(n)s matters: %(move)s", done)
        messages.info(request, words % {"n": done, "move": DONE[move]})
        tell_masked(request, form)
        for problem in problems:
            messages.error(request, problem)
        return redirect(list_url)
    context = {
        "move": MOVES[move],
        "checked": checked,
        "allowed_count": sum(bool(decision) for _m, decision, _asked in checked),
        "form": form,
        "back": list_url,
        "is_todo": is_todo,
        "crumbs": [
            (_("To-do list") if is_todo else _("Matter ledger"), list_url),
            (MOVES[move].label, ""),
        ],
    }
    return render(request, "outreach/bulk.html", context, status=422 if sent else 200)


def _move_each(request, move, form, checked):
    """Move what is allowed and yield the refusals; a matter may have moved meanwhile."""
    for one, decision, _asked in checked:
        if not decision:
            yield f"{one.number_label}: {decision.refusal}"
            continue
        try:
            with wall.as_system("an act, after its rule"):
                actions.move_matter(
                    matter=one,
                    code=move,
                    by=request.user,
                    at=timezone.now(),
                    seen=request.POST.get(f"seen-{one.pk}"),
                    **form.facts(),
                )
        except (actions.RefusedValue, PermissionDenied) as refusal:
            yield f"{one.number_label}: {refusal}"


def _side(matter, query):
    """The side of the dispute that a request names, or None."""
    side = query.get("side")
    return get_object_or_404(matter.sides, label=side) if side else None


@require_POST
def reveal_contact(request, pk):
    """Show name and phone on this page and record it in the audit."""
    matter = _visible(request.user, pk)
    side = _side(matter, request.POST)
    contact = actions.reveal_contact(matter=matter, by=request.user, side=side)
    return _record(request, matter, contact=contact, asked_side=side)


@require_http_methods(["GET", "HEAD", "POST"])
def change_contact(request, pk):
    """更正、删除联系方式: at the wish of the raiser of the matter, or of a side of the dispute."""
    matter = _visible(request.user, pk)
    side = _side(matter, request.GET)
    require(rules.may_change_contact(request.user, matter, side=side))
    form = ContactForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        actions.change_contact(matter=matter, by=request.user, side=side, **form.cleaned_data)
        erased, corrected = _("Name and phone are erased."), _("Name and phone are corrected.")
        messages.info(request, erased if form.cleaned_data["erase"] else corrected)
        return redirect(matter)
    here = _("Correct or erase the contact")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Save"),
        cancel_url=matter.get_absolute_url(),
        intro=_(
            "At the wish of the person who raised the matter. The stored name and phone are "
            "not shown here."
        ),
        crumbs=_crumbs(matter, here),
    )


@require_safe
def matter_file(request, pk, attachment_pk):
    matter = _visible(request.user, pk)
    kept = matter.steps.model.attachments.through.objects.filter(matterstep__matter=matter)
    attachment = get_object_or_404(
        kept.select_related("attachment"), attachment=attachment_pk
    ).attachment
    return download(attachment.file.open("rb"), attachment.name, attachment.content_type)


# --- Slips on paper -----------------------------------------------------------------------

SLIPS = {
    "matter": (_("Print this matter"), "outreach/slips/matter.html"),
    "assignment": (_("Assignment slip (交办单)"), "outreach/slips/assignment.html"),
    "forwarding": (_("Forwarding slip (转办单)"), "outreach/slips/forwarding.html"),
    "supervision": (_("Supervision slip (督办单)"), "outreach/slips/supervision.html"),
    "reply": (_("Reply slip (答复单)"), "outreach/slips/reply.html"),
}


def slips_for(standing):
    """[(code, label)] of the slips that this reader may print now."""
    matter = standing.matter
    shown = ["matter"]
    if standing.lead is not None and (standing.reviews or standing.takes_part):
        shown.append("assignment")
        if standing.answers_on_paper:
            shown.append("forwarding")
        if standing.open_orders:
            shown.append("supervision")
    if matter.resolution and (standing.takes_part or standing.reviews or standing.is_registrar):
        shown.append("reply")
    return [(code, SLIPS[code][0]) for code in shown]


def _desk(matter, assignment, *, on):
    """Return the organ of the desk: that of the user who assigned the matter, else of the desk
    responsible for its place."""
    if matter.assigned_by_desk and assignment and assignment.giver:
        return assignment.giver.organ
    held = RoleGrant.objects.running(on).filter(
        role=Role.DESK, division__in=[matter.county_id, matter.city_id, matter.province_id]
    )
    grant = held.select_related("user__organ").order_by("-division__level", "pk").first()
    return grant and grant.user.organ


def _place_on_paper(matter):
    """Return the place with the units above it: a team's name alone does not identify it."""
    unit = matter.unit
    if not unit.parent_id:
        return matter.place_label
    above = GrassrootsUnit.objects.in_bulk(unit.ancestor_ids)
    names = [above[pk].name for pk in unit.ancestor_ids if pk in above]
    township = matter.township.name if matter.township_id else ""
    return " ".join(part for part in (township, *names, shown(matter.group)) if part)


@require_safe
def slip(request, pk, kind):
    matter = _visible(request.user, pk)
    standing = rules.Standing(request.user, matter, on=request.user.today)
    if kind not in dict(slips_for(standing)):
        raise Http404
    steps = matter.steps.select_related("by", "organ").order_by("at", "pk")
    steps = _steps_shown(matter, standing, steps)
    contact = rules.may_read_contact(request.user, matter)
    if rules.may_read_as_written(request.user, matter, contact=contact):
        as_written(matter, *steps)
    assigned = matter.assignments.select_related("assigned_by").order_by("-pk")
    context = {
        "matter": matter,
        "place": _place_on_paper(matter),
        "lead": standing.lead,
        "told": told_on_paper(matter, standing.lead),
        "supports": [a for a in standing.assignments if a.part == MatterAssignment.Part.SUPPORT],
        "orders": standing.open_orders,
        "steps": steps,
        "done": DONE,
        "office": partial(ledgers.office_signed_as, on=request.user.today),
        "desk": partial(_desk, matter, assigned.first(), on=request.user.today),
        "today": request.user.today,
        "assigned_by": assigned.first(),
    }
    return sheet_page(request, SLIPS[kind][1], context)
