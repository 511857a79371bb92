"""The door to matching/ for titles and trades: the coder and the affinity tables built from shipped data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from app.occupations.families import FAMILIES, SYNONYMS, synonyms, trade_families
from app.occupations.reference import OCCUPATIONS, classification
from matching import affinity, title_index, titles
from matching.normalise import comparable_title

Alternative = titles.Alternative
CodedTitle = titles.CodedTitle
Decision = titles.Decision
DECIDE_FROM = titles.DECIDE_FROM
NO_INDEX = -1


@dataclass(frozen=True, eq=False)
class Affinity:
    """How near trade families and occupations are, with the index of every code.

    ``families`` and ``occupations`` are int32 millionths, square, symmetric, read-only; row and column i stand for
    ``family_codes[i]`` and ``occupation_codes[i]``. ``version`` changes with the data and the constants.
    """

    family_codes: tuple[str, ...]
    occupation_codes: tuple[str, ...]
    families: NDArray[np.int32]
    occupations: NDArray[np.int32]
    version: str
    family_index: Mapping[str, int]
    occupation_index: Mapping[str, int]

    def family_at(self, code: str | None) -> int:
        """Index of a family, −1 for none or an unknown one."""
        return self.family_index.get(code, NO_INDEX) if code else NO_INDEX

    def occupation_at(self, code: str | None) -> int:
        """Index of an occupation of any level, −1 for none or an unknown one."""
        return self.occupation_index.get(code, NO_INDEX) if code else NO_INDEX


@cache
def coder() -> titles.TitleCoder:
    """The title coder, built once per process (about a second)."""
    known = synonyms()
    return titles.TitleCoder(
        _library_occupations(),
        [
            titles.TradeFamily(family.code, family.keywords, family.occupations, family.general, family.shared)
            for family in trade_families().values()
        ],
        known.words,
        titles.GeneralLabour(known.general_code, known.general_words),
    )


def code(
    texts: Sequence[str], *, contexts: Sequence[str] | None = None, remembered: Mapping[str, Decision] | None = None
) -> list[CodedTitle]:
    """The reading of each title, in order. ``contexts``: the employer's name; ``remembered``: see ``remember``."""
    around = None if contexts is None else simplified(contexts)
    return coder().code(simplified(texts), contexts=around, remembered=remembered)


def remember(decisions: Iterable[tuple[str, str | None, str | None]]) -> dict[str, Decision]:
    """(title, family, occupation) as people decided → what ``code`` takes; a later decision replaces an earlier."""
    chosen = list(decisions)
    plain = simplified([title for title, _, _ in chosen])
    return {
        comparable_title(title): Decision(family, occupation)
        for title, (_, family, occupation) in zip(plain, chosen, strict=True)
    }


def title_key(text: str) -> str:
    """The text under which a decision on a title is kept: equal for titles that differ in noise only."""
    return comparable_title(simplified([text])[0])


def family_of(occupation: str) -> str | None:
    """The trade family of an occupation code, None where it belongs to none."""
    return coder().family_of(occupation)


def simplified(texts: Sequence[str]) -> list[str]:
    """Texts in simplified characters."""
    convert = _converter().convert
    return [text if text.isascii() else convert(text) for text in texts]


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def trade_affinity() -> Affinity:
    """The affinity tables, computed once per process (about two seconds)."""
    families = trade_families()
    related = {(family.code, other): value for family in families.values() for other, value in family.related.items()}
    library = _library_occupations()
    family_codes = tuple(families)
    occupation_codes = tuple(occupation.code for occupation in library)
    return Affinity(
        family_codes=family_codes,
        occupation_codes=occupation_codes,
        families=_frozen(affinity.family_affinity(family_codes, related)),
        occupations=_frozen(affinity.occupation_affinity(library)),
        version=data_version(),
        family_index={code: at for at, code in enumerate(family_codes)},
        occupation_index={code: at for at, code in enumerate(occupation_codes)},
    )


@cache
def data_version() -> str:
    """A short hash of the classification, families, synonyms and the constants that turn them into numbers."""
    digest = sha256()
    for path in (OCCUPATIONS, FAMILIES, SYNONYMS):
        digest.update(path.read_bytes())
    for module in (affinity, title_index, titles):
        constants = {name: value for name, value in vars(module).items() if name.isupper()}
        digest.update(repr(sorted((name, repr(value)) for name, value in constants.items())).encode())
    return f"trades-{digest.hexdigest()[:12]}"


def _library_occupations() -> list[titles.Occupation]:
    return [titles.Occupation(entry.code, entry.name, entry.aliases, entry.terms) for entry in classification().entries]


def _frozen(values: NDArray[np.int32]) -> NDArray[np.int32]:
    values.flags.writeable = False
    return values
