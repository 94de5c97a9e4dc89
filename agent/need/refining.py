"""A need that changes in conversation by what was shown: cheaper than these, not that brand, the second one in blue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.need.comparatives import bounds_beside
from agent.need.things import called
from retrieval.catalogue import Item
from retrieval.need import Constraints, Need
from retrieval.words import stems

_CENT = 0.01
_CHEAPER = re.compile(
    r"\b(?:chea?pp?[ae]?rr?|less expensive|lower price|costs? less|less money|(?:too|a bit|rather|so|that|very|quite) "
    r"(?:expensive|pric[e]?y|dear|costly)|too much money|(?:over|above|beyond|out of) my (?:budget|price range))\b"
    r"|便宜(?:一?点|些|的)|更便宜|(?<![不要别])太贵|贵了|(?:有点|有些)贵",
    re.I,
)
"""'cheaper', a slip in it read over, and what says as much: 'too expensive'."""
_DEARER = re.compile(r"\b(?:more expensive|higher end|pricier|costs? more)\b|更贵|贵一?点", re.I)
_NOT_THAT_BRAND = re.compile(
    r"\b(?:not|no|other than|except|don't (?:like|want)|hate)\s+(?:from\s+|by\s+)?(?:that|this|the same)\s+"
    r"(?:brand|make|maker)\b|\b(?:another|a different|other)\s+(?:brand|make|maker)s?\b"
    r"|(?:不要|换)(?:这个|那个|个)?(?:牌子|品牌)",
    re.I,
)
_THAN = re.compile(r"\bthan\b|比", re.I)
_ELSE = re.compile(
    r"\b(?:anything|something|what|any|others?)\s+else\b|\bshow me (?:more|others)\b|\bany others?\b|\bmore options\b"
    r"|\bnone of (?:these|those|them)\b"
    r"|还有(?:别的|其他|其它|没有别的|吗)|换一?(?:批|些)|别的呢|再来(?:几|一些|点)|都不(?:喜欢|满意|合适)",
    re.I,
)
_NOT_IT = re.compile(
    r"\b(?:not|don't (?:like|want)|anything but|hate)\s+(?:the\s+)?"
    r"(?:that|this|it|first|second|third|last|fourth|fifth)\b"
    r"|不(?:要|喜欢|想要|考虑)(?:[这那][个款件]|第[一二三四五]|它|最后)",
    re.I,
)
_SAME_BRAND = re.compile(
    r"\b(?:(?:from|by|of)\s+)?(?:the same|that|this)\s+(?:brand|make|maker)\b|同(?:一个?|个)?(?:品牌|牌子)", re.I
)
_UNDECIDED = re.compile(
    r"(?:(?:well|hmm+|um+|uh|oh|ok(?:ay)?|so|but|sorry)[\s,.]+)*(?:(?:i|we)\s+)?(?:really\s+|just\s+|honestly\s+)?"
    r"(?:(?:don['’]?t|do not)\s+(?:really\s+)?know(?:\s+(?:really|yet|either))*|(?:i['’]?m\s+)?not\s+(?:really\s+)?sure"
    r"(?:\s+(?:yet|either))?|(?:have\s+)?no\s+idea|whatever|surprise\s+me|you\s+(?:choose|decide|pick)"
    r"|(?:it['’]?s\s+)?up\s+to\s+you|"
    r"(?:suggest|recommend|show\s+me)\s+(?:something|anything)|anything(?:\s+(?:is\s+fine|goes|will\s+do))?)"
    r"|(?:我)?(?:也|还)?(?:不知道|不确定|没想好|没想法|随便|都可以|都行|你定|你选)(?:吧|呢|啊|了)?",
    re.I,
)
_OPEN_WORDS = {
    "colours": r"colou?rs?|颜色",
    "price": r"prices?|budget|money|costs?|价格|价钱|预算",
    "brands": r"brands?|makes?|makers?|品牌|牌子",
}
"""What may be left open again, and the words for it."""
_LEFT_OPEN = (
    r"\b(?:forget|drop|ignore|skip|never\s?mind|leave\s+(?:out|aside)|don['’]?t\s+(?:worry|care)\s+about|disregard|"
    r"whatever|no matter)\s+(?:about\s+)?(?:(?:the|that|my|your)\s+)?(?:{0})\b|\b(?:{0})\s+(?:really\s+)?"
    r"(?:does\s?n['’]?o?t\s+matter|is\s?n['’]?o?t\s+(?:that\s+|so\s+)?important|is\s+no(?:t\s+a"
    r"|t\s+an)?\s+(?:object|problem|issue)|can\s+be\s+any\w*)"
    r"|(?:{0})(?:我)?(?:都|也)?(?:无所谓|不限|随便|都行|都可以|不重要|不要紧)|(?:不限|不管|别管|忽略)(?:{0})"
)
_OPENINGS = {name: re.compile(_LEFT_OPEN.format(said), re.I) for name, said in _OPEN_WORDS.items()}
_SIMILAR = re.compile(
    r"\b(?:similar (?:to|as)|(?:just |something |anything |one |more |exactly )like|(?:an )?alternatives? (?:to"
    r"|for)|comparable (?:to|with)|"
    r"same (?:kind |sort )?as|in the (?:style|spirit) of|reminds? me of|close to)\b|类似|相似|差不多",
    re.I,
)
"""Something like an item that is named or pointed at."""
_LIKE_IT = re.compile(r"\b(?:but|like|similar|same|only)\b|但|一样|类似|像", re.I)


@dataclass(frozen=True, slots=True)
class Shown:
    """The items of the last cards, those that the message speaks of, and all that were shown for this need."""

    last: tuple[Item, ...]
    meant: tuple[Item, ...] = ()
    seen: tuple[str, ...] = ()


def asks_for_cheaper(message: str) -> bool:
    """Whether the message wants something cheaper than what it speaks of."""
    return _CHEAPER.search(message) is not None and not _names_price(message)


def asks_to_change(message: str) -> bool:
    """Whether the message changes what is wanted by what was shown."""
    return any(pattern.search(message) for pattern in (_CHEAPER, _DEARER, _NOT_THAT_BRAND, _ELSE, _NOT_IT))


def undecided(message: str) -> bool:
    """Whether the message only says that the shopper does not know: 'not sure', 'surprise me'."""
    return _UNDECIDED.fullmatch(message.strip(" .!?,。！？，…")) is not None


def left_open(need: Need, message: str) -> Need:
    """The need without the colour, price or brand that the message says no longer matters; the same need if none."""
    constraints, terms = need.constraints, need.terms
    for name in (name for name, pattern in _OPENINGS.items() if pattern.search(message)):
        if name == "price":
            constraints = replace(constraints, price_min=None, price_max=None)
            continue
        for value in getattr(constraints, name):
            terms = re.sub(rf"\b(?:in|by|from)\s+{re.escape(value)}\b", "", terms, flags=re.I)
            terms = _unsaid(terms, value)
        opened: dict[str, Any] = {name: frozenset(), f"{name}_excluded": frozenset()}
        constraints = replace(constraints, **opened)
    return need if constraints == need.constraints else replace(need, constraints=constraints, terms=terms)


def beside_another(message: str) -> bool:
    """Whether the message only says how it should be beside an item that it names: 'cheaper than the Hush'."""
    return bool((_CHEAPER.search(message) or _DEARER.search(message)) and _THAN.search(message))


def beside(need: Need, item: Item) -> Need:
    """What is wanted where a message names an item to measure by: what was, or such a thing, if it is another.

    After gloves for the garden, 'cheaper than the Hush headphones' wants headphones, and of the gloves' limits none.
    """
    limits = need.constraints
    known = limits.kinds or limits.categories or called([item], need.terms)
    if known and not {"kinds", "categories"} & set(limits.broken_by(item)):
        return need
    limits = Constraints(kinds=frozenset({item.kind}), categories=frozenset({item.category}))
    return replace(need, terms=item.kind, constraints=limits, preferences=(), parts=())


def changed(need: Need, message: str, shown: Shown) -> Need:
    """The need with what the message says of the items shown; a price that the message itself names stands.

    'Cheaper' is cheaper than the item that is spoken of, or than the cheapest shown; 'not that brand' rules out the
    brand of the item spoken of, or of the first; 'anything else' rules out all that was shown.
    """
    similar = shown.meant if _SIMILAR.search(message) else ()
    if similar:
        need = _akin_to(need, similar[0])
    if not shown.last and not shown.meant:
        return need
    constraints = need.constraints
    about = shown.meant or shown.last
    if bounds := bounds_beside(message, about):
        named = {bound.attribute for bound in bounds}
        constraints = replace(
            constraints, bounds=(*(b for b in constraints.bounds if b.attribute not in named), *bounds)
        )
        need = replace(need, constraints=constraints)
    changes = _price_beside(need, message, about)
    if _SAME_BRAND.search(message) and not _NOT_THAT_BRAND.search(message) and (brand := about[0].brand):
        changes["brands"] = frozenset({brand})
        need = replace(need, terms=_SAME_BRAND.sub("", need.terms).strip(" ,"))
    if _NOT_THAT_BRAND.search(message):
        brand = (shown.meant or shown.last)[0].brand
        if brand:
            changes["brands_excluded"] = constraints.brands_excluded | {brand}
            changes["brands"] = frozenset(b for b in constraints.brands if b.casefold() != brand.casefold())
    if _ELSE.search(message):
        seen = shown.seen or tuple(item.item_id for item in shown.last)
        changes["items_excluded"] = constraints.items_excluded | frozenset(seen)
    elif shown.meant and _NOT_IT.search(message):
        changes["items_excluded"] = constraints.items_excluded | {item.item_id for item in shown.meant}
    elif shown.meant and _LIKE_IT.search(message) and not constraints.kinds:
        changes["kinds"] = frozenset(item.kind for item in shown.meant)
    return replace(need, constraints=replace(constraints, **changes)) if changes else need


def _price_beside(need: Need, message: str, about: Sequence[Item]) -> dict[str, Any]:
    """The price limits that 'cheaper' or 'more expensive' sets beside the items spoken of."""
    constraints = need.constraints
    changes: dict[str, Any] = {}
    if _CHEAPER.search(message) and not _names_price(message):
        least = (max if need.parts else min)(item.price for item in about)  # of several things the dearest may go
        changes["price_max"] = round(_lowest(constraints.price_max, least - _CENT), 2)
        if constraints.price_min is not None and constraints.price_min >= changes["price_max"]:
            changes["price_min"] = None
    elif _DEARER.search(message) and not _names_price(message):
        changes["price_min"] = round(max(item.price for item in about) + _CENT, 2)
        if constraints.price_max is not None and constraints.price_max <= changes["price_min"]:
            changes["price_max"] = None
    return changes


def _akin_to(need: Need, item: Item) -> Need:
    """The need for something like an item: of its kind, of any brand that is not asked for, and not the item itself."""
    limits = need.constraints
    brands = limits.brands - {item.brand} if item.brand else limits.brands
    kinds = limits.kinds or frozenset({item.kind})
    categories = limits.categories if limits.kinds else frozenset({item.category})
    constraints = replace(
        limits, kinds=kinds, categories=categories, brands=brands, items_excluded=limits.items_excluded | {item.item_id}
    )
    terms = f"{_unsaid(need.terms, item.title)} {item.kind}".strip()
    return replace(need, constraints=constraints, terms=terms, parts=())


def without(need: Need, removed: Sequence[Mapping[str, str]]) -> Need:
    """The need without the constraints and wishes that a shopper takes off; what is not there is not missed.

    Args:
        removed: each a ``name``, and a ``value`` where there may be several of that name.
    """
    for each in removed:
        need = _without(need, each["name"], each.get("value"))
        parts = () if each["name"] in {"terms", "kinds"} else need.parts
        need = replace(need, terms=_unsaid(need.terms, each.get("value") or ""), parts=parts)
    return need


def _unsaid(terms: str, value: str) -> str:
    """The terms without the words of a value that is taken off."""
    gone = stems(value)
    kept = [word for word in terms.split() if not gone or not stems(word) or not stems(word) <= gone]
    return " ".join(kept).strip(" ,")


def _without(need: Need, name: str, value: str | None) -> Need:
    if name == "preferences":
        return replace(need, preferences=tuple(p for p in need.preferences if p.word != value))
    if name == "terms":
        return replace(need, terms="")
    constraints = need.constraints
    if name == "bounds":
        return _set(need, bounds=tuple(b for b in constraints.bounds if b.attribute != value))
    if name == "without":
        return _set(need, without=frozenset(a for a in constraints.without if a.word != value))
    held = getattr(constraints, name, None)
    if isinstance(held, frozenset):
        return _set(need, **{name: frozenset(each for each in held if value is not None and each != value)})
    if name in {"price_min", "price_max"}:
        return _set(need, **{name: None})
    return need


def _set(need: Need, **changes: Any) -> Need:
    return replace(need, constraints=replace(need.constraints, **changes))


def _names_price(message: str) -> bool:
    return bool(re.search(r"(?<!第)(?<!第 )\d", message))


def _lowest(cap: float | None, price: float) -> float:
    return price if cap is None else min(cap, price)
