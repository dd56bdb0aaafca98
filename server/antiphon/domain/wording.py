"""What may be known of words without keeping them: was it mere courtesy, and was it said before?

Marks for the numbers (kpis.md C07, R10), made when a message is decided on; the words themselves never enter
the journal. Pure, and cheap enough to be asked of every message.
"""

import re
from collections.abc import Mapping
from zlib import crc32

MOST_WORDS = 3  # a courtesy has no more
_MOST_CHARS = 40
_WORD = re.compile(r"[^\W\d_]+")
_MEANING = 3  # letters of a word that says something

COURTESIES: Mapping[str, frozenset[str]] = {
    "en": frozenset({
        "thanks", "thank you", "thx", "ty", "ok thanks", "okay thanks", "great thanks", "perfect thanks",
        "many thanks", "thanks a lot", "thank you bye", "thanks bye", "bye", "bye bye", "goodbye", "good bye",
        "cheers", "ok bye", "see you",
    }),
    "de": frozenset({
        "danke", "vielen dank", "danke schön", "dankeschön", "besten dank", "herzlichen dank", "ok danke",
        "super danke", "danke tschüss", "tschüss", "tschüß", "auf wiedersehen", "ciao", "danke ihnen",
    }),
    "fr": frozenset({"merci", "merci beaucoup", "ok merci", "merci bien", "au revoir", "bonne journée"}),
    "es": frozenset({"gracias", "muchas gracias", "ok gracias", "adiós", "adios", "hasta luego"}),
    "it": frozenset({"grazie", "grazie mille", "ok grazie", "arrivederci", "ciao", "molte grazie"}),
    "nl": frozenset({"bedankt", "dank je", "dank u", "dank u wel", "dank je wel", "tot ziens", "doei"}),
    "pt": frozenset({"obrigado", "obrigada", "muito obrigado", "muito obrigada", "tchau", "adeus"}),
}  # fmt: skip
_ALL = frozenset().union(*COURTESIES.values())


def is_courtesy(text: str, language: str | None = None) -> bool:
    """Nothing but thanks or a good-bye, in the visitor's language or English; in any, if none is known."""
    if len(text) > _MOST_CHARS:
        return False
    words = _WORD.findall(text.lower())
    if not words or len(words) > MOST_WORDS:
        return False
    known = COURTESIES.get((language or "")[:2], _ALL) | COURTESIES["en"] if language else _ALL
    return " ".join(words) in known


def fingerprint(text: str) -> str | None:
    """The same for texts of the same words, whatever their order, case and numbers; None without words."""
    words = {word for word in _WORD.findall(text.lower()) if len(word) >= _MEANING}
    return f"{crc32(' '.join(sorted(words)).encode()):08x}" if words else None
