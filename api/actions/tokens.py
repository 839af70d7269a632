"""Service accounts: declare, change; tokens: issue, collect, revoke, authenticate."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from api.models import ServiceAccount, Token
from api.rules import tokens as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust import wall
from portal.trust.access import require

PREFIX = "gsp"
# Written at most once an hour, so that most calls write nothing.
USED_EVERY = timedelta(hours=1)


def digest_of(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(name, decision):
    if not decision:
        raise ValidationError({name: decision.refusal})


@transaction.atomic
def declare(*, account, system, responsible, by, at):
    """Declare that an account belongs to another system. Removes its password, so that nobody can
    sign in with it."""
    account = locked(account, no_key=True)
    require(rules.may_declare(by))
    _check("account", rules.may_be_service(account, on=by.today))
    _check("responsible", rules.may_answer_for(responsible, on=by.today))
    account.set_unusable_password()
    account.save(update_fields=["password"])
    service = ServiceAccount(
        user=account, system=system, responsible=responsible, made_by=by, made_at=at
    )
    keep(service)
    values = {"system": system, "responsible": responsible.pk}
    audit.record("service.declared", by, service, ["user", *values], {"user": account.pk, **values})
    return service


@transaction.atomic
def change_service(*, service, system, responsible, by):
    """Change the responsible person. Tokens not collected yet are left to the new one."""
    service = locked(service, "user", "responsible")
    require(rules.may_change_service(by, service))
    _check("responsible", rules.may_answer_for(responsible, on=by.today))
    keep(service, system=system, responsible=responsible)
    values = {"system": system, "responsible": responsible.pk}
    audit.record("service.changed", by, service, [*values], values)
    return service


@transaction.atomic
def issue(*, service, name, scopes, addresses, starts_on, ends_on, by):
    """Issue a token; its secret is generated when it is collected."""
    service = locked(service, "user__organ", "responsible")
    require(rules.may_issue(by, service))
    facts = {"name": name, "scopes": scopes, "addresses": addresses}
    days = {"starts_on": starts_on, "ends_on": ends_on}
    token = Token(service=service, issued_by=by, issued_on=by.today, **facts, **days)
    keep(token)
    audit.record("token.issued", by, token, [*facts, *days], {**facts, **days})
    return token


@transaction.atomic
def collect(*, token, by, at):
    """Generate the secret; returns (token, the credential that the other system sends). The
    credential is shown once, to the responsible person; no administrator ever sees it."""
    token = locked(token, "service__user", "service__responsible")
    require(rules.may_collect(by, token))
    secret = secrets.token_urlsafe(32)
    change(token, digest=digest_of(secret), collected_by=by, collected_at=at)
    audit.record("token.collected", by, token)
    return token, f"{PREFIX}_{token.key.hex}_{secret}"


@transaction.atomic
def revoke(*, token, by, reason="", at):
    """Revoke a token at once. Answers already given stay with the other system."""
    token = locked(token, "service__user", "service__responsible")
    require(rules.may_revoke(by, token))
    change(token, revoked_at=at, revoked_by=by, why=reason)
    audit.record("token.revoked", by, token, values={"reason": reason})
    return token


def token_of(credential, *, at, on, address):
    """(the token, its account acting today) for a credential, or None. Timing reveals nothing to an
    attacker: keys are random, and secrets are compared in constant time."""
    prefix, _mark, rest = credential.partition("_")
    key, _mark, secret = rest.partition("_")
    if prefix != PREFIX or len(key) != 32 or not 20 < len(secret) < 100:
        return None
    try:
        found = Token.objects.filter(key=key, revoked_at=None).exclude(digest="")
        with wall.as_system("whose token it is"):
            token = found.select_related("service__user__organ__division").first()
    except (ValueError, ValidationError):
        return None
    if token is None or not hmac.compare_digest(token.digest, digest_of(secret)):
        return None
    account = token.service.user.acting(on=on)
    if not rules.may_call(token, account, address=address):
        return None
    if token.last_used_at is None or not timedelta(0) <= at - token.last_used_at < USED_EVERY:
        with wall.as_system("a token was used"):
            Token.objects.filter(pk=token.pk).update(last_used_at=at)
    return token, account
