"""Shared base class of loaders."""

from portal.imports import ActionLoader
from portal.imports.lookups import Cadres, Organs, Units


class LookupLoader(ActionLoader):
    """Loader that looks up the organs, cadres and units of a row by name."""

    def __init__(self, run):
        super().__init__(run)
        self.organs = Organs()
        self.cadres, self.units = Cadres(self.organs), Units()
