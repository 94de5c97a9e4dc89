import pytest

from agent.language import language_of, reply_language


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("a light backpack", "en"),
        ("a café crème mug", "en"),
        ("", "en"),
        ("€ 100 ?!", "en"),
        ("我想要一个轻便的背包", "zh"),
        ("我想要一個輕便的背包", "zh"),
        ("有没有 waterproof 的 backpack", "zh"),
        ("Torrwick 背包", "zh"),
        ("防水登山用品が欲しい", "Hiragana"),
        ("легкий рюкзак", "Cyrillic"),
        ("軽いリュックサックがほしいです", "Hiragana"),
        ("가벼운 배낭", "Hangul"),
        ("حقيبة ظهر", "Arabic"),
        ("a Torrwick 背包", "en"),
        ("Wo ist meine Bestellung?", "German"),
        ("Je cherche un sac à dos pour mon fils", "French"),
        ("Busco una mochila ligera para mi hijo", "Spanish"),
        ("Vorrei uno zaino leggero per mio figlio", "Italian"),
        ("a Le Creuset pan du jour", "en"),
        ("La Roche-Posay sunscreen", "en"),
        ("do you have anything von Trapp", "en"),
        ("el cheapo tent", "en"),
    ],
)
def test_the_script_most_letters_are_in_decides(message: str, language: str) -> None:
    assert language_of(message) == language


@pytest.mark.parametrize(
    ("message", "asked", "language"),
    [
        ("我想要背包", None, "zh"),
        ("a backpack", None, "en"),
        ("a backpack", "zh-Hant", "zh"),
        ("我想要背包", "en-GB", "en"),
        ("a backpack", "de", "de"),
        ("рюкзак", "en", "Cyrillic"),
    ],
)
def test_the_language_asked_for_wins_over_that_of_the_message(message: str, asked: str | None, language: str) -> None:
    assert reply_language(message, asked) == language
