"""What a text says, as far as it can be checked: quantities, colours, and whether it praises or complains."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .shop import Row

# Unit -> (dimension, factor to that dimension's base). A unit that is not listed is a dimension of its own.
CONVERSIONS = {
    "g": ("mass", 1.0),
    "kg": ("mass", 1000.0),
    "mm": ("length", 1.0),
    "cm": ("length", 10.0),
    "m": ("length", 1000.0),
    "km": ("length", 1_000_000.0),
    "ml": ("volume", 1.0),
    "l": ("volume", 1000.0),
    "W": ("power", 1.0),
    "kW": ("power", 1000.0),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "months": ("age", 1.0),
    "years": ("age", 12.0),
    "EUR": ("price", 1.0),
}
OTHER_UNITS = ("%", "SPF", "dB", "lm", "mAh", "mm H2O", "pages", "pieces", "°C")
_UNIT = "|".join(re.escape(unit) for unit in sorted([*CONVERSIONS, *OTHER_UNITS], key=len, reverse=True))
# A number inside a word is none: the 2 of H2O, the 3 of MP3.
_NUMBER = re.compile(rf"(?<![\w.,])(\d+(?:\.\d+)?)(?:[ -]?({_UNIT})(?!\w)|(?!\w|\.\d))")
_SPF = re.compile(r"\bSPF (\d+)")

_COLOURS = """
black white grey red yellow green blue purple violet pink brown orange silver gold teal turquoise burgundy navy
beige cream tan plum
"""
COLOURS = frozenset(_COLOURS.split())
# Colour words that a description uses of something else than the product's own colour.
OTHER_COLOURS = {
    "cycling-04": {"red"},  # the rear light's beam
    "cycling-10": {"cream"},  # ice-cream stops
    "photography-08": {"white"},  # the frame of the pictures
    "skin-care-06": {"cream"},  # what is in the tube
}

# Small on purpose: words that took one side only, judged by reading all of the shop's reviews. Words that praise and
# blame alike (light, quiet, cheap, strong) are left out, and so are faults and virtues of one kind of product.
_PRAISE = """
adore adores adored beautiful beautifully best blessing bliss brilliant brilliantly comfortable delight
delightful delightfully easily easy excellent exquisite fantastic favourite glorious gorgeous great handsome
happily happy ideal impressed impressive joy love loved lovely loves magic perfect perfectly pleasant pleasure
reassuring remarkable rewarding soothing splendid sturdy superb terrific thoughtful thrilled treasure tremendous
wonderful wonderfully worth
"""
PRAISE = frozenset(_PRAISE.split())
_BLAME = """
annoying awful bent blister blocked broke broken burnt chipped clogged collapsed cracked creaks cheated
disappointed disappointing dread dreadful drips dripping droops faulty flaked flickers flimsy flopped floppy
hopeless irritated itched jammed jams leaked leaks limp missing muddy peeling pity ragged refuses regret rubbish
sadly scalded smeared snapped splintered terrible tore torn ugly unfortunately useless waste wasted wobbles worn
worse
"""
BLAME = frozenset(_BLAME.split())
NEGATIONS = frozenset({"not", "no", "never", "nothing", "without", "hardly", "nor", "neither", "cannot"})


def quantities(text: str) -> Iterator[tuple[float, str | None]]:
    """The numbers written in digits, each with its unit, or None where it has no unit the shop knows."""
    for found in _SPF.finditer(text):
        yield float(found[1]), "SPF"
    for found in _NUMBER.finditer(_SPF.sub("", text)):
        yield float(found[1]), found[2]


def base(value: float, unit: str | None) -> tuple[str, float]:
    """The quantity as (dimension, size), comparable across units: 1.2 kg and 1200 g are the same."""
    dimension, factor = CONVERSIONS.get(unit or "", (unit or "", 1.0))
    return dimension, round(value * factor, 6)


def known_quantities(item: Row) -> set[tuple[str, float]]:
    known = {base(item["price"], item["currency"])}
    for attribute in item["attributes"].values():
        if isinstance(attribute, dict):
            known.add(base(attribute["value"], attribute["unit"]))
        else:
            known.update(base(value, unit) for value, unit in quantities(attribute) if unit)
    return known


def unproved_quantities(text: str, item: Row) -> list[str]:
    """Quantities in the text that no attribute of the item states."""
    known = known_quantities(item)
    return [f"{value:g} {unit}" for value, unit in quantities(text) if unit and base(value, unit) not in known]


def words(text: str) -> list[str]:
    return re.findall(r"[a-zà-ÿ']+", text.casefold())


def foreign_colours(item: Row) -> frozenset[str]:
    """Colour words in the description that neither an attribute nor the list of exceptions allows."""
    stated = {word for value in item["attributes"].values() if isinstance(value, str) for word in words(value)}
    return COLOURS.intersection(words(item["description"])) - stated - OTHER_COLOURS.get(item["item_id"], set())


def tone(text: str) -> tuple[int, int]:
    """(praise, blame): how many words of each the text has; one after a negation counts for the other side."""
    tokens = words(text)
    counts = [0, 0]
    for place, token in enumerate(tokens):
        if token in PRAISE or token in BLAME:
            before = tokens[max(0, place - 2) : place]
            turned = any(word in NEGATIONS or word.endswith("n't") for word in before)
            counts[(token in BLAME) != turned] += 1
    return counts[0], counts[1]


def tone_contradicts(text: str, stars: float) -> bool:
    """Whether five stars stand over mostly blame, or one or two over mostly praise.

    A fair review concedes a point to the other side, so one word is no contradiction; two and the majority are.
    """
    praise, blame = tone(text)
    if stars >= 5:
        return blame >= 2 and blame > praise
    return stars <= 2 and praise >= 2 and praise > blame
