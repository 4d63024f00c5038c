"""What is measured: each kind of quantity with its usual units and their sizes, the standard unit first.

A quantity holds one value, an array of them (one per visit, nan where missing), a `Range` that is known in part, or None.
"""

from __future__ import annotations

from typing import final

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantity import Quantity
from immunoreset.endpoints.quantity import need as need

CELLS = {"10^9/L": 1.0, "/uL": 1e-3}
ENZYME = {"U/L": 1.0, "ukat/L": 60.0}
PER_FIELD = {"/hpf": 1.0}
MG_PER_MMOL = 113.0  # mg/mmol in 1 g/g of creatinine, from its molar mass; the value used by the renal trials
UMOL_PER_MG_DL = 88.42  # creatinine, as admiral converts it


@final
class Pga(Quantity):
    """Physician global assessment."""

    NAME, UNITS, HIGHEST = "PGA", {"0-3": 1.0, "0-10": 0.3, "0-100": 0.03}, 3.0


@final
class Prednisone(Quantity):
    """Daily glucocorticoid in prednisone equivalents."""

    NAME, UNITS = "prednisone-equivalent dose", {"mg/day": 1.0}


@final
class Crp(Quantity):
    NAME, UNITS = "CRP", {"mg/L": 1.0, "mg/dL": 10.0}


@final
class Esr(Quantity):
    NAME, UNITS = "ESR", {"mm/h": 1.0}


@final
class Upcr(Quantity):
    """Urine protein to creatinine ratio."""

    NAME, UNITS = "UPCR", {"g/g": 1.0, "mg/g": 1e-3, "mg/mmol": 1 / MG_PER_MMOL, "g/mmol": 1e3 / MG_PER_MMOL}


@final
class Uacr(Quantity):
    """Urine albumin to creatinine ratio."""

    NAME, UNITS = "UACR", {"mg/mmol": 1.0, "mg/g": MG_PER_MMOL / 1e3, "g/g": MG_PER_MMOL}


@final
class UrineProtein(Quantity):
    """Protein in 24 h of urine."""

    NAME, UNITS = "24-h urine protein", {"g/day": 1.0, "mg/day": 1e-3}


@final
class Creatinine(Quantity):
    """Creatinine in serum."""

    NAME, UNITS = "creatinine", {"mg/dL": 1.0, "umol/L": 1 / UMOL_PER_MG_DL, "mg/L": 0.1}


@final
class Egfr(Quantity):
    """Glomerular filtration rate, estimated."""

    NAME, UNITS = "eGFR", {"mL/min/1.73m2": 1.0, "mL/min": 1.0}


@final
class Neutrophils(Quantity):
    NAME, UNITS = "neutrophils", CELLS


@final
class Leukocytes(Quantity):
    NAME, UNITS = "leukocytes", CELLS


@final
class Lymphocytes(Quantity):
    NAME, UNITS = "lymphocytes", CELLS


@final
class Cd4Cells(Quantity):
    NAME, UNITS = "CD4 lymphocytes", CELLS


@final
class Cd3Cells(Quantity):
    """T cells."""

    NAME, UNITS = "CD3 lymphocytes", CELLS


@final
class Platelets(Quantity):
    NAME, UNITS = "platelets", CELLS


@final
class Haemoglobin(Quantity):
    NAME, UNITS = "haemoglobin", {"g/L": 1.0, "g/dL": 10.0, "mmol/L": 16.114}


@final
class Temperature(Quantity):
    """Body temperature; its units differ in their zero as well."""

    NAME, UNITS = "temperature", {"C": 1.0, "F": 1.8}

    def to(self, unit: str) -> Range:
        known = Range.of(self.value)
        celsius = known if self.unit == "C" else (known - 32) * (1 / 1.8)
        return celsius if self.spelled(unit) == "C" else celsius * 1.8 + 32


@final
class C3(Quantity):
    NAME, UNITS = "C3", {"g/L": 1.0, "mg/dL": 0.01, "mg/L": 0.001}


@final
class C4(Quantity):
    NAME, UNITS = "C4", {"g/L": 1.0, "mg/dL": 0.01, "mg/L": 0.001}


@final
class Ch50(Quantity):
    """Total haemolytic complement."""

    NAME, UNITS = "CH50", {"U/mL": 1.0, "kU/L": 1.0}


@final
class AntiDsDna(Quantity):
    """Anti-double-stranded-DNA antibodies."""

    NAME, UNITS = "anti-dsDNA", {"IU/mL": 1.0, "U/mL": 1.0, "%": 1.0}


@final
class CellsPerField(Quantity):
    """Red or white cells per high-power field of urine."""

    NAME, UNITS = "urine cells", PER_FIELD


@final
class Ferritin(Quantity):
    NAME, UNITS = "ferritin", {"ug/L": 1.0, "ng/mL": 1.0, "pmol/L": 0.4498}


@final
class Fibrinogen(Quantity):
    NAME, UNITS = "fibrinogen", {"g/L": 1.0, "mg/dL": 0.01, "umol/L": 0.34}


@final
class Triglycerides(Quantity):
    NAME, UNITS = "triglycerides", {"mg/dL": 1.0, "mmol/L": 88.57}


@final
class Alt(Quantity):
    """Alanine aminotransferase."""

    NAME, UNITS = "ALT", ENZYME


@final
class Ast(Quantity):
    """Aspartate aminotransferase."""

    NAME, UNITS = "AST", ENZYME


@final
class CreatineKinase(Quantity):
    NAME, UNITS = "CK", ENZYME


@final
class Aldolase(Quantity):
    NAME, UNITS = "aldolase", ENZYME


@final
class Inr(Quantity):
    """International normalised ratio of clotting."""

    NAME, UNITS = "INR", {"1": 1.0}


@final
class Ldh(Quantity):
    """Lactate dehydrogenase."""

    NAME, UNITS = "LDH", ENZYME


@final
class Bilirubin(Quantity):
    NAME, UNITS = "bilirubin", {"umol/L": 1.0, "mg/dL": 17.1}


@final
class Igg(Quantity):
    """Immunoglobulin G."""

    NAME, UNITS = "IgG", {"g/L": 1.0, "mg/dL": 0.01, "mg/L": 0.001}


@final
class Weight(Quantity):
    """Body weight."""

    NAME, UNITS = "weight", {"kg": 1.0, "lb": 0.45359237, "g": 0.001}


@final
class Height(Quantity):
    """Body height."""

    NAME, UNITS = "height", {"cm": 1.0, "m": 100.0, "in": 2.54}


@final
class OxygenFlow(Quantity):
    NAME, UNITS = "oxygen flow", {"L/min": 1.0}


@final
class Albumin(Quantity):
    NAME, UNITS = "albumin", {"g/L": 1.0, "g/dL": 10.0}


@final
class BloodPressure(Quantity):
    NAME, UNITS = "blood pressure", {"mmHg": 1.0, "kPa": 7.50062}


@final
class VascularResistance(Quantity):
    """Resistance of the pulmonary vessels; a Wood unit is mmHg per L/min."""

    NAME, UNITS = "pulmonary vascular resistance", {"WU": 1.0, "dyn.s/cm5": 1 / 80}


@final
class GripForce(Quantity):
    """Force of a hand's grip, in kilograms on the dynamometer."""

    NAME, UNITS = "grip", {"kg": 1.0, "lb": 0.45359237, "N": 1 / 9.80665}


@final
class GlobalAssessment(Quantity):
    """A global assessment, pain or activity on a visual analogue scale."""

    NAME, UNITS, HIGHEST = "visual analogue scale", {"0-10": 1.0, "0-100": 0.1, "cm": 1.0, "mm": 0.1}, 10.0


@final
class BCells(Quantity):
    NAME, UNITS = "B cells", {"/uL": 1.0, "10^9/L": 1e3}


@final
class CarTCells(Quantity):
    NAME, UNITS = "CAR-T cells", {"/uL": 1.0, "10^9/L": 1e3}


@final
class Il6(Quantity):
    """Interleukin 6."""

    NAME, UNITS = "interleukin 6", {"pg/mL": 1.0, "ng/L": 1.0}
