"""Virtual patients, virtual twins of real patients, and the file that real patients come from."""

from immunoreset.population.cohort import Cohort, join
from immunoreset.population.cohort_file import mackensen_2022, read_patients
from immunoreset.population.facts import Facts
from immunoreset.population.populations import POPULATIONS, Population, find_population
from immunoreset.population.sample import sample, sample_ids
from immunoreset.population.twins import twins, twins_of_all

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
