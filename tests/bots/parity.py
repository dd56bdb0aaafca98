"""What a real Rasa answered (`record_rasa.py`), where the built-in engine goes another way, and a page of it.

`python -m tests.bots.parity` prints `docs/parity.md`; `test_parity.py` holds it to be true.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rasa_recordings.json")
Turns = list[dict[str, Any]]
RECORDED: list[Turns] = json.loads(FILE.read_text(encoding="utf-8"))

BUTTON = "a pressed button is no answer in words to a form's question"
# Where we go another way on purpose: from which turn on (1 is the first), and why.
DIFFERENT = {
    "/order_status > /damaged > /want_refund": (2, BUTTON),
    "/damaged > /shipping > /want_refund": (3, "a story does not go on after another question"),
    "/call_back > /greet": (2, BUTTON),
    "/call_back > Ann Lee > 020 7946 0958 > /call_back": (4, BUTTON),
}
# Rules that no recording plays, and why.
UNPLAYED = {
    "not understood": "what follows is Antiphon's own: articles, “did you mean”, a person: test_shop_flows.py"
}
SHOWN_CHARS = 100
HEAD = """# The built-in engine beside a real Rasa

Every flow of the project in [`bot/`](../bot/README.md), turn by turn, as a Rasa 3.6.21 server with the same
actions answered it, and as the built-in engine does. `tests/bots/test_parity.py` plays every conversation to
the built-in engine and compares texts, buttons, slots, the active form, marks and tickets with what was
recorded (`tests/bots/record_rasa.py`); it fails when a row below is not true, also when a difference has gone
away. What begins with `/` says which intent it is, as a pressed button does; the rest is typed. Where a
response has several wordings, either counts.

| | |
| --- | --- |
| conversations | {conversations} |
| turns | {turns} |
| the same in both | {same} |
| another way, on purpose | {other} |

| | said | answered | both |
| --- | --- | --- | --- |
"""
FOOT = """
Not recorded: {unplayed}.
"""


def name(turns: Turns) -> str:
    return " > ".join(turn["said"] for turn in turns)


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for number, turns in enumerate(RECORDED, start=1):
        begins, why = DIFFERENT.get(name(turns), (len(turns) + 1, ""))
        for place, turn in enumerate(turns, start=1):
            both = "same" if place < begins else why
            yield f"{number}.{place}", f"`{turn['said']}`", _answer(turn), both


def _answer(turn: dict[str, Any]) -> str:
    words = " / ".join(message["text"] for message in turn["messages"] if "text" in message)
    shown = words if len(words) <= SHOWN_CHARS else f"{words[:SHOWN_CHARS]}…"
    return shown.replace("|", "\\|").replace("\n", " ")


def page() -> str:
    rows = list(_rows())
    same = sum(row[-1] == "same" for row in rows)
    head = HEAD.format(conversations=len(RECORDED), turns=len(rows), same=same, other=len(rows) - same)
    unplayed = "; ".join(f"the rule “{rule}” ({why})" for rule, why in UNPLAYED.items())
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows) + FOOT.format(unplayed=unplayed)


if __name__ == "__main__":
    sys.stdout.write(page())
