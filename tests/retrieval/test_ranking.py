from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Item
from retrieval.events import Event
from retrieval.history import Trace, traces
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need, Preference
from retrieval.ranking import Ranker, RankerConfig, standing
from retrieval.recall import Candidate, recall
from retrieval.stars import shrunk_rating
from retrieval.suggestion import Suggestion
from retrieval.taste import HandTaste, HandTasteConfig
from tests.embedders import WordEmbedder
from tests.retrieval.needs import NEEDS, SHOP
from tests.retrieval.samples import SmallShelf, event, item

EMBEDDER = WordEmbedder()
ANY = Need("", "")
LIGHT = Preference("weight", -1, "light")
HISTORIES = st.lists(
    st.builds(
        event,
        st.just("e"),
        st.sampled_from(sorted(SHOP)),
        st.sampled_from(["view", "cart", "purchase", "rating"]),
        rating=st.none() | st.integers(1, 5),
    ),
    max_size=6,
)


def candidates(*items: Item, near: float = 0.5) -> list[Candidate]:
    vectors = EMBEDDER.embed([f"{thing.title} {thing.kind}" for thing in items])
    return [Candidate(thing, vector, near, near, near) for thing, vector in zip(items, vectors, strict=True)]


def ranked(
    items: Sequence[Item], done: Sequence[Event] = (), need: Need = ANY, popularity: dict[str, float] | None = None
) -> dict[str, Suggestion]:
    history = traces(done, {thing.item_id: thing for thing in items}, EMBEDDER)
    found = Ranker().rank(need, candidates(*items), history, SmallShelf.of(items, popularity), n=len(items))
    return {suggestion.item.item_id: suggestion for suggestion in found}


PACK, TENT = item("pack", "Tarn backpack", weight=700), item("tent", "Hill tent", weight=2000)
PACK2, KETTLE = (
    item("pack2", "Fell backpack", weight=500),
    item("kettle", "Hush kettle", category="kitchen", weight=900),
)
SHELF = (PACK, PACK2, TENT, KETTLE)


def rank_demo(demo: ShopIndex, need: Need, done: Sequence[Event], n: int) -> tuple[list[Candidate], tuple[Trace, ...]]:
    history = traces(done, demo.catalogue, demo.embedder)
    return list(recall(demo, need, history, n=n).candidates), history


@settings(max_examples=60, deadline=None)
@given(NEEDS, HISTORIES)
def test_score_is_the_sum_of_named_factors_and_ranks_follow_it(
    demo: ShopIndex, need: Need, done: Sequence[Event]
) -> None:
    found, history = rank_demo(demo, need, done, 20)
    suggestions = Ranker().rank(need, found, history, demo, n=10)
    assert [s.rank for s in suggestions] == list(range(1, min(len(found), 10) + 1))
    assert [s.score for s in suggestions] == sorted((s.score for s in suggestions), reverse=True)
    for suggestion in suggestions:
        assert suggestion.score == pytest.approx(sum(factor.value for factor in suggestion.factors))
        names = [factor.name for factor in suggestion.factors]
        assert len(set(names)) == len(names) and all(suggestion.factor(name) for name in names)
        assert all(factor.label for factor in suggestion.factors)


@settings(max_examples=60, deadline=None)
@given(NEEDS, HISTORIES)
def test_price_cap_is_never_broken(demo: ShopIndex, need: Need, done: Sequence[Event]) -> None:
    history = traces(done, demo.catalogue, demo.embedder)
    recalled = recall(demo, need, history)
    suggestions = Ranker().rank(recalled.need, recalled.candidates, history, demo, n=5)
    cap = need.constraints.price_max
    assert cap is None or "price" in recalled.relaxed or all(s.item.price <= cap for s in suggestions)
    assert all(not recalled.need.constraints.broken_by(s.item) for s in suggestions)


@settings(max_examples=60, deadline=None)
@given(NEEDS, HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_history_does_not_matter(
    demo: ShopIndex, need: Need, done: Sequence[Event], random: object
) -> None:
    found, history = rank_demo(demo, need, done, 12)
    before = Ranker().rank(need, found, history, demo, n=12)
    random.shuffle(found)  # type: ignore[attr-defined]
    after = Ranker().rank(need, found, history[::-1], demo, n=12)
    scores = {s.item.item_id: s.score for s in after}
    assert scores == pytest.approx({s.item.item_id: s.score for s in before}, abs=1e-5)
    assert [scores[s.item.item_id] for s in before] == pytest.approx([s.score for s in after], abs=1e-5)


def test_ties_keep_the_candidates_order() -> None:
    twins = [item(name, "Tarn backpack") for name in "abc"]
    assert list(ranked(twins)) == ["a", "b", "c"]


def test_n_may_exceed_the_candidates() -> None:
    assert Ranker().rank(ANY, [], (), SmallShelf(), n=3) == ()
    assert len(Ranker().rank(ANY, candidates(PACK), (), SmallShelf(), n=3)) == 1


def test_what_is_owned_falls_and_its_like_rises() -> None:
    before, after = ranked(SHELF), ranked(SHELF, [event("e1", "pack")])
    assert after["pack"].score < before["pack"].score and after["pack"].factor("owned") < 0
    assert after["pack2"].factor("history") > 0 == after["kettle"].factor("history")
    assert next(iter(after)) == "pack2"


def test_however_much_was_done_with_it_what_is_owned_falls() -> None:
    done = [event(kind, "pack", kind, rating=5) for kind in ("view", "cart", "purchase", "rating", "comment")]
    assert ranked(SHELF, done)["pack"].score < ranked(SHELF)["pack"].score


def test_a_bad_rating_counts_against_what_is_like_it() -> None:
    liked = ranked(SHELF, [event("e1", "pack", "rating", rating=5)])
    disliked = ranked(SHELF, [event("e1", "pack", "rating", rating=1)])
    assert liked["pack2"].factor("history") > 0 > disliked["pack2"].factor("history")
    label = next(f.label for f in disliked["pack2"].factors if f.name == "history")
    assert label == "unlike what you liked"
    assert list(disliked)[-1] in {"pack", "pack2"}


def test_attention_names_the_event_that_spoke_the_loudest() -> None:
    done = [event("seen", "pack", "view"), event("bought", "pack"), event("other", "kettle")]
    attention = ranked(SHELF, done)["pack2"].attention
    assert [a.trace.event.event_id for a in attention] == ["bought", "seen"]
    assert attention[0].weight > attention[1].weight > 0


def test_what_was_done_long_ago_says_less() -> None:
    lately, long_ago = (ranked(SHELF, [event("e1", "pack", days_ago=days)]) for days in (1, 600))
    assert lately["pack2"].factor("history") > 10 * long_ago["pack2"].factor("history") > 0


def test_the_light_one_is_preferred_among_its_kind() -> None:
    shelf = [item("heavy", kind="tent", weight=2000), item("light", kind="tent", weight=900),
             item("feather", kind="pillow", weight=90), item("unstated", kind="tent")]  # fmt: skip
    found = ranked(shelf, need=Need("", "", preferences=(LIGHT,)))
    assert next(iter(found)) == "light"
    assert found["light"].factor("attribute_fit") > 0 > found["heavy"].factor("attribute_fit")
    assert found["feather"].factor("attribute_fit") == 0 == found["unstated"].factor("attribute_fit")


def test_standing_compares_in_one_unit_and_reads_price() -> None:
    shelf = [item("a", weight=700, price=10.0), item("b", weight=500, price=30.0), item("c", weight=500, price=20.0)]
    assert [standing(LIGHT, thing, shelf) for thing in shelf] == [0.0, 0.5, 0.5]
    assert [standing(Preference("price", -1, "cheap"), thing, shelf) for thing in shelf] == [1.0, 0.0, 0.5]
    assert standing(LIGHT, shelf[0], shelf[:1]) is None


def test_under_a_cap_the_cheaper_fits_better_and_else_the_usual_price() -> None:
    shelf = [item("cheap", "Red pen", price=20.0), item("dear", "Blue ink", price=80.0)]
    capped = ranked(shelf, need=Need("", "", Constraints(price_max=100)))
    assert capped["cheap"].factor("budget") > capped["dear"].factor("budget") > 0
    used_to = ranked([*shelf, item("like", "Old hat", price=75.0)], [event("e1", "dear")])
    assert used_to["like"].factor("price") > used_to["cheap"].factor("price")


def test_more_reviews_and_more_buyers_count_for_more() -> None:
    assert 3.7 < shrunk_rating(item(says=[(5, "Good.")])) < shrunk_rating(item(says=[(5, "Good.")] * 9)) < 5
    found = ranked(SHELF, popularity={"tent": 9.0, "kettle": 1.0})
    assert (
        found["tent"].factor("popularity") > found["kettle"].factor("popularity") > found["pack"].factor("popularity")
    )


def test_without_words_nothing_matches_words() -> None:
    assert ranked(SHELF)["pack"].factor("text_match") == 0
    assert ranked(SHELF, need=Need("pack", "pack"))["pack"].factor("text_match") > 0


def test_weights_can_be_set() -> None:
    ranker = Ranker(HandTaste(HandTasteConfig(popularity=0)), RankerConfig(text_match=0))
    (suggestion,) = ranker.rank(Need("pack", "pack"), candidates(PACK), (), SmallShelf(), n=1)
    assert suggestion.factors == () and suggestion.score == 0
