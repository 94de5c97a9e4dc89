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

DEGREES: dict[str, Literal[-1, 1]] = {
    **dict.fromkeys(("highest", "most", "longest", "largest", "biggest", "greatest", "more", "longer", "higher"), 1),
    **dict.fromkeys(("lowest", "least", "shortest", "smallest", "less", "lower"), -1),
}
"""Words before the name of a measure that wish for more or less of it: 'longest battery life'."""

COLOURS = frozenset(
    "black white grey red blue green yellow orange pink purple brown beige silver gold navy turquoise teal".split()  # noqa: SIM905
)
"""Colour words that mean a colour wherever they stand; the catalogue's other ones need a phrase around them."""

SAME: dict[str, str] = {
    "gray": "grey",
    "greyish": "grey",
    "color": "colour",
    "knives": "knife",
    "moisturizer": "moisturiser",
    "moisturizers": "moisturiser",
}
"""Spellings that are read as another."""

LOOKALIKES = frozenset({"cleaner", "cleaners"})
"""Words of their own that are one letter away from what a shop may sell."""

NEGATIONS = (
    "i do not want", "i don't want", "i dont want", "do not want", "don't want", "dont want", "don't like",
    "do not like", "don't need", "dont like", "i can't stand", "can't stand", "not a fan of", "not into",
    "anything but", "everything but", "any colour but", "any color but", "any brand but", "all but", "other than",
    "rather than", "instead of", "apart from", "but not", "just not", "not from",
    "is not", "isn't", "are not", "aren't", "isnt", "arent", "must not be", "should not be", "shouldn't be",
    "i hate", "i dislike", "excluding", "except", "without", "avoid", "hate", "dislike", "never", "nothing", "neither",
    "not", "no", "nor", "non",
)  # fmt: skip
"""Cues after which brands, colours, categories and kinds are excluded; longer ones first."""

OWNING = (
    "i already have", "i already own", "i already bought", "already have", "already own", "we already have",
    "i have a", "i have an", "i have the", "i have my", "i've got a", "i've got an", "i own", "i bought",
    "i got her a", "i got him a", "i got them a", "i gave her a", "i gave him a", "i gave them a", "i bought her a",
    "i bought him a", "we have a", "we have an", "i just bought", "i use a", "i use my",
    "already has", "already owns", "already got", "already bought",
)  # fmt: skip
"""Cues after which a name is something the shopper has."""

ASIDES = (
    "don't mind",
    "do not mind",
    "dont mind",
    "not only",
    "not just",
    "not necessarily",
    "why not",
    "no problem with",
)
"""Cues that look like a negation and exclude nothing; nor does a name after them limit anything."""

FILLERS = frozenset(
    "a an any anything the from by in of made brand colour coloured colored color ones one or and nor to be it is too "  # noqa: SIM905
    "really like want , /".split()
)
"""What may stand between a cue and what it excludes."""

LIKENESS = frozenset("like similar than as my our his her their".split())  # noqa: SIM905
"""Words before a brand that make it a comparison ('like my Torrwick') and no constraint."""

GENERIC = frozenset(
    "something anything things thing stuff gift gifts present presents gear equipment accessories accessory ideas idea "  # noqa: SIM905
    "have looking sell bits items products nothing what".split()
)
"""Words before 'for running' after which running is the category asked for, and not what a thing is used for."""
