import pytest

from agent.language import language_of, reply_language
from agent.texts import unread_in


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
        ("那 Keysby Murmur 呢？", "zh"),
        ("防水登山用品が欲しい", "Hiragana"),
        ("легкий рюкзак", "Cyrillic"),
        ("軽いリュックサックがほしいです", "Hiragana"),
        ("가벼운 배낭", "Hangul"),
        ("حقيبة ظهر", "Arabic"),
        ("a Torrwick 背包", "en"),
        ("Wo ist meine Bestellung?", "de"),
        ("Je cherche un sac à dos pour mon fils", "fr"),
        ("Busco una mochila ligera para mi hijo", "es"),
        ("Vorrei uno zaino leggero per mio figlio", "it"),
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


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Schuhe zum Laufen", "de"),
        ("Je cherche une tente pour deux personnes", "fr"),
        ("quiero una tienda de campaña", "es"),
        ("hoofdtelefoon voor kinderen", "nl"),
        ("quanto costa", "it"),
        ("Norrvane Skuld", "en"),
        ("tent", "en"),
        ("max 80 euros", "en"),
        ("lenovo or dell?", "en"),
        ("zh: 帐篷", "zh"),
    ],
)
def test_other_languages_of_the_latin_script_are_told_from_english(message: str, language: str) -> None:
    assert language_of(message) == language


@pytest.mark.parametrize("code", ["de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da"])
def test_each_is_told_in_its_own_words_that_it_is_not_read(code: str) -> None:
    assert unread_in(code)
