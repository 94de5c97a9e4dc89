from __future__ import annotations

import pytest

from agent.items.why import ordinal, told
from retrieval.contrast import Change, WhyNot
from retrieval.need import Absence, Bound, Constraints
from retrieval.suggestion import Factor, Suggestion
from tests.retrieval.samples import item

TENT = item("t", "Hill tent", kind="tent", price=96.0, weight=2600, colour="green", brand="Tarn")
FIRST = Suggestion(item("f", "Fell tent", kind="tent", price=60.0), 3, 2.0, ())
WISHES, PRICE, LIKED = (
    Factor("text_match", "matches what you asked", 0.4),
    Factor("budget", "within your budget", 0.25),
    Factor("popularity", "liked by others", -0.1),
)


def lost(change: Change | None = None, *, rank: int = 7, ahead: tuple[Factor, ...] = (LIKED,)) -> WhyNot:
    return WhyNot(TENT, rank, FIRST, (), 0.55, (WISHES, PRICE), ahead, change)


def left_out(*broken: str, change: Change | None = None) -> WhyNot:
    return WhyNot(TENT, None, FIRST, broken, 0.0, (), (), change)


def test_it_names_the_rank_the_factors_and_the_price_that_would_do() -> None:
    found = told(lost(Change("price", "price", 3, 96.0, 84.0, "EUR")), Constraints(), shown=3)
    assert found == (
        "Hill tent came seventh. Beside Fell tent it lost by “matches what you asked” (0.40) and “within your budget” "
        "(0.25), though it leads by “liked by others” (0.10). At 84 EUR or less instead of 96 EUR, it would be third."
    )


def test_where_no_single_change_is_enough_it_says_so() -> None:
    assert told(lost(), Constraints(), shown=3).endswith(
        "No single change that I tried would bring it among the first 3."
    )


def test_what_is_shown_is_said_to_be_and_compared_with_the_first() -> None:
    assert told(lost(Change("price", "price", 1, 96.0, 70.0, "EUR"), rank=2), Constraints(), shown=3) == (
        "Hill tent: among those shown, it comes second. Beside Fell tent it lost by “matches what you asked” (0.40) "
        "and “within your budget” (0.25), though it leads by “liked by others” (0.10). At 70 EUR or less instead of "
        "96 EUR, it would be first."
    )
    assert told(lost(rank=3), Constraints(), shown=3).endswith("No single change that I tried would make it the first.")
    assert told(lost(rank=1), Constraints(), shown=3) == "Hill tent: among those shown, it comes first."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("attribute", "weight", 2, 2600, 900, "g"), "With a weight of 900 g, it would be second."),
        (Change("rating", "rating", 1, 3.2, 4.4, "stars"), "If its reviews averaged 4.4 stars instead of 3.2,"),
        (Change("wish", "light", 3), "Without the wish for “light”, it would be third."),
        (Change("deed", "Tarn backpack", 3), "Without what you did with the Tarn backpack, it would be third."),
    ],
    ids=lambda value: value.kind if isinstance(value, Change) else "",
)
def test_every_change_has_words(change: Change, words: str) -> None:
    assert words in told(lost(change), Constraints(), shown=3)


@pytest.mark.parametrize(
    ("broken", "constraints", "words"),
    [
        ("price_max", Constraints(price_max=80), "it costs 96 EUR, over your 80 EUR"),
        ("price_min", Constraints(price_min=100), "it costs 96 EUR, under your 100 EUR"),
        ("brands", Constraints(brands=frozenset({"Fell"})), "it is by Tarn, you asked for Fell"),
        ("brands_excluded", Constraints(brands_excluded=frozenset({"tarn"})), "you said not Tarn"),
        ("categories", Constraints(categories=frozenset({"audio"})), "it is in outdoor, you asked for audio"),
        ("categories_excluded", Constraints(), "you said nothing from outdoor"),
        ("kinds", Constraints(kinds=frozenset({"kettle"})), "its kind is tent, you asked for kettle"),
        ("kinds_excluded", Constraints(), "you said no tent"),
        ("colours", Constraints(colours=frozenset({"red"})), "it is green, you asked for red"),
        ("colours_excluded", Constraints(colours_excluded=frozenset({"green"})), "it is green, you said not green"),
        ("items_excluded", Constraints(), "you ruled it out"),
        ("in_stock", Constraints(), "it is out of stock"),
        (
            "bound:weight",
            Constraints(bounds=(Bound("weight", "g", high=1200),)),
            "its weight is 2600 g, you asked for up to 1200 g",
        ),
        ("bound:height", Constraints(bounds=(Bound("height", "cm", low=20),)), "it does not state its height"),
        ("without", Constraints(without=frozenset({Absence("tents", frozenset({"tent"}))})), "you said no tents"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_every_constraint_has_words(broken: str, constraints: Constraints, words: str) -> None:
    assert f"Hill tent was left out: {words}" in told(left_out(broken), constraints, shown=3)


def test_what_would_let_an_excluded_item_in() -> None:
    change = Change("constraint", "price_max", 2, 80, 96, "EUR")
    found = told(left_out("price_max", change=change), Constraints(price_max=80), shown=3)
    assert found.endswith("With a limit of 96 EUR, it would be second.")
    both = told(left_out("price_max", "in_stock"), Constraints(price_max=80), shown=3)
    assert "over your 80 EUR and it is out of stock" in both and "More than one thing" in both


@pytest.mark.parametrize(("rank", "word"), [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (112, "112th")])
def test_ranks_are_said_as_people_say_them(rank: int, word: str) -> None:
    assert ordinal(rank) == word
