"""Records what a real Rasa server answers to the conversations of `rasa_recordings.json`, into the same file.

Not a test: run it by hand after the project in `bot/` changed, with Rasa 3.6 and the action server running:

    cd bot && rasa train && rasa run --enable-api --credentials credentials.yml --endpoints endpoints.yml
    cd bot && python -m rasa_sdk --actions antiphon_bot.actions
    python -m tests.bots.record_rasa http://127.0.0.1:5005
"""

import json
import re
import secrets
import sys
from typing import Any
from urllib.request import Request, urlopen

from tests.bots.parity import FILE

DAY = re.compile(r"\b\w+day, \d{1,2} [A-Z][a-z]+\b")  # the demo's orders arrive relative to today
TICKET = re.compile(r"\bCB-[A-Z2-7]{4}-[A-Z2-7]{4}\b")


def steady(value: Any) -> Any:
    """The same without what is another one every time: days and numbers of tickets."""
    if isinstance(value, dict):
        return {key: steady(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return TICKET.sub("CB-2222-2222", DAY.sub("<day>", value)) if isinstance(value, str) else value


def record(url: str) -> None:
    before = json.loads(FILE.read_text(encoding="utf-8"))
    run = secrets.token_hex(4)
    after = [
        [_turn(url, f"{run}-{number}", turn["said"]) for turn in conversation]
        for number, conversation in enumerate(before)
    ]
    FILE.write_text(json.dumps(after, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _turn(url: str, sender: str, said: str) -> dict[str, Any]:
    messages = _json(f"{url}/webhooks/rest/webhook", {"sender": sender, "message": said})
    tracker = _json(f"{url}/conversations/{sender}/tracker")
    return {
        "said": said,
        "messages": [
            {key: steady(value) for key, value in message.items() if key != "recipient_id"}
            for message in messages
        ],
        "slots": {
            name: value for name, value in tracker["slots"].items() if name != "session_started_metadata"
        },
        "loop": tracker["active_loop"].get("name"),
        "intent": tracker["latest_message"]["intent"]["name"],
    }


def _json(url: str, body: Any = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    record(sys.argv[1])
