"""Oversight in the invented county: inspections, plans, supervised matters, practices, official
papers, requests for data, complaints about the portal, requests about personal data, and what
was anonymised."""

from demo.oversight import (
    complaints,
    inspections,
    papers,
    plans,
    practices,
    privacy_requests,
    requests,
    retention,
    supervision,
)

# As the progress of the making names it.
CHAPTER = "oversight"


def make(county):
    """Called when the county of going down, helping, appraisal and research stands."""
    plan = plans.make(county)
    practices.make(county)
    # The circular tells what was known then.
    papers.make(county)
    inspections.make(county)
    supervision.make(county, plan)
    requests.make(county)
    complaints.make(county)
    privacy_requests.make(county)
    retention.make(county)
    # What a task counts stands now.
    plans.count(county)
