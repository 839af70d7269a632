"""Reminders: a registry of kinds, computed in SQL once a day.

Most kinds come from duties (portal/duties/duty.py); those that no queryset can express are
handwritten. Nothing is sent here, see portal/duties/sending.py.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import rules, uses
from portal.days import workdays
from portal.models import Reminder
from portal.models.reminders import RECENT
from portal.records import audit
from portal.roles import NEVER_LENT, Permission, granted, organ_axis
from portal.text import Text
from portal.tools.prepared import Prepared

# Time of the morning round, for the schedule and `--on`.
MORNING = datetime.time(8, 5)
# Nobody reads a higher number beside the bell.
COUNTED_UP_TO = 99
_UNREAD = Prepared(
    lambda user, since: (
        Reminder.objects.filter(user=user)
        .unread_since(since)
        .values_list("pk", "kind", "noun", "noun_id")[: COUNTED_UP_TO + 1]
    ),
    user=-1,
    since=datetime.date.min,
)
# Length of the column `kind`.
LONGEST_CODE = 20
FAILED_SHOWN = datetime.timedelta(days=7)
# From one morning round to the next, with a margin for its duration.
CHANGED_LATELY = datetime.timedelta(hours=25)


@dataclass(frozen=True)
class Kind:
    """A kind of reminder. `rows(day, at)` returns SQL of user_id, noun, noun_id, number, due, link
    and its parameters, or None if there are none. `urgent_rows` does so for every round, including
    days off."""

    code: str
    sentence: Text
    rows: Callable
    urgent_rows: Callable | None = None
    # The use without which nobody is reminded (`portal/uses.py`).
    use: str = ""


@dataclass(frozen=True)
class Noun:
    """A subject of reminders. `titles(user, ids)` returns {id: words} of those visible to the user;
    `page` is the URL name of its page."""

    code: str
    titles: Callable
    page: str = ""


KINDS: dict[str, Kind] = {}
NOUNS: dict[str, Noun] = {}


def register(*entries, use=""):
    for entry in entries:
        if isinstance(entry, Kind):
            if len(entry.code) > LONGEST_CODE:
                raise ImproperlyConfigured(
                    f"The code {entry.code} of a reminder has more than {LONGEST_CODE} characters."
                )
            KINDS[entry.code] = replace(entry, use=use)
        else:
            NOUNS[entry.code] = entry


def in_use():
    """Return the kinds of the uses that are on."""
    off = uses.off()
    return [kind for kind in KINDS.values() if kind.use not in off]


def unused():
    """Return the codes of the kinds whose use is off; their earlier reminders are hidden."""
    off = uses.off()
    return {kind.code for kind in KINDS.values() if kind.use in off}


def names_of(model, words):
    """Return a `titles` function of a noun: one column of the visible rows."""

    def titles(user, ids):
        rows = model.objects.visible_to(user).filter(pk__in=ids)
        return dict(rows.values_list("pk", words))

    return titles


# --- Who may: grants of a day, in SQL --------------------------------------------------------


def holders(*permissions):
    """Return common table expressions with the parameter `day`. `acting` (user_id, as_id) says who
    acts as whom, like `User.identity_ids`. With permissions, `holder` (user_id, permission, axis,
    organ_id, division_id) says what they hold, own or lent, like `User.grants_today`.
    """
    never_lent = ", ".join(f"'{role}'" for role in sorted(NEVER_LENT))
    running = "starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)"
    acting = f"""
        acting AS (
            SELECT id AS user_id, id AS as_id FROM portal_user WHERE is_active
            UNION ALL
            SELECT s.stand_in_id, s.principal_id
            FROM portal_standin s JOIN portal_user u ON u.id = s.stand_in_id AND u.is_active
            WHERE s.starts_on <= %(day)s AND s.ends_on >= %(day)s
              AND s.principal_id IN (SELECT user_id FROM portal_rolegrant
                                     WHERE {running} AND role NOT IN ({never_lent}))
        )"""
    if not permissions:
        return acting
    opened = [
        (permission, role)
        for permission in permissions
        for role, may in granted().items()
        if permission in may
    ]
    # While its use is off, no role opens a permission.
    rows = [f"('{held}', '{role}', '{organ_axis(role)}')" for held, role in opened]
    opening = ", ".join(rows or ["('', '', '')"])
    roles = ", ".join(f"'{role}'" for role in sorted({role for _held, role in opened} or {""}))
    return f"""{acting},
        opening (permission, role, axis) AS (VALUES {opening}),
        holder AS MATERIALIZED (
            SELECT DISTINCT a.user_id, o.permission, o.axis, g.organ_id, g.division_id
            FROM (SELECT * FROM portal_rolegrant WHERE {running} AND role IN ({roles})) g
            JOIN opening o ON o.role = g.role
            JOIN acting a ON a.as_id = g.user_id
            WHERE (a.user_id = g.user_id OR g.role NOT IN ({never_lent}))
        )"""


def audience(*permissions, want="0"):
    """Return `holders`, and `reached` (id, want, user_id): who reaches the rows of a preceding
    `wants`, like `access.reach`: within one grant organ AND territory.

    `wants` has id, permission, organ_id, host_organ_id, places; the expression `want` distinguishes
    several. If places is NULL the territory does not limit, as for matters assigned to an organ.
    """
    return f"""{holders(*permissions)},
        above AS MATERIALIZED (
            SELECT o.id AS organ_id, one.id::bigint AS above_id
            FROM portal_organ o, unnest(string_to_array(trim(both '/' FROM o.path), '/')) one(id)
        ),
        -- Grants with an organ, by each organ that they reach. Apart, or the planner joins rows and
        -- holders by the permission alone: 20,000 rows and 1,500 hosts are 30 million pairs.
        holds AS MATERIALIZED (
            SELECT h.user_id, h.permission, h.axis, h.division_id, above.organ_id
            FROM holder h JOIN above ON above.above_id = h.organ_id
        ),
        -- Apart, so that each list of places is unnested once and not for each holder.
        placed AS MATERIALIZED (
            SELECT w.id, {want} AS want, w.permission, place
            FROM wants w CROSS JOIN unnest(w.places) place
        ),
        reached AS (
            SELECT w.id, {want} AS want, h.user_id
            FROM wants w
            JOIN holds h ON h.permission = w.permission AND h.organ_id = w.organ_id
            WHERE h.axis = 'organ'
              AND (h.division_id IS NULL OR w.places IS NULL OR h.division_id = ANY (w.places))
            UNION
            SELECT w.id, {want} AS want, h.user_id
            FROM wants w
            JOIN holds h ON h.permission = w.permission AND h.organ_id = w.host_organ_id
            WHERE h.axis = 'host_organ'
              AND (h.division_id IS NULL OR h.division_id = ANY (w.places))
            UNION
            SELECT p.id, p.want, h.user_id
            FROM placed p
            JOIN holder h ON h.permission = p.permission AND h.division_id = p.place
            WHERE h.organ_id IS NULL
            UNION
            SELECT w.id, {want} AS want, h.user_id
            FROM wants w JOIN holder h ON h.permission = w.permission
            WHERE h.organ_id IS NULL AND h.division_id IS NULL AND w.places IS NOT NULL
        )"""


def url_prefix_and_suffix(url_name):
    """The parts of an address before and after the id."""
    return reverse(url_name, args=[0]).rsplit("0", 1)


# --- Reminding ---------------------------------------------------------------------------------

_KEEP = """
    INSERT INTO portal_reminder (user_id, kind, noun, noun_id, number, day, due, link)
    SELECT user_id, %(kind)s, noun, noun_id, number, %(day)s, due, link
    FROM ({rows}) told (user_id, noun, noun_id, number, due, link)
    ORDER BY due DESC NULLS LAST, noun_id, user_id
    ON CONFLICT DO NOTHING
"""
# Unread reminders are repeated while they apply: a new round replaces all earlier ones, an urgent
# round only those about the same records.
_REPLACE = """
    UPDATE portal_reminder earlier SET replaced = true
    WHERE earlier.day < %(day)s AND earlier.day >= %(day)s - 31
      AND earlier.read_at IS NULL AND NOT earlier.replaced
      AND (NOT %(urgent_only)s OR EXISTS (
        SELECT 1 FROM portal_reminder now
        WHERE now.day = %(day)s AND now.user_id = earlier.user_id AND now.kind = earlier.kind
          AND now.noun = earlier.noun AND now.noun_id = earlier.noun_id))
"""
# One message a day for each person and channel, after the first reminder of the day.
_BUNDLE = """
    INSERT INTO portal_delivery (user_id, day, channel)
    SELECT c.user_id, %(day)s, c.channel
    FROM portal_contactchannel c
    JOIN portal_user u ON u.id = c.user_id AND u.is_active
    WHERE c.verified_at IS NOT NULL
      AND EXISTS (SELECT 1 FROM portal_reminder r
                  WHERE r.day = %(day)s AND r.user_id = c.user_id)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Told:
    reminders: int
    messages: int
    day_off: bool


@transaction.atomic
def tell(*, day, at, by, urgent_only=False):
    """Store the reminders of a day for everybody, and one message for each channel.

    Idempotent: a reminder of the day is not repeated. On days off only urgent ones are stored.
    """
    day_off = not workdays.is_working_day(day)
    urgent_only = urgent_only or day_off
    told = 0
    with connection.cursor() as cursor:
        # Limits for a worker. The lock allows one round at a time, in case beat runs twice.
        cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '10min'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.duties.reminders'))")
        for kind in in_use():
            rows = kind.urgent_rows if urgent_only else kind.rows
            found = rows and rows(day, at)
            if not found:
                continue
            sql, parameters = found
            cursor.execute(_KEEP.format(rows=sql), parameters | {"kind": kind.code, "day": day})
            told += cursor.rowcount
        cursor.execute(_REPLACE, {"day": day, "urgent_only": urgent_only})
        cursor.execute(_BUNDLE, {"day": day})
        messages = cursor.rowcount
    if told:
        audit.record("reminders.told", by=by, values={"day": day, "n": told})
    return Told(told, messages, day_off)


def morning_of(day):
    return timezone.make_aware(datetime.datetime.combine(day, MORNING))


# --- Reading ---------------------------------------------------------------------------------


def unread_count(user):
    """Return the number beside the bell. It counts records: several reminders about one are read at
    once. One query that reads at most a hundred index entries."""
    count = len(unread(user))
    return count if count <= COUNTED_UP_TO else f"{COUNTED_UP_TO}+"


def unread(user):
    """Return {(noun, its id): key of the reminder} of up to that many unread reminders, with the
    same query."""
    return {(noun, noun_id): pk for pk, _kind, noun, noun_id in _unread(user)}


def _unread(user):
    rows, hidden = _UNREAD.tuples(user=user.pk, since=user.today - RECENT), unused()
    return [row for row in rows if row[1] not in hidden] if hidden else rows


def with_titles(user, reminders):
    """Add `sentence` and `title` to a page of reminders, in one query for each noun.

    A record that the reader may no longer see has no title, and its reminder has no link.
    """
    reminders = list(reminders)
    ids = {}
    for one in reminders:
        ids.setdefault(one.noun, set()).add(one.noun_id)
    titles = {
        noun: NOUNS[noun].titles(user, sorted(wanted)) if noun in NOUNS else {}
        for noun, wanted in ids.items()
    }
    for one in reminders:
        kind = KINDS.get(one.kind)
        one.sentence = kind.sentence if kind else one.kind
        one.title = titles[one.noun].get(one.noun_id, "")
    return reminders


# --- Reminders of the portal itself ------------------------------------------------------------


def _calendar_missing(day, at):
    """Remind those who keep the calendar, on each week's first working day until it is uploaded."""
    year = workdays.unpublished_year_near(day)
    if year is None or workdays.is_working_day_before(day):
        return None
    sql = f"""
        WITH {holders(Permission.SET_PARAMETERS)}
        SELECT DISTINCT user_id, 'calendar', %(year)s, %(year)s::text, NULL::date, %(link)s
        FROM holder"""
    link = f"{reverse('workdays')}?year={year}"
    return sql, {"day": day, "year": year, "link": link}


def _sendings_failed(day, at):
    """Remind those who keep the accounts, and the office of the people concerned."""
    sql = f"""
        WITH wants AS (
            SELECT d.id, permission, u.organ_id, NULL::bigint AS host_organ_id,
                   coalesce(string_to_array(trim(both '/' FROM place.path), '/')::bigint[],
                            ARRAY[]::bigint[]) AS places
            FROM portal_delivery d
            JOIN portal_user u ON u.id = d.user_id
            LEFT JOIN portal_organ o ON o.id = u.organ_id
            LEFT JOIN portal_division place ON place.id = o.division_id
            CROSS JOIN unnest(ARRAY['{Permission.MANAGE_ACCOUNTS}', '{Permission.MANAGE_PEOPLE}'])
                permission
            WHERE d.state = 'failed' AND d.day < %(day)s AND d.day >= %(since)s
        ), {audience(Permission.MANAGE_ACCOUNTS, Permission.MANAGE_PEOPLE)}
        SELECT DISTINCT user_id, 'sendings', 0, '', NULL::date, %(link)s
        FROM reached"""
    link = f"{reverse('sendings')}?tab=failed"
    return sql, {"day": day, "since": day - FAILED_SHOWN, "link": link}


def _opened_on_the_server(day, at):
    """Remind the administrators except the one concerned, until one of them has confirmed it."""
    held = (Permission.MANAGE_ACCOUNTS, Permission.GIVE_GRANTS, Permission.READ_AUDIT)
    sql = f"""
        WITH {holders(*held)}
        SELECT DISTINCT h.user_id, 'opening', b.id, '', NULL::date, %(link)s
        FROM portal_breakglass b JOIN holder h ON h.user_id <> b.user_id
        WHERE b.seen_at IS NULL"""
    return sql, {"day": day, "link": reverse("openings")}


def _changed(column):
    """Return the rows of a kind: owners of accounts in which this column changed lately. Sent on
    the day and on the morning after, even if read: whoever changed it may have read it first."""

    def rows(day, at):
        sql = f"""
            SELECT id, 'account', id, '', NULL::date, %(link)s
            FROM portal_user
            WHERE is_active AND {column} > %(since)s AND {column} <= %(at)s"""
        return sql, {
            "day": day,
            "at": at,
            "since": at - CHANGED_LATELY,
            "link": reverse("usersessions_list"),
        }

    return rows


def _account_titles(user, ids):
    return {user.pk: user.username} if user.pk in ids else {}


def _opening_titles(user, ids):
    return dict.fromkeys(ids, _("Opened on the server")) if rules.may_see_openings(user) else {}


def _calendar_titles(user, years):
    return dict.fromkeys(years, _("Working days")) if rules.may_see_people(user) else {}


def _sendings_titles(user, ids):
    return dict.fromkeys(ids, _("Messages sent")) if rules.may_see_sendings(user) else {}


register(
    Kind("calendar", _("The holidays of this year are not in the calendar yet"), _calendar_missing),
    Kind("sendings_failed", _("Messages could not be sent"), _sendings_failed),
    Kind(
        "break_glass",
        _("An administrator's account was opened on the server"),
        _opened_on_the_server,
        _opened_on_the_server,
    ),
    Kind(
        "password_changed",
        _("The password of your account was changed; if it was not you, have a new one printed"),
        _changed("password_set_at"),
        _changed("password_set_at"),
    ),
    Kind(
        "second_factor",
        _("The second factor of your account was changed; if it was not you, tell the office"),
        _changed("second_factor_changed_at"),
        _changed("second_factor_changed_at"),
    ),
    Noun("account", _account_titles),
    Noun("calendar", _calendar_titles),
    Noun("opening", _opening_titles),
    Noun("sendings", _sendings_titles),
)
