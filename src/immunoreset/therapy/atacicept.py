"""Atacicept, a fusion of TACI and Fc: binds BAFF and APRIL."""

from immunoreset.therapy.families.taci_fc import taci_fc

DRUG = taci_fc(
    "atacicept",
    file=__file__,
    meaning="fusion of TACI and Fc, under the skin; binds BAFF and APRIL, so that B cells and plasma cells are lost",
    example="150 mg weekly from 0 until 357",
)
