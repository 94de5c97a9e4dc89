from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.need.other_names import OtherNames
from agent.need.parse import Parser
from retrieval.catalogue import Attribute, Catalogue, Item
from retrieval.need import Constraints
from tests.embedders import WordEmbedder

BRANDS = ("Torrwick", "Skarne", "Low Lantern Books")
COLOURS = ("black", "sky blue", "red")
PRODUCTS = {"backpack": "outdoor", "tent": "outdoor", "running shoe": "running", "novel": "books"}
PARSER = Parser(
    Catalogue(
        Item(f"{kind}-{colour}", f"{brand} {kind}", "", category, 50, "EUR", brand, attributes=(
            Attribute("type", kind), Attribute("colour", colour), Attribute("weight", 700, "g"),
        ))
        for brand, colour in zip(BRANDS, COLOURS, strict=True)
        for kind, category in PRODUCTS.items()
    ).vocabulary
)  # fmt: skip


@pytest.fixture(scope="module")
def embedded() -> Parser:
    """A parser that knows the words of its shop's items."""
    shoe = Item("shoe", "Brindle shoe", "Made for running far.", "running", 50, "EUR", attributes=())
    return Parser(Catalogue([shoe]).vocabulary, others=OtherNames([shoe], WordEmbedder()))


def stated(parser: Parser, message: str, *earlier: str) -> dict[str, object]:
    return parser.refine(earlier, message).constraints.as_dict()


@pytest.mark.parametrize(
    ("message", "terms"),
    [
        ("I need a light backpack for weekend hikes under 120 euros, not black", "light backpack for weekend hikes"),
        ("I'm looking for a quiet kettle, max 50€", "quiet kettle"),
        ("do you have any gray suitcases?", "gray suitcases"),
        ("Can you show me tents, please", "tents"),
        ("We are after tents", "tents"),
        ("after sun lotion", "after sun lotion"),
        ("thinking of getting a tent", "tent"),
        ("Hello, I need a present for my mum, she loves gardening, 50 euros max",
         "present for my mum, she loves gardening"),
        ("I don't want to spend more than 50 euros on headphones", "headphones"),
        ("backpack (not black) - under 90 -", "backpack"),
        ("my budget is 40", ""),
        ("I have 40 euros, what novel can I get?", "novel"),
    ],
)  # fmt: skip
def test_terms_are_what_is_searched_for_and_the_message_stays_whole(parser: Parser, message: str, terms: str) -> None:
    need = parser.parse(message)
    assert (need.terms, need.message) == (terms, message)


@pytest.mark.parametrize(
    ("message", "constraints"),
    [
        ("a backpack, not black", {"kinds": ["backpack"], "colours_excluded": ["black"]}),
        ("I don't want black or grey headphones", {"kinds": ["headphones"], "colours_excluded": ["black", "grey"]}),
        ("non-black headphones", {"kinds": ["headphones"], "colours_excluded": ["black"]}),
        ("headphones that aren't black", {"kinds": ["headphones"], "colours_excluded": ["black"]}),
        ("no red, blue or green suitcase", {"kinds": ["suitcase"], "colours_excluded": ["blue", "green", "red"]}),
        ("any colour but white, kettle", {"kinds": ["kettle"], "colours_excluded": ["white"]}),
        ("not black, white backpack",
         {"kinds": ["backpack"], "colours": ["white"], "colours_excluded": ["black"]}),
        ("no, the black one", {"colours": ["black"]}),
        ("I don't mind black, a backpack", {"kinds": ["backpack"]}),
        ("no Torrwick tents", {"kinds": ["tent"], "brands_excluded": ["Torrwick"]}),
        ("no backpack in black", {"kinds": ["backpack"], "colours_excluded": ["black"]}),
        ("anything but Torrwick please, a rain jacket", {"kinds": ["rain jacket"], "brands_excluded": ["Torrwick"]}),
        ("no Karrow, no Luxholm, camera", {"kinds": ["camera"], "brands_excluded": ["Karrow", "Luxholm"]}),
        ("nothing from Torwick, a tent", {"kinds": ["tent"], "brands_excluded": ["Torrwick"]}),
        ("not a backpack, a suitcase", {"kinds": ["suitcase"], "kinds_excluded": ["backpack"]}),
        ("earbuds rather than headphones", {"kinds": ["earbuds"], "kinds_excluded": ["headphones"]}),
        ("no books please", {"categories_excluded": ["books"]}),
        ("everything except toys", {"categories_excluded": ["toys"]}),
        ("something sharp, no knives", {"kinds_excluded": ["kitchen knife"]}),
        ("headphones like my Hushmere ones", {"kinds": ["headphones"]}),
        ("I already have a Torrwick backpack", {}),
        ("tent from Skarne", {"kinds": ["tent"], "brands": ["Skarne"]}),
        ("low lantern books", {"brands": ["Low Lantern Books"]}),
    ],
)  # fmt: skip
def test_what_is_wanted_and_what_is_not(parser: Parser, message: str, constraints: dict[str, object]) -> None:
    assert stated(parser, message) == constraints


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("kitchen knives", "kitchen knife"),
        ("back pack for school", "backpack"),
        ("boardgame for four", "board game"),
        ("a head-torch", "head torch"),
        ("a moisturizer", "moisturiser"),
        ("a backpak", "backpack"),
        ("some haedphones", "headphones"),
        ("RUNNING SHOES", "running shoe"),
    ],
)
def test_a_kind_in_other_spellings(parser: Parser, message: str, kind: str) -> None:
    assert stated(parser, message) == {"kinds": [kind]}


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("something cheap for the garden", {"garden"}),
        ("skincare gift", {"skin care"}),
        ("travel books", {"books"}),
        ("books about travel", {"books"}),
        ("earphones for running", set()),
        ("I love cycling and need a jacket", set()),
    ],
)
def test_a_category_is_asked_for_or_only_what_a_thing_is_used_for(
    parser: Parser, message: str, categories: set[str]
) -> None:
    assert parser.parse(message).constraints.categories == categories


def test_a_measure_limits_the_attribute_named_nearest_to_it(parser: Parser) -> None:
    found = parser.parse("backpack with a capacity of at least 25 l and weight under 1 kg").constraints.bounds
    assert {(b.attribute, b.low, b.high, b.unit) for b in found} == {
        ("capacity", 25, None, "l"),
        ("weight", None, 1, "kg"),
    }
    assert parser.parse("an orange tent under 2 m long").constraints.bounds == ()  # 'range' is no word of this


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        ("a light backpack", ("weight", -1)),
        ("a tent that is not too heavy", ("weight", -1)),
        ("the cheapest tent", ("price", -1)),
        ("a light for my bike", None),
        ("a toy without small parts", None),
    ],
)
def test_wishes(parser: Parser, message: str, wish: tuple[str, int] | None) -> None:
    assert [(p.attribute, p.direction) for p in parser.parse(message).preferences] == ([wish] if wish else [])


@pytest.mark.parametrize(
    ("earlier", "message", "constraints"),
    [
        (
            "backpack under 100",
            "cheaper, not red",
            {"kinds": ["backpack"], "price_max": 100, "colours_excluded": ["red"]},
        ),
        ("backpack under 100", "what about in green?", {"kinds": ["backpack"], "price_max": 100, "colours": ["green"]}),
        ("red backpack", "actually not red", {"kinds": ["backpack"], "colours_excluded": ["red"]}),
        ("backpack, not black", "black is fine after all", {"kinds": ["backpack"], "colours": ["black"]}),
        ("tent under 300", "and under 200?", {"kinds": ["tent"], "price_max": 200}),
        ("tent from Torrwick", "other brands?", {"kinds": ["tent"], "brands_excluded": ["Torrwick"]}),
        ("quiet kettle", "I want a keyboard", {"kinds": ["keyboard"]}),
        ("quiet kettle", "show me a grinder instead", {}),
        ("quiet kettle under 50", "do you deliver to Spain?", {}),
    ],
)
def test_a_message_goes_on_from_the_last_or_begins_anew(
    parser: Parser, earlier: str, message: str, constraints: dict[str, object]
) -> None:
    assert stated(parser, message, earlier) == constraints


@pytest.mark.parametrize(
    ("message", "constraints"),
    [
        ("she already has a tripod", {"categories": ["photography"], "price_max": 50, "kinds_excluded": ["tripod"]}),
        ("I already own a camera", {"categories": ["photography"], "price_max": 50, "kinds_excluded": ["camera"]}),
        ("he already has a tent, I need a kettle", {"kinds": ["kettle"], "kinds_excluded": ["tent"]}),
    ],
)
def test_what_somebody_already_has_is_taken_off_and_the_limits_stay(
    parser: Parser, message: str, constraints: dict[str, object]
) -> None:
    before = parser.parse("a gift in photography under 50 euros")
    need = parser.going_on(before, message)
    assert need.constraints.as_dict() == constraints
    assert not {"tripod", "tent"} & set(need.terms.split())


@pytest.mark.parametrize("message", ["I already have a tripod but want a bigger one", "something for my tripod"])
def test_who_wants_one_again_or_what_goes_with_it_is_shown_it(parser: Parser, message: str) -> None:
    assert not parser.going_on(parser.parse("a gift under 50 euros"), message).constraints.kinds_excluded


def test_a_dropped_g_is_put_back_where_the_shop_writes_the_word(embedded: Parser) -> None:
    assert embedded.parse("lookin for shoes for runnin").terms == "shoes for running"
    assert embedded.parse("a satin pillow for my cabin").terms == "satin pillow for my cabin"


@given(st.lists(st.text(), max_size=2), st.text())
@example([], "not not no without ,,, except")
@example(["no"], "€ - 5 kg under under not 3,")
def test_any_message_is_read(earlier: list[str], message: str) -> None:
    assert PARSER.refine(earlier, message).message == message


prices = st.integers(1, 99_999)
price_styles = st.sampled_from(
    ["under {} euros", "max {:,} €", "less than €{}", "no more than {:,} EUR", "up to {}.00 euros", "not over {} eur",
     "nothing above {} euros", "{} euros or less"]
)  # fmt: skip


@given(prices, price_styles)
def test_a_price_cap_is_read_in_every_style(price: int, style: str) -> None:
    need = PARSER.parse(f"a backpack, {style.format(price)}")
    assert (need.constraints.price_max, need.constraints.price_min) == (price, None)
    assert need.terms == "backpack"


exclusions = st.sampled_from([*BRANDS, *COLOURS])
negations = st.sampled_from(["not {}", "no {}", "nothing in {}", "anything but {}", "I don't want {}", "except {}"])


@given(prices, price_styles, exclusions, negations)
def test_an_exclusion_and_a_price_always_end_up_with_both(price: int, style: str, name: str, negation: str) -> None:
    clauses = [style.format(price), negation.format(name)]
    found = [PARSER.parse(f"a tent, {first}, {second}") for first, second in (clauses, clauses[::-1])]
    assert found[0].constraints == found[1].constraints
    constraints = found[0].constraints
    assert (constraints.price_max, constraints.kinds) == (price, {"tent"})
    assert constraints.brands_excluded | constraints.colours_excluded == {name}
    assert not any(part in found[0].terms for part in (str(price), f"{price:,}", name))


words = st.sampled_from(
    [
        *BRANDS,
        *COLOURS,
        *PRODUCTS,
        "outdoor",
        "books",
        "not",
        "no",
        ",",
        "or",
        "and",
        "but",
        "without",
        "a",
        "in",
        "light",
    ]
)


@given(st.lists(words, max_size=12))
def test_what_is_excluded_is_never_also_required(parts: list[str]) -> None:
    found = PARSER.parse(" ".join(parts)).constraints
    for name in ("brands", "categories", "kinds", "colours"):
        assert not getattr(found, name) & getattr(found, f"{name}_excluded"), name


def test_every_constraint_of_a_need_has_a_name_the_tests_know() -> None:
    """The property above must not miss an exclusion that is added later."""
    excluded = {f.name for f in fields(Constraints) if f.name.endswith("_excluded")}
    assert excluded == {f"{n}_excluded" for n in ("brands", "categories", "kinds", "colours", "items")}


@pytest.mark.parametrize(
    ("message", "notes"),
    [
        ("a tent under 100 dollars", ("Prices here are in EUR; I read 100 dollars as 100 EUR.",)),
        ("a tent, £40", ("Prices here are in EUR; I read £40 as 40 EUR.",)),
        ("a tent under 100 euros", ()),
        ("a tent under 100", ()),
    ],
)
def test_a_price_in_another_currency_is_a_limit_in_the_shops_and_noted(message: str, notes: tuple[str, ...]) -> None:
    need = Parser(PARSER.vocabulary, "EUR").parse(message)
    assert need.notes == notes
    assert need.constraints.price_max in {40, 100}


def test_a_note_is_not_said_again_when_the_talk_goes_on() -> None:
    need = Parser(PARSER.vocabulary, "EUR").refine(["a tent under 100 dollars"], "not in red")
    assert need.constraints.price_max == 100
    assert need.notes == ()


@pytest.mark.parametrize(
    ("message", "terms", "without"),
    [
        ("hand cream without perfume", "hand cream", ["perfume"]),
        ("a camera bag, no leather", "camera bag", ["leather"]),
        ("fragrance-free sunscreen", "fragrance-free sunscreen", ["fragrance"]),
        ("gloves without any leather or steel", "gloves", ["leather", "steel"]),
        ("no rush, a quiet kettle", "no rush, quiet kettle", []),
        ("a kettle without a whistle from mars", "kettle without a whistle from mars", []),
    ],
)
def test_what_must_not_be_there_is_read_where_the_catalogue_speaks_of_it(
    parser: Parser, message: str, terms: str, without: list[str]
) -> None:
    need = parser.parse(message)
    assert (need.terms, need.constraints.as_dict().get("without", [])) == (terms, without)


def test_other_words_for_what_must_not_be_there_count_too(parser: Parser) -> None:
    perfume = parser.parse("hand cream without perfume").constraints
    fig = Item("f", "Figuier hand cream", "", "skin care", 9, "EUR", attributes=(Attribute("fragrance", "fig"),))
    bare = Item("b", "Bare hand cream", "", "skin care", 9, "EUR", attributes=(Attribute("fragrance", "none"),))
    assert "without" in perfume.broken_by(fig)
    assert "without" not in perfume.broken_by(bare)
