"""Acts: what a person may do to a record, each declared in one row. No domain here.

A row determines the address, the form page, the button on the record's page with its refusal, the
error handling and the audit text. An act sent twice is done once, and typed text survives the end
of a session.
"""

import inspect
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import Http404
from django.shortcuts import redirect, resolve_url
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import events
from portal.duties import following
from portal.pages import drafts
from portal.pages.forms import ManyFilesField, kept_files, tell_left_out
from portal.pages.onward import next_url, onward, query_of
from portal.pages.text_forms import tell_masked
from portal.pages.web import add_errors, form_page, posted, posted_with_files, sent_key
from portal.text import Text
from portal.trust import wall
from portal.trust.access import NotNow, NotYours, require

KEPT_SECONDS = 24 * 3600
# An act still unfinished after this time counts as interrupted and may be sent again.
UNDER_WAY_SECONDS = 60
# Tag of a message with an undo button. The undoing act and the keys of its record follow; last, if
# the undone act was opened from the to-do list, its place there.
UNDO = "undo"


@dataclass(frozen=True)
class Act:
    """One act. Without a form, a single press of the button does it.

    `rule(user, record)` decides, `action(<keyword>=record, by=, at=, **typed)` does it. A start has
    no record: `rule(user)` and `action(by=, at=, **typed)`, which returns the new record.
    """

    name: str
    label: Text
    rule: Callable
    # None if the page is a separate view: the row then only gives the button and the rule.
    action: Callable | None
    form: type[Form] | None = None
    # Appended to the address of the record.
    path: str = ""
    # Whether the form takes the record, by the keyword of its noun.
    about: bool = False
    # (user, record) → initial values of the form.
    initial: Callable | None = None
    # (query parameters) → more initial values.
    prefill: Callable | None = None
    # Page title (text, or record → text) and last breadcrumb; by default the label.
    title: Text | Callable = ""
    crumb: Text = ""
    submit: Text = ""
    # Text, or record → text.
    intro: Text | Callable = ""
    # Confirmation question before a single press: text, or record → text.
    confirm: Text | Callable = ""
    # True for a primary button, or (user, record) → bool.
    primary: bool | Callable = False
    # No button on the record's page; something else leads to the act.
    hidden: bool = False
    # {event: its text in the audit log}
    audit: dict = field(default_factory=dict)
    # (record, result of the action) → redirect target; by default the record's page.
    then: Callable | None = None
    # Message afterwards: text, or (record, result) → text or [(level, text)].
    said: Text | Callable = ""
    # Name of the act that undoes this one, offered with the message; "noun.name" if this act
    # creates a record of another noun and that record is undone.
    undo: str = ""
    template: str = "components/form_page.html"
    # (user, record) → more template context; it overrides the defaults.
    shown: Callable | None = None
    # Return to the record, where an undone step is done again, instead of going on to the next row
    # of the to-do list; acts opened there still lead to that row.
    stays: bool = False
    # Keep no trace of who did it: the finished act is not remembered under the account, and typed
    # text is not parked.
    is_untraced: bool = False

    @property
    def is_press(self):
        return self.form is None and self.action is not None

    @cached_property
    def takes_moment(self):
        return self.action is not None and "at" in inspect.signature(self.action).parameters


@dataclass(frozen=True)
class Acts:
    """The acts of one noun.

    `find(user, pk)` is the only way to a record; `crumbs(record, label)` returns the breadcrumbs of
    a page, with None as the record of a start. `prefix` is the address of a record, with
    `<int:pk>`; if it has several keys, `find` takes them in order and `keys(record)` returns them.
    """

    namespace: str
    keyword: str
    prefix: str
    find: Callable
    crumbs: Callable
    acts: tuple[Act, ...]
    # Acts that create a record, with their full path.
    starts: tuple[Act, ...] = ()
    # URL name of the list, for starts.
    listing: str = ""
    # The record to whose page an act on a part returns.
    page: Callable = lambda record: record
    # That record → URL of its page.
    address: Callable = lambda record: record.get_absolute_url()
    keys: Callable = lambda record: [record.pk]
    # Whether typed text is kept on the server until it is sent (portal/pages/drafts.py). False for
    # forms about conduct and accounts.
    keeps_drafts: bool = True

    def __post_init__(self):
        for act in (*self.acts, *self.starts):
            if (self.namespace, act.name) in ACTS:
                raise ImproperlyConfigured(f"Two acts are called {self.namespace}:{act.name}.")
            ACTS[self.namespace, act.name] = self, act
            events.describe(act.audit)

    def urls(self):
        starts = [
            path(act.path, self._view(act, is_start=True), name=act.name)
            for act in self.starts
            if act.action
        ]
        return starts + [
            path(f"{self.prefix}{act.path}", self._view(act), name=act.name)
            for act in self.acts
            if act.action
        ]

    def buttons(self, user, record):
        """Return the visible acts with their decisions, for portal/_acts.html."""
        return [
            self.as_button(act, decision, user, record)
            for act in self.acts
            if not act.hidden and is_shown(decision := act.rule(user, record))
        ]

    def button(self, name, user, record, *, decision=None):
        """Return the button of one act, or None if it is hidden. Pass `decision` if it is already
        known."""
        act = next(act for act in self.acts if act.name == name)
        decision = act.rule(user, record) if decision is None else decision
        return self.as_button(act, decision, user, record) if is_shown(decision) else None

    def as_button(self, act, decision, user, record):
        return {
            "label": act.label,
            "decision": decision,
            "url": reverse(f"{self.namespace}:{act.name}".lstrip(":"), args=self.keys(record)),
            "primary": act.primary(user, record) if callable(act.primary) else act.primary,
            "post": act.is_press,
            "confirm": _words(act.confirm, record) if decision else "",
            "key": uuid.uuid4() if act.is_press else None,
        }

    def tell(self, request, name, record, done):
        """Add the message after an act. Separate views call this for their own row."""
        _self, act = ACTS[self.namespace, name]
        told = act.said(record, done) if callable(act.said) else act.said
        if not isinstance(told, list):
            told = [(messages.INFO, told)]
        told = [(level, words) for level, words in told if words]
        if not told and not act.is_untraced:
            told = [(messages.INFO, self._done(request.user, act, record, done))]
        mark = self._undo(act, record, done) if act.undo else ""
        for level, words in told:
            messages.add_message(request, level, words, mark)  # pyright: ignore[reportArgumentType]  # as said
            mark = ""

    def _done(self, user, act, record, done):
        """Return the default message: what was done and what comes next."""
        made = done is not None and (record is None or type(done) is type(record))
        changed = done if made else record
        about = (
            [] if changed is None or isinstance(changed, list) else [changed, self.page(changed)]
        )
        step = following.next_step([done, *about], user)
        words = _("Done: %(act)s. Next: %(next)s.") if step else _("Done: %(act)s.")
        return words % {"act": act.label, "next": step}

    def _undo(self, act, record, done):
        """Return the tag of the message: the undoing act and the keys of the record that it
        changes."""
        noun, name = _counter(self, act)
        made = noun != self.keyword or record is None or type(done) is type(record)
        changed = done if made else record
        if isinstance(changed, list):
            # Several new records are undone one by one, on their pages.
            changed = changed[0] if len(changed) == 1 else None
        if changed is None:
            return ""
        keys = ACTS[self.namespace, name][0].keys(changed)
        return " ".join([UNDO, f"{self.namespace}:{name}", *map(str, keys)])

    def _view(self, act, *, is_start=False):
        def view(request, **keys):
            if ended := _where_it_ended(request, act):
                return redirect(ended)
            record = None if is_start else self.find(request.user, *keys.values())
            about = () if is_start else (record,)
            require(act.rule(request.user, *about))
            return self._answer(request, act, record)

        view.__name__ = act.name
        if not act.form:
            return require_POST(view)
        view = require_http_methods(["GET", "HEAD", "POST"])(view)
        return drafts.kept(view) if self._keeps(act) else view

    def _keeps(self, act):
        return self.keeps_drafts and not act.is_untraced

    def _answer(self, request, act, record):
        form = self._form(act, request, record)
        if request.method != "POST" or form is not None and not form.is_valid():
            return self._ask(request, act, record, form)
        if not _is_first(request, act):
            return redirect(self._page(record, None))
        try:
            done = self._do(act, record, request.user, form)
        except (ValidationError, PermissionDenied) as problem:
            _release(request, act)
            return self._refuse(request, act, record, form, problem)
        except BaseException:
            _release(request, act)
            raise
        self.tell(request, act.name, record, done)
        tell_masked(request, form)
        tell_left_out(request, form)
        page = act.then(record, done) if act.then else self._page(record, done)
        if act.stays:
            answer = redirect(f"{resolve_url(page)}{query_of(request)}")
        else:
            answer = onward(request, page, at=timezone.now())
        _settle(request, act, answer.url)
        return answer

    def _refuse(self, request, act, record, form, problem):
        is_denied = isinstance(problem, PermissionDenied)
        if form is None:
            if is_denied:
                raise problem
            messages.error(request, " ".join(problem.messages))
            return redirect(self._page(record, None))
        # The rule was checked before; here the action has rejected the typed values.
        add_errors(form, ValidationError(str(problem)) if is_denied else problem)
        return self._ask(request, act, record, form)

    def _form(self, act, request, record):
        if act.form is None:
            return None
        given = {self.keyword: record} if act.about else {}
        if act.initial:
            given["initial"] = act.initial(request.user, record)
        if act.prefill:
            given["initial"] = given.get("initial", {}) | act.prefill(request.GET)
        data = drafts.given(request) if self._keeps(act) else posted(request)
        return act.form(data, posted_with_files(request)[1], user=request.user, **given)

    def _do(self, act, record, user, form):
        given = {} if record is None else {self.keyword: record}
        if act.takes_moment:
            given["at"] = timezone.now()
        typed = _typed(form)
        with ExitStack() as storing:
            for name, value in typed.items():
                if isinstance(form.fields.get(name), ManyFilesField):
                    typed[name] = storing.enter_context(kept_files(value, user))
            with wall.as_system("an act, after its rule"):
                return act.action(**given, by=user, **typed)

    def _page(self, record, done):
        """Return the URL after an act: of the new record, else of the changed one, else of the
        list."""
        made = done is not None and (record is None or type(done) is type(record))
        record = done if made else record
        return reverse(self.listing) if record is None else self.address(self.page(record))

    def _ask(self, request, act, record, form):
        at = None if record is None else self.page(record)
        page = {
            "title": _words(act.title, record) or act.label,
            "submit_label": act.submit or act.label,
            "intro": _words(act.intro, record),
            "cancel_url": self._page(record, None),
            "skip": "" if act.stays else next_url(request),
            "crumbs": self.crumbs(at, act.crumb or act.label),
        }
        if not self._keeps(act):
            page["key"] = request.POST.get("key") or uuid.uuid4()
        if act.shown:
            page |= act.shown(request.user, record)
        return form_page(request, form, template=act.template, **page)


def is_shown(decision):
    """Return whether an act has a button: not if the person or the visible state explains the
    refusal."""
    return bool(decision) or not isinstance(decision, NotYours | NotNow)


def _words(said, record):
    return said(record) if callable(said) else said


def _typed(form):
    if form is None:
        return {}
    return dict(form.content() if hasattr(form, "content") else form.cleaned_data)


# --- Taking an act back ---------------------------------------------------------------------------


# {(namespace, name of an act): (the acts of its noun, the act)}
ACTS: dict[tuple[str, str], tuple[Acts, Act]] = {}


def _counter(acts, act):
    """Return (noun, name) of the act that `undo` names."""
    noun, _dot, name = act.undo.rpartition(".")
    return noun or acts.keyword, name


def check_undo():
    """Raise ImproperlyConfigured if an `undo` names no act on its noun."""
    for acts, act in ACTS.values():
        if not act.undo:
            continue
        noun, name = _counter(acts, act)
        others, counter = ACTS.get((acts.namespace, name), (acts, None))
        if counter not in others.acts or others.keyword != noun or not counter.action:
            row = f"{acts.namespace}:{act.name}"
            raise ImproperlyConfigured(f"{row}: undo={act.undo!r} names no act on a {noun}.")


def undo_buttons(user, mark):
    """Return the undo button of a message, or none if its rule does not allow that now."""
    if not mark or not mark.startswith(f"{UNDO} "):
        return []
    _undo, address, *keys = mark.split()
    place = keys.pop() if keys and "~" in keys[-1] else ""
    # The message may be older than this release.
    found = ACTS.get(tuple(address.split(":")))
    if found is None:
        return []
    acts, act = found
    try:
        record = acts.find(user, *map(int, keys))
    except (Http404, PermissionDenied):
        return []
    decision = act.rule(user, record)
    if not decision:
        return []
    return [acts.as_button(act, decision, user, record) | {"row": place}]


# --- An act sent again after a lost answer is done once ------------------------------------------


def _name(request, act):
    key, who = sent_key(request), "" if act.is_untraced else request.user.pk
    return key and f"act:{who}:{request.path}:{key}"


def _where_it_ended(request, act):
    """Return where this act led if it is already done, since rule and record may have changed
    since."""
    name = _name(request, act) if request.method == "POST" else None
    return cache.get(name) if name else None


def _is_first(request, act):
    """Return False while the same act is running; always True for a form without a key."""
    name = _name(request, act)
    return not name or cache.add(name, "", UNDER_WAY_SECONDS)


def _settle(request, act, url):
    if name := _name(request, act):
        transaction.on_commit(lambda: cache.set(name, url, KEPT_SECONDS))


def _release(request, act):
    if name := _name(request, act):
        cache.delete(name)


# --- The way to a page ---------------------------------------------------------------------------


def crumbs_under(label, listing, name=None):
    """Return a function (record, *more) → breadcrumbs: the list, the record if `name` gives its
    name, and more.

    `listing` is the URL name of the list. The record is a link if more follows.
    """

    def crumbs(record, *more):
        way = [(label, reverse(listing))]
        if name and record is not None:
            way.append((name(record), record.get_absolute_url() if more else ""))
        return [*way, *[(one, "") for one in more]]

    return crumbs
