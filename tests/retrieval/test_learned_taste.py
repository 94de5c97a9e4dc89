"""The learned score behind a turn: the few items at hand, as they are now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.behaviour import Past
from retrieval.catalogue import Item
from retrieval.errors import RankerMismatch
from retrieval.history import Activity, Trace, traces
from retrieval.learned_taste import LearnedTaste, LearnedTasteConfig
from retrieval.need import Need
from retrieval.ranking import Ranker, Ranking
from retrieval.recall import Candidate
from tests.embedders import WordEmbedder
from tests.retrieval.samples import SmallShelf, event, item
from tests.retrieval.tastes import ITEMS, KINDS, items, of_kind, ranker

ANY = Need("", "")
EMBEDDER = WordEmbedder(size=32)
CATALOGUE = {each.item_id: each for each in items()}
SHELF = SmallShelf(CATALOGUE, Activity(), EMBEDDER)


@pytest.fixture(scope="module")
def taste(tmp_path_factory: pytest.TempPathFactory) -> LearnedTaste:
    folder = tmp_path_factory.mktemp("learned") / "ranker"
    ranker().save(folder)
    return LearnedTaste.load(folder)


def bought(*rows: int) -> tuple[Trace, ...]:
    """The last one most recently."""
    done = [event(f"e{row}", str(row), days_ago=len(rows) - n) for n, row in enumerate(rows)]
    return traces(done, CATALOGUE, EMBEDDER)


def candidates(*found: Item) -> list[Candidate]:
    vectors = SmallShelf({i.item_id: i for i in found}, embedder=EMBEDDER).item_vectors([i.item_id for i in found])
    return [Candidate(each, vectors[each.item_id], 0.0, 0.0, 0.0) for each in found]


def order(taste: LearnedTaste, found: list[Item], history: tuple[Trace, ...], shelf: SmallShelf = SHELF) -> Ranking:
    return Ranker(taste).ranking(ANY, candidates(*found), history, shelf)


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_it_ranks_by_what_the_shopper_did(taste: LearnedTaste, kind: int) -> None:
    rows = of_kind(kind)
    rest = [CATALOGUE[str(row)] for row in range(ITEMS) if row not in rows[:3]]
    found = order(taste, rest, bought(*rows[:3]))
    assert {int(s.item.item_id) for s in found.suggestions[:5]} == set(rows[3:])


def test_it_is_the_same_score_as_over_the_whole_catalogue(taste: LearnedTaste) -> None:
    whole = ranker()
    past = [0, 4, 8]
    few = [CATALOGUE[str(row)] for row in (12, 13, 20, 2)]
    found = {s.item.item_id: s.score for s in order(taste, few, bought(*past))}
    raw = whole.explain(
        Past.of_events((t.event for t in bought(*past)), {str(n): n for n in range(ITEMS)}), np.array([12, 13, 20, 2])
    ).scores
    raw = raw / whole.trees.spread
    assert [found[i] for i in ("12", "13", "20", "2")] == pytest.approx(raw.tolist(), abs=0.05)


def test_the_score_is_the_sum_of_factors_in_words(taste: LearnedTaste) -> None:
    for suggestion in order(taste, items()[3:], bought(0, 4)):
        assert suggestion.score == pytest.approx(sum(factor.value for factor in suggestion.factors), abs=1e-4)
        assert all(factor.label for factor in suggestion.factors)


def test_one_event_is_in_the_next_ranking(taste: LearnedTaste) -> None:
    rest = [CATALOGUE[str(row)] for row in (12, 13)]
    assert order(taste, rest, bought(0)).suggestions[0].item.item_id == "12"
    assert order(taste, rest, bought(0, 1, 5, 9)).suggestions[0].item.item_id == "13"


def test_a_new_price_is_read_as_it_is(taste: LearnedTaste) -> None:
    asked = [CATALOGUE["12"], replace(CATALOGUE["16"], price=4000.0)]
    dear = order(taste, asked, bought(0, 4))
    plain = order(taste, [CATALOGUE["12"], CATALOGUE["16"]], bought(0, 4))
    gap = {s.item.item_id: s.factor("price") for s in dear}
    assert gap["16"] <= {s.item.item_id: s.factor("price") for s in plain}["16"]


def test_an_item_that_was_never_seen_is_ranked_by_what_it_says(taste: LearnedTaste) -> None:
    new = [item("new-teapot", "teapot 99", category="teapot"), item("new-novel", "novel 99", category="novel")]
    found = order(taste, new, bought(0, 4))
    assert [s.item.item_id for s in found] == ["new-teapot", "new-novel"]


def test_what_was_done_since_training_is_added_to_what_was_learned() -> None:
    knowledge = replace(ranker().features.knowledge, counted={"12": 30.0})
    learned = float(knowledge.popularity[12])
    assert learned > 0
    assert knowledge.popularity_now("12", 30.0) == pytest.approx(learned)
    assert knowledge.popularity_now("12", 32.0) == pytest.approx(learned + 2.0)
    assert knowledge.popularity_now("12", 10.0) == pytest.approx(learned), "who is forgotten is forgotten at training"
    assert knowledge.popularity_now("new", 3.0) == 3.0


def test_what_one_has_is_ranked_as_if_one_had_it_not_and_then_stands_back(taste: LearnedTaste) -> None:
    """Nothing is more like an item than itself; and its own purchase is no reason for it."""
    history = bought(0, 4)
    owned = next(s for s in order(taste, items(), history).top(ITEMS) if s.item.item_id == "0")
    other = next(s for s in order(taste, items(), bought(4)).top(ITEMS) if s.item.item_id == "0")
    assert owned.factor("owned") < 0.0
    for name in ("history", "text", "neighbours", "collaborative"):
        assert owned.factor(name) == pytest.approx(other.factor(name), abs=1e-4)
    assert "0" not in {told.trace.event.item_id for told in owned.attention}


def test_what_one_spoke_against_stands_back(taste: LearnedTaste) -> None:
    thumb = event("down", "12", kind="thumb", rating=1)
    history = bought(0, 4, 8) + traces([thumb], CATALOGUE, EMBEDDER)
    rest = [each for each in items() if each.item_id not in {"0", "4", "8"}]
    before, after = (
        next(s for s in order(taste, rest, told) if s.item.item_id == "12") for told in (bought(0, 4, 8), history)
    )
    assert before.rank < after.rank and before.score - after.score > 1.5
    assert after.factor("disliked") < -1.0


def test_beside_a_question_taste_speaks_more_softly(taste: LearnedTaste) -> None:
    config = LearnedTasteConfig()
    asked = Ranker(taste).ranking(Need("a lamp", "lamp"), candidates(*items()[3:]), bought(0, 4), SHELF)
    alone = order(taste, items()[3:], bought(0, 4))
    history = {s.item.item_id: s.factor("history") for s in alone}
    assert any(history.values())
    share = config.asked / config.weight
    assert all(s.factor("history") == pytest.approx(share * history[s.item.item_id], abs=1e-5) for s in asked)


def test_a_new_shopper_is_no_special_case(taste: LearnedTaste) -> None:
    found = order(taste, items(), ())
    assert len(found.suggestions) == ITEMS
    assert found.top(3)[0].attention == ()


def test_the_deeds_told_are_those_without_which_the_score_falls(taste: LearnedTaste) -> None:
    rest = [CATALOGUE["12"], CATALOGUE["13"]]
    history = bought(1, 0, 4)
    (first, *_) = order(taste, rest, history).top(1)
    told = [attention.trace for attention in first.attention]
    assert first.item.item_id == "12" and told
    assert {trace.event.item_id for trace in told} <= {"0", "4", "1"}
    without = tuple(trace for trace in history if trace is not told[0])
    again = {s.item.item_id: s.score for s in order(taste, rest, without)}
    assert first.score - again["12"] == pytest.approx(first.attention[0].weight, abs=0.05)


def test_others_with_such_a_history_make_candidates(taste: LearnedTaste) -> None:
    likely = taste.likely(SHELF, bought(0, 4))
    assert len(set(map(int, likely[:6])) & set(of_kind(0))) >= 4
    assert not taste.likely(SHELF, ())


def test_its_weight_can_be_set(tmp_path: Path) -> None:
    ranker().save(tmp_path)
    whole, half = (LearnedTaste.load(tmp_path, LearnedTasteConfig(weight)) for weight in (1.0, 0.5))
    few, history = [CATALOGUE["12"], CATALOGUE["13"]], bought(0)
    assert order(half, few, history).suggestions[0].score == pytest.approx(
        order(whole, few, history).suggestions[0].score / 2, abs=1e-4
    )


def test_where_there_is_none_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RankerMismatch, match="train one"):
        LearnedTaste.load(tmp_path)


def test_where_nothing_fits_there_is_nothing_to_judge(taste: LearnedTaste) -> None:
    assert order(taste, [], ()).top(3) == ()
    assert order(taste, [], bought(0)).suggestions == ()
