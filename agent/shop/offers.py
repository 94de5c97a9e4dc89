"""What is said of coupons. Every statement is made from a `Coupon` of the shop; a code it does not know is unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.chinese.script import HAN, folded
from agent.shop.answers import EN, ShopAnswer, cited, day, money, together
from agent.shop.coupons import Basket, DeliveryTerms, Goods, Judgement, Refusal, Standing, basket_of, judge, ordered
from agent.shop.systems import Coupon, MixedCurrencies, ShopSystems, SystemUnavailable
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.evidence import numbered

_SHOWN = 3
_READ = 5
_GOODS: frozenset[Refusal] = frozenset({"currency", "category", "minimum"})
"""Refusals that depend on what is bought; where nothing is named they are no refusals yet."""
_TOKEN = re.compile(rf"[A-Za-z](?:(?![{HAN}])[\w-]){{2,23}}")
_BEFORE = re.compile(
    r"(?:codes?|coupons?|vouchers?|promo|discount|优惠券|优惠码|折扣码|折扣券|代金券|券码)[\s:\"'“‘是叫]*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:coupons?|vouchers?|promo(?:tion)?s?(?: codes?)?|discount codes?|discounts?)\b|优惠|折扣|代金券|打折",
    re.IGNORECASE,
)
_FOR_WHICH = re.compile(r"\b(?:for|on|off|when i buy|if i buy)\s+(.+)$", re.IGNORECASE)
_IN_ALL = re.compile(
    r"\b(?:total(?:s|ling|ing)?|altogether|in all|basket|cart|order(?:s|ing)? (?:of|is|for|worth|over|above)|orders?"
    r"|com(?:e|es|ing) to|adds? up|worth|spend(?:ing)?)\b"
    r"|一共|总共|共计|合计|总计|加起来|加在一起|凑(?:够|到)?|满|总价|订单",
    re.IGNORECASE,
)
"""Words with which a sum is that of all that is bought."""
_CODE = re.compile(r"[A-Z]{4,}\d+")
_SHORT_CODE = re.compile(r"[A-Z]{2,}\d+")
_USES = re.compile(r"(?:\b(?:use|using|apply|applying|enter|redeem)|[用输]上?入?了?)\s*$", re.IGNORECASE)
_USED = re.compile(
    r"\s*(?:(?:still )?(?:work|appl|valid|expire)|(?:is|are) (?:still )?valid|还?(?:能用|可用|可以用|有效|过期))",
    re.IGNORECASE,
)
"""Words before and after a short code that say it is one: 'can I use ROW20', 'ROW20 还能用吗'."""


@dataclass(frozen=True, slots=True)
class Named:
    """A word of a message that may be a code. Only a ``sure`` one is called unknown where the shop knows none."""

    code: str
    sure: bool


@dataclass(frozen=True, slots=True)
class OfKind:
    """A kind of goods that coupons are asked for: its names as they are said, and the categories that it is in."""

    names: frozenset[str]
    categories: frozenset[str]


def asks_about_coupons(message: str) -> bool:
    """Whether a message speaks of coupons, or names what can only be a code."""
    return bool(_ASKS.search(message)) or any(named.sure for named in codes_in(message))


def goods_in(message: str) -> str:
    """The part of a message on coupons that says for which goods: 'skin care' of 'a code for skin care?'."""
    for_which = _FOR_WHICH.search(message)
    return for_which[1] if for_which else _ASKS.sub("", message)


def speaks_of_all(message: str) -> bool:
    """Whether a sum that the message names is that of all that is to be bought: 'my basket comes to 90 euros'."""
    return _IN_ALL.search(message) is not None


def codes_in(message: str) -> tuple[Named, ...]:
    """What a message names as codes, in order, a handful at most: 'TRAIL15', 'the code trail15', 'POSTFREE'."""
    found: dict[str, Named] = {}
    message = folded(message)
    for match in _TOKEN.finditer(message):
        word = match[0].rstrip("-")
        introduced = bool(_BEFORE.search(message[: match.start()]))
        digits = any(character.isdigit() for character in word)
        used = bool(_USES.search(message[: match.start()]) or _USED.match(message, match.end()))
        sure = (introduced and (digits or word.isupper())) or bool(_CODE.fullmatch(word))
        sure = sure or (used and bool(_SHORT_CODE.fullmatch(word)))
        if sure or (word.isupper() and len(word) > 3):
            found.setdefault(word.upper(), Named(word.upper(), sure))
    return tuple(found.values())[:_READ]


def terms(coupon: Coupon, texts: Texts = EN) -> str:
    """A coupon's terms in words, all from its fields."""
    return texts.say("coupon.stop", text=_terms(coupon, texts))


def _terms(coupon: Coupon, texts: Texts) -> str:
    said = [_worth(coupon, texts)]
    if coupon.categories:
        said.append(texts.say("coupon.categories", names=_categories(coupon, texts)))
    if coupon.minimum is not None:
        least = money(coupon.minimum, coupon.currency or "", texts).strip()
        said.append(texts.say("coupon.minimum", amount=least))
    if coupon.new_shoppers_only:
        said.append(texts.say("coupon.first"))
    limit = coupon.uses_per_shopper
    if limit is not None:
        said.append(texts.say("coupon.once") if limit == 1 else texts.say("coupon.times", count=limit))
    return texts.say(
        "coupon.terms",
        code=coupon.code,
        terms=texts.say("comma").join(said),
        starts=day(coupon.starts, texts),
        ends=day(coupon.ends, texts),
    )


def unknown(code: str, texts: Texts = EN) -> str:
    """What is said of a code that the shop does not have."""
    return texts.say("coupon.unknown", code=code)


def refusal(judgement: Judgement, basket: Basket, texts: Texts = EN) -> str:
    """Why a coupon does not apply, in words: all that stands in its way."""
    *most, last = (_why(each, judgement.coupon, basket, texts) for each in judgement.refusals)
    return texts.say("comma").join(most) + texts.say("and_clause") + last if most else last


async def about_coupons(
    systems: ShopSystems,
    shopper_id: str | None,
    message: str,
    today: date,
    *,
    items: Sequence[Item] = (),
    of_kind: OfKind | None = None,
    total: Basket | None = None,
    delivery: DeliveryTerms | None = None,
    texts: Texts = EN,
) -> ShopAnswer:
    """What the shop's coupons do for this shopper today, for the items in question (each once) or in general.

    A message that names codes is answered about these, any other about what the shop offers: of a kind of goods, what
    applies to that, whatever else there is.

    Args:
        total: a sum that is to be bought, of whatever goods; then the items do not matter.
    """
    named = codes_in(message)
    try:
        basket = total or basket_of((item, 1) for item in items)
        standing = Standing.of(await systems.orders(shopper_id)) if shopper_id is not None else None
        found = {each.code: await systems.coupon(each.code) for each in named}
        missing = [each.code for each in named if each.sure and found[each.code] is None]
        known = [coupon for coupon in found.values() if coupon]
        coupons = known if known or missing else await systems.coupons(shopper_id, today)
    except SystemUnavailable:
        return ShopAnswer(texts.say("coupon.down"))
    except MixedCurrencies:
        return ShopAnswer(texts.say("coupon.currencies"))
    judged = [_settled(judge(coupon, basket, standing, today, delivery), basket) for coupon in coupons]
    if not (known or missing):
        judged = [each for each in ordered(judged) if not each.refusals and _is_for(each.coupon, of_kind)][:_SHOWN]
    evidence = numbered(
        ("policy", terms(each.coupon, texts), texts.say("coupon.source", code=each.coupon.code)) for each in judged
    )
    lines = cited([_said(each, basket, texts) for each in judged], evidence, texts)
    lines += [unknown(code, texts) for code in missing]
    none = texts.say("coupon.none_for", names=texts.either(of_kind.names)) if of_kind else texts.say("coupon.none")
    return ShopAnswer(together(lines, texts) or none, evidence)


def basket_of_sum(amount: float, currency: str) -> Basket:
    """A basket of which only the sum is known."""
    return Basket((Goods("", "", Decimal(str(amount))),), currency)


def _is_for(coupon: Coupon, of_kind: OfKind | None) -> bool:
    return of_kind is None or not coupon.categories or bool(coupon.categories & of_kind.categories)


def _settled(judgement: Judgement, basket: Basket) -> Judgement:
    """Without goods that are known, only what concerns the shopper and the day stands in the way."""
    unknown_goods = judgement.coupon.categories and not all(each.category for each in basket.goods)
    if basket.goods and not unknown_goods:
        return judgement
    return Judgement(judgement.coupon, None, tuple(r for r in judgement.refusals if r not in _GOODS))


def _said(judgement: Judgement, basket: Basket, texts: Texts) -> str:
    coupon = judgement.coupon
    if judgement.refusals:
        return texts.say("coupon.refused", code=coupon.code, why=refusal(judgement, basket, texts))
    if judgement.price is None:
        return _terms(coupon, texts)
    after, before = (money(p, basket.currency, texts) for p in (judgement.price.after, judgement.price.before))
    key = "saves" if judgement.price.saved > 0 else "saves_nothing"
    return texts.say(f"coupon.{key}", code=coupon.code, after=after, before=before)


def _worth(coupon: Coupon, texts: Texts) -> str:
    if coupon.kind == "free_delivery":
        return texts.say("coupon.free_delivery")
    if coupon.kind == "percent":
        return texts.say("coupon.percent", value=_plain(coupon.value))
    currency = texts.currency(coupon.currency or "")
    return texts.say("coupon.amount", value=_plain(coupon.value), currency=currency)


def _plain(value: Decimal) -> str:
    """Without idle zeros: ``15``, ``12.5``."""
    return f"{value.normalize():f}"


def _categories(coupon: Coupon, texts: Texts) -> str:
    return texts.listed(texts.word(name) for name in sorted(coupon.categories))


def _why(why: Refusal, coupon: Coupon, basket: Basket, texts: Texts) -> str:
    values: dict[str, object] = {}
    key: str = why
    match why:
        case "expired":
            values = {"day": day(coupon.ends, texts)}
        case "not_started":
            values = {"day": day(coupon.starts, texts)}
        case "currency":
            values = {"currency": texts.currency(coupon.currency or ""), "other": texts.currency(basket.currency)}
        case "category":
            values = {"names": _categories(coupon, texts)}
        case "minimum":
            amounts = coupon.minimum or Decimal(0), basket.within(coupon)
            least, have = (money(amount, coupon.currency or "", texts) for amount in amounts)
            values = {"least": least, "have": have}
        case "used_up" if coupon.uses_per_shopper == 1:
            key = "used_once"
        case "used_up":
            values = {"count": coupon.uses_per_shopper or 0}
    return texts.say(f"coupon.why.{key}", **values)
