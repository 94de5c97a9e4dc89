from fractions import Fraction

import pytest

from prompts.quantities import quantities, unsupported


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It weighs 1,200 g", "weight: 1200 g"),
        ("It weighs 1200g", "weight: 1.2 kg"),
        ("It weighs 1.2 kilograms", "weight: 1 200 g"),
        ("It costs €34.90", "price: 34.90 EUR"),
        ("It costs 34.9 euros", "price: 34.90 EUR"),
        ("Runs for twelve hours", "battery life: 12 h"),
        ("A 12-hour battery", "battery life: 12 h"),
        ("Under 120 euros", "price: 89 EUR"),
        ("Lighter than 1 kg", "weight: 780 g"),
        ("At least 10 h of music", "battery life: 14 h"),
        ("Rated 5 stars", "You rated it 5 of 5"),
        ("Delivered in 2-3 working days", "It takes 2-3 working days."),
        ("Order before 15:00", "if you order before 15:00"),
        ("重310克", "weight: 310 g"),
        ("It is light [R1] and has a USB3 port, model X100", "light"),
        ("One reviewer likes it", "I like it"),
        ("SPF 50", "spf: 50"),
        ("Washes at -5 °C", "at -5 °C"),
    ],
)
def test_supported(claim: str, evidence: str) -> None:
    assert unsupported(claim, [evidence]) == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "wrong"),
    [
        ("It weighs 1,300 g", "weight: 1200 g", "1,300 g"),
        ("It weighs 310 kg", "weight: 310 g", "310 kg"),
        ("It costs 310 EUR", "weight: 310 g", "310 EUR"),
        ("It costs 50 EUR", "SPF 50", "50 EUR"),
        ("Under 80 euros", "price: 89 EUR", "80 euros"),
        ("Holds up to 20 l", "capacity: 18 l", "20 l"),
        ("Under 120 euros", "weight: 89 g", "120 euros"),
        ("Three pockets", "two pockets", "Three"),
        ("It takes 2 days", "It takes 2-3 working days.", "2 days"),
        ("Order before 16:00", "before 15:00", "16:00"),
        ("Cools to -5 °C", "at 5 °C", "-5 °C"),
        ("It lasts 12 h [A12]", "[A12] lasts long", "12 h"),
    ],
)
def test_unsupported(claim: str, evidence: str, wrong: str) -> None:
    assert unsupported(claim, [evidence]) == (wrong,)


def test_two_reviewers_need_two_texts() -> None:
    assert unsupported("Two happy reviewers praise it", ["good", "great"]) == ()
    assert unsupported("Two happy reviewers praise it", ["good"]) == ("Two",)


def test_an_ambiguous_separator_keeps_both_readings() -> None:
    (quantity,) = quantities("1.200 m")
    assert quantity.readings == {Fraction(6, 5), Fraction(1200)}
