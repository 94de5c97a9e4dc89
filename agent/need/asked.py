"""What of a message's names is asked for: exclusions win, a use is no category, 'another brand' leaves one behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.need.mentions import Mention, Token
from agent.need.things import says_what
from agent.words.lexicon import GENERIC
from retrieval.need import Constraints, Need
from retrieval.words import words

_ANOTHER = re.compile(r"\b(?:other|another|different|any)\s+(brand|make|maker|colou?r)s?\b", re.I)
_WHILE = frozenset({"while", "when", "during", "go", "going", "goes", "start", "started", "after", "before"})
_TOPIC = frozenset({"about", "on"})


def settled(constraints: Constraints) -> Constraints:
    """The constraints with nothing both wanted and excluded: an exclusion is the stronger word."""
    excluded_colours = [words(colour) for colour in constraints.colours_excluded]
    return replace(
        constraints,
        brands=constraints.brands - constraints.brands_excluded,
        categories=constraints.categories - constraints.categories_excluded,
        kinds=constraints.kinds - constraints.kinds_excluded,
        colours=frozenset(c for c in constraints.colours if not any(e <= words(c) for e in excluded_colours)),
    )


def within_budget(need: Need, before: Need) -> Need:
    """A need that names what is wanted, within the price that was said while that was still open.

    'Something for 20 euros', 'toys': toys for 20 euros. A price for tents says nothing of the kettle asked for next.
    """
    earlier, now = before.constraints, need.constraints
    named = earlier.kinds or earlier.categories or earlier.brands or says_what(before.terms)
    if named or now.price_min is not None or now.price_max is not None:
        return need
    return replace(need, constraints=replace(now, price_min=earlier.price_min, price_max=earlier.price_max))


def moved_on(constraints: Constraints, message: str) -> Constraints:
    """Earlier constraints without the brands or colours that 'another brand' or 'any colour' leaves behind."""
    for match in _ANOTHER.finditer(message):
        wanted = "colours" if match[1].casefold().startswith("colo") else "brands"
        left = getattr(constraints, wanted)
        now: dict[str, Any] = {wanted: frozenset()}
        if not match[0].casefold().startswith("any"):
            excluded = f"{wanted}_excluded"
            now[excluded] = getattr(constraints, excluded) | left
        constraints = replace(constraints, **now)
    return constraints


def is_a_light(tokens: Sequence[Token], at: int) -> bool:
    """Whether 'light' is the thing and not a weight: 'a light for my bike'."""
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else "."
    return (
        tokens[at].word == "light"
        and before not in {"is", "something", "very", "and", "it", "not", "too"}
        and after in {"for", "to", "with", "that", "on", ".", "?", "!"}
    )


def categories_asked(mentions: Sequence[Mention], tokens: Sequence[Token]) -> frozenset[str]:
    """The categories asked for, and not those that say what a thing is about or used for."""
    found = [m for m in mentions if m.field == "category" and not m.negated]
    found = [m for i, m in enumerate(found) if i + 1 == len(found) or found[i + 1].first != m.last + 1]
    nouns = [m.first for m in mentions if m.field == "head" and not m.negated]
    asked = [m for m in found if not _is_use(m, tokens) and (not nouns or m.last + 1 in nouns)]
    heads = [m for m in asked if not m.first or tokens[m.first - 1].word not in _TOPIC]
    return frozenset(m.value for m in heads or asked)


def _is_use(mention: Mention, tokens: Sequence[Token]) -> bool:
    """'earphones for running', but not 'something for the garden'."""
    before = [t.word for t in tokens[: mention.first] if t.word not in {"the", "my", "a", "our", "his", "her"}]
    if before and before[-1] in _WHILE:
        return True
    return before[-1:] == ["for"] and len(before) > 1 and not GENERIC & set(before[-4:-1])
