"""Chinese as people type it: what is read of it, and what the assistant takes it for."""

import pytest

from agent import cues
from agent.chinese.interpreter import asked_plainly
from agent.chinese.limits import limits
from agent.chinese.numerals import spelled
from agent.chinese.reading import Known, in_english
from agent.items.asking import asked_of
from agent.items.overview import asks_for_all, asks_for_faults
from agent.items.unmet import unmet
from agent.memory.commands import command_of
from agent.memory.hearing import Listener
from agent.need.parse import Parser
from agent.need.references import References
from agent.need.refining import Shown, changed
from agent.need.things import unnamed
from agent.texts import Texts
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need
from tests.retrieval.samples import item

ZH = Texts.of("zh")
NIPPER = item("n", "Nipper headphones", kind="headphones", price=24.0)
BRUME = item("b", "Brume headphones", kind="headphones", price=119.0)


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("几天能送到比利时", "how long does delivery take to belgium"),
        ("能寄去瑞士吗", "ship delivery to switzerland"),
        ("可以用微信付款吗", "payment methods wechat pay"),
        ("包裹弄丢了咋办", "parcel lost what do i do"),
        ("7天无理由退货支持吗", "how long do i have to return without giving a reason"),
        ("开封了还能退掉吗", "opened also can return"),
        ("保固多久", "warranty how long"),
        ("几天内可以退货", "how long can return"),
        ("多少天之内能退", "how long can return"),
    ],
)
def test_a_question_of_service_is_put_as_the_shop_speaks(parser: Parser, message: str, english: str) -> None:
    assert english in parser.parse(message).english


@pytest.mark.parametrize(
    ("message", "wish"),
    [("不太沉的双肩包", "not heavy"), ("不会吵的水壶", "not loud"), ("不那么贵的三脚架", "not expensive")],
)
def test_a_quality_may_be_denied(parser: Parser, message: str, wish: str) -> None:
    assert [each.word for each in parser.parse(message).preferences] == [wish]


def test_what_is_not_wanted_is_shown_as_such_though_the_shop_knows_no_such_thing(parser: Parser) -> None:
    assert "不要特氟龙" in parser.parse("平底锅，不要特氟龙").said


@pytest.mark.parametrize("message", ["预算加到250", "我可以提高到250", "放宽到250吧"])
def test_a_limit_may_be_raised(message: str) -> None:
    assert [each.high for each in limits(message)] == [250]


@pytest.mark.parametrize(
    ("said", "plain"), [("噪音大不大", "噪音大"), ("舒服不舒服", "舒服"), ("透气不", "透气"), ("不防水", "不防水")]
)
def test_a_question_that_puts_both_answers_denies_nothing(said: str, plain: str) -> None:
    assert asked_plainly(said) == plain


@pytest.mark.parametrize("message", ["有没有更便宜的", "都太贵了", "换款便宜点的吧"])
def test_cheaper_is_cheaper_than_what_was_shown(message: str) -> None:
    need = Need(message, "headphones", Constraints(), english="want cheap")
    assert changed(need, f"{message} {need.english}", Shown((NIPPER, BRUME))).constraints.price_max == 23.99


def test_not_too_expensive_is_a_wish_and_no_limit(parser: Parser) -> None:
    need = parser.parse("别太贵")
    assert changed(need, f"别太贵 {need.english}", Shown((NIPPER, BRUME))).constraints.price_max is None


def test_a_wish_that_no_card_meets_is_told_in_the_shoppers_words(parser: Parser, index: ShopIndex) -> None:
    need = parser.parse("有没有主动降噪的耳机，100欧以内")
    wishes = parser.wishes(need)
    assert wishes == (("noise-cancelling", "主动降噪"),)
    found = unmet(index, need, [NIPPER], wishes)
    assert found is not None and found.wish == "主动降噪"
    assert parser.wishes(parser.parse("noise cancelling headphones")) == ()
    assert parser.wishes(parser.parse("轻一点的双肩包")) == ()  # a number tells, and the ranking goes by it


def test_a_thing_that_the_shop_does_not_have_is_named_in_the_shoppers_words(parser: Parser) -> None:
    need = parser.parse("電風扇有賣嗎")
    ((english, own),) = parser.unsold(need.message)
    assert (english, own) == ("fan", "电风扇")
    assert unnamed(need, [NIPPER, BRUME], [english]) == "fan"
    assert parser.unsold("有没有双肩包") == ()


def test_why_not_means_the_item_and_that_one_is_no_other() -> None:
    references = References({"n": NIPPER, "b": BRUME})
    assert references.of("为什么不是Brume", ["n"]) == ("b",)
    assert references.of("那款Brume还有货吗", ["n", "b"]) == ("b",)


@pytest.mark.parametrize("message", ["有人说不好吗", "这个有什么毛病", "大家嫌什么"])
def test_faults_are_asked_for(message: str) -> None:
    assert asks_for_faults(message)


@pytest.mark.parametrize("message", ["买家都怎么评价", "顧客怎麼說", "口碑怎么样", "第二本讲了啥"])
def test_all_of_an_item_is_asked_for(message: str) -> None:
    assert asks_for_all(message)


@pytest.mark.parametrize("message", ["就要这个了", "就买那款吧", "就要便宜的那个"])
def test_a_choice_is_a_wish_to_buy(message: str) -> None:
    assert cues.wants_to_buy(message)


def test_a_memory_is_forgotten_by_what_it_is_about() -> None:
    command = command_of("帮我把皮革那条删掉")
    assert command is not None and (command.action, command.about) == ("forget", "皮革")


def test_what_is_asked_of_an_item_is_heard_in_both_languages() -> None:
    torch = item("t", "Ember torch", kind="torch", weight=48)
    asked = asked_of("heavy", torch, "重不重")
    assert asked.yes_or_no and "weight" in asked.touched and asked.words == frozenset({"heavi"})
    assert not asked_of("weight", torch, "有多重").yes_or_no


def test_values_and_names_of_attributes_are_said_in_chinese() -> None:
    assert ZH.measured("Bluetooth and cable", "connection") == "蓝牙和线缆"
    assert (ZH.measured("waterproof", "water protection"), ZH.attribute("drive")) == ("防水", "驱动方式")
    assert ZH.measured("laser-etched by hand", "finish") == "laser-etched by hand"
    assert ZH.label("not expensive") == "不贵"
    assert ZH.either(["head torch", "headlamp"]) == "头灯"  # one word for both


@pytest.mark.parametrize(
    ("claim", "evidence", "read"),
    [
        ("剪得动硬枝", "cuts hard stems", "cuts hard stems"),
        ("关不掉", "cannot be switched off", "not turn off"),
        ("十六岁的顾客", "Sixteen and fed up", "sixteen customer"),
        ("坐着不舒服", "not comfortable", "not comfortable"),
    ],
)
def test_verbs_with_their_outcome_and_numbers_in_words_are_read(claim: str, evidence: str, read: str) -> None:
    assert in_english(claim, Known(evidence)) == read


def test_numbers_are_spelled_as_english_does() -> None:
    assert [spelled(n) for n in (0, 13, 40, 73)] == ["zero", "thirteen", "forty", "seventy-three"]
    assert spelled(100) is None


def test_lasting_dislikes_are_heard_in_traditional_characters(parser: Parser) -> None:
    (proposal,) = Listener(parser).hear("我從來不穿羊毛").proposals
    assert (proposal.kind, proposal.effect) == ("dislike", {"without": ["wool"]})
