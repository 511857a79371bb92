"""Trade families and synonyms of titles, as shipped data: read strictly, checked against the classification."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.occupations.reference import OCCUPATIONS, Classification, classification
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

FAMILIES = OCCUPATIONS.with_name("trade_families.yaml")
SYNONYMS = FAMILIES.with_name("title_synonyms.yaml")


@dataclass(frozen=True, slots=True)
class TradeFamily:
    """A trade family; see the head of trade_families.yaml for what the parts mean."""

    code: str
    zh: str
    en: str
    general: str
    keywords: tuple[str, ...]
    occupations: tuple[str, ...]
    shared: tuple[str, ...]
    related: Mapping[str, float]

    def label(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words for occupations, and the words for unspecific labour with the code they mean."""

    words: Mapping[str, tuple[str, ...]]
    general_code: str
    general_words: tuple[str, ...]


def load_families(known: Classification, path: Path = FAMILIES) -> dict[str, TradeFamily]:
    """The families in their order. Raises DataFileError for unknown keys, codes or relations."""
    content = load_strict(path)
    families = {code: _read_family(f"{path.name}: {code}", code, entry, known) for code, entry in content.items()}
    for family in families.values():
        for other in family.related:
            if other not in families or other == family.code or family.code in families[other].related:
                raise DataFileError(f"{path.name}: {family.code}: {other} is unknown, itself, or related twice")
    return families


def _read_family(where: str, code: str, entry: Any, known: Classification) -> TradeFamily:
    required = ("zh", "en", "general", "keywords", "occupations", "related")
    check_keys(where, entry, required=required, optional=("shared",))
    family = TradeFamily(
        code=code,
        zh=entry["zh"],
        en=entry["en"],
        general=entry["general"],
        keywords=tuple(entry["keywords"]),
        occupations=tuple(entry["occupations"]),
        shared=tuple(entry.get("shared", ())),
        related=dict(entry["related"]),
    )
    for one in (family.general, *family.shared):
        if one not in known:
            raise DataFileError(f"{where}: {one} is no code of the classification")
    for prefix in family.occupations:
        if not any(occupation.code.startswith(prefix) for occupation in known.entries):
            raise DataFileError(f"{where}: no code of the classification begins with {prefix}")
    if not all(isinstance(value, float) and 0 < value < 1 for value in family.related.values()):
        raise DataFileError(f"{where}: related families carry a number between 0 and 1")
    if not all(isinstance(word, str) for word in family.keywords):
        raise DataFileError(f"{where}: keywords are text; quote what YAML reads otherwise")
    return family


def load_synonyms(known: Classification, path: Path = SYNONYMS) -> Synonyms:
    """The synonyms. Raises DataFileError for an unknown code or a word under two codes."""
    content = load_strict(path)
    check_keys(path.name, content, required=("general", "synonyms"))
    check_keys(f"{path.name}: general", content["general"], required=("code", "words"))
    general = content["general"]
    holders: dict[str, str] = {}
    for code, words in [(general["code"], general["words"]), *content["synonyms"].items()]:
        if code not in known:
            raise DataFileError(f"{path.name}: {code} is no code of the classification")
        for word in words:
            if not isinstance(word, str) or holders.setdefault(word, code) != code:
                raise DataFileError(f"{path.name}: {word!r} is no text or stands under {holders.get(word)} and {code}")
    words_by_code = {code: tuple(words) for code, words in content["synonyms"].items()}
    return Synonyms(words_by_code, general["code"], tuple(general["words"]))


@cache
def trade_families() -> Mapping[str, TradeFamily]:
    """The shipped families by code, in their order, read once."""
    return load_families(classification())


@cache
def synonyms() -> Synonyms:
    """The shipped synonyms, read once."""
    return load_synonyms(classification())
