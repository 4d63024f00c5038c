"""SLEDAI items from what a clinician found, by version, and what is left of them when lupus is not the cause.

Where SELENA-SLEDAI differs from SLEDAI-2K the rule is recalled, to be checked against Petri 2005.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, CODES, Version, YesNo, check_version, limit_of
from immunoreset.endpoints.together import all_of, any_of
from immunoreset.errors import unknown

SELENA_MORE_JOINTS = 1  # "more than 2" where SLEDAI-2K asks for "2 or more"


def arthritis(joints: Range | ArrayLike | None, *, version: Version, least_joints: float | None = None) -> Answer:
    """Enough joints with pain and signs of inflammation: 2 in SLEDAI-2K, 3 in SELENA-SLEDAI.

    Sources disagree on SLEDAI-2K (2 or more, or more than 2): `least_joints` overrules the version.

    >>> arthritis(2, version="2K"), arthritis(2, version="SELENA")
    (Answer(True), Answer(False))

    Source: tables/sledai2k_items.csv, item 9.
    """
    check_version(version)
    by_version = limit_of("ARTHRITIS") + (SELENA_MORE_JOINTS if version == "SELENA" else 0)
    return Range.of(joints, lowest=0) >= (by_version if least_joints is None else least_joints)


def serositis(pain: YesNo, *signs: YesNo, version: Version) -> Answer:
    """Pleurisy or pericarditis: pain with an objective sign in SLEDAI-2K, either of them in SELENA-SLEDAI.

    `pain` is pleuritic or pericardial, for SELENA-SLEDAI classic and severe. The signs of pleurisy are rub, effusion and (new)
    thickening; of pericarditis rub, effusion, electrocardiogram and echocardiogram.

    >>> serositis(True, False, version="2K"), serositis(True, False, version="SELENA")
    (Answer(False), Answer(True))

    Source: tables/sledai2k_items.csv, items 18 and 19.
    """
    check_version(version)
    objective = any_of(Answer.of(sign) for sign in signs)
    return Answer.of(pain) | objective if version == "SELENA" else Answer.of(pain) & objective


def visual(retinopathy: YesNo, scleritis: YesNo, *, version: Version) -> Answer:
    """Lupus retinopathy or optic neuritis; in SELENA-SLEDAI scleritis and episcleritis as well.

    >>> visual(False, True, version="2K"), visual(False, True, version="SELENA")
    (Answer(False), Answer(True))

    Source: tables/sledai2k_items.csv, item 4.
    """
    return _with_selena_sign(retinopathy, scleritis, version)


def cranial(neuropathy: YesNo, vertigo: YesNo, *, version: Version) -> Answer:
    """New sensory or motor cranial neuropathy; in SELENA-SLEDAI vertigo from lupus as well.

    >>> cranial(False, None, version="2K"), cranial(False, None, version="SELENA")
    (Answer(False), Answer(None))

    Source: tables/sledai2k_items.csv, item 5.
    """
    return _with_selena_sign(neuropathy, vertigo, version)


def _with_selena_sign(sign: YesNo, selena_sign: YesNo, version: Version) -> Answer:
    check_version(version)
    return any_of([Answer.of(sign), Answer.of(selena_sign)]) if version == "SELENA" else Answer.of(sign)


def attributed(
    code: str,
    finding: YesNo,
    *,
    version: Version,
    due_to_disease: YesNo = True,
    causes: Mapping[str, YesNo] | None = None,
) -> Answer:
    """The item from its finding: absent where the finding is attributed to something else than lupus.

    `due_to_disease` is the adjudication; True, its default, means that nothing else was decided. `causes` are other causes by
    name, such as {"infection": True}, and only those that the definition of the item excludes. Raises UnknownName for an
    unknown item, version or cause.

    >>> attributed("PYURIA", True, version="2K", causes={"infection": True})
    Answer(False)
    >>> attributed("LEUKOPENIA", True, version="2K", due_to_disease=None)
    Answer(None)

    Source: tables/sledai2k_items.csv, column exclude_if_due_to.
    """
    check_version(version)
    if code not in BY_CODE:
        raise unknown("SLEDAI item", code, CODES)
    excluding = BY_CODE[code].excluding_causes(version)
    for cause in causes or {}:
        if cause not in excluding:
            raise unknown(f"cause that excludes SLEDAI item {code}", cause, [*excluding, "or due_to_disease=False"])
    elsewhere = [~Answer.of(cause) for cause in (causes or {}).values()]
    return all_of([Answer.of(finding), Answer.of(due_to_disease), *elsewhere])
