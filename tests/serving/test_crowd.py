"""The simulated crowd: the same each time, and true to the rules that it states."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from retrieval.catalogue import Item
from retrieval.events import Event
from retrieval.feeds import BadRow, read_items
from serving.errors import CrowdUnreadable
from serving.training.crowd import CrowdConfig, Lives, crowd

DEMO = Path(__file__).parents[2] / "demo"
ITEMS = [item for item in read_items(DEMO / "catalogue") if not isinstance(item, BadRow)]
BY_ID = {item.item_id: item for item in ITEMS}
KINDS = {item.kind for item in ITEMS}
SOME = CrowdConfig(shoppers=300)


def kind(event: Event) -> str:
    return BY_ID[event.item_id or ""].kind


@pytest.fixture(scope="module")
def lives() -> Lives:
    return Lives.read(DEMO / "crowd.yaml", KINDS)


@pytest.fixture(scope="module")
def made(lives: Lives) -> dict[str, tuple[Event, ...]]:
    return crowd(ITEMS, lives, SOME)


def alone(lives: Lives, *names: str) -> dict[str, tuple[Event, ...]]:
    """A crowd in which everybody leads one of these lives."""
    narrowed = lives.model_copy(update={"lives": {name: lives.lives[name] for name in names}})
    return crowd(ITEMS, narrowed, CrowdConfig(shoppers=150, two_lives=0.0))


def test_it_is_the_same_again_and_a_shopper_does_not_depend_on_the_others(
    lives: Lives, made: dict[str, tuple[Event, ...]]
) -> None:
    fewer = crowd(ITEMS, lives, CrowdConfig(shoppers=20))
    assert len(fewer) == 20 and fewer == {shopper: made[shopper] for shopper in fewer}
    assert crowd(ITEMS, lives, CrowdConfig(shoppers=20, seed=12)) != fewer


def test_each_deed_has_what_must_come_before_it(made: dict[str, tuple[Event, ...]]) -> None:
    before = {"cart": "view", "purchase": "cart", "rating": "purchase", "comment": "purchase", "share": "view"}
    for events in made.values():
        done: set[tuple[str | None, str]] = set()
        assert [event.at for event in events] == sorted(event.at for event in events)
        for event in events:
            assert event.kind not in before or (event.item_id, before[event.kind]) in done
            assert event.comment is None and event.at.year == 2026
            done.add((event.item_id, event.kind))
    assert {event.kind for events in made.values() for event in events} >= {*before, "view", "thumb"}


def test_one_of_a_kind_that_lasts_is_not_bought_twice(lives: Lives, made: dict[str, tuple[Event, ...]]) -> None:
    for events in made.values():
        bought = Counter(event.item_id for event in events if event.kind == "purchase")
        assert all(times == 1 or BY_ID[item_id or ""].kind in lives.again for item_id, times in bought.items())


def test_nobody_buys_what_is_sold_out_by_then(made: dict[str, tuple[Event, ...]]) -> None:
    late = [e for events in made.values() for e in events if e.kind == "cart" and (e.at.month, e.at.day) > (10, 6)]
    assert late and all(BY_ID[event.item_id or ""].in_stock for event in late)


def test_a_life_shows_in_what_is_bought(lives: Lives) -> None:
    for name in ("gardener", "runner"):
        bought = [kind(e) for events in alone(lives, name).values() for e in events if e.kind == "purchase"]
        own = sum(what in lives.lives[name].buys for what in bought) / len(bought)
        assert own > 0.8


def test_the_word_a_life_is_drawn_to_decides_among_items_of_a_kind(lives: Lives) -> None:
    chosen = Counter(
        event.item_id
        for events in alone(lives, "skin_care_minimalist").values()
        for event in events
        if event.kind == "purchase" and kind(event) == "moisturiser"
    )
    assert chosen.most_common(1)[0][0] == "skin-care-01", "the fragrance-free one for sensitive skin"


def test_what_was_bought_makes_what_goes_with_it_likelier(lives: Lives) -> None:
    """Of those whose purchase is a camera, more buy a bag, a tripod or a light next than of all others."""
    follows: dict[bool, list[bool]] = defaultdict(list)
    for events in alone(lives, "photographer_on_the_road").values():
        bought = [kind(event) for event in events if event.kind == "purchase"]
        for first, second in pairwise(bought):
            follows[first == "camera"].append(second in lives.after["camera"])
    after_camera, else_ = (sum(follows[key]) / len(follows[key]) for key in (True, False))
    assert after_camera > else_ + 0.1


def test_thrifty_people_pay_less(lives: Lives) -> None:
    def paid(pays: float) -> float:
        life = lives.lives["home_cook"].model_copy(update={"pays": pays})
        some = crowd(ITEMS, lives.model_copy(update={"lives": {"cook": life}}), CrowdConfig(shoppers=80))
        prices = [BY_ID[e.item_id or ""].price for events in some.values() for e in events if kind(e) == "frying pan"]
        return sum(prices) / len(prices)

    assert paid(-1.0) < 0.8 * paid(1.0)


def test_a_kind_that_no_item_has_is_named(tmp_path: Path) -> None:
    path = tmp_path / "crowd.yaml"
    path.write_text("lives: {sailor: {buys: {boat: 1}, drawn_to: []}}\nafter: {}\nagain: []\n", encoding="utf-8")
    with pytest.raises(CrowdUnreadable, match="boat; correct it"):
        Lives.read(path, KINDS)
    with pytest.raises(CrowdUnreadable, match="cannot be read"):
        Lives.read(tmp_path / "none.yaml", KINDS)


def test_the_catalogue_may_be_any(lives: Lives) -> None:
    """Items without a price, reviews or stock are items too."""
    bare = [Item(f"i-{n}", f"Tent {n}", "", "tent", 0.0, "EUR") for n in range(3)]
    camper = Lives.model_validate(
        {"lives": {"camper": {"buys": {"tent": 1}, "drawn_to": []}}, "after": {}, "again": []}
    )
    assert any(crowd(bare, camper, CrowdConfig(shoppers=5)).values())
