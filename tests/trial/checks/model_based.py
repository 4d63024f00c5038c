"""Checks of the reference tables for model-based dose finding: CRM, TITE-CRM, BLRM and the scores of BOIN12.

Each checker takes the rows of one file and asserts every one of them.
"""

import re
from collections.abc import Callable
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import expit

from immunoreset.engine.random import uniform
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM, Fit
from immunoreset.trial.dose_finding.skeleton import getprior
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, ToxicityCurve, TwoParameterLogistic
from immunoreset.trial.dose_finding.toxicity_posterior import posterior
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.scenarios import simulate_trials

Row = dict[str, str]
Rows = list[Row]


def numbers(text: str) -> NDArray[np.float64]:
    return np.array([float(part) for part in text.split(";")])


def r_values(text: str) -> list[float]:
    """A vector as R writes it, with `c`, `rep`, powers and products."""
    inner = re.fullmatch(r"\s*c\((.*)\)\s*", text, flags=re.DOTALL)
    parts = re.split(r",(?![^(]*\))", inner[1] if inner else text)
    found: list[float] = []
    for part in map(str.strip, parts):
        repeated = re.fullmatch(r"rep\(([-\d.]+),\s*([-\d.*\s]+)\)", part)
        if repeated:
            found += [float(repeated[1])] * int(np.prod([int(factor) for factor in repeated[2].split("*")]))
        else:
            base, _, power = part.partition("^")
            found.append(float(base) ** float(power or 1))
    return found


def curve(row: Row) -> ToxicityCurve:
    if row["model"] == "empiric":
        return Empiric(float(row["scale"]))
    return Logistic(float(row["intcpt"]), float(row["scale"]))


def skeletons(rows: Rows) -> None:
    for row in rows:
        found = getprior(
            float(row["halfwidth"]),
            float(row["target"]),
            int(row["nu"]),
            int(row["nlevel"]),
            model=row["model"],
            intercept=float(row["intcpt"]),
        )
        np.testing.assert_allclose(found, numbers(row["skeleton"]), rtol=1e-5, err_msg=str(row))


def crm_cases(rows: Rows) -> None:
    for row in rows:
        skeleton, most_likely = tuple(numbers(row["skeleton"])), row["method"] == "mle"
        toxic, level = numbers(row["tox"]).astype(int), numbers(row["level"]).astype(int)
        patients = Patients(level, toxic, np.arange(len(toxic)), numbers(row["weights"]))
        seen = Outcomes.from_patients(patients, doses=len(skeleton))
        method = "ml" if most_likely else "bayes"
        crm = CRM(skeleton, float(row["target"]), curve(row), method=method, stop_confidence=None)
        design = TiteCRM(crm)
        fit = design.fit(seen)
        assert design.decide(seen).dose.tolist() == [int(row["mtd"])], row
        pairs = [("estimate", fit.parameters[0]), ("ptox", fit.toxic[0]), ("dosescaled", np.array(crm.scaled))]
        if most_likely:
            assert abs(source_variance(row) - float(row["post_var"])) < 1e-5, row
            fit = fit._replace(variance=np.array([[float(row["post_var"])]]))
        low, high = crm.interval(fit)
        pairs += [("post_var", fit.variance[0]), ("ptoxL", low[0]), ("ptoxU", high[0])]
        for name, own in pairs:
            np.testing.assert_allclose(own, numbers(row[name]), atol=1e-5, rtol=1e-8, err_msg=f"{name} {row}")


def source_variance(row: Row) -> float:
    """The variance that dfcrm prints beside a maximum likelihood estimate.

    It is a mean square about 0 under a flat prior less the squared estimate, by adaptive quadrature over -100 to 100 at a loose
    tolerance, which can miss part of a narrow peak; ours is the inverse information instead.
    """
    scaled, level, toxic = numbers(row["dosescaled"]), numbers(row["level"]).astype(int) - 1, numbers(row["tox"]) == 1
    weights = numbers(row["weights"])
    reach = 100.0 if (weights == 1).all() else 10.0

    def integrand(slope: float, power: int) -> float:
        if row["model"] == "empiric":
            rate = scaled[level] ** np.exp(slope)
        else:
            rate = expit(float(row["intcpt"]) + np.exp(slope) * scaled[level])
        return slope**power * np.exp(-((slope / 500) ** 2) / 2) * float(np.prod(np.where(toxic, rate, 1 - weights * rate)))

    loose = np.finfo(float).eps ** 0.25
    square = quad(integrand, -reach, reach, args=(2,), epsabs=0, epsrel=loose, limit=100)[0]
    mass = quad(integrand, -10, 10, args=(0,), epsabs=0, epsrel=loose, limit=100)[0]
    return square / mass - float(row["estimate"]) ** 2


BOOK_SKELETON = (0.05, 0.12, 0.25, 0.4, 0.55)


def book_course(rows: Rows) -> None:
    """The simulated course of Cheung 2011, Table 3.2; rows without all patients before them are compared with the book alone."""
    crm = CRM(BOOK_SKELETON, 0.25, Logistic(3.0), stop_confidence=None)
    dose, toxic = (np.array([int(row[name]) for row in rows]) for name in ("dose", "dlt"))
    for place, row in enumerate(rows):
        if int(row["patient"]) != place + 1:
            break
        seen = Outcomes.from_patients(
            Patients(dose[: place + 1], toxic[: place + 1], np.arange(place + 1), np.ones(place + 1)), doses=5
        )
        fit = crm.fit(seen)
        same_fit(fit, row)
        assert crm.decide(seen).dose.tolist() == [int(row["next_dose_dfcrm"])], row
    for row in rows:
        estimate = float(row["beta_hat_dfcrm"])
        toxicity = crm.model.plug_in(np.array([[estimate]]), np.array(crm.scaled))
        np.testing.assert_allclose(toxicity[0], numbers(row["ptox"]), atol=1e-5, err_msg=str(row))
        assert np.abs(toxicity[0] - crm.target).argmin() + 1 == int(row["next_dose_dfcrm"]), row


def same_fit(fit: Fit, row: Row) -> None:
    np.testing.assert_allclose(fit.parameters[0, 0], float(row["beta_hat_dfcrm"]), atol=1e-5, err_msg=str(row))
    np.testing.assert_allclose(fit.parameters[0, 0], float(row["beta_hat_book"]), atol=0.01, err_msg=str(row))
    np.testing.assert_allclose(fit.toxic[0], numbers(row["ptox"]), atol=1e-5, err_msg=str(row))


def crm_operating_characteristics(rows: Rows) -> None:
    for row in rows:
        rates, theirs, ours = numbers(row["p_true"]), int(row["nsim"]), 2000
        late, words = row["design"].startswith("TITE"), row["design"]
        model = Logistic() if "logistic" in words else Empiric()
        crm = CRM(
            tuple(numbers(row["skeleton"])),
            float(row["target"]),
            model,
            coherent=not late and "restrict=FALSE" not in words,
            stop_confidence=None,
            start=int(row["start"]),
        )
        if late:
            seen, selected = late_trials(NoSkipping(TiteCRM(crm)), rates, patients=int(row["n"]), gap=gap_of(words), trials=ours)
        else:
            size = re.search(r"cohort (\d+)", words)
            cohort = int(size[1]) if size else 1
            design = crm if "restrict=FALSE" in words else NoSkipping(crm)
            runs = simulate_trials(
                design, RateTable(tuple(rates)), trials=ours, seed=7, cohort=cohort, max_cohorts=int(row["n"]) // cohort
            )
            seen, selected = runs.outcomes, runs.recommended
        shares = np.bincount(selected, minlength=len(rates) + 1)[1:] / ours
        middle = np.clip((shares + numbers(row["select_prob"])) / 2, 1 / theirs, 1 - 1 / theirs)
        spread = np.sqrt(middle * (1 - middle) * (1 / theirs + 1 / ours))
        assert (np.abs(shares - numbers(row["select_prob"])) <= 4 * spread).all(), (shares, row)
        for name, counts in (("alloc_mean", seen.treated), ("tox_mean", seen.toxic)):
            spread = counts.std(axis=0) * np.sqrt(1 / theirs + 1 / ours)
            assert (np.abs(counts.mean(axis=0) - numbers(row[name])) <= 4 * spread + 2e-3).all(), (name, counts.mean(axis=0), row)


def gap_of(words: str) -> float:
    """Mean time between arrivals in windows, from the rate of arrivals per window."""
    rate = re.search(r"rate ([\d.]+)", words)
    assert rate is not None and "poisson" in words, words
    return 1 / float(rate[1])


def late_trials(
    design: Design, rates: NDArray[np.float64], *, patients: int, gap: float, trials: int
) -> tuple[Outcomes, NDArray[np.int64]]:
    """Trials with one patient after another, toxicity at any time of the window alike: final outcomes and dose recommended."""
    draws = uniform(8, "late toxicity", np.arange(trials), 3 * patients).reshape(trials, 3, patients)
    arrival = np.cumsum(-np.log1p(-draws[:, 0]) * gap, axis=1)
    dose, time = np.zeros((trials, patients), dtype=np.int64), np.full((trials, patients), np.inf)
    order, none = np.arange(patients), Outcomes.none(doses=len(rates), trials=trials)
    level = design.decide(none).dose
    for place in range(patients):
        dose[:, place] = level
        time[:, place] = np.where(draws[:, 1, place] < rates[level - 1], draws[:, 2, place], np.inf)
        now = arrival[:, [place + 1]] if place + 1 < patients else np.full((trials, 1), np.inf)
        watched = np.clip(np.where(dose > 0, now - arrival, 0.0), 0.0, 1.0)
        seen = Outcomes.from_patients(Patients(dose, (time <= watched).astype(int), order, watched), doses=len(rates))
        answer = design.decide(seen)
        level = answer.dose
    return seen, answer.recommended


PAPER_DOSES = (1, 2.5, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250)
PAPER_PATIENTS, PAPER_TOXIC = (3, 4, 5, 4, 0, 0, 2) + (0,) * 8, (0,) * 6 + (2,) + (0,) * 8
PAPER_SKELETON = (0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.1, 0.17, 0.3, 0.45, 0.7, 0.8, 0.9, 0.95)
"""Doses, cohorts and guesses of Neuenschwander 2008, Table I."""


def neuenschwander(rows: Rows) -> None:
    seen = Outcomes.from_counts(PAPER_PATIENTS, PAPER_TOXIC)
    even = tuple(np.arange(1, 16) / 16)
    two = TwoParameterLogistic.from_covariance((2.15, 0.52), (0.84**2, 0.134, 0.134, 0.8**2))
    model = BLRM(PAPER_DOSES, 250, two)
    beliefs = {
        "A": posterior(Empiric(1.34), PAPER_SKELETON, seen),
        "B": posterior(Empiric(1.34), even, seen),
        "C": model.belief(Outcomes.from_counts((0, *PAPER_PATIENTS[1:]), PAPER_TOXIC)),
    }
    for row in rows:
        belief, place = beliefs[row["case"][0]], PAPER_DOSES.index(float(row["dose"]))
        assert (PAPER_PATIENTS[place], PAPER_TOXIC[place]) == (int(row["n"]), int(row["dlt"])), row
        tolerance = float(row["tolerance"]) + 1e-9
        assert abs(belief.mean[0, place] - float(row["posterior_mean"])) <= tolerance, (belief.mean[0, place], row)
        if row["posterior_sd"]:
            assert abs(belief.sd[0, place] - float(row["posterior_sd"])) <= tolerance, (belief.sd[0, place], row)


def blrm_tables(rows: Rows) -> None:
    for _, group in groupby(sorted(rows, key=lambda row: row["case"]), key=lambda row: row["case"]):
        blrm_case(list(group))


def blrm_case(rows: Rows) -> None:
    """One case; the source may hold a dose back that grows too fast, so doses above its choice must be worse or far away."""
    first = rows[0]
    given, toxic = r_values(first["doses_given_R"]), r_values(first["dlt_R"])
    choice = float(first["sas_recommended_dose"])
    amounts = tuple(sorted({choice, *given, *(float(row["DOSE"]) for row in rows)}))
    losses = r_values(first["losses_under_target_exc_unacc"])
    target, excessive = r_values(first["target_interval"]), r_values(first["excessive_interval"])
    mean, covariance = r_values(first["prior_mean_log_alpha_log_beta"]), r_values(first["prior_cov"])
    prior = TwoParameterLogistic.from_covariance((mean[0], mean[1]), (covariance[0], covariance[1], covariance[2], covariance[3]))
    design = BLRM(
        amounts,
        float(first["ref_dose"]),
        prior,
        target=(target[0], target[1]),
        unacceptable=excessive[1],
        losses=(losses[0], losses[1], losses[2], losses[3]),
    )
    place = np.array([amounts.index(dose) for dose in given])
    patients = np.bincount(place, minlength=len(amounts))
    seen = Outcomes.from_counts(patients, np.bincount(place, weights=toxic, minlength=len(amounts)).astype(int))
    belief = design.belief(seen)
    loss = design.expected_loss(belief)
    columns = {
        "PTARGET": belief.target,
        "POVEREX": belief.excessive,
        "POVERUN": belief.unacceptable,
        "POVER": belief.over,
        "PMEAN": belief.mean,
        "PQ75": design.quantile(seen, 0.75),
    }
    for row in rows:
        number = amounts.index(float(row["DOSE"]))
        for name, own in columns.items():
            assert abs(own[0, number] - float(row[name])) <= 0.01, (name, own[0, number], row)
        assert abs(loss[0, number] - float(row["LOSS"])) <= 0.01 * max(losses), (loss[0, number], row)
    chosen, open_doses = amounts.index(choice), design.decide(seen).admissible[0]
    within_reach = (np.array(amounts) <= choice) | (np.array(amounts) <= 1.5 * given[-1])
    rivals = open_doses & within_reach
    assert open_doses[chosen] and (loss[0, rivals] >= loss[0, chosen] - 0.01).all(), (loss[0], first)


def boin12_scores(rows: Rows) -> None:
    tables: dict[str, dict[tuple[int, ...], float]] = {}
    for row in rows:
        sizes = row["sample_sizes_ranked"]
        if sizes not in tables:
            table = BOIN12(5).scores(tuple(numbers(sizes).astype(int).tolist()))
            results = zip(table.patients.tolist(), table.toxic.tolist(), table.effective.tolist(), strict=True)
            tables[sizes] = dict(zip(results, table.score.tolist(), strict=True))
        score = tables[sizes][int(row["patients"]), int(row["toxicity"]), int(row["efficacy"])]
        assert np.isnan(score) == (row["admissible"] != "Admissible"), row
        assert np.isnan(score) if row["rds"] == "NA" else score == float(row["rds"]), (score, row)


CHECKS: dict[str, Callable[[Rows], None]] = {
    "crm_getprior.csv": skeletons,
    "crm_titecrm_cases.csv": crm_cases,
    "crm_cheung_book_table_3_2.csv": book_course,
    "crm_titecrm_operating_characteristics_dfcrm.csv": crm_operating_characteristics,
    "blrm_crm_neuenschwander2008.csv": neuenschwander,
    "blrm_sas_crmpack.csv": blrm_tables,
    "boin12_rds_table.csv": boin12_scores,
}
