"""How near occupations and trade families are to each other, in millionths: paid once per pair, not per pair of rows.

The place in the classification and the words of two occupations each argue for nearness; neither can take away what
the other has shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints
from matching.normalise import comparable_word
from matching.problem import affinity_millionths
from matching.titles import Occupation

__all__ = ["family_affinity", "occupation_affinity"]

SAME_SMALL, SAME_MIDDLE, SAME_MAJOR = 0.5, 0.25, 0.05
"""Nearness by the narrowest group two occupations share: small, middle or major."""

WITHIN = 0.2
"""Added where one code is the group the other lies in: general experience of the very group."""

TEXT = 0.6
"""Most that equal words alone can show."""


def occupation_affinity(occupations: Sequence[Occupation]) -> Ints:
    """Return how near occupations are, millionths, shape (o, o), symmetric, ones on the diagonal.

    Parameters
    ----------
    occupations
        Entries of the classification in the order of rows and columns; codes such as 6-05-01-03.

    Off the diagonal it is 1 − (1 − tree)(1 − 0.6 · cosine): tree by the narrowest group shared, cosine of TF-IDF over
    names and aliases (runs of characters) and key terms (words).
    """
    codes = np.array([occupation.code for occupation in occupations])
    tree = _tree(codes)
    near = 1.0 - (1.0 - tree) * (1.0 - TEXT * _text(occupations))
    return affinity_millionths(np.minimum(near, near.T))


def family_affinity(codes: Sequence[str], related: Mapping[tuple[str, str], float]) -> Ints:
    """Return how near trade families are, millionths, shape (f, f), symmetric, ones on the diagonal.

    Parameters
    ----------
    codes
        Families in the order of rows and columns.
    related
        Pair of families → nearness in (0, 1), each pair once; pairs not given are 0.

    Raises: ValueError, a family is unknown, a pair stands twice or its nearness lies outside (0, 1).
    """
    at = {code: row for row, code in enumerate(codes)}
    near = np.zeros((len(codes), len(codes)))
    for (one, other), value in related.items():
        if one not in at or other not in at or one == other:
            raise ValueError(f"{one} and {other} are not two known trade families")
        if not 0 < value < 1:
            raise ValueError(f"the nearness of {one} and {other} is {value}; it must lie between 0 and 1")
        if near[at[one], at[other]]:
            raise ValueError(f"the nearness of {one} and {other} is given twice")
        near[at[one], at[other]] = near[at[other], at[one]] = value
    return affinity_millionths(near)


def _tree(codes: NDArray[np.str_]) -> NDArray[np.float64]:
    """Nearness by place in the classification, shape (o, o); a group's code ends in zeros at its level."""
    near = np.zeros((len(codes), len(codes)))
    for length, value in ((1, SAME_MAJOR), (4, SAME_MIDDLE), (7, SAME_SMALL)):
        branch = np.array([code[:length] for code in codes])
        whole = np.array([_is_group(code, length) for code in codes])
        same = branch[:, None] == branch[None, :]
        near[same] = value
        near[same & (whole[:, None] | whole[None, :])] = value + WITHIN
    return near


def _is_group(code: str, length: int) -> bool:
    """Whether the code is the group of its first characters itself: 6-05-00-00 is the group of 6-05."""
    return set(code[length:]) <= {"-", "0"}


def _text(occupations: Sequence[Occupation]) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (start-up time)

    names = ["。".join(map(comparable_word, (entry.name, *entry.aliases))) for entry in occupations]
    letters = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), lowercase=False, binary=True)
    rows = letters.fit_transform(names)
    cosine: NDArray[Any] = (rows @ rows.T).toarray()
    if any(entry.terms for entry in occupations):
        terms = TfidfVectorizer(analyzer=str.split, lowercase=False).fit_transform(
            [" ".join(entry.terms) for entry in occupations]
        )
        cosine = np.maximum(cosine, (terms @ terms.T).toarray())
    clipped: NDArray[np.float64] = np.clip(cosine, 0.0, 1.0)
    return clipped
