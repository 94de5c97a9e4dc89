"""Prices and measures in a Chinese message: 200元以下, 三百块左右, 不超过两公斤, 比500克轻, 100到200欧."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.chinese.numerals import NUMBER, UNITS, consecutive, number
from agent.words.quantities import AROUND_WIDTH, Range

_CURRENCIES = {
    "CNY": "元人民币|块人民币|人民币|块钱|元|块|圆|rmb|cny|¥",
    "EUR": "欧元|欧|euros?|eur|€",
    "USD": "美元|美金|刀|usd",
    "GBP": "英镑|镑|gbp|£",
    "JPY": "日元|日圆|jpy",
    "HKD": "港币|港元|港纸|hkd",
    "TWD": "新台币|台币|twd",
    "CHF": "瑞郎|瑞士法郎|chf",
    "KRW": "韩元|韩币",
    "$": r"dollars?|\$",
}
_SPELLINGS = {
    "mg": "毫克", "kg": "公斤 千克 kg", "g": "克 g", "ml": "毫升 ml", "l": "公升 升 l", "mm": "毫米 mm",
    "cm": "厘米 公分 cm", "km": "公里 千米 km", "m": "米 m", "h": "个小时 小时 个钟头 钟头 h", "min": "分钟 min",
    "s": "秒", "kw": "千瓦 kw", "w": "瓦 w", "db": "分贝 db", "lm": "流明 lm", "mah": "毫安时 毫安 mah", "pages": "页",
    "pieces": "片", "months": "个月", "years": "岁 年", "%": "%",
}  # fmt: skip
_UNITS = {written: (unit, 1.0) for unit, spellings in _SPELLINGS.items() for written in spellings.split()}
_UNITS |= {"斤": ("kg", 0.5), "英寸": ("cm", 2.54), "吋": ("cm", 2.54), "寸": ("cm", 2.54)}
"""Units as they are written, the unit the catalogue's are compared with, and the factor to it."""


def _any(names: list[str]) -> str:
    """One of the names, the longest first; a Latin one ends where its word does."""
    return "|".join(n + (r"(?![a-z])" if n[-1].isascii() and n[-1].isalpha() else "") for n in names)


_CURRENCY = _any([name for names in _CURRENCIES.values() for name in names.split("|")])
_UNIT = _any(sorted(map(re.escape, _UNITS), key=len, reverse=True))
CURRENCY = re.compile(rf"\s*(?:{_CURRENCY})", re.IGNORECASE)
"""A currency as it stands after an amount; see `currency_of`."""
UNIT = re.compile(rf"\s*(?:{_UNIT})", re.IGNORECASE)
"""A unit as it stands after an amount; see `unit_of`."""


def _amount(name: str) -> str:
    return (
        rf"(?<![A-Za-z\d.])(?P<{name}c>{_CURRENCY})?\s*(?P<{name}n>{NUMBER})(?P<{name}v>多|来|几)?\s*"
        rf"(?:(?P<{name}d>{_CURRENCY})|(?P<{name}u>{_UNIT}))?(?P<{name}h>半|多)?钱?"
    )


_NOT = r"(?:不(?:想|要|能|可以|会|得|用|希望|愿意|应该|该)?|别|请勿)(?:再)?(?:花|用|给|买|有|太)?"
_OVER = "超过|超出|超|高于|大于|多于|重于|贵于|长于|高过|大过|贵过|重过"
_UNDER = "低于|少于|小于|短于|轻于|矮于|低过"
_BEFORE = (
    rf"(?P<high>{_NOT}(?:{_OVER})|{_UNDER}|不到|不足|(?:加|提|提高|增加|涨|放宽|升|出)到|最多|最高|最大|最贵|最重|最长|至多|顶多|上限|封顶|便宜过|<=?|≤)"
    rf"|(?P<low>{_NOT}(?:{_UNDER})|{_OVER}|至少|最少|最低|最小|最轻|最短|起码|>=?|≥)"
    r"|(?P<around>大约|大概|约莫|约|差不多|将近|接近|~)"
    r"|(?P<than>比)"
)
_BUDGET = "预算|价格|价位|价钱|售价|控制|经费|花|出"
_LINK = r"(?:\s|是|在|为|有|:|到|不)?(?:\s|是|在|为|大概|大约|约)?"
_AFTER = (
    r"(?P<high2>(?:或|及|和)?(?:以下|以内|之内|之下|以里|更少)|内(?![存置胆衬裤衣部容])|封顶|为限|打住|不到)"
    r"|(?P<low2>(?:或|及|和)?(?:以上|之上|更多)|往上|朝上|起步|起(?![来床])|\+)"
    r"|(?P<around2>左右|上下|附近|的样子|样子|出头)"
    r"|(?P<less>(?:还|更|要)*(?:轻|便宜|小|短|矮|薄|少|低|窄|安静))"
    r"|(?P<more>(?:还|更|要)*(?:重|贵|大|长|高|多|厚|亮|宽|久))"
)
_LIMIT = re.compile(
    rf"(?:(?P<budget>{_BUDGET}){_LINK})?(?:(?:{_BEFORE})(?:了|个|是|在|:|\s)*)?{_amount('a')}\s*(?:{_AFTER})?"
    rf"(?P<denied>的?(?:就|都|我|也|可)*(?:不要|不看|不考虑|不行|不买|别|免谈|算了))?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?P<stated>{_BUDGET}|从|介于|在)?{_LINK}{_amount('a')}\s*(?P<to>到|至|-|~|和|与|跟)\s*{_amount('b')}\s*(?P<between>之间|以内|左右)?",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s*(?:[个人位件只条天次种款把台双套本支口名张层档倍折代号色合]|\d)")
"""What a number without a currency may count, so that it is no price."""
_PIECE = re.compile(r"\s*(?:$|[,.;!?、的]|钱|左右|上下|吧|吗|呢|预算|能|可以)")
"""What stands after 块 when it is money and not a piece of something: 三块巧克力."""
_SURELY_MONEY = 20
_LEAST_PRICE = 10


def limits(text: str) -> Iterator[Range]:
    """Every price or measure with a limit in a folded text, from left to right; they do not overlap."""
    at = 0
    while at < len(text):
        found = [(m.start(), -m.end(), m) for m in (_RANGE.search(text, at), _LIMIT.search(text, at)) if m]
        if not found:
            return
        match = min(found, key=lambda each: each[:2])[2]
        result = _of_range(match) if match.re is _RANGE else _of_limit(match, text)
        if result is None and match.re is _RANGE and (other := _LIMIT.search(text, at)):
            match, result = other, _of_limit(other, text)
        if result is not None:
            yield result
        at = max(match.end(), at + 1)


def _of_range(match: re.Match[str]) -> Range | None:
    if match["to"] in {"和", "与", "跟"} and match["between"] != "之间":
        return None
    unit, factor = _unit(match, "b") or _unit(match, "a") or (None, 1.0)
    currency = _currency(match, "b") or _currency(match, "a")
    if unit is None and currency is None and not (match["stated"] or match["between"]):
        return None
    ends = [number(match["an"]), number(match["bn"])]
    if ends[0] * 10 <= ends[1] and match["an"] in set("一二两三四五六七八九") and match["bn"][-1:] in set("百千万"):
        ends[0] *= UNITS[match["bn"][-1]]  # 三到五百
    low, high = sorted(end * factor for end in ends)
    digits = f"{low:g} to {high:g}"
    return Range(low, high, unit, match.span(), currency, match[0].strip(), digits)


def _of_limit(match: re.Match[str], text: str) -> Range | None:
    unit, factor = _unit(match, "a") or (None, 1.0)
    currency = _currency(match, "a")
    before, after = _direction(match)
    if match["than"] and not after:
        return None
    limited = bool(before or after or match["budget"])
    value = (number(match["an"]) + (0.5 if match["ah"] == "半" and match["au"] else 0.0)) * factor
    if unit is None and not _is_price(value, match, text, limited=limited):
        return None
    if unit is not None and not (before or after):
        return None
    low, high = _ends(match, after or before or "high", value)
    if match["denied"] and (low is None) != (high is None):
        low, high = high, low
    digits = f"{low:g} to {high:g}" if consecutive(match["an"]) else f"{value:g}"
    return Range(low, high, unit, match.span(), currency, _said(match), digits)


def _direction(match: re.Match[str]) -> tuple[str | None, str | None]:
    """What stands before and what stands after the amount says of it: 'high', 'low' or 'around'."""
    before = next((name for name in ("high", "low", "around") if match[name]), None)
    names = {"high2": "high", "low2": "low", "around2": "around", "less": "high", "more": "low"}
    after = next((meant for name, meant in names.items() if match[name]), None)
    if (match["less"] or match["more"]) and not match["than"]:
        after = None  # 200克轻 is no limit
    return before, after


def _ends(match: re.Match[str], direction: str, value: float) -> tuple[float | None, float | None]:
    if both := consecutive(match["an"]):
        return both
    vague = match["av"] == "多" or match["ah"] == "多"
    if vague and not (match["high"] or match["low"] or match["high2"] or match["low2"]):
        return value, value + _step(value)
    if match["av"] == "来":
        direction = "around"
    if direction == "around":
        lowest = None if match["budget"] in {"预算", "经费"} else (1 - AROUND_WIDTH) * value
        return lowest, (1 + AROUND_WIDTH) * value
    return (value, None) if direction == "low" else (None, value)


def _is_price(value: float, match: re.Match[str], text: str, *, limited: bool) -> bool:
    """Whether a number without a unit of measure is a price."""
    money = match["ac"] or match["ad"]
    if match["ad"] == "块" and not limited and value < _SURELY_MONEY:
        return _PIECE.match(text, match.end("ad")) is not None
    if money:
        return True
    counted = _COUNTED.match(text, match.end("an")) is not None
    return limited and not counted and (value >= _LEAST_PRICE or match["budget"] is not None)


def _said(match: re.Match[str]) -> str:
    """The amount in the message's own words: 三百块."""
    start = match.start("ac") if match["ac"] else match.start("an")
    return match.string[start : max(match.end(name) for name in ("an", "ad", "au", "av"))].strip()


def _unit(match: re.Match[str], name: str) -> tuple[str, float] | None:
    written = match[f"{name}u"]
    return unit_of(written) if written else None


def unit_of(written: str) -> tuple[str, float]:
    """The unit that a written one is compared in, and the factor to it: 斤 is ("kg", 0.5)."""
    return _UNITS[written.strip().casefold()]


def currency_of(written: str) -> str:
    """The code of a currency as it is written."""
    return next(code for code, names in _CURRENCIES.items() if re.fullmatch(names, written.strip(), re.IGNORECASE))


def _currency(match: re.Match[str], name: str) -> str | None:
    mark = match[f"{name}d"] or match[f"{name}c"]
    return currency_of(mark) if mark else None


def _step(value: float) -> float:
    """The unit that a number is rounded to: 100 for 200, 10 for 150."""
    step = 1.0
    while value >= 10 * step and value % (10 * step) == 0:
        step *= 10
    return step
