"""Problems of a form, each with sheet and cell."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    sheet: str
    cell: str  # C7
    what: str
    to_do: str
    refuses: bool = True  # if False, part of the form is left out and its writer is told

    def as_json(self):
        return asdict(self)
