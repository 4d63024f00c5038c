"""The only words in which parts of the patient speak to each other; a new word is a decision (docs/decisions/patient.md).

`Signals` are said first, by each part from its own state alone. `Effects` are said on hearing them. A word that somebody's
effects must hear is therefore a signal, whatever it means. How the words of several parts combine:

- `block_*` are shares, 0 to 1: together they leave (1 - a)(1 - b). Who receives a block applies it to what is said gross.
  A share below 0 is what a drug of entry no longer blocks.
- words of `ONE` may be said by one part only: folds and facts, whose sum has no meaning.
- all others add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias, TypeVar

from immunoreset.errors import ImmunoresetError

Num: TypeAlias = float
"""A number of an equation: to a type checker a float; when it runs also an array over patients, a quantity or a symbol."""

Words = TypeVar("Words", bound=tuple)


class Signals(NamedTuple):
    """What can be seen of the whole body."""

    weight: Num = 0.0  # kg
    egfr: Num = 0.0  # at entry less what age takes, mL/min (per 1.73 m2)
    filtration_lost: Num = 0.0  # share of it that kidney disease has taken since entry; below 0 where it came back
    blood_volume: Num = 0.0  # L
    b_precursors: Num = 0.0  # pre-B and immature B cells, Mcell
    naive_b: Num = 0.0  # naive B cells of tissue and follicles, Mcell
    memory_b: Num = 0.0  # normal memory B cells of tissue and follicles, Mcell
    autoreactive_b: Num = 0.0  # autoreactive B cells of tissue, Mcell
    autoreactive_activated: Num = 0.0  # those activated, fold of active disease
    follicular_help: Num = 0.0  # T follicular help, fold of active disease
    plasmablasts: Num = 0.0  # plasmablasts and short-lived plasma cells of any specificity, Mcell
    long_lived_plasma: Num = 0.0  # long-lived plasma cells of any specificity, Mcell
    malignant_b: Num = 0.0  # malignant CD19-positive cells, Mcell
    cd19_blood: Num = 0.0  # CD19-positive cells of blood, Mcell
    memory_b_blood: Num = 0.0  # those of them that are memory B cells, Mcell
    block_cd20: Num = 0.0  # share of CD20 that antibodies occupy
    baff: Num = 0.0  # fold of untreated
    marrow_reserve: Num = 0.0  # 0 to 1
    normal_short_lived: Num = 0.0  # plasma cells of normal specificity, fold of untreated
    normal_long_lived: Num = 0.0  # fold of untreated
    autoreactive_short_lived: Num = 0.0  # fold of active disease
    lymphocytes: Num = 0.0  # the patient's own T and NK cells, fold of untreated
    homeostatic_cytokine: Num = 0.0  # IL-7 and IL-15, fold of untreated
    car_t: Num = 0.0  # CAR-T cells of the body, any product, Mcell
    response_to_cells: Num = 0.0  # the host's response to CAR-T cells of any product: kill of those it is raised against, 1/day
    cytokine_consumers: Num = 0.0  # cells that consume IL-7 and IL-15 besides the patient's own, Mcell of lymphocytes
    killers_tissue: Num = 0.0  # CD19-directed cells that kill, Mcell
    killers_blood: Num = 0.0  # Mcell
    killers_marrow: Num = 0.0  # Mcell
    block_car_t: Num = 0.0  # share of the function of all CAR cells that a drug switches off: sensing, killing, growth, secretion
    car_dimerised: Num = 0.0  # share of split receptors that a drug holds together, and so work
    car_degraded: Num = 0.0  # share of receptors with a degron that a drug has removed
    car_bridged: Num = 0.0  # share of receptors without a target of their own that an adaptor bridges to CD19
    car_protected: Num = 0.0  # share of receptors that a drug keeps from their own protease, and so work
    endothelium_toxicity: Num = 0.0  # CAR-T cells times their toxicity to the endothelium, Mcell
    macrophages: Num = 0.0  # activation, 1
    immune_complexes: Num = 0.0  # fold of active disease
    flare: Num = 0.0  # slow drive of flares, log scale
    inflammation: Num = 0.0  # systemic, fold of entry
    blood_activity: Num = 0.0  # disease activity against blood cells, fold of entry
    autoreactive_returning: Num = 0.0  # autoreactive memory that would be in blood if nothing killed it there, Mcell
    igg_given: Num = 0.0  # IgG of donors in plasma, g/L


class Effects(NamedTuple):
    """What is done to parts of the body."""

    chemotherapy: Num = 0.0  # kill of circulating T cells, 1/day; a pool multiplies it by its own sensitivity
    inhibit_marrow: Num = 0.0  # inhibition of the division of neutrophil progenitors, 1; above 1 they die
    kill_pre_b: Num = 0.0  # 1/day, and so all that follow with this beginning
    kill_immature: Num = 0.0
    kill_b_blood: Num = 0.0
    kill_b_tissue: Num = 0.0
    kill_b_follicle: Num = 0.0
    kill_naive_blood: Num = 0.0  # of naive B cells alone, beside kill_b_*, 1/day, and so the next two
    kill_naive_tissue: Num = 0.0
    kill_naive_follicle: Num = 0.0
    kill_memory_blood: Num = 0.0  # of memory B cells alone, and so the next two
    kill_memory_tissue: Num = 0.0
    kill_memory_follicle: Num = 0.0
    kill_autoreactive_memory: Num = 0.0
    kill_autoreactive_activated: Num = 0.0
    kill_plasmablasts: Num = 0.0
    kill_malignant: Num = 0.0
    kill_long_lived: Num = 0.0  # long-lived plasma cells of any specificity, 1/day
    kill_b_behind_barrier: Num = 0.0  # by cells that leave vessels, if all of them crossed the barrier of the brain, 1/day
    cells_killed: Num = 0.0  # by CAR-T cells in tissue and blood, Mcell/day
    interferon_secreted: Num = 0.0  # interferon gamma that the secretion sustains, pg/mL
    kill_car_t_effectors: Num = 0.0  # 1/day
    kill_lymphocytes: Num = 0.0  # the patient's own, of which NK cells are a part, 1/day
    kill_icasp9: Num = 0.0  # of CAR-T cells that carry inducible caspase 9, 1/day
    kill_egfrt: Num = 0.0  # of CAR-T cells that carry truncated EGFR, 1/day
    glucocorticoid: Num = 0.0  # share of full effect of all glucocorticoids given; an organ multiplies it by its own sensitivity
    igg_catabolism: Num = 0.0  # loss of any IgG in cells, 1/day
    urinary_loss: Num = 0.0  # loss of any IgG in urine, 1/day
    cleave_igg: Num = 0.0  # loss of any IgG, also of antibody drugs, to an enzyme that cuts it, 1/day
    exchange_plasma: Num = 0.0  # loss of whatever is in plasma while it is exchanged, 1/day
    lose_help: Num = 0.0  # loss of follicular help, 1/day
    relieve_inflammation: Num = 0.0  # direct fall of inflammation, 1/day
    hasten_renal_recovery: Num = 0.0  # share added to the rate of recovery, 1
    hasten_maturation: Num = 0.0  # share added to the pace at which neutrophils are made, mature and are lost, 1
    hasten_division: Num = 0.0  # share added to the division of their progenitors, 1
    hasten_igg_catabolism: Num = 0.0  # share added to igg_catabolism while FcRn is blocked, 1
    block_baff: Num = 0.0  # share neutralised
    block_il6: Num = 0.0  # share of IL-6 receptors occupied
    block_free_il6: Num = 0.0  # share of IL-6 itself that is bound; it is cleared as before
    block_macrophages: Num = 0.0  # share of the drive of macrophages, whatever causes it
    block_help: Num = 0.0
    block_expansion: Num = 0.0  # of CAR-T cells
    block_cytokines: Num = 0.0
    block_endothelium: Num = 0.0
    block_inflammation: Num = 0.0
    block_proteinuria: Num = 0.0
    block_complement: Num = 0.0  # of what antibodies do through complement, at C5, and so also what C5a does
    block_c5a: Num = 0.0  # of what C5a does to the cells that antibodies call, at its receptor
    block_autoreactive_plasmablasts: Num = 0.0
    block_fibrosis: Num = 0.0  # share of the scarring of lungs that is prevented


class Findings(NamedTuple):
    """What a laboratory or a physician could find; only readings hear it."""

    lymphocytes: Num = 0.0  # the patient's own T and NK cells, cell/uL
    neutrophils: Num = 0.0  # Gcell/L
    white_cells: Num = 0.0  # Gcell/L
    platelets: Num = 0.0  # Gcell/L
    haemoglobin: Num = 0.0  # g/L
    naive_b_blood: Num = 0.0  # Mcell
    memory_b_blood: Num = 0.0  # Mcell
    immature_b: Num = 0.0  # Mcell
    plasmablasts: Num = 0.0  # Mcell
    malignant_blood: Num = 0.0  # Mcell
    car_t_blood: Num = 0.0  # Mcell
    car_copies_blood: Num = 0.0  # CAR-T cells in blood times copies per cell, Mcell
    follicular_b: Num = 0.0  # Mcell
    tissue_b: Num = 0.0  # Mcell
    autoreactive_b: Num = 0.0  # Mcell
    igg: Num = 0.0  # g/L
    vaccine_antibody: Num = 0.0  # percent of baseline
    anti_dsdna: Num = 0.0  # IU/mL, true titre
    c3: Num = 0.0  # g/L
    c4: Num = 0.0  # g/L
    proteinuria: Num = 0.0  # g/g
    renal_inflammation: Num = 0.0  # fold of entry
    inflammation: Num = 0.0  # fold of entry
    joints: Num = 0.0  # disease activity of an organ, fold of entry, and so the next eight
    skin: Num = 0.0
    mucosa: Num = 0.0
    hair: Num = 0.0
    serosa: Num = 0.0
    nerves: Num = 0.0
    vessels: Num = 0.0
    constitution: Num = 0.0
    blood: Num = 0.0
    fatigue: Num = 0.0  # fold of entry
    il6_signal: Num = 0.0  # IL-6 that reaches free receptors, pg/mL
    endothelium: Num = 0.0  # activation, 1
    prednisolone: Num = 0.0  # above the dose at entry, mg/day
    immunosuppressants: Num = 0.0  # above 0 while one is given


class Rest(NamedTuple):
    """The same words in the untreated patient, for values that keep another part's untreated state in balance."""

    seen: Signals
    on: Effects


class View(NamedTuple):
    """All that a reading may hear: the words now and at rest, and what can be found now and in the untreated patient."""

    seen: Signals
    on: Effects
    rest: Rest
    found: Findings
    untreated: Findings


ONE = frozenset(
    {
        "weight",
        "egfr",
        "blood_volume",
        "baff",
        "marrow_reserve",
        "normal_short_lived",
        "normal_long_lived",
        "autoreactive_activated",
        "follicular_help",
        "autoreactive_short_lived",
        "lymphocytes",
        "homeostatic_cytokine",
        "macrophages",
        "immune_complexes",
        "flare",
        "inflammation",
        "blood_activity",
        "filtration_lost",
        "glucocorticoid",
        "igg_catabolism",
        "car_dimerised",
        "car_degraded",
        "car_bridged",
        "car_protected",
    }
)


def filtration(seen: Signals) -> Num:
    """Filtration rate now, mL/min per 1.73 m2: what age has left, less the share that kidney disease has taken."""
    return seen.egfr * (1 - seen.filtration_lost)


def usual_igg_loss(on: Effects) -> Num:
    """Loss of any IgG, of the patient's own and of autoantibodies, in cells and in urine, 1/day, while nothing blocks FcRn."""
    return on.igg_catabolism + on.urinary_loss


def igg_loss(on: Effects) -> Num:
    """The same now: faster while FcRn is blocked, while an enzyme cuts IgG, and while plasma is exchanged."""
    return usual_igg_loss(on) + on.igg_catabolism * on.hasten_igg_catabolism + on.cleave_igg + on.exchange_plasma


class TwoVoices(ImmunoresetError):
    """Two parts of one patient say a word that only one may say."""


def together(parts: Iterable[tuple[str, Words]], silence: Words) -> Words:
    """What all parts say at once, as (name of the part, its words); silence costs nothing, since zeros fold away."""
    names: tuple[str, ...] = silence._fields  # type: ignore[attr-defined]
    total = list(silence)
    speaker: dict[str, str] = {}
    for part, words in parts:
        for place, (name, said, nothing) in enumerate(zip(names, words, silence, strict=True)):
            if said is nothing:
                continue
            if name in ONE and speaker.setdefault(name, part) != part:
                both = f"'{speaker[name]}' and '{part}' both say '{name}'"
                raise TwoVoices(f"{both}, which only one part of a patient may say; leave one of them out")
            so_far = total[place]
            if so_far is nothing:
                total[place] = said
            else:
                total[place] = so_far + said - so_far * said if name.startswith("block_") else so_far + said
    return type(silence)(*total)
