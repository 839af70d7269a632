"""Who may write, publish, revise or withdraw a scheme. Checks the person first, then the state."""

from decimal import Decimal

from django.utils.translation import gettext as _

from evaluation.appraisal.indicators import INDICATORS
from evaluation.models import Scheme
from evaluation.models.schemes import SchemeState
from portal.days.words import short_day
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

HUNDRED = 100


def keeps(user, scheme):
    return holds_for_organ(user, P.MANAGE_EVALUATION, scheme.organ)


def may_write_scheme(user, organ=None):
    if not user.holds(P.MANAGE_EVALUATION):
        return NotYours(_("The programme office lays down schemes."))
    if organ is None:
        return Decision(_("Your account belongs to no organ that could lay one down."))
    return ALLOWED


def _kept(user, scheme):
    if keeps(user, scheme):
        return ALLOWED
    return NotYours(_("Only the office that lays down the scheme can do this."))


def may_change_scheme(user, scheme):
    """Only drafts can be changed."""
    decision = _kept(user, scheme)
    if not decision or scheme.is_draft:
        return decision
    return Decision(
        _(
            "Published on %(day)s under %(document)s. A published scheme is never changed; begin a "
            "new version of it."
        )
        % {"day": short_day(scheme.published_on, on=user.today), "document": scheme.document}
    )


def may_set_lines(user, scheme):
    """As may_change_scheme, but hidden for published schemes, where one refusal is enough."""
    decision = may_change_scheme(user, scheme)
    return decision if decision or scheme.is_draft else NotNow(decision.refusal)


def may_drop_scheme(user, scheme):
    decision = _kept(user, scheme)
    if decision and not scheme.is_draft:
        return NotNow(_("A scheme that was published stays."))
    return decision


def problems(scheme):
    """Sentences on what keeps a draft from being published."""
    found = []
    if sum(scheme.weights.values()) != HUNDRED:
        found.append(_("The weights of the four sources must sum to 100."))
    if sum(scheme.dimension_weights.values()) != HUNDRED:
        found.append(_("The weights of the three dimensions must sum to 100."))
    if scheme.weight_results > 0:
        lines = list(scheme.indicators.all())
        shares = sum((line.share for line in lines), Decimal())
        if not lines:
            found.append(
                _("Results of the work have a weight, and there is no indicator to measure them.")
            )
        elif shares != HUNDRED:
            found.append(
                _("The shares of the indicators sum to %(sum)s instead of 100.")
                % {"sum": f"{shares.normalize():f}"}
            )
        misfits = [line.indicator for line in lines if not fits(line.indicator, scheme.subject)]
        found += [misfit(scheme, code) for code in misfits]
    return found


def misfit(scheme, code):
    words = _("“%(indicator)s” does not fit whom the scheme is for: %(subject)s.")
    return words % {"indicator": title_of(code), "subject": scheme.get_subject_display()}


def fits(code, subject):
    return code in INDICATORS and subject in INDICATORS[code].subjects


def title_of(code):
    return str(INDICATORS[code].title) if code in INDICATORS else code


def may_publish_scheme(user, scheme):
    if not (decision := _kept(user, scheme)):
        return decision
    if not scheme.is_draft:
        return NotNow(_published(scheme, user.today))
    found = problems(scheme)
    return Decision(" ".join(found)) if found else ALLOWED


def _published(scheme, on):
    return _("Version %(n)s was published on %(day)s under %(document)s.") % {
        "n": scheme.version,
        "day": short_day(scheme.published_on, on=on),
        "document": scheme.document,
    }


def may_begin_version(user, scheme):
    """Only from the newest version, so that versions form a sequence."""
    if not (decision := _kept(user, scheme)):
        return decision
    if scheme.is_draft:
        return NotNow(_("The draft itself can be changed."))
    after = Scheme.objects.filter(previous=scheme).order_by("-pk").first()
    if after is None:
        return ALLOWED
    if after.is_draft:
        return Decision(_("Version %(n)s is being written already.") % {"n": after.version})
    return Decision(_("Version %(n)s followed this one; begin from that.") % {"n": after.version})


def may_withdraw_scheme(user, scheme):
    if not (decision := _kept(user, scheme)):
        return decision
    if scheme.is_draft:
        return NotNow(_("The draft is not used yet."))
    if scheme.state == SchemeState.WITHDRAWN:
        return NotNow(
            _("It has not been used for new cycles since %(day)s.")
            % {"day": short_day(scheme.withdrawn_on, on=user.today)}
        )
    return ALLOWED
