"""A turn of the dialogue: take the words in, then act until it is the visitor's turn again.

The order is Rasa's: what an action asked to follow, default intents, the active form, rules, stories; and
where nothing fits, the fallback. A wish for a person, or a lost temper, comes before all of it.
"""

from collections.abc import Callable
from typing import Any

from antiphon.bots.actions import ActionRejected
from antiphon.bots.builtin.domain import FALLBACK_ACTIONS
from antiphon.bots.builtin.fallback import fall_back
from antiphon.bots.builtin.forms import run_form
from antiphon.bots.builtin.policy import LISTEN, Policy
from antiphon.bots.builtin.slots import extracted
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.builtin.tracker import Parsed
from antiphon.bots.mood import is_fed_up
from antiphon.bots.port import BotFailed, Reason

MAX_ACTIONS = 10  # in one turn, as Rasa; more is a loop in the project
SAME_ANSWERS = 3
DEFAULTS = {"restart": "action_restart", "session_start": "action_session_start", "back": "action_back"}


class Dialogue:
    def __init__(self, talk: Talk, policy: Policy) -> None:
        self._talk = talk
        self._policy = policy
        self._heard: dict[str, Any] = {}
        self._over = False  # the turn was undone or forgotten: there is nothing left to answer

    async def hear(self, parsed: Parsed) -> None:
        """Take a message in and answer it."""
        self._open()
        self._take(parsed)
        intent = parsed["intent"]["name"]
        if intent in self._talk.project.human_intents:
            self._grant_person(self._talk.project.human_intents[intent], "asked")
        elif is_fed_up(parsed["text"]):
            self._grant_person("utter_fed_up", "sentiment")
        else:
            await self._act()
        self._talk.acted(LISTEN)

    # -------------------------------------------------------------- hearing

    def _open(self) -> None:
        talk = self._talk
        if talk.tracker.is_new:
            talk.acted("action_session_start")
            talk.happened("session_started")
            talk.acted(LISTEN)
        if talk.tracker.paused:  # we are asked again, so the person has given the conversation back
            talk.happened("resume")

    def _take(self, parsed: Parsed) -> None:
        talk = self._talk
        talk.happened(
            "user",
            text=parsed["text"],
            parse_data=parsed,
            input_channel=str(talk.turn.metadata.get("channel", "antiphon")),
            message_id=f"{talk.turn.conversation}-{talk.turn.at_ms}",
            metadata=dict(talk.turn.metadata),
        )
        self._heard = extracted(talk.project.domain, talk.tracker)
        for name, value in self._heard.items():
            if talk.tracker.slots.get(name) != value:
                talk.set_slot(name, value)

    def _grant_person(self, response: str, reason: Reason) -> None:
        talk = self._talk
        if talk.tracker.loop is not None:
            self._leave_loop("action_deactivate_loop")
        talk.acted(response)
        talk.say(response)
        talk.hand_off(reason)

    # -------------------------------------------------------------- acting

    async def _act(self) -> None:
        for _ in range(MAX_ACTIONS):
            action = self._next()
            if action == LISTEN:
                self._notice_going_round()
                return
            await self._run(action)
            if self._over or self._talk.handoff or self._talk.tracker.paused:
                return
        raise BotFailed(f"the project wants more than {MAX_ACTIONS} actions in one turn")

    def _next(self) -> str:
        tracker = self._talk.tracker
        if tracker.followup is not None:
            return tracker.followup
        untouched = tracker.latest_action == LISTEN
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        if untouched and intent in DEFAULTS:
            return DEFAULTS[intent]
        if tracker.loop in self._talk.project.domain.forms and not tracker.rejected:
            return LISTEN if tracker.latest_action == tracker.loop else str(tracker.loop)
        return self._by_policy(untouched)

    def _by_policy(self, untouched: bool) -> str:
        tracker = self._talk.tracker
        action = self._policy.next_action(tracker.path)
        if action is None and untouched:
            return self._talk.project.settings.core_fallback
        if action in (None, LISTEN) and tracker.loop and tracker.rejected:
            return tracker.loop  # the interruption is answered: back to the form's question
        return action or LISTEN

    async def _run(self, action: str) -> None:
        talk, domain = self._talk, self._talk.project.domain
        if action in domain.forms:
            await run_form(talk, domain.forms[action], self._heard)
        elif action in domain.actions:
            await self._run_custom(action)
        elif action in FALLBACK_ACTIONS:
            await fall_back(talk)
        elif action in OWN_ACTIONS:
            OWN_ACTIONS[action](self, action)
        else:
            talk.acted(action)
            talk.say(action)

    async def _run_custom(self, action: str) -> None:
        talk = self._talk
        try:
            events = await talk.run_action(action)
        except ActionRejected as rejected:
            raise BotFailed(f"{rejected} refused to run") from rejected
        talk.acted(action)
        for event in events:
            talk.tracker.add(event, talk.turn.at_ms / 1000)

    # -------------------------------------------------------------- the engine's own actions

    def _leave_loop(self, action: str) -> None:
        self._talk.acted(action)
        self._talk.happened("active_loop", name=None)
        self._talk.set_slot("requested_slot", None)

    def _restart(self, action: str) -> None:
        self._talk.happened("restart")
        self._talk.tracker.memory.clear()
        self._talk.say("utter_restart")
        self._over = True

    def _start_session(self, action: str) -> None:
        self._talk.acted(action)
        self._talk.happened("session_started")
        self._over = True

    def _go_back(self, action: str) -> None:
        """Undo the last exchange: this message, and the one before it."""
        self._talk.happened("rewind")
        self._talk.happened("rewind")
        self._over = True

    def _pass_over(self, action: str) -> None:
        self._talk.acted(action)

    def _notice_going_round(self) -> None:
        """The same answer to typed questions again and again helps nobody."""
        talk, memory = self._talk, self._talk.tracker.memory
        intent = (talk.tracker.latest_message.get("intent") or {}).get("name")
        typed = not str(talk.turn.text).startswith("/")
        said = [intent, *talk.said] if typed and intent in talk.project.examples.titles else []
        memory["repeats"] = memory.get("repeats", 0) + 1 if said and said == memory.get("said") else 0
        memory["said"] = said
        if memory["repeats"] >= SAME_ANSWERS - 1:
            talk.hand_off("loop")
            talk.say("utter_going_round", fallback=True)


OWN_ACTIONS: dict[str, Callable[[Dialogue, str], None]] = {
    "action_deactivate_loop": Dialogue._leave_loop,
    "action_restart": Dialogue._restart,
    "action_session_start": Dialogue._start_session,
    "action_back": Dialogue._go_back,
    "action_revert_fallback_events": Dialogue._pass_over,
    "action_extract_slots": Dialogue._pass_over,
}
