"""Virtual patients, virtual twins of real patients, and the file that real patients come from."""

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Population
from immunoreset.disease.facts import Facts
from immunoreset.population.cohort import Cohort, join
from immunoreset.population.cohort_file import mackensen_2022, read_patients
from immunoreset.population.sample import sample, sample_ids
from immunoreset.population.twins import twins, twins_of_all

POPULATIONS = built_in().populations


def find_population(name: str) -> Population:
    """The population of that name. Raises UnknownName with the nearest."""
    return built_in().population(name)[1]


__all__ = [
    "POPULATIONS",
    "Cohort",
    "Facts",
    "Population",
    "find_population",
    "join",
    "mackensen_2022",
    "read_patients",
    "sample",
    "sample_ids",
    "twins",
    "twins_of_all",
]
