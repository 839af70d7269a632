"""Days on which date arithmetic goes wrong: ends and beginnings, holidays, leap years."""

DAYS = {
    "the last day but one of a long February": "2024-02-28",
    "the last day of a long February": "2024-02-29",
    "the first day of March": "2024-03-01",
    "the last day of a short February": "2025-02-28",
    "the last day of a year": "2025-12-31",
    "the first day of a year": "2026-01-01",
    "Spring Festival": "2026-02-17",
    "right after Spring Festival": "2026-02-24",
    "the last day of a quarter": "2026-03-31",
    "the first day of a quarter": "2026-04-01",
    "the last day of a half year": "2026-06-30",
    "the last day of August": "2026-08-31",
    "a working Sunday": "2026-09-20",
    "the last day of a third quarter": "2026-09-30",
    "National Day": "2026-10-01",
    "right after National Day": "2026-10-08",
    "the last day of a month, a Monday": "2026-11-30",
    "the first day of December": "2026-12-01",
}
# Already the new half year in local time, still the old one in UTC.
JUST_AFTER_MIDNIGHT = "2026-07-01T00:00:30"
