"""The engine with small projects: slots, stories, responses, what actions return, and restarts."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import events as sdk

from antiphon.bots.actions import ActionRejected, ActionResult
from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import BotFailed, MemoryTrackers, Outcome, Turn
from tests.bots.conftest import Chat, ScriptedActions, SdkActions, buttons, started, texts, write_project

DOMAIN = """\
intents: [greet, ask, yes, look, human]
entities: [colour]
slots:
  colour: {type: categorical, values: [red, blue], mappings: [{type: from_entity, entity: colour}]}
  seen: {type: list, mappings: [{type: from_entity, entity: colour}]}
  size: {type: float, mappings: [{type: from_text, conditions: [{active_loop: size_form}]}]}
  kind: {type: text, mappings: [{type: from_trigger_intent, intent: ask, value: asked}]}
forms:
  size_form: {required_slots: [kind, size]}
actions: [action_look]
responses:
  utter_greet:
    - text: "Hi {colour}!\\n\\nHow are you?"
      buttons: [{title: "Yes {colour}", payload: '/yes{"colour": "red"}'}]
  utter_red: [{text: Red it is}]
  utter_other: [{text: Any colour}]
  utter_yes: [{text: Web, channel: web}, {text: Everywhere}]
  utter_again: [{text: Yes again}]
  utter_done: [{text: "Size {size}, {kind}"}]
  utter_ask_size: [{text: "How big?", image: "https://shop.example/{colour}.png"}]
  utter_ask_kind: [{text: "What kind?"}]
"""
NLU = """\
nlu:
  - intent: greet
    examples: |
      - hi
      - hello there
  - intent: yes
    examples: |
      - yes
      - certainly
"""
RULES = """\
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: red
    condition: [{slot_was_set: [{colour: red}]}]
    steps: [{intent: ask}, {action: utter_red}]
  - rule: another colour
    steps: [{intent: ask}, {action: utter_other}, {action: size_form}, {active_loop: size_form}]
  - rule: sized
    condition: [{active_loop: size_form}]
    steps: [{action: size_form}, {active_loop: null}, {action: utter_done}]
  - rule: look
    steps: [{intent: look}, {action: action_look}]
"""
STORIES = """\
stories:
  - story: twice yes
    steps: [{intent: yes}, {action: utter_yes}, {intent: yes}, {action: utter_again}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path, domain=DOMAIN, data_nlu=NLU, data_rules=RULES, data_stories=STORIES)


async def chat_with(
    folder: Path, *events: dict[str, Any], responses: tuple[dict[str, Any], ...] = ()
) -> Chat:
    actions = ScriptedActions(action_look=ActionResult(list(events), list(responses)))
    return Chat(await started(folder, actions))


async def test_slots_fill_texts_buttons_and_a_blank_line_parts_messages(folder: Path) -> None:
    chat = await chat_with(folder)
    outcome = await chat.says('/greet{"colour": "blue"}')
    assert texts(outcome) == ["Hi blue!", "How are you?"]
    assert outcome.replies[0].quick_replies == ()
    assert outcome.replies[1].quick_replies[0].payload == '/yes{"colour": "red"}'
    assert buttons(outcome) == ["Yes blue"]


async def test_conditions_choose_the_rule(folder: Path) -> None:
    chat = await chat_with(folder)
    assert texts(await chat.says('/greet{"colour": "red"}', "/ask")) == ["Red it is"]
    assert texts(await chat.says('/greet{"colour": "blue"}', "/ask")) == ["Any colour", "How big?"]


async def test_the_trigger_fills_a_slot_and_a_number_is_a_number(folder: Path) -> None:
    outcome = await (await chat_with(folder)).says('/ask{"colour": "blue"}')
    assert outcome.replies[-1].image == "https://shop.example/blue.png"
    outcome = await (chat := await chat_with(folder)).says("/ask", "tiny")
    assert texts(outcome) == ["How big?"], "what is no number fills no number"
    assert texts(await chat.says("2,5")) == ["Size 2.5, asked"]


async def test_a_list_slot_takes_everything(folder: Path) -> None:
    chat = await chat_with(folder)
    outcome = await chat.says('/greet{"colour": "red"}', "human")
    assert outcome.handoff
    assert outcome.handoff.slots == {"colour": "red", "seen": ["red"]}
    assert texts(outcome) == ["Of course. I'll get a person for you."], "the engine's own words"


async def test_stories_remember_the_turn_before(folder: Path) -> None:
    chat = await chat_with(folder)
    assert texts(await chat.says("yes")) == ["Everywhere"]
    assert texts(await chat.says("yes")) == ["Yes again"]
    assert texts(await chat.says("/greet", "yes")) == ["Everywhere"]


async def test_a_channel_has_words_of_its_own(folder: Path) -> None:
    bot = await started(folder)
    outcome = await bot.reply(Turn(conversation="c", text="yes", at_ms=1, metadata={"channel": "web"}))
    assert texts(outcome) == ["Web"]


async def test_a_custom_action_says_all_that_the_sdk_can_say(folder: Path) -> None:
    chat = await chat_with(
        folder,
        responses=(
            {"text": "Plain", "buttons": [{"title": "A", "payload": "/yes"}], "image": "https://x/y.png"},
            {"response": "utter_done", "kind": "extra", "buttons": [{"title": "More", "payload": "/ask"}]},
            {"custom": {"data": {"map": [1, 2], "confirm": True}}},
            {"attachment": {"type": "pdf"}, "elements": [{"title": "card"}]},
        ),
    )
    outcome = await chat.says("/look")
    assert texts(outcome) == ["Plain", "Size , extra", "", ""]
    assert buttons(outcome) == ["A", "More"]
    assert outcome.replies[0].image == "https://x/y.png"
    assert outcome.replies[2].custom == {"map": [1, 2]}
    assert outcome.replies[3].custom == {"attachment": {"type": "pdf"}, "elements": [{"title": "card"}]}
    assert outcome.confirm is True


@pytest.mark.parametrize(
    ("mark", "department"),
    [(True, None), ({"reason": "rule"}, None), ({"department": "garden"}, "garden"), ({"reason": "?"}, None)],
)
async def test_a_custom_payload_hands_over(folder: Path, mark: Any, department: str | None) -> None:
    outcome = await (await chat_with(folder, responses=({"custom": {"handoff": mark}},))).says("/look")
    assert outcome.handoff
    assert outcome.handoff.reason == "rule"
    assert outcome.handoff.department == department
    assert outcome.replies == ()


async def test_an_action_may_say_what_follows(folder: Path) -> None:
    assert texts(await (await chat_with(folder, sdk.FollowupAction("utter_red"))).says("/look")) == [
        "Red it is"
    ]


async def test_an_action_may_start_a_form(folder: Path) -> None:
    chat = await chat_with(folder, sdk.SlotSet("kind", "looked"), sdk.FollowupAction("size_form"))
    assert texts(await chat.says("/look")) == ["How big?"]
    assert texts(await chat.says("7")) == ["Size 7.0, looked"]


async def test_pause_is_a_hand_off_and_being_asked_again_resumes(folder: Path) -> None:
    chat = await chat_with(folder, sdk.ConversationPaused())
    outcome = await chat.says("/look")
    assert outcome.handoff
    assert outcome.handoff.reason == "rule"
    assert texts(await chat.says("/greet"))[-1] == "How are you?"


async def test_the_end_of_a_session_ends(folder: Path) -> None:
    assert (await (await chat_with(folder, sdk.SessionEnded())).says("/look")).end


async def test_an_action_that_follows_itself_for_ever_is_stopped(folder: Path) -> None:
    outcome = await (await chat_with(folder, sdk.FollowupAction("action_look"))).says("/look")
    assert outcome.handoff
    assert outcome.handoff.reason == "failure"
    assert "more than 10 actions" in outcome.handoff.summary


@pytest.mark.parametrize(
    "failure", [BotFailed("the action server did not answer"), ActionRejected("action_look")]
)
async def test_a_failing_action_becomes_an_apology_and_a_person(folder: Path, failure: Exception) -> None:
    chat = Chat(await started(folder, ScriptedActions(action_look=failure)))
    outcome = await chat.says("/look")
    assert outcome.handoff
    assert (outcome.handoff.reason, outcome.handoff.by) == ("failure", "bot")
    assert texts(outcome)[-1].startswith("I'm sorry, something on our side")
    assert outcome.replies[-1].fallback
    assert "Failed: " in outcome.handoff.summary
    assert texts(await chat.says("/greet"))[-1] == "How are you?", "the bot lives on"


async def test_nothing_fits_is_a_fallback_too(folder: Path) -> None:
    outcome = await (await chat_with(folder)).says("/human", "/session_start", "/back", "zzz qqq")
    assert outcome.replies[-1].fallback


async def test_actions_see_a_tracker_like_rasas(folder: Path) -> None:
    actions = ScriptedActions(action_look=ActionResult([], []))
    chat = Chat(await started(folder, actions))
    await chat.says(*["/greet"] * 60, '/look{"colour": "red"}')
    name, tracker = actions.calls[-1]
    assert name == "action_look"
    assert len(tracker["events"]) == 200
    assert tracker["slots"]["colour"] == "red"
    assert tracker["latest_message"]["intent"] == {"name": "look", "confidence": 1.0}
    assert tracker["latest_action_name"] == "action_listen"
    assert tracker["active_loop"] == {}
    assert {e["event"] for e in tracker["events"]} >= {"user", "bot", "action", "slot"}


async def test_a_bot_that_restarts_knows_where_it_was(cache: Path, sdk: SdkActions) -> None:
    trackers = MemoryTrackers()
    first = BuiltinBot(default_project(), sdk, trackers, cache)
    await first.start()
    await Chat(first).says("where is my order", "when are you open")
    await first.close()
    second = BuiltinBot(default_project(), sdk, trackers, cache)
    await second.start()
    assert "MG-1047 (Cactus trio) is on its way" in texts(await Chat(second).says("1047"))[0]


async def test_a_turn_that_is_asked_again_is_answered_again_and_counted_once(shop: BuiltinBot) -> None:
    async def asks(text: str, at_ms: int) -> Outcome:
        return await shop.reply(Turn(conversation="asked twice", text=text, at_ms=at_ms))

    await asks("where is my order", 1)
    for _ in range(4):
        outcome = await asks("the blue one", 2)
        assert outcome.handoff is None, "one refused answer, however often it is delivered"
        assert "does not look like" in texts(outcome)[0]
    assert "on its way" in texts(await asks("MG-1042", 3))[0]


async def test_a_bot_that_has_not_started_fails_and_says_so(cache: Path) -> None:
    bot = BuiltinBot(default_project(), ScriptedActions(), MemoryTrackers(), cache)
    assert "not started" in bot.describe()
    with pytest.raises(BotFailed):
        await bot.reply(Turn(conversation="c", text="hi", at_ms=1))
