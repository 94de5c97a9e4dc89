"""The biggest differences between items in one or two sentences; every number is worked out from the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.catalogue import Attribute, Item

NOT_STATED = "not stated"
_TOLD = 4
_LEAST_PRICE = 0.02
"""A difference that is worth words, as a share of the higher price; and of ratings, in stars:"""
_LEAST_STARS = 0.2
_LONGEST_NAME = 6
_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_IS = "is "
"""What is said once of several phrases that begin with it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A row that differs; ``numbers`` is empty for text, else in ``unit``, None where not stated."""

    name: str
    numbers: tuple[float | None, ...]
    values: tuple[str, ...]
    unit: str | None
    spoken: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """How it is said that one of two leads by a difference, and that one of several leads with its value."""

    direction: int
    two: str
    several: str


_RUNS = _Words(1, "runs {} longer", "runs longest ({})")
_HOLDS = _Words(1, "holds {} more", "holds the most ({})")
_PACKS = _Words(-1, "packs {} shorter", "packs shortest ({})")
_EN: dict[str, _Words] = {
    "price": _Words(-1, "is {} cheaper", "is the cheapest ({})"),
    "weight": _Words(-1, "is {} lighter", "is the lightest ({})"),
    "noise": _Words(-1, "is {} quieter", "is the quietest ({})"),
    "brightness": _Words(1, "is {} brighter", "is the brightest ({})"),
    "capacity": _HOLDS, "volume": _HOLDS, "battery life": _RUNS, "runtime": _RUNS, "run time": _RUNS,
    "packed length": _PACKS, "folded length": _PACKS,
    "height": _Words(1, "is {} taller", "is the tallest ({})"),
    "length": _Words(1, "is {} longer", "is the longest ({})"),
    "pages": _Words(1, "is {} longer", "is the longest ({})"),
}  # fmt: skip
_ZH: dict[str, _Words] = {
    "price": _Words(-1, "便宜{}", "最便宜（{}）"),
    "weight": _Words(-1, "轻{}", "最轻（{}）"),
    "noise": _Words(-1, "安静{}", "最安静（{}）"),
    "brightness": _Words(1, "亮{}", "最亮（{}）"),
    "capacity": _Words(1, "容量大{}", "容量最大（{}）"),
    "height": _Words(1, "高{}", "最高（{}）"),
    "length": _Words(1, "长{}", "最长（{}）"),
}
_TEXTS = {
    "en": {
        "greater": "has the greater {name} ({mine} against {other})",
        "greatest": "has the greatest {name} ({mine})",
        "rated": "is rated higher ({mine} against {other} of 5)",
        "rated_best": "is rated highest ({mine} of 5)",
        "stock": "is in stock",
        "not_stated": NOT_STATED,
        "and": " and ", "comma": ", ", "semicolon": "; ", "end": ".", "space": " ", "colon": ": ",
        "of": "{value} ({who})",
        "alike": "They are alike in all that the shop's data states of both.",
        "more": "Only the first four are compared.",
    },
    "zh": {
        "greater": "{name}更大（{mine}，另一个{other}）",
        "greatest": "{name}最大（{mine}）",
        "rated": "评分更高（{mine}对{other}，满分5）",
        "rated_best": "评分最高（{mine}，满分5）",
        "stock": "有货",
        "not_stated": "未说明",
        "and": "，", "comma": "，", "semicolon": "；", "end": "。", "space": "", "colon": "：",
        "of": "{value}（{who}）",
        "alike": "从店里的数据看，它们没有差别。",
        "more": "只比较了前四个。",
    },
}  # fmt: skip


def told(items: Sequence[Item], differing: Sequence[Measured], language: str, *, more: bool) -> str:
    """The differences, those of numbers by who leads, then one of those in words.

    Args:
        differing: in the order of their weight.
        more: whether more was to be compared than is.
    """
    texts, chinese = _TEXTS["zh" if language == "zh" else "en"], language == "zh"
    who = names(items, the=not chinese)
    lead: dict[int, list[str]] = {}
    for row in [row for row in differing if row.numbers or row.name == "stock"]:
        if sum(map(len, lead.values())) < _TOLD and (found := _leads(row, items, chinese)):
            lead.setdefault(found[0], []).append(found[1])
    parts = [f"{who[i]}{texts['space']}{_joined(phrases, texts)}" for i, phrases in lead.items()]
    sentences = [_capital(texts["semicolon"].join(parts)) + texts["end"]] if parts else []
    if worded := next((row for row in differing if _says_more(row)), None):
        values = (texts["of"].format(value=v, who=w) for v, w in zip(worded.values, who, strict=True))
        values = (value.replace(NOT_STATED, texts["not_stated"]) for value in values)
        sentences.append(_capital(worded.name) + texts["colon"] + texts["comma"].join(values) + texts["end"])
    sentences = sentences or [texts["alike"]]
    return texts["space"].join([*sentences, texts["more"]] if more else sentences)


def names(items: Sequence[Item], *, the: bool = True) -> list[str]:
    """What each is called in a sentence: the proper part of its title ("the Nook"), the whole where two share it."""
    short = [short_name(item) for item in items]
    unlike = len(set(short)) == len(short)
    chosen = short if unlike else [item.title for item in items]
    return [f"the {name}" if the and not _ARTICLE.match(name) and "?" not in name else name for name in chosen]


def short_name(item: Item) -> str:
    """The part of a title that is a name: without the brand, up to the first word that is written small."""
    brand = item.brand or ""
    rest = item.title.removeprefix(brand).strip() if brand else item.title
    head, comma, _ = rest.partition(",")
    if comma and len(head.split()) <= _LONGEST_NAME:
        return head
    kept: list[str] = []
    for word in head.split():
        if not (word[0].isupper() or word[0].isdigit()) or word.casefold() in item.kind.casefold().split():
            break
        kept.append(word)
    return " ".join(kept) if 0 < len(kept) <= 4 and any(w.isalpha() and len(w) > 1 for w in kept) else item.title


def _leads(row: Measured, items: Sequence[Item], chinese: bool) -> tuple[int, str] | None:
    """Which item leads on a row, and in what words; None if none does, or by too little."""
    texts = _TEXTS["zh" if chinese else "en"]
    if row.name == "stock":
        there = [item.in_stock for item in items]
        return (there.index(True), texts["stock"]) if there.count(True) == 1 else None
    words = (_ZH if chinese else _EN).get(row.name)
    direction = words.direction if words else 1
    known = sorted(((n * direction, i) for i, n in enumerate(row.numbers) if n is not None), reverse=True)
    if len(known) < len(items) or known[0][0] == known[1][0]:
        return None
    (_, first), (_, second) = known[0], known[1]
    mine, other = row.numbers[first] or 0.0, row.numbers[second] or 0.0
    if row.name == "rating":
        return _rated(first, mine, other, texts, len(items))
    if row.name == "price" and abs(mine - other) < _LEAST_PRICE * max(mine, other):
        return None
    if words is None:
        key = "greater" if len(items) == 2 else "greatest"
        return first, texts[key].format(name=row.name, mine=row.values[first], other=row.values[second])
    if len(items) > 2:
        return first, words.several.format(row.values[first])
    return first, words.two.format(_amount(abs(mine - other), row))


def _rated(first: int, mine: float, other: float, texts: dict[str, str], count: int) -> tuple[int, str] | None:
    if mine - other < _LEAST_STARS - 1e-9:
        return None
    return first, texts["rated" if count == 2 else "rated_best"].format(mine=f"{mine:.1f}", other=f"{other:.1f}")


def _amount(difference: float, row: Measured) -> str:
    if row.name == "price":
        return f"{difference:.2f}".removesuffix(".00") + f" {row.unit}"
    return Attribute(row.name, float(f"{difference:.6g}"), row.unit).text


def _says_more(row: Measured) -> bool:
    """Whether a row in words is worth a sentence: what a thing is called or looks like is on its card."""
    if row.spoken and NOT_STATED in row.values:
        return True
    worded = not row.numbers and row.name not in {"stock", "price"}
    return worded and (row.spoken or row.name not in {"type", "colour", "color"}) and NOT_STATED not in row.values


def _joined(phrases: Sequence[str], texts: dict[str, str]) -> str:
    phrases = sorted(phrases, key=lambda phrase: not phrase.startswith(_IS))
    phrases = [phrase.removeprefix(_IS) if i else phrase for i, phrase in enumerate(phrases)]
    if len(phrases) == 1:
        return phrases[0]
    return texts["comma"].join(phrases[:-1]) + texts["and"] + phrases[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
