"""Drugs that people write and that are not simulated, with what is, so that a regimen that names one is told where to go."""

from __future__ import annotations

_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "rituximab and obinutuzumab, also against CD20, are",
        "an antibody against CD20",
        ("ocrelizumab", "ofatumumab", "ublituximab", "veltuzumab", "tositumomab"),
    ),
    ("inebilizumab, also against CD19, is", "an antibody against CD19", ("obexelimab",)),
    ("zilucoplan blocks complement at C5 too, and is", "an antibody against C5", ("eculizumab", "ravulizumab", "pozelimab")),
    (
        "efgartigimod blocks the neonatal Fc receptor too, and is",
        "a blocker of the neonatal Fc receptor",
        ("rozanolixizumab", "nipocalimab", "batoclimab"),
    ),
    (
        "tocilizumab and siltuximab are, against cytokine release alone",
        "an antibody against interleukin 6 or its receptor",
        ("satralizumab", "sarilumab"),
    ),
    (
        "background-care stands for all other care",
        "a drug of background care",
        ("leflunomide", "sulfasalazine", "ciclosporin", "cyclosporine"),
    ),
    ("mosunetuzumab, also against CD20, is", "an engager of T cells", ("epcoritamab", "glofitamab")),
    ("teclistamab and elranatamab, also against BCMA, are", "an engager of T cells", ("linvoseltamab",)),
    ("daratumumab, also against CD38, is", "an antibody against CD38", ("isatuximab", "mezagitamab", "felzartamab")),
    (
        "no blocker of TNF or of costimulation is",
        "a blocker of TNF or of costimulation",
        ("abatacept", "adalimumab", "etanercept", "infliximab", "certolizumab", "golimumab"),
    ),
)  # fmt: skip
_SAID = {name: f"{name} is not simulated: it is {what}; {instead}" for instead, what, names in _KINDS for name in names}


def not_simulated(name: str) -> str | None:
    """What to say of a drug that is known and not simulated; None of any other name.

    >>> not_simulated("Ocrelizumab")
    'ocrelizumab is not simulated: it is an antibody against CD20; rituximab and obinutuzumab, also against CD20, are'
    """
    return _SAID.get(name.lower())
