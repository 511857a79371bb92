"""The words known for occupations, and which of them are nearest to a part of a title.

Internal to ``matching.titles``. Nearness is a weighted sum of five likenesses; its weights come from leaving out one
word of the classification at a time, see docs/decisions/0004-title-coding.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import csr_array

from matching.normalise import stem_of

__all__ = ["EXACT", "Nearest", "WordIndex"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

NEAREST = 50
CHUNK = 1500  # parts compared at once; bounds memory at about 60 MB
END = "。"  # closes a text, so that the last characters, the head of a Chinese title, weigh more

COSINE, RATIO, STEM_RATIO, TAIL, TERMS, CONTAINED, BRANCH = 2.0, 1.5, 2.5, -0.7, 2.0, 1.5, 2.4
INNER = 0.5  # of a word inside a part, against one at its end
EXACT = 4.0
"""Added to the nearness of a word equal to the part; nothing else reaches so high."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each part, shape (p, k): rows of words, their nearness, and whether the word stands in the part."""

    words: Ints
    nearness: Floats
    contained: NDArray[np.bool_]


class WordIndex:
    """Words with the rows of their occupations, ready to be compared with parts of titles."""

    def __init__(
        self,
        texts: Sequence[str],
        rows: Sequence[int],
        trust: Sequence[float],
        *,
        terms: Sequence[str],
        branches: Sequence[str],
    ) -> None:
        """Index words.

        Parameters
        ----------
        texts, rows, trust
            Words as ``comparable_title`` gives them, the row of each one's occupation, and a summand for its source.
        terms
            Key terms of each occupation, one text per row, separated by spaces.
        branches
            Branch of the classification of each occupation, one per row.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (start-up time)

        self.texts = list(texts)
        self.rows = np.array(rows, dtype=np.int32)
        self._trust = np.array(trust, dtype=np.float32)
        self._stems = [stem_of(text) for text in self.texts]
        self._letters = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), lowercase=False, binary=True, norm=None, dtype=np.float32
        )
        self._words = _root(self._letters.fit_transform([text + END for text in self.texts]))
        self._word_mass = _mass(self._words)
        self._rarest = float(self._letters.idf_.max())
        self._term_words, self._term_table = _term_table(terms)
        self._guess = _BranchGuess(self.texts, [branches[row] for row in rows], branches)

    def nearest(self, parts: Sequence[str]) -> Nearest:
        """Return the nearest words of each part; ties keep the word given first."""
        pieces = [self._nearest(parts[at : at + CHUNK]) for at in range(0, len(parts), CHUNK)]
        return Nearest(
            np.concatenate([piece.words for piece in pieces]),
            np.concatenate([piece.nearness for piece in pieces]),
            np.concatenate([piece.contained for piece in pieces]),
        )

    def _nearest(self, parts: Sequence[str]) -> Nearest:
        cosine = self._cosine(parts)
        count = min(NEAREST, cosine.shape[1])
        order = np.sort(np.argpartition(-cosine, count - 1, axis=1)[:, :count], axis=1).astype(np.int32)
        return self._look_closely(parts, order, np.take_along_axis(cosine, order, axis=1))

    def _cosine(self, parts: Sequence[str]) -> Floats:
        """TF-IDF cosine of parts and words, dense, shape (p, words); unseen character runs count as the rarest."""
        rows = _root(self._letters.transform([part + END for part in parts]))
        runs = np.array([3 * len(part) for part in parts], dtype=np.float32)  # of 1, 2 and 3 characters, end included
        unseen = np.maximum(runs - np.diff(rows.indptr), 0)
        mass = _mass(rows) + unseen * (0.2 * self._rarest)
        shared: Floats = (rows @ self._words.T).toarray()
        shared /= np.sqrt(np.maximum(mass, 1e-6))[:, None]
        shared /= np.sqrt(self._word_mass)[None, :]
        return shared

    def _look_closely(self, parts: Sequence[str], order: Ints, cosine: Floats) -> Nearest:
        shape = order.shape
        flat = order.ravel()
        mine = [part for part in parts for _ in range(shape[1])]
        theirs = [self.texts[word] for word in flat]
        stems = [stem_of(part) for part in parts]
        my_stems = [stem for stem in stems for _ in range(shape[1])]
        their_stems = [self._stems[word] for word in flat]
        pairs = list(zip(mine, theirs, strict=True))
        exact = np.array([a == b for a, b in pairs], dtype=np.bool_).reshape(shape)
        contained = np.array([_contained(a, b) for a, b in pairs], dtype=np.float32).reshape(shape)
        nearness = (
            COSINE * cosine
            + RATIO * _ratio(mine, theirs).reshape(shape)
            + STEM_RATIO * _ratio(my_stems, their_stems).reshape(shape)
            + TAIL * np.array([_shared_tail(a, b) for a, b in pairs], dtype=np.float32).reshape(shape)
            + CONTAINED * contained
            + TERMS * self._terms(parts, order)
            + EXACT * exact
            + BRANCH * np.take_along_axis(self._guess.fit_of(parts), self.rows[order], axis=1)
            + self._trust[order]
        )
        return Nearest(order, nearness.astype(np.float32), contained > 0)

    def _terms(self, parts: Sequence[str], order: Ints) -> Floats:
        """How much of each occupation's key terms the part names, rare ones more, at most 1, shape of ``order``."""
        if not self._term_words:
            return np.zeros(order.shape, dtype=np.float32)
        rows, columns = [], []
        for row, part in enumerate(parts):
            found = {self._term_words.get(part[at : at + n]) for n in (2, 3, 4) for at in range(len(part) - n + 1)}
            for column in sorted(column for column in found if column is not None):
                rows.append(row)
                columns.append(column)
        named = csr_array(
            (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(parts), len(self._term_words))
        )
        shares = (named @ self._term_table).toarray()
        chosen: Floats = np.minimum(np.take_along_axis(shares, self.rows[order], axis=1), 1.0).astype(np.float32)
        return chosen


class _BranchGuess:
    """How well a text fits each branch of the classification, learned from the branch's own words alone.

    It is what tells 发动机工程师 (an engineer) from 发动机装配工 (a production trade) when neither word is known.
    """

    def __init__(self, texts: Sequence[str], branch_of_text: Sequence[str], branches: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (start-up time)
        from sklearn.linear_model import RidgeClassifier  # noqa: PLC0415

        self._letters = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), lowercase=False, binary=True, min_df=2, dtype=np.float32
        )
        table = self._letters.fit_transform([text + END for text in texts])
        self._classifier: RidgeClassifier | None = None
        known = sorted(set(branch_of_text))
        if len(known) > 2:  # of two branches the classifier speaks in one column only, and there is little to tell
            self._classifier = RidgeClassifier(alpha=1.0, fit_intercept=False, solver="sparse_cg", tol=1e-3)
            self._classifier.fit(table, branch_of_text)
        at = {branch: column for column, branch in enumerate(known)}
        self._column = np.array([at.get(branch, -1) for branch in branches], dtype=np.int32)

    def fit_of(self, parts: Sequence[str]) -> Floats:
        """Fit of each part to the branch of each occupation, shape (p, occupations), in [-1, 1]."""
        if self._classifier is None:
            return np.zeros((len(parts), len(self._column)), dtype=np.float32)
        fit = self._classifier.decision_function(self._letters.transform([part + END for part in parts]))
        padded = np.concatenate([np.clip(fit, -1, 1), np.full((len(parts), 1), -1.0)], axis=1)
        spread: Floats = padded[:, self._column].astype(np.float32)
        return spread


def _root(weights: csr_array) -> csr_array:
    """Square roots of the weights: then a product of two rows sums the weights of what they share."""
    rooted = csr_array(weights)
    rooted.data = np.sqrt(rooted.data)
    return rooted


def _mass(rows: csr_array) -> Floats:
    mass: Floats = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32).ravel()
    return mass


def _term_table(terms: Sequence[str]) -> tuple[dict[str, int], csr_array]:
    """Term → column, and the table of terms by occupation, weighted by one over the root of their frequency."""
    known: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(terms):
        for term in dict.fromkeys(text.split()):
            if 2 <= len(term) <= 4:
                columns.append(known.setdefault(term, len(known)))
                rows.append(row)
    counts = np.bincount(columns, minlength=max(len(known), 1))
    weights = (1.0 / np.sqrt(counts[columns])).astype(np.float32) if columns else np.zeros(0, dtype=np.float32)
    return known, csr_array((weights, (columns, rows)), shape=(max(len(known), 1), max(len(terms), 1)))


def _ratio(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Likeness of texts pair by pair, in [0, 1]."""
    ratio: Floats = process.cpdist(left, right, scorer=fuzz.ratio, dtype=np.float32)
    ratio /= 100
    return ratio


def _shared_tail(part: str, word: str) -> float:
    """The share of a word's length that both texts end in: alone (…工程师, …经理) it says little."""
    if not part or part[-1] != word[-1]:
        return 0.0
    same = 1
    for a, b in zip(part[-2::-1], word[-2::-1], strict=False):
        if a != b:
            break
        same += 1
    return same / len(word)


def _contained(part: str, word: str) -> float:
    """A word inside the part counts by its length, and more at the end, where the head of a title stands."""
    if len(word) < 2 or word not in part:
        return 0.0
    return min(len(word), 5) / 5 * (1.0 if part.endswith(word) else INNER)
