from __future__ import annotations

import pytest

from agent.need.references import References
from retrieval.catalogue import Catalogue
from tests.retrieval.samples import demo_items, item

NOOK, LYS, HOMESTEAD = "outdoor-04", "outdoor-05", "outdoor-06"
PLOVER, CORRIE, VARDE = "outdoor-01", "outdoor-02", "outdoor-03"
MURMUR, DASH, HERON = "kitchen-01", "kitchen-02", "kitchen-03"
DRIZZLE, STRATUS = "outdoor-09", "outdoor-10"
TENTS = (NOOK, LYS, HOMESTEAD)
PACKS = (PLOVER, CORRIE, VARDE)
KETTLES = (MURMUR, DASH, HERON)
JACKETS = (DRIZZLE, STRATUS)
MIXED = (NOOK, PLOVER, HOMESTEAD, CORRIE)


@pytest.fixture(scope="module")
def references() -> References:
    return References(Catalogue(demo_items()))


@pytest.mark.parametrize(
    ("message", "shown", "meant"),
    [
        # places
        ("the second one", TENTS, (LYS,)),
        ("Tell me about the first", TENTS, (NOOK,)),
        ("is the third one in stock?", TENTS, (HOMESTEAD,)),
        ("number 3", TENTS, (HOMESTEAD,)),
        ("What about option two?", TENTS, (LYS,)),
        ("#2 please", TENTS, (LYS,)),
        ("2", TENTS, (LYS,)),
        ("the 3rd one", TENTS, (HOMESTEAD,)),
        ("the last", TENTS, (HOMESTEAD,)),
        ("the last one looks nice", TENTS, (HOMESTEAD,)),
        ("second to last", TENTS, (LYS,)),
        ("the middle one", TENTS, (LYS,)),
        ("compare the first and the third", TENTS, (NOOK, HOMESTEAD)),
        ("the third and the first", TENTS, (HOMESTEAD, NOOK)),
        ("first and third", TENTS, (NOOK, HOMESTEAD)),
        ("the first two", TENTS, (NOOK, LYS)),
        ("compare the last two", TENTS, (LYS, HOMESTEAD)),
        ("both", JACKETS, JACKETS),
        ("are both of them waterproof?", JACKETS, JACKETS),
        ("compare these", TENTS, TENTS),
        ("which of them is the lightest?", TENTS, TENTS),
        ("all three", TENTS, TENTS),
        ("these two", JACKETS, JACKETS),
        ("all of them but not the first one", TENTS, (LYS, HOMESTEAD)),
        ("not the first one, the second", TENTS, (LYS,)),
        ("why not the second one?", TENTS, (LYS,)),
        ("the second tent", MIXED, (HOMESTEAD,)),
        ("which one is the lightest?", TENTS, (LYS,)),
        ("which one is better?", TENTS, TENTS),
        ("which one is better, the Nook or the Homestead?", TENTS, (NOOK, HOMESTEAD)),
        ("compare 1 and 3", TENTS, (NOOK, HOMESTEAD)),
        ("对比1和3", TENTS, (NOOK, HOMESTEAD)),
        ("can you compare all three for me", TENTS, TENTS),
        ("三个都帮我比较下", TENTS, TENTS),
        # by comparison
        ("how does the cheap one differ from the expensive one", JACKETS, JACKETS),
        ("the cheaper one", JACKETS, (DRIZZLE,)),
        ("I like the cheapest", TENTS, (NOOK,)),
        ("the most expensive one", TENTS, (LYS,)),
        ("the lighter of the two", JACKETS, (DRIZZLE,)),
        ("the heaviest", TENTS, (HOMESTEAD,)),
        ("the lighter of the first two", TENTS, (LYS,)),
        ("the best rated one", KETTLES, ()),
        ("the quietest", KETTLES, ()),
        # by what it is
        ("the green one", PACKS, (PLOVER,)),
        ("the waterproof one", PACKS, (CORRIE,)),
        ("the two-person one", TENTS, (NOOK,)),
        ("the one with the hip belt", PACKS, (CORRIE,)),
        ("how heavy is the tent?", (NOOK, PLOVER), (NOOK,)),
        ("does the family tent have windows?", TENTS, (HOMESTEAD,)),
        ("does that tent have windows?", (NOOK, LYS, HOMESTEAD), ()),
        # by name
        ("the Fennridge", TENTS, (NOOK,)),
        ("is the Nook waterproof?", (), (NOOK,)),
        ("Fennridge Nook", (), (NOOK,)),
        ("fennridge nook", (), (NOOK,)),
        ("compare the Nook with the Homestead", (), (NOOK, HOMESTEAD)),
        ("the Homestead or the Nook?", TENTS, (HOMESTEAD, NOOK)),
        ("the Homestaed", (), (HOMESTEAD,)),
        ("How noisy is the Quillbeck Heron?", (), (HERON,)),
        ("the Heron kettle", (), (HERON,)),
        ("the Heron", KETTLES, (HERON,)),
        ("the Heron", (), ()),
        ("Brackenholt Corrie roll-top waterproof backpack", (), (CORRIE,)),
        ("who wrote Paper Tides?", (), ("books-08",)),
        ("compare the second one with the Plover", TENTS, (LYS, PLOVER)),
        # pronouns
        ("is it waterproof?", TENTS, (NOOK,)),
        ("how heavy is this one", TENTS, (NOOK,)),
        ("Is it lighter than the third one?", TENTS, (NOOK, HOMESTEAD)),
        ("the second one, is it waterproof?", TENTS, (LYS,)),
        ("tell me more about that.", TENTS, (NOOK,)),
        # Chinese
        ("第二个", TENTS, (LYS,)),
        ("第3款怎么样", TENTS, (HOMESTEAD,)),
        ("前两个有什么区别?", TENTS, (NOOK, LYS)),
        ("最后一个", TENTS, (HOMESTEAD,)),
        ("第一和第三个比一下", TENTS, (NOOK, HOMESTEAD)),
        ("这个防水吗", TENTS, (NOOK,)),
        ("那个多重?", TENTS, (NOOK,)),
        ("绿色的那个", PACKS, (PLOVER,)),
        ("便宜的那个", JACKETS, (DRIZZLE,)),
        ("最重的那个", TENTS, (HOMESTEAD,)),
        ("这些都防水吗", TENTS, TENTS),
        ("它们哪个更轻", TENTS, TENTS),
        ("两个都要", JACKETS, JACKETS),
        ("Nook和Homestead比哪个好", (), (NOOK, HOMESTEAD)),
        ("倒数第二个", TENTS, (LYS,)),
        # not clear, or nothing
        ("the fifth one", TENTS, ()),
        ("the first and the fifth", TENTS, ()),
        ("both", TENTS, ()),
        ("the second one", (), ()),
        ("is it waterproof?", (), ()),
        ("the Tunewick", ("audio-02", "audio-05"), ()),
        ("a tent for two", TENTS, ()),
        ("a quiet kettle for a small kitchen", TENTS, ()),
        ("something cheaper", TENTS, ()),
        ("do you have a lighter one?", TENTS, ()),
        ("anything from Fennridge", (), ()),
        ("this is the first time I buy a tent", TENTS, ()),
        ("second-hand backpacks", PACKS, ()),
        ("a birthday present for my first nephew", TENTS, ()),
        ("the tent", TENTS, ()),
        ("is it possible to return a tent?", TENTS, ()),
        ("这是我第一次买帐篷", TENTS, ()),
        ("有便宜的吗", TENTS, ()),
        ("便宜点的", TENTS, ()),
        ("再配一个同样灰色的", TENTS, ()),
        ("比较 Brackenholt Homestead 和 Fennridge Nook 这两个帐篷", (), (HOMESTEAD, NOOK)),
        ("compare these two: the Homestead and the Nook", (), (HOMESTEAD, NOOK)),
        ("这两个哪个好", (), ()),
        ("those Homestead tents", (), ()),
        ("can I use TRAIL15 for the Nook?", (), (NOOK,)),
        ("运动手表哪款好", TENTS, ()),
        ("I'd rather have one from Europe", TENTS, ()),
        ("", TENTS, ()),
    ],
)
def test_what_a_message_means(
    references: References, message: str, shown: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    assert references.of(message, shown) == meant


@pytest.mark.parametrize("message", ["is it waterproof?", "how much does this one cost", "那个呢", "that tent"])
def test_it_is_the_item_in_focus(references: References, message: str) -> None:
    assert references.of(message, TENTS, focus=LYS) == (LYS,)


def test_a_card_the_shop_no_longer_has_keeps_its_place() -> None:
    references = References(Catalogue([item("b", "Tarn 28 backpack")]))
    assert references.of("the second one", ("gone", "b")) == ("b",)
    assert references.of("the first one", ("gone", "b")) == ()
