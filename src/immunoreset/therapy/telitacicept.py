"""Telitacicept, a fusion of TACI and Fc: like atacicept, with more effect on plasma cells."""

from immunoreset.therapy.families.taci_fc import taci_fc

DRUG = taci_fc(
    "telitacicept",
    file=__file__,
    meaning="fusion of TACI and Fc, under the skin; as atacicept, with more effect on plasma cells",
    example="160 mg weekly from 0 until 357",
)
