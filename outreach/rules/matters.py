"""Rules of matters, their contacts and call-backs; the person first, then the state."""

from functools import cached_property

from django.utils.translation import gettext as _

from outreach import papers
from outreach.models import FollowUp, Matter, MatterAssignment, MatterRequest, MatterStep
from outreach.models.matters import Confidentiality, handled_organ_ids, hosted_organ_ids
from outreach.moves import MOVES
from outreach.rules.places import is_near, looks_after
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, covers


def carrier(matter):
    """The acting registrar: the cadre who registered the matter or has taken it over since."""
    care = papers.of(matter).care()
    return care.cadre if care else matter.registered_by


class Standing:
    """What rules ask about one person and one matter on a day, each fact read once."""

    def __init__(self, user, matter, *, on):
        self.user, self.matter = user, matter
        self.papers = papers.of(matter)
        self.today = on
        # The principal of the act and the status before the move; set by make_move.
        self.principal = self.status_before = None

    @classmethod
    def of_each(cls, user, matters):
        """Return the standings for several matters, reading assignments and requests in one query
        each."""
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
        return next((a for a in self.own_assignments if a.is_to_sign), None)

    @cached_property
    def leads(self):
        """Whether the person leads, as a handler of the lead organ or as a host that took the
        matter up itself."""
        if self.lead is None:
            return False
        return self.lead in self.own_assignments or self.is_own_host_case

    @cached_property
    def is_own_host_case(self):
        """Whether the host handles the matter itself or through a station. Other organs that the
        host called in lead on their own."""
        return (
            self.lead is not None
            and not self.matter.assigned_by_desk
            and self.holds(P.HOST_MATTERS)
            and self.lead.organ_id in hosted_organ_ids(self.user)
        )

    @cached_property
    def answers_on_paper(self):
        """Whether the lead organ has no handler in the portal: it gets a slip, and its answer is
        entered for it. A host that took the matter up itself needs no handler."""
        if self.lead is None:
            return False
        is_the_host = self.lead.organ_id == self.matter.host_organ_id
        if is_the_host and not self.matter.assigned_by_desk:
            return False
        return not self.lead.organ.has_accounts(on=self.today)

    @cached_property
    def answers_orders(self):
        """The lead organ answers, even after closing; without one, those who would assign it."""
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
    def reads_notes(self):
        """Whether the person reads the internal notes of host and desk."""
        return self.holds(P.HOST_MATTERS) or self.holds(P.ASSIGN_MATTERS)

    @cached_property
    def is_registrar(self):
        """Whether the person registered the matter and has not handed it over, or has taken it
        over."""
        registrar, ids = self.matter.registered_by, self.user.identity_ids
        if self.carrier and self.carrier.user_id in ids:
            return True
        # A handover ends the rights of a registrar who typed the matter, but not those of a
        # colleague who typed it for them.
        handed_over = registrar != self.carrier and registrar.user_id == self.matter.typed_by_id
        return self.matter.typed_by_id in ids and not handed_over

    @cached_property
    def carrier(self):
        return carrier(self.matter)

    @cached_property
    def recorded_contact(self):
        """Whether the person heard the name from the raiser. If the raiser wrote through the door
        and withheld the name, the card's holder does not learn it."""
        is_told = self.matter.typed_by_id is not None
        withheld = self.matter.confidentiality == Confidentiality.ORGANISATION_ONLY
        return self.is_registrar and (is_told or not withheld)

    @cached_property
    def is_lead_official(self):
        official = self.matter.lead_official
        return official is not None and official.user_id in self.user.identity_ids

    @cached_property
    def closes_unsatisfied(self):
        """The lead official of the matter; any leader if no lead official has an account."""
        official = self.matter.lead_official
        if official and official.user and official.user.is_active:
            return self.is_lead_official
        return self.holds(P.INSTRUCT)

    @cached_property
    def open_request(self):
        return self.papers.open_request()

    @cached_property
    def lacks_content(self):
        """Whether the matter was registered as referred, so that its content is not stored while
        the request is open."""
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
        """Return the key of the request, result or order that a move decides. The page sends it
        back, which proves that the user decides on what they have read."""
        return MOVES[code].about(self)

    @cached_property
    def last_report(self):
        return self.papers.last_report()

    @cached_property
    def own_answered_orders(self):
        """Answered instructions of this person."""
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
    """Return (standing, [(move, decision)]) for this person's page: moves allowed, or refused with
    a reason worth showing."""
    standing = Standing(user, matter, on=user.today)
    shown = []
    for code, move in MOVES.items():
        decision = may(user, matter, code, standing=standing)
        if decision or not isinstance(decision, NotYours | NotNow):
            shown.append((move, decision))
    return standing, sorted(shown, key=lambda pair: (not pair[1], not pair[0].primary))


def may_add_step_files(user, step):
    """Allowed to the person who made the step, while it is in force and they may see the matter."""
    if step.by_id != user.pk or not Matter.objects.visible_to(user).filter(pk=step.matter_id):
        return NotYours(_("Who made the step adds files to it."))
    if MatterStep.objects.filter(takes_back=step).exists():
        return Decision(_("The step has been taken back."))
    return ALLOWED


# --- Contacts and call-backs ---------------------------------------------------------


def may_read_contact(user, matter, *, side=None):
    """P3: the registering cadre, the handling officer while the matter is open, the host, and the
    caller of an open call-back, within the raiser's choice. In a dispute a caller reads only the
    contact of the side to be asked."""
    if matter.confidentiality == Confidentiality.ANONYMOUS:
        return Decision(_("The raiser chose to stay anonymous."))
    standing = Standing(user, matter, on=user.today)
    if standing.recorded_contact or _has_call(user, matter, side, standing.today):
        return ALLOWED
    if matter.confidentiality == Confidentiality.ORGANISATION_ONLY:
        if standing.holds(P.READ_WITHHELD_NAMES):
            return ALLOWED
        return Decision(_("The raiser chose “name for the organisation department only”."))
    if standing.holds(P.READ_CONTACTS):
        return ALLOWED
    if standing.own_assignments and not matter.is_closed:
        return ALLOWED
    return Decision(_("Contacts are shown to those who registered, host or handle the matter."))


def may_read_as_written(user, matter, *, contact):
    """Whether names in texts stay as written (surname and form of address): for readers of the
    contact (`contact` is that decision), the typist and the registrar."""
    wrote = matter.typed_by_id, matter.registered_by and matter.registered_by.user_id
    return bool(contact) or bool(user.identity_ids & {pk for pk in wrote if pk})


def may_change_contact(user, matter, *, side=None):
    """At the raiser's wish, the registrar or the host corrects or erases the contact, also after
    closing; the host only if the name is not withheld."""
    standing = Standing(user, matter, on=user.today)
    if not (standing.is_registrar or standing.holds(P.HOST_MATTERS)):
        return NotYours(_("Who registered the matter, or its host, corrects the contact."))
    if matter.referred_to or (side is None and not matter.has_somebody_to_ask):
        return NotNow(_("No contact is kept of this matter."))
    return may_read_contact(user, matter, side=side)


def may_read_name(user, matter):
    """Readers of a contact also read the name; callers only if it is not withheld."""
    if matter.confidentiality != Confidentiality.ORGANISATION_ONLY:
        return ALLOWED
    standing = Standing(user, matter, on=user.today)
    if standing.recorded_contact or standing.holds(P.READ_WITHHELD_NAMES):
        return ALLOWED
    return Decision(_("The raiser chose “name for the organisation department only”."))


def _has_call(user, matter, side, today):
    return (
        FollowUp.objects.open_on(today)
        .filter(matter=matter, side=side, caller__in=user.identity_ids)
        .exists()
    )


# Steps that are not moves and do not count as handling.
OUTSIDE_STEPS = ("arrange_call", "ask_again", "try", "word", "reopen", "hand_over")


def outside_moves():
    """Codes of the steps that do not count as handling."""
    return [*OUTSIDE_STEPS, *(move.code for move in MOVES.values() if move.outside)]


def handled(user, matter):
    """Whether the person reported the result, settled it on the spot, or belongs to or handles for
    an organ that was assigned the matter."""
    own_papers = papers.of(matter)
    if own_papers.was_settled_by(user.identity_ids):
        return True
    own = {grant.organ.path for grant in user.grants_with(P.HANDLE_MATTERS) if grant.organ_id}
    if user.organ_id:
        own.add(user.organ.path)
    organs = own_papers.organ_paths()
    return any(mine.startswith(p) or p.startswith(mine) for p in organs for mine in own)


def is_in_chain(user, matter):
    """Whether the person registered, typed, handled, confirmed or reviewed the matter, also as a
    stand-in, or belongs to an organ that was assigned it."""
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


def may_ask_again(user, follow_up):
    """Only the person who recorded a word by mistake may have it asked again, and only until an
    independent call has been answered."""
    if follow_up.answered_by_id != user.pk or follow_up.kind == FollowUp.Kind.SECOND:
        return NotYours(_("Only who wrote the word down says that it was a mistake."))
    if follow_up.matter.referred_to or not follow_up.matter.has_somebody_to_ask:
        return NotNow(_("There is nobody who could be asked again."))
    if FollowUp.objects.filter(corrects=follow_up).exists():
        return NotNow(_("It is asked again already; both words stay."))
    asked = FollowUp.objects.answered().filter(matter=follow_up.matter, round=follow_up.round)
    if asked.filter(kind=FollowUp.Kind.SAMPLE).exclude(pk=follow_up.pk).exists():
        return Decision(_("An independent call has asked since then; its word counts."))
    return ALLOWED


def may_be_called_by(caller, follow_up):
    """Callers must not have handled the matter, and for a sample not be in its chain at all (DESIGN
    6.3). A call opens the contact, so administrators and conduct recipients never get one."""
    if not caller.is_active or caller.pk not in caller.identity_ids:
        return Decision(
            _("%(name)s has no account in use with a role in the work; choose somebody else.")
            % {"name": caller.name}
        )
    first = follow_up.corrects
    if first and first.answered_by_id in caller.identity_ids:
        return Decision(
            _("%(name)s wrote the first word down; somebody else asks again.")
            % {"name": caller.name}
        )
    kind = first.kind if first else follow_up.kind
    if kind == FollowUp.Kind.SAMPLE and is_in_chain(caller, follow_up.matter):
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
    """Without a visit, matters are registered within the person's roles, county or contact
    areas."""
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
