"""Four invented patients with lupus, as SDTM, as ADaM and as tidy rows, and how to write and read them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from immunoreset.exchange.dataset import Column, Dataset
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.exchange.xpt_writer import write_xpt

CREATED = "2026-01-01T08:30:00"
PATIENTS = ("S-01", "S-02", "S-03", "S-04")
INFUSED = dict(zip(PATIENTS, (date(2025, 3, 10), date(2025, 4, 1), date(2025, 5, 20), date(2025, 6, 2)), strict=True))
TO_INFUSION = 5  # days from the first drug of lymphodepletion, from which SDTM counts
AGE = dict(zip(PATIENTS, (34, 28, 51, 45), strict=True))
SEX = dict(zip(PATIENTS, ("F", "F", "M", "F"), strict=True))
VISITS = (-10, 0, 14, 28)
DIED = {"S-04": 60}


def on(patient, day):
    """The date of a day counted from the infusion."""
    return (INFUSED[patient] + timedelta(days=day)).isoformat()


def study_day(day):
    """SDTM's study day, from the first drug, of a day counted from the infusion."""
    from_first = day + TO_INFUSION
    return from_first + 1 if from_first >= 0 else from_first


def crp(patient, day):
    return round(1.0 + PATIENTS.index(patient) + max(day, 0) / 10, 2)


def tidy():
    """Rows of patient, date, item, value, unit, lower and upper limit, end."""
    rows = []
    for patient in PATIENTS:
        first = on(patient, -TO_INFUSION)
        rows += [(patient, first, "AGE", AGE[patient]), (patient, first, "SEX", SEX[patient])]
        rows.append((patient, on(patient, 0), "INFUSION", "yes"))
        for day in VISITS:
            when = on(patient, day)
            rows.append((patient, when, "CRP", crp(patient, day), "mg/dL", "", 0.5))
            rows.append((patient, when, "C3", 0.6 + day / 100, "g/L", 0.9, 1.8))
            rows.append((patient, when, "DSDNA", 100 - day, "IU/mL", "", 30))
            rows.append((patient, when, "B_CELLS", max(0, 80 - 3 * (day + 10)), "/uL"))
            rows.append((patient, when, "TEMP", 36.5 + PATIENTS.index(patient), "C"))
            rows.append((patient, when, "RASH", "yes" if day < 14 else "no"))
            rows.append((patient, when, "SEIZURE", "yes" if day < 0 else "no"))
            rows.append((patient, when, "BILAG_RENAL", "A" if day < 14 else "D"))
            rows.append((patient, when, "PGA", 2.5 - day / 20, "0-3"))
            rows.append((patient, when, "ICE", 10))
        rows.append((patient, on(patient, -30), "PREDNISONE", 20, "mg/day", "", "", on(patient, 13)))
        rows.append((patient, on(patient, 14), "METHYLPREDNISOLONE", 4, "mg/day", "", "", "ongoing"))
        rows.append((patient, on(patient, -200), "ANTIMALARIAL", "yes", "", "", "", "ongoing"))
        rows.append((patient, on(patient, -100), "IMMUNOSUPPRESSANT", "yes", "", "", "", on(patient, -1)))
        rows.append((patient, on(patient, 0), "HYPOTENSION", "yes", "", "", "", on(patient, 3)))
        if patient in DIED:
            rows.append((patient, on(patient, DIED[patient]), "DEATH", "yes"))
    return rows


def write_tidy(path, rows=None):
    header = "patient,date,item,value,unit,lower_limit,upper_limit,end"
    lines = [",".join(map(str, (*row, *[""] * (8 - len(row))))) for row in (tidy() if rows is None else rows)]
    Path(path).write_text("\n".join([header, *lines, ""]), "utf-8")


def laboratory():
    """LB in which results were standardised, with sodium, which no score uses."""
    rows = []
    for patient in PATIENTS:
        for day in VISITS:
            when = {"USUBJID": patient, "LBDTC": f"{on(patient, day)}T08:15", "LBDY": study_day(day), "LBSPEC": "SERUM"}
            one = crp(patient, day)
            collected = {"LBORRES": f"{one * 10:g}", "LBORRESU": "mg/L"}
            rows.append({**when, "LBTESTCD": "CRP", **collected, "LBSTRESN": one, "LBSTRESU": "mg/dL", "LBSTNRHI": 0.5})
            c3 = {"LBSTRESN": 0.6 + day / 100, "LBSTRESU": "g/L", "LBSTNRLO": 0.9, "LBSTNRHI": 1.8}
            rows.append({**when, "LBTESTCD": "C3", **c3})
            rows.append({**when, "LBTESTCD": "SODIUM", "LBSTRESN": 140.0, "LBSTRESU": "mmol/L"})
            rows.append({**when, "LBTESTCD": "CREAT", "LBSPEC": "URINE", "LBSTRESN": 900.0, "LBSTRESU": "mg/L"})
    return rows


def findings(domain, entries):
    """Rows of code, value, unit by visit for every patient; dates only by study day where the day is odd in the list."""
    rows = []
    for patient in PATIENTS:
        for number, day in enumerate(VISITS):
            for code, value, unit, more in entries(patient, day):
                row = {"USUBJID": patient, f"{domain}TESTCD": code, f"{domain}DY": study_day(day)}
                row |= {f"{domain}DTC": "" if number % 2 else on(patient, day), f"{domain}STRESC": str(value)}
                rows.append(row | {f"{domain}STRESU": unit} | more)
    return rows


def ratings(patient, day):
    category = {"RSCAT": "SLEDAI-2K"}
    yield "SLE15", "Y" if day < 14 else "N", "", category
    yield "SLE01", 8 if day < 0 else 0, "", category
    yield "SLETOT", 10, "", category
    yield "BILREN", "A" if day < 14 else "D", "", {"RSCAT": "BILAG-2004"}
    yield "PGA", 2.5 - day / 20, "0-3", {"RSCAT": "PHYSICIAN GLOBAL"}


def drug(patient, name, start, end, **more):
    row = {"USUBJID": patient, "CMTRT": name.lower(), "CMDECOD": name, "CMSTDTC": on(patient, start)}
    return row | {"CMENDTC": "" if end is None else on(patient, end), "CMENRF": "AFTER" if end is None else ""} | more


def drugs():
    rows = []
    for patient in PATIENTS:
        oral = {"CMROUTE": "ORAL", "CMDOSU": "mg"}
        rows.append(drug(patient, "PREDNISONE", -30, 13, CMDOSE=10.0, CMDOSFRQ="BID", **oral))
        rows.append(drug(patient, "METHYLPREDNISOLONE", 14, None, CMDOSE=4.0, CMDOSFRQ="QD", **oral))
        rows.append(drug(patient, "HYDROXYCHLOROQUINE SULFATE", -200, None))
        rows.append(drug(patient, "MYCOPHENOLATE MOFETIL", -100, -1))
        rows.append(drug(patient, "ASPIRIN", -100, None))
        rows.append(drug(patient, "TRIAMCINOLONE", -3, -3, CMROUTE="TOPICAL"))
    return rows


def sdtm():
    """All datasets by name."""
    infusion = [{"USUBJID": p, "EXTRT": "CD19 CAR-T cells", "EXDOSE": 1e8, "EXSTDTC": f"{on(p, 0)}T11:00"} for p in PATIENTS]
    depletion = [{"USUBJID": p, "EXTRT": "FLUDARABINE", "EXDOSE": 30.0, "EXSTDTC": on(p, -TO_INFUSION)} for p in PATIENTS]
    release = {"AETERM": "Fever and rigors", "AEDECOD": "Cytokine release syndrome", "AETOXGR": "2", "AEREL": "Y"}
    events = [{"USUBJID": p, **release, "AESTDTC": on(p, 1), "AEENDTC": on(p, 4)} for p in PATIENTS]
    events += [{"USUBJID": p, "AETERM": "Nausea", "AEDECOD": "Nausea", "AESTDTC": on(p, 1)} for p in PATIENTS]
    events.append({"USUBJID": "S-04", "AETERM": "Lung abscess", "AEBODSYS": "Infections and infestations", "AETOXGR": "5",
                   "AEOUT": "FATAL", "AESTDTC": on("S-04", 50), "AEENDTC": on("S-04", 60)})  # fmt: skip
    return {
        "AE": events,
        "CE": [{"USUBJID": p, "CETERM": "Hypotension", "CESTDTC": on(p, 0), "CEENDTC": on(p, 3)} for p in PATIENTS],
        "CM": drugs(),
        "CP": findings("CP", lambda patient, day: [("BLYCE", max(0, 80 - 3 * (day + 10)), "10^6/L", {})]),
        "DM": [subject(p) for p in PATIENTS],
        "DS": [{"USUBJID": p, "DSDECOD": "COMPLETED", "DSCAT": "DISPOSITION EVENT", "DSSTDTC": on(p, 28)} for p in PATIENTS[:3]],
        "EX": depletion + infusion,
        "IS": findings("IS", antibodies),
        "LB": laboratory(),
        "QS": findings("QS", lambda patient, day: [("ICE", 10, "", {"QSCAT": "ICE"})]),
        "RS": findings("RS", ratings),
        "VS": findings("VS", lambda patient, day: [("TEMP", 36.5 + PATIENTS.index(patient), "C", {})]),
    }


def antibodies(patient, day):
    yield "ATIGGAB", 100 - day, "IU/mL", {"ISBDAGNT": "DOUBLE STRANDED DNA", "ISSTNRHI": 30.0}
    yield "ATIGGAB", 7, "U/mL", {"ISBDAGNT": "SMITH ANTIGENS"}


def subject(patient):
    died = on(patient, DIED[patient]) if patient in DIED else ""
    row = {"USUBJID": patient, "AGE": AGE[patient], "AGEU": "YEARS", "SEX": SEX[patient], "RFSTDTC": on(patient, -TO_INFUSION)}
    return row | {"DTHDTC": died, "DTHFL": "Y" if died else ""}


def adam():
    """The same patients as ADaM; subjects count their days from the infusion, which ADSL alone does not contradict."""
    subjects = [{"USUBJID": p, "AGE": AGE[p], "AGEU": "YEARS", "SEX": SEX[p], "TRTSDT": on(p, 0)} for p in PATIENTS]
    for row in subjects:
        row["DTHDT"] = on(row["USUBJID"], DIED[row["USUBJID"]]) if row["USUBJID"] in DIED else None
    return {
        "ADSL": subjects,
        "ADLB": parameters(laboratory_parameters),
        "ADVS": parameters(lambda patient, day: [("TEMP", "Temperature (C)", 36.5 + PATIENTS.index(patient), "", {})]),
        "ADSLEDAI": parameters(activity_parameters),
        "ADCM": [adam_drug(row) for row in drugs()],
        "ADAE": [{"USUBJID": p, "AEDECOD": "Cytokine release syndrome", "AETOXGR": "2", "ASTDT": on(p, 1), "AENDT": on(p, 4)}
                 for p in PATIENTS],
    }  # fmt: skip


def adam_drug(row):
    more = {"ASTDT": row.pop("CMSTDTC"), "AENDT": row.pop("CMENDTC") or None}
    return row | more


def laboratory_parameters(patient, day):
    yield "CRP", "C-Reactive Protein (mg/dL)", crp(patient, day), "", {"A1HI": 0.5}
    yield "C3", "Complement C3 (g/L)", 0.6 + day / 100, "", {"A1LO": 0.9, "A1HI": 1.8}
    yield "DDNAIGAB", "Anti-dsDNA IgG (IU/mL)", 100 - day, "", {"A1HI": 30.0}
    yield "BLYCE", "B Cells (/uL)", max(0, 80 - 3 * (day + 10)), "", {}
    yield "CRP", "C-Reactive Protein (mg/dL)", 99, "", {"DTYPE": "LOCF"}


def activity_parameters(patient, day):
    yield "SLE15", "Rash", None, "Y" if day < 14 else "N", {"PARCAT1": "SLEDAI-2K"}
    yield "SLE01", "Seizure", 8 if day < 0 else 0, "", {"PARCAT1": "SLEDAI-2K"}
    yield "SLETOT", "SLEDAI-2K Total", 10, "", {"PARCAT1": "SLEDAI-2K"}
    yield "BILREN", "BILAG Renal", None, "A" if day < 14 else "D", {}
    yield "PGA", "Physician Global Assessment (0-3)", 2.5 - day / 20, "", {}
    yield "ICE", "ICE Score (0-10)", 10, "", {}
    if day == 0:
        yield "HYPOTENS", "Hypotension", None, "Y", {}


def parameters(entries):
    rows = []
    for patient in PATIENTS:
        for number, day in enumerate(VISITS):
            for code, label, number_value, word, more in entries(patient, day):
                ady = day + 1 if day >= 0 else day
                row = {"USUBJID": patient, "PARAMCD": code, "PARAM": label, "ADT": None if number % 2 else on(patient, day)}
                value = None if number_value is None else float(number_value)
                rows.append(row | {"ADY": ady, "AVAL": value, "AVALC": word} | more)
    return rows


SAS_DATES = ("ADT", "ASTDT", "AENDT", "TRTSDT", "DTHDT")


def dataset(name, rows):
    """A dataset of rows by variable; columns have the type of their values."""
    names = list(dict.fromkeys(variable for row in rows for variable in row))
    columns = [_column(variable, [row[variable] for row in rows if row.get(variable) is not None]) for variable in names]
    table = [tuple(row.get(column.name, None if column.is_number else "") for column in columns) for row in rows]
    return Dataset.of_rows(name, f"{name} invented", columns, table)


def _column(name, values):
    if name in SAS_DATES and not any(isinstance(value, float) for value in values):
        return Column(name, name, "date", target_data_type="integer")
    if all(isinstance(value, int | float) for value in values) and values:
        return Column(name, name, "integer" if all(isinstance(value, int) for value in values) else "float")
    return Column(name, name, "string")


def write(folder, datasets, ending):
    """Write datasets into a folder, in one format."""
    folder.mkdir(exist_ok=True)
    for name, rows in datasets.items():
        path = folder / f"{name.lower()}{ending}"
        (write_xpt if ending == ".xpt" else write_dataset_json)(dataset(name, rows), path, created=CREATED)
    return folder


def read(*paths, **options):
    """One table of visits (None if there is none), the intake and the faults as (file, row, column, reason)."""
    faults = Faults()
    with read_visits(paths, faults, **options) as intake:
        tables = list(intake.batches())
    assert intake.read == intake.kept + intake.faulty + intake.duplicates
    return (
        tables[0] if tables else None,
        intake,
        [(Path(one.file).name, one.row, one.column, one.reason) for one in faults],
    )


def assert_same(one, other):
    """Two tables hold the same visits, values, limits and attributions."""
    assert one.patients == other.patients
    np.testing.assert_array_equal(one.patient, other.patient)
    np.testing.assert_allclose(one.day, other.day)
    for kind in ("values", "lower", "upper", "cause"):
        a, b = getattr(one, kind), getattr(other, kind)
        assert set(a) == set(b), kind
        for code in a:
            np.testing.assert_allclose(a[code], b[code], err_msg=f"{kind} {code}")
