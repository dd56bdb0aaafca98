"""Every way through the demo shop's bot, by the visitor's door."""

import pytest

from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import Turn
from tests.bots.conftest import Chat, buttons, texts


async def test_a_greeting_opens_the_conversation_and_counts_as_no_reply(chat: Chat) -> None:
    outcome = await chat.opens()
    assert texts(outcome)[0].startswith("Hello, and welcome to Marigold")
    assert all(reply.auto for reply in outcome.replies)
    assert "Talk to a person" in buttons(outcome)
    assert outcome.intent is None
    assert not (await chat.says("hi")).replies[0].auto


@pytest.mark.parametrize(
    ("question", "intent", "answer"),
    [
        ("how long does delivery take?", "shipping", "2–3 working days"),
        ("can i send it back", "returns", "within 30 days"),
        ("When are you open on Sundays?", "opening_hours", "Monday to Saturday from 9 to 18"),
        ("do you take PayPal", "payment", "cards, PayPal"),
        ("my plant has yellow leaves", "plant_care", "bright, indirect light"),
        ("how much water does a swiss cheese plant need", "plant_care", "A monstera likes"),
        ("how do I look after my orchids?", "plant_care", "ten-minute bath"),
    ],
)
async def test_a_question_is_answered_and_asked_after(
    chat: Chat, question: str, intent: str, answer: str
) -> None:
    outcome = await chat.says(question)
    assert outcome.intent == intent
    assert answer in texts(outcome)[0]
    assert texts(outcome)[-1] == "Did this help?"
    assert not any(reply.fallback for reply in outcome.replies)


async def test_yes_it_helped(chat: Chat) -> None:
    await chat.says("how long does delivery take?")
    outcome = await chat.presses("Yes, thanks")
    assert outcome.confirm is True
    assert (await chat.says("no thanks")).confirm is None, "an answer to “anything else?” is no complaint"


async def test_no_it_did_not_help_and_then_a_person_after_all(chat: Chat) -> None:
    await chat.says("how long does delivery take?")
    outcome = await chat.says("no")
    assert outcome.confirm is False
    outcome = await chat.says("yes please")
    assert outcome.handoff
    assert outcome.handoff.reason == "asked"


async def test_a_yes_to_nothing_confirms_nothing(chat: Chat) -> None:
    outcome = await chat.says("yes")
    assert outcome.confirm is None
    assert texts(outcome) == ["Good. What would you like to know?"]


async def test_the_order_form_asks_validates_and_answers(chat: Chat) -> None:
    assert "What is your order number?" in texts(await chat.says("where is my parcel?"))[0]
    assert "does not look like" in texts(await chat.says("it is the blue one"))[0]
    outcome = await chat.says("mg 1042")
    assert "MG-1042 (Monstera deliciosa, 80 cm) is on its way" in texts(outcome)[0]
    assert texts(outcome)[-1] == "Did this help?"
    assert (await chat.says("it did, thanks")).confirm is True


async def test_an_order_number_said_at_once_is_not_asked_for(chat: Chat) -> None:
    outcome = await chat.says("where is order MG-1044")
    assert "MG-1044 (Moth orchid, white) was delivered on" in texts(outcome)[0]


async def test_another_number_means_another_order(chat: Chat) -> None:
    await chat.says("where is order MG-1044")
    assert "MG-1046 (Watering can, copper) was cancelled" in texts(await chat.says("and MG-1046?"))[0]


async def test_an_unknown_order_gets_an_honest_answer(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "MG-9999")
    assert "can't find an order MG-9999" in texts(outcome)[0]
    assert buttons(outcome) == ["Talk to a person"]
    outcome = await chat.says("where is my order")
    assert "What is your order number?" in texts(outcome)[0], "the wrong number is forgotten"


async def test_a_question_may_interrupt_the_form(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "when are you open?")
    assert texts(outcome)[0].startswith("The shop on Mill Lane")
    assert "What is your order number?" in texts(outcome)[1]
    assert "on its way" in texts(await chat.says("1042"))[0]


async def test_an_interruption_without_a_rule_of_its_own_comes_back_to_the_form_too(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "do you take paypal")
    assert texts(outcome)[0].startswith("We take cards")
    assert "What is your order number?" in texts(outcome)[-1]


async def test_asking_for_the_form_again_just_asks_again(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "/order_status")
    assert texts(outcome) == [(await chat.says("/order_status")).replies[0].text]


async def test_the_form_can_be_left(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "never mind")
    assert texts(outcome) == ["No problem, we'll leave it at that. What else can I do for you?"]
    assert (await chat.says("how long is delivery?")).intent == "shipping"


async def test_refused_answers_do_not_go_on_for_ever(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "the blue one", "the big one", "you know which")
    assert outcome.handoff
    assert outcome.handoff.reason == "loop"


async def test_a_story_gives_the_same_words_another_meaning(chat: Chat) -> None:
    await chat.says("my plant arrived broken")
    assert texts(await chat.presses("My money back"))[0].startswith("Reply to your confirmation mail")
    fresh = Chat(chat.bot, conversation="another visitor")
    assert texts(await fresh.says("i want my money back"))[0].startswith("You may send anything back")


async def test_a_call_back_becomes_a_ticket_whose_number_is_told(chat: Chat) -> None:
    asked = [texts(await chat.says(line))[-1] for line in ("call me back please", "I'm Ann Lee", "12")]
    assert asked == [
        "We'll gladly call you. What is your name?",
        "On which number can we reach you?",
        "On which number can we reach you?",
    ]
    assert chat.last.replies[0].text.startswith("That does not look like a telephone number")
    assert texts(await chat.says("it's +44 (0)20 7946 0958")) == ["When suits you?"]
    assert texts(await chat.presses("Tomorrow morning")) == ["And what is it about?"]
    outcome = await chat.says("my order is late, and the pot is broken")
    assert outcome.ticket
    assert outcome.ticket.subject == "Call Ann Lee back on +442079460958, tomorrow morning"
    assert outcome.ticket.text.splitlines() == [
        "Name: Ann Lee",
        "Telephone: +442079460958",
        "When: tomorrow morning",
        "About: my order is late, and the pot is broken",
    ]
    assert outcome.ticket.number in texts(outcome)[0]
    assert outcome.handoff is None
    assert all(reply.custom is None for reply in outcome.replies), "the mark is for the desk alone"
    assert (await chat.says("how long is delivery?")).intent == "shipping", "the form is done"


async def test_a_second_call_back_knows_who_and_where(chat: Chat) -> None:
    await chat.says("call me on 020 7946 0958", "Ann", "now", "a pot")
    first = chat.last.ticket
    assert texts(await chat.says("please call me back")) == ["When suits you?"]
    second = (await chat.says("tonight", "another pot")).ticket
    assert first
    assert second
    assert first.number != second.number
    assert second.subject == "Call Ann back on 02079460958, tonight"


async def test_the_same_turn_taken_again_notes_the_same_ticket(shop: BuiltinBot) -> None:
    for at_ms, line in enumerate(("call me on 020 7946 0958", "Ann", "now")):
        await shop.reply(Turn(conversation="twice", text=line, at_ms=at_ms))
    last = Turn(conversation="twice", text="a pot", at_ms=9)
    assert (await shop.reply(last)).ticket == (await shop.reply(last)).ticket


async def test_who_wants_ever_more_calls_gets_a_person(chat: Chat) -> None:
    await chat.says("call me on 020 7946 0958", "Ann", "now", "pot 1")
    for n in (2, 3):
        assert (await chat.says("call me back please", "now", f"pot {n}")).ticket
    outcome = await chat.says("call me back please", "now", "pot 4")
    assert outcome.ticket is None
    assert outcome.handoff
    assert outcome.handoff.reason == "rule"
    assert texts(outcome)[0].startswith("I have noted 3 calls for you already.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how long does delivery take?", "2–3 working days"),
        ("can i send it back", "within 30 days"),
        ("when are you open", "The shop on Mill Lane"),
        ("how long is the queue", "I can't see the line"),
        ("do you take paypal", "cards, PayPal"),
    ],
)
async def test_a_question_may_interrupt_a_call_back(chat: Chat, question: str, answer: str) -> None:
    await chat.says("call me back")
    outcome = await chat.says(question)
    assert answer in texts(outcome)[0]
    assert texts(outcome)[-1] == "We'll gladly call you. What is your name?"
    assert texts(await chat.says("Grace Hopper")) == ["On which number can we reach you?"]


@pytest.mark.parametrize("way_out", ["never mind", "no", "cancel that"])
async def test_a_call_back_can_be_left(chat: Chat, way_out: str) -> None:
    await chat.says("call me back", "Ann Lee")
    outcome = await chat.says(way_out)
    assert texts(outcome) == ["No problem, we'll leave it at that. What else can I do for you?"]
    assert outcome.ticket is None
    assert (await chat.says("how long is delivery?")).intent == "shipping"


async def test_a_person_instead_of_a_call(chat: Chat) -> None:
    outcome = await chat.says("call me back", "Ann Lee", "I want to talk to a person")
    assert outcome.handoff
    assert outcome.handoff.slots == {"caller_name": "Ann Lee"}


async def test_who_gives_no_number_three_times_gets_a_person(chat: Chat) -> None:
    outcome = await chat.says("call me back", "Ann Lee", "dunno", "over there", "12")
    assert outcome.handoff
    assert outcome.handoff.reason == "loop"


async def test_the_line_and_then_a_person(chat: Chat) -> None:
    outcome = await chat.says("how long do I have to wait")
    assert texts(outcome) == ["I can't see the line from here just now. Shall I get you someone?"]
    assert buttons(outcome) == ["Talk to a person", "Call me back"]
    assert (await chat.says("yes please")).handoff


async def test_a_replacement_needs_a_person(chat: Chat) -> None:
    await chat.says("my plant arrived broken")
    outcome = await chat.presses("A new one")
    assert outcome.handoff
    assert (outcome.handoff.reason, outcome.handoff.by) == ("rule", "rule")
    assert outcome.replies
    assert outcome.replies[0].custom is None, "marks for the desk are not for the visitor"


@pytest.mark.parametrize("before", [[], ["where is my order"], ["how long is delivery"], ["qwrtz plmk"]])
async def test_a_person_is_granted_from_any_state(chat: Chat, before: list[str]) -> None:
    outcome = await chat.says(*before, "can i please speak to a real person")
    assert outcome.handoff
    assert (outcome.handoff.reason, outcome.handoff.by) == ("asked", "visitor")
    assert texts(outcome)[0].startswith("Of course.")


async def test_what_is_not_understood_is_asked_once_then_handed_over(chat: Chat) -> None:
    outcome = await chat.says("qwrtz plmk")
    assert texts(outcome) == ["Sorry, I did not quite get that. Could you say it in other words?"]
    assert outcome.intent not in (None, "nlu_fallback"), "the likeliest, whatever it is"
    assert outcome.confidence is not None
    assert outcome.confidence < 0.6, "how sure of the likeliest, not of having understood nothing"
    again = await chat.says("bnmx vcxy")
    assert again.handoff
    assert again.handoff.reason == "low_confidence"
    assert all(reply.fallback for reply in (*outcome.replies, *again.replies))


async def test_a_half_understood_question_gets_did_you_mean_by_titles(chat: Chat) -> None:
    outcome = await chat.says("do you have shops abroad?")
    assert outcome.replies[0].fallback
    assert buttons(outcome)[:2] == ["Delivery times and costs", "Opening hours"]
    assert buttons(outcome)[-2:] == ["Something else", "Talk to a person"]
    assert not any("_" in title for title in buttons(outcome)), "no intent's name is shown"
    assert (await chat.presses("Opening hours")).intent == "opening_hours"


async def test_something_else_may_be_said_in_other_words(chat: Chat) -> None:
    await chat.says("do you have shops abroad?")
    assert texts(await chat.presses("Something else"))[0].startswith("Sorry, I did not quite get that")
    assert (await chat.says("when do you open")).intent == "opening_hours"


async def test_after_understanding_again_the_bot_has_patience_again(chat: Chat) -> None:
    await chat.says("qwrtz plmk", "how long is delivery")
    assert (await chat.says("bnmx vcxy")).handoff is None


async def test_the_same_answer_three_times_is_no_answer(chat: Chat) -> None:
    await chat.says("how long is delivery", "how long is shipping")
    outcome = await chat.says("how long does delivery take")
    assert outcome.handoff
    assert outcome.handoff.reason == "loop"


async def test_who_loses_patience_gets_a_person(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "you are useless, this is ridiculous")
    assert outcome.handoff
    assert (outcome.handoff.reason, outcome.handoff.by) == ("sentiment", "rule")
    assert texts(outcome) == ["I'm sorry this has been so trying. I'll get a person for you right away."]


async def test_goodbye_ends_it(chat: Chat) -> None:
    outcome = await chat.says("bye")
    assert outcome.end
    assert outcome.handoff is None


async def test_the_agent_is_told_what_happened(chat: Chat) -> None:
    await chat.opens()
    outcome = await chat.says("where is my order", "MG-1044", "no", "get me a human")
    assert outcome.handoff
    assert outcome.handoff.slots == {"order_number": "MG-1044"}
    assert outcome.handoff.intents == ("order_status",)
    assert outcome.handoff.summary.splitlines() == [
        "Asked: “where is my order” · “MG-1044” · “no” · “get me a human”",
        "Knows: order number MG-1044",
        "Talked about: Where is my order?",
        "Looked up: order form, order status",
    ]


async def test_an_out_of_scope_question_is_admitted(chat: Chat) -> None:
    outcome = await chat.says("tell me a joke")
    assert buttons(outcome) == ["Talk to a person"]
    assert (await chat.says("yes")).handoff


async def test_pressing_a_button_nobody_offered_changes_nothing_much(chat: Chat) -> None:
    outcome = await chat.says('/no_such_thing{"a": [1}')
    assert outcome.intent is None


async def test_restart_forgets(chat: Chat) -> None:
    outcome = await chat.says("where is my order", "/restart")
    assert texts(outcome) == ["All right, from the beginning. What can I do for you?"]
    assert "does not look like" not in texts(await chat.says("zwölf"))[0], "no form is waiting any more"
