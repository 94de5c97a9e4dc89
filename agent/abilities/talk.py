"""Small talk, what is not for this shop, and languages that are not read; and what only concerns the memory."""

from __future__ import annotations

from agent import cues, replies
from agent.abilities.node import Node, say, texts
from agent.language import READ
from agent.state import TurnState


async def talk(state: TurnState, runtime: Node) -> TurnState:
    """Greetings, thanks, questions about the assistant, off-topic, abuse, attempts to change its instructions.

    Short, polite, back to the shop. Nothing of what was said is followed or repeated.
    """
    if state["need"].language not in READ:
        return say(runtime, replies.unread_language(state["need"].language))
    message = state["question"].message
    chosen = cues.wants_to_buy(message) or (state["meant"] and cues.takes_it(message))
    plain = "basket" if chosen else cues.short_reply(message)
    return say(runtime, replies.talk(plain or state["intent"], texts(state)))


async def remember(state: TurnState, runtime: Node) -> TurnState:
    """What the message did to the memory; `say` puts the memory's own sentence first."""
    attended = state["attended"]
    return say(runtime, "" if attended.said else texts(state).say("memory_nothing"), state=state)
