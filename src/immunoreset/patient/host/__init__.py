"""What every patient has, whatever the disease."""

from immunoreset.patient.host import (
    antibodies,
    assay,
    b_cells,
    body,
    crs,
    cytokines,
    icans,
    infection,
    lymphocytes,
    neutrophils,
    plasma_cells,
    platelets,
    red_cells,
)
from immunoreset.patient.module import AnyModule

HOST: tuple[AnyModule, ...] = (
    body.MODULE,
    lymphocytes.MODULE,
    b_cells.MODULE,
    plasma_cells.MODULE,
    antibodies.MODULE,
    neutrophils.MODULE,
    platelets.MODULE,
    red_cells.MODULE,
    cytokines.MODULE,
    infection.MODULE,
    crs.MODULE,
    icans.MODULE,
    assay.MODULE,
)
