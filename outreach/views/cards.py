"""Contact cards: list, record, printing, and their texts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import cards as actions
from outreach.acts.cards import CARDS, crumbs, visible_card
from outreach.door import store
from outreach.door.words import DEFAULT_TEXTS, LANGUAGES
from outreach.filters.cards import TABS, cards_at, tab_of
from outreach.forms.cards import CardTextForm
from outreach.ledgers.cards import CARD_LEDGER
from outreach.models import CardText, ContactCard
from outreach.rules import cards as rules
from portal.kinds import KINDS
from portal.pages.side_list import Area
from portal.pages.web import (
    Sort,
    address_with,
    exact_total,
    form_page,
    listed,
    posted,
    qr,
    sheet_page,
)
from portal.roles import Permission
from portal.sheets import ledgers
from portal.sheets.wording import worded
from portal.tools import languages
from portal.tools.asked import whole_number
from portal.trust.access import Decision, require

NEWEST = Sort(gettext_lazy("newest first"), "issued_on")
# Maximum number of cards in one print.
PRINTED_AT_ONCE = 400
SIZES = {"card": 8, "a6": 4}


def _may_read(user):
    if not (user.holds(Permission.ISSUE_CARDS) or user.holds(Permission.RECORD_VISITS)):
        require(Decision(_("Contact cards are for cadres and for those who issue them.")))


# Not a Listing: the rows that are ticked are printed.
@require_safe
def contact_cards(request):
    user = request.user
    _may_read(user)
    rows = cards_at(user, request.GET)
    if count := exact_total(request, rows):
        return count
    tab = tab_of(request.GET)
    counts = {"replace": ContactCard.objects.visible_to(user).to_replace(user.today).count()}
    context = {
        **listed(request, rows.for_list(), NEWEST),
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab, "count": counts.get(code)}
            for code, label in TABS.items()
        ],
        "text": request.GET.get("q", ""),
        "may_issue": rules.may_issue_cards(user),
        "may_keep_texts": rules.may_keep_texts(user),
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Contact cards"), "")],
    }
    return render(request, "outreach/cards.html", context)


@require_safe
def contact_card(request, pk):
    user, card = request.user, visible_card(request.user, pk)
    context = {
        "card": card,
        "state": card.stands(user.today),
        "qr": qr(card.address),
        "acts": CARDS.buttons(user, card),
        "crumbs": crumbs(card, card.code_in_groups),
    }
    return render(request, "outreach/card.html", context)


# --- Printing --------------------------------------------------------------------------------


@require_safe
def print_card(request, pk):
    card = visible_card(request.user, pk)
    require(rules.may_print_card(request.user, card))
    return _print(request, [card], back=card)


@require_safe
def print_cards(request):
    """Print the ticked cards, or all cards of the list query."""
    _may_read(request.user)
    rows = cards_at(request.user, request.GET).in_force(request.user.today).for_list()
    chosen = [pk for pk in map(whole_number, request.GET.getlist("chosen")) if pk]
    if chosen:
        rows = rows.filter(pk__in=chosen)
    cards = list(rows.order_by("unit_name", "holder", "pk")[: PRINTED_AT_ONCE + 1])
    if not cards or len(cards) > PRINTED_AT_ONCE:
        too_many = _("Print %(n)s cards at once at most; narrow the list or tick some.")
        words = too_many % {"n": PRINTED_AT_ONCE} if cards else _("Tick the cards first.")
        messages.warning(request, words)
        return redirect("outreach:contact_cards")
    return _print(request, cards)


def _print(request, cards, back=None):
    size = request.GET.get("size") if request.GET.get("size") in SIZES else "card"
    each = SIZES[size]
    language = request.GET.get("language", "zh-hans")
    language = language if language in LANGUAGES else "zh-hans"
    texts = {}
    for card in cards:
        unit = card.area.unit
        key = unit.division.path if unit.division_id else "", KINDS[unit.kind].wording
        if key not in texts:
            with override(languages.of_kind(key[1])):
                texts[key] = store.texts(key[0], language)[0]
        card.texts, card.qr = texts[key], qr(card.address)
    pages = [cards[at : at + each] for at in range(0, len(cards), each)]
    context = {
        "size": size,
        # Backs are mirrored for printing on both sides.
        "sheets": [(page, _mirrored(page)) for page in pages],
        "back_url": back.get_absolute_url() if back else reverse("outreach:contact_cards"),
        "other_size": address_with(request.GET, size="a6" if size == "card" else "card"),
    }
    return sheet_page(request, "outreach/slips/cards.html", context)


def _mirrored(page):
    """Swap the cards of each pair; None fills an odd row."""
    page = [*page, None] if len(page) % 2 else page
    return [page[at ^ 1] for at in range(len(page))]


@require_POST
def export_cards(request):
    """Start the export of the 发放登记簿 for the rows of the list query."""
    _may_read(request.user)
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles may not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k in {"tab", "q"} and v}
    return redirect(ledgers.start_export(CARD_LEDGER, filters=filters, by=request.user))


# --- Texts -----------------------------------------------------------------------------------


@require_safe
def card_texts(request):
    require(rules.may_keep_texts(request.user))
    kept = CardText.objects.select_related("division", "changed_by")
    context = {
        "texts": kept.order_by("block", "language", "division__path", "pk")[:500],
        "languages": {code: one.name for code, one in LANGUAGES.items()},
        "defaults": [
            (CardText.Block(block).label, LANGUAGES[code].name, worded(text, code))
            for (code, block), text in DEFAULT_TEXTS.items()
        ],
        "crumbs": crumbs(None, _("Texts of the cards")),
    }
    return render(request, "outreach/card_texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def card_text(request, pk=None):
    # Not an Act: block, language and territory identify a text, not its record.
    user = request.user
    require(rules.may_keep_texts(user))
    kept = get_object_or_404(CardText.objects.select_related("division"), pk=pk) if pk else None
    names = ("block", "language", "division", "text") if kept else ()
    if kept:
        require(rules.may_keep_text(user, kept.division))
    initial = {name: getattr(kept, name) for name in names}
    form = CardTextForm(posted(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        actions.keep_text(by=user, at=timezone.now(), **form.cleaned_data)
        return redirect("outreach:card_texts")
    return form_page(
        request,
        form,
        title=_("Text of the cards"),
        submit_label=_("Save"),
        intro=_("It appears on cards printed from now on, and on the door's pages at once."),
        cancel_url=reverse("outreach:card_texts"),
        crumbs=crumbs(None, _("Text of the cards")),
    )
