"""The law checks on whole texts: what must be stopped is, and look-alikes pass. Prints how often they are right."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.intake.adverts import legal_signs, rules
from app.shared.strict_yaml import load_strict

PHRASES = load_strict(Path(__file__).parent / "law_phrases.yaml")
TEXTS = load_strict(Path(__file__).parent / "law_texts.yaml")
APART = load_strict(Path(__file__).parent / "law_texts_apart.yaml")
LEAST = 0.95


def found_in(text: str) -> set[str]:
    return {sign.rule.code for sign in legal_signs(text) if sign.rule.effect == "block"}


def precision_and_recall(hits: int, false: int, missed: int) -> tuple[float, float]:
    return hits / (hits + false), hits / (hits + missed)


def measured(texts: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """Precision and recall, rule by rule and text by text."""
    by_rule, by_text = (Counter(hits=0, false=0, missed=0) for _ in range(2))
    for entry in texts:
        wanted, found = set(entry["rules"]), found_in(entry["text"])
        by_rule.update(hits=len(wanted & found), false=len(found - wanted), missed=len(wanted - found))
        by_text.update(hits=bool(wanted and found), false=bool(found and not wanted), missed=bool(wanted and not found))
    return {name: precision_and_recall(**counts) for name, counts in (("rule", by_rule), ("text", by_text))}


def test_unclean_texts_are_stopped_and_clean_ones_pass(figure: Callable[[str], None]) -> None:
    figures = measured(TEXTS)
    for name, (precision, recall) in figures.items():
        figure(f"law checks by {name}: precision {precision:.3f}, recall {recall:.3f} on {len(TEXTS)} texts")
    assert len(TEXTS) >= 120
    assert min(value for pair in figures.values() for value in pair) >= LEAST


def test_so_are_texts_that_no_rule_was_made_for(figure: Callable[[str], None]) -> None:
    """A text is stopped for another cause now and then; whether it is stopped at all is what opens a post or not."""
    for name, (precision, recall) in (figures := measured(APART)).items():
        figure(
            f"law checks by {name}, kept apart: precision {precision:.3f}, recall {recall:.3f} on {len(APART)} texts"
        )
    assert len(APART) == 120
    assert min(figures["text"]) >= LEAST


def test_every_rule_of_words_that_blocks_has_texts_and_a_clause() -> None:
    tried = Counter(rule for entry in TEXTS for rule in entry["rules"])
    for rule in rules().values():
        assert rule.clause
        if rule.words and rule.effect == "block":
            assert tried[rule.code] >= 3, rule.code
    assert set(tried) <= set(rules())
    assert sum(not entry["rules"] for entry in TEXTS) >= len(TEXTS) // 3


def test_phrases_once_read_rightly_stay_so() -> None:
    wrong = [
        (phrase, sorted(found_in(phrase)))
        for key, phrases in PHRASES.items()
        for phrase in phrases
        if found_in(phrase) != set(() if key == "clean" else key.split(", "))
    ]
    assert wrong == []
