"""Pages of the door: a card, raising a matter, the slip, the people's word. No account, no script.

Only the form itself carries data from page to page, and no address contains a code.
"""

import uuid
from types import SimpleNamespace

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import slips
from outreach.door import codes, guards, lists, store
from outreach.door.forms import ConductForm, OwnContactForm, RaiseForm, SlipForm, WordForm
from outreach.door.words import LANGUAGES, TOLD, steps_of
from outreach.models import DoorMessage
from outreach.models.cards import SHORT_DIGITS, is_well_formed
from outreach.models.matters import CHASED_FOR, Category, Resolution, Status
from portal.kinds import KINDS
from portal.templatetags.portal import day_in_words
from portal.tools import languages
from portal.tools.choices import pairs

Age, Kind, Reason = guards.Age, DoorMessage.Kind, DoorMessage.Reason
DIGITS_OF_A_CODE = codes.CODE_DIGITS
# From this number on, the remaining tries of the day are shown.
WARNED_AT = 3
# Languages of the pages themselves; card texts may have others.
_WRITTEN = ("zh-hans", "en")


def door_page(request, template, *, status=200, switch_to="", **context):
    """A page of the door. After a POST, links to other languages lead to `switch_to`."""
    path = switch_to or (request.path_info if request.method != "POST" else "/")
    context |= {
        "language": request.door_language,
        "leave_url": settings.DOOR_LEAVE_URL,
        "languages": _languages(request, path, context.pop("spoken", ())),
    }
    return HttpResponse(render_to_string(f"door/{template}.html", context), status=status)


def _languages(request, path, spoken=()):
    """Return [(code, name, address)] of the other languages of this page."""
    return [
        (code, one.name, path if code == settings.LANGUAGE_CODE else f"/{code}{path}")
        for code, one in LANGUAGES.items()
        if code != request.door_language and (code in _WRITTEN or code in spoken)
    ]


def door_message(request, title, *lines, status=200, card=None, **context):
    """A page with a message and no form."""
    return door_page(
        request, "message", title=title, lines=lines, status=status, card=card, **context
    )


def not_found(request, exception=None):
    # Never link to an unknown address: “//…” would lead to another host.
    return door_message(
        request,
        _("There is no such page"),
        _("Please scan your card or your slip again, or type the number that stands on it."),
        status=404,
        switch_to="/",
    )


def trouble(request):
    # Called outside the middleware, so it must not rely on the attributes that this sets.
    if not hasattr(request, "door_language"):
        request.door_language = settings.LANGUAGE_CODE
    return door_message(
        request,
        _("This does not work at the moment"),
        _("Please try again in a few minutes, or call the number on your card."),
        status=500,
    )


def too_many(request, card=None):
    line = _("Very much is being sent from here just now. Please try again in an hour, or call.")
    return door_message(request, _("Too much at once"), line, status=429, card=card)


@require_safe
def readyz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@require_safe
def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_safe
def published_list(request, token):
    """A list under notice; gone after its last day."""
    return lists.page_of(token, request.GET.get("page", ""), on=timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
def front(request):
    """The start page, where people who cannot scan a card type its number."""
    problem = ""
    if request.method == "POST":
        if not guards.may_ask(request, at=timezone.now()):
            return too_many(request)
        typed = codes.digits_of(request.POST.get("card", ""))
        found = store.card(typed) if is_well_formed(typed, SHORT_DIGITS) else None
        if found:
            return redirect("card", token=found.token)
        problem = _("No card has this number. Please compare it digit by digit.")
    return door_page(
        request,
        "front",
        problem=problem,
        number=request.POST.get("card", "")[:20],
        status=422 if problem else 200,
        switch_to="/",
    )


def _card(request, token):
    """Return (card, None), or (None, the page that gives the reason)."""
    found = store.card(token) if len(token) <= 20 else None
    if found is None or found.token != token:
        return None, not_found(request)
    # `DoorPages` restores the language at the end of the request.
    translation.activate(languages.variant(languages.base(), KINDS[found.kind].wording))
    found.texts, found.languages = store.texts(found.places, request.door_language)
    if found.is_over:
        return None, door_page(request, "over", card=found, status=410, switch_to="/")
    return found, None


@require_safe
def card(request, token):
    found, otherwise = _card(request, token)
    return otherwise or door_page(request, "card", card=found, spoken=found.languages)


# --- A matter, one question after the other --------------------------------------------------

_OF_ENTERPRISES = {Category.BUSINESS}
_OF_VILLAGES = {Category.GOVERNANCE, Category.HOUSING_LAND}


def _categories(card):
    row = KINDS[card.kind]
    apart = _OF_ENTERPRISES if row.has_residents else _OF_VILLAGES
    apart = apart | {Category.PARTY, Category.GOVERNMENT_SERVICE}
    return pairs(Category(code) for code in row.categories if code not in apart)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_matter(request, token):
    """Once a category is chosen, show all questions in one page, one at a time by URL fragment: the
    phone's back button works, and the browser keeps what was typed."""
    found, otherwise = _card(request, token)
    if otherwise:
        return otherwise
    if request.method != "POST":
        if request.GET.get("channel"):
            return door_page(request, "channels", card=found)
        form = RaiseForm(request.GET)
        if form.values["category"] not in dict(_categories(found)):
            return door_page(request, "raise_category", card=found, categories=_categories(found))
        return _questions(request, found, guards.new_form(uuid.uuid4(), found.id), form)

    return _returned(request, found, found.id, RaiseForm(request.POST), _questions, _send_matter)


def _returned(request, card, subject, form, ask, send):
    """Handle a submitted form of a card: show it again until it is correct, then send it."""
    sent, key, age = _return_form(request, subject)
    if "switch" in request.POST:
        return ask(request, card, sent, form)
    problems = form.problems
    if not problems and "look" not in request.POST and age != Age.RIGHT:
        problems = [_words_of(age)]
    if problems or "look" in request.POST:
        return ask(request, card, sent, form, problems)
    return send(request, card, key, form)


def _return_form(request, subject):
    """Return (token to show, key, age) of a submitted form."""
    sent = request.POST.get("form", "")
    key, age = guards.read_form(sent, subject)
    if age in {Age.BROKEN, Age.TOO_OLD}:
        sent = guards.new_form(key or uuid.uuid4(), subject)
    return sent, key, age


def _card_form(request, page, card, form_token, form, problems, **context):
    return door_page(
        request,
        page,
        card=card,
        form=form_token,
        values=form.values,
        problems=problems,
        kept_by=page,
        switch_to=f"/c/{card.token}/{page}/",
        status=422 if problems else 200,
        **context,
    )


def _questions(request, card, form_token, form, problems=()):
    # The numbers are derived from the form's key, so people who lose the response saw them before
    # sending.
    key, _age = guards.read_form(form_token, card.id)
    number, code = map(codes.in_groups, codes.of_form(key)) if key else ("", "")
    return _card_form(
        request,
        "raise",
        card,
        form_token,
        form,
        problems,
        categories=_categories(card),
        shown_number=number,
        shown_code=code,
    )


def _words_of(age):
    if age == Age.TOO_FAST:
        return _("That was very quick. Please look it through, wait a moment, and send it again.")
    return _("This page was open for a long time. What you wrote is still here: please send again.")


def _send_matter(request, card, key, form):
    now = timezone.now()
    if not guards.may_send(request, card.id, at=now):
        return too_many(request, card)
    hold = Reason.OVERFLOW.value if guards.overflows(card.id, at=now) else ""
    if form.is_trapped:
        hold = Reason.TRAP.value
    number, code = codes.of_form(key)
    is_new = store.deliver(
        store.Letter(Kind.RAISE.value, key, form.content(), card.id, number, code, hold)
    )
    return door_page(
        request,
        "raised",
        card=card,
        is_new=is_new,
        number=number,
        code=code,
        shown_number=codes.in_groups(number),
        shown_code=codes.in_groups(code),
        switch_to="/slip/",
    )


# --- About conduct: 12388 first, and sealed --------------------------------------------------


def _conduct_page(request, card, form_token, form, problems=()):
    return _card_form(request, "conduct", card, form_token, form, problems)


@require_http_methods(["GET", "HEAD", "POST"])
def conduct(request, token):
    found, otherwise = _card(request, token)
    if otherwise:
        return otherwise
    subject = f"conduct:{found.id}"
    if request.method != "POST":
        sent = guards.new_form(uuid.uuid4(), subject)
        return _conduct_page(request, found, sent, ConductForm())
    form = ConductForm(request.POST)
    return _returned(request, found, subject, form, _conduct_page, _send_complaint)


def _send_complaint(request, card, key, form):
    # Counted as a matter, so that no counter shows which address complained.
    if not guards.may_send(request, card.id, at=timezone.now()):
        return too_many(request, card)
    given = form.cleaned_data
    whom = {"holder": card.holder, "village": card.unit}.get(given["whom"], "")
    content = {name: given[name] for name in ("whom", "text", "reporter")}
    content["subject"] = " ".join(filter(None, [whom, given["subject"]])) or "—"
    hold = Reason.TRAP.value if form.is_trapped else ""
    store.deliver(store.Letter(Kind.CONDUCT.value, key, content, card.id, hold=hold))
    return door_message(
        request,
        _("Received and sealed"),
        _("Only the persons named for this can open it; the person concerned cannot."),
        _("Discipline inspection can be reached at 12388 at any time."),
        switch_to="/",
    )


# --- The slip --------------------------------------------------------------------------------


def _slip_form(request, form, problem):
    """The form again with the number that was typed; the code must be typed again."""
    return door_page(
        request,
        "slip_form",
        problem=problem,
        number=form.data.get("number", ""),
        status=422,
        kept_by="look",
        switch_to="/slip/",
    )


def _warning(left):
    """Warn before the last wrong code, after which even the right one is refused until tomorrow."""
    if left < 1:
        return _("That was the last try for today: the slip is closed until tomorrow.")
    if left == 1:
        return _("One more wrong code, and this slip is closed until tomorrow.")
    return _("%(n)s tries are left today.") % {"n": left}


def _asked(request, form):
    """(slip, None), or (None, the page that says why not). The page is the same for a wrong code,
    an unknown number and the code of another matter."""
    number, code = (form.cleaned_data.get(name, "") for name in ("number", "code"))
    if not guards.may_ask(request, at=timezone.now()):
        return None, too_many(request)
    found = {"state": "wrong"}
    if not (number and code):
        problem = _("Please type both numbers of your slip.")
        return None, _slip_form(request, form, problem)
    if codes.is_number(number) and len(code) == DIGITS_OF_A_CODE:
        found = store.slip(number, code)
    if found["state"] == "wrong":
        problem = _("No slip has this number and code. Please compare both digit by digit.")
        if found.get("left", 10) <= WARNED_AT:
            problem = f"{problem} {_warning(found['left'])}"
        return None, _slip_form(request, form, problem)
    if found["state"] == "locked":
        return None, door_message(
            request,
            _("Closed for today"),
            _(
                "A wrong code was tried too often. For your safety this slip is closed until "
                "tomorrow, to the right code as well."
            ),
            _("To hear now where your matter stands, call the number on your contact card."),
            status=429,
            switch_to="/slip/",
        )
    slip = SimpleNamespace(**found, typed_number=number, code=code)
    slip.shown_number = codes.in_groups(number)
    if slip.state == "matter":
        slip.is_overdue = bool(slip.due_on and slip.due_on < timezone.localdate())
    return slip, None


def _slip_page(request, slip, **context):
    about = {
        "slip": slip,
        "switch_to": "/slip/",
        "kept_by": "again",
        "values": dict.fromkeys(("comment", "name", "phone"), ""),
    }
    forms = {"word": "word", "words": "word", "contact": "contact", "urge": "urge"}
    for name, page in forms.items():
        about[f"{name}_form"] = guards.new_form(uuid.uuid4(), f"{page}:{slip.typed_number}")
        about[f"{name}_languages"] = _languages(request, f"/slip/{page}/")
    if slip.state == "matter":
        about |= {
            "steps": steps_of(vars(slip)),
            "told": _(TOLD[slip.told]) if slip.told in TOLD else "",
            "resolution": dict(Resolution.choices).get(slip.resolution, ""),
            "asked_words": WordForm.SAID if slip.asks else (),
            "may_urge": not _why_not_urged(slip),
        }
    if slip.state == "matter" or slip.state in slips.KINDS:
        about["texts"] = store.texts(slip.places, request.door_language)[0]
    page = slips.KINDS[slip.state].page if slip.state in slips.KINDS else "slip"
    return door_page(request, page, **about, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def slip(request):
    if request.method != "POST":
        return door_page(request, "slip_form", problem="", number="", kept_by="look")
    form = SlipForm(request.POST)
    if not form.is_valid() and "switch" in request.POST:
        number = form.data.get("number", "")
        return door_page(request, "slip_form", number=number, kept_by="look", switch_to="/slip/")
    found, otherwise = _asked(request, form)
    return otherwise or _slip_page(request, found)


def _filled_in(request, page, slip, form, kind_of, **context):
    """Handle a submitted form about a slip: show it, show it again with its errors, or send it."""
    sent, key, age = _return_form(request, f"{page}:{slip.typed_number}")
    problems = form.problems
    if not problems and age in {Age.BROKEN, Age.TOO_OLD}:
        problems = [_words_of(age)]
    is_sent = "send" in request.POST
    if is_sent and not problems:
        return _send(request, slip, key, kind_of(form), form)
    return door_page(
        request,
        page,
        slip=slip,
        form=sent,
        values=form.values,
        problems=problems if is_sent else [],
        status=422 if is_sent else 200,
        switch_to=f"/slip/{page}/",
        kept_by=page,
        **context,
    )


@require_POST
def word(request):
    """The people's word: satisfied, basically, not, or nothing was done, with a comment if wanted.
    A comment alone is taken at any time."""
    form = WordForm(request.POST)
    form.is_valid()
    found, otherwise = _asked(request, form)
    if otherwise:
        return otherwise
    adds = form.data.get("said") == WordForm.WORDS and getattr(found, "adds", False)
    if not adds and not getattr(found, "asks", False):
        return _said_already(request, found)
    if "said" in form.errors:
        return _slip_page(request, found)
    said = form.cleaned_data["said"]
    return _filled_in(request, "word", found, form, lambda form: Kind.WORD, said=said)


def _said_already(request, slip):
    # Slips of help know `pending` and `said` only.
    is_pending = getattr(slip, "word_pending", getattr(slip, "pending", False))
    if is_pending or getattr(slip, "word", "") or getattr(slip, "said", False):
        title = _("Your word has been received already")
        return door_message(request, title, _("Nothing more is to be done."), slip=slip)
    title = _("No word is being asked for now")
    line = _("You are asked once the offices say that it is done.")
    return door_message(request, title, line, slip=slip)


def _why_not_urged(slip):
    """Why this slip cannot urge its matter now; empty if it can."""
    today = timezone.localdate()
    if slip.status == Status.CLOSED:
        return _("It is closed: there is nothing to urge any more.")
    if slip.chase_pending:
        return _("It has been received already, and is being entered.")
    if slip.chased_on and today < slip.chased_on + CHASED_FOR:
        days = {"day": slip.chased_on, "again": slip.chased_on + CHASED_FOR}
        said = _("It was urged on %(day)s. You can do so once in seven days, next on %(again)s.")
        return said % {name: day_in_words(day) for name, day in days.items()}
    return ""


@require_POST
def urge(request):
    """催一催: rank the matter higher in its handler's queue. It closes nothing and has no text."""
    form = SlipForm(request.POST)
    form.is_valid()
    found, otherwise = _asked(request, form)
    if otherwise:
        return otherwise
    if found.state != "matter":
        line = _("Nothing can be urged by this slip yet.")
        return door_message(request, _("Not urged"), line, slip=found, switch_to="/slip/")
    _sent, key, age = _return_form(request, f"urge:{found.typed_number}")
    why_not = _why_not_urged(found)
    if not why_not and age in {Age.BROKEN, Age.TOO_OLD}:
        why_not = _("This page was open for a long time. Please look again, and urge it then.")
    if why_not:
        return door_message(request, _("Not urged"), why_not, slip=found, switch_to="/slip/")
    return _send(request, found, key, Kind.CHASE, form)


def _send(request, slip, key, kind, form):
    if not guards.may_send(request, slip.typed_number, at=timezone.now()):
        return too_many(request)
    hold = Reason.TRAP.value if form.is_trapped else ""
    content = form.content(kind)
    is_new = store.deliver(
        store.Letter(kind.value, key, content, None, slip.typed_number, slip.code, hold)
    )
    title, line = _thanks(slip, kind, adds=content.get("word") == "")
    if not is_new:
        title = _("This has been received already")
    return door_message(request, title, line, slip=slip, switch_to="/slip/")


def _thanks(slip, kind, *, adds):
    if kind == Kind.WORD:
        title = _("Thank you. Your word has been received")
        if adds or not slip.decides:
            return title, _("Whoever asks about it reads this. It closes nothing.")
        if slip.state in slips.KINDS:
            return title, slips.KINDS[slip.state].thanks
        return title, _("It is told to the office that handled it and to who makes call-backs.")
    if kind == Kind.CHASE:
        return _("Urged"), _("It now stands higher with whoever has it. It closes nothing.")
    title = _("Received")
    if slip.by_hand:
        return title, _("The township looks at it and changes your name and phone as you wish.")
    if kind == Kind.ERASE and slip.is_called:
        return title, _(
            "Somebody is still to call you about this matter. Your name and phone are deleted "
            "right after that, after thirty days at the latest."
        )
    return title, _("Your name and phone are being changed as you wish; this takes a few seconds.")


@require_POST
def contact(request):
    """Correct or delete one's own name and phone."""
    form = OwnContactForm(request.POST)
    form.is_valid()
    found, otherwise = _asked(request, form)
    if otherwise:
        return otherwise
    if found.state != "matter" or not found.has_contact:
        return door_message(request, _("No name and no phone are kept of this matter"), slip=found)
    if form.data.get("erase") and not form.errors and "surely" not in request.POST:
        # A single tap deletes nothing: this page explains the effect first.
        sent, _key, _age = _return_form(request, f"contact:{found.typed_number}")
        return door_page(
            request,
            "contact_erase",
            slip=found,
            form=sent,
            kept_by="erase",
            switch_to="/slip/contact/",
        )
    return _filled_in(request, "contact", found, form, _kind_of_wish)


def _kind_of_wish(form):
    return Kind.ERASE if form.cleaned_data["erase"] else Kind.CORRECT
