"""Contact cards: issuing, printing anew, revoking, following an area; and their texts."""

from django.db import transaction
from django.utils import timezone

from outreach.models import CardText, ContactArea, ContactCard
from outreach.models.cards import PARTICULARS
from outreach.rules import cards as rules
from portal import audit, privacy
from portal.access import require
from portal.drawing import save_drawn


def _particulars(area):
    """What is printed, as it is today."""
    cadre = area.cadre
    return {
        "holder": cadre.name, "post": cadre.post, "organ_name": cadre.organ.name,
        "phone": cadre.public_phone, "unit_name": area.unit.name,
    }  # fmt: skip


@transaction.atomic
def issue_card(*, area, by, at):
    """A card for the post at this area; one that is in force already is that card."""
    area = (
        ContactArea.objects.select_for_update(of=("self",))
        .select_related("cadre__organ", "unit__host_organ")
        .get(pk=area.pk)
    )
    require(rules.may_issue_card(by, area))
    today = timezone.localdate(at)
    known = ContactCard.objects.in_force(today).filter(area=area).order_by("pk").first()
    if known is not None:
        return known, False
    card = ContactCard(
        area=area, issued_by=by, issued_on=today, printed_on=today, **_particulars(area)
    )
    save_drawn([card], ContactCard.draw)
    audit.record("card.issued", on=card, by=by, fields=PARTICULARS, values=_particulars(area))
    return card, True


def issue_cards(*, areas, by, at):
    """For each area on its own; returns the cards, and why others have none."""
    cards, refusals = [], []
    for area in areas:
        decision = rules.may_issue_card(by, area)
        if decision:
            cards.append(issue_card(area=area, by=by, at=at)[0])
        else:
            refusals.append((area, decision.refusal))
    return cards, refusals


def _locked(card):
    return (
        ContactCard.objects.select_for_update(of=("self",))
        .select_related("area__cadre__organ", "area__unit__host_organ")
        .get(pk=card.pk)
    )


@transaction.atomic
def renew_card(*, card, by, at):
    """Printed anew with what is true today. QR code and number stay: who holds an old print still
    comes to the same post."""
    card = _locked(card)
    require(rules.may_renew_card(by, card))

    for name, value in _particulars(card.area).items():
        setattr(card, name, value)
    card.printed_on = timezone.localdate(at)
    card.save(update_fields=[*PARTICULARS, "printed_on"])
    audit.record("card.renewed", on=card, by=by, fields=PARTICULARS, values=_particulars(card.area))
    return card


@transaction.atomic
def revoke_card(*, card, by, at, reason):
    """It opens nothing any more; its page says where else to turn."""
    card = _locked(card)
    require(rules.may_revoke_card(by, card))

    card.revoked_on, card.revoked_by = timezone.localdate(at), by
    card.revoke_reason = privacy.mask_ids(reason.strip())
    card.save(update_fields=["revoked_on", "revoked_by", "revoke_reason"])
    audit.record(
        "card.revoked", on=card, by=by, fields=["revoke_reason"],
        values={"reason": card.revoke_reason},
    )  # fmt: skip
    return card


def follow_area(old, new, by):
    """An area passed on: its cards lead to whoever looks after it now, and are to be replaced.
    The caller's transaction holds the lock on both."""
    cards = list(ContactCard.objects.filter(area=old, revoked_on=None).order_by("pk"))
    ContactCard.objects.filter(pk__in=[card.pk for card in cards]).update(area=new)
    audit.record_each(
        "card.followed", by=by, fields=["area"], records=[(card, new.pk) for card in cards]
    )
    return len(cards)


@transaction.atomic
def keep_text(*, block, language, division, text, by, at):
    """One text for a block, language and territory; emptied, the next wider one counts again."""
    require(rules.may_keep_text(by, division))
    text = privacy.mask_ids(text.strip())
    same = CardText.objects.select_for_update(of=("self",)).filter(
        block=block, language=language, division=division
    )
    kept = same.first()
    if not text:
        if kept is not None:
            audit.record("card.text_dropped", on=kept, by=by)
            kept.delete()
        return None
    kept = kept or CardText(block=block, language=language, division=division)
    kept.text, kept.changed_by, kept.changed_at = text, by, at
    kept.full_clean()
    kept.save()
    audit.record("card.text_kept", on=kept, by=by, fields=["text"], values={"text": text})
    return kept
