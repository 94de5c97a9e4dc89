from dataclasses import replace
from typing import Any

import pytest

import prompts.assertions
import prompts.grounding  # noqa: F401
from prompts.errors import CaseError
from prompts.outcome import Outcome
from prompts.registry import build_assertion
from tests.prompts.samples import BACKPACK, reason, turn

BLACK = replace(BACKPACK, item_id="outdoor-07", price=149.0, colour="matt black", in_stock=False)


def passes(name: str, arguments: Any, outcome: Outcome) -> bool:
    check = build_assertion(name, arguments).check(outcome)
    assert check.reason
    return check.passed


@pytest.mark.parametrize(
    ("name", "arguments", "good", "bad"),
    [
        ("contains", "780 G", turn(), turn(text="light")),
        ("contains", {"any": ["/\\d+ kg/", "780"]}, turn(), turn(text="light")),
        ("contains", {"in": "message", "all": "here"}, turn(), turn(message="")),
        ("excludes", ["/buy now/"], turn(), turn(text="Buy now!")),
        ("words", {"max": 5}, turn(), turn(("It weighs 780 g and is very light.", ("A2",)))),
        ("cards", {"min": 1, "max": 1}, turn(), turn(items=())),
        ("ends", "done", turn(), turn(end="error", code="deadline")),
        (
            "ends",
            {"as": "error", "code": "deadline"},
            turn(end="error", code="deadline"),
            turn(end="error", code="internal"),
        ),
        ("state_in", ["generated"], turn(), turn(reasons=(reason(state="extractive"),))),
        ("budget", {"prompt_tokens": 400}, turn(), turn(prompt_tokens=401)),
        (
            "language",
            "en",
            turn(text="It is the lightest of them."),
            turn(text="Es ist das leichteste und nicht schwer."),
        ),
        ("language", "zh", turn(text="这款背包只有310克"), turn(text="It is light.")),
        ("cites", 1, turn(), turn(("It is light.", ()))),
        ("cites", None, turn(), turn(("It is light.", ("R9",)))),
        ("cites", 1, turn(), turn(reasons=())),
        ("cites", {"min": 0}, turn(reasons=()), turn(("It is light.", ("R9",)))),
        ("cites", {"only": ["A"]}, turn(), turn(("It is light.", ("R1",)))),
        ("numbers_supported", None, turn(("It weighs 0.78 kg.", ("A2",))), turn(("It weighs 780 g.", ("A1",)))),
        (
            "numbers_supported",
            None,
            turn(("It is under 120 euros.", ("A1",))),
            turn(("It is under 80 euros.", ("A1",))),
        ),
        (
            "numbers_supported",
            None,
            turn(("Your budget was 70 EUR.", ("A1",)), asked="max 70 EUR"),
            turn(("Your budget was 70 EUR.", ("A1",)), asked="max 60 EUR"),
        ),
        ("names_supported", None, turn(("The Plover is light.", ("R1",))), turn(("The Zanzibar is light.", ("R1",)))),
        (
            "names_supported",
            {"also": ["Zanzibar"]},
            turn(("The Zanzibar's light.", ("R1",))),
            turn(("The Foo.", ("R1",))),
        ),
        ("constraint_kept", {"price_max": 120}, turn(), turn(items=(BACKPACK, BLACK))),
        ("constraint_kept", {"price_min": 80}, turn(), turn(items=(replace(BACKPACK, price=79.99),))),
        ("constraint_kept", {"colours_excluded": ["black"]}, turn(), turn(items=(BLACK,))),
        ("constraint_kept", {"colours": ["green"]}, turn(), turn(items=(replace(BACKPACK, colour=None),))),
        ("constraint_kept", {"in_stock": True}, turn(), turn(items=(BLACK,))),
        ("constraint_kept", {"brands_excluded": ["Skarne"]}, turn(), turn(items=(replace(BACKPACK, brand="Skarne"),))),
        ("constraint_kept", {}, turn(), turn(items=())),
        ("shows", {"items": ["outdoor-01"]}, turn(items=(BLACK, BACKPACK)), turn(items=(BLACK,))),
        ("shows", {"kinds": ["backpack"], "at_least": 2}, turn(items=(BLACK, BACKPACK)), turn()),
    ],
)
def test_assertion_tells_good_from_bad(name: str, arguments: Any, good: Outcome, bad: Outcome) -> None:
    assert passes(name, arguments, good)
    assert not passes(name, arguments, bad)


def test_colours_compare_by_whole_words() -> None:
    berry = turn(items=(replace(BACKPACK, colour="blackberry"),))
    assert passes("constraint_kept", {"colours_excluded": ["black"]}, berry)


def test_a_silent_reason_makes_no_claims() -> None:
    silent = turn(reasons=(reason(("Our data does not say.", ()), state="none"), reason(("It is light.", ("R1",)))))
    assert passes("cites", 1, silent)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("rhymes", None, "there is no assertion 'rhymes'"),
        ("cards", 3, "named arguments"),
        ("cards", {"minimum": 1}, "cards.minimum"),
        ("contains", "/(/", "no regular expression"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(name: str, arguments: Any, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        build_assertion(name, arguments)
