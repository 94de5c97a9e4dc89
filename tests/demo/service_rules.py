"""Rules for the shop's policies, its answers and its coupons: they say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .shop import Row, Shop

_COUPON_FIELDS = """
code coupon_id title description kind value currency minimum_order categories new_shoppers_only starts ends
uses_per_shopper
"""
COUPON_FIELDS = frozenset(_COUPON_FIELDS.split())
# A number as the policies write it, with the word that makes it a fact: 7 days, 15 percent, 4-6 working days, 15:00.
_FACT = re.compile(
    r"(?<![\w.])\d+(?:[.:-]\d+)?(?!\w)"
    r"(?: (?:EUR|percent|kg|days|working days?|months|years|[A-Z][a-z]+ \d{4}))?"
)


def _facts(text: str) -> set[str]:
    return {found[0] for found in _FACT.finditer(text)}


def _coupon_text(coupon: Row) -> str:
    ends = date.fromisoformat(coupon["ends"])
    return f"{coupon['title']}. {coupon['description']} {ends.day} {ends:%B %Y}."


def questions(shop: Shop) -> Iterator[str]:
    """40 question and answer pairs, each complete."""
    if len({row["qa_id"] for row in shop.questions}) != 40 or len(shop.questions) != 40:
        yield f"{len(shop.questions)} questions"
    for row in shop.questions:
        if set(row) != {"qa_id", "topic", "question", "answer"} or not all(row.values()):
            yield f"{row['qa_id']}: fields {sorted(row)}"


def answers(shop: Shop) -> Iterator[str]:
    """Every number in an answer, with its unit, stands in the policies or in a coupon."""
    known = _facts(shop.policies)
    for coupon in shop.coupons:
        known |= _facts(_coupon_text(coupon))
    # "4-6 elsewhere" leaves the unit out: then the number alone must be known.
    known |= {fact.split()[0] for fact in known}
    codes = {coupon["code"] for coupon in shop.coupons}
    for row in shop.questions:
        for fact in sorted(_facts(row["answer"]) - known):
            yield f"{row['qa_id']}: {fact} is in no policy"
        for code in set(re.findall(r"\b[A-Z]{4,}\d*\b", row["answer"])) - codes - {"EUR"}:
            if any(character.isdigit() for character in code):
                yield f"{row['qa_id']}: there is no coupon {code}"


def _coupon(coupon: Row, categories: set[str]) -> Iterator[str]:
    if set(coupon) != COUPON_FIELDS:
        yield f"fields {sorted(coupon)}"
    if coupon["kind"] not in {"percent", "amount", "free_delivery"}:
        yield f"kind {coupon['kind']}"
    if date.fromisoformat(coupon["starts"]) > date.fromisoformat(coupon["ends"]):
        yield "ends before it starts"
    if unknown := set(coupon["categories"]) - categories:
        yield f"categories {sorted(unknown)}"
    unit = {"percent": "percent", "amount": "EUR"}.get(coupon["kind"])
    numbers = {f"{coupon['value']} {unit}"} if unit else set()
    if coupon["minimum_order"] is not None:
        numbers.add(f"{coupon['minimum_order']} EUR")
    for number in sorted(numbers - _facts(coupon["description"])):
        yield f"the description does not say {number}"
    digits = re.sub(r"\D", "", coupon["code"])
    if digits and digits != str(coupon["value"]):
        yield f"code {coupon['code']}, value {coupon['value']}"


def coupons(shop: Shop) -> Iterator[str]:
    """6 coupons; what a coupon says is what its fields say, and its categories exist."""
    if len({coupon["code"] for coupon in shop.coupons}) != 6 or len(shop.coupons) != 6:
        yield f"{len(shop.coupons)} coupons"
    categories = {item["category"] for item in shop.items}
    for coupon in shop.coupons:
        yield from (f"{coupon['code']}: {problem}" for problem in _coupon(coupon, categories))


RULES = (questions, answers, coupons)
