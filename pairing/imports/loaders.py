"""What loaders of several kinds have in common."""

from portal.imports import ActionLoader
from portal.imports.lookups import Cadres, Organs, Units


class LookupLoader(ActionLoader):
    """A loader that looks up organs, cadres and units of a row by name."""

    def __init__(self, run):
        super().__init__(run)
        self.organs = Organs()
        self.cadres, self.units = Cadres(self.organs), Units()
