"""Acts: what a person may do to a record, declared in one row each. No domain here.

From a row follow the address, the page that asks, the button on the record's page with its
refusal, what happens to what the action refuses, the word of the audit, that an act sent twice is
done once, and that what was typed outlives the end of a session.
"""

import inspect
import json
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal import events
from portal.pages.forms import ManyFilesField, kept_files
from portal.pages.web import add_errors, form_page, sent_key
from portal.trust import crypto, privacy
from portal.trust.access import NotNow, NotYours, require

KEPT_SECONDS = 24 * 3600
# What was typed may name somebody: it waits no longer than a sign-in takes.
TYPED_SECONDS = 2 * 3600
# An act that has neither ended nor been refused by then was cut off, and may be sent again.
UNDER_WAY_SECONDS = 60
OWNER, TYPED = "act.owner", "act.typed"
# Of the page, not of what was typed.
FRAME = ("csrfmiddlewaretoken", "key", "owner")


@dataclass(frozen=True)
class Act:
    """One act. Without a form a single press does it.

    `rule(user, record)` decides, `action(<keyword>=record, by=, at=, **typed)` does it. A start
    has no record: `rule(user)`, `action(by=, at=, **typed)`, and its action returns what it made.
    """

    name: str
    label: str
    rule: Callable
    # None where the page is a view of its own: the row is then its button and its rule.
    action: Callable | None
    form: type[Form] | None = None
    # What stands behind the address of the record.
    path: str = ""
    # Whether the form is given the record, under the keyword of its noun.
    about: bool = False
    # (user, record) → what the form begins with.
    initial: Callable | None = None
    # (query of the address) → more of what it begins with.
    prefill: Callable | None = None
    # Words, or record → words, above the page, and the last of the way to it: where not the label.
    title: str | Callable = ""
    crumb: str = ""
    submit: str = ""
    # Words, or record → words.
    intro: str | Callable = ""
    # Asked before a single press.
    confirm: str = ""
    # Whether it stands out among the buttons, or (user, record) → whether.
    primary: bool | Callable = False
    # Without a button among the acts of the page: it is led to from elsewhere.
    hidden: bool = False
    # {event: its word in the audit}
    audit: dict = field(default_factory=dict)
    # (record, what the action returned) → where to go; the record's page otherwise.
    then: Callable | None = None
    # Told where it ends: words, or (record, what the action returned) → words or [(level, words)].
    said: str | Callable = ""
    template: str = "components/form_page.html"
    # (user, record) → what the template needs beside the form, or instead of what stands here.
    shown: Callable | None = None

    @property
    def is_press(self):
        return self.form is None and self.action is not None

    @cached_property
    def takes_moment(self):
        return "at" in inspect.signature(self.action).parameters


@dataclass(frozen=True)
class Acts:
    """The acts of one noun.

    `find(user, pk)` is the only way to a record; `crumbs(record, label)` gives the way to a page,
    with None as the record of a start. `prefix` is the address of a record, with `<int:pk>`; where
    it holds several keys, `find` takes them in their order and `keys(record)` gives them.
    """

    namespace: str
    keyword: str
    prefix: str
    find: Callable
    crumbs: Callable
    acts: tuple[Act, ...]
    # Acts that begin a record, with their whole path.
    starts: tuple[Act, ...] = ()
    # Name of the address of the list, for starts.
    listing: str = ""
    # The record on whose page an act on a part ends.
    page: Callable = lambda record: record
    # That record → the address of its page.
    address: Callable = lambda record: record.get_absolute_url()
    keys: Callable = lambda record: [record.pk]

    def __post_init__(self):
        for act in (*self.acts, *self.starts):
            events.describe(act.audit)

    def urls(self):
        on_records = [(f"{self.prefix}{act.path}", act, self._on_record(act)) for act in self.acts]
        begun = [(act.path, act, self._begin(act)) for act in self.starts]
        return [
            path(address, view, name=act.name)
            for address, act, view in (*begun, *on_records)
            if act.action
        ]

    def buttons(self, user, record):
        """What this person may do, and what not with its reason; for portal/_acts.html."""
        return [
            self._button(act, decision, user, record)
            for act in self.acts
            if not act.hidden and is_shown(decision := act.rule(user, record))
        ]

    def button(self, name, user, record):
        """The button of one act, None where it is not shown."""
        act = next(act for act in self.acts if act.name == name)
        decision = act.rule(user, record)
        return self._button(act, decision, user, record) if is_shown(decision) else None

    def _button(self, act, decision, user, record):
        return {
            "label": act.label,
            "decision": decision,
            "url": reverse(f"{self.namespace}:{act.name}".lstrip(":"), args=self.keys(record)),
            "primary": act.primary(user, record) if callable(act.primary) else act.primary,
            "post": act.is_press,
            "confirm": act.confirm,
            "key": uuid.uuid4() if act.is_press else None,
        }

    def _on_record(self, act):
        def view(request, **keys):
            if ended := _where_it_ended(request):
                return redirect(ended)
            record = self.find(request.user, *keys.values())
            require(act.rule(request.user, record))
            return self._answer(request, act, record)

        return _closed(act, view)

    def _begin(self, act):
        def view(request):
            if ended := _where_it_ended(request):
                return redirect(ended)
            require(act.rule(request.user))
            return self._answer(request, act, None)

        return _closed(act, view)

    def _answer(self, request, act, record):
        form = self._form(act, request, record)
        if request.method != "POST" or form is not None and not form.is_valid():
            return self._ask(request, act, record, form)
        if not _is_first(request):
            return redirect(self._page(record, None))
        try:
            done = self._do(act, record, request.user, form)
        except (ValidationError, PermissionDenied) as problem:
            _release(request)
            return self._refuse(request, act, record, form, problem)
        except BaseException:
            _release(request)
            raise
        _tell(request, act, record, done)
        answer = redirect(act.then(record, done) if act.then else self._page(record, done))
        _settle(request, answer.url)
        return answer

    def _refuse(self, request, act, record, form, problem):
        is_denied = isinstance(problem, PermissionDenied)
        if form is None:
            if is_denied:
                raise problem
            messages.error(request, " ".join(problem.messages))
            return redirect(self._page(record, None))
        # Who may not do it at all was turned away before; here what was typed is refused.
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
        data, files = None, None
        if request.method == "POST":
            data, files = request.POST, request.FILES
        elif kept := _kept(request):
            data = kept
        return act.form(data, files, user=request.user, **given)

    def _do(self, act, record, user, form):
        given = {} if record is None else {self.keyword: record}
        if act.takes_moment:
            given["at"] = timezone.now()
        typed = _typed(form)
        with ExitStack() as storing:
            for name, value in typed.items():
                if isinstance(form.fields.get(name), ManyFilesField):
                    typed[name] = storing.enter_context(kept_files(value, user))
            return act.action(**given, by=user, **typed)

    def _page(self, record, done):
        """Where an act ends: on the page of what it made, else of what it was done to."""
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
            "crumbs": self.crumbs(at, act.crumb or act.label),
            "key": request.POST.get("key") or uuid.uuid4(),
            "owner": signing.dumps(request.user.pk, salt=OWNER),
        }
        if act.shown:
            page |= act.shown(request.user, record)
        return form_page(request, form, template=act.template, **page)


def is_shown(decision):
    """A refusal because of the person, or one that the state itself tells, needs no button."""
    return bool(decision) or not isinstance(decision, NotYours | NotNow)


def _closed(act, view):
    view.__name__ = act.name
    view = require_http_methods(["GET", "HEAD", "POST"])(view) if act.form else require_POST(view)
    if act.form:
        view.park_form = _park
    return view


def _words(said, record):
    return said(record) if callable(said) else said


def _tell(request, act, record, done):
    told = act.said(record, done) if callable(act.said) else act.said
    if not isinstance(told, list):
        told = [(messages.INFO, told)]
    for level, words in told:
        if words:
            messages.add_message(request, level, words)


def _typed(form):
    if form is None:
        return {}
    return dict(form.content() if hasattr(form, "content") else form.cleaned_data)


# --- Once, also when the answer was lost -------------------------------------------------------


def _name(request):
    key = sent_key(request)
    return key and f"act:{request.user.pk}:{request.path}:{key}"


def _where_it_ended(request):
    """Where the same act led to that is done already; rule and record have changed since."""
    name = _name(request) if request.method == "POST" else None
    return cache.get(name) if name else None


def _is_first(request):
    """False while the same act is under way. A form without a key is always the first."""
    name = _name(request)
    return not name or cache.add(name, "", UNDER_WAY_SECONDS)


def _settle(request, url):
    if name := _name(request):
        transaction.on_commit(lambda: cache.set(name, url, KEPT_SECONDS))


def _release(request):
    if name := _name(request):
        cache.delete(name)


# --- What was typed outlives the end of a session ----------------------------------------------


def _park(request):
    """Keep what was typed when the session had ended; its address after the sign-in.

    The form carries its owner's signature, so nobody can leave words to another.
    """
    try:
        owner = signing.loads(request.POST.get("owner", ""), salt=OWNER, max_age=KEPT_SECONDS)
        key = uuid.UUID(request.POST.get("key", ""))
    except (signing.BadSignature, ValueError):
        return None
    typed = {name: texts for name, texts in request.POST.lists() if name not in FRAME}
    text = privacy.mask_ids(json.dumps(typed, ensure_ascii=False))
    cache.set(f"typed:{owner}:{key}", crypto.encrypt(text, TYPED), TYPED_SECONDS)
    return f"{request.path}?typed={key}"


def _kept(request):
    try:
        key = uuid.UUID(request.GET.get("typed", ""))
    except ValueError:
        return None
    sealed = cache.get(f"typed:{request.user.pk}:{key}")
    if not sealed:
        return None
    data = QueryDict(mutable=True)
    for name, texts in json.loads(crypto.decrypt(sealed, TYPED)).items():
        data.setlist(name, texts)
    return data


# --- The way to a page ---------------------------------------------------------------------------


def crumbs_under(label, listing, name=None):
    """A function (record, *more) → crumbs: the list, the record if `name` says its name, and more.

    `listing` is the name of the list's address. The record is a link where more follows.
    """

    def crumbs(record, *more):
        way = [(label, reverse(listing))]
        if name and record is not None:
            way.append((name(record), record.get_absolute_url() if more else ""))
        return [*way, *[(one, "") for one in more]]

    return crumbs
