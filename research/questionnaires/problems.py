"""What is wrong with a form, each with sheet and cell."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    sheet: str
    cell: str  # C7
    what: str
    to_do: str
    refuses: bool = True  # otherwise something is left out of the form, and the writer is told

    def as_json(self):
        return asdict(self)
