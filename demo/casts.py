"""The cast of a demo: the people with a name and a login that is shown."""

from dataclasses import dataclass

from portal.roles import Role


@dataclass(frozen=True)
class Person:
    """A member of the cast. `unit` is the unit that a cadre looks after."""

    username: str
    name: str
    role: str
    organ: str
    post: str
    unit: str = ""
    is_shown: bool = True


def of_other_roles(named, organ, post, prefix=""):
    """Return an office member for each role that no named person holds, so that a new role needs no
    entry here. The user name is that of the role."""
    others = [role for role in Role if role not in {person.role for person in named}]
    return tuple(
        Person(f"{prefix}{role.value}", f"石{digit}", role, organ, post)
        for digit, role in zip("一二三四五六七八九", others, strict=False)
    )
