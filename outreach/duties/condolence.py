"""What of the festival visits waits for somebody, and what people are told of them: a window that
opens, a notice, visits left.

A window is told to each person until they have read of it, once; the others as long as they are
true.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import CondolenceCampaign, CondolenceObjection, CondolenceRecipient
from outreach.models.condolence import CampaignState
from portal import parameters
from portal.days import festivals, workdays
from portal.days.festivals import Festival
from portal.duties.duty import (
    Duty,
    Item,
    OrganReach,
    Own,
    Reach,
    Through,
    Told,
    by_deadline,
    item,
    register,
)
from portal.duties.reminders import Kind, Noun, holders
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

S = CampaignState
# A festival of a year as one number: 2027 and its place among the festivals.
_NUMBERS = {festival: place for place, festival in enumerate(Festival)}
MANAGERS = OrganReach(P.MANAGE_CAMPAIGNS)


def _campaigns(*states, **limits):
    return CondolenceCampaign.objects.filter(state__in=states, **limits)


def _notices_over(on):
    """The last day has passed and nothing that was said is left undecided."""
    waiting = CondolenceObjection.objects.open().filter(campaign=OuterRef("pk"))
    return _campaigns(S.NOTICE, notice_to__lt=on).filter(~Exists(waiting))


def _to_begin_by(day):
    """A list that does not hang out by now leaves a week for its visits or less."""
    latest = workdays.add_working_days(day, parameters.number("notice.days", on=day) + 5)
    return _campaigns(S.LISTING, festival_on__lte=latest)


def _left_to_visit(day):
    """Somebody waits shortly before the festival."""
    ahead = timedelta(days=parameters.number("condolence.ahead_days", on=day))
    return CondolenceRecipient.objects.waiting_for_visit().filter(
        campaign__state__in=[S.APPROVED, S.VISITING], campaign__ends_on__lte=day + ahead
    )


def _windows(day, at):
    """To office, hosts and liaisons, unless they have read of this festival."""
    open_now = festivals.windows_around(day)
    if not open_now:
        return None
    numbers = [year * 10 + _NUMBERS[festival] for festival, year, _window in open_now]
    dues = [window.last for _festival, _year, window in open_now]
    sql = f"""
        WITH {holders(P.LIST_RECIPIENTS)}
        SELECT DISTINCT h.user_id, 'festival', f.number, '', f.due, %(link)s
        FROM holder h CROSS JOIN unnest(%(numbers)s::int[], %(dues)s::date[]) f (number, due)
        WHERE NOT EXISTS (
            SELECT 1 FROM portal_reminder told
            WHERE told.user_id = h.user_id AND told.kind = 'condolence_window'
              AND told.noun_id = f.number AND told.read_at IS NOT NULL)"""
    link = reverse("outreach:condolence")
    return sql, {"day": day, "numbers": numbers, "dues": dues, "link": link}


def _named(label):
    return _("Festival visits %(name)s") % {"name": label}


def _campaign(act, due):
    return item(lambda one: _named(one.label), "organ.label", act, due=due)


def _objection(objection):
    return Item(
        what=objection.text[:60],
        where=f"{objection.campaign.label} · {objection.unit.name}",
        url=objection.campaign.get_absolute_url(),
        act_url=reverse("outreach:decide_objection", args=[objection.pk]),
        due=objection.campaign.notice_to,
    )


def _festival_titles(user, numbers):
    places = list(Festival)
    return {
        number: _named(f"{number // 10}年{festivals.CHINESE[places[number % 10]]}")
        for number in numbers
    }


def _campaign_titles(user, ids):
    rows = CondolenceCampaign.objects.visible_to(user).filter(pk__in=ids)
    return {one.pk: _named(one.label) for one in rows}


register(
    Area.STAYS,
    Noun("festival", _festival_titles),
    Noun("condolencecampaign", _campaign_titles, "outreach:condolence_campaign"),
    Kind("condolence_window", gettext_lazy("The days before a festival have begun"), _windows),
    # The office, none of whose recipients stands on the list.
    Duty(
        code="approve_condolence",
        title=gettext_lazy("Lists of recipients to approve"),
        act=gettext_lazy("Approve"),
        records=lambda on: _campaigns(S.HEARD),
        whose=OrganReach(P.APPROVE_RECIPIENTS)
        - Through(
            "pk", lambda on: CondolenceRecipient.objects.standing(), "campaign", "put_forward_by"
        ),
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("outreach:approve_condolence", "starts_on"),
        sort=Sort(gettext_lazy("by festival"), "festival_on", descending=False),
        is_approval=True,
    ),
    Told(
        gettext_lazy("The public notice of recipients is due"),
        "condolencecampaign",
        code="condolence_due",
        records=_to_begin_by,
        whose=MANAGERS,
        due="ends_on",
    ),
    # Managers are told on the last day already, and that objections are left to decide.
    Duty(
        code="end_condolence_notice",
        title=gettext_lazy("Public notices of recipients that are over"),
        act=gettext_lazy("End the notice"),
        records=_notices_over,
        whose=MANAGERS,
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("", "notice_to"),
        sort=by_deadline("notice_to"),
        told=Told(
            gettext_lazy("The public notice of recipients ends"),
            "condolencecampaign",
            code="condolence_ending",
            records=lambda day: _campaigns(S.NOTICE, notice_to__lte=day),
            due="notice_to",
        ),
    ),
    # As `rules.may_decide`: not on whom one put forward oneself.
    Duty(
        code="decide_objection",
        title=gettext_lazy("Objections to lists of recipients"),
        act=gettext_lazy("Decide the objection"),
        records=lambda on: CondolenceObjection.objects.open().filter(
            campaign__state__in=[S.NOTICE, S.HEARD]
        ),
        whose=(Reach(P.LIST_RECIPIENTS) | OrganReach(P.MANAGE_CAMPAIGNS, to="campaign__organ"))
        - Own("recipient__put_forward_by"),
        load=lambda rows: rows.select_related("campaign", "unit"),
        item=_objection,
        sort=by_deadline("received_on"),
    ),
    # To whoever lists for the unit.
    Told(
        gettext_lazy("Festival visits are left to be made"),
        "condolencecampaign",
        code="condolence_visits",
        records=_left_to_visit,
        whose=Reach(P.LIST_RECIPIENTS),
        about="campaign",
        due="campaign__ends_on",
    ),
)
