"""The people the sample draws, after the published survey: age, sex, schooling, industry and pay hang together.

Margins are the survey's. Where it gives none (finer age bands, what goes with what) the figures here are assumptions,
scaled until the margins hold again.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.demo.sample.chance import Table, Weighted, fitted

SURVEY_PATH = Path(__file__).parents[1] / "data" / "migrant_survey_2023_2024.json"

# Ages within the survey's three groups (<=40, 41-50, >50) are an assumption that keeps the survey's mean age.
AGE_BANDS = {
    "16-20": (16, 20),
    "21-30": (21, 30),
    "31-40": (31, 40),
    "41-50": (41, 50),
    "51-60": (51, 60),
    "61+": (61, 68),
}
WITHIN_GROUP = {
    "16-20": ("<=40", 0.035),
    "21-30": ("<=40", 0.325),
    "31-40": ("<=40", 0.64),
    "41-50": ("41-50", 1.0),
    "51-60": (">50", 0.80),
    "61+": (">50", 0.20),
}
SCHOOLING = {
    "none": "文盲或半文盲",
    "primary": "小学",
    "junior_secondary": "初中",
    "senior_secondary": "高中",
    "college_or_more": "大专",
}
SCHOOLING_BY_AGE = {
    "16-20": (0.001, 0.02, 3.0, 5.0, 2.0),
    "21-30": (0.02, 0.2, 4.0, 3.0, 6.0),
    "31-40": (0.1, 0.8, 6.0, 2.2, 3.0),
    "41-50": (0.3, 2.0, 7.0, 1.5, 0.8),
    "51-60": (0.8, 4.0, 5.0, 1.0, 0.15),
    "61+": (2.0, 6.0, 3.0, 0.6, 0.05),
}
INDUSTRIES = (
    "manufacturing",
    "construction",
    "wholesale_retail",
    "transport_storage_post",
    "accommodation_catering",
    "resident_services_repair",
    "other",
)
INDUSTRY_BY_AGE = {
    "16-20": (3.0, 0.2, 1.2, 0.8, 2.0, 0.8, 0.5),
    "21-30": (3.0, 0.5, 1.4, 1.3, 1.4, 0.9, 0.7),
    "31-40": (2.6, 1.0, 1.3, 1.4, 1.0, 0.9, 0.8),
    "41-50": (2.0, 1.7, 1.0, 1.0, 0.9, 1.0, 1.0),
    "51-60": (1.5, 2.4, 0.7, 0.5, 0.7, 1.3, 1.6),
    "61+": (0.8, 2.0, 0.5, 0.2, 0.5, 1.6, 2.6),
}
INDUSTRY_OF_WOMEN = (1.1, 0.12, 1.5, 0.3, 1.6, 1.6, 1.0)
# How much likelier work of an industry is away from the home township (its means: 5,441 away, 4,131 yuan local).
AWAY_TENDENCY = (1.4, 1.6, 0.6, 0.9, 0.8, 0.7, 0.4)


@dataclass(frozen=True)
class Survey:
    """The shares the sample draws from, all adding up to 1 within their group."""

    sexes: dict[str, float]
    age_bands: dict[str, float]
    schooling: Table[str, str]
    industry: Table[tuple[str, str], str]
    away: Table[str, str]
    away_across_provinces: dict[str, float]
    monthly_wage: dict[str, float]
    mean_age: float
    regions: dict[str, str]

    def region_of(self, province: str) -> str:
        """East, central, west or northeast, by the province's short name."""
        return next(
            (region for region, names in self.regions.items() if any(n in province for n in names.split())), "central"
        )


@cache
def survey() -> Survey:
    """Read the shipped figures: 2024, and 2023 where 2024 has none."""
    figures = json.loads(SURVEY_PATH.read_text(encoding="utf-8"))
    latest = {**figures["2023"], **figures["2024"]}
    ages = {band: latest["age_pct"][group] * share / 100 for band, (group, share) in WITHIN_GROUP.items()}
    sexes = {sex: share / 100 for sex, share in latest["sex_pct"].items()}
    industries = _industry_shares(latest)
    away = latest["out_10k"] / latest["total_10k"]
    wages = {**latest["mean_monthly_wage_by_industry"]}
    wages["other"] = float(latest["mean_monthly_wage_local"])
    return Survey(
        sexes=sexes,
        age_bands=ages,
        schooling=_schooling(ages, latest),
        industry=_industry(ages, sexes, industries),
        away=fitted(
            {i: {"away": t, "local": 1.0} for i, t in zip(INDUSTRIES, AWAY_TENDENCY, strict=True)},
            industries,
            {"away": away, "local": 1 - away},
        ),
        away_across_provinces={r: v / 100 for r, v in latest["inter_province_pct_of_out_by_origin"].items()},
        monthly_wage=wages,
        mean_age=latest["mean_age"],
        regions=figures["regions"],
    )


def _industry_shares(latest: dict[str, Any]) -> dict[str, float]:
    shares = {industry: value / 100 for industry, value in latest["industry_pct"].items()}
    return {**shares, "other": 1 - sum(shares.values())}


def _schooling(ages: dict[str, float], latest: dict[str, Any]) -> Table[str, str]:
    tendency = {band: dict(zip(SCHOOLING, row, strict=True)) for band, row in SCHOOLING_BY_AGE.items()}
    total = sum(latest["education_pct"].values())
    return fitted(tendency, ages, {level: latest["education_pct"][level] / total for level in SCHOOLING})


def _industry(ages: dict[str, float], sexes: dict[str, float], shares: dict[str, float]) -> Table[tuple[str, str], str]:
    rows = {(sex, band): sexes[sex] * ages[band] for sex in sexes for band in ages}
    tendency = {
        (sex, band): {
            industry: lean * (woman if sex == "female" else 1.0)
            for industry, lean, woman in zip(INDUSTRIES, INDUSTRY_BY_AGE[band], INDUSTRY_OF_WOMEN, strict=True)
        }
        for sex, band in rows
    }
    return fitted(tendency, rows, shares)


def age_choice() -> Weighted[str]:
    """Age bands by their share."""
    return Weighted(survey().age_bands)
