"""The trade families of the sample: how likely, how paid, and in what words."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from app.demo.sample.chance import Weighted
from app.demo.sample.identities import DATA
from app.shared.strict_yaml import load_strict

SKILLED = (
    "welding",
    "fitting",
    "cnc",
    "electricians",
    "warehouse_forklift",
    "building_trades",
    "sewing",
    "household_care",
    "driving_delivery",
    "catering",
)


@dataclass(frozen=True)
class Trade:
    """One trade family, with what trades.yaml and trade_words.yaml say of it."""

    code: str
    industry: str
    weight: float
    women: float
    pay: tuple[int, int]
    hiring: float
    hours: tuple[int, int]
    lodging: str
    did: tuple[str, ...]
    titles: tuple[str, ...]
    companies: tuple[str, ...]
    bases: Weighted[str]
    shifts: Weighted[str]
    traits: tuple[str, ...]
    asks: tuple[str, ...]
    certificate: str | None
    certified: str
    contracts: Weighted[str]
    work: str

    def certificate_of(self, word: str) -> str | None:
        """The certificate that goes with a post or work of this name, if one does."""
        return self.certificate if self.certified in word else None


@cache
def trades() -> dict[str, Trade]:
    """All families by code."""
    facts = load_strict(DATA / "trades.yaml")
    words = load_strict(DATA / "trade_words.yaml")
    if set(facts) != set(words):
        raise ValueError(
            f"trades.yaml and trade_words.yaml name different families: {sorted(set(facts) ^ set(words))}."
        )
    return {code: _trade(code, {**facts[code], **words[code]}) for code in facts}


def _trade(code: str, entry: dict[str, Any]) -> Trade:
    low, high = entry["pay"]
    fewest, most = entry["hours"]
    return Trade(
        code=code,
        industry=entry["industry"],
        weight=entry["weight"],
        women=entry["women"],
        pay=(low, high),
        hiring=entry["hiring"],
        hours=(fewest, most),
        lodging=entry["lodging"],
        did=tuple(entry["did"]),
        titles=tuple(entry["titles"]),
        companies=tuple(entry["companies"]),
        bases=Weighted(entry["bases"]),
        shifts=Weighted(entry["shifts"]),
        traits=tuple(entry["traits"]),
        asks=tuple(entry["asks"]),
        certificate=entry.get("certificate"),
        certified=entry.get("certified", ""),
        contracts=Weighted(entry["contracts"]),
        work=entry["work"],
    )


@cache
def trade_in(industry: str, sex: str) -> Weighted[str]:
    """Families of an industry, by their share among one sex."""
    return Weighted(
        {t.code: t.weight * (t.women if sex == "female" else 1.0) for t in trades().values() if t.industry == industry}
    )


@cache
def hiring() -> Weighted[str]:
    """Families by their share among vacancies."""
    return Weighted({trade.code: trade.hiring for trade in trades().values()})
