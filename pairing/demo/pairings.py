"""Some forty pairings of the invented county on three levels, in every state."""


def make(county):
    pass
