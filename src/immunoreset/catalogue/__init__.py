"""What a patient can be composed of: the diseases and drugs of this package, of installed ones, and a user's own."""

from immunoreset.catalogue.catalogue import Catalogue
from immunoreset.catalogue.current import built_in, catalogue_of, numbers_for
from immunoreset.patient.theta import Theta

__all__ = ["Catalogue", "Theta", "built_in", "catalogue_of", "numbers_for"]
