"""Research in the invented county: topics with their fieldwork, home notes, questionnaires."""

from demo.research import home_notes, questionnaires, topics

# As the progress of the making names it.
CHAPTER = "research"


def make(county):
    """Called when the county of going down stands."""
    machines = topics.make(county)
    home_notes.make(county)
    questionnaires.make(county, machines)
