"""The line on sheets and prints that says who took them, so that a leaked copy can be traced."""


def exported(user, at, number=""):
    """Return the line for a sheet; `number` is that of the job, empty if written on the server."""
    return _line("导出人", user, at, number)


def printed(user, at, number):
    """Return the line for a printed page; `number` is that of its audit entry."""
    return _line("打印人", user, at, number)


def _line(word, user, at, number):
    said = f"{word}：{user.name}（{user.username}）　{at:%Y.%m.%d %H:%M}"
    return f"{said}　编号：{number}" if number else said
