"""One turn while it lasts: the tracker it changes and what it says, gathered into an `Outcome`.

`dialogue` decides what happens, `forms` and `fallback` are parts of it; all of them act through a `Talk`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from antiphon.bots.actions import Actions
from antiphon.bots.builtin.project import Project
from antiphon.bots.builtin.responses import Utterance, choose, fill, replies
from antiphon.bots.builtin.tracker import Event, Tracker
from antiphon.bots.conventions import department_of, read_marks, reason_of
from antiphon.bots.knowledge import Found
from antiphon.bots.llm import Writer
from antiphon.bots.port import Reason, Reply, TicketWish, Turn

Buttons = Sequence[tuple[str, str]]
BUTTONS = 12  # a custom action may err
TEXT_CHARS = 4_000


class Talk:
    def __init__(
        self,
        project: Project,
        actions: Actions,
        tracker: Tracker,
        turn: Turn,
        writer: Writer | None = None,
    ) -> None:
        self.project = project
        self.tracker = tracker
        self.turn = turn
        self.writer = writer
        self.replies: list[Reply] = []
        self.said: list[str] = []  # names of responses, in order
        self.handoff: Reason | None = None
        self.department: str | None = None
        self.confirm: bool | None = None
        self.ticket: TicketWish | None = None
        self.end = False
        self.failure: str | None = None
        self.found: Found | None = None  # the article that answered
        self._actions = actions

    # -------------------------------------------------------------- what happens

    def happened(self, kind: str, **more: Any) -> None:
        self.tracker.add({"event": kind, **more}, self.turn.at_ms / 1000)

    def acted(self, action: str) -> None:
        self.happened("action", name=action, policy=None, confidence=1.0)

    def set_slot(self, name: str, value: Any) -> None:
        self.happened("slot", name=name, value=value)

    def hand_off(self, reason: Reason, department: str | None = None) -> None:
        """Ask for a person; the first reason stands."""
        self.handoff = self.handoff or reason
        self.department = self.department or department

    # -------------------------------------------------------------- what is said

    def say(
        self, response: str, *, fallback: bool = False, buttons: Buttons | None = None, **more: Any
    ) -> None:
        """A response of the project, or of the engine where it has none; `buttons` replace its own."""
        values = {**self.tracker.slots, **more}
        seed = f"{self.turn.conversation}/{response}/{len(self.tracker.events)}"
        chosen = choose(self.project.responses.get(response, ()), values, self._channel(), seed)
        self.said.append(response)
        if chosen is None:
            return
        words = fill(chosen, values)
        if buttons is not None:
            words = replace(words, buttons=tuple(buttons))
        self.utter(words, fallback=fallback, response=response)

    def utter(self, words: Utterance, *, fallback: bool = False, response: str | None = None) -> None:
        marks = read_marks(words.custom)
        if marks.handoff is not None:
            self.hand_off(reason_of(marks.handoff), department_of(marks.handoff))
        self.confirm = marks.confirm if marks.confirm is not None else self.confirm
        self.end = self.end or marks.end
        self.ticket = marks.ticket or self.ticket
        self.replies += replies(words, marks.rest, fallback=fallback, auto=self.turn.start)
        self._note(words, response)

    def _note(self, words: Utterance, response: str | None) -> None:
        buttons = [{"title": title, "payload": payload} for title, payload in words.buttons]
        data = {
            "buttons": buttons or None,
            "image": words.image,
            "custom": dict(words.custom) if words.custom else None,
            "elements": None,
            "quick_replies": None,
            "attachment": None,
        }
        self.happened("bot", text=words.text or None, data=data, metadata={"utter_action": response})

    def _channel(self) -> str:
        return str(self.turn.metadata.get("channel", "antiphon"))

    # -------------------------------------------------------------- custom actions

    async def run_action(self, name: str, tracker: Mapping[str, Any] | None = None) -> list[Event]:
        """Let the action server run an action: its words are said, its events returned."""
        seen = tracker if tracker is not None else self.tracker.for_actions()
        result = await self._actions.run(name, seen, self.project.domain.plain)
        for response in result.responses:
            self._relay(response)
        return result.events

    def _relay(self, response: Mapping[str, Any]) -> None:
        name = response.get("response") or response.get("template")
        if name:
            more = {key: value for key, value in response.items() if key not in MESSAGE_KEYS}
            self.say(str(name), buttons=_buttons(response) or None, **more)
            return
        custom = dict(response.get("custom") or {})
        if response.get("attachment"):
            custom["attachment"] = response["attachment"]
        if response.get("elements"):
            custom["elements"] = response["elements"]
        words = Utterance(
            text=str(response.get("text") or "")[:TEXT_CHARS],
            buttons=_buttons(response),
            image=response.get("image"),
            custom=custom or None,
        )
        self.utter(words)


MESSAGE_KEYS = {
    "text", "buttons", "elements", "custom", "template", "response", "image", "attachment", "fallback",
}  # fmt: skip


def _buttons(response: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(_button(button) for button in (response.get("buttons") or [])[:BUTTONS])


def _button(button: Any) -> tuple[str, str]:
    title = str(button.get("title", "")) if isinstance(button, dict) else str(button)
    payload = button.get("payload") if isinstance(button, dict) else None
    return title[:200], str(payload or title)[:1_000]
