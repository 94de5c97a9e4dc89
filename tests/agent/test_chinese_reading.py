"""How Chinese messages go on, mix with English, and meet catalogues other than the demo shop's."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.need.parse import Parser
from retrieval.catalogue import Attribute, Catalogue, Item
from retrieval.lexical import LexicalIndex
from retrieval.words import spaced, words


def item(title: str, kind: str, category: str, brand: str, colour: str, *more: Attribute) -> Item:
    attributes = (Attribute("type", kind), Attribute("colour", colour), *more)
    return Item(title, title, "", category, 50, "CNY", brand, attributes=attributes)


BRANDED = Parser(
    Catalogue(
        item(f"{brand} {kind}", kind, "audio", brand, "black")
        for brand in ("Sony", "Xiaomi", "Bose")
        for kind in ("headphones", "earbuds")
    ).vocabulary
)
CHINESE = Parser(
    Catalogue(
        [
            item("山行 轻量双肩包", "双肩包", "户外", "山行", "黑色", Attribute("重量", 700, "g")),
            item("远游 登山箱", "行李箱", "旅行", "远游", "哑光黑色", Attribute("重量", 2600, "g")),
            item("素白 保湿面霜", "面霜", "护肤", "素白", "白色", Attribute("成分", "酒精, 甘油")),
        ]
    ).vocabulary,
    "CNY",
)


def stated(parser: Parser, message: str, *earlier: str) -> dict[str, object]:
    return parser.refine(earlier, message).constraints.as_dict()


@pytest.mark.parametrize(
    ("message", "constraints"),
    [
        ("除了索尼以外的耳机", {"kinds": ["headphones"], "brands_excluded": ["Sony"]}),
        ("索尼的耳机", {"kinds": ["headphones"], "brands": ["Sony"]}),
        ("小米或者Bose的耳塞", {"kinds": ["earbuds"], "brands": ["Bose", "Xiaomi"]}),
        ("和我的索尼差不多的耳机", {"kinds": ["headphones"]}),
        ("不要索尼的", {"brands_excluded": ["Sony"]}),
        ("索尼除外，耳塞", {"kinds": ["earbuds"], "brands_excluded": ["Sony"]}),
    ],
)
def test_brands_are_known_by_their_chinese_names(message: str, constraints: dict[str, object]) -> None:
    assert stated(BRANDED, message) == constraints


@pytest.mark.parametrize(
    ("message", "constraints"),
    [
        ("500元以下的双肩包，不要黑色",
         {"price_max": 500, "kinds": ["双肩包"], "colours_excluded": ["黑色"]}),
        ("山行的背包", {"kinds": ["双肩包"], "brands": ["山行"]}),
        ("拉杆箱，3公斤以下", {"kinds": ["行李箱"],
         "bounds": [{"attribute": "重量", "unit": "kg", "low": None, "high": 3}]}),
        ("護膚用的東西，不含酒精", {"categories": ["护肤"], "without": ["酒精"]}),
        ("不要山行，户外的", {"categories": ["户外"], "brands_excluded": ["山行"]}),
    ],
)  # fmt: skip
def test_a_chinese_catalogue_is_met_in_its_own_words(message: str, constraints: dict[str, object]) -> None:
    assert stated(CHINESE, message) == constraints


def test_a_chinese_catalogue_is_searched_in_chinese_and_keeps_its_wishes() -> None:
    need = CHINESE.parse("轻便的双肩包，500元以下")
    assert need.terms == "轻便, light 双肩包" and need.notes == ()
    assert [(p.attribute, p.direction) for p in need.preferences] == [("重量", -1)]


def test_black_is_part_of_matt_black_in_chinese_too() -> None:
    assert spaced("a 双肩包 bag") == "a  双肩 肩包  bag"
    assert words("黑色") <= words("哑光黑色") and not words("黑色") & words("白色")


@pytest.mark.parametrize(
    ("earlier", "message", "constraints"),
    [
        ("100欧以下的双肩包", "便宜点，不要红色",
         {"kinds": ["backpack"], "price_max": 100, "colours_excluded": ["red"]}),
        ("100欧以下的双肩包", "有绿色的吗", {"kinds": ["backpack"], "price_max": 100, "colours": ["green"]}),
        ("300欧以下的帐篷", "两百欧以下呢", {"kinds": ["tent"], "price_max": 200}),
        ("Torrwick的帐篷", "换个牌子", {"kinds": ["tent"], "brands_excluded": ["Torrwick"]}),
        ("安静的水壶", "我想要一个键盘", {"kinds": ["keyboard"]}),
        ("backpack under 100 euros", "不要黑色",
         {"kinds": ["backpack"], "price_max": 100, "colours_excluded": ["black"]}),
        ("100欧以下的双肩包", "not red please",
         {"kinds": ["backpack"], "price_max": 100, "colours_excluded": ["red"]}),
    ],
)  # fmt: skip
def test_a_message_goes_on_from_the_last(
    parser: Parser, earlier: str, message: str, constraints: dict[str, object]
) -> None:
    assert stated(parser, message, earlier) == constraints


def test_a_price_in_another_currency_is_said_and_not_converted(parser: Parser) -> None:
    need = parser.parse("三百块左右的双肩包")
    assert need.notes == ("本店价格以 EUR 计；我把“三百块”读作 300 EUR。",)
    assert (need.constraints.price_min, need.constraints.price_max) == (240, 360)
    assert parser.parse("100欧以下的双肩包").notes == ()
    assert parser.parse("三百块左右的双肩包", "en").notes == ("Prices here are in EUR; I read 三百块 as 300 EUR.",)


def test_an_english_catalogue_is_searched_in_english_and_the_shopper_sees_their_own_words(parser: Parser) -> None:
    need = parser.parse("我想买一个轻便的双肩包，100欧以下，不要黑色")
    assert (need.terms, need.said, need.language) == ("light backpack", "轻便 双肩包", "zh")
    assert need.english == "i want light backpack . not black, under 100 EUR"
    assert parser.parse("我想要一个呱嘟").terms == "呱嘟"  # what no dictionary knows is searched for as it is


@pytest.mark.parametrize(
    ("message", "words_kept"),
    [("不锈钢水壶", "stainless steel kettle"), ("重庆火锅底料", "Chongqing city hotpot base ingredient"),
     ("无线耳机", "wireless headphones"), ("给妈妈的礼物", "gift for mum"),
     ("三人帐篷", "3 people tent"), ("两个杯子", "2 cup")],
)  # fmt: skip
def test_words_that_look_like_a_cue_or_a_number_stay_whole(parser: Parser, message: str, words_kept: str) -> None:
    need = parser.parse(message)
    assert need.terms == words_kept
    assert set(need.constraints.as_dict()) <= {"kinds"}


CHARACTERS = st.text(
    st.sampled_from("不要除了以外的黑色双肩包两百三十万元块以下上左右比和或、，。的吗Torrwick 100kg€轻一点没有别用")
)


@given(st.lists(CHARACTERS, max_size=2), CHARACTERS)
@example([], "不要不要除了比以外、、和的")
@example(["不要"], "一百二百万元以下以上不超过")
def test_any_message_is_read(earlier: list[str], message: str) -> None:
    for read_by in (BRANDED, CHINESE):
        assert read_by.refine(earlier, message).message == message


@pytest.mark.parametrize(
    ("message", "wishes"),
    [
        ("上次的耳机太重了", [("weight", -1)]),
        ("这个太贵了，有没有磨豆机", [("price", -1)]),
        ("声音小一点的水壶", [("noise", -1)]),
        ("没有的话帐篷也行", []),
    ],
)
def test_a_complaint_is_a_wish_for_the_opposite(parser: Parser, message: str, wishes: list[tuple[str, int]]) -> None:
    need = parser.parse(message)
    assert [(p.attribute, p.direction) for p in need.preferences] == wishes
    assert not need.constraints.kinds_excluded


def test_a_chinese_catalogue_is_found_by_its_words() -> None:
    found = LexicalIndex.of(
        [item("山行 轻量双肩包", "双肩包", "户外", "山行", "黑色"), item("素白面霜", "面霜", "护肤", "素白", "白色")]
    )
    assert found.scores("轻量的背包")[0] > 0 and found.scores("轻量的背包")[1] == 0
    assert not found.scores("水壶").any()
