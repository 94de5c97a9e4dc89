"""One long conversation: does a turn stay as cheap and as quick at its end as at its beginning?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from agent.assistant import Question
from serving.bench.dialog import ask
from serving.bench.dialog_rooms import Room
from serving.bench.measures import Spread

MOST_PROMPT_TOKENS = 4000
_THINGS = (
    "a backpack for day hikes", "headphones for the train", "a kettle that is not loud", "running shoes for the road",
    "a lamp for my desk", "a puzzle for a rainy day", "something to trim the hedge", "a tripod for travel",
    "a sunscreen for children", "a novel for my mother", "a bike helmet", "a suitcase for the cabin",
)  # fmt: skip
_CHANGES = (
    "something cheaper, please", "not that brand", "show me something else", "under {price} EUR",
    "at least {price} EUR", "rather in {colour}", "why the first one?", "which of the two is lighter?",
    "what do reviewers say?", "how many of the first are in stock?", "what does delivery cost?",
    "any coupon for it?", "有没有便宜一点的？", "thanks",
)  # fmt: skip
_COLOURS = ("black", "blue", "green", "red", "white", "grey")


@dataclass(frozen=True, slots=True)
class LongFigures:
    """What the turns of a long conversation cost; times in ms, of the first and of the last tenth of them."""

    turns: int
    prompt_tokens: Spread
    completion_tokens: int
    """In all; none where no model answers, and then prompt tokens are those of attempts."""
    over: int
    """Turns with more prompt tokens than a turn may have."""
    failed: int
    first_ms: Spread
    last_ms: Spread


def script(turns: int, seed: int = 5) -> Iterator[str]:
    """What a shopper says in so many turns: a wish, and some six messages that go on from it, again and again."""
    rng = random.Random(seed)
    for number in range(turns):
        if number % 7 == 0:
            yield f"I am looking for {rng.choice(_THINGS)}"
        else:
            said = rng.choice(_CHANGES)
            yield said.format(price=rng.choice((20, 40, 60, 100, 150)), colour=rng.choice(_COLOURS))


async def long_talk(room: Room, turns: int) -> LongFigures:
    """Hold one conversation of so many turns, as a guest."""
    assistant = room.assistant(None)
    session: str | None = None
    tokens, times, written, failed = [], [], 0, 0
    for said in script(turns):
        heard, _, total_ms = await ask(assistant, Question(said, session))
        session = heard.session.session_id if heard.session else session
        failed += heard.done is None
        tokens.append(heard.done.prompt_tokens if heard.done else 0)
        written += heard.done.completion_tokens if heard.done else 0
        times.append(total_ms)
    tenth = max(turns // 10, 1)
    return LongFigures(
        turns=turns,
        prompt_tokens=Spread.of(tokens),
        completion_tokens=written,
        over=sum(count > MOST_PROMPT_TOKENS for count in tokens),
        failed=failed,
        first_ms=Spread.of(times[:tenth]),
        last_ms=Spread.of(times[-tenth:]),
    )
