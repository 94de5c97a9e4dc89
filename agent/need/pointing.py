"""Words that point at one of several things, English and Chinese: places in a list, comparisons, pronouns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agent.words.lexicon import WISHES

Chosen: TypeAlias = Callable[[re.Match[str], int], Sequence[int] | None]
"""Of a match and how many there are: the places meant, from 0; None if no place is meant after all."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HAN = "一二三四五六七八九十"
_ORDINAL = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_COUNT = rf"(?:{'|'.join(_COUNTS[1:])}|\d)"
_NOUN = r"(?:\s+(?:one|option|item|card|choice|product|result|suggestion|(?P<noun>(?!and\b|or\b|is\b)[a-z]+)))?"
_NO_LIST = (
    r"(?!\s*-)(?!\s+(?:time|times|day|days|week|weeks|month|months|year|years|aid|hand|place|thing|half|floor|night|"
    r"name|order|orders|order's|person|birthday|step|class|rate|gear|impression|thought|thoughts|question|minute))"
)
"""After "the first": what is counted is no card."""
_MEASURE_WORD = "[个款件项种顶张台把只双条本支盏]"


def _flags(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _number(word: str) -> int:
    word = word.casefold()
    for names in (_ORDINALS, _COUNTS, tuple(_HAN)):
        if word in names:
            return names.index(word) + 1
    if word in {"两", "俩"}:
        return 2
    return int(re.sub(r"\D", "", word))


def _both(_: re.Match[str], count: int) -> Sequence[int]:
    """Two are meant: it is clear which only if two there are."""
    return range(2) if count == 2 else [count]


def _middle(_: re.Match[str], count: int) -> Sequence[int]:
    return [count // 2] if count % 2 else [count]


def _counted(match: re.Match[str], count: int) -> Sequence[int]:
    """All of a stated number ("all three"), which must be that of the cards."""
    return range(count) if _number(match["n"]) == count else [count]


GROUPS: tuple[tuple[re.Pattern[str], Chosen], ...] = (
    (_flags(rf"\b(?:the )?(?:first|top) (?P<n>{_COUNT})\b(?: ones)?"), lambda m, _: range(_number(m["n"]))),
    (
        _flags(rf"\b(?:the )?last (?P<n>{_COUNT})\b(?! (?:days|weeks|months|years))(?: ones)?"),
        lambda m, count: range(count - _number(m["n"]), count),
    ),
    (_flags(rf"\ball (?P<n>{_COUNT})\b(?! (?:days|weeks|months|years|people|of us))(?: of them)?"), _counted),
    (_flags(rf"\b(?:these|those|the)(?: of(?: the)?)? (?P<n>{_COUNT})\b(?=\s*(?:[?.!,]|$|of them))"), _counted),
    (_flags(rf"\b(?:these|those) (?P<n>{_COUNT})\b"), _counted),
    (_flags(r"\bboth\b(?: of (?:them|these|those))?|\beither(?: one| of (?:them|these|those))\b"), _both),
    (
        _flags(r"\b(?:all of |which of )?(?:these|those|them)\b"),
        lambda _, count: range(count),
    ),
    (re.compile(rf"前(?P<n>[{_HAN}两\d]){_MEASURE_WORD}?"), lambda m, _: range(_number(m["n"]))),
    (
        re.compile(rf"最?后(?P<n>[二三四五两2-9]){_MEASURE_WORD}"),
        lambda m, count: range(count - _number(m["n"]), count),
    ),
    (re.compile(rf"[这那](?P<n>[二三四五六七八九两俩2-9]){_MEASURE_WORD}?"), _counted),
    (re.compile(rf"(?P<n>[三四五六七八九3-9]){_MEASURE_WORD}都"), _counted),
    (re.compile(rf"(?<![前后第])[两俩]{_MEASURE_WORD}?都"), _both),
    (re.compile(r"[这那]些|它们|[这那]几[个款件]"), lambda _, count: range(count)),
)
POSITIONS: tuple[tuple[re.Pattern[str], Chosen], ...] = (
    (
        _flags(r"\b(?:the )?(?:second[- ](?:to[- ])?last|last but one|penultimate)(?: one)?\b"),
        lambda _, count: [count - 2],
    ),
    (
        _flags(
            rf"(?:\bthe (?:very )?|(?<![\w’'-])(?:and|or|vs\.?|versus|with|to|is) |^\W*|[&,/] ?)"
            rf"(?P<n>{_ORDINAL})\b{_NO_LIST}{_NOUN}"
        ),
        lambda m, _: [_number(m["n"]) - 1],
    ),
    (
        _flags(
            rf"(?:\b(?:number|option|card|item|product|no\.|nr\.?) ?|#)(?P<n>\d{{1,2}}|{'|'.join(_COUNTS)})\b(?![.,]\d)"
        ),
        lambda m, _: [_number(m["n"]) - 1],
    ),
    (
        _flags(r"(?:\bcompare |^\W*|[比较] ?)(?P<n>\d)(?=\s*(?:and|with|to|vs\.?|or|[,&和跟与])\s*\d\b)"),
        lambda m, _: [_number(m["n"]) - 1],
    ),
    (
        _flags(r"(?<=\d)\s*(?:and|with|to|vs\.?|or|[,&和跟与])\s*(?P<n>\d)(?=\s*(?:[?.!,。?]|$|[^\x00-\x7f]))"),
        lambda m, _: [_number(m["n"]) - 1],
    ),
    (_flags(r"^\W*(?P<n>\d)\W*$"), lambda m, _: [_number(m["n"]) - 1]),
    (_flags(rf"\bthe (?:very )?(?:last|bottom)\b{_NO_LIST}{_NOUN}"), lambda _, count: [count - 1]),
    (_flags(r"\bthe top one\b"), lambda _, __: [0]),
    (_flags(r"\bthe middle(?: one)?\b|\bthe one in the middle\b"), _middle),
    (re.compile(rf"倒数第(?P<n>[{_HAN}\d]){_MEASURE_WORD}?"), lambda m, count: [count - _number(m["n"])]),
    (
        re.compile(rf"第(?P<n>[{_HAN}]|\d{{1,2}})(?:{_MEASURE_WORD}|(?=\s*(?:[和跟与、,,。??]|$)))"),
        lambda m, _: [_number(m["n"]) - 1],
    ),
    (re.compile(rf"最后[一那]?{_MEASURE_WORD}"), lambda _, count: [count - 1]),
    (re.compile(rf"中间[的那]?{_MEASURE_WORD}?"), _middle),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a comparison goes by: the first of the attributes that all state; direction 1 means the most."""

    attributes: tuple[str, ...]
    direction: int


def _graded(word: str) -> str:
    """The comparative and the superlative of an English word, as a pattern."""
    if word.endswith("y"):
        return f"{word[:-1]}i(?:er|est)|{word}(?= one)"
    stem = {"big": "bigg"}.get(word, word.removesuffix("e"))
    return f"{stem}(?:er|est)|(?:more|most) {word}|{word}(?= one)"


_NAMED = r"(?: (?:one|option|item|card))?"
_OWN: dict[str, Wanted] = {
    r"(?:better|best|higher|highest|top)[- ]rated": Wanted(("rating",), 1),
    r"(?:worse|worst|lower|lowest)[- ]rated": Wanted(("rating",), -1),
    r"(?:dear|pric[ei]|costli)(?:er|est)|priciest": Wanted(("price",), 1),
    r"(?:less|least) expensive|(?:lower|lowest)[- ]priced": Wanted(("price",), -1),
}
_ZH = {
    "便宜": Wanted(("price",), -1), "贵": Wanted(("price",), 1), "轻": Wanted(("weight",), -1),
    "重": Wanted(("weight",), 1), "大": Wanted(WISHES["big"][0], 1), "小": Wanted(WISHES["small"][0], -1),
    "亮": Wanted(("brightness",), 1), "安静": Wanted(WISHES["quiet"][0], -1), "评分高": Wanted(("rating",), 1),
    "高": Wanted(WISHES["tall"][0], 1),
}  # fmt: skip
COMPARED: tuple[tuple[re.Pattern[str], Wanted], ...] = (
    *((_flags(rf"\bthe (?:{words})\b{_NAMED}"), wanted) for words, wanted in _OWN.items()),
    *(
        (_flags(rf"\bthe (?:{_graded(word)})\b{_NAMED}"), Wanted(attributes, direction))
        for word, (attributes, direction) in WISHES.items()
        if not word.endswith(("er", "est"))
    ),
    *(
        (re.compile(rf"最{word}的(?:那{_MEASURE_WORD})?|[更较]?{word}一?[点些]?的[那一]{_MEASURE_WORD}"), wanted)
        for word, wanted in _ZH.items()
    ),
)
_SAID = r"(?P<said>(?:(?!(?:the|one|this|that|of|is|and)\b)[\w'’-]+ ){0,3}?)"
_AFTER = (
    r"(?: (?:in|with|from|by|that is|that’s|that's|which is|made of|for)(?: the| an?)?"
    r" (?P<after>[\w'’-]+(?: (?!and\b|or\b|is\b)[\w'’-]+)?))?"
)


def described(nouns: Iterable[str]) -> re.Pattern[str]:
    """ "The green one", "the one with the hood", "that tent", where a shop sells what these nouns name."""
    noun = "|".join(sorted(map(re.escape, nouns), key=len, reverse=True))
    return _flags(rf"\b(?P<article>the|this|that) {_SAID}(?P<noun>one|ones{'|' if noun else ''}{noun})\b{_AFTER}")


OF_GROUP = _flags(r"\s+(?:of|from|among)\s+")
"""Between a comparison and the group it chooses from."""
ONE = _flags(r"ones?")
WHICH = _flags(r"\bwhich ones?\b|\bwhich (?:is|has)(?= the\b| \w+(?:er|est)\b)|哪[个款件](?=更|最|比较)")
"""All that are shown, unless some of them are named."""
COLOURS = {
    "蓝": "blue", "红": "red", "绿": "green", "黑": "black", "白": "white", "灰": "grey", "黄": "yellow",
    "橙": "orange", "粉": "pink", "紫": "purple", "棕": "brown", "米": "beige", "银": "silver", "金": "gold",
}  # fmt: skip
ZH_DESCRIBED = re.compile(
    rf"(?<![不别])(?<!不要)(?P<colour>[{''.join(COLOURS)}])色?的(?:[这那]{_MEASURE_WORD}|(?=还是|和))"
    rf"|(?:^|(?<=还是)|(?<=和))(?P<alone>[{''.join(COLOURS)}])色?的(?=\W*$|[,，])"
)
PRONOUN = _flags(
    r"\b(?:it|its|it's|it’s|this one|that one)\b|\b(?:this|that)(?=\s*(?:[?.!,]|$))"
    r"|它(?!们)|[这那][个款件](?!月|星期|问题|周|\s*[A-Za-z])"
)
PRONOUN_ASIDE = _flags(
    r"\bis it possible\b|\bit depends\b|\bit(?: is|'s|’s) for\b|\bwhat time is it\b|\bdoes it matter\b"
)
"""Where "it" means no thing."""
LEFT_OUT = _flags(
    r"(?:(?<!why )\bnot|\bexcept(?: for)?|\ball but|\bbut not|\bapart from|\binstead of|\brather than"
    r"|不要|(?<!为什么)(?<!为何)(?<!怎么)不是|除了)\s*$"
)
