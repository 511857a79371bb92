"""How ties are broken: by a key drawn from the seed and both uids, so that neither old rows nor low numbers win."""

import numpy as np
from numpy.typing import NDArray

from matching.columns import Longs

GOLDEN = 0x9E3779B97F4A7C15
FIRST_FACTOR = 0xBF58476D1CE4E5B9
SECOND_FACTOR = 0x94D049BB133111EB
"""Constants of SplitMix64: Steele, Lea, Flood, 2014, Fast splittable pseudorandom number generators,
doi:10.1145/2660193.2660195."""

LARGEST_SEED = 2**63 - 1


def tie_keys(seed: int, labourer_uids: Longs, vacancy_uids: Longs) -> Longs:
    """Return the key of each pair, in [0, 2**63); of two pairs with equal overall score the lower key comes first.

    Parameters
    ----------
    seed
        In [0, 2**63).
    labourer_uids, vacancy_uids
        Non-negative, of shapes that broadcast together.
    """
    person = _mix(stirred_seed(seed) ^ np.atleast_1d(labourer_uids).astype(np.uint64))
    return (_mix(person ^ np.atleast_1d(vacancy_uids).astype(np.uint64)) >> np.uint64(1)).astype(np.int64)


def stirred_seed(seed: int) -> np.uint64:
    """Return the seed as both uids are stirred into it."""
    return np.uint64(_mix(np.array([seed], dtype=np.uint64) + np.uint64(GOLDEN))[0])


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(FIRST_FACTOR)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(SECOND_FACTOR)
    return np.asarray(value ^ (value >> np.uint64(31)))
