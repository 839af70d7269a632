"""Pages of interfaces: 县12345热线, for which the host answers, with a token to be collected."""

from tests.access.burden import BUSINESS
from tests.api.calling import a_service, a_token

A, R, N, X, V = 200, 302, 403, 404, 422

ADMINISTRATORS = {"system", "security"}
# Users responsible for no system see empty lists.
LISTS = BUSINESS | ADMINISTRATORS
KNOWING = {"host", *ADMINISTRATORS}


def _only(who, status):
    return ({who}, status, X, dict.fromkeys(KNOWING - {who}, N))


PAGES = {
    ("get", "api:services"): (LISTS, A),
    ("get", "api:tokens"): (LISTS, A),
    ("get", "api:deliveries"): (LISTS, A),
    ("get", "api:docs"): (LISTS, A),
    ("get", "api:service"): (KNOWING, A, X, {}),
    ("get", "api:declare_service"): ({"system"}, A),
    ("post", "api:declare_service"): ({"system"}, V),
    ("get", "api:issue_token"): _only("security", A),
    ("post", "api:issue_token"): _only("security", V),
    ("get", "api:change_service"): _only("system", A),
    ("post", "api:change_service"): _only("system", V),
    ("post", "api:collect_token"): _only("host", A),
    ("get", "api:revoke_token"): (KNOWING, A, X, {}),
    ("post", "api:revoke_token"): (KNOWING, R, X, {}),
    ("get", "api:my_calendar"): (BUSINESS, A),
    ("post", "api:make_calendar"): (BUSINESS, A),
    ("post", "api:revoke_calendar"): (BUSINESS, R),
}


def records(people):
    service = a_service(people)
    token = a_token(people, service, collect=False)
    return {
        **dict.fromkeys(("service", "issue_token", "change_service"), [service.pk]),
        **dict.fromkeys(("collect_token", "revoke_token"), [token.pk]),
    }
