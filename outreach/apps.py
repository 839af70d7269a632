"""Going down, as a Django app; its lines of the side list stand first."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_noop as _


class OutreachConfig(AppConfig):
    name = "outreach"

    def ready(self):
        # They register themselves.
        from outreach import acts, duties, events, figures, first_day, imports, ledgers, statistics  # noqa: F401
        from outreach import succession as passing
        from outreach.models import Notice
        from outreach.overview import first_figures  # noqa: F401
        from outreach.overview.first_page import has_figures
        from outreach.placing import proposals  # noqa: F401
        from portal.pages import side_list
        from portal.pages.side_list import Area, Entry, Tab, add_lists
        from portal.places import succession
        from portal.roles import Permission as P
        from portal.views import frame
        from portal.views.places import UNIT_PARTS

        def to_answer(user):
            if not user.holds(P.SEE_PEOPLE):
                return {}
            return {"outreach-notices": Notice.objects.waiting_for_answer_of(user).count()}

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
        frame.SEARCHERS += [find_matters, find_gatherings]

        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED += [passing.pass_on_organ, passing.pass_on_gatherings_of_organ]
        succession.HOST_CHANGED += [passing.pass_on_host, passing.pass_on_gatherings_of_host]
        succession.UNIT_ENDED += [passing.pass_on_unit, passing.pass_on_gatherings_of_unit]
        succession.CADRE_TRANSFERRED.append(passing.pass_on_cadre)
        succession.BLOCKERS += [passing.still_held, passing.gatherings_still_held]


def find_matters(user, text):
    """Matters, visits and notices whose text or number is searched for."""
    from outreach.forms.matters import with_number
    from outreach.models import Matter, Notice, Visit

    matters = _newest(Matter.objects.visible_to(user), text, "registered_on", "unit")
    numbered = list(with_number(user, text).select_related("unit")[:10])
    matters = numbered + [matter for matter in matters if matter not in numbered]
    visits = Visit.objects.visible_to(user).standing()
    visits = _newest(visits, text, "visited_on", "unit", "author")
    notices = _newest(Notice.objects.visible_to(user), text, "created_at", "organ")
    return [
        _group(gettext("Matter ledger"), matters, lambda m: (_numbered(m), m.unit.name)),
        _group(gettext("Diary"), visits, lambda v: (_visit(v), v.author.name)),
        _group(gettext("Notices"), notices, lambda n: (n.title, n.organ.label)),
    ]


def find_gatherings(user, text):
    """Campaigns by their words, receptions by theme and place; never by who came."""
    from outreach.models import Campaign, ReceptionDay

    campaigns = _newest(Campaign.objects.visible_to(user), text, "starts_on", "organizer")
    receptions = ReceptionDay.objects.visible_to(user)
    receptions = _newest(receptions, text, "held_on", "leader", "organ")
    return [
        _group(gettext("Campaigns"), campaigns, lambda c: (c.title, c.organizer.label)),
        _group(gettext("Reception days"), receptions, lambda r: (_reception(r), r.organ.label)),
    ]


def _newest(rows, text, day, *related):
    found = rows.containing(text).select_related(*related)
    return list(found.order_by(f"-{day}", "-pk")[:10])


def _group(title, rows, words):
    """One group of results; `words` gives the label and note of a row."""
    return {"title": title, "rows": [(*words(row), row.get_absolute_url()) for row in rows]}


def _numbered(matter):
    return f"{matter.number_label} {matter.title}"


def _visit(visit):
    from portal.models.text import shown

    return f"{visit.visited_on} {visit.unit.name} {shown(visit.summary)[:30]}"


def _reception(reception):
    theme = reception.theme or reception.place
    return f"{reception.held_on} {reception.leader.name} {theme}"
