"""May this person do this to this record, as it stands now? Person first, then state."""

from functools import cached_property

from django.utils.translation import gettext as _

from outreach import papers
from outreach.models import FollowUp, Matter, MatterAssignment, MatterRequest
from outreach.models.matters import Confidentiality, handled_organ_ids
from outreach.moves import MOVES
from outreach.rules.places import is_near, looks_after
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, covers


def carrier(matter):
    """The cadre who acts as the registrar: who registered it, or carries it on since."""
    care = papers.of(matter).care()
    return care.cadre if care else matter.registered_by


class Standing:
    """One person before one matter on a day: what the rules ask, each read once."""

    def __init__(self, user, matter, *, on):
        self.user, self.matter = user, matter
        self.papers = papers.of(matter)
        self.today = on
        # Whom the person stands in for with the move that is being made, and how the matter stood
        # before it; set by make_move.
        self.principal = self.status_before = None

    @classmethod
    def of_each(cls, user, matters):
        """One person before several matters, their assignments read at once."""
        live = MatterAssignment.objects.live().filter(matter__in=[m.pk for m in matters])
        given = {m.pk: [] for m in matters}
        for assignment in live.select_related("organ").order_by("part", "pk"):
            given[assignment.matter_id].append(assignment)
        asked = MatterRequest.objects.filter(matter__in=given, decided_at=None)
        asked = {request.matter_id: request for request in asked}
        standings = [cls(user, m, on=user.today) for m in matters]
        for standing in standings:
            standing.assignments = given[standing.matter.pk]
            standing.open_request = asked.get(standing.matter.pk)
        return standings

    def holds(self, permission):
        return self.user.holds(permission, on=self.matter)

    @cached_property
    def assignments(self):
        return self.papers.assignments()

    @cached_property
    def lead(self):
        return next((a for a in self.assignments if a.part == MatterAssignment.Part.LEAD), None)

    @cached_property
    def own_assignments(self):
        organs = set(handled_organ_ids(self.user))
        return [a for a in self.assignments if a.organ_id in organs]

    @cached_property
    def unsigned(self):
        return next((a for a in self.own_assignments if a.signed_at is None), None)

    @cached_property
    def leads(self):
        """Handles it as lead: by a handler's grant, or as the host that took it up itself."""
        if self.lead is None:
            return False
        return self.lead in self.own_assignments or self.is_own_host_case

    @cached_property
    def is_own_host_case(self):
        return (
            self.lead is not None
            and not self.matter.assigned_by_desk
            and self.holds(P.HOST_MATTERS)
        )

    @cached_property
    def answers_on_paper(self):
        """The lead organ has nobody who handles for it in the portal: it gets a slip, and its
        answer is entered. A host that took the matter up itself handles it by its own role."""
        if self.lead is None:
            return False
        is_the_host = self.lead.organ_id == self.matter.host_organ_id
        if is_the_host and not self.matter.assigned_by_desk:
            return False
        return not self.lead.organ.has_accounts(on=self.today)

    @cached_property
    def answers_orders(self):
        """The lead organ, also after the matter closed; without one, who would assign it."""
        if self.lead is None:
            return self.reviews
        return self.leads

    @cached_property
    def takes_part(self):
        return bool(self.own_assignments) or self.is_own_host_case

    @cached_property
    def reviews(self):
        if self.matter.assigned_by_desk:
            return self.holds(P.ASSIGN_MATTERS)
        return self.holds(P.HOST_MATTERS) or self.holds(P.ASSIGN_MATTERS)

    @cached_property
    def is_registrar(self):
        """Who registered it, or carries it on since that one handed it over and acts no more."""
        registrar, ids = self.matter.registered_by, self.user.identity_ids
        if self.carrier and self.carrier.user_id in ids:
            return True
        # A colleague who typed it goes on; who wrote it down themselves has handed it over.
        handed_over = registrar != self.carrier and registrar.user_id == self.matter.typed_by_id
        return self.matter.typed_by_id in ids and not handed_over

    @cached_property
    def carrier(self):
        return carrier(self.matter)

    @cached_property
    def took_it_down(self):
        """Was told the name anyhow. What the raisers wrote down themselves, by the door of a card,
        opens a withheld name to nobody whose card it was."""
        is_told = self.matter.typed_by_id is not None
        withheld = self.matter.confidentiality == Confidentiality.ORGANISATION_ONLY
        return self.is_registrar and (is_told or not withheld)

    @cached_property
    def answers_for_it(self):
        """The lead official named for the matter; any leader where none with an account is."""
        official = self.matter.lead_official
        if official and official.user and official.user.is_active:
            return official.user_id in self.user.identity_ids
        return self.holds(P.INSTRUCT)

    @cached_property
    def open_request(self):
        return self.papers.open_request()

    @cached_property
    def lacks_content(self):
        """Registered as referred: nothing of it is stored while its confirmation waits."""
        request = self.open_request
        return (
            request is not None
            and request.kind == MatterRequest.Kind.REFERRED
            and bool(self.matter.referred_to)
        )

    @cached_property
    def was_extended(self):
        return self.papers.was_extended()

    def in_question(self, code):
        """What a move decides or answers, as it stands now: the page that offers the move carries
        it, so that nobody confirms another request or passes another result than they read."""
        return MOVES[code].about(self)

    @cached_property
    def last_report(self):
        return self.papers.last_report()

    @cached_property
    def own_answered_orders(self):
        """Answered instructions that return to this person."""
        ids = self.user.identity_ids
        return [o for o in self.open_orders if o.answered_at and o.leader_id in ids]

    @cached_property
    def open_orders(self):
        return self.papers.open_orders()


def may(user, matter, code, *, standing=None):
    """The rule of a move in moves.MOVES."""
    standing = standing or Standing(user, matter, on=user.today)
    move = MOVES[code]
    if not (decision := move.person(standing)):
        return decision
    if matter.status not in move.possible_in:
        if matter.status in move.otherwise_in:
            return Decision(str(move.otherwise))
        return NotNow(
            _("Not possible while the matter is “%(status)s”.")
            % {"status": matter.get_status_display()}
        )
    return move.state(standing) if move.state else ALLOWED


def moves_for(user, matter):
    """[(move, decision)] that this person's page shows: theirs, allowed or refused with reason."""
    standing = Standing(user, matter, on=user.today)
    shown = []
    for code, move in MOVES.items():
        decision = may(user, matter, code, standing=standing)
        if decision or not isinstance(decision, NotYours | NotNow):
            shown.append((move, decision))
    return standing, sorted(shown, key=lambda pair: (not pair[1], not pair[0].primary))


# --- Contacts and call-backs ---------------------------------------------------------


def may_read_contact(user, matter, *, side=None):
    """P3: the registering cadre; the handling officer while it is open; the host; an open
    call-back; always subject to what the raiser chose. In a dispute a caller reads the contact
    of the side that is to be asked, and of nobody else."""
    if matter.confidentiality == Confidentiality.ANONYMOUS:
        return Decision(_("The raiser chose to stay anonymous."))
    standing = Standing(user, matter, on=user.today)
    if standing.took_it_down or _has_call(user, matter, side, standing.today):
        return ALLOWED
    if matter.confidentiality == Confidentiality.ORGANISATION_ONLY:
        if standing.holds(P.READ_WITHHELD_NAMES):
            return ALLOWED
        return Decision(_("The raiser chose “name for the organisation department only”."))
    if standing.holds(P.READ_CONTACTS):
        return ALLOWED
    if standing.own_assignments and not matter.is_closed:
        return ALLOWED
    return Decision(_("Contacts open to who registered, hosts or handles the matter."))


def may_change_contact(user, matter, *, side=None):
    """Who took it down or answers for the place corrects or erases it when the raiser asks, also
    after the matter closed; the host only where the raiser did not withhold the name."""
    standing = Standing(user, matter, on=user.today)
    if not (standing.is_registrar or standing.holds(P.HOST_MATTERS)):
        return NotYours(_("Who registered the matter, or its host, corrects the contact."))
    if matter.referred_to or (side is None and not matter.has_somebody_to_ask):
        return NotNow(_("No contact is kept of this matter."))
    return may_read_contact(user, matter, side=side)


def may_read_name(user, matter):
    """Who may read a contact reads the name with it; a caller only where it is not withheld."""
    if matter.confidentiality != Confidentiality.ORGANISATION_ONLY:
        return ALLOWED
    standing = Standing(user, matter, on=user.today)
    if standing.took_it_down or standing.holds(P.READ_WITHHELD_NAMES):
        return ALLOWED
    return Decision(_("The raiser chose “name for the organisation department only”."))


def _has_call(user, matter, side, today):
    return (
        FollowUp.objects.open_on(today)
        .filter(matter=matter, side=side, caller__in=user.identity_ids)
        .exists()
    )


# Steps that are no move and that somebody outside the handling makes.
OUTSIDE_STEPS = ("arrange_call", "try", "word", "reopen", "hand_over")


def outside_moves():
    """What somebody may have done to a matter without having had a hand in its handling."""
    return [*OUTSIDE_STEPS, *(move.code for move in MOVES.values() if move.outside)]


def handled(user, matter):
    """Whether somebody reported the result or settled it on the spot, or belongs to an organ that
    was given the matter or handles for it."""
    own_papers = papers.of(matter)
    if own_papers.was_settled_by(user.identity_ids):
        return True
    own = {grant.organ.path for grant in user.grants_with(P.HANDLE_MATTERS) if grant.organ_id}
    if user.organ_id:
        own.add(user.organ.path)
    organs = own_papers.organ_paths()
    return any(mine.startswith(p) or p.startswith(mine) for p in organs for mine in own)


def is_in_chain(user, matter):
    """Whether somebody registered, typed, handled, confirmed or reviewed the matter, for
    themselves or for another, or belongs to an organ that was given it."""
    registrar = matter.registered_by
    ids = user.identity_ids
    if matter.typed_by_id in ids or (registrar and registrar.user_id in ids):
        return True
    own_papers = papers.of(matter)
    if own_papers.was_in_care_of(ids):
        return True
    return own_papers.was_moved_by(ids, besides=outside_moves()) or handled(user, matter)


def may_arrange_call(user, follow_up):
    if not user.holds(P.ARRANGE_CALL_BACKS, on=follow_up.matter):
        return NotYours(_("Host, desk and office arrange call-backs."))
    return _still_open(follow_up)


def may_record_word(user, follow_up):
    ids = user.identity_ids
    arranges = user.holds(P.ARRANGE_CALL_BACKS, on=follow_up.matter)
    if follow_up.caller_id not in ids and not (arranges and not follow_up.is_given):
        return NotYours(_("This call-back was given to somebody else."))
    decision = may_be_called_by(user, follow_up)
    return _still_open(follow_up) if decision else decision


def may_be_called_by(caller, follow_up):
    """Whether somebody may make this call: never who handled the matter, and for a sample
    nobody of the whole chain (DESIGN 6.3). A call opens the contact, so it is given only to
    somebody who has a role in the work: to no administrator and to no conduct recipient."""
    if not caller.is_active or caller.pk not in caller.identity_ids:
        return Decision(
            _("%(name)s has no account in use with a role in the work; choose somebody else.")
            % {"name": caller.name}
        )
    if follow_up.kind == FollowUp.Kind.SAMPLE and is_in_chain(caller, follow_up.matter):
        return Decision(
            _("%(name)s took part in this matter; a sample is asked by an outsider.")
            % {"name": caller.name}
        )
    if handled(caller, follow_up.matter):
        return Decision(
            _("Who handled a matter does not ask about it; choose somebody of another organ.")
        )
    return ALLOWED


def _still_open(follow_up):
    if follow_up.answered_at or follow_up.given_up_at:
        return Decision(_("The word is already recorded."))
    return ALLOWED


def may_register_matter(user, unit):
    """Without a visit: where one's roles reach, in one's own county, or in one's contact area."""
    place = Matter(organ_id=user.organ_id)
    place.stand_at(unit)
    grants = user.grants_with(P.REGISTER_MATTERS)
    if any((g.organ_id or g.division_id) and covers(g, place) for g in grants):
        return ALLOWED
    if not grants:
        return Decision(_("Your roles do not register matters."))
    if is_near(user.organ, unit) or looks_after(user, unit):
        return ALLOWED
    return Decision(_("This place lies outside your county and your contact areas."))
