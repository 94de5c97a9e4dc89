import pytest

from agent import replies
from retrieval.need import Bound, Constraints, Need
from retrieval.suggestion import Suggestion
from tests.models import ITEMS

ASKED = Constraints(
    price_max=5,
    kinds=frozenset({"backpack"}),
    colours_excluded=frozenset({"black", "red"}),
    bounds=(Bound("weight", "kg", None, 1),),
)


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        (Constraints(), []),
        (Constraints(price_min=20, price_max=40), ["between 20 and 40 EUR"]),
        (Constraints(price_min=20), ["from 20 EUR"]),
        (Constraints(bounds=(Bound("pages", "pages", None, 300),)), ["up to 300 pages"]),
        (ASKED, ["up to 5 EUR", "weight up to 1 kg", "backpack", "not black or red"]),
        (Constraints(categories=frozenset({"toys"}), brands=frozenset({"Skarne"})), ["in toys", "by Skarne"]),
    ],
)
def test_constraints_in_a_shoppers_words(constraints: Constraints, said: list[str]) -> None:
    assert replies.constraint_words(constraints, "EUR") == said


def test_a_price_that_nothing_meets_is_named_with_the_nearest_offer() -> None:
    text = replies.closing(Need("", ""), [Suggestion(ITEMS[4], 1, 0.0, ())], ["price"], ASKED, "EUR")
    assert "up to 5 EUR" in text
    assert "Leaving aside the price" in text
    assert "Fennridge backpack 5 at 45 EUR" in text


def test_the_closing_line_says_what_was_kept_or_asks_for_it() -> None:
    suggestions = [Suggestion(ITEMS[0], 1, 0.0, ()), Suggestion(ITEMS[1], 2, 0.0, ())]
    assert "These 2 items fit what you set: up to 5 EUR" in replies.closing(
        Need("", "", ASKED), suggestions, [], ASKED, "EUR"
    )
    assert "price limit" in replies.closing(Need("", ""), suggestions[:1], [], Constraints(), "EUR")


def test_an_unread_script_is_answered_in_it_and_in_english() -> None:
    assert replies.unread_language("Cyrillic").startswith("Извините")
    assert "English and Chinese" in replies.unread_language("Cyrillic")
    assert replies.unread_language("Thai").startswith("I can only read English")


def test_what_the_shop_sells_is_named_where_nothing_fits() -> None:
    assert "books, toys" in replies.nothing_fits({"toys", "books"})


def test_a_reply_begins_with_the_notes_of_the_need() -> None:
    note = "Prices here are in EUR; I read $5 as 5 EUR."
    suggestions = [Suggestion(ITEMS[0], 1, 0.0, ())]
    need = Need("", "", ASKED, notes=(note,))
    for relaxed in ([], ["price"]):
        assert replies.closing(need, suggestions, relaxed, ASKED, "EUR").startswith(f"{note} ")
    assert replies.nothing_fits({"toys"}, need.notes).startswith(f"{note} I found nothing")
