"""Words that the parser knows besides the catalogue's own: wishes, colours, cues."""

from __future__ import annotations

from typing import Literal

WISHES: dict[str, tuple[tuple[str, ...], Literal[-1, 1]]] = {
    "light": (("weight",), -1),
    "lightweight": (("weight",), -1),
    "heavy": (("weight",), 1),
    "quiet": (("noise", "noise level"), -1),
    "silent": (("noise", "noise level"), -1),
    "loud": (("noise", "noise level"), 1),
    "cheap": (("price",), -1),
    "cheapest": (("price",), -1),
    "cheaper": (("price",), -1),
    "affordable": (("price",), -1),
    "inexpensive": (("price",), -1),
    "expensive": (("price",), 1),
    "roomy": (("capacity", "volume"), 1),
    "spacious": (("capacity", "volume"), 1),
    "large": (("capacity", "volume", "height"), 1),
    "big": (("capacity", "volume", "height"), 1),
    "small": (("capacity", "volume", "height"), -1),
    "compact": (("packed length", "folded length", "capacity", "weight"), -1),
    "bright": (("brightness",), 1),
    "powerful": (("power",), 1),
    "long-lasting": (("battery life", "runtime", "run time"), 1),
    "tall": (("height", "maximum height"), 1),
    "short": (("length", "pages"), -1),
}
"""Wish -> the attributes it may speak of, the first that the catalogue states, and the direction wished for."""

COLOURS = frozenset(
    "black white grey red blue green yellow orange pink purple brown beige silver gold navy turquoise teal".split()  # noqa: SIM905
)
"""Colour words that mean a colour wherever they stand; the catalogue's other ones need a phrase around them."""

SAME: dict[str, str] = {
    "gray": "grey",
    "color": "colour",
    "skincare": "skin care",
    "knives": "knife",
    "grey-ish": "grey",
}
"""Spellings that are read as another."""

NEGATIONS = (
    "anything but", "other than", "do not want", "don't want", "dont want", "don't like", "do not like", "not from",
    "excluding", "except", "without", "avoid", "hate", "dislike", "never", "not", "no", "nor",
)  # fmt: skip
"""Cues after which brands, colours, categories and kinds are excluded; longer ones first."""

FILLERS = frozenset(
    "a an any anything the from by in of made brand colour coloured ones one or and nor to be it is , /".split()  # noqa: SIM905
)
"""What may stand between a cue and what it excludes."""

LIKENESS = frozenset(
    "like similar than as my our his her their to with for".split()  # noqa: SIM905
)
"""Words before a name that make it a comparison ('like my Torrwick') and no constraint."""
