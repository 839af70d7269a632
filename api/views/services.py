"""The page of another system with its tokens, the secret of a token, and the API documentation."""

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from api.actions import tokens as actions
from api.acts.tokens import SERVICES, TOKENS, crumbs, visible_service, visible_token
from api.models import Scope, Subscription
from api.models.tokens import STATES
from api.rules import tokens as rules
from api.v1.document import FILE
from portal.pages.side_list import Area
from portal.roles import Permission
from portal.trust.access import require


@require_safe
def service(request, pk):
    user, one = request.user, visible_service(request.user, pk)
    tokens = list(one.tokens.order_by("-ends_on", "-pk"))
    for token in tokens:
        token.service = one
        token.state = token.state_on(user.today)
        token.words = STATES[token.state]
        token.acts = TOKENS.buttons(user, token)
        token.collecting = rules.may_collect(user, token)
    told = Subscription.objects.filter(token__in=tokens, ended_at=None).order_by("pk")
    context = {
        "service": one,
        "tokens": tokens,
        "told": list(told),
        "acts": SERVICES.buttons(user, one),
        "grants": _grants(user, one),
        "opens_account": user.holds(Permission.MANAGE_ACCOUNTS)
        or user.holds(Permission.GIVE_GRANTS),
        "crumbs": [Area.ADMINISTRATION.crumb, *crumbs(one)],
    }
    return render(request, "api/service.html", context)


def _grants(user, service):
    account = service.user.acting(on=user.today)
    return account.grants_today()


@never_cache
@sensitive_variables("secret")
@require_POST
def collect_token(request, pk):
    """Collect a token; only this response shows its secret."""
    token = visible_token(request.user, pk)
    token, secret = actions.collect(token=token, by=request.user, at=timezone.now())
    context = {
        "token": token,
        "secret": secret,
        "address": request.build_absolute_uri("/api/v1/"),
        "crumbs": [],
    }
    return render(request, "api/secret.html", context)


@require_safe
def docs(request):
    """The API documentation as a page that loads nothing from elsewhere."""
    require(rules.may_see_services(request.user))
    said = json.loads(FILE.read_text())
    groups = {}
    for path, methods in said["paths"].items():
        for method, one in methods.items():
            row = {
                "method": method.upper(),
                "path": path,
                "words": one["description"],
                "parameters": [
                    each for each in one["parameters"] if each["name"] != "Accept-Language"
                ],
                "body": _fields(said, one.get("requestBody")),
            }
            groups.setdefault(one["tags"][0], []).append(row)
    context = {
        "groups": groups,
        "scopes": Scope.choices,
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Document of the API"), "")],
    }
    return render(request, "api/docs.html", context)


def _fields(said, body):
    """[(name, whether it is required, type, description)] of a request body."""
    if not body:
        return []
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    shape = said["components"]["schemas"][name]
    required = shape.get("required", ())
    return [
        (field, field in required, _type(one), one.get("description", ""))
        for field, one in shape["properties"].items()
    ]


def _type(one):
    if "anyOf" in one:
        return " | ".join(_type(each) for each in one["anyOf"])
    if "enum" in one:
        return " | ".join(f"“{code}”" for code in one["enum"])
    return one.get("format") or one.get("type") or "object"


def openapi(request):
    """The OpenAPI document; it is the same for every installation of this version."""
    response = HttpResponse(FILE.read_bytes(), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


openapi = require_safe(openapi)
openapi.login_required = False
