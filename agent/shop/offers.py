"""What is said of coupons. Every statement is made from a `Coupon` of the shop; a code it does not know is unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.shop.answers import ShopAnswer, day, either, money
from agent.shop.coupons import Basket, DeliveryTerms, Judgement, Refusal, Standing, basket_of, judge, ordered
from agent.shop.systems import Coupon, MixedCurrencies, ShopSystems, SystemUnavailable
from retrieval.catalogue import Item
from retrieval.evidence import numbered

DOWN = "I cannot reach the shop's coupons just now, so I cannot say which are valid. Please try again in a moment."
NONE = "The shop has no coupon for you today."
_SHOWN = 3
_READ = 5
_GOODS: frozenset[Refusal] = frozenset({"currency", "category", "minimum"})
"""Refusals that depend on what is bought; where nothing is named they are no refusals yet."""
_TOKEN = re.compile(r"[A-Za-z][\w-]{2,23}")
_BEFORE = re.compile(r"(?:codes?|coupons?|vouchers?|promo|discount)[\s:\"'“‘]*$", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:coupons?|vouchers?|promo(?:tion)?s?(?: codes?)?|discount codes?|discounts?)\b|优惠券|优惠码|折扣",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z]{4,}\d+")


@dataclass(frozen=True, slots=True)
class Named:
    """A word of a message that may be a code. Only a ``sure`` one is called unknown where the shop knows none."""

    code: str
    sure: bool


def asks_about_coupons(message: str) -> bool:
    """Whether a message speaks of coupons, or names what can only be a code."""
    return bool(_ASKS.search(message)) or any(named.sure for named in codes_in(message))


def codes_in(message: str) -> tuple[Named, ...]:
    """What a message names as codes, in order, a handful at most: 'TRAIL15', 'the code trail15', 'POSTFREE'."""
    found: dict[str, Named] = {}
    for match in _TOKEN.finditer(message):
        word = match[0].rstrip("-")
        introduced = bool(_BEFORE.search(message[: match.start()]))
        digits = any(character.isdigit() for character in word)
        sure = (introduced and (digits or word.isupper())) or bool(_CODE.fullmatch(word))
        if sure or (word.isupper() and len(word) > 3):
            found.setdefault(word.upper(), Named(word.upper(), sure))
    return tuple(found.values())[:_READ]


def terms(coupon: Coupon) -> str:
    """A coupon's terms in words, all from its fields."""
    said = [_worth(coupon)]
    if coupon.categories:
        said.append(f"on {either(sorted(coupon.categories), 'and')}")
    if coupon.minimum is not None:
        said.append(f"from {money(coupon.minimum, coupon.currency or '').strip()}")
    if coupon.new_shoppers_only:
        said.append("on a first order")
    limit = coupon.uses_per_shopper
    if limit is not None:
        said.append("once per shopper" if limit == 1 else f"up to {limit} times per shopper")
    return f"{coupon.code}: {', '.join(said)}, valid from {day(coupon.starts)} to {day(coupon.ends)}."


def unknown(code: str) -> str:
    """What is said of a code that the shop does not have."""
    return f"The shop knows no coupon {code}."


def refusal(judgement: Judgement, basket: Basket) -> str:
    """Why a coupon does not apply, in words: all that stands in its way."""
    return either((_why(each, judgement.coupon, basket) for each in judgement.refusals), "and")


async def about_coupons(
    systems: ShopSystems,
    shopper_id: str | None,
    message: str,
    today: date,
    *,
    items: Sequence[Item] = (),
    delivery: DeliveryTerms | None = None,
) -> ShopAnswer:
    """What the shop's coupons do for this shopper today, for the items in question (each once) or in general.

    A message that names codes is answered about these, any other about what the shop offers.
    """
    named = codes_in(message)
    try:
        basket = basket_of((item, 1) for item in items)
        standing = Standing.of(await systems.orders(shopper_id)) if shopper_id is not None else None
        found = {each.code: await systems.coupon(each.code) for each in named}
        missing = [each.code for each in named if each.sure and found[each.code] is None]
        known = [coupon for coupon in found.values() if coupon]
        coupons = known if known or missing else await systems.coupons(shopper_id, today)
    except SystemUnavailable:
        return ShopAnswer(DOWN)
    except MixedCurrencies as error:
        return ShopAnswer(f"I cannot work out a coupon here: {error}.")
    judged = [_settled(judge(coupon, basket, standing, today, delivery), basket) for coupon in coupons]
    if not (known or missing):
        judged = [each for each in ordered(judged) if not each.refusals][:_SHOWN]
    evidence = numbered(("policy", terms(each.coupon), f"coupon {each.coupon.code}") for each in judged)
    lines = [f"{_said(each, basket)} [{cited.id}]." for each, cited in zip(judged, evidence, strict=True)]
    lines += map(unknown, missing)
    return ShopAnswer(" ".join(lines) or NONE, evidence)


def _settled(judgement: Judgement, basket: Basket) -> Judgement:
    """Without goods, only what concerns the shopper and the day stands in the way."""
    if basket.goods:
        return judgement
    return Judgement(judgement.coupon, None, tuple(r for r in judgement.refusals if r not in _GOODS))


def _said(judgement: Judgement, basket: Basket) -> str:
    coupon = judgement.coupon
    if judgement.refusals:
        return f"{coupon.code} does not apply: {refusal(judgement, basket)}"
    if judgement.price is None:
        return terms(coupon).rstrip(".")
    after, before = money(judgement.price.after, basket.currency), money(judgement.price.before, basket.currency)
    if judgement.price.saved > 0:
        return f"With {coupon.code} you pay {after} instead of {before}"
    return f"{coupon.code} applies but saves nothing here: you pay {after}, and {before} without it"


def _worth(coupon: Coupon) -> str:
    if coupon.kind == "percent":
        return f"{_plain(coupon.value)} percent off"
    if coupon.kind == "amount":
        return f"{_plain(coupon.value)} {coupon.currency} off"
    return "free standard delivery"


def _plain(value: Decimal) -> str:
    """Without idle zeros: ``15``, ``12.5``."""
    return f"{value.normalize():f}"


def _why(why: Refusal, coupon: Coupon, basket: Basket) -> str:
    currency = coupon.currency or ""
    match why:
        case "expired":
            return f"it was valid until {day(coupon.ends)}"
        case "not_started":
            return f"it is valid from {day(coupon.starts)}"
        case "currency":
            return f"it is for prices in {currency}, not in {basket.currency}"
        case "category":
            return f"it is for {either(sorted(coupon.categories), 'and')} only"
        case "minimum":
            least, have = coupon.minimum or Decimal(0), basket.within(coupon)
            return f"it needs {money(least, currency)} of goods it is for, and these come to {money(have, currency)}"
        case "used_up":
            return f"it can be used {_times(coupon.uses_per_shopper or 0)} per shopper, and you have done so"
        case "not_new":
            return "it is for a first order, and you have ordered before"
        case "unknown_shopper":
            return "it is for a first order; please sign in, so that I can see whether this would be yours"


def _times(limit: int) -> str:
    return "once" if limit == 1 else f"{limit} times"
