"""Learning a shop's own ranker, and the gate that it must pass."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.history import Activity, Trace, traces
from retrieval.learned_taste import LearnedTaste
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Candidate
from retrieval.suggestion import Attention, Factor
from retrieval.taste import HandTaste, Shelf
from serving.errors import TooFewEvents
from serving.training.gate import Foreseen, StillShelf, judge, latest_left_out
from serving.training.ranker import RankerConfig
from serving.training.shop_ranker import train_shop_ranker
from tests.embedders import WordEmbedder
from tests.retrieval.samples import SmallShelf, event
from tests.retrieval.tastes import COLLABORATIVE, LEARNED, behaviour, items
from tests.serving.test_training_ranker import QUICK

EMBEDDER = WordEmbedder(size=32)
CATALOGUE = {thing.item_id: thing for thing in items()}
VECTORS = SmallShelf(CATALOGUE, embedder=EMBEDDER).item_vectors(list(CATALOGUE))
CONFIG = RankerConfig(attention=QUICK, collaborative=COLLABORATIVE, learned=LEARNED)


def histories(shoppers: int = 80) -> dict[str, tuple[Trace, ...]]:
    """Shoppers who keep to one kind each, oldest deed first."""
    found = {}
    for shopper, past in behaviour(shoppers=shoppers).pasts.items():
        done = [
            event(f"{shopper}-{row}", str(row), days_ago=age, shopper_id=shopper)
            for age, row in enumerate(past.items.tolist(), start=1)
        ]
        found[shopper] = traces(sorted(done, key=lambda each: each.at), CATALOGUE, EMBEDDER)
    return found


def shelf(told: Mapping[str, Sequence[Trace]]) -> StillShelf:
    return StillShelf(CATALOGUE, Activity.of(t.event for history in told.values() for t in history), VECTORS)


class Guess:
    """A taste that looks the other way: what is like the history falls."""

    name = "the other way"

    def judge(self, shelf: Shelf, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace]) -> Guess:
        self._judged = HandTaste().judge(shelf, need, candidates, history)
        return self

    def factors(self, candidate: int) -> tuple[Factor, ...]:
        return tuple(replace(factor, value=-factor.value) for factor in self._judged.factors(candidate))

    def attention(self, candidate: int) -> tuple[Attention, ...]:
        return self._judged.attention(candidate)

    def likely(self, shelf: Shelf, history: Sequence[Trace]) -> Sequence[str]:
        return ()


class TestTheGate:
    def test_the_latest_item_is_left_out_with_all_that_was_done_with_it(self) -> None:
        done = [
            event("e1", "0", "view", days_ago=9),
            event("e2", "4", "view", days_ago=5),
            event("e3", "4", days_ago=1),
        ]
        foreseen, left = latest_left_out({"ana": traces(done, CATALOGUE, EMBEDDER)})
        assert [(case.item_id, len(case.history)) for case in foreseen] == [("4", 1)]
        assert [each.event_id for each in left] == ["e1"]

    def test_what_was_disliked_last_and_a_single_item_are_nothing_to_foresee(self) -> None:
        once = traces([event("e1", "0")], CATALOGUE, EMBEDDER)
        cross = traces([event("e1", "0", days_ago=3), event("e2", "4", "rating", rating=1)], CATALOGUE, EMBEDDER)
        foreseen, left = latest_left_out({"once": once, "cross": cross, "none": ()})
        assert not foreseen and len(left) == 3

    def test_a_better_taste_passes_and_a_worse_one_does_not(self) -> None:
        told = histories(40)
        foreseen, left = latest_left_out(told)
        before = replace(shelf(told), activity=Activity.of(left))
        better, worse = judge(HandTaste(), Guess(), before, foreseen), judge(Guess(), HandTaste(), before, foreseen)
        assert better.passed and better.learned.value > better.by_hand.value + 0.2
        assert not worse.passed and worse.lead.high < 0

    def test_no_better_is_not_good_enough(self) -> None:
        told = histories(40)
        foreseen, left = latest_left_out(told)
        same = HandTaste()
        same.name = "same"
        verdict = judge(same, HandTaste(), replace(shelf(told), activity=Activity.of(left)), foreseen)
        assert verdict.lead.value == 0.0 and not verdict.passed


class TestTraining:
    def test_what_passes_is_kept_and_ranks_turns(self, tmp_path: Path) -> None:
        told = histories()
        trained = train_shop_ranker(shelf(told), told, tmp_path / "ranker", CONFIG, force=True, report=lambda _: None)
        assert trained.kept
        taste = LearnedTaste.load(tmp_path / "ranker")
        made = json.loads((tmp_path / "ranker" / "gate.json").read_text())
        assert made["verdict"]["lead"]["n"] == len(told) and made["passed"] == trained.verdict.passed
        candidates = [Candidate(CATALOGUE[i], VECTORS[i], 0, 0, 0) for i in ("20", "21", "22", "23")]
        history = traces([event("e", "0"), event("f", "4")], CATALOGUE, EMBEDDER)
        first = Ranker(taste).ranking(Need("", ""), candidates, history, shelf(told)).suggestions[0]
        assert first.item.item_id == "20"
        assert not list(tmp_path.glob("ranker.made")) and not list(tmp_path.glob("ranker.old"))

    def test_what_does_not_pass_leaves_everything_as_it_was(self, tmp_path: Path) -> None:
        (tmp_path / "ranker").mkdir()
        (tmp_path / "ranker" / "mark").write_text("the one before")
        told = histories()
        oracle = _Oracle(latest_left_out(told)[0])
        trained = train_shop_ranker(shelf(told), told, tmp_path / "ranker", CONFIG, rival=oracle, report=lambda _: None)
        assert not trained.kept
        assert (tmp_path / "ranker" / "mark").read_text() == "the one before"

    def test_too_few_shoppers_are_said_to_be(self, tmp_path: Path) -> None:
        told = histories(6)
        with pytest.raises(TooFewEvents, match=r"Only 6 shoppers .* `because index --events FILE`"):
            train_shop_ranker(shelf(told), told, tmp_path / "ranker", CONFIG)
        assert not (tmp_path / "ranker").exists()


class _Oracle(HandTaste):
    """Knows what will be chosen."""

    def __init__(self, foreseen: Sequence[Foreseen]) -> None:
        super().__init__()
        self._chosen = {_ids(case.history): case.item_id for case in foreseen}

    def judge(self, shelf: Shelf, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace]) -> _Knowing:
        return _Knowing([float(c.item.item_id == self._chosen[_ids(history)]) for c in candidates])


def _ids(history: Sequence[Trace]) -> tuple[str, ...]:
    return tuple(trace.event.event_id for trace in history)


class _Knowing:
    def __init__(self, values: Sequence[float]) -> None:
        self._values = values

    def factors(self, candidate: int) -> tuple[Factor, ...]:
        return (Factor("known", "known", self._values[candidate]),)

    def attention(self, candidate: int) -> tuple[Attention, ...]:
        return ()
