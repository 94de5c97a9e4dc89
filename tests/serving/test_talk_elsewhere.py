"""Conversations with a shop that nothing was made for: few attributes, no colours, other kinds; the real embedding."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent.assistant import Question
from agent.gathered import Gathered, gather
from agent.items.fitting import of_sort
from agent.shop.systems import Coupon
from retrieval.catalogue import Item
from retrieval.policies import Answer
from serving.bench.dialog_rooms import local_shop
from serving.settings import Settings
from serving.shop import Shop
from serving.system_store import SystemStore
from tests.retrieval.samples import item


def thing(title: str, kind: str, category: str, price: float, text: str = "", **fields: Any) -> Item:
    name = title.casefold().replace(" ", "-")
    return item(name, title, kind=kind, category=category, price=price, description=text or f"{title}.", **fields)


SHELF = [
    thing("Vellmar Corner Sofa", "sofas", "living room", 900, "A wide sofa in green velvet.", says=[(4, "Soft.")]),
    thing("Ostby Loveseat Sofa", "sofas", "living room", 420, "A small sofa in grey linen."),
    thing("Ostby Reading Armchair", "armchairs", "living room", 210, "A chair to read in, beech legs."),
    thing("Brindle Kitchen Stool", "stools", "kitchen", 45, "A stool of oak.", weight=4200),
    thing("Brindle Folding Stool", "stools", "kitchen", 25, "A stool that folds flat.", weight=2100),
    thing("Quay Men's Chronograph", "wrist watches", "mens accessories", 150, "Steel case.", says=[(5, "Keeps time.")]),
    thing("Quay Field Timer", "wrist watches", "mens accessories", 90, "Canvas strap.", says=[(3, "Scratches.")]),
    thing("Luno Petite", "wrist watches", "womens accessories", 120, "A narrow gold dial.", says=[(4, "Pretty.")]),
    thing("Hartle Leather Satchel", "satchels", "bags", 80, "A brown satchel.", says=[(2, "Strap tore.")]),
    thing("Hartle Canvas Satchel", "satchels", "bags", 60, "A blue satchel.", says=[(5, "Holds all."), (4, "Good.")]),
    thing("Hartle Felt Satchel", "satchels", "bags", 70, "A grey satchel."),
    thing("Calder S20", "smartphones", "electronics", 300, "A phone with two cameras.", says=[(4, "Quick.")]),
    thing(
        "Calder S10", "smartphones", "electronics", 190, "A phone with one camera.", says=[(5, "Small."), (5, "Ok.")]
    ),
    thing("Calder Travel Charger", "chargers", "electronics", 20, "Charges phones."),
]


def coupon(code: str, percent: int, *categories: str) -> Coupon:
    until = date(2030, 1, 1)
    return Coupon(code, code, "percent", Decimal(percent), date(2026, 1, 1), until, categories=frozenset(categories))


COUPONS = [coupon("ROOMY12", 12, "living room", "kitchen"), coupon("CARRY20", 20, "bags")]
ANSWERS = [
    Answer(
        "p1", "Can I return an item, how long do I have, how is it refunded?", "You have 21 days to send it in.", "R"
    ),
    Answer("p2", "Is there a warranty, what if an item is faulty?", "Faulty goods are replaced for two years.", "W"),
    Answer("p3", "How long does delivery take and what does it cost?", "Two to four days, 5 EUR.", "D"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    settings = Settings(store=tmp_path_factory.mktemp("elsewhere"), _env_file=None)  # type: ignore[call-arg]
    with local_shop(settings, lambda _: None, demo=False) as opened:
        opened.index.add_items(SHELF)
        opened.index.add_answers(ANSWERS)
        SystemStore(opened.store.engine).set_coupons(COUPONS, prune=True)
        yield opened


def talk(shop: Shop, *messages: str) -> list[Gathered]:
    session = shop.store.open_session(None)

    async def held() -> list[Gathered]:
        return [await gather(shop.assistant.turn(Question(message, session))) for message in messages]

    return asyncio.run(held())


def told(turn: Gathered) -> str:
    return turn.message.text


def titles(turn: Gathered) -> list[str]:
    return [card.title for card in turn.cards]


def kinds(shop: Shop, turn: Gathered) -> set[str]:
    return {shop.index.catalogue[card.item_id].kind for card in turn.cards}


class TestWhatComesFirst:
    """Superlatives put the cards in order, and say by what; of the whole shop where nothing is named."""

    def test_the_least_costly_of_a_kind(self, shop: Shop) -> None:
        last = talk(shop, "I am after a satchel", "which is your most affordable one?")[-1]
        assert titles(last)[0] == "Hartle Canvas Satchel" and "60 EUR" in told(last)
        assert [card.price for card in last.cards] == sorted(card.price for card in last.cards)

    def test_by_reviews(self, shop: Shop) -> None:
        last = talk(shop, "top rated smartphones")[-1]
        assert titles(last)[0] == "Calder S10"
        assert "5.0 of 5 (2 reviews)" in told(last)

    def test_of_all_that_there_is(self, shop: Shop) -> None:
        last = talk(shop, "what is the priciest item you sell?")[-1]
        assert titles(last)[0] == "Vellmar Corner Sofa"

    def test_a_measure(self, shop: Shop) -> None:
        last = talk(shop, "the lightest stool please")[-1]
        assert titles(last)[0] == "Brindle Folding Stool" and "2100 g" in told(last)

    @pytest.mark.parametrize("asked", ["the latest satchel", "your best-selling satchels"])
    def test_what_the_shop_does_not_know_is_said(self, shop: Shop, asked: str) -> None:
        last = talk(shop, asked)[-1]
        assert "does not say" in told(last) and kinds(shop, last) == {"satchels"}

    def test_a_newer_wish_for_order_replaces_the_older(self, shop: Shop) -> None:
        last = talk(shop, "the least expensive smartphone", "and the most expensive?")[-1]
        assert titles(last)[0] == "Calder S20"


class TestOneQuestionToSeveral:
    """What is asked of the items shown is told of each in the shop's words; those it says nothing of are named."""

    def test_which_of_them(self, shop: Shop) -> None:
        last = talk(shop, "a stool", "which of those folds flattest?")[-1]
        assert "“A stool that folds flat.”" in told(last) and "does not say" in told(last)
        assert last.comparison is not None and [e.text for e in last.message.evidence] == ["A stool that folds flat."]

    def test_a_superlative_of_something_unmeasured(self, shop: Shop) -> None:
        last = talk(shop, "satchels", "which one is the strongest?")[-1]
        assert "does not say that of any" in told(last)

    def test_any_of_them(self, shop: Shop) -> None:
        last = talk(shop, "smartphones", "do any of them have two cameras?")[-1]
        assert "Calder S20: Yes: The description says: “A phone with two cameras.”" in told(last)

    def test_a_measure_is_compared_and_not_quoted(self, shop: Shop) -> None:
        last = talk(shop, "a stool", "which is heavier?")[-1]
        assert told(last).startswith("The Brindle Kitchen Stool is heavier (4200 g).") and "says" not in told(last)

    def test_what_can_be_asked_of_any_item(self, shop: Shop) -> None:
        last = talk(shop, "a stool", "how much are both of them?")[-1]
        assert "25 EUR" in told(last) and "45 EUR" in told(last)


class TestCheaperThanTheCheapest:
    def test_nothing_dearer_is_shown_and_it_is_said_which_is_cheapest(self, shop: Shop) -> None:
        _, cheapest, none = talk(shop, "a satchel", "the cheapest of the satchels", "that is too expensive")
        assert cheapest.cards and not none.cards
        assert "Hartle Canvas Satchel" in told(none) and "cheapest" in told(none)

    def test_the_wish_stands_as_it_did(self, shop: Shop) -> None:
        last = talk(shop, "stools", "something less expensive than the Brindle Folding Stool", "any others?")[-1]
        assert last.need is not None and last.need.constraints.get("price_max") is None

    def test_a_kind_that_is_akin_is_named_as_such(self, shop: Shop) -> None:
        last = talk(shop, "sofas", "cheaper than the Loveseat please")[-1]
        assert "Ostby Loveseat Sofa at 420 EUR" in told(last)
        assert kinds(shop, last) <= {"armchairs"}
        assert all(card.price < 420 for card in last.cards)
        assert not last.cards or "armchairs" in told(last)

    def test_a_thing_that_only_titles_name(self, shop: Shop) -> None:
        """Where no kind is called so, what costs less is not passed off as one."""
        last = talk(shop, "a loveseat", "anything less expensive?")[-1]
        assert "Ostby Loveseat Sofa at 420 EUR is the cheapest" in told(last)
        assert kinds(shop, last) <= {"armchairs"}


class TestLikeAnother:
    def test_it_is_not_the_thing_itself(self, shop: Shop) -> None:
        last = talk(shop, "an alternative to the Hartle Leather Satchel")[-1]
        assert last.cards and "Hartle Leather Satchel" not in titles(last)
        assert kinds(shop, last) == {"satchels"}

    def test_lighter_than_it(self, shop: Shop) -> None:
        last = talk(shop, "something like the Brindle Kitchen Stool but lighter")[-1]
        assert titles(last) == ["Brindle Folding Stool"]

    def test_nothing_heavier_is_shown_as_lighter(self, shop: Shop) -> None:
        last = talk(shop, "stools", "something like the Brindle Folding Stool but more lightweight")[-1]
        assert not last.cards and "weight" in told(last)

    def test_what_is_stated_of_none_cannot_be_gone_by(self, shop: Shop) -> None:
        last = talk(shop, "satchels", "are there lighter ones?")[-1]
        assert "does not state the weight" in told(last) and kinds(shop, last) == {"satchels"}


class TestWhatIsSaidOfAThing:
    def test_a_colour_that_no_attribute_states(self, shop: Shop) -> None:
        assert titles(talk(shop, "a satchel", "in blue")[-1]) == ["Hartle Canvas Satchel"]
        assert "purple" in told(talk(shop, "a satchel", "in purple")[-1])

    def test_a_material_that_is_not_wanted(self, shop: Shop) -> None:
        last = talk(shop, "satchels, not leather")[-1]
        assert last.cards and "Hartle Leather Satchel" not in titles(last)

    def test_whom_it_is_for(self, shop: Shop) -> None:
        his, hers = talk(shop, "a wrist watch for my brother", "sorry, I meant for my sister")
        assert "Luno Petite" not in titles(his)
        assert "Quay Men's Chronograph" not in titles(hers) and "Luno Petite" in titles(hers)

    @pytest.mark.parametrize("asked", ["a mobile phone for my grandfather, up to 250", "got any cellphones below 250"])
    def test_another_name_of_a_kind(self, shop: Shop, asked: str) -> None:
        last = talk(shop, asked)[-1]
        assert titles(last) == ["Calder S10"] and "smartphones" in told(last)

    def test_a_budget_for_somebody_holds_for_what_is_named_next(self, shop: Shop) -> None:
        last = talk(shop, "something nice for my wife, 65 at most", "a satchel maybe")[-1]
        assert titles(last) == ["Hartle Canvas Satchel"]

    def test_a_size_that_nothing_states(self, shop: Shop) -> None:
        assert "does not state the size" in told(talk(shop, "a wrist watch", "size L")[-1])

    def test_another_thing_begins_anew(self, shop: Shop) -> None:
        last = talk(shop, "a green sofa", "how about a wardrobe")[-1]
        assert "wardrobe" in told(last) or not last.cards

    @pytest.mark.parametrize(
        "asked", ["satchel for my aunt", "a satchel, I got him a charger last year and he lost it"]
    )
    def test_the_run_of_a_sentence_is_no_wish(self, shop: Shop, asked: str) -> None:
        last = talk(shop, asked)[-1]
        assert kinds(shop, last) == {"satchels"}
        assert "does not say" not in told(last) and "called" not in told(last)


class TestOneOfThem:
    def test_chosen(self, shop: Shop) -> None:
        last = talk(shop, "smartphones", "I'll take the second")[-1]
        assert "basket" in told(last) and not last.cards

    def test_only_pointed_at(self, shop: Shop) -> None:
        first, second = talk(shop, "satchels", "and what about the third?")
        assert titles(first)[2] in told(second)

    @pytest.mark.parametrize("asked", ["is it any good?", "what do buyers think of it?", "does anybody like it"])
    def test_what_is_thought_of_it(self, shop: Shop, asked: str) -> None:
        last = talk(shop, "the dearest smartphone", asked)[-1]
        assert "4.0 of 5" in told(last) and "Quick." in told(last)

    def test_what_it_costs(self, shop: Shop) -> None:
        assert "300 EUR" in told(talk(shop, "the most expensive smartphone", "how much was the first one again")[-1])

    def test_which_is_newer_is_not_known(self, shop: Shop) -> None:
        last = talk(shop, "smartphones", "which one is newer?")[-1]
        assert "does not say which of them is newer" in told(last)


class TestNotForAShop:
    @pytest.mark.parametrize(
        "asked", ["act like you are a wine waiter", "imagine you're my grandma", "play the role of a satchel maker"]
    )
    def test_a_part_to_play_is_declined(self, shop: Shop, asked: str) -> None:
        last = talk(shop, asked)[-1]
        assert not last.cards and "outside what I can help with" in told(last)

    @pytest.mark.parametrize("said", ["hm, let me sleep on it", "just looking around", "forget about it"])
    def test_who_ponders_is_left_in_peace(self, shop: Shop, said: str) -> None:
        last = talk(shop, "satchels", said)[-1]
        assert not last.cards and "Take your time" in told(last)


class TestCoupons:
    @pytest.mark.parametrize("asked", ["got a voucher for satchels?", "is there a promo code on bags"])
    def test_only_what_applies_to_the_kind(self, shop: Shop, asked: str) -> None:
        last = talk(shop, "a stool", asked)[-1]
        assert "CARRY20" in told(last) and "ROOMY12" not in told(last)

    def test_asked_again_of_another_kind(self, shop: Shop) -> None:
        *_, sofas, phones = talk(shop, "any discount codes for satchels", "and sofas?", "what about smartphones?")
        assert "ROOMY12" in told(sofas) and "CARRY20" not in told(sofas)
        assert "no coupon for smartphones" in told(phones)

    def test_of_one_that_is_shown(self, shop: Shop) -> None:
        _, _, last = talk(
            shop, "the cheapest satchel", "any vouchers for satchels?", "would it apply to the first one?"
        )
        assert "48 EUR instead of 60 EUR" in told(last)


class TestService:
    @pytest.mark.parametrize(
        "asked", ["can I ship them back, I tried them on outdoors", "it's too tight, I want to swap it"]
    )
    def test_everyday_words_for_a_return(self, shop: Shop, asked: str) -> None:
        assert "21 days" in told(talk(shop, asked)[-1])

    def test_something_that_was_bought_broke(self, shop: Shop) -> None:
        last = talk(shop, "the stool I ordered from you arrived cracked")[-1]
        assert "replaced for two years" in told(last) and not last.cards

    def test_goods_named_after_questions_without_an_answer_are_looked_for(self, shop: Shop) -> None:
        asked = ["the Hartle Felt Satchel", "is it vegan?", "does it float?", "smartphones then"]
        last = talk(shop, *asked)[-1]
        assert kinds(shop, last) == {"smartphones"}


class TestTwoParts:
    """What is only said before a question names the item that it is about, in any shop."""

    def test_an_item_is_settled_on(self, shop: Shop) -> None:
        last = talk(shop, "a stool", "hm ok. let's go with the Folding Stool then. how heavy is it?")[-1]
        assert "2100 g" in told(last) and not last.cards

    def test_a_sort_that_no_title_has_leaves_all(self, shop: Shop) -> None:
        assert len(talk(shop, "smart satchels")[-1].cards) == 3
        assert titles(talk(shop, "a canvas satchel")[-1]) == ["Hartle Canvas Satchel"]

    def test_a_sort_of_one_kind_takes_none_of_another_away(self, shop: Shop) -> None:
        both = [item for item in SHELF if item.kind in {"satchels", "stools"}]
        left = of_sort(both, "canvas satchel, stool")
        assert {item.title for item in left if item.kind == "satchels"} == {"Hartle Canvas Satchel"}
        assert len([item for item in left if item.kind == "stools"]) == 2


class TestSeveralThingsAtOnce:
    """Each of the things that one wish asks for is looked for by itself; of none is it left unsaid."""

    def test_cards_of_each(self, shop: Shop) -> None:
        last = talk(shop, "I need an armchair and a stool")[-1]
        assert kinds(shop, last) == {"armchairs", "stools"}
        assert "“armchair”" in told(last) and "“stool”" in told(last)

    def test_things_of_one_kind_that_titles_tell_apart(self, shop: Shop) -> None:
        last = talk(shop, "I need a chronograph and a timer")[-1]
        assert set(titles(last)) == {"Quay Men's Chronograph", "Quay Field Timer"}

    def test_what_is_not_sold_is_said(self, shop: Shop) -> None:
        last = talk(shop, "a stool and a hammock please")[-1]
        assert kinds(shop, last) == {"stools"} and "Nothing here is called “hammock”" in told(last)

    def test_limits_hold_for_each(self, shop: Shop) -> None:
        last = talk(shop, "a sofa and a stool under 100 euros")[-1]
        assert kinds(shop, last) == {"stools"} and "No “sofa”" in told(last)

    def test_a_limit_that_follows_holds_for_each(self, shop: Shop) -> None:
        last = talk(shop, "a satchel and a stool", "under 50")[-1]
        assert kinds(shop, last) == {"stools"} and all(card.price <= 50 for card in last.cards)
        assert "No “satchel”" in told(last)

    def test_one_of_them_by_itself(self, shop: Shop) -> None:
        last = talk(shop, "a satchel and a stool", "just the satchel")[-1]
        assert kinds(shop, last) == {"satchels"}

    def test_what_is_not_said_of_one_of_them(self, shop: Shop) -> None:
        last = talk(shop, "a heated armchair and a stool")[-1]
        assert "does not say “heated”" in told(last)


class TestWhatHoldsOfTheShopper:
    """What a guest says of themselves keeps items out for the conversation, and no longer."""

    @pytest.mark.parametrize("stated", ["I'm vegan", "I never wear leather", "I am allergic to leather"])
    def test_it_leaves_items_out_of_every_wish(self, shop: Shop, stated: str) -> None:
        first, sofas, satchels = talk(shop, stated, "a sofa", "a satchel")
        assert not first.cards and "In this conversation" in told(first)
        assert sofas.cards and satchels.cards
        assert "Hartle Leather Satchel" not in titles(satchels)
        assert "Hartle Leather Satchel" in titles(talk(shop, "a satchel")[-1])

    def test_beside_a_wish(self, shop: Shop) -> None:
        last = talk(shop, "I'm vegan, show me satchels")[-1]
        assert last.cards and "Hartle Leather Satchel" not in titles(last)

    def test_who_asks_for_it_outright_gets_it(self, shop: Shop) -> None:
        last = talk(shop, "I never wear leather", "a leather satchel")[-1]
        assert "Hartle Leather Satchel" in titles(last)


class TestAnItemByItsName:
    """An item is known by the part of its title that tells it apart, whether or not it was shown."""

    def test_cheaper_than_one_that_was_not_shown(self, shop: Shop) -> None:
        last = talk(shop, "cheaper than the Vellmar")[-1]
        assert titles(last) == ["Ostby Loveseat Sofa"]

    def test_of_another_kind_than_what_was_wanted_by_words(self, shop: Shop) -> None:
        last = talk(shop, "something to sit on", "cheaper than the Chronograph")[-1]
        assert kinds(shop, last) == {"wrist watches"} and all(card.price < 150 for card in last.cards)

    def test_a_name_that_several_have_is_asked_about(self, shop: Shop) -> None:
        first, second = talk(shop, "is the Calder any good?", "the first one")
        assert not first.cards and "Calder S10" in told(first) and "Calder S20" in told(first)
        assert told(second).startswith("The shop on the Calder") and second.comparison is None


def test_a_thing_after_one_that_is_not_sold_begins_anew(shop: Shop) -> None:
    last = talk(shop, "zeppelin", "zithers")[-1]
    assert last.need is not None and "zeppelin" not in last.need.terms


def test_what_is_left_of_a_wish_of_which_nothing_was_found_goes_on(shop: Shop) -> None:
    last = talk(shop, "a zeppelin", "anything else?")[-1]
    assert last.need is not None and "zeppelin" in (last.need.terms or "")


def test_what_a_way_of_living_leaves_out_is_told_in_short(shop: Shop) -> None:
    last = talk(shop, "I'm vegan", "a satchel and a stool under 10 euros")[-1]
    assert len(told(last)) < 300


def test_a_word_at_the_end_of_a_sentence_is_no_part_of_the_thing(shop: Shop) -> None:
    last = talk(shop, "a satchel", "a stool then", "the cheapest ones")[-1]
    assert titles(last)[0] == "Brindle Folding Stool" and kinds(shop, last) == {"stools"}
