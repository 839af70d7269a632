"""Contact cards: issuing, reprinting, revoking, following an area; and their texts."""

from django.db import transaction
from django.utils import timezone

from outreach.models import CardText, ContactArea, ContactCard
from outreach.models.cards import PARTICULARS
from outreach.rules import cards as rules
from portal.records import audit
from portal.tools.drawing import save_drawn
from portal.tools.locking import locked, locked_many, locked_or_none
from portal.tools.saving import change, keep, put
from portal.trust import privacy
from portal.trust.access import require


def _particulars(area):
    """The facts to print, as of today."""
    cadre = area.cadre
    return {
        "holder": cadre.name,
        "post": cadre.post,
        "organ_name": cadre.organ.name,
        "phone": cadre.public_phone,
        "unit_name": area.unit.name,
    }


@transaction.atomic
def issue_card(*, area, by, at):
    """Issue a card for the post at this area, or return the one in force."""
    (area,) = _locked_areas([area])
    require(rules.may_issue_card(by, area))
    return _issue([area], by, at)[0]


@transaction.atomic
def issue_cards(*, areas, by, at):
    """Issue a card for each area that may have one, in a fixed number of statements; returns the
    cards and [(area, refusal)] for the others."""
    fit, refusals = [], []
    for area in _locked_areas(areas):
        decision = rules.may_issue_card(by, area)
        if decision:
            fit.append(area)
        else:
            refusals.append((area, decision.refusal))
    return [card for card, _is_new in _issue(fit, by, at)], refusals


def _locked_areas(areas):
    """The same areas in the same order, locked by primary key."""
    areas = list(areas)
    # Joins everything that the rule reads.
    rows = ContactArea.objects.filter(pk__in=[area.pk for area in areas])
    rows = rows.select_related("cadre__organ__division", "unit__host_organ__division")
    held = {area.pk: area for area in locked_many(rows)}
    return [held[area.pk] for area in areas]


def _issue(areas, by, at):
    """[(card, whether it is new)] for each area."""
    today = timezone.localdate(at)
    known = ContactCard.objects.in_force(today).filter(area__in=areas)
    # Newest first, so that the oldest card of an area wins.
    cards = {card.area_id: card for card in known.order_by("-pk")}
    new = [
        ContactCard(area=a, issued_by=by, issued_on=today, printed_on=today, **_particulars(a))
        for a in areas
        if a.pk not in cards
    ]
    save_drawn(new, ContactCard.draw)
    records = [(card, _particulars(card.area)) for card in new]
    audit.record_each("card.issued", by, records, PARTICULARS)
    made = {card.area_id: card for card in new}
    return [(made.get(area.pk) or cards[area.pk], area.pk in made) for area in areas]


@transaction.atomic
def renew_card(*, card, by, at):
    """Reprint a card with today's facts. QR code and number stay, so old prints keep working."""
    card = locked(card, "area__cadre__organ", "area__unit__host_organ")
    require(rules.may_renew_card(by, card))

    particulars = _particulars(card.area)
    change(card, **particulars, printed_on=timezone.localdate(at))
    audit.record("card.renewed", by, card, PARTICULARS, particulars)
    return card


@transaction.atomic
def revoke_card(*, card, by, at, reason):
    """Revoke a card; its page then only shows other contacts."""
    card = locked(card, "area__cadre__organ", "area__unit__host_organ")
    require(rules.may_revoke_card(by, card))

    reason = privacy.mask_ids(reason.strip())
    change(card, revoked_on=timezone.localdate(at), revoked_by=by, revoke_reason=reason)
    audit.record("card.revoked", by, card, ["revoke_reason"], {"reason": reason})
    return card


def follow_area(old, new, by):
    """Move the cards of an area that was passed on; they then need reprinting. The calling function
    holds the lock on both areas."""
    cards = list(ContactCard.objects.filter(area=old, revoked_on=None).order_by("pk"))
    ContactCard.objects.filter(pk__in=[card.pk for card in cards]).update(area=new)
    audit.record_each("card.followed", by, [(card, new.pk) for card in cards], ["area"])
    return len(cards)


@transaction.atomic
def keep_text(*, block, language, division, text, by, at):
    """Set the text of a block, language and territory. An empty text deletes it, so that the text
    of the next wider territory applies again."""
    require(rules.may_keep_text(by, division))
    text = privacy.mask_ids(text.strip())
    place = {"block": block, "language": language, "division": division}
    kept = locked_or_none(CardText.objects.filter(**place))
    if not text:
        if kept is not None:
            audit.record("card.text_dropped", by, kept)
            kept.delete()
        return None
    kept = kept or CardText(**place)
    put(kept, {"text": text, "changed_by": by, "changed_at": at})
    keep(kept)
    audit.record("card.text_kept", by, kept, ["text"], {"text": text})
    return kept
