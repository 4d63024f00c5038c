"""What is given to patients: drugs, cells and care, as regimens that can be written as one line of text."""

from immunoreset.therapy.catalogue import DRUGS
from immunoreset.therapy.language.items import Course, Dose, Rescue
from immunoreset.therapy.recipients import Patients, Recipients
from immunoreset.therapy.regimen import Regimen
from immunoreset.therapy.standard import STANDARD, standard

__all__ = ["DRUGS", "STANDARD", "Course", "Dose", "Patients", "Recipients", "Regimen", "Rescue", "standard"]
