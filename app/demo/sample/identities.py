"""Numbers and names that are well formed and belong to nobody.

- ID number (GB 11643): the first six digits of a real one name the *county* of registration. The sample's name a whole
  province (``340000``), which no issued number can. Birth date, sex digit and check digit are right.
- Mobile number: begins with 154, a block not given out to any operator.
- Credit code (GB 32100): its registering division begins with 99, which is no province. Both check digits are right.

``is_sample_*`` tell a sample number from any other, so that a test can look and an office can refuse or clear them.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.demo.sample.chance import Chance, Weighted
from app.shared.strict_yaml import load_strict

DATA = Path(__file__).parents[1] / "data"
MOBILE_BLOCK = "154"
AUTHORITY_BLOCK = "99"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def id_check_digit(first_17: str) -> str:
    """The 18th character of an ID number (ISO 7064, MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True)) % 11]


def code_check_digit(first_17: str) -> str:
    """The 18th character of a credit code (GB 32100, MOD 31)."""
    total = sum(_CODE_ALPHABET.index(c) * weight for c, weight in zip(first_17, _CODE_WEIGHTS, strict=True))
    return _CODE_ALPHABET[-total % 31]


def body_check_digit(first_8: str) -> str:
    """The 9th character of the organisation code inside a credit code (GB 11714, MOD 11)."""
    rest = -sum(int(digit) * weight for digit, weight in zip(first_8, _BODY_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def is_sample_id(number: str) -> bool:
    """An 18-character number that names a province where an issued one names a county."""
    return len(number) == 18 and number[2:6] == "0000" and number[:2] != "00"


def is_sample_mobile(number: str) -> bool:
    """An 11-digit number of the block that no operator has."""
    return len(number) == 11 and number.startswith(MOBILE_BLOCK)


def is_sample_code(code: str) -> bool:
    """A credit code registered by a division that does not exist."""
    return len(code) == 18 and code[2:4] == AUTHORITY_BLOCK


class IdNumbers:
    """Hands out ID numbers of one province, each once."""

    def __init__(self, province_code: str) -> None:
        self.division = province_code[:2] + "0000"
        self.given: dict[tuple[date, str], int] = {}

    def next(self, born_on: date, sex: str) -> str:
        """The next number for a birth date and sex (``male`` or ``female``)."""
        used = self.given.get((born_on, sex), 0)
        if used >= 499:
            raise ValueError(
                f"More than 499 people of one sex born on {born_on}: the sample is too large for one county."
            )
        self.given[born_on, sex] = used + 1
        # Steps of 37 spread the codes over the day's range; 37 and 499 share no factor, so none comes twice.
        place = (used * 37 + born_on.toordinal()) % 499
        first_17 = f"{self.division}{born_on:%Y%m%d}{place * 2 + (1 if sex == 'male' else 2):03d}"
        return first_17 + id_check_digit(first_17)


def mobiles(start: int = 0) -> Iterator[str]:
    """Mobile numbers, each once for the first hundred million."""
    number = start
    while True:
        # 38,196,601 and 100,000,000 share no factor.
        yield f"{MOBILE_BLOCK}{number * 38_196_601 % 100_000_000:08d}"
        number += 1


def credit_codes(start: int = 0) -> Iterator[tuple[int, str]]:
    """Running numbers and the organisation codes for them, each once; ``credit_code`` makes the whole of it."""
    number = start
    while True:
        body = f"{number * 38_196_601 % 100_000_000:08d}"
        yield number, body + body_check_digit(body)
        number += 1


def credit_code(body: str, division_code: str) -> str:
    """An enterprise's code: 91, no division (99 and the first digits of the real one), body, check digit."""
    first_17 = f"91{AUTHORITY_BLOCK}{division_code[:4]}{body}"
    return first_17 + code_check_digit(first_17)


@cache
def name_parts() -> dict[str, Any]:
    """The parts of names, villages and companies."""
    parts: dict[str, Any] = load_strict(DATA / "names.yaml")
    return parts


@cache
def _surnames() -> Weighted[str]:
    return Weighted(name_parts()["surnames"])


def surname(chance: Chance) -> str:
    """A surname by its rough share."""
    return chance.among(_surnames())


def given_name(chance: Chance, sex: str, born_on: date) -> str:
    """One or two characters in the fashion of the generation."""
    year = born_on.year
    generation = "before_1975" if year < 1975 else "before_1995" if year < 1995 else "after"
    characters: str = name_parts()["given"][generation]["men" if sex == "male" else "women"]
    first = chance.pick(characters)
    return first if chance.hit(0.22) else first + chance.pick(characters)
