"""The answer to "why not that one?", in words; every number in it is the scorer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.contrast import Change, WhyNot
from retrieval.need import Bound, Constraints
from retrieval.suggestion import Factor

_TOLD = 2
"""Factors of each side that are named."""
_NAMED_RANKS = 10
EN = Texts.of("en")


def told(found: WhyNot, constraints: Constraints, *, shown: int, texts: Texts = EN) -> str:
    """What became of the item, and what would bring it in.

    Args:
        constraints: those of the need that was asked.
        shown: how many items were shown.
    """
    title = found.item.title
    if found.broken:
        reasons = _and(excluded(found, constraints, texts), texts)
        return _joined([texts.say("why.left_out", title=title, reasons=reasons), *_change(found, shown, texts)], texts)
    assert found.rank is not None, "what is not excluded has a rank"
    among = found.rank <= shown
    came = texts.say("why.among" if among else "why.came", title=title, rank=ordinal(found.rank, texts))
    if found.rank == 1:
        return came
    return _joined([came, *_compared(found, texts), *_change(found, 1 if among else shown, texts)], texts)


def excluded(found: WhyNot, constraints: Constraints, texts: Texts = EN) -> list[str]:
    """What excludes the item, one phrase for each constraint that it breaks."""
    return [_excluded(name, found.item, constraints, texts) for name in found.broken]


def change(found: WhyNot, change: Change, texts: Texts = EN) -> str:
    """A change and the rank that it brings, as one sentence."""
    return texts.say("why.would", condition=_condition(found, change, texts), rank=ordinal(change.rank, texts))


def ordinal(rank: int, texts: Texts = EN) -> str:
    """``third``, from the eleventh on ``11th``; as the language says it."""
    if rank <= _NAMED_RANKS:
        return texts.say(f"rank.{rank}")
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th") if rank % 100 not in {11, 12, 13} else "th"
    return texts.say("rank.later", rank=f"{rank}{ending}" if texts.language == "en" else rank)


def _compared(found: WhyNot, texts: Texts) -> list[str]:
    if found.shown is None or not found.behind:
        return []
    other, behind = found.shown.item.title, _factors(found.behind[:_TOLD], texts)
    if not found.ahead:
        return [texts.say("why.lost", other=other, factors=behind)]
    return [texts.say("why.lost_but", other=other, factors=behind, ahead=_factors(found.ahead[:_TOLD], texts))]


def _factors(factors: Sequence[Factor], texts: Texts) -> str:
    said = [
        texts.say("why.factor", label=texts.factor(f.label, f.region), value=f"{abs(f.value):.2f}") for f in factors
    ]
    return _and(said, texts)


def _change(found: WhyNot, shown: int, texts: Texts) -> list[str]:
    if found.change is not None:
        return [change(found, found.change, texts)]
    if len(found.broken) > 1:
        return [texts.say("why.several")]
    if found.broken:
        return []
    return [texts.say("why.none", shown=shown) if shown > 1 else texts.say("why.none_first")]


def _condition(found: WhyNot, change: Change, texts: Texts) -> str:
    amount = "" if change.after is None else _amount(change.after, change.unit, texts)
    before = "" if change.before is None else f"{change.before:.1f}"
    key = change.kind
    if change.kind == "constraint":
        lifted = "exclusion" if change.name == "without" or change.name.endswith("_excluded") else "limit"
        own = f"why.change.{change.name}"
        return texts.say(own if texts.has(own) else f"why.change.{lifted}", amount=amount)
    if change.kind == "price":
        before = _amount(found.item.price, found.item.currency, texts)
    if change.kind == "rating":
        amount = f"{change.after:g}"
    return texts.say(f"why.change.{key}", amount=amount, before=before, name=texts.word(change.name))


def _excluded(name: str, item: Item, asked: Constraints, texts: Texts) -> str:
    if name.startswith("bound:"):
        return _out_of_bound(item, next(b for b in asked.bounds if b.attribute == name.removeprefix("bound:")), texts)
    colour = texts.word(str(item.colour.value)) if item.colour else texts.say("why.no_colour")
    price = _amount(item.price, item.currency, texts)
    absent = [a.word for a in asked.without if a.broken_by(item)]
    values: dict[str, Callable[[], dict[str, object]]] = {
        "price_max": lambda: {"price": price, "limit": _amount(asked.price_max or 0.0, item.currency, texts)},
        "price_min": lambda: {"price": price, "limit": _amount(asked.price_min or 0.0, item.currency, texts)},
        "brands": lambda: {"brand": item.brand or texts.say("why.no_brand"), "asked": texts.either(asked.brands)},
        "brands_excluded": lambda: {"brand": item.brand},
        "categories": lambda: {"category": texts.word(item.category), "asked": texts.either(asked.categories)},
        "categories_excluded": lambda: {"category": texts.word(item.category)},
        "kinds": lambda: {"kind": texts.word(item.kind), "asked": texts.either(asked.kinds)},
        "kinds_excluded": lambda: {"kind": texts.word(item.kind)},
        "colours": lambda: {"colour": colour, "asked": texts.either(asked.colours)},
        "colours_excluded": lambda: {"colour": colour, "asked": texts.either(asked.colours_excluded)},
        "without": lambda: {"asked": texts.either(absent)},
    }
    given = values.get(name)
    return texts.say(f"why.excluded.{name}", **(given() if given else {}))


def _out_of_bound(item: Item, bound: Bound, texts: Texts) -> str:
    stated, name = item.attribute(bound.attribute), texts.word(bound.attribute)
    limits = [texts.say("why.from", low=f"{bound.low:g}")] if bound.low is not None else []
    limits += [texts.say("why.up_to", high=f"{bound.high:g}")] if bound.high is not None else []
    asked = " ".join([*limits, texts.unit(bound.unit, bound.attribute)])
    if stated is None:
        return texts.say("why.excluded.unstated", name=name, asked=asked)
    return texts.say("why.excluded.bound", name=name, value=stated.text, asked=asked)


def _amount(value: float, unit: str | None, texts: Texts) -> str:
    text = f"{value:.2f}".removesuffix(".00")
    return f"{text} {texts.currency(unit)}" if unit else text


def _joined(parts: Sequence[str], texts: Texts) -> str:
    return texts.say("between_sentences").join(parts)


def _and(parts: Sequence[str], texts: Texts) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return texts.say("comma").join(parts[:-1]) + texts.say("and") + parts[-1]
