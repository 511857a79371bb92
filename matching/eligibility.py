"""The gates: whether a pair may be proposed at all, and if not, the first reason why. The plain definition.

Gates of law and consent fail closed: what is not known to be right fails. Gates of preference and licence pass on an
unknown, which is recorded: it must be asked before anything is offered.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.codes import NIGHT_SHIFTS, OPEN_END, AgeClass, Answer, Gate, PlaceKind, Scope, Trait
from matching.columns import Ints
from matching.pairs import Flags, Pairs, lies_in_any, place_known, same_county, same_province
from matching.tables import UNIDENTIFIED_CERTIFICATE


@dataclass(frozen=True, eq=False)
class GateOutcome:
    """What the gates say of each pair.

    Parameters
    ----------
    first
        ``Gate`` of the first failing gate, PASSED if none fails, shape (pairs,).
    failed
        Bits ``1 << Gate`` of every failing gate, shape (pairs,).
    unknown
        Bits ``1 << Gate`` of preference gates that met an unknown, shape (pairs,).
    """

    first: Ints
    failed: Ints
    unknown: Ints

    @property
    def passed(self) -> Flags:
        """Tell which pairs may be proposed."""
        return np.asarray(self.first == Gate.PASSED)


def gate_outcome(pairs: Pairs) -> GateOutcome:
    """Try every gate on every pair."""
    failed = np.zeros(len(pairs), dtype=np.int32)
    unknown = np.zeros(len(pairs), dtype=np.int32)
    for gate, fails in LEGAL_GATES.items():
        failed |= np.where(fails(pairs), 1 << gate, 0).astype(np.int32)
    for gate, tries in PREFERENCE_GATES.items():
        fail, open_question = tries(pairs)
        failed |= np.where(fail, 1 << gate, 0).astype(np.int32)
        unknown |= np.where(open_question & ~fail, 1 << gate, 0).astype(np.int32)
    first = np.full(len(pairs), Gate.PASSED, dtype=np.int32)
    for gate in reversed(Gate):
        if gate is not Gate.PASSED:
            first = np.where(failed >> gate & 1, gate, first).astype(np.int32)
    return GateOutcome(first, failed, unknown)


def _no_current_declaration(pairs: Pairs) -> Flags:
    declared, until, today = pairs.people("declared_on"), pairs.people("declaration_until"), pairs.problem.as_of
    return np.asarray((declared < 0) | (until < 0) | (declared > today) | (until < today))


def _out_of_scope(pairs: Pairs) -> Flags:
    scope, at_home = pairs.people("scope"), pairs.posts("work_at_home") == 1
    within = (scope >= Scope.AT_HOME) & at_home
    within |= (scope >= Scope.HOME_COUNTY) & same_county(pairs)
    within |= (scope >= Scope.OTHER_CITY) & same_province(pairs)
    return np.asarray(~(within | (scope == Scope.LEAVE_PROVINCE)))


def _no_consent(pairs: Pairs) -> Flags:
    return np.asarray(pairs.people("consent") != Answer.YES)


def _too_young(pairs: Pairs) -> Flags:
    age = pairs.people("age_class")
    night = (pairs.posts("traits") & Trait.NIGHT != 0) | (pairs.posts("shifts") & NIGHT_SHIFTS != 0)
    for_adults = night | (pairs.posts("adults_only") != Answer.NO)
    return np.asarray(~((age == AgeClass.ADULT) | ((age == AgeClass.FROM_16_TO_17) & ~for_adults)))


def _legally_barred(pairs: Pairs) -> Flags:
    return np.asarray(pairs.people("legal_bars") & pairs.posts("legal_bars") != 0)


def _not_open(pairs: Pairs) -> Flags:
    return np.asarray(pairs.posts("open") != Answer.YES)


def _not_verified(pairs: Pairs) -> Flags:
    return np.asarray(pairs.posts("verified") != Answer.YES)


def _no_openings(pairs: Pairs) -> Flags:
    return np.asarray(pairs.posts("openings_free") < 1)


def _employer_not_in_standing(pairs: Pairs) -> Flags:
    return np.asarray(pairs.posts("employer_in_standing") != Answer.YES)


def _place_excluded(pairs: Pairs) -> tuple[Flags, Flags]:
    kinds = pairs.people("excluded_kind")
    excludes = (kinds != PlaceKind.NONE).any(axis=1)
    return lies_in_any(pairs, kinds, pairs.people("excluded_place")), excludes & ~place_known(pairs)


def _trade_excluded(pairs: Pairs) -> tuple[Flags, Flags]:
    excluded, trade = pairs.people("excluded_trades"), pairs.posts("trade")
    known = trade >= 0
    return known & (excluded >> np.where(known, trade, 0) & 1 == 1), ~known & (excluded != 0)


def _condition_excluded(pairs: Pairs) -> tuple[Flags, Flags]:
    excluded = pairs.people("excluded_traits")
    fails = excluded & pairs.posts("traits") != 0
    unknown = excluded & ~pairs.posts("traits_stated") != 0
    for refused, offered in (
        (pairs.people("excluded_shifts"), pairs.posts("shifts")),
        (pairs.people("excluded_contracts"), pairs.posts("contracts")),
    ):
        fails |= (offered != 0) & (offered & ~refused == 0)
        unknown |= (offered == 0) & (refused != 0)
    return fails, unknown


def _lodging_missing(pairs: Pairs) -> tuple[Flags, Flags]:
    needed, offered = pairs.people("lodging_needed"), pairs.posts("lodging")
    needs = needed != 0
    return needs & (offered != 0) & (needed & offered == 0), needs & (offered == 0)


def _dates_apart(pairs: Pairs) -> tuple[Flags, Flags]:
    can_from, can_until = pairs.people("available_from"), pairs.people("available_until")
    first, last = pairs.posts("starts_from"), pairs.posts("starts_until")
    late = (can_from >= 0) & (last >= 0) & (can_from > last)
    early = (can_until >= 0) & (first >= 0) & (can_until < first)
    free_later = (can_from > pairs.problem.as_of) & (last < 0)
    bound = (can_until >= 0) & (can_until != OPEN_END) & (first < 0)
    return late | early, free_later | bound


def _below_floor(pairs: Pairs) -> tuple[Flags, Flags]:
    floor, net = pairs.people("net_floor"), pairs.posts("net_month")
    return (net >= 0) & (net < floor), (net < 0) & (floor >= 0)


def _certificate_missing(pairs: Pairs) -> tuple[Flags, Flags]:
    required, held = pairs.posts("certificates_required"), pairs.people("certificates")
    stated = pairs.people("certificates_stated") == 1
    lacks = required & ~np.int64(UNIDENTIFIED_CERTIFICATE) & ~held != 0
    unidentified = required & np.int64(UNIDENTIFIED_CERTIFICATE) != 0
    return stated & lacks, (~stated & lacks) | unidentified


LEGAL_GATES: dict[Gate, Callable[[Pairs], Flags]] = {
    Gate.DECLARATION: _no_current_declaration,
    Gate.SCOPE: _out_of_scope,
    Gate.CONSENT: _no_consent,
    Gate.AGE: _too_young,
    Gate.LEGAL_BAR: _legally_barred,
    Gate.VACANCY_NOT_OPEN: _not_open,
    Gate.VACANCY_NOT_VERIFIED: _not_verified,
    Gate.NO_OPENINGS: _no_openings,
    Gate.EMPLOYER_STANDING: _employer_not_in_standing,
}

PREFERENCE_GATES: dict[Gate, Callable[[Pairs], tuple[Flags, Flags]]] = {
    Gate.PLACE_EXCLUDED: _place_excluded,
    Gate.TRADE_EXCLUDED: _trade_excluded,
    Gate.CONDITION_EXCLUDED: _condition_excluded,
    Gate.LODGING_NEEDED: _lodging_missing,
    Gate.DATES: _dates_apart,
    Gate.NET_BELOW_FLOOR: _below_floor,
    Gate.CERTIFICATE: _certificate_missing,
}
"""Each returns where the gate fails, and where it meets an unknown; a failure outweighs an unknown."""
