"""Festival visits: a campaign, its list and public notice, objections, approval, visits."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import (
    CondolenceBudget,
    CondolenceCampaign,
    CondolenceName,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceStandard,
    CondolenceVisit,
    Household,
    PublishedList,
    PublishedRow,
)
from outreach.models.condolence import CATEGORY_WORDS, CampaignState, RecipientCategory, Source
from outreach.models.visits import Purpose
from outreach.rules import condolence as rules
from portal import parameters
from portal.days import festivals, workdays
from portal.models.people import Gender
from portal.records import audit
from portal.records.steps import take_step
from portal.roles import Permission
from portal.tools.drawing import save_drawn
from portal.tools.locking import locked
from portal.tools.saving import change, check_fields, keep, put
from portal.trust import crypto, privacy
from portal.trust.access import require

P = Permission
State = CampaignState
PURPOSE = "condolence.name"
# Letters of any script and the dot of minority names: no formula, no mark-up, no number.
_NAME = re.compile(r"[^\W\d_]+(?:[·• ][^\W\d_]+)*")
_DIGITS = re.compile(r"(?:\d[\s-]?){12}")

CAMPAIGN = ("organ__division", "division")


# --- The campaign -------------------------------------------------------------------------------


@transaction.atomic
def open_campaign(*, festival, year, objection_phone, by, at, budgets=None, standards=None):
    """Open a campaign for a festival; its days are computed from the festival's."""
    require(rules.may_open_campaign(by))
    require(rules.may_open_for(by, festival))
    require(rules.may_plan_money(by, None, _given(budgets or {})))
    window = festivals.window_of(festival, year)
    places = {g.division for g in by.grants_with(P.MANAGE_CAMPAIGNS) if g.division_id}
    division = next(iter(places)) if len(places) == 1 else by.organ.division
    campaign = CondolenceCampaign(festival=festival, year=year, organ=by.organ, division=division)
    put(campaign, {"starts_on": window.first, "ends_on": window.last, "festival_on": window.last})
    put(campaign, {"opened_by": by, "opened_at": at, "objection_phone": objection_phone.strip()})
    keep(campaign)
    _set_amounts(campaign, budgets or {}, standards or {})
    _note(campaign, "", by, at)
    fields = ["festival", "year", "budgets"]
    audit.record("condolence.opened", by, campaign, fields, [festival, year, budgets])
    return campaign


@transaction.atomic
def change_budget(*, campaign, by, budgets, standards, objection_phone):
    """Change sources, standards and phone; no source may fall below what the list uses."""
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_change_budget(by, campaign))
    for source, (_planned, used) in rules.used_of_budget(campaign).items():
        if used > (budgets.get(source) or 0):
            message = _("The list already uses %(used)s yuan of it.") % {"used": used}
            raise ValidationError({f"budget_{source}": message})
    keep(campaign, objection_phone=objection_phone.strip())
    require(rules.may_plan_money(by, campaign, _given(budgets)))
    campaign.budgets.all().delete()
    campaign.standards.all().delete()
    _set_amounts(campaign, budgets, standards)
    written = {"budgets": budgets, "standards": standards}
    audit.record("condolence.budget_set", by, campaign, written, [budgets, standards])
    return campaign


def _given(amounts):
    return [name for name, amount in amounts.items() if amount]


def _set_amounts(campaign, budgets, standards):
    for source in Source:
        if amount := budgets.get(source):
            keep(CondolenceBudget(campaign=campaign, source=source, amount=amount))
    for category in RecipientCategory:
        if amount := standards.get(category):
            keep(CondolenceStandard(campaign=campaign, category=category, amount=amount))


@transaction.atomic
def publish_list(*, campaign, by, at, last_on=None):
    """公示: each unit's list is published, on the board and at an address nobody can guess."""
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_publish_list(by, campaign))
    first_on = timezone.localdate(at)
    earliest = earliest_end(first_on)
    last_on = last_on or earliest
    if last_on < earliest:
        norm = {"n": parameters.number("notice.days", on=first_on), "day": earliest}
        message = _("A notice runs for %(n)s working days: until %(day)s at least.") % norm
        raise ValidationError({"last_on": message})
    if (last_on - first_on).days > 60:
        raise ValidationError({"last_on": _("A notice does not run for longer than two months.")})

    count = _copy_for_public_page(campaign, first_on, last_on)
    campaign.notice_from, campaign.notice_to = first_on, last_on
    _move(campaign, State.NOTICE, by, at, also=["notice_from", "notice_to"])
    fields = ["state", "notice_to"]
    audit.record("condolence.published", by, campaign, fields, [count, last_on])
    return campaign


def _copy_for_public_page(campaign, first_on, last_on):
    """Copy each unit's list for the public page; returns how many lists there are."""
    standards = dict(campaign.standards.values_list("category", "amount"))
    recipients = list(campaign.recipients.standing().select_related("unit").order_by("unit", "pk"))
    alike = {
        "campaign": campaign,
        "title": f"{campaign.label}走访慰问对象公示",
        "organ_name": campaign.organ.signed_as,
        "phone": campaign.objection_phone,
        "first_on": first_on,
        "last_on": last_on,
    }
    units = {one.unit_id: one.unit for one in recipients}.values()
    published = (PublishedList(unit=unit, unit_name=unit.name, **alike) for unit in units)
    lists = {one.unit_id: one for one in save_drawn(published, PublishedList.draw)}
    rows = (
        PublishedRow(
            published=lists[one.unit_id],
            recipient_id=one.pk,
            masked_name=one.masked_name,
            standard=standards.get(one.category),
            category=CATEGORY_WORDS[RecipientCategory(one.category)],
        )
        for one in recipients
    )
    PublishedRow.objects.bulk_create(rows, batch_size=1_000)
    return len(lists)


def earliest_end(first_on):
    """The earliest last day of a notice; its first day counts if it is a working day."""
    days = parameters.number("notice.days", on=first_on)
    if workdays.is_working_day(first_on):
        days -= 1
    return workdays.add_working_days(first_on, days)


@transaction.atomic
def end_notice(*, campaign, by, at):
    """End the notice once all objections are decided; the list then waits for approval."""
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_end_notice(by, campaign))
    _take_down(campaign)
    _move(campaign, State.HEARD, by, at)
    audit.record("condolence.heard", by, campaign, ["state"])
    return campaign


@transaction.atomic
def send_back(*, campaign, by, at, reason):
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_send_back(by, campaign))
    _take_down(campaign)
    _move(campaign, State.LISTING, by, at, note=reason)
    audit.record("condolence.sent_back", by, campaign, ["state"], reason)
    return campaign


@transaction.atomic
def approve_list(*, campaign, by, at, document=""):
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_approve(by, campaign))
    campaign.document, campaign.approved_on = document.strip(), timezone.localdate(at)
    _move(campaign, State.APPROVED, by, at, also=["document", "approved_on"], note=document)
    audit.record("condolence.approved", by, campaign, ["state", "document"], document)
    return campaign


@transaction.atomic
def close_campaign(*, campaign, by, at):
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_close(by, campaign))
    _move(campaign, State.CLOSED, by, at)
    audit.record("condolence.closed", by, campaign, ["state"])
    return campaign


@transaction.atomic
def drop_ended_lists(*, on):
    """Delete published lists after their last day; the campaign keeps the days."""
    ended = PublishedList.objects.filter(last_on__lt=on)
    count = ended.count()
    if count:
        ended.delete()
        audit.record("condolence.taken_down", "drop_ended_lists", values=count)
    return count


def _take_down(campaign):
    PublishedList.objects.filter(campaign=campaign).delete()


def _note(campaign, before, by, at, note=""):
    facts = {"from_state": before, "on_behalf_of": _principal(by)}
    take_step(campaign, campaign.state, by=by, at=at, words=note, **facts)


def _principal(by):
    """Return the principal if the user's permission comes from a lent grant."""
    for permission in (P.MANAGE_CAMPAIGNS, P.APPROVE_RECIPIENTS, P.LIST_RECIPIENTS):
        if by.holds(permission):
            return by.principal_for(permission)
    return None


def _move(campaign, state, by, at, *, also=(), note=""):
    before, campaign.state = campaign.state, state
    campaign.save(update_fields=["state", *also])
    _note(campaign, before, by, at, note)


# --- Recipients ---------------------------------------------------------------------------------


@transaction.atomic
def put_forward(*, campaign, unit, name, by, at, serial="", goods="", amount=None, **facts):
    """Add a recipient to the list. The name is stored encrypted and shown masked.

    `facts` are category and source, and optionally group, gender, age_band, joined_party, reason,
    goods_value and batch. Raises ValidationError if the recipient is already on the list or the
    source lacks the money.
    """
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_list(by, campaign, unit))
    name, serial = " ".join(name.split()), serial.strip()
    if not (_NAME.fullmatch(name) and 2 <= len(name) <= 30):
        raise ValidationError({"name": _("Write the name in letters only, no number or sign.")})
    for field, text in (("serial", serial), ("goods", goods)):
        if _DIGITS.search(text):
            raise ValidationError({field: _("ID and bank numbers are not kept here.")})
    if amount is None:
        standard = campaign.standards.filter(category=facts["category"]).first()
        # The default is the standard of the category.
        amount = standard.amount if standard and not goods else Decimal(0)
    facts["goods_value"] = facts.get("goods_value") or Decimal(0)
    facts["gender"] = facts.get("gender") or Gender.UNKNOWN
    recipient = CondolenceRecipient(
        campaign=campaign,
        serial=serial,
        household=_household(unit, serial),
        masked_name=privacy.display_name(name),
        name_index=crypto.name_index(name, unit.pk),
        amount=amount,
        goods=goods.strip(),
        put_forward_by=by,
        put_forward_at=at,
        organ_id=by.organ_id,
        **facts,
    )
    recipient.stand_at(unit)
    check_fields(recipient)
    _refuse_twice(recipient)
    _refuse_beyond(recipient, on=timezone.localdate(at))
    keep(recipient)
    sealed = crypto.encrypt(name, PURPOSE)
    with privacy.opened(campaigns=[campaign.pk]):
        CondolenceName.objects.create(campaign=campaign, recipient=recipient, name_cipher=sealed)
    fields = ["name", "category", "amount", "goods", "source"]
    principal = by.principal_for(P.LIST_RECIPIENTS, on=recipient)
    audit.record("condolence.put_forward", by, recipient, fields, principal=principal)
    return recipient


def _household(unit, serial):
    """Return the household with that number; None without a number or a roster.

    Raises ValidationError if the roster lacks the number.
    """
    if not serial:
        return None
    kept = Household.objects.filter(unit=unit, ended_on=None)
    household = kept.filter(serial=serial).first()
    if household is None and kept.exists():
        message = _("The unit's list has no household %(serial)s.") % {"serial": serial}
        raise ValidationError({"serial": message})
    return household


def _refuse_twice(recipient):
    """Refuse a name already on the list, unless different household numbers distinguish the two."""
    same = CondolenceRecipient.objects.standing().filter(
        campaign=recipient.campaign, unit=recipient.unit, name_index=recipient.name_index
    )
    if any(not recipient.serial or one.serial in {"", recipient.serial} for one in same):
        raise ValidationError({"name": _("This person stands on the list of this festival.")})


def _refuse_beyond(recipient, *, on):
    most = parameters.number("condolence.value_max", on=on)
    if recipient.value > most:
        message = _("More than the limit of %(most)s yuan for one recipient.") % {"most": most}
        raise ValidationError({"amount": message})
    source = Source(recipient.source)
    planned, used = rules.used_of_budget(recipient.campaign)[source]
    lacking = used + recipient.value - planned
    if lacking > 0:
        message = _(
            "“%(source)s” has %(planned)s yuan, %(used)s are on the list: %(lacking)s are lacking."
        )
        sums = {"source": source.label, "planned": planned, "used": used, "lacking": lacking}
        raise ValidationError({"source": message % sums})


@transaction.atomic
def remove_recipient(*, recipient, by, at, reason):
    """Remove a recipient, with a reason: the row stays, but is no longer published."""
    recipient = _locked_recipient(recipient)
    require(rules.may_remove(by, recipient))
    _remove(recipient, by, at, reason)
    return recipient


def _remove(recipient, by, at, reason):
    change(recipient, removed_at=at, removed_by=by, removed_reason=privacy.mask_ids(reason.strip()))
    PublishedRow.objects.filter(recipient_id=recipient.pk).delete()
    audit.record("condolence.removed", by, recipient, ["removed_at"], reason)


def _locked_recipient(recipient):
    """Lock the campaign first: its lock guards lists, budgets and states."""
    campaign = locked(recipient.campaign, *CAMPAIGN)
    return locked(recipient, "unit__division", "organ", campaign=campaign)


@transaction.atomic
def reveal_name(*, recipient, by):
    """The name of a recipient; each reveal is an audit entry."""
    require(rules.may_read_name(by, recipient))
    principal = by.principal_for(P.LIST_RECIPIENTS, on=recipient)
    audit.record("condolence.name_revealed", by, recipient, ["name"], principal=principal)
    with privacy.opened(campaigns=[recipient.campaign_id]):
        kept = CondolenceName.objects.filter(recipient=recipient).first()
    return crypto.decrypt(kept.name_cipher, PURPOSE) if kept else ""


def decrypted(cipher):
    return crypto.decrypt(cipher, PURPOSE)


# --- Objections ---------------------------------------------------------------------------------


@transaction.atomic
def enter_objection(*, campaign, by, at, way, text, received_on, unit=None, recipient=None):
    campaign = locked(campaign, *CAMPAIGN)
    require(rules.may_object(by, campaign, recipient))
    if recipient is not None:
        unit = recipient.unit
        if recipient.campaign_id != campaign.pk or not recipient.is_standing:
            raise ValidationError({"recipient": _("This recipient is not on the list.")})
    elif not campaign.takes_in(unit):
        raise ValidationError({"unit": _("This unit has no list in this campaign.")})
    if received_on > timezone.localdate(at) or received_on < campaign.notice_from:
        message = _("The day must be between the first day of the notice and today.")
        raise ValidationError({"received_on": message})
    text = privacy.mask_ids(text.strip())
    objection = CondolenceObjection(campaign=campaign, recipient=recipient, text=text, way=way)
    put(objection, {"received_on": received_on, "entered_by": by, "entered_at": at})
    objection.organ_id = recipient.organ_id if recipient else campaign.organ_id
    objection.stand_at(unit)
    keep(objection)
    audit.record("condolence.objected", by, objection, ["recipient", "text"], text)
    return objection


@transaction.atomic
def decide_objection(*, objection, by, at, decision, reason):
    """Keep or remove the recipient, with the reason; the objection itself does not change."""
    campaign = locked(objection.campaign, *CAMPAIGN)
    objection = locked(objection, "recipient__campaign", campaign=campaign)
    require(rules.may_decide(by, objection))
    Verdict = CondolenceObjection.Decision
    about_one = objection.recipient is not None
    if about_one != (decision in {Verdict.KEPT, Verdict.REMOVED}):
        raise ValidationError({"decision": _("This decision does not fit the objection.")})
    facts = {"decision": decision, "decided_reason": privacy.mask_ids(reason.strip())}
    keep(objection, **facts, decided_by=by, decided_at=at)
    if decision == Verdict.REMOVED and objection.recipient.is_standing:
        _remove(objection.recipient, by, at, reason)
    audit.record("condolence.decided", by, objection, ["decision"], [decision, reason])
    return objection


# --- Visits -------------------------------------------------------------------------------------


@transaction.atomic
def enter_visit(
    *, recipient, by, at, visited_on, first_cadre, second_cadre, diary=None, **delivered
):
    """Two people visited the recipient and delivered what the list says.

    `delivered` are way and handed_by, and amount, goods and goods_value where they differ from the
    list.
    """
    recipient = _locked_recipient(recipient)
    require(rules.may_enter_visit(by, recipient))
    for name in ("amount", "goods", "goods_value"):
        if delivered.get(name) is None:
            delivered[name] = getattr(recipient, name)
    amount, goods = delivered["amount"], delivered["goods"]
    made = {"visited_on": visited_on, "first_cadre": first_cadre, "second_cadre": second_cadre}
    _check_visit(recipient, made, delivered, diary, timezone.localdate(at))
    texts = {name: delivered.pop(name).strip() for name in ("goods", "handed_by")}
    visit = CondolenceVisit(recipient=recipient, diary=diary, **made, **delivered, **texts)
    put(visit, {"entered_by": by, "entered_at": at})
    keep(visit)
    if recipient.campaign.state == State.APPROVED:
        _move(recipient.campaign, State.VISITING, by, at)
    audit.record(
        "condolence.visited",
        by,
        visit,
        [*made, "amount", "goods"],
        [recipient.pk, visited_on, first_cadre.pk, second_cadre.pk, amount, goods],
        principal=by.principal_for(P.LIST_RECIPIENTS, on=recipient),
    )
    return visit


def _check_visit(recipient, made, delivered, diary, today):
    errors = {}
    if not recipient.campaign.approved_on <= made["visited_on"] <= today:
        errors["visited_on"] = _("A visit must be between the approval of the list and today.")
    if made["first_cadre"] == made["second_cadre"]:
        errors["second_cadre"] = _("Two different cadres visit; name the second one.")
    for field in ("first_cadre", "second_cadre"):
        cadre = made[field]
        if cadre.left_on and cadre.left_on <= made["visited_on"]:
            errors[field] = _("%(name)s no longer served on that day.") % {"name": cadre.name}
    if any(delivered[name] > getattr(recipient, name) for name in ("amount", "goods_value")):
        errors["amount"] = _("No more can be delivered than the approved list says.")
    if diary is not None and not _is_of_this_visit(diary, recipient):
        errors["diary"] = _("This diary entry is of another unit or purpose.")
    if errors:
        raise ValidationError(errors)


def _is_of_this_visit(diary, recipient):
    return (
        diary.unit_id == recipient.unit_id
        and diary.voided_at is None
        and Purpose.CONDOLENCE in diary.purposes
    )


@transaction.atomic
def void_visit(*, visit, by, at, reason):
    """Void a visit entered by mistake: the row stays, and the recipient is to be visited again."""
    visit = locked(visit, recipient=_locked_recipient(visit.recipient))
    require(rules.may_void_visit(by, visit))
    change(visit, voided_at=at, voided_by=by, void_reason=privacy.mask_ids(reason.strip()))
    audit.record("condolence.visit_voided", by, visit, ["voided_at"], reason)
    return visit
