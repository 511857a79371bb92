"""What a text must hold for a pattern to match it, so that most patterns need not be tried on most texts.

The keys of a pattern are sets of characters: every match holds one of each. They are read off the pattern itself and
only ever leave out what cannot match, so no finding depends on them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

DIGIT = "\\d"
"""The key that stands for a figure of any script."""
OPTIONAL = re.compile(r"(?:[*?]|\{0?,\d*\}|\{0\})[?+]?")
REPEATED = re.compile(r"(?:\+|\{\d+(?:,\d*)?\})?[?+]?")
GROUP = re.compile(r"\((\?:|\?<?[=!])?")
CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])+)\]")
MEMBER = re.compile(r"(\\.|.)(?:-(\\.|.))?", re.DOTALL)
WIDEST = 64

Keys = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A pattern with its keys."""

    pattern: re.Pattern[str]
    keys: Keys

    def may_match(self, signs: frozenset[str]) -> bool:
        """Whether a text of these characters can hold a match."""
        return not any(map(signs.isdisjoint, self.keys))


def keyed(pattern: re.Pattern[str]) -> Keyed:
    """The pattern with the keys read off it, least first."""
    return Keyed(pattern, tuple(sorted(_Reader(pattern.pattern).all(), key=len)))


def signs_of(text: str) -> frozenset[str]:
    """The characters of a text, as keys name them."""
    signs = frozenset(text)
    return signs | {DIGIT} if any(map(str.isdecimal, signs)) else signs


class _Reader:
    """Reads a pattern left to right. A class it does not know gives no key, a group it does not know is refused."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.place = pattern, 0

    def all(self) -> set[frozenset[str]]:
        """The keys of the alternatives up to a closing bracket or the end."""
        branches: list[set[frozenset[str]]] = [set()]
        while self.place < len(self.pattern) and self.pattern[self.place] != ")":
            if self.pattern[self.place] == "|":
                self.place += 1
                branches.append(set())
            else:
                branches[-1] |= self._item()
        return branches[0] if len(branches) == 1 else _of_any(branches)

    def _item(self) -> set[frozenset[str]]:
        keys = self._atom()
        if match := OPTIONAL.match(self.pattern, self.place):
            self.place = match.end()
            return set()
        if match := REPEATED.match(self.pattern, self.place):
            self.place = match.end()
        return keys

    def _atom(self) -> set[frozenset[str]]:
        char = self.pattern[self.place]
        if char == "(":
            return self._group()
        if char == "[" and (match := CLASS.match(self.pattern, self.place)):
            self.place = match.end()
            return set() if match[1] else _one_of(match[2])
        width = 2 if char == "\\" else 1
        self.place += width
        return set() if char in ".^$" else _one_of(self.pattern[self.place - width : self.place])

    def _group(self) -> set[frozenset[str]]:
        match = GROUP.match(self.pattern, self.place)
        if match is None or self.pattern.startswith("?", match.end()):
            raise ValueError(f"no such group is read: {self.pattern[self.place :][:8]}")
        self.place = match.end()
        keys = self.all()
        self.place += 1
        return keys if match[1] in {None, "?:"} else set()


def _of_any(branches: Iterable[set[frozenset[str]]]) -> set[frozenset[str]]:
    """Two keys that hold whichever branch matches: of each branch one of its least keys, and another."""
    if not all(branches):
        return set()
    ranked = [sorted(keys, key=lambda key: (len(key), sorted(key))) for keys in branches]
    return {frozenset().union(*(keys[0] for keys in ranked)), frozenset().union(*(keys[-1] for keys in ranked))}


def _one_of(members: str) -> set[frozenset[str]]:
    """The key of one character out of these, if they are few and known."""
    signs: set[str] = set()
    for match in MEMBER.finditer(members):
        first, last = match[1], match[2]
        if last is not None and (len(first) > 1 or len(last) > 1 or ord(last) - ord(first) > WIDEST):
            return set()
        if last is not None:
            signs.update(map(chr, range(ord(first), ord(last) + 1)))
        elif first in {r"\d", r"\n"}:
            signs.add(DIGIT if first == r"\d" else "\n")
        elif len(first) == 1 or not first[1].isalnum():
            signs.add(first[-1])
        else:
            return set()
    return {frozenset(signs)}
