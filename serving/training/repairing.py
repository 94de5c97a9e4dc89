"""How a claim goes wrong: what the model is shown when it learns to write another one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from agent.reasons.claims import Claim

_NUMBER = re.compile(r"\d+")
_ELSEWHERE = (
    "something waterproof",
    "something foldable",
    "the cheapest one",
    "something made of wool",
    "free delivery",
)


def wrong_claim(claim: Claim, need: str, ids: frozenset[str], rng: random.Random) -> Claim:
    """The claim with another number, with another line's id, or with a wish that nobody had."""
    ways: list[Callable[[], Claim]] = [lambda: _unasked(claim, need, rng)]
    if _NUMBER.search(claim.text):
        ways += [lambda: _miscounted(claim, rng)] * 2
    others = sorted(ids - set(claim.evidence_ids))
    if others:
        ways.append(lambda: replace(claim, evidence_ids=(rng.choice(others),)))
    return rng.choice(ways)()


def _miscounted(claim: Claim, rng: random.Random) -> Claim:
    number = rng.choice(list(_NUMBER.finditer(claim.text)))
    other = str(int(number[0]) + rng.choice((1, 2, 5, 10, 100)))
    return replace(claim, text=claim.text[: number.start()] + other + claim.text[number.end() :])


def _unasked(claim: Claim, need: str, rng: random.Random) -> Claim:
    wish = rng.choice([each for each in _ELSEWHERE if each.split()[-1] not in need])
    return replace(claim, text=f"You asked for {wish}: {claim.text[0].lower()}{claim.text[1:]}")
