"""Visits: front page, form with drafts, record, print, corrections."""

import uuid
from functools import partial

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import guidance
from outreach.actions import visits as actions
from outreach.acts.visits import VISITS, crumbs, visible_visit
from outreach.forms.matters import CONDUCT, MatterPartForm, MatterPartFormSet
from outreach.forms.visits import CorrectVisitForm, VisitForm, VisitNoteForm
from outreach.ledgers import cells
from outreach.models import (
    ContactArea,
    Household,
    Matter,
    Stay,
    Visit,
    VisitDraft,
    VisitNote,
)
from outreach.models.visits import CORRECTION_DAYS, Purpose
from outreach.rules import visits as rules
from outreach.stay_days import month_of, months
from outreach.ticked import TICKED
from outreach.views.door import receipts_of
from portal import uses
from portal.duties import todo
from portal.kinds import KINDS
from portal.models import Attachment, Cadre, ImportBatch, User
from portal.models.text import as_written
from portal.pages import drafts
from portal.pages.forms import kept_files, tell_left_out
from portal.pages.side_list import Area
from portal.pages.text_forms import ReasonForm, tell_masked
from portal.pages.web import add_errors, download, form_page, sheet_page
from portal.places.pickers import picked_by
from portal.records import files
from portal.records.drafts import version_of
from portal.records.seen import seen_all, seen_by
from portal.records.steps import history
from portal.roles import Permission
from portal.sheets.wording import worded
from portal.tools.asked import whole_number
from portal.tools.prepared import Prepared
from portal.trust import wall
from portal.trust.access import Decision, require
from portal.views.todo import drawn_rows

FORM_OWNER = "visit-form-owner"
# Rows of the to-do list on the front page.
ROWS_TODAY = 12


@require_safe
def today(request):
    """The front page: what must be done now, and the most used acts."""
    user = request.user
    big, shortcuts = todo.shortcuts_for(user)
    writes_visits = user.holds(Permission.RECORD_VISITS)
    numbers = todo.counts(user)
    kinds = [one for one in todo.kinds_for(user) if numbers[one.code]]
    rows = todo.queue(user, size=ROWS_TODAY, kinds=kinds).rows
    context = {
        "rows": rows,
        "drawn": drawn_rows(request, rows),
        "in_all": todo.capped(sum(numbers.values())),
        "big_button": big,
        "shortcuts": shortcuts,
        "is_host": user.holds(Permission.HOST_MATTERS),
        "my_stays": _my_stays(user) if uses.is_on("stays") else [],
        "areas": _own_areas(user),
        "writes_visits": writes_visits,
        "visits": _written_last(user) if writes_visits else [],
    }
    return render(request, "outreach/today.html", context)


@seen_all
def _written_last(user):
    own = Visit.objects.visible_to(user).filter(author__user__in=user.identity_ids).standing()
    counted = own.for_list().annotate(matter_count=Count("matters"))
    return counted.order_by("-visited_on", "-pk")[:5]


@seen_all
def _own_areas(user):
    running = ContactArea.objects.running(user.today)
    return running.filter(cadre__user__in=user.identity_ids).select_related("unit").order_by("pk")


@seen_all
def _stays_of(user):
    own = Stay.objects.running(user.today).filter(cadre__user__in=user.identity_ids)
    return own.select_related("unit", "township", "host_organ").order_by("starts_on", "pk")


def _my_stays(user):
    """Return [(stay, month, facts of the month)] of the reader's running stays. Leaders' stays have
    no months."""
    own, month = _stays_of(user), month_of(user.today)
    found = months(own, [month])
    return [(stay, month, None if stay.is_of_leader else found[stay.pk, month]) for stay in own]


# --- The form ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_visit(request):
    user = request.user
    _require_writer(user)
    if request.method == "POST":
        return _sent(request)
    if written := _written(user, request.GET.get("draft")):
        # The form was reopened after saving: sending it again would make a second visit.
        messages.info(request, _("This visit is saved already; it need not be written again."))
        return redirect(written)
    draft = _draft(user, request.GET.get("draft"))
    if draft is not None:
        form, parts = _bound(_as_query(draft.typed), None, user)
        return _form_page(request, form, parts, fresh=True, draft=draft)
    form = VisitForm(user=user, initial=_initial(user, request.GET))
    parts = MatterPartFormSet(prefix="matters", form_kwargs={"user": user})
    return _form_page(request, form, parts)


def _require_writer(user):
    if not rules.may_write_visits(user):
        require(Decision(_("Cadres, hosts and liaisons write visits down.")))


def _sent(request):
    user = request.user
    form, parts = _bound(request.POST, request.FILES, user)
    if "add_matter" in request.POST:
        return _form_page(request, form, _with_one_more(request.POST, user), fresh=True)
    if "keep_draft" in request.POST:
        try:
            content, now = _content(request.POST), timezone.now()
        except drafts.TooLong:
            messages.error(request, _("This is too long for a draft; nothing was kept."))
            return _form_page(request, form, parts, fresh=True)
        if not actions.keep_draft(key=_key(request.POST), by=user, content=content, at=now):
            # The form was already sent, then changed after going back: keep it as a new draft.
            key = uuid.uuid4()
            content |= {"key": [str(key)]}
            actions.keep_draft(key=key, by=user, content=content, at=now)
        if any(part["outcome"].value() == CONDUCT[0] for part in parts):
            # The text exists only on this page, so the author decides when to leave it.
            words = _(
                "Kept as a draft without what is said of somebody's conduct, which no draft holds. "
                "It still stands on this page: save the visit to hand it in."
            )
            messages.warning(request, words)
            return _form_page(request, form, parts, fresh=True)
        messages.info(request, _("Kept as a draft; only you can see it."))
        return redirect("outreach:today")
    is_valid = form.is_valid() & parts.is_valid() & parts.fit(form.cleaned_data.get("unit"))
    if is_valid and (visit := _save(request, form, parts)):
        # Show the receipts at once to the people who raised the matters. If an earlier response was
        # lost, show the visit.
        return redirect(receipts_of(getattr(visit, "registered_matters", ()), by=user) or visit)
    return _form_page(request, form, parts, status=422)


def _initial(user, query):
    initial = {"key": uuid.uuid4(), "visited_on": user.today}
    if asked := query.get("unit"):
        initial["unit"] = next(iter(picked_by(user, "unit", [asked])), None)
    elif len(areas := _own_areas(user)) == 1:
        # A cadre with one contact area usually comes from there.
        initial["unit"] = areas[0].unit
    if asked := query.get("author"):
        initial["author"] = next(iter(picked_by(user, "cadre", [asked])), None)
    # Upper apps link here with the purpose of a visit and its households.
    initial["purposes"] = [code for code in query.getlist("purpose") if code in Purpose]
    chosen = [pk for one in query.getlist("household") if (pk := whole_number(one))]
    if chosen:
        serials = Household.objects.visible_to(user).filter(pk__in=chosen).order_by("serial")
        initial["households"] = ", ".join(serials.values_list("serial", flat=True))
    return initial


def _save(request, form, parts):
    user, cleaned = request.user, dict(form.cleaned_data)
    author = cleaned.pop("author") or user.cadre
    photos = cleaned.pop("photos")
    hints = _hints(user, author, cleaned["unit"], cleaned["visited_on"], cleaned["summary"])
    try:
        with kept_files(photos, user) as kept, wall.as_system("an act, after its rule"):
            visit, is_new = actions.record_visit(
                client_key=cleaned.pop("key"),
                author=author,
                by=user,
                at=timezone.now(),
                photos=kept,
                reported_matters=[{"client_key": uuid.uuid4(), **one} for one in parts.matters()],
                conduct_reports=parts.conduct_reports(),
                **cleaned,
            )
            if not is_new:
                # Sent twice: the visit already has these photos.
                files.drop(kept)
    except actions.DifferentContent as problem:
        form.add_error(None, str(problem))
        return None
    except ValidationError as problem:
        add_errors(form, problem)
        return None
    if is_new:
        words = _("The visit is saved. It can be corrected for %(days)s days.")
        messages.success(request, words % {"days": CORRECTION_DAYS})
        for hint in hints:
            messages.warning(request, hint)
        tell_left_out(request, form)
        tell_masked(request, form, *parts)
    return visit


def _bound(data, files, user):
    form = VisitForm(data, files, user=user)
    parts = MatterPartFormSet(data, prefix="matters", form_kwargs={"user": user})
    return form, parts


def _with_one_more(data, user):
    """One more empty matter, for browsers without script."""
    data = data.copy()
    count = whole_number(data.get("matters-TOTAL_FORMS", "")) or 0
    data["matters-TOTAL_FORMS"] = str(min(20, count + 1))
    for name, field in MatterPartForm.base_fields.items():
        if field.initial is not None:
            data.setdefault(f"matters-{count}-{name}", field.initial)
    return MatterPartFormSet(data, prefix="matters", form_kwargs={"user": user})


def _form_page(request, form, parts, *, fresh=False, draft=None, status=200):
    """Render the form; `fresh` shows typed content without validation."""
    if fresh:
        form._errors = {}
        form.cleaned_data = {}
        parts._errors, parts._non_form_errors = [], parts.error_class()
        for part in parts.forms:
            part._errors = {}
    user = request.user
    unit = form["unit"].value()
    picked = picked_by(user, "unit", unit[0]) if isinstance(unit, tuple) else [unit]
    picked = [one for one in picked if one]
    context = {
        "form": form,
        "parts": parts,
        "draft": draft,
        "blank_part": MatterPartForm(prefix="matters-__prefix__", user=user),
        "owner": signing.dumps(user.pk, salt=FORM_OWNER),
        "version": request.POST.get("draft_version") or version_of(draft),
        "areas": _own_areas(user),
        "photos_lost": "photos" in request.FILES,
        "kinds": KINDS.items(),
        "unit_kind": picked[0].kind if picked else "",
    }
    return render(request, "outreach/new_visit.html", context, status=status)


def _key(data):
    try:
        return uuid.UUID(data.get("key", ""))
    except ValueError as problem:
        raise Http404 from problem


def _content(data):
    pressed = {"keep_draft", "add_matter"}
    return {name: texts for name, texts in drafts.content_of(data).items() if name not in pressed}


def _as_query(content):
    query = QueryDict(mutable=True)
    for name, values in content.items():
        query.setlist(name, values)
    query.setdefault("matters-TOTAL_FORMS", "0")
    query.setdefault("matters-INITIAL_FORMS", "0")
    return query


def _draft(user, key):
    if not key:
        return None
    try:
        return VisitDraft.objects.filter(owner=user, key=uuid.UUID(key)).first()
    except ValueError:
        return None


def _written(user, key):
    """The visit that this user wrote in the form with this key, or None."""
    try:
        return Visit.objects.filter(typed_by=user, client_key=uuid.UUID(key or "")).first()
    except ValueError:
        return None


def park_visit_form(request):
    """Keep a form whose session has expired as a draft; return the URL to open after signing in.

    The form carries its owner's signature, so nobody can leave a draft for another user.
    """
    try:
        owner_pk = signing.loads(request.POST.get("owner", ""), salt=FORM_OWNER, max_age=86_400)
        key = uuid.UUID(request.POST.get("key", ""))
        content = _content(request.POST)
    except (signing.BadSignature, ValueError, drafts.TooLong):
        return None
    owner = User.objects.filter(pk=owner_pk, is_active=True).first()
    version = request.POST.get("draft_version", "")
    draft = owner and actions.keep_draft(
        key=key, by=owner, content=content, at=timezone.now(), version=version
    )
    return draft.get_absolute_url() if draft else None


new_visit.park_form = park_visit_form


@require_POST
def keep_draft(request):
    """Save the draft while the user types; respond with hints for the author."""
    user, key = request.user, _key(request.POST)
    _require_writer(user)
    try:
        content = _content(request.POST)
    except drafts.TooLong:
        return HttpResponse(status=413)
    version = request.POST.get("draft_version", "")
    draft = actions.keep_draft(
        key=key, by=user, content=content, at=timezone.now(), version=version
    )
    answer = drafts.answer(draft, key)
    if answer.status_code == 409:
        return answer
    form = VisitForm(request.POST, user=user)
    form.proposes = False
    form.is_valid()
    cleaned = form.cleaned_data
    author = cleaned.get("author") or getattr(user, "cadre", None)
    hints = _hints(
        user, author, cleaned.get("unit"), cleaned.get("visited_on"), cleaned.get("summary", "")
    )
    hinted = render(request, "outreach/_hints.html", {"hints": hints})
    hinted.headers["X-Draft-Version"] = answer.headers["X-Draft-Version"]
    return hinted


keep_draft.park_form = park_visit_form


@require_POST
def drop_draft(request, key):
    draft = get_object_or_404(VisitDraft, owner=request.user, key=key)
    actions.drop_draft(draft=draft, by=request.user)
    messages.info(request, _("The draft was thrown away."))
    return redirect("outreach:today")


def _hints(user, author, unit, visited_on, summary):
    return guidance.hints(
        author=author, unit=unit, visited_on=visited_on, summary=summary, on=user.today
    )


# --- The record ------------------------------------------------------------------------------


@seen_by("visit")
def _matters(user):
    return Matter.objects.visible_to(user).for_list().order_by("pk")


@seen_by("visits")
def _households(user):
    return Household.objects.visible_to(user).order_by("serial")


_COMPANIONS = Prepared(
    lambda visit: Cadre.objects.filter(companion_rows__visit=visit).order_by("pk"), visit=-1
)
_PHOTOS = Prepared(
    lambda visit: Attachment.objects.filter(
        pk__in=Visit.photos.through.objects.filter(visit=visit).values("attachment")
    ).order_by("pk"),
    visit=-1,
)
_NOTES = Prepared(
    lambda visit: VisitNote.objects.filter(visit=visit).select_related("by").order_by("at"),
    visit=-1,
)


def _additions(user, visit):
    """Return the notes of a visit. Author and typist see the names in all texts as written."""
    notes = _NOTES.rows(visit=visit.pk)
    if rules.may_read_as_written(user, visit):
        as_written(visit, *notes)
    return notes


def _ticked(user, visit):
    """Return [(heading, [(words, URL)])] of the ticks visible to the user."""
    off = uses.off()
    found = [(one, one.seen(user, visit)) for one in TICKED if one.use not in off]
    return [
        (one.heading, [(one.title(row), row.get_absolute_url()) for row in rows])
        for one, rows in found
        if rows
    ]


@require_safe
def visit(request, pk):
    visit = visible_visit(request.user, pk)
    context = {
        "visit": visit,
        "matters": _matters(request.user, pk),
        "companions": _COMPANIONS.rows(visit=pk),
        "households": _households(request.user, pk),
        "ticked": _ticked(request.user, visit),
        "photos": _PHOTOS.rows(visit=pk),
        "notes": _additions(request.user, visit),
        "reflection": actions.reflection_of(visit, request.user),
        "correcting": rules.may_correct_visit(request.user, visit, at=timezone.now()),
        "noting": rules.may_add_note(request.user, visit),
        "voiding": rules.may_void_visit(request.user, visit),
        "acts": VISITS.buttons(request.user, visit),
        "steps": history(visit) if visit.confirmation else (),
        "entered_later": ImportBatch.entered_later(visit),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(visit)],
    }
    return render(request, "outreach/visit.html", context)


def _met(visit, matters, user):
    """走访对象: the number of households, and the raisers as they chose to be named."""
    households = visit.household_count or visit.households.count()
    met = [f"{households}{worded('户')}"] if households else []
    named = not user.holds(Permission.INSTRUCT)
    raised = [
        cells.raiser(one.confidentiality, one.raiser_display if named else "", one.raiser_kind)
        for one in matters
    ]
    met += [f"反映人：{'、'.join(dict.fromkeys(filter(None, raised)))}"] if any(raised) else []
    return "；".join(met)


@require_safe
def diary(request, pk):
    """干部民情日记 to print; with the reader's own reflection only on request."""
    visit = visible_visit(request.user, pk)
    wanted = request.GET.get("with") == "reflection"
    matters = visit.matters.visible_to(request.user).order_by("pk")
    context = {
        "visit": visit,
        "matters": matters,
        "answered": matters.answered_on_the_spot(),
        "met": _met(visit, matters, request.user),
        "companions": visit.companions.order_by("pk"),
        "notes": _additions(request.user, visit),
        "reflection": actions.reflection_of(visit, request.user) if wanted else "",
    }
    about = visit if context["reflection"] else None
    return sheet_page(request, "outreach/slips/diary.html", context, about=about, at=timezone.now())


@require_safe
def visit_photo(request, pk, attachment_pk):
    visit = visible_visit(request.user, pk)
    photo = get_object_or_404(visit.photos, pk=attachment_pk)
    return download(photo.file.open("rb"), f"{photo.pk}.jpg", photo.content_type)


# Not Acts: the rule of a correction depends on the time.
def _act_on(request, visit, *, rule, form_class, act, here, initial=None, **page):
    """Page of one form about a visit: check the rule, then call the action."""
    require(rule(request.user, visit))
    form = form_class(drafts.given(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            act(visit=visit, by=request.user, at=timezone.now(), **given)
        except actions.DifferentContent as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            tell_masked(request, form)
            return redirect(visit)
    return form_page(
        request, form, cancel_url=visit.get_absolute_url(), crumbs=crumbs(visit, here), **page
    )


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def correct_visit(request, pk):
    visit = visible_visit(request.user, pk)
    initial = {
        name: getattr(visit, name) for name in CorrectVisitForm.base_fields if hasattr(visit, name)
    }
    initial["companions"] = list(visit.companions.select_related("organ"))
    initial["reflection"] = actions.reflection_of(visit, request.user)
    initial["seen"] = actions.version_of(visit)
    return _act_on(
        request,
        visit,
        rule=partial(rules.may_correct_visit, at=timezone.now()),
        act=actions.correct_visit,
        form_class=partial(CorrectVisitForm, visit=visit),
        initial=initial,
        title=_("Correct the visit"),
        here=_("Correct"),
        submit_label=_("Save"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def add_note(request, pk):
    return _act_on(
        request,
        visible_visit(request.user, pk),
        rule=rules.may_add_note,
        act=actions.add_note,
        form_class=VisitNoteForm,
        title=_("Add to the visit"),
        here=_("Addition"),
        submit_label=_("Add"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.kept
def void_visit(request, pk):
    return _act_on(
        request,
        visible_visit(request.user, pk),
        rule=rules.may_void_visit,
        act=actions.void_visit,
        form_class=ReasonForm,
        title=_("Void this visit"),
        here=_("Void"),
        submit_label=_("Void it"),
        intro=_("Those who can see it now can still read it; it counts nowhere."),
    )
