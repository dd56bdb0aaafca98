"""Taking out of a text what could name a person, before anything outside the conversation sees it. Pure."""

import re

PERSONAL = [
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "(mail address)"),
    (re.compile(r"\b(?:\d[ -]?){13,19}\b"), "(card number)"),
    (re.compile(r"(?<!\w)\+?\d(?:[\s()/-]?\d){6,14}(?!\w)"), "(phone number)"),
    (re.compile(r"\b[A-Z]{2,4}-?\d{3,}\b"), "(number)"),
]


SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\w+")


def without(text: str, *names: str) -> str:
    """The sentences of a text that say none of the names, nor a part of one: a greeting has both."""
    parts = {part for name in names for part in name.split()}
    return " ".join(one for one in SENTENCE.split(text) if not parts & {*WORD.findall(one)})


def clean(text: str) -> str:
    """The text on one line, with a word instead of each mail address and long number."""
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return " ".join(text.split())
