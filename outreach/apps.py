"""The Django app outreach; its entries come first in the side list."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_noop as _


class OutreachConfig(AppConfig):
    name = "outreach"

    def ready(self):
        # Imported because they register themselves.
        from outreach import (  # noqa: F401
            acts,
            duties,
            events,
            figures,
            first_day,
            handing_over,
            imports,
            ledgers,
            measures,
            statistics,
        )
        from outreach import succession as passing
        from outreach.forms.matters import without_conduct
        from outreach.models import Matter, Notice
        from outreach.overview import first_figures  # noqa: F401
        from outreach.overview.first_page import has_figures
        from outreach.placing import proposals  # noqa: F401
        from portal.pages import drafts, finding, side_list
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, Tab, add_lists
        from portal.pages.web import count_of, counting
        from portal.places import succession
        from portal.records.kept import kept
        from portal.roles import Permission as P
        from portal.views import frame
        from portal.views.places import UNIT_PARTS

        drafts.NEVER_KEPT.append(without_conduct)

        def to_answer(user):
            if not user.holds(P.SEE_PEOPLE):
                return {}
            statement = kept(("to answer",), user, counted_notices) or counted_notices(user)
            return {"outreach-notices": count_of(statement)[0]}

        def counted_notices(user):
            return counting(Notice.objects.waiting_for_answer_of(user))

        matters = (P.RECORD_VISITS, P.READ_MATTERS, P.HANDLE_MATTERS, P.REGISTER_MATTERS)
        areas = (P.RECORD_VISITS, P.RECORD_FOR_OTHERS, P.MANAGE_PEOPLE)
        diary = Entry(_("Diary"), "outreach:visits", (P.RECORD_VISITS, P.READ_VISITS), key="v")
        ledger = Entry(_("Matter ledger"), "outreach:matters", matters, key="m")
        side_list.add_daily(
            Entry(_("Today"), "outreach:today", matters),
            Entry(_("To-do list"), "todo", (P.SEE_PEOPLE,), key="t", is_counted=True),
            Entry(_("Notices"), "outreach:notices", (P.SEE_PEOPLE,), is_counted=True),
            diary,
            ledger,
        )
        side_list.count_with(to_answer)
        at_a_glance = gettext_lazy("At a glance")
        UNIT_PARTS.append((at_a_glance, "outreach:figures_of_unit", P.READ_MATTERS, has_figures))
        side_list.add_overviews(
            Entry(_("Dashboard"), "outreach:dashboard", (P.READ_MATTERS,)),
            Entry(_("Statistics"), "statistics", (P.READ_VISITS,)),
        )
        add_lists(
            Area.GOING_DOWN,
            _("Visits"),
            diary,
            Entry(_("Contact areas"), "outreach:contact_areas", areas),
            Entry(_("Contact cards"), "outreach:contact_cards", (P.RECORD_VISITS, P.ISSUE_CARDS)),
            Entry(_("Held messages"), "outreach:held_messages", (P.HOST_MATTERS, P.MANAGE_PEOPLE)),
        )
        add_lists(
            Area.GOING_DOWN,
            _("Matters"),
            ledger,
            Entry(_("Call-backs"), "outreach:follow_ups", matters),
            Entry(_("Analysis meetings"), "outreach:meetings", (P.READ_MATTERS,)),
            Entry(_("Year-end closing"), "outreach:year_closings", (P.READ_VISITS,)),
            Entry(_("Conduct reports"), "outreach:conduct_reports", (P.READ_CONDUCT,)),
        )
        add_lists(
            Area.STAYS,
            _("Stays"),
            Entry(_("Batches of stays"), "outreach:batches", (P.MANAGE_STAYS, P.NOMINATE)),
            Entry(_("Stays"), "outreach:stays", (P.READ_STAYS, P.RECORD_VISITS)),
        )
        add_lists(
            Area.STAYS,
            _("Campaigns and festivals"),
            Entry(_("Campaigns"), "outreach:campaigns", (P.SEE_PEOPLE,)),
            Entry(_("Reception days"), "outreach:receptions", (P.HOLD_RECEPTIONS, P.READ_MATTERS)),
            Entry(_("Festival visits"), "outreach:condolence", (P.READ_VISITS, P.RECORD_VISITS)),
            Entry(_("Community needs"), "outreach:needs", (P.SEE_PEOPLE,)),
        )

        side_list.add_phone_tabs(
            Tab(pgettext_lazy("tab", "Today"), "outreach:today", matters),
            Tab(pgettext_lazy("tab", "Write"), "outreach:new_visit", (P.RECORD_VISITS,)),
            Tab(pgettext_lazy("tab", "Matters"), "outreach:matters", matters, "?tab=all"),
            Tab(pgettext_lazy("tab", "Diary"), "outreach:visits", (P.RECORD_VISITS, P.READ_VISITS)),
            Tab(pgettext_lazy("tab", "To-do list"), "todo", (P.SEE_PEOPLE,)),
        )
        frame.FRONT_DOORS += [
            ((P.INSTRUCT, P.READ_MATTERS), "outreach:dashboard"),
            ((P.RECORD_VISITS,), "outreach:today"),
            ((P.READ_MATTERS,), "outreach:today"),
            ((P.HANDLE_MATTERS,), "outreach:today"),
            ((P.READ_CONDUCT,), "outreach:conduct_reports"),
            ((P.MANAGE_ACCOUNTS,), "accounts"),
            ((P.GIVE_GRANTS,), "accounts"),
            ((P.READ_AUDIT,), "audit"),
        ]
        finding.add(
            Finder(
                "outreach:matters",
                lambda m: f"{m.number_label} {m.title}",
                lambda m: f"{m.unit.name} {m.get_status_display()}",
                ("unit",),
                first=Matter.numbered,
                is_large=True,
            ),
            Finder(
                "outreach:visits",
                _visit,
                lambda v: v.author.name,
                ("unit", "author"),
                is_large=True,
            ),
            Finder("outreach:notices", lambda n: n.title, lambda n: n.organ.label, ("organ",)),
            Finder(
                "outreach:campaigns",
                lambda c: c.title,
                lambda c: c.organizer.label,
                ("organizer",),
            ),
            # Receptions are never searched by visitor.
            Finder(
                "outreach:receptions",
                lambda r: f"{r.held_on} {r.leader.name} {r.theme or r.place}",
                lambda r: r.organ.label,
                ("leader", "organ"),
            ),
        )
        finding.offer("outreach:matters", 1, moves_of)
        finding.offer("units", 3, at_unit)

        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED += [passing.pass_on_organ, passing.pass_on_gatherings_of_organ]
        succession.HOST_CHANGED += [passing.pass_on_host, passing.pass_on_gatherings_of_host]
        succession.UNIT_ENDED += [passing.pass_on_unit, passing.pass_on_gatherings_of_unit]
        succession.CADRE_TRANSFERRED.append(passing.pass_on_cadre)
        succession.BLOCKERS += [passing.blockers_of, passing.blocking_gatherings]


def moves_of(user, matter):
    """The moves that the user may make on a matter now."""
    from outreach.rules import matters as rules

    moves = rules.moves_for(user, matter)[1]
    return [
        (move.label, reverse("outreach:act", args=[matter.pk, move.code]))
        for move, decision in moves
        if decision
    ][:4]


def at_unit(user, unit):
    """Links for a unit: its matters, and writing down a visit."""
    from outreach.models import Matter
    from portal.pages.web import counted
    from portal.roles import Permission as P

    n, is_exact = counted(Matter.objects.visible_to(user).filter(unit=unit), 999)
    offers = []
    if n:
        words = gettext("Matters there: %(n)s") % {"n": n if is_exact else f"{n}+"}
        offers.append((words, f"{reverse('outreach:matters')}?tab=all&unit={unit.pk}"))
    if user.holds(P.RECORD_VISITS):
        offers.append((gettext("Write down"), f"{reverse('outreach:new_visit')}?unit={unit.pk}"))
    return offers


def _visit(visit):
    from portal.models.text import shown

    return f"{visit.visited_on} {visit.unit.name} {shown(visit.summary)[:30]}"
