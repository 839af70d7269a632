"""Research in the invented county: topics with their fieldwork, home notes, questionnaires."""

from demo.research import home_notes, questionnaires, topics

# Name of this chapter in the progress output.
CHAPTER = "research"


def make(county):
    """Make the chapter; needs that of outreach."""
    machines = topics.make(county)
    home_notes.make(county)
    questionnaires.make(county, machines)
