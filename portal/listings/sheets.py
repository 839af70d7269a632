"""The lists of exports, reported editions, monthly sheets, and of reminders that were sent."""

from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.models import Delivery, Job, ReportedEdition, ScheduledExport
from portal.pages import cells
from portal.pages.filters import Address
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.run import jobs
from portal.sheets import ledgers

JOB_LIST = Listing(
    "jobs",
    "jobs/",
    _("Exports"),
    Address(None, lambda user: Job.objects.visible_to(user).exclude(kind__in=jobs.PAGES)),
    Sort(_("newest first"), "created_at"),
    area=Area.ADMINISTRATION,
    columns=(
        Col(_("Asked"), cells.at("created_at"), number=True),
        Col(_("Sheet"), "title", link=True, bare=True),
        state(),
        Col(_("Rows"), lambda job, asked: job.manifest.get("written") or ""),
    ),
    empty=(
        Empty(
            _("No exports yet"),
            _("Press “Export” on a ledger; the finished sheet waits here for a day."),
        ),
    ),
)


def _correction(edition, asked):
    if hasattr(edition, "replaced_by"):
        return gettext("corrected by a later edition")
    return gettext("a correction") if edition.replaces_id else ""


STATISTICS = Button(_("Lock a new one"), "statistics")
EDITION_LIST = Listing(
    "editions",
    "editions/",
    _("Reported editions"),
    Address(None, ReportedEdition.objects.visible_to),
    Sort(_("newest first"), "asked_at"),
    area=Area.ADMINISTRATION,
    way=((_("Sheets and reports"), ""),),
    may_see=rules.may_read_statistics,
    columns=(
        Col(
            _("Reporting unit"),
            "unit_name",
            lambda one, asked: _("Reported from outside") if one.is_outside else "",
            link=True,
        ),
        Col(
            _("Period"),
            lambda one, asked: f"{one.first:%Y-%m-%d} – {one.last:%Y-%m-%d}",
            number=True,
            bare=True,
        ),
        Col(_("Document number"), "document_number", bare=True),
        Col(_("Locked"), cells.at("asked_at"), "asked_by.name", bare=True),
        Col(
            _("State"),
            lambda one, asked: cells.under(
                gettext("Nil report") if one.is_nil else "", _correction(one, asked)
            ),
            bare=True,
        ),
    ),
    buttons=(Button(_("Import from outside"), "take_in_edition"),),
    begin=STATISTICS,
    empty=(
        Empty(
            _("Nothing reported yet"),
            _(
                "Open the statistics of a period that is over and lock them under a "
                "document number."
            ),
            button=Button(_("To the statistics"), "statistics"),
        ),
    ),
)


def _title(row, asked):
    return (
        ledgers.shown_title(ledgers.REGISTRY[row.ledger])
        if row.ledger in ledgers.REGISTRY
        else cells.NONE
    )


def _last_file(row, asked):
    job = row.last_job
    if not job:
        return cells.NONE
    moment = cells.moment(job.created_at)
    return format_html('<a href="{}">{}</a>', job.get_absolute_url(), moment)


_stop = cells.press(_("Stop it"), "end_scheduled_export", about=_title)


def _stopped(row, asked):
    if not row.ended_at:
        return _stop(row, asked)
    return gettext("stopped %(day)s") % {"day": cells.day(row.ended_at)}


MONTHLY_LIST = Listing(
    "scheduled_exports",
    "monthly-sheets/",
    _("Monthly sheets"),
    Address(None, ScheduledExport.objects.visible_to),
    Sort(_("newest first"), "made_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_schedule_export,
    intro=_(
        "Sheets that the portal makes for you every month. Ask for one by “Send it every month” on "
        "a ledger or on the statistics."
    ),
    for_list=lambda rows, asked: rows.select_related("last_job"),
    columns=(
        Col(_("Sheet"), _title, "said"),
        Col(_("Day of the month"), "day_of_month"),
        Col(_("Which rows"), "get_span_display", bare=True),
        Col(_("Last file"), _last_file, bare=True),
        Col(_("State"), _stopped, bare=True),
    ),
    empty=(Empty(_("No monthly sheets"), _("Press “Send it every month” on a ledger.")),),
)


# --- Sendings, for staff --------------------------------------------------------------------------

STATES = {
    "failed": [Delivery.State.FAILED],
    "waiting": [Delivery.State.QUEUED, Delivery.State.SENDING],
    "sent": [Delivery.State.SENT],
}

# Deliveries to the people whom this reader looks after, without contents.
SENDING_LIST = Listing(
    "sendings",
    "sendings/",
    _("Messages sent"),
    Address(
        None,
        Delivery.objects.visible_to,
        {"failed": _("Failed"), "waiting": _("To be sent"), "sent": _("Sent")},
        lambda rows, tab, on: rows.filter(state__in=STATES[tab]),
    ),
    Sort(_("newest first"), "day"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_sendings,
    intro=_(
        "Reminders that people get by e-mail or work chat: whether they went out, never what they "
        "say. What fails is tried five times within an hour and a half."
    ),
    for_list=lambda rows, asked: rows.select_related("user__organ"),
    columns=(
        Col(_("Day"), "day", cells.at("at"), number=True),
        Col(_("To whom"), "user.name", "user.organ.label", bare=True),
        Col(_("By"), "get_channel_display"),
        state("state", "get_trouble_display"),
        Col(_("Attempts"), "attempts"),
        Col(
            _("Send again"),
            cells.press(_("Send again"), "send_again", about="user.name"),
            silent=True,
            when=lambda asked: asked.tab == "failed",
        ),
    ),
    empty=(
        Empty(
            _("Nothing failed"),
            _("Messages that could not be sent are listed here, with the reason."),
            tab="failed",
        ),
        Empty(_("No messages here"), _("People set their own address under “How I am reminded”.")),
    ),
)
