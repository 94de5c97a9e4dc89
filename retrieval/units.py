"""Units of measure: one base unit per dimension, so that 1.2 kg and 1200 g compare."""

from __future__ import annotations

_TO_BASE: dict[str, tuple[str, float]] = {
    "mg": ("mass", 0.001), "g": ("mass", 1), "kg": ("mass", 1000),
    "ml": ("volume", 0.001), "cl": ("volume", 0.01), "l": ("volume", 1),
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1000), "km": ("length", 1_000_000),
    "s": ("time", 1), "min": ("time", 60), "h": ("time", 3600),
    "w": ("power", 1), "kw": ("power", 1000),
    "db": ("noise", 1), "lm": ("light", 1), "mah": ("charge", 1), "bar": ("pressure", 1), "%": ("share", 1),
    "pages": ("pages", 1), "pieces": ("pieces", 1), "months": ("age", 1), "years": ("age", 12),
}  # fmt: skip

_SPELLED = {
    "gram": "g", "grams": "g", "gramme": "g", "grammes": "g", "kilo": "kg", "kilos": "kg", "kilogram": "kg",
    "kilograms": "kg", "litre": "l", "litres": "l", "liter": "l", "liters": "l", "millilitre": "ml",
    "millilitres": "ml", "milliliters": "ml", "centimetre": "cm", "centimetres": "cm", "centimeters": "cm",
    "millimetre": "mm", "millimetres": "mm", "metre": "m", "metres": "m", "meters": "m", "hour": "h", "hours": "h",
    "hrs": "h", "minute": "min", "minutes": "min", "mins": "min", "watt": "w", "watts": "w", "decibel": "db",
    "decibels": "db", "lumen": "lm", "lumens": "lm", "page": "pages", "piece": "pieces", "percent": "%",
}  # fmt: skip


def canonical(unit: str) -> str | None:
    """The short lower-case form of a unit (``grams`` -> ``g``), or None for what is no unit known here."""
    unit = unit.casefold()
    unit = _SPELLED.get(unit, unit)
    return unit if unit in _TO_BASE else None


def dimension(unit: str | None) -> str | None:
    """What a unit measures (``mass``), or None if it is unknown."""
    short = canonical(unit) if unit else None
    return _TO_BASE[short][0] if short else None


def in_base(value: float, unit: str | None) -> float:
    """The value in its dimension's base unit (g, l, mm, s, ...); unchanged if the unit is unknown."""
    short = canonical(unit) if unit else None
    return value * _TO_BASE[short][1] if short else value


def comparable(one: str | None, other: str | None) -> bool:
    """Whether values in these units measure the same thing; units unknown here are comparable if they are equal."""
    if dimension(one) is None and dimension(other) is None:
        return (one or "").casefold() == (other or "").casefold()
    return dimension(one) == dimension(other)


SPELLINGS: frozenset[str] = frozenset(_TO_BASE) | frozenset(_SPELLED)
"""Every spelling the parser reads."""
