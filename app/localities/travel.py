"""Door-to-door time between counties: an estimate from coordinates, until an office enters real services.

The way is longer than the straight line by the mean detour of 25 Chinese cities (1.324, Annals of GIS, 2021);
coach speed and access time are assumptions.
"""

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0
DETOUR = 1.324
COACH_KM_PER_HOUR = 70.0  # assumption: motorway coach with its legal rests
ACCESS_MINUTES = 60.0  # assumption: village to coach and coach to gate
SAME_COUNTY_MINUTES = 40


def travel_minutes(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.int32]:
    """Minutes between all pairs of places, −1 where a coordinate (NaN) is missing.

    Parameters: degrees, shape (z,). Returns: shape (z, z), symmetric; the diagonal is a trip within one county.
    """
    lon, lat = np.radians(longitude), np.radians(latitude)
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    minutes = ACCESS_MINUTES + km * DETOUR / COACH_KM_PER_HOUR * 60
    table = np.where(np.isnan(minutes), -1, np.rint(np.nan_to_num(minutes))).astype(np.int32)
    np.fill_diagonal(table, SAME_COUNTY_MINUTES)
    return table
