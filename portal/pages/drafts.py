"""Drafts of forms: typed text survives a lost signal, a closed page and the end of a session.

The form of a `kept` view is saved while the user types (static/js/portal.js), and when it is sent
after the session has ended. The draft is offered when the page is opened again, never filled in
unasked, and deleted when the form is saved. Forms about conduct, accounts, ballots and the
villager's door are not kept, nor is anything that must not be traced to its writer.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.core import signing
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal import parameters
from portal.models.drafts import FormDraft
from portal.models.people import User
from portal.records.drafts import version_of, write

OWNER = "form.owner"
# A page that stays open for longer must be reloaded.
SIGNED_SECONDS = 24 * 3600
# Characters of one draft; several times what the longest form holds.
MOST = 200_000
# Drafts of one person; the oldest go.
KEPT_EACH = 50
# Functions of {name: [values]} that remove what no draft may hold.
NEVER_KEPT: list[Callable[[dict], dict]] = []
# Fields added by the page, not typed by the user.
FRAME = ("csrfmiddlewaretoken", "owner", "draft_path", "draft_version")
TITLE = "draft_title"
TITLE_MOST = 60


class TooLong(Exception):
    """More than a draft may hold."""


class Finished(Exception):
    """The form with this key has been saved, so no draft of it is kept."""


# --- Keeping ---------------------------------------------------------------------------------


def content_of(data):
    """Return the typed values that may be kept: {name: [values]}."""
    content = {name: data.getlist(name) for name in data if name not in FRAME}
    for without in NEVER_KEPT:
        content = without(content)
    if sum(len(text) for texts in content.values() for text in texts) > MOST:
        raise TooLong
    return content


def answer(draft, key, **headers):
    """Return the response that tells the page about its draft."""
    if draft is None:
        return HttpResponse(status=409)
    headers |= {"X-Draft-Version": version_of(draft)}
    if draft.key != key:
        headers["X-Draft-Key"] = str(draft.key)
    return HttpResponse(status=409 if draft.key != key else 204, headers=headers)


def _done_name(owner_pk, key):
    return f"draft.done:{owner_pk}:{key}"


def _keep(data, owner, path):
    key = uuid.UUID(data.get("key", ""))
    if cache.get(_done_name(owner.pk, key)):
        raise Finished
    content = content_of(data)
    content[TITLE] = [one.strip()[:TITLE_MOST] for one in content.get(TITLE, [""])]
    given = {"content": content, "version": data.get("draft_version", ""), "path": path}
    draft = write(FormDraft, key=key, by=owner, at=timezone.now(), **given)
    older = FormDraft.objects.filter(owner=owner).order_by("-updated_at", "-pk")
    FormDraft.objects.filter(pk__in=older.values("pk")[KEPT_EACH:]).delete()
    return draft, key


def _is_kept(path):
    """Return whether the form at this path keeps drafts."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return len(path) <= 200 and getattr(view, "park_form", None) is park


@require_POST
def keep_form(request):
    """Save what the user is typing; the page's script calls this."""
    path = request.POST.get("draft_path", "")
    if not _is_kept(path):
        return HttpResponse(status=400)
    try:
        draft, key = _keep(request.POST, request.user, path)
    except ValueError:
        return HttpResponse(status=400)
    except TooLong:
        return HttpResponse(status=413)
    except Finished:
        return HttpResponse(status=409)
    return answer(draft, key)


def park(request):
    """Keep the typed text when the session has ended; return its address for after the sign-in.

    The form carries its owner's signature, so nobody can plant text for somebody else.
    """
    path = request.POST.get("draft_path") or request.path
    try:
        owner_pk = signing.loads(request.POST.get("owner", ""), salt=OWNER, max_age=SIGNED_SECONDS)
        owner = User.objects.filter(pk=owner_pk, is_active=True).first()
        if owner is None or not _is_kept(path):
            return None
        return _keep(request.POST, owner, path)[0].get_absolute_url()
    except (signing.BadSignature, ValueError, TooLong, Finished):
        return None


def _parking(view):
    """Mark a view whose typed text the middleware parks when the session has ended."""
    view.park_form = park
    return view


keep_form = _parking(keep_form)


def drop_old(*, at):
    """Delete drafts that have not changed for days; return how many."""
    days = parameters.number("visit.draft_days", on=timezone.localdate(at))
    return FormDraft.objects.filter(updated_at__lt=at - timedelta(days=days)).delete()[0]


@require_POST
def drop_form(request, key):
    draft = FormDraft.objects.filter(owner=request.user, key=key).first()
    if draft is None:
        return redirect("todo")
    draft.delete()
    return redirect(draft.path)


# --- The page of a form ----------------------------------------------------------------------


def kept(view):
    """Decorate a view with a form whose text is kept. The view takes its data from `given`, answers
    by `form_page`, and acts only on a POST, since a draft is bound on a GET."""

    @wraps(view)
    def keeping(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 302:
            _forget(request)
        return response

    return _parking(keeping)


def _forget(request):
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return
    FormDraft.objects.filter(owner=request.user, key=key).delete()
    cache.set(_done_name(request.user.pk, key), 1, SIGNED_SECONDS)


def opened(request):
    """Return the draft named in the address, if it belongs to this reader and this form."""
    if not hasattr(request, "opened_draft"):
        request.opened_draft = None
        try:
            key = uuid.UUID(request.GET.get("draft", ""))
        except ValueError:
            return None
        drafts = FormDraft.objects.filter(owner=request.user, path=request.path, key=key)
        request.opened_draft = drafts.first()
    return request.opened_draft


def given(request):
    """Return the data of the form: the posted data, else the opened draft, else None."""
    if request.method == "POST":
        return request.POST
    draft = opened(request)
    if draft is None:
        return None
    data = QueryDict(mutable=True)
    for name, texts in draft.typed.items():
        data.setlist(name, texts)
    return data


def frame(request, form):
    """Return the context of a kept form: what its page shows and sends along."""
    match = request.resolver_match
    if match is None or getattr(match.func, "park_form", None) is not park:
        return {}
    draft = opened(request)
    if draft and request.method != "POST":
        # Show an unfinished form as it was typed; errors appear when it is sent.
        form._errors, form.cleaned_data = {}, {}
    others = FormDraft.objects.filter(owner=request.user, path=request.path)
    is_new = draft is None and request.method != "POST"
    return {
        "keeps_draft": True,
        "key": request.POST.get("key") or (draft.key if draft else uuid.uuid4()),
        "owner": signing.dumps(request.user.pk, salt=OWNER),
        # After a POST the form shows what was sent, not the opened draft.
        "draft": draft if request.method != "POST" else None,
        "has_files": form.is_multipart(),
        "draft_version": request.POST.get("draft_version") or version_of(draft),
        "waiting": others.order_by("-updated_at").first() if is_new else None,
    }
