"""Whose sheet it is and as of which day: what the calculating processes need to know, as plain values."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.intake.homes import Homes, homes
from app.intake.place_names import known_county_codes, place_resolver
from app.intake.reading.readers import ReadingContext
from app.intake.values.dates import EXCEL_1900
from app.shared.encryption import KeyRing, read_key_file


@dataclass(frozen=True)
class Office:
    """The office that brings a sheet in. ``custodian_id`` is the county office that will have its people."""

    organisation_id: int
    custodian_id: int
    home_code: str | None
    scope: tuple[str, ...]
    today: date
    epoch: date = EXCEL_1900

    def counting_from(self, epoch: date) -> "Office":
        """The same office with a sheet whose serial numbers of days begin elsewhere."""
        return replace(self, epoch=epoch)

    def context(self) -> ReadingContext:
        """What the reading of cells needs, remembered per process."""
        return _context(self.home_code, self.today, self.epoch)

    def homes(self) -> Homes:
        """The reader of townships, remembered per process."""
        return homes(self.home_code, self.scope)


@lru_cache(maxsize=8)
def _context(home_code: str | None, today: date, epoch: date) -> ReadingContext:
    return ReadingContext(
        today=today,
        resolve_place=place_resolver(home_code),
        home_code=home_code,
        known_county=known_county_codes(),
        epoch=epoch,
    )


KeySource = Path | KeyRing
"""Another process gets the place of the key file, for keys are not sent around; the same process the keys."""


def keys_in(source: KeySource) -> KeyRing:
    """The key ring; a file is read once per process."""
    return source if isinstance(source, KeyRing) else _read_keys(source)


@lru_cache(maxsize=2)
def _read_keys(path: Path) -> KeyRing:
    return read_key_file(path)
