"""Who of a demo is called by name: the cast whose logins are shown."""

from dataclasses import dataclass

from portal.roles import Role


@dataclass(frozen=True)
class Person:
    """Somebody of the cast. `unit` is what a cadre looks after."""

    username: str
    name: str
    role: str
    organ: str
    post: str
    unit: str = ""
    is_shown: bool = True


def of_other_roles(named, organ, post, prefix=""):
    """Somebody of the office for each role that nobody named holds, so that a new role needs no
    line; the account is called like the role."""
    others = [role for role in Role if role not in {person.role for person in named}]
    return tuple(
        Person(f"{prefix}{role.value}", f"石{digit}", role, organ, post)
        for digit, role in zip("一二三四五六七八九", others, strict=False)
    )
