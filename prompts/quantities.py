"""Numbers and units in running text, read so that two ways of writing one quantity compare as equal.

This is the judge's own reading, apart from the one that proves reasons in a turn: a slip in one shows in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

CITATION = re.compile(r"\[\s*[A-Z]\d+(?:\s*[,;]\s*[A-Z]\d+)*\s*\]")

_UNITS: dict[str, tuple[str, Fraction]] = {
    spelling: (dimension, Fraction(scale))
    for dimension, scale, spellings in (
        ("mass", "1", "g gram grams gramme grammes 克"),
        ("mass", "1000", "kg kilo kilos kilogram kilograms 公斤 千克"),
        ("length", "1/1000", "mm millimetre millimetres millimeter millimeters 毫米"),
        ("length", "1/100", "cm centimetre centimetres centimeter centimeters 厘米"),
        ("length", "1", "m metre metres meter meters 米"),
        ("length", "1000", "km kilometre kilometres kilometer kilometers 公里"),
        ("volume", "1/1000", "ml millilitre millilitres milliliter milliliters 毫升"),
        ("volume", "1", "l litre litres liter liters 升"),
        ("time", "1", "min mins minute minutes 分钟"),
        ("time", "60", "h hr hrs hour hours 小时"),
        ("time", "1440", "day days 天"),
        ("months", "1", "month months 个月"),
        ("months", "12", "year years yr 年"),
        ("EUR", "1", "eur euro euros € 欧元"),
        ("GBP", "1", "gbp £"),
        ("USD", "1", "usd $ dollar dollars 美元"),
        ("power", "1", "w watt watts 瓦"),
        ("charge", "1", "mah"),
        ("loudness", "1", "db decibel decibels 分贝"),
        ("light", "1", "lm lumen lumens 流明"),
        ("pressure", "1", "bar"),
        ("share", "1", "% percent 百分之"),
        ("temperature", "1", "°c degrees"),
        ("pages", "1", "page pages 页"),
        ("stars", "1", "star stars 星"),
        ("pieces", "1", "piece pieces"),
    )
    for spelling in spellings.split()
}
_TEENS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_TEENS.split(), start=2)} | {
    word: value * 10 for value, word in enumerate(_TENS.split(), start=3)
}
"""Not "one": it mostly stands for a person or a thing."""
_COUNTS = {"stars", "pages", "pieces"}
"""Units that evidence may leave out ("4 of 5"); any other has to stand there."""

_CJK_UNIT = "|".join(sorted((u for u in _UNITS if ord(u[0]) > 0x2E80), key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?P<before>[€£$])?\s?
    (?P<number>
        (?<![A-Za-z0-9_.,])(?P<sign>(?:(?<=\s)|^)[-−](?=\d))?
        (?:\d{{1,3}}(?:[ ,.\u202f\u00a0'’]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:]\d+)?)
        | \b(?:{"|".join(sorted(_WORDS, key=len, reverse=True))})\b
    )
    (?:[\s\u00a0-]?(?P<after>°C|per\ cent|[€£$%]|{_CJK_UNIT}|[A-Za-z]+))?""",
    re.VERBOSE | re.IGNORECASE,
)
_AT_MOST = re.compile(r"(?:under|below|less than|lighter than|cheaper than|at most|within|no more than)\s*$", re.I)
_AT_LEAST = re.compile(r"(?:over|above|more than|longer than|at least|no less than)\s*$", re.I)
_VOICES = re.compile(r"\s+(?:\w+\s+)?(?:reviewers|reviews|customers|buyers|people|shoppers|owners|others)\b", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, what it may mean, and its unit.

    ``readings`` are in the dimension's base unit; there are two where a separator may part thousands or decimals
    ("1.200"). ``dimension`` is None without a known unit. ``bound`` is "<=" after "under", ">=" after "over".
    """

    text: str
    readings: frozenset[Fraction | str]
    dimension: str | None = None
    bound: str = "="
    counts_voices: bool = False


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities in a text, in order. Citations such as [R1] and digits inside names (USB3, X100) are none."""
    plain = CITATION.sub(" ", unicodedata.normalize("NFKC", text))
    return tuple(_quantity(match, plain) for match in _NUMBER.finditer(plain))


def unsupported(text: str, evidence: Iterable[str]) -> tuple[str, ...]:
    """The numbers in ``text``, as written, that none of the evidence texts contains or entails.

    A quantity is entailed by an equal one in another unit (1.2 kg by 1200 g), and one with a bound by a quantity
    of its kind within the bound ("under 120 euros" by "price: 89 EUR"). "Two reviewers" is entailed by two texts.
    """
    texts = tuple(evidence)
    known = [quantity for line in texts for quantity in quantities(line)]
    return tuple(
        claimed.text
        for claimed in quantities(text)
        if not (claimed.counts_voices and Fraction(len(texts)) in claimed.readings)
        and not any(_entails(quantity, claimed) for quantity in known)
    )


def _entails(known: Quantity, claimed: Quantity) -> bool:
    bare = claimed.dimension is None or (known.dimension is None and claimed.dimension in _COUNTS)
    if not bare and known.dimension != claimed.dimension:
        return False
    if known.readings & claimed.readings:
        return True
    if claimed.bound == "=" or claimed.dimension is None or known.dimension != claimed.dimension:
        return False
    limit, value = _largest(claimed), _largest(known)
    if limit is None or value is None:
        return False
    return value <= limit if claimed.bound == "<=" else value >= limit


def _largest(quantity: Quantity) -> Fraction | None:
    return max((reading for reading in quantity.readings if isinstance(reading, Fraction)), default=None)


def _quantity(match: re.Match[str], text: str) -> Quantity:
    written, before = match["number"].strip(), text[: match.start()]
    unit = _UNITS.get((match["before"] or match["after"] or "").replace("per cent", "percent").lower())
    dimension, scale = unit or (None, Fraction(1))
    bound = "<=" if _AT_MOST.search(before) else ">=" if _AT_LEAST.search(before) else "="
    return Quantity(
        text=match.group().strip() if unit else written,
        readings=frozenset(value if isinstance(value, str) else value * scale for value in _readings(written)),
        dimension=dimension,
        bound=bound,
        counts_voices=bool(_VOICES.match(text, match.end("number"))),
    )


def _readings(written: str) -> set[Fraction | str]:
    if written.lower() in _WORDS:
        return {Fraction(_WORDS[written.lower()])}
    if ":" in written:
        return {written}
    digits = re.sub(r"[\s'’\u202f\u00a0]", "", written).replace("−", "-")
    separators = [character for character in digits if character in ".,"]
    if not separators:
        return {Fraction(digits)}
    decimal = separators[-1]
    other = "," if decimal == "." else "."
    readings: set[Fraction | str] = set()
    if separators.count(decimal) == 1:
        readings.add(Fraction(digits.replace(other, "").replace(decimal, ".")))
    if len(set(separators)) == 1 and re.fullmatch(r"-?\d{1,3}(?:[.,]\d{3})+", digits):
        readings.add(Fraction(re.sub(r"[.,]", "", digits)))
    return readings
