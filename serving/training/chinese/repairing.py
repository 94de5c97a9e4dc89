"""How a Chinese claim goes wrong, so that a model learns to write another one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from agent.reasons.chinese import verifier_of
from agent.reasons.claims import Claim, split_claims, written
from serving.training.examples import Example

_NUMBER = re.compile(r"\d+")
_ELSEWHERE = ("防水的", "可折叠的", "最便宜的", "羊毛的", "包邮的")


def repaired(example: Example, rng: random.Random, brands: frozenset[str]) -> Example | None:
    """The example as one of a repair: a first claim went wrong, and another one is the target.

    Either the second claim of two takes the place of the first, or it was wrong itself, and is put right where no line
    of evidence is left. None if the example does not lend itself to it.
    """
    claims = split_claims(example.target)
    if len(claims) != 2:
        return None
    first, second = claims
    ids = frozenset(each.id for each in example.evidence)
    if not set(first.evidence_ids) & set(second.evidence_ids) and rng.random() < 0.6:
        wrong, proven, used = _wrong(first, example.need, ids, rng), "", frozenset(first.evidence_ids)
    else:
        wrong, proven = _wrong(second, example.need, ids, rng), written(first)
        used = frozenset(first.evidence_ids) | frozenset(second.evidence_ids)
        if used != ids:
            return None
    verdict = verifier_of(example.evidence, example.title, brands, need=example.need).check(wrong)
    if verdict.supported:
        return None
    problem = f"“{wrong.text}”: {verdict.problem}"
    return replace(example, target=written(second), proven=proven, problem=problem, used=tuple(sorted(used)))


def _wrong(claim: Claim, need: str, ids: frozenset[str], rng: random.Random) -> Claim:
    """The claim with another number, with another line's id, or with a wish that nobody had."""
    ways: list[Callable[[], Claim]] = [lambda: _unasked(claim, need, rng)]
    if _NUMBER.search(claim.text):
        ways += [lambda: _miscounted(claim, rng)] * 2
    if others := sorted(ids - set(claim.evidence_ids)):
        ways.append(lambda: replace(claim, evidence_ids=(rng.choice(others),)))
    return rng.choice(ways)()


def _miscounted(claim: Claim, rng: random.Random) -> Claim:
    number = rng.choice(list(_NUMBER.finditer(claim.text)))
    other = str(int(number[0]) + rng.choice((1, 2, 5, 10, 100)))
    return replace(claim, text=claim.text[: number.start()] + other + claim.text[number.end() :])


def _unasked(claim: Claim, need: str, rng: random.Random) -> Claim:
    wish = rng.choice([each for each in _ELSEWHERE if each.rstrip("的") not in need])
    return replace(claim, text=f"您想要{wish}：{claim.text}")
