"""Category lists as data: codes, labels in both languages, days of use, and the words sheets use for each value.

The lists are in ``data/categories.yaml``. A value out of use keeps its entry with a last day, because old records
point at it. What a list's codes mean for a score or a gate is not said here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.shared.strict_yaml import DataFileError, check_keys, load_strict

DATA = Path(__file__).parent / "data" / "categories.yaml"

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_PUNCTUATION = re.compile(r"[\s,;:.。·、!?\"'()\[\]<>{}|_/\\~-]+")
_SEPARATOR = re.compile(r"[,;、/|\s]+|以及|或者|或|和")
_NEGATION = re.compile(r"(不|无|没|非|免|拒)(上|想|要|能|愿|可|是|做|倒)?$")


@dataclass(frozen=True, slots=True)
class Category:
    """One value of a list. ``last_on`` is the last day of use, None while in use."""

    code: str
    zh: str
    en: str
    first_on: date
    last_on: date | None = None
    synonyms: tuple[str, ...] = ()
    note: str = ""

    def in_use(self, day: date) -> bool:
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def label(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


class CategoryList:
    """The values of one list in their order, found by code or by the words a sheet uses."""

    def __init__(self, name: str, zh: str, en: str, values: Iterable[Category]) -> None:
        self.name, self.zh, self.en = name, zh, en
        self.values = tuple(values)
        self._by_code = {value.code: value for value in self.values}
        self._by_word: dict[str, str] = {}
        for value in self.values:
            for word in (value.code, value.zh, value.en, *value.synonyms):
                self._claim(comparable(word), value.code)
        self._longest_first = sorted(self._by_word, key=lambda word: (-len(word), word))

    def _claim(self, word: str, code: str) -> None:
        holder = self._by_word.setdefault(word, code)
        if holder != code:
            raise DataFileError(f"categories.yaml: {self.name}: the word {word!r} stands under {holder} and {code}")

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Category:
        return self._by_code[code]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._by_code)

    def label(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en

    def in_use(self, day: date) -> tuple[Category, ...]:
        """The values to offer in a form on that day."""
        return tuple(value for value in self.values if value.in_use(day))

    def resolve(self, text: str) -> str | None:
        """The one code a cell means: an exact word first, else the only code whose words it contains.

        A word after a negation (不上夜班) does not count. Two codes, or none, give None: someone is asked.
        """
        wanted = comparable(text)
        if not wanted:
            return None
        exact = self._by_word.get(wanted)
        if exact is not None:
            return exact
        found = self._contained(wanted)
        return found[0] if len(found) == 1 else None

    def resolve_all(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(codes in the order written, parts that mean nothing known) of a cell that may list several values."""
        codes: list[str] = []
        unknown: list[str] = []
        for part in _SEPARATOR.split(unicodedata.normalize("NFKC", text).strip()):
            if not comparable(part):
                continue
            exact = self._by_word.get(comparable(part))
            found = [exact] if exact else self._contained(comparable(part))
            if not found:
                unknown.append(part)
            codes.extend(code for code in found if code not in codes)
        return tuple(codes), tuple(unknown)

    def _contained(self, text: str) -> list[str]:
        """Codes whose words stand in the text; a longer word hides the shorter ones inside it."""
        taken = [False] * len(text)
        hits: list[tuple[int, str]] = []
        for word in self._longest_first:
            if len(word) < 2 or word.isascii():
                continue  # one character, or English inside Chinese text, means too little
            for match in re.finditer(re.escape(word), text):
                start, end = match.span()
                if any(taken[start:end]):
                    continue
                taken[start:end] = [True] * (end - start)
                if not _NEGATION.search(text[:start]):
                    hits.append((start, self._by_word[word]))
        return list(dict.fromkeys(code for _, code in sorted(hits)))


def comparable(text: str) -> str:
    """Text as it is compared: one width, lower case, without spaces and punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).lower().replace("–", "").replace("—", ""))


def load_categories(path: Path = DATA) -> dict[str, CategoryList]:
    """All lists by name. Raises DataFileError for an unknown or missing key, a word or code given twice, odd dates."""
    content = load_strict(path)
    if not isinstance(content, Mapping):
        raise DataFileError(f"{path.name}: expected lists by name")
    return {name: _read_list(str(name), entry) for name, entry in content.items()}


def _read_list(name: str, entry: Any) -> CategoryList:
    where = f"categories.yaml: {name}"
    check_keys(where, entry, required=("zh", "en", "first_on", "values"))
    values = [_read_value(f"{where}: {index}", value, entry["first_on"]) for index, value in enumerate(entry["values"])]
    codes = [value.code for value in values]
    if len(set(codes)) != len(codes):
        raise DataFileError(f"{where}: a code stands twice: {sorted(c for c in set(codes) if codes.count(c) > 1)}")
    return CategoryList(name, entry["zh"], entry["en"], values)


def _read_value(where: str, entry: Any, first_on: date) -> Category:
    check_keys(where, entry, required=("code", "zh", "en"), optional=("first_on", "last_on", "synonyms", "note"))
    value = Category(
        code=entry["code"],
        zh=entry["zh"],
        en=entry["en"],
        first_on=entry.get("first_on", first_on),
        last_on=entry.get("last_on"),
        synonyms=tuple(entry.get("synonyms", ())),
        note=entry.get("note", ""),
    )
    texts = (value.code, value.zh, value.en, value.note, *value.synonyms)
    if not all(isinstance(text, str) for text in texts):
        raise DataFileError(f"{where}: code, labels, synonyms and note are text; quote what YAML reads otherwise")
    if not _CODE.fullmatch(value.code):
        raise DataFileError(f"{where}: the code {value.code!r} is not lower case with underscores")
    if not all(isinstance(day, date) for day in (value.first_on, value.last_on or value.first_on)):
        raise DataFileError(f"{where}: first_on and last_on are days such as 2026-01-01")
    if value.last_on is not None and value.last_on < value.first_on:
        raise DataFileError(f"{where}: last_on lies before first_on")
    return value


@lru_cache(maxsize=1)
def category_lists() -> Mapping[str, CategoryList]:
    """The shipped lists, read once."""
    return load_categories()


def categories(name: str) -> CategoryList:
    """One shipped list by name, for example ``categories("lodging")``. Raises KeyError for an unknown name."""
    return category_lists()[name]
