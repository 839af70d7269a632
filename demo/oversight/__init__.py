"""Oversight in the invented county: inspections, plans, supervised matters, practices, official
papers, requests for data, complaints about the portal, requests about personal data, and runs of
anonymising."""

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

# Name of this chapter in the progress output.
CHAPTER = "oversight"


def make(county):
    """Make the chapter; needs those of outreach, pairing, evaluation and research."""
    plan = plans.make(county)
    practices.make(county)
    # Before the inspections, so that the circular has the figures of its time.
    papers.make(county)
    inspections.make(county)
    supervision.make(county, plan)
    requests.make(county)
    complaints.make(county)
    privacy_requests.make(county)
    retention.make(county)
    # Last, when all that a task counts exists.
    plans.count(county)
