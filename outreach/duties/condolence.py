"""Duties and reminders of festival visits: the opening window, the public notice, visits to make.

The window reminder stops once the person has read it; the others repeat while they apply.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import CondolenceCampaign, CondolenceObjection, CondolenceRecipient
from outreach.models.condolence import CampaignState
from portal import parameters
from portal.days import festivals, workdays
from portal.days.festivals import Festival
from portal.duties import duty
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
    oldest,
)
from portal.duties.reminders import Kind, Noun, holders
from portal.kinds import KINDS
from portal.models.text import shown
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.places.headquarters import organs_hosting
from portal.roles import Permission as P

S = CampaignState
# The last digit of a festival's number: year * 10 + its index among the festivals.
_NUMBERS = {festival: place for place, festival in enumerate(Festival)}
MANAGERS = OrganReach(P.MANAGE_CAMPAIGNS)


def _campaigns(*states, **limits):
    return CondolenceCampaign.objects.filter(state__in=states, **limits)


def _on_lists(on):
    return CondolenceRecipient.objects.standing()


def _notices_over(on):
    """Notices whose last day has passed and whose objections are all decided."""
    waiting = CondolenceObjection.objects.open().filter(campaign=OuterRef("pk"))
    return _campaigns(S.NOTICE, notice_to__lt=on).filter(~Exists(waiting))


def _open_objections(on):
    return CondolenceObjection.objects.open().filter(campaign__state__in=[S.NOTICE, S.HEARD])


def _to_begin_by(day):
    """Lists whose notice must begin now to leave a week for the visits."""
    latest = workdays.add_working_days(day, parameters.number("notice.days", on=day) + 5)
    return _campaigns(S.LISTING, festival_on__lte=latest)


def _left_to_visit(day):
    """Recipients still to be visited shortly before the last day of the campaign."""
    ahead = timedelta(days=parameters.number("condolence.ahead_days", on=day))
    return CondolenceRecipient.objects.waiting_for_visit().filter(
        campaign__state__in=[S.APPROVED, S.VISITING], campaign__ends_on__lte=day + ahead
    )


def _windows(day, at):
    """Return the SQL that reminds office, hosts and liaisons of a festival window until they have
    read it. Festivals of particular kinds of units go only to organs that host such units."""
    open_now = festivals.windows_around(day)
    if not open_now:
        return None
    numbers = [year * 10 + _NUMBERS[festival] for festival, year, _window in open_now]
    dues = [window.last for _festival, _year, window in open_now]
    hosting = [
        (number, organ)
        for number, (festival, _year, _window) in zip(numbers, open_now, strict=True)
        if festival not in festivals.OF_THE_COUNTY
        for organ in organs_hosting(_kinds_with(festival), day)
    ]
    sql = f"""
        WITH {holders(P.LIST_RECIPIENTS)}
        SELECT DISTINCT h.user_id, 'festival', f.number, '', f.due, %(link)s
        FROM holder h
        JOIN portal_user u ON u.id = h.user_id
        CROSS JOIN unnest(%(numbers)s::int[], %(dues)s::date[]) f (number, due)
        WHERE (f.number %% 10 < %(alike)s OR (f.number, u.organ_id) IN (
                SELECT * FROM unnest(%(hosted)s::int[], %(organs)s::bigint[])))
          AND NOT EXISTS (
            SELECT 1 FROM portal_reminder told
            WHERE told.user_id = h.user_id AND told.kind = 'condolence_window'
              AND told.noun_id = f.number AND told.read_at IS NOT NULL)"""
    return sql, {
        "day": day,
        "numbers": numbers,
        "dues": dues,
        "alike": len(festivals.OF_THE_COUNTY),
        "hosted": [number for number, _organ in hosting],
        "organs": [organ for _number, organ in hosting],
        "link": reverse("outreach:condolence"),
    }


def _kinds_with(festival):
    return [kind for kind, row in KINDS.items() if festival in row.festivals]


def _named(label):
    return gettext("Festival visits %(name)s") % {"name": label}


def _campaign(act, due):
    return item(lambda one: _named(one.label), "organ.label", act, due=due)


def _objection(objection):
    campaign = objection.campaign
    where = f"{campaign.label} · {objection.unit.name}"
    act = reverse("outreach:decide_objection", args=[objection.pk])
    return Item(
        shown(objection.text)[:60], where, campaign.get_absolute_url(), act, campaign.notice_to
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


duty.register(
    Area.STAYS,
    Noun("festival", _festival_titles),
    Noun("condolencecampaign", _campaign_titles, "outreach:condolence_campaign"),
    Kind("condolence_window", _("The days before a festival have begun"), _windows),
    # Approved by the office, except by people who put a recipient forward.
    Duty(
        code="approve_condolence",
        title=_("Lists of recipients to approve"),
        act=_("Approve"),
        records=lambda on: _campaigns(S.HEARD),
        whose=OrganReach(P.APPROVE_RECIPIENTS)
        - Through("pk", _on_lists, "campaign", "put_forward_by"),
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("outreach:approve_condolence", "starts_on"),
        sort=Sort(_("by festival"), "festival_on", descending=False),
        nearest="starts_on",
        is_approval=True,
    ),
    Told(
        _("The public notice of recipients is due"),
        "condolencecampaign",
        code="condolence_due",
        records=_to_begin_by,
        whose=MANAGERS,
        due="ends_on",
    ),
    # The reminder comes on the last day, even while objections are undecided.
    Duty(
        code="end_condolence_notice",
        title=_("Public notices of recipients that are over"),
        act=_("End the notice"),
        records=_notices_over,
        whose=MANAGERS,
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("", "notice_to"),
        sort=by_deadline("notice_to"),
        told=Told(
            _("The public notice of recipients ends"),
            "condolencecampaign",
            code="condolence_ending",
            records=lambda day: _campaigns(S.NOTICE, notice_to__lte=day),
            due="notice_to",
        ),
    ),
    # As `rules.may_decide`: not by the person who put the recipient forward.
    Duty(
        code="decide_objection",
        title=_("Objections to lists of recipients"),
        act=_("Decide the objection"),
        records=_open_objections,
        whose=(Reach(P.LIST_RECIPIENTS) | OrganReach(P.MANAGE_CAMPAIGNS, to="campaign__organ"))
        - Own("recipient__put_forward_by"),
        load=lambda rows: rows.select_related("campaign", "unit"),
        item=_objection,
        sort=oldest("received_on"),
        nearest="campaign__notice_to",
    ),
    Told(
        _("Festival visits are left to be made"),
        "condolencecampaign",
        code="condolence_visits",
        records=_left_to_visit,
        whose=Reach(P.LIST_RECIPIENTS),
        about="campaign",
        due="campaign__ends_on",
    ),
    use="festivals",
)
