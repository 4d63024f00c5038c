"""Prednisolone: the glucocorticoid by which others are counted."""

from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.glucocorticoid import BELOW_ENTRY, CLASS, MODULE, glucocorticoid_courses
from immunoreset.therapy.language.items import Course

DRUG = Drug(
    name="prednisolone",
    meaning="glucocorticoid above the dose at entry; below it where a course says that dose (since entry)",
    units=("mg", "mg/kg"),
    forms=(Course,),
    example="20 mg daily from 0, 10 from 28 until 56",
    events=glucocorticoid_courses("prednisolone", 1.0),
    module=MODULE,
    kind=CLASS,
    aliases=("prednisone",),
    since_entry=True,
    entry_module=BELOW_ENTRY,
)
