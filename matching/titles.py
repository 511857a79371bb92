"""Raw titles and trades to trade family, occupation, confidence and alternatives.

A title is compared with every word known for an occupation (its name, aliases, synonyms) by TF-IDF over characters,
the nearest words again by edit distance and by where they stand, for the head of a Chinese title stands last. Nothing
is learned from labelled titles; constants and their measure are in docs/decisions/0004-title-coding.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from matching.normalise import TitleParts, comparable_word, split_alias, title_parts
from matching.title_index import Nearest, WordIndex

__all__ = [
    "DECIDE_FROM",
    "Alternative",
    "CodedTitle",
    "Decision",
    "GeneralLabour",
    "Occupation",
    "TitleCoder",
    "TradeFamily",
]

DECIDE_FROM = 0.7
"""Confidence from which the answer stands; below it a person decides."""

ALTERNATIVES = 5
MOST_PARTS, LONGEST_WHOLE = 6, 24
LATER_PART = 0.8  # each further part of a title counts a little less: the trade is named first
SUPPORT = 0.5
WITHIN_REACH = 16  # occupations ranked, the nearest; one further off is not lifted to the top by its neighbours
CONTEXT = 0.85  # a trade read from the employer's name is less sure than one in the title
NAME, SYNONYM, ALIAS, SPOKEN = 0.3, 0.2, 0.0, -0.1  # aliases come partly from a job board and hold noise
CONFIDENCE = (-1.87, 0.25, 0.69)  # of a logistic curve: constant, nearness, lead over the next small group
MOST_CONFIDENT = 0.98

_SPOKEN = (
    ("工程技术人员", "工程师"),
    ("技术人员", "技术员"),
    ("专业人员", "专员"),
    ("人员", "员"),
    ("医师", "医生"),
    ("教师", "老师"),
    ("驾驶员", "司机"),
    ("操作调整工", "操作工"),
)


@dataclass(frozen=True, slots=True)
class Occupation:
    """An entry of the classification, of any level: code, name, other names, key terms of its tasks."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TradeFamily:
    """A trade family.

    ``keywords`` point to it; ``occupations`` are code prefixes belonging to it, ``shared`` codes of other families
    that are this one's where a keyword stands in the title; ``general`` is the code of its unspecific labour.
    """

    code: str
    keywords: tuple[str, ...]
    occupations: tuple[str, ...]
    general: str
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneralLabour:
    """Words for unspecific labour (普工, 操作工) and the code they mean where no trade is named."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided for a title: both codes may be None (there is none that fits)."""

    family: str | None
    occupation: str | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of a title, confidence in [0, 1]."""

    family: str | None
    occupation: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CodedTitle:
    """The reading of a title.

    ``confidence`` in [0, 1] estimates how often such a reading is right to the small group. ``decided`` is false below
    ``DECIDE_FROM``, and for unspecific labour whose trade nobody names: then family and occupation are a proposal for
    a person. ``remembered``: a person decided this title before.
    """

    family: str | None
    occupation: str | None
    confidence: float
    decided: bool
    alternatives: tuple[Alternative, ...] = ()
    remembered: bool = False


UNREADABLE = CodedTitle(None, None, 0.0, decided=False)


@dataclass(frozen=True, slots=True)
class _Scored:
    """Nearness of occupations (rows) to a part, and whether the part says unspecific labour and names no trade."""

    nearness: dict[int, float]
    only_general: bool


class TitleCoder:
    """Codes titles by what it was given; keeps nothing between calls."""

    def __init__(
        self,
        occupations: Sequence[Occupation],
        families: Sequence[TradeFamily],
        synonyms: Mapping[str, Sequence[str]],
        general: GeneralLabour,
    ) -> None:
        """Index the words.

        Parameters
        ----------
        occupations
            The classification, all levels; codes unique.
        families
            Trade families in their order; a code prefix stands in one of them only.
        synonyms
            Occupation code → further words for it.
        general
            Words for unspecific labour and the code they mean.

        Raises: ValueError, a code is unknown or stands twice.
        """
        self._codes = [occupation.code for occupation in occupations]
        self._row = {code: row for row, code in enumerate(self._codes)}
        if len(self._row) != len(self._codes):
            raise ValueError("an occupation code stands twice; codes must be unique")
        self._branches = [(code[:4], code[:7], code) for code in self._codes]
        self._families = tuple(families)
        self._general = general
        self._general_words = tuple(comparable_word(word) for word in general.words)
        self._index = self._index_words(occupations, synonyms)
        self._family_of = self._families_by_code()
        self._keyword_family = {comparable_word(word): family for family in families for word in family.keywords}
        longest_first = sorted(self._keyword_family, key=lambda word: (-len(word), word))
        self._keyword = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._sharing = {code for family in families for code in family.shared}

    def code(
        self,
        titles: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        remembered: Mapping[str, Decision] | None = None,
    ) -> list[CodedTitle]:
        """Return the reading of each title, in order; equal titles have equal readings, whatever stands beside them.

        Parameters
        ----------
        titles
            Raw titles, simplified characters.
        contexts
            Beside each title a text that may name the trade (the employer's name), used when the title does not.
        remembered
            ``comparable_title`` → what a person decided; wins over any likeness.
        """
        around = contexts if contexts is not None else [""] * len(titles)
        wanted = list(dict.fromkeys(zip(titles, around, strict=True)))
        parts = {title: title_parts(title) for title, _ in wanted}
        distinct = list(dict.fromkeys(part for group in parts.values() for part in _compared(group)))
        scored = self._scores(distinct) if distinct else {}
        readings: dict[tuple[TitleParts, str], CodedTitle] = {}
        for title, context in wanted:
            key = (parts[title], context)
            if key not in readings:
                readings[key] = _decided(key[0], remembered or {}) or self._reading(*key, scored)
        return [readings[parts[title], context] for title, context in zip(titles, around, strict=True)]

    def family_of(self, code: str) -> str | None:
        """Return the trade family an occupation belongs to, None where it belongs to none."""
        return self._family_of.get(code)

    def _index_words(self, occupations: Sequence[Occupation], synonyms: Mapping[str, Sequence[str]]) -> WordIndex:
        found: dict[tuple[str, int], float] = {}
        claimed: set[str] = set()
        for code, words in [*synonyms.items(), (self._general.code, self._general.words)]:
            if code not in self._row:
                raise ValueError(f"a synonym stands under {code}, which is no code of the classification")
            for word in words:
                claimed.add(comparable_word(word))
                _add(found, comparable_word(word), self._row[code], SYNONYM)
        for occupation in occupations:
            for text, trust in _own_words(occupation):
                if trust >= NAME or text not in claimed:  # a synonym was put there by hand; an alias may be noise
                    _add(found, text, self._row[occupation.code], trust)
        texts, rows = [text for text, _ in found], [row for _, row in found]
        terms = [" ".join(occupation.terms) for occupation in occupations]
        branches = [occupation.code[:4] for occupation in occupations]
        return WordIndex(texts, rows, list(found.values()), terms=terms, branches=branches)

    def _families_by_code(self) -> dict[str, str]:
        prefixes = {prefix: family.code for family in self._families for prefix in family.occupations}
        if len(prefixes) != sum(len(family.occupations) for family in self._families):
            raise ValueError("an occupation prefix stands in two trade families")
        owners = {}
        for code in self._codes:
            owner = next((prefixes[code[:n]] for n in range(len(code), 0, -1) if code[:n] in prefixes), None)
            if owner is not None:
                owners[code] = owner
        return owners

    def _scores(self, parts: Sequence[str]) -> dict[str, _Scored]:
        nearest: Nearest = self._index.nearest(parts)
        general = self._row[self._general.code]
        scored: dict[str, _Scored] = {}
        for at, part in enumerate(parts):
            best: dict[int, float] = {}
            rows = self._index.rows[nearest.words[at]]
            for row, value in zip(rows.tolist(), nearest.nearness[at].tolist(), strict=True):
                if value > best.get(row, -1e9):
                    best[row] = value
            names_trade = bool((nearest.contained[at] & (rows != general)).any())
            scored[part] = _Scored(best, part.endswith(self._general_words) and not names_trade)
        return scored

    def _reading(self, parts: TitleParts, context: str, scored: Mapping[str, _Scored]) -> CodedTitle:
        if not parts:
            return UNREADABLE
        nearness: dict[int, float] = {}
        for position, part in enumerate(_compared(parts)):
            for row, value in scored[part].nearness.items():
                lowered = value - LATER_PART * min(position, 3)
                if lowered > nearness.get(row, -1e9):
                    nearness[row] = lowered
        if all(scored[part].only_general for part in parts):
            nearness[self._row[self._general.code]] = max(nearness.values()) + 1.0
        ranked = self._ranked(nearness)
        confident = self._confidences(ranked)
        return self._answer("".join(parts), context, [(self._codes[row], c) for row, c in confident])

    def _ranked(self, nearness: Mapping[int, float]) -> list[tuple[int, float, float]]:
        """(row, rank, nearness), best first: neighbours in the classification support each other."""
        top = max(nearness.values())
        support: dict[str, float] = {}
        for row, value in nearness.items():
            weight = exp(value - top)
            for branch in self._branches[row]:
                support[branch] = support.get(branch, 0.0) + weight
        nearest = sorted(nearness.items(), key=lambda entry: (-entry[1], entry[0]))[:WITHIN_REACH]
        ranked = []
        for row, value in nearest:
            middle, small, own = self._branches[row]
            ranked.append((row, value + SUPPORT * log(support[middle] * support[small] * support[own]), value))
        return sorted(ranked, key=lambda entry: (-entry[1], self._codes[entry[0]]))

    def _confidences(self, ranked: list[tuple[int, float, float]]) -> list[tuple[int, float]]:
        """(row, confidence) of the best readings: how near the best word is, how far behind the next group lies."""
        best_row, best_rank, best_near = ranked[0]
        group = self._codes[best_row][:7]
        rival = next((rank for row, rank, _ in ranked if self._codes[row][:7] != group), best_rank - 3.0)
        best = _logistic(best_near, min(best_rank - rival, 3.0))
        chosen = [(best_row, best)]
        for row, rank, _ in ranked[1 : ALTERNATIVES + 1]:
            chosen.append((row, min(best, 1 - best if self._codes[row][:7] != group else best) * exp(rank - best_rank)))
        return chosen

    def _answer(self, text: str, context: str, readings: list[tuple[str, float]]) -> CodedTitle:
        """The best reading with its trade family; unspecific labour takes the general occupation of a named family."""
        named = self._named_family(text)
        occupation, confidence = readings[0]
        if occupation == self._general.code:
            family = named or self._named_family(comparable_word(context))
            if family is not None:
                confidence *= 1.0 if named else CONTEXT
                return self._with_alternatives(family.code, family.general, confidence, readings)
            return self._with_alternatives(None, occupation, confidence, readings[1:])
        own = self._sharing_family(text, occupation) or self.family_of(occupation) or (named.code if named else None)
        return self._with_alternatives(own, occupation, confidence, readings[1:])

    def _with_alternatives(
        self, family: str | None, occupation: str, confidence: float, others: list[tuple[str, float]]
    ) -> CodedTitle:
        alternatives = tuple(
            Alternative(self.family_of(code), code, round(value, 3)) for code, value in others if code != occupation
        )
        rounded = round(confidence, 3)
        decided = rounded >= DECIDE_FROM and (family is not None or occupation != self._general.code)
        return CodedTitle(family, occupation, rounded, decided, alternatives[:ALTERNATIVES])

    def _sharing_family(self, text: str, occupation: str) -> str | None:
        """A family that shares an occupation of another, where one of its keywords stands in the text."""
        if occupation not in self._sharing:
            return None
        named = (self._keyword_family[word] for word in self._keyword.findall(text))
        return next((family.code for family in named if occupation in family.shared), None)

    def _named_family(self, text: str) -> TradeFamily | None:
        """The family whose keyword stands in the text: the longest one, of equals the last in the text."""
        found = [(len(hit[0]), hit.start(), hit[0]) for hit in self._keyword.finditer(text)]
        return self._keyword_family[max(found)[2]] if found else None


def _compared(parts: TitleParts) -> TitleParts:
    """The texts compared for a title: its parts, and all of them together."""
    whole = "".join(parts)
    return (*parts[:MOST_PARTS], whole) if len(parts) > 1 and len(whole) <= LONGEST_WHOLE else parts[:MOST_PARTS]


def _decided(parts: TitleParts, remembered: Mapping[str, Decision]) -> CodedTitle | None:
    decision = remembered.get("".join(parts))
    if decision is None:
        return None
    return CodedTitle(decision.family, decision.occupation, 1.0, decided=True, remembered=True)


def _own_words(occupation: Occupation) -> list[tuple[str, float]]:
    name = comparable_word(occupation.name)
    words = [(name, NAME)]
    for formal, spoken in _SPOKEN:
        if name.endswith(formal):
            words.append((name[: -len(formal)] + spoken, SPOKEN))
    words += [(word, ALIAS) for alias in occupation.aliases for word in split_alias(alias)]
    return words


def _add(found: dict[tuple[str, int], float], text: str, row: int, trust: float) -> None:
    if len(text) > 1 or text == "焊":
        found[text, row] = max(trust, found.get((text, row), trust))


def _logistic(nearness: float, margin: float) -> float:
    likely = 1.0 / (1.0 + exp(-(CONFIDENCE[0] + CONFIDENCE[1] * nearness + CONFIDENCE[2] * margin)))
    return min(likely, MOST_CONFIDENT)
