"""Some of the members of a class of choices, as a form or a filter offers them."""


def pairs(members):
    return [(one.value, one.label) for one in members]
