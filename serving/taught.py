"""How a profile's model is asked: by the prompts that its adapter was trained with, or by worked examples."""

from __future__ import annotations

import json

from agent.reasons.reason import CITED, PROMPTED, TAUGHT, Prompts
from serving.profiles import Profile


def prompts_of(profile: Profile) -> Prompts:
    """The prompts for a profile's model; an adapter that was not trained on answers is not asked for any.

    What an adapter was trained on stands in its training.json, by kind of example: `reasons-en`, `answers-en`.
    """
    if profile.adapter is None:
        return PROMPTED
    account = profile.adapter / "training.json"
    if not account.is_file():
        return CITED
    kinds = json.loads(account.read_text(encoding="utf-8")).get("data_of", {})
    return TAUGHT if any(kind.startswith("answers") for kind in kinds) else CITED
