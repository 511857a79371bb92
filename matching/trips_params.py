"""The rules of driving and resting, habits of a departure, and what weighs how much against what."""

from dataclasses import dataclass, fields

from matching.exceptions import InvalidParamsError

DAY = 1_440


@dataclass(frozen=True)
class TripParams:
    """Rules, habits and weights of a plan. Times of day and lengths of time are minutes, money is fen.

    Parameters
    ----------
    version
        Name under which a plan records them.
    day_drive, night_drive, rest
        Longest driving without a break by day and by night, and the shortest break. At night the time driven since
        the last break counts whole, whenever it began.
    night_from, night_until
        When night begins and ends.
    still_from, still_until
        Nobody drives in between but a relayed crew that has not driven on this trip before.
    driver_limit
        Longest driving of one driver in 24 hours; held for the whole trip, which is stricter on trips beyond a day.
    stop_fixed, stop_people
        A stop takes ``stop_fixed``, and one minute more for every ``stop_people`` who get on or off.
    transfer
        Least time between the arrival of a feeder and the leaving of the coach.
    coach_tour, feeder_tour
        Longest driving a coach spends on picking people up beyond the direct way, and longest driving of a feeder.
    drops, detour_percent
        Most sites of one coach, and how much longer than the way to the farthest of them its way may be.
    decent_from
        Being picked up before this time of day is a burden.
    early_fen, ride_fen
        Weight of an hour before ``decent_from`` and of an hour on the way, per person.
    empty_fen
        Weight of an empty seat.
    grid
        Departures are tried every so many minutes.
    iterations
        Length of the search. It ends by count, never by time, so that a plan can be made again.
    restarts
        How many ways of using feeders are planned in full; the best is taken.

    References: Regulations on Road Transport, art. 28; Implementing Regulations of the Road Traffic Safety Law, art.
    62 (7); Safety Management Norms of Road Passenger Transport Enterprises, art. 38.
    """

    version: str = "trips/1"
    day_drive: int = 240
    night_drive: int = 120
    rest: int = 20
    night_from: int = 22 * 60
    night_until: int = 6 * 60
    still_from: int = 2 * 60
    still_until: int = 5 * 60
    driver_limit: int = 480
    stop_fixed: int = 5
    stop_people: int = 6
    transfer: int = 15
    coach_tour: int = 420
    feeder_tour: int = 240
    drops: int = 3
    detour_percent: int = 20
    decent_from: int = 6 * 60
    early_fen: int = 1_000
    ride_fen: int = 50
    empty_fen: int = 0
    grid: int = 10
    iterations: int = 1_000
    restarts: int = 3

    def __post_init__(self) -> None:
        """Check the domains. Raises: InvalidParamsError."""
        least = {"stop_fixed", "transfer", "detour_percent", "early_fen", "ride_fen", "empty_fen", "decent_from"}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "version":
                continue
            if not isinstance(value, int) or value < (0 if field.name in least else 1):
                raise InvalidParamsError(f"TripParams.{field.name}: {value!r} is not a whole number in its domain")
        if not self.still_from < self.still_until <= self.night_until < self.night_from < DAY:
            raise InvalidParamsError("TripParams: the hours of standstill lie within the end of the night")
        if self.night_drive > self.day_drive or self.day_drive > self.driver_limit:
            raise InvalidParamsError("TripParams: night_drive, day_drive and driver_limit do not rise")

    def standing(self, people: int) -> int:
        """Minutes a stop takes at which so many get on or off."""
        return self.stop_fixed + people // self.stop_people

    def is_night(self, time: int) -> bool:
        """Whether it is night at this time."""
        return not self.night_until <= time % DAY < self.night_from

    def is_still(self, time: int) -> bool:
        """Whether vehicles stand still at this time."""
        return self.still_from <= time % DAY < self.still_until
