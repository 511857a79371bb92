"""Tie keys."""

import numpy as np

from matching.ties import LARGEST_SEED, tie_keys

UIDS = np.arange(300)


def test_keys_repeat_and_depend_on_everything() -> None:
    keys = tie_keys(5, UIDS[:, None], UIDS[None, :])
    assert keys.tolist() == tie_keys(5, UIDS[:, None], UIDS[None, :]).tolist()
    assert len(np.unique(keys)) == keys.size
    assert (keys >= 0).all()
    assert (keys != keys.T).sum() == keys.size - 300
    assert (keys != tie_keys(6, UIDS[:, None], UIDS[None, :])).all()


def test_no_row_is_favoured() -> None:
    keys = tie_keys(0, UIDS[:, None], UIDS[None, :])
    winners = np.bincount(keys.argmin(axis=1), minlength=300)
    assert winners.max() < 8  # a fair draw of 300 among 300
    assert abs(keys.argmin(axis=1).mean() - 149.5) < 20


def test_the_largest_numbers_are_allowed() -> None:
    largest = np.array([LARGEST_SEED])
    assert (tie_keys(LARGEST_SEED, largest, largest) >= 0).all()


def test_the_key_is_what_it_always_was() -> None:
    """Stored runs are replayed: a changed key would reorder their ties."""
    assert tie_keys(5, np.array([1, 2, 3]), np.array([7])).tolist() == [
        1581501126929913815,
        1537292394422399837,
        4617911973738490485,
    ]
