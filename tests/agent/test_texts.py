from datetime import UTC, datetime

import pytest

from agent import replies
from agent.reasons.extract import extractive_claims
from agent.texts import LANGUAGES, Texts, TextsError, same_shape
from retrieval.events import Event, EventKind
from retrieval.evidence import numbered
from retrieval.need import Bound, Constraints, Need
from retrieval.snippets import history_snippet
from retrieval.suggestion import Suggestion
from tests.models import ITEMS

ZH = Texts.of("zh")
ASKED = Constraints(
    price_max=200,
    kinds=frozenset({"backpack"}),
    colours_excluded=frozenset({"black", "red"}),
    bounds=(Bound("weight", "kg", None, 1),),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_and_placeholders(language: str) -> None:
    assert Texts.of(language).lines.keys() == Texts.of("en").lines.keys()
    same_shape(Texts.of("en").lines, Texts.of(language).lines, language)


@pytest.mark.parametrize("lines", [{}, {"a": "{other}"}, {"a": "{x}", "b": ""}])
def test_a_missing_text_or_another_placeholder_is_an_error(lines: dict[str, str]) -> None:
    with pytest.raises(TextsError, match=r"zz\.yaml"):
        same_shape({"a": "{x}"}, lines, "zz")


def test_a_text_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TextsError, match="no_such_text"):
        ZH.say("no_such_text")
    with pytest.raises(TextsError, match="title"):
        ZH.say("closing.relaxed", wanted="", relaxed="", price="")


def test_constraints_in_a_chinese_shoppers_words() -> None:
    said = replies.constraint_words(ASKED, "EUR", ZH)
    assert said == ["200 欧元以下", "重量 1 公斤以下", "双肩包", "不要黑色或红色"]
    ages = Constraints(bounds=(Bound("minimum age", "years", 3, None),))
    assert replies.constraint_words(ages, "EUR", ZH) == ["最小年龄 3 岁以上"]


def test_closing_lines_speak_the_language_of_the_need_and_leave_titles_and_prices() -> None:
    suggestions = [Suggestion(ITEMS[4], 1, 0.0, ())]
    need = Need("", "", ASKED, language="zh", notes=("本店价格以 EUR 计。",))
    nearest = replies.closing(need, suggestions, ["price", "colour"], ASKED, "EUR")
    assert nearest.startswith("本店价格以 EUR 计。店里没有")
    assert "如果不考虑价格和颜色，最接近的是 Fennridge backpack 5，价格 45 EUR" in nearest
    assert "有 1 件商品符合您的条件：200 欧元以下" in replies.closing(need, suggestions, [], ASKED, "EUR")
    assert "户外，玩具" in replies.nothing_fits({"toys", "outdoor"}, (), ZH)


def test_facts_are_framed_in_chinese_and_quotations_stay() -> None:
    rows = [
        ("attribute", "weight: 780 g"),
        ("attribute", "minimum age: 3 years"),
        ("attribute", "colour: sky blue"),
        ("attribute", "lid: soft-close hinge"),
        ("attribute", "price: 89 EUR"),
        ("attribute", "The seams are taped by hand."),
        ("review", "It is light. I love it very much indeed."),
    ]
    found = [extractive_claims(numbered([(kind, text, "s")]), ZH)[0].text for kind, text in rows]
    assert found == [
        "重量：780 克。",
        "最小年龄：3 岁。",
        "颜色：天蓝色。",
        "盖子：soft-close hinge。",
        "价格：89 EUR。",
        "商品资料写道：「The seams are taped by hand.」",
        "一位顾客写道：「It is light. I love it very much indeed.」",
    ]


@pytest.mark.parametrize(
    ("kind", "rating", "comment", "told"),
    [
        ("view", None, None, "您看过 Torrwick backpack 1。"),
        ("cart", None, None, "您把 Torrwick backpack 1 放进过购物篮。"),
        ("purchase", None, None, "您买过 Torrwick backpack 1。"),
        ("rating", 5, "Light, and dry: good.",
         "您给 Torrwick backpack 1 打过分，5 星（满分 5 星）：「Light, and dry: good.」。"),
        ("comment", None, "Fine.", "您评论过 Torrwick backpack 1：「Fine.」。"),
        ("share", None, None, "您分享过 Torrwick backpack 1。"),
        ("thumb", 5, None, "您给 Torrwick backpack 1 点过赞。"),
        ("thumb", 1, None, "您给 Torrwick backpack 1 点过踩。"),
        ("thumb", None, None, "您评价过 Torrwick backpack 1。"),
    ],
)  # fmt: skip
def test_what_the_shopper_did_is_told_in_chinese(
    kind: EventKind, rating: float | None, comment: str | None, told: str
) -> None:
    event = Event("e", "ana", kind, datetime(2026, 5, 1, tzinfo=UTC), ITEMS[0].item_id, rating, comment)
    snippet = history_snippet(event, ITEMS[0])
    assert snippet is not None
    (claim,) = extractive_claims(numbered([("history", snippet.text, "h")]), ZH)
    assert claim.text == told


def test_factors_are_named_in_chinese() -> None:
    assert ZH.label("matches what you asked") == "符合您的提问"
    assert ZH.label("light, quiet") == "轻，安静"
