"""A text as the law checks read it: look-alikes, traditional characters and split or romanised words made plain.

Whoever hides "押金" from a rule writes it "押 金", "押🔥金", "壓金" or "ya jin". Each character of the plain text knows
where in the original it stands, so that a finding can show the words as they were written.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from opencc import OpenCC

from app.intake.values.pay.tokens import fold
from app.shared.strict_yaml import load_strict

WATCHED_FILE = Path(__file__).parent / "data" / "watched_words.yaml"
HAN = re.compile("[\u4e00-\u9fff]")
# What may stand between the characters of a split word: anything that is no letter, figure or stop of a clause.
SPLIT = r"[^\w,;:。!?\n]|_"
MONEY = "💰💴💵💸🪙"
REFUSAL = re.compile("[🚫❌⛔❎✖✘✗🙅]+(?![不没无勿别禁拒])")
REFUSED = "不要"
"""What a sign of refusal says beside a word; before a word of refusal, or inside a word, it is an ornament."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original that a span of the plain text was made from."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=64)
def plain(text: str) -> Plain:
    """The text made plain."""
    signs: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for sign in _plain_sign(char):
            signs.append(sign)
            places.append(place)
    return _joined("".join(signs), places)


@lru_cache(maxsize=8192)
def _plain_sign(char: str) -> str:
    """One character in its common form; nothing for those that do not show."""
    if char in MONEY:
        return "钱"
    if unicodedata.category(char) in {"Cf", "Mn", "Me", "Cc"} and char not in "\n\t":
        return ""
    common = unicodedata.normalize("NFKC", char)
    return fold(_simplifier().convert(common) if HAN.search(common) else common).lower()


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def _joined(signs: str, places: list[int]) -> Plain:
    """Split, misspelt and romanised watched words put right."""
    text: list[str] = []
    kept: list[int] = []
    done = 0
    for match in _watched().finditer(signs):
        word = _words()[match.lastgroup or ""]
        text.append(signs[done : match.start()] + word)
        kept.extend(places[done : match.start()])
        # The word's first character stands for where it begins, its last for where it ends.
        kept.extend([places[match.start()]] * (len(word) - 1) + [places[match.end() - 1]])
        done = match.end()
    text.append(signs[done:])
    kept.extend(places[done:])
    return _refusals_said("".join(text), kept)


def _refusals_said(text: str, places: list[int]) -> Plain:
    """Signs of refusal put into words: 🚫押金 asks for none, 女❌ takes none."""
    said: list[str] = []
    kept: list[int] = []
    done = 0
    for match in REFUSAL.finditer(text):
        said.append(text[done : match.start()] + REFUSED)
        kept.extend([*places[done : match.start()], places[match.start()], places[match.end() - 1]])
        done = match.end()
    return Plain("".join(said) + text[done:], (*kept, *places[done:]))


@cache
def _words() -> dict[str, str]:
    """Group name → the word as the rules know it."""
    return {f"w{number}": word for number, word in enumerate(load_strict(WATCHED_FILE))}


@cache
def _watched() -> re.Pattern[str]:
    """Every watched word, in any of its spellings, longest first."""
    words = sorted(_words().items(), key=lambda one: -len(one[1]))
    spellings = load_strict(WATCHED_FILE)
    return re.compile("|".join(f"(?P<{name}>{_spellings(word, spellings[word])})" for name, word in words))


def _spellings(word: str, ways: list[str]) -> str:
    """The word split by blanks and ornaments, in letters, in a mixture, with one initial, or as it is misspelt."""
    letters, *misspelt = ways
    between = f"(?:{SPLIT}){{0,3}}"
    pairs = list(zip(word, letters.split(), strict=True))
    mixed = between.join(f"(?:{char}|(?<![a-z]){one}(?![a-z])|{one}(?=[\u4e00-\u9fff]))" for char, one in pairs)
    run = f"(?<![a-z]){letters.replace(' ', '')}(?![a-z])"
    initials = [
        "".join(f"(?<![a-z]){one[0]}(?![a-z])" if at == place else char for at, (char, one) in enumerate(pairs))
        for place in range(len(pairs))
    ]
    return "|".join([mixed, run, *initials, *misspelt])
