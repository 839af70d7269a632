"""What each role of going down does first, and how: the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

VISIT = (_("Write down a visit"), "outreach:new_visit")
TODAY = (_("Today"), "outreach:today")
LEDGER = (_("Matter ledger"), "outreach:matters")
DIARY = (_("Diary"), "outreach:visits")
CALLS = (_("Call-backs"), "outreach:follow_ups")
AREAS = (_("Contact areas"), "outreach:contact_areas")
CONDUCT = (_("Conduct reports"), "outreach:conduct_reports")
STAYS = (_("Stays"), "outreach:stays")
MONTHS = (_("Months of stays"), "outreach:stay_months")
CARDS = (_("Contact cards"), "outreach:contact_cards")
CALL_IN = (_("Caller or paper slip"), "outreach:call_in")
HELD = (_("Held messages"), "outreach:held_messages")
MATTER = (_("Register a matter"), "outreach:new_matter")
CAMPAIGNS = (_("Campaigns"), "outreach:campaigns")
RECEPTIONS = (_("Reception days"), "outreach:receptions")
NEEDS = (_("Community needs"), "outreach:needs")
FESTIVALS = (_("Festival visits"), "outreach:condolence")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.CADRE,
    _to(_("After a visit, write down date, place and what you saw and heard. These three are "
          "enough; whoever came along is ticked and need not write again."), VISIT),
    _to(_("What people ask for is entered below the visit, one matter at a time. What you "
          "settled at once is noted as settled on the spot."), VISIT),
    _to(_("When a matter of yours has been handled, ask the person whether it is done, and "
          "note the answer as it was said."), TODAY),
    _to(_("Leave a contact card with each household: who scans it raises a matter without an "
          "account. When your phone or post changes, print it anew; the code stays."), CARDS),
    _to(_("A mistake in a visit can be corrected for seven days; later something is added, "
          "nothing is erased."), DIARY),
    _to(_("A visit that also serves a campaign is ticked for it on the same form; nothing else "
          "is to be reported."), VISIT),
    _to(_("If you like, take up what a community needs; give it back without a reason when "
          "something comes between."), NEEDS),
    _to(_("On a stay, ask for leave and note what differs in the month; nobody signs in and no "
          "days are listed."), STAYS),
)  # fmt: skip
add_chapter(
    Role.LIAISON,
    _to(_("See that each cadre of the organ has a contact area; without one nobody knows "
          "whose village it is."), AREAS),
    _to(_("Enter for a cadre who cannot: choose the cadre in the visit form. Both names are "
          "kept."), VISIT),
    Advice(_("Print a one-time password for a colleague who has forgotten theirs, and hand it "
             "over in person."), "password_slips", _("Password slips")),
    Advice(_("Name a stand-in before somebody is away for long."), "stand_ins",
           _("Stand-ins")),
    _to(_("Export the organ's ledger when it is asked for; it need not be typed again."),
        LEDGER),
)  # fmt: skip
add_chapter(
    Role.HOST,
    _to(_("Under “For me to do” stand the new matters of your villages: take up what the "
          "township can solve, pass the rest up with the reason."), LEDGER),
    _to(_("Report what was done. A colleague other than who reported reviews it."), LEDGER),
    _to(_("Arrange who asks the people; samples are asked by somebody who had no part in the "
          "handling."), CALLS),
    _to(_("Plan receptions, make them known in time, and register what people bring on the "
          "day."), RECEPTIONS),
    _to(_("Publish what residents' committees ask for, and pass on their word when it was "
          "done."), NEEDS),
    _to(_("Ask a caller for the number of the card: place and cadre are filled in by it."),
        CALL_IN),
    _to(_("What the villager's door holds back waits for your look; nothing is lost meanwhile."),
        HELD),
    Advice(_("Keep the villages' lists of households: number and surname, nothing else."),
           "units", _("Grassroots units")),
    _to(_("Before a festival, put recipients of your villages forward; after the approval enter "
          "who brought what, two people each time."), FESTIVALS),
    _to(_("Attest the months of stays once a month on one page; touch only what differs."),
        MONTHS),
)  # fmt: skip
add_chapter(
    Role.DESK,
    _to(_("Assign what the townships passed up: a lead organ, supporting organs where they "
          "are needed, and what is asked."), LEDGER),
    _to(_("Decide within the day what an organ returns; urge what comes near its deadline."),
        LEDGER),
    _to(_("Review results: accept, or send back with the reason."), LEDGER),
    _to(_("Register what comes by phone or on paper."), MATTER),
)  # fmt: skip
add_chapter(
    Role.HANDLER,
    _to(_("Sign for what was assigned to your organ; what is not yours is returned in time, with "
          "the reason."), LEDGER),
    _to(_("Write the reply to the person: what was done, on what basis, and how they were "
          "told."), LEDGER),
    _to(_("If it takes longer, ask for an extension before the deadline, once and with the "
          "reason."), LEDGER),
    _to(_("The people's word decides. “Not satisfied” opens the matter again; that is no "
          "fault, it is work left."), LEDGER),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    Advice(_("Keep organs, units and cadres up to date; who leaves is noted, not erased."),
           "cadres", _("Cadres")),
    _to(_("Arrange contact areas, from when to when."), AREAS),
    Advice(_("Set the norms of your area with their basis, and upload the working days of the "
             "coming year as soon as they are published."), "parameters", _("Norms")),
    _to(_("Plan campaigns: the hints say where villages are visited too often and with whom to "
          "go together; progress is counted from visits."), CAMPAIGNS),
    _to(_("Confirm what needs a second person, and arrange call-backs."), LEDGER),
    _to(_("Official sheets come out of the records; nobody is asked for figures."), DIARY),
    _to(_("Open festival visits with their budget, have the lists hang out, approve what a second "
          "person put forward."), FESTIVALS),
    _to(_("Publish stays with their document; see to it that the work is handed over when one "
          "ends."), STAYS),
)  # fmt: skip
add_chapter(
    Role.SUPERVISOR,
    _to(_("Read what is open and what the people say; names of raisers are not shown to "
          "you."), LEDGER),
    _to(_("Give an instruction in the matter itself, with a day for the answer; settle it "
          "when you have read the answer."), LEDGER),
)  # fmt: skip
add_chapter(
    Role.CONDUCT,
    _to(_("Complaints about a person reach you and the other recipient alone. Step aside when "
          "you know the person."), CONDUCT),
    _to(_("What belongs to discipline inspection is handed over against a receipt; its text is "
          "then erased here."), CONDUCT),
)  # fmt: skip
