"""What a slip on paper says besides the matter itself."""

from outreach.papers import RESULTS

WAYS = {"person": "当面", "phone": "电话", "writing": "书面"}


def told_on_paper(matter, lead):
    """Return, for the reply slip, whom to ask and how the result was communicated."""
    reports = matter.steps.standing().filter(move__in=RESULTS).select_related("by")
    report = reports.order_by("-at", "-pk").first()
    who = lead.officer or (lead.signed_by.name if lead.signed_by else "") if lead else ""
    way = report.facts.get("method") if report else None
    return {
        "who": who or (report.by.name if report and report.by else ""),
        "ways": [(label, way == code) for code, label in WAYS.items()],
    }
