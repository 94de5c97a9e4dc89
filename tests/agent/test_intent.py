from pathlib import Path

import pytest
import yaml

from agent.intent import EXEMPLARS, IntentClassifier
from retrieval.embedding import SentenceEmbedder
from tests.embedders import WordEmbedder


def test_every_exemplar_is_of_its_own_intent() -> None:
    embedder = WordEmbedder()
    classifier = IntentClassifier(embedder)
    stated: dict[str, list[str]] = yaml.safe_load(EXEMPLARS.read_text(encoding="utf-8"))
    wrong = [
        text
        for intent, texts in stated.items()
        for text in texts
        if classifier.scores(embedder.embed([text])[0]).get(intent, 0) < 0.4
    ]
    assert wrong == []


def test_a_message_near_to_no_exemplar_is_a_wish_for_a_suggestion(tmp_path: Path) -> None:
    exemplars = tmp_path / "exemplars.yaml"
    exemplars.write_text("recommend: [show me tents]\nsupport: [delivery cost, delivery time]\n", encoding="utf-8")
    embedder = WordEmbedder()
    classifier = IntentClassifier(embedder, exemplars)
    for message, intent in (("delivery cost and time", "support"), ("walnut cups", "recommend")):
        assert classifier.best(classifier.scores(embedder.embed([message])[0])) == intent


@pytest.mark.slow
def test_the_real_embedding_tells_shoppers_wishes_from_questions_and_talk() -> None:
    embedder = SentenceEmbedder("all-MiniLM-L6-v2")
    classifier = IntentClassifier(embedder)
    messages = {
        "a waterproof head torch for night runs": "recommend",
        "something nice for my brother who cycles": "recommend",
        "how many days until my parcel gets here": "support",
        "can I send something back if it does not fit": "support",
        "good evening": "greeting",
        "thanks so much": "thanks",
        "are you a person or a program": "about",
    }
    found = {m: classifier.best(classifier.scores(embedder.embed([m])[0])) for m in messages}
    assert found == messages
