"""What a search rests on: a bound lies above the score, by less than the slack its lists allow for."""

from typing import Any

import numba
import numpy as np

from matching.eligibility import gate_outcome
from matching.kernel_aims import make_aims, take_aims
from matching.kernel_bounds import SLACK, companions_gain, gains_at, pair_bound, townsfolk_gain
from matching.kernel_gates import passes_alone
from matching.kernel_index import FACT_SITE, KINDS
from matching.kernel_lanes import UNIT
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
from matching.layout import SETTING
from matching.pairs import all_pairs
from matching.params import MatchingParams
from matching.scoring import score_pairs
from matching.topk import prepare
from tests.matching.problems import random_problem


@numba.njit(error_model="numpy")
def bounds(world: Any, index: Any, rows: Any, close: Any, wide: Any) -> None:
    """Write the close bound of each labourer with each position, and the wide one from the table alone."""
    aims = make_aims(world, index)
    take_aims(world, index, rows, aims)
    gain, settings = aims.gain, world.settings
    silent, full, today = (
        np.float32(settings[SETTING.vacancy_silent]),
        settings[SETTING.townsfolk_full],
        settings[SETTING.as_of],
    )
    for lane in range(len(rows)):
        for at in range(len(index.order)):
            site, more = index.facts[at, FACT_SITE], 0
            if gain[TOWNSFOLK, lane] > 0:
                more += townsfolk_gain(aims.crew, gain, lane, world.townsfolk, site, full)
            if gain[COMPANIONS, lane] > 0:
                more += companions_gain(world.people, rows[lane], gain, lane, world.sites, site, settings)
            bound = pair_bound(
                aims.crew, aims.aim, gain, aims.table, lane, index.groups, index.facts, at, silent, today
            )
            close[lane, at] = bound + more if bound >= 0 else bound
            wide[lane, at] = UNIT * gains_at(aims.table, index.groups, at, lane, KINDS) + more


def test_bounds_lie_above_the_score_and_close_to_it() -> None:
    compared = 0
    for seed in range(120):
        problem = random_problem(seed, people=30, posts=60)
        params = MatchingParams(vacancy_silent=1_000_000, pay_span=50) if seed % 4 == 0 else MatchingParams()
        engine, rows = prepare(problem, params), np.arange(len(problem.labourers))
        if not len(rows) or not len(engine.index.order):
            continue
        close = np.zeros((len(rows), len(engine.index.order)), dtype=np.int64)
        wide = close.copy()
        bounds(engine.world, engine.index, rows, close, wide)
        pairs, shape = all_pairs(problem), (len(rows), len(problem.vacancies))
        passed = gate_outcome(pairs).passed.reshape(shape)[:, engine.index.order]
        score = score_pairs(pairs, params).overall.reshape(shape)[:, engine.index.order]
        assert (close[passed] >= score[passed]).all()
        assert (close[passed] < score[passed] + SLACK).all()
        assert (wide[passed] >= score[passed]).all()
        alone = np.array([passes_alone(engine.world.people[row], engine.world.settings) == 0 for row in rows])
        shut = ~passed & alone[:, None]
        assert ((close < 0) | (wide < 0))[shut].all(), "a closed gate leaves nothing open"
        compared += int(passed.sum())
    assert compared > 5_000
