"""What shoppers say of themselves and of those they buy for: sizes, people, ages."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.memory.effects import person, size, size_name
from agent.memory.remembered import Proposal
from agent.memory.words import MemoryWords, alternatives, has_han

_VALUE = (
    r"(?:(?P<system>eu|uk|us)\s*)?(?P<value>\d{1,3}(?:[.,]\d)?|(?:[2-6]|x{0,4})x?[sl]|m|extra[- ](?:small|large)|"
    r"small|medium|large)(?![A-Za-z0-9€$£%])(?:\s*(?P<after>eu|uk|us)\b)?"
)
_ALWAYS = r"(?:usually |normally |generally |always |mostly |typically )*"


def size_stated(clause: str, *, bare: bool = False) -> Proposal | None:
    """'I'm a size 43', 'my shoe size is 43', '我穿43码'; with ``bare`` also 'shoe size 43'."""
    for pattern in _sizes(bare):
        if match := pattern.fullmatch(clause):
            found = match.groupdict()
            said = next((word for key in ("of", "of2") if (word := found.get(key))), None)
            system = found["system"] or found["after"] or ""
            return _size(found["value"], _thing(said), system, "zh" if has_han(clause) else "en")
    return None


def person_stated(clause: str, *, alone: bool) -> Proposal | None:
    """Somebody the shopper buys for again and again, or is said to have; an age alone counts where nothing is asked."""
    for pattern, needs_alone in _people():
        if (alone or not needs_alone) and (match := pattern.fullmatch(clause)):
            found = match.groupdict()
            ages = (value for key in ("age", "age2") if (value := found.get(key)))
            age = next((_number(value) for value in ages), None)
            return _person(found["who"], age, "zh" if has_han(clause) else "en")
    return None


def _size(value: str, of: str | None, system: str, language: str) -> Proposal:
    words = MemoryWords.read()
    written = " ".join(part for part in (system.upper(), size_name(value)) if part)
    if of is None:
        text = words.say("size_plain", language, value=written)
    else:
        shown = of if language == "en" else next((w for w in words.sizes[of].words if has_han(w)), of)
        text = words.say("size", language, of=shown, value=written)
    return Proposal("size", text, size(value, of, system))


def _person(who: str, age: int | None, language: str) -> Proposal:
    words = MemoryWords.read()
    known = who.casefold().removesuffix("s") if who.isascii() else who
    key = "person" if age is None else "person_aged"
    english = next((each for each, said in words.people.items() if who in said), known)
    return Proposal("person", words.say(key, language, who=known, age=age), person(english, age))


def _thing(said: str | None) -> str | None:
    plain = (said or "").casefold().removesuffix("的")
    for name, known in MemoryWords.read().sizes.items():
        if plain and (plain in known.words or plain.removesuffix("s") in known.words):
            return name
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else MemoryWords.read().numbers.get(text.casefold())


@lru_cache(maxsize=2)
def _sizes(bare: bool) -> tuple[re.Pattern[str], ...]:
    said = [word for each in MemoryWords.read().sizes.values() for word in each.words]
    thing = rf"(?:{alternatives([w for w in said if w.isascii()])})s?"
    chinese = alternatives([w for w in said if not w.isascii()])
    of, of2 = rf"(?:(?P<of>{thing})\s+)?", rf"(?:\s+(?:in|for) (?:my )?(?P<of2>{thing}))?"
    tail = r"(?:\s+(?:normally|usually|now|too|as well|by the way))?"
    of_zh, of2_zh = rf"(?:(?P<of>{chinese})(?:子)?(?:的)?)?", rf"(?:的?(?P<of2>{chinese})(?:子)?)?"
    patterns = [
        rf"(?:i'm|i am|we are) (?:an? )?{of}size (?:an? )?{_VALUE}{of2}{tail}",
        rf"i {_ALWAYS}(?:wear|take|am|have) (?:an? )?{of}size (?:an? )?{_VALUE}{of2}{tail}",
        rf"i {_ALWAYS}(?:wear|take) (?:an? )?{_VALUE}{of2}{tail}",
        rf"(?:i'm|i am) an? {_VALUE} (?:in|for) (?P<of2>{thing})",
        rf"my {of}size (?:is|=) ?(?:an? )?{_VALUE}{of2}{tail}",
        r"my (?P<of>feet|foot|hands?|head) (?:are|is) (?:an? )?(?:size )?" + _VALUE,
        rf"我(?:的)?(?:平时|一般|通常|都|是)*(?:穿|戴|是){of_zh}{_VALUE}\s*(?:码|号){of2_zh}",
        rf"我(?:的)?{of_zh}(?:尺码|尺寸|码|号)(?:是|为|：)?\s*{_VALUE}\s*(?:码|号)?",
        rf"我(?:的)?(?P<of>{chinese})(?:是|穿)?\s*{_VALUE}\s*(?:码|号)",
    ]
    if bare:
        patterns += [rf"{of}size:? {_VALUE}", rf"{of_zh}(?:尺码|码)\s*{_VALUE}(?:码|号)?"]
    return tuple(re.compile(pattern, re.I) for pattern in patterns)


@lru_cache(maxsize=1)
def _people() -> tuple[tuple[re.Pattern[str], bool], ...]:
    known = MemoryWords.read()
    who = rf"(?P<who>(?:{alternatives(list(known.people))}))"
    chinese = rf"(?P<who>{alternatives([w for said in known.people.values() for w in said])})"
    number = rf"(?:\d{{1,2}}|{alternatives([n for n in known.numbers if n.isascii()])})"
    zh_number = rf"(?:\d{{1,2}}|{alternatives([n for n in known.numbers if not n.isascii()])})"
    aged = (
        rf"(?:,?\s*(?:and )?(?:who is|who's|who turns|who (?:has )?just turned|aged|of|"
        rf"she is|he is|she's|he's|they are|is|now)?\s*"
        rf"(?P<age2>{number})(?:[- ]years?(?:[- ]olds?)?| yo)?)?"
    )
    before = rf"(?:(?P<age>{number})[- ]years?[- ]old )?(?:little |big |young |older |younger )?"
    zh_aged = rf"(?:[，,]?(?:她|他|它)?(?:今年)?(?P<age2>{zh_number})岁)?"
    often = r"(?:often|usually|mostly|mainly|always|regularly|sometimes|frequently)"
    bought = r"(?:buy|shop|order|get)(?: (?:things|gifts|presents|stuff|clothes|toys|books|a lot|lots)(?: of \w+)?)?"
    patterns = [
        (rf"(?:i|we) {often} {bought} for my {before}{who}{aged}", False),
        (rf"(?:i|we) {bought} for my {before}{who} (?:a lot|often|regularly|all the time)", False),
        (rf"(?:i|we) (?:buy|order|get) (?:a lot|lots) of \w+ for my {before}{who}{aged}", False),
        (rf"(?:i|we)(?: have|'ve got) (?:an?|one|two|three|\d) {before}{who}s?{aged}", False),
        (rf"my {before}{who} (?:is|turns|is now|has turned) (?P<age2>{number})(?: years?(?: old)?)?", True),
        (rf"(?:i )?buys? for:? (?:my )?{before}{who}{aged}", True),
        (rf"我(?:常常?|经常|一般|总是?|平时|每[次年]都)(?:给|为|帮)我?{chinese}买(?:东西|礼物)?{zh_aged}", False),
        (rf"我(?:家)?有(?:一|两)?(?:个|只|条|位)?(?:(?P<age>{zh_number})岁的?)?{chinese}{zh_aged}", False),
        (rf"我(?:的|家)?{chinese}(?:今年)?(?P<age2>{zh_number})岁了?", True),
        (rf"常为{chinese}买(?:[，,](?P<age2>{zh_number})岁)?", True),
    ]  # fmt: skip
    return tuple((re.compile(pattern, re.I), alone) for pattern, alone in patterns)
