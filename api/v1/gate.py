"""What all calls share: authentication, rate limits, language, idempotency.

No session and no cookie is read (portal.pages.middleware.HealthWithoutSession), so no other site
can make a browser send an authorised call, and CSRF tokens are not needed.
"""

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError
from ninja.security import HttpBearer

from api.actions import calls
from api.actions import tokens as actions
from api.models import Token
from api.v1 import problems
from api.v1.problems import Problem
from api.v1.shapes import Problem as ProblemShape
from portal import wordings
from portal.models import User
from portal.pages.middleware import client_address, has_null_character
from portal.records import audit
from portal.tools import languages
from portal.trust import wall

logger = logging.getLogger(__name__)
MOST_BYTES = 256 * 1024
RETRY_SECONDS = 30
# Limit of calls without a valid token from one address in a minute.
MOST_WRONG = 60
KEY = "Idempotency-Key"
# A UUID is best.
KEY_PATTERN = r"^[A-Za-z0-9_.:-]{8,64}$"


@dataclass
class Call:
    """One call by a token."""

    token: Token
    user: User
    at: datetime


class ByToken(HttpBearer):
    """`Authorization: Bearer gsp_…`, from an address that the token names."""

    def authenticate(self, request, token):
        at, address = timezone.now(), client_address(request)
        found = actions.token_of(token, at=at, on=timezone.localdate(at), address=address)
        if found is None:
            # Valid tokens are not counted here, so that a misconfigured system at the same address
            # locks nobody out.
            if _counted("wrong", address, at) > MOST_WRONG:
                raise _too_many()
            return None
        if _counted("calls", found[0].pk, at) > settings.API_CALLS_PER_MINUTE:
            raise _too_many()
        has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
        if has_body and request.content_type != "application/json":
            raise Problem("media_type")
        return Call(*found, at)


def _too_many():
    return Problem("too_many", headers={"Retry-After": str(RETRY_SECONDS)})


def _counted(what, who, at):
    """Count a call; returns how many of this kind `who` has made in this minute."""
    key = f"api.{what}:{who}:{int(at.timestamp()) // 60}"
    if cache.add(key, 1, 120):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It expired in between.
        return 1


v1 = NinjaAPI(
    title="Grassroots Service Portal",
    version="1",
    description="What another system may read and write by a token; docs/api.md says how.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api_v1",
    auth=ByToken(),
)


@v1.exception_handler(Problem)
def _refuse(request, problem):
    return problem.answer()


@v1.exception_handler(AuthenticationError)
def _no_token(request, problem):
    return Problem("unauthorized", headers={"WWW-Authenticate": "Bearer"}).answer()


@v1.exception_handler(ShapeError)
def _wrong_shape(request, problem):
    return problems.of_schema(problem.errors).answer()


@v1.exception_handler(ValidationError)
def _invalid(request, problem):
    return problems.of_validation(problem).answer()


@v1.exception_handler(PermissionDenied)
def _denied(request, problem):
    return Problem("refused", str(problem)).answer()


@v1.exception_handler(Http404)
def _not_found(request, problem):
    return Problem("not_found").answer()


@v1.exception_handler(HttpError)
def _unreadable(request, problem):
    return Problem("malformed").answer()


@v1.exception_handler(UnreadablePostError)
def _cut_off(request, problem):
    return Problem("malformed").answer()


@v1.exception_handler(OperationalError)
@v1.exception_handler(InterfaceError)
def _busy(request, problem):
    logger.exception("The database did not answer a call")
    return Problem("busy", headers={"Retry-After": str(RETRY_SECONDS)}).answer()


@v1.exception_handler(Exception)
def _fault(request, problem):
    logger.exception("A call met an error of the portal")
    return Problem("fault").answer()


# --- Around each address -------------------------------------------------------------------------


def gated(view):
    """Wrap a view of the API: without session, in the language asked. Transactions are opened
    inside."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        with translation.override(language_asked(request)):
            response = _checked(request) or view(request, *args, **kwargs)
            if response.status_code == 405:
                allowed = {"Allow": response.headers["Allow"]}
                response = Problem("method", headers=allowed).answer()
            response.headers["Content-Language"] = translation.get_language()
        response.headers["Cache-Control"] = "no-store"
        return response

    answered.csrf_exempt = True
    answered.login_required = False
    return transaction.non_atomic_requests(answered)


@gated
def nothing(request, **_rest):
    """Answer all other addresses under `/api/v1/`."""
    return Problem("not_found").answer()


def language_asked(request):
    """English if it is preferred, else Chinese."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    for code, *_quality in accepted:
        main = code.lower().partition("-")[0]
        if main in {"en", "zh"}:
            return "en" if main == "en" else settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE


def _checked(request):
    """Refuse malformed or oversized calls before reading them."""
    if has_null_character(request):
        return Problem("malformed").answer()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return Problem("too_large").answer()
    return None


# --- One operation -------------------------------------------------------------------------------

REFUSALS = dict.fromkeys((400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503), ProblemShape)


def operation(method, path, *, scope, answer, status=200, tag, is_write=False, also=(), **more):
    """Declare an operation of the API: `function(call, …)` returns the content of `answer`, or
    (content, headers).

    A write needs an Idempotency-Key and is carried out once: its answer is stored in the same
    transaction.
    """
    refusals = dict(REFUSALS) | dict.fromkeys(also, ProblemShape)
    if is_write:
        refusals[409] = ProblemShape
        key = {
            "name": KEY,
            "in": "header",
            "required": True,
            "description": "The same key with the same content is carried out once.",
            "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": KEY_PATTERN},
        }
        more.setdefault("openapi_extra", {}).setdefault("parameters", []).append(key)

    def decorate(function):
        @wraps(function)
        def served(request, **given):
            call = request.auth
            words = wordings.of_user(call.user, on=call.user.today)
            language = languages.variant(translation.get_language(), words)
            mark = f"T{call.token.pk}"
            with (
                translation.override(language),
                audit.through(mark),
                wall.reading(call.user),
                transaction.atomic(),
            ):
                if scope not in call.token.scopes:
                    raise Problem("scope", scope)
                _refuse_unknown(request, served.known)
                if is_write:
                    return _once(request, call, lambda: _answered(request, function, given))
                return _answered(request, function, given)

        def _answered(request, function, given):
            done = function(request, **given)
            done, headers = done if isinstance(done, tuple) else (done, {})
            if headers.get("ETag") and headers["ETag"] == request.headers.get("If-None-Match"):
                return HttpResponse(status=304, headers=headers)
            text = answer.model_validate(done).model_dump_json() if answer else ""
            return HttpResponse(
                text, content_type="application/json", status=status, headers=headers
            )

        response = {status: answer, **refusals}
        made = v1.api_operation(
            [method],
            path,
            operation_id=function.__name__,
            url_name=more.pop("url_name", function.__name__),
            summary=function.__doc__.strip().partition("\n")[0].rstrip("."),
            description=" ".join(function.__doc__.split()),
            tags=[tag],
            response=response,
            **more,
        )(served)
        served.known = _names_of(served._ninja_operation)
        return made

    return decorate


def _names_of(operation):
    """The names of an operation's query parameters."""
    return {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }


def _refuse_unknown(request, known):
    """A misspelt filter would otherwise be ignored and show all rows."""
    if unknown := sorted(set(request.GET) - known):
        said = problems.said_of("extra_forbidden")
        raise Problem("invalid", errors=[(name, said) for name in unknown])


def _once(request, call, do):
    """Carry out a write, or repeat the stored answer of the same call."""
    key = request.headers.get(KEY, "")
    if not re.fullmatch(KEY_PATTERN, key):
        raise Problem("invalid", errors=[(KEY, problems.said_of("missing"))])
    sent = hashlib.sha256(
        b"\0".join([request.method.encode(), request.path.encode(), request.body])
    ).hexdigest()
    kept = calls.kept_answer(token=call.token, key=key)
    if kept is not None:
        if kept.digest != sent:
            raise Problem("key_used")
        stored = json.loads(kept.text)
        return HttpResponse(
            stored["text"],
            content_type="application/json",
            status=kept.status,
            headers=stored["headers"] | {"Idempotent-Replay": "true"},
        )
    response = do()
    headers = {name: response.headers[name] for name in ("ETag", "Location") if name in response}
    calls.keep(
        token=call.token,
        key=key,
        digest=sent,
        status=response.status_code,
        text=json.dumps({"text": response.content.decode(), "headers": headers}),
        at=call.at,
    )
    return response
