"""The organ's own sign-in by OpenID Connect (docs/adr/0085): code flow with PKCE and nonce.

It authenticates; the account must already exist and is found by one claim. Imported only if it is
switched on: its library takes as long to load as the rest of sign-in.
"""

import logging
from functools import cache

from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from requests import RequestException

from portal.models import User
from portal.pages.second_factor import BY_PROVIDER

log = logging.getLogger(__name__)
# Seconds after which an unresponsive provider is given up.
PATIENCE = 10
# Seconds by which its clock and ours may differ.
CLOCKS_DIFFER = 60


class NotSignedIn(Exception):
    """Why a user cannot sign in, in words for them."""


def begin(request, back, *, again=False):
    """Redirect to the provider, with a state, a nonce and a code verifier kept in this session."""
    asked = {"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {}
    if again:
        asked["prompt"] = "login"
    return _ask(lambda: _client().authorize_redirect(request, back, **asked))


def come_back(request):
    """Return (account, whether the provider asked for a second factor) of the returning user."""
    claims = _ask(lambda: _claims(request))
    name = claims.get(settings.OIDC_CLAIM)
    name = name.strip() if isinstance(name, str) else ""
    if not name:
        log.warning("The provider gives no claim %s", settings.OIDC_CLAIM)
        raise NotSignedIn(
            _("%(name)s did not say which account is yours. Tell the system administrator.")
            % _called()
        )
    user = User.objects.filter(username=name.lower().replace("\0", "")).first()
    if user is None:
        raise NotSignedIn(
            _(
                "%(name)s knows you as “%(user)s”, and no account here has this user name. Ask the "
                "system administrator for one."
            )
            % (_called() | {"user": name})
        )
    if not user.is_active:
        raise NotSignedIn(
            _(
                "The account “%(user)s” was ended. Ask the system administrator if you still work "
                "with the portal."
            )
            % {"user": user.username}
        )
    return user, _says_second_factor(claims)


def remember(request, user, *, has_second_factor):
    """Store in the session how this user signed in; it counts for this user only."""
    known = {"user": user.pk, "second_factor": has_second_factor}
    request.session[BY_PROVIDER] = known | {"at": timezone.now().timestamp()}


def end_address(back):
    """Return the provider's sign-out address; empty if it has none."""
    try:
        known = {"post_logout_redirect_uri": back, "client_id": settings.OIDC_CLIENT_ID}
        return _ask(lambda: _client().create_logout_url(**known))["url"]
    except NotSignedIn:
        return ""


@cache
def _client_of(issuer, client_id, secret, scopes, ca_file):
    """Kept by each process, with the provider's addresses and keys."""
    return OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": scopes,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
            **({"verify": ca_file} if ca_file else {}),
        },
    )


def _client():
    return _client_of(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        settings.OIDC_SCOPES,
        settings.OIDC_CA_FILE,
    )


def _claims(request):
    """Return the claims about the returning user. Authlib has checked signature, issuer, audience,
    times and nonce of the ID token."""
    client = _client()
    token = client.authorize_access_token(request, leeway=CLOCKS_DIFFER)
    claims = token.get("userinfo")
    if not claims:
        raise ValueError("no ID token in the answer")
    if claims["iss"].rstrip("/") != settings.OIDC_ISSUER:
        raise ValueError(f"the issuer calls itself {claims['iss']}")
    if settings.OIDC_CLAIM not in claims and client.server_metadata.get("userinfo_endpoint"):
        more = client.userinfo(token=token)
        if more.get("sub") != claims["sub"]:
            raise ValueError("userinfo speaks of another person")
        claims = {**more, **claims}
    return claims


def _says_second_factor(claims):
    by_method = any(one in settings.OIDC_AMR for one in claims.get("amr") or [])
    return by_method or claims.get("acr") in settings.OIDC_ACR


def _ask(question):
    """Return the provider's answer. Raise NotSignedIn with words for the user, and log the
    cause."""
    try:
        return question()
    except MismatchingStateError as wrong:
        raise NotSignedIn(
            _("This sign-in was started in another browser or too long ago. Start it here again.")
        ) from wrong
    except RequestException as wrong:
        log.warning("The provider does not answer: %s", wrong)
        raise NotSignedIn(
            _(
                "%(name)s does not answer at present. Wait a while, or sign in with user name and "
                "password."
            )
            % _called()
        ) from wrong
    except OAuthError as wrong:
        log.warning("The provider refuses: %s", wrong)
        if wrong.error == "access_denied":
            said = _("You cancelled the sign-in at %(name)s.")
        else:
            said = _("%(name)s refused the sign-in. Try once more, or tell the administrator.")
        raise NotSignedIn(said % _called()) from wrong
    except (JoseError, ValueError, KeyError, RuntimeError) as wrong:
        log.warning("The provider's answer does not hold: %s: %s", type(wrong).__name__, wrong)
        raise NotSignedIn(
            _(
                "What %(name)s answered could not be confirmed. Try once more, or tell the system "
                "administrator."
            )
            % _called()
        ) from wrong


def _called():
    return {"name": settings.OIDC_NAME}
