"""The life of a conversation, as stories through `decide` and `evolve`."""

import pytest

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation, fold
from antiphon.domain.decide import decide
from antiphon.domain.errors import Refused
from antiphon.domain.events import KINDS
from antiphon.domain.moves import MOVES, REMARKS, STATES, lawful
from tests.domain.desk import ANN, BOB, BOT, RULES, VISITOR, Chat


def test_a_whole_chat_from_hello_to_rating() -> None:
    chat = Chat()
    assert chat.start() == ["conversation_started", "bot_started", "message"]
    assert chat.handoff() == ["handoff_requested", "queue_entered"]
    assert chat.offer() == ["offer_made"]
    assert chat.accept() == ["accepted"]
    assert chat.say(ANN) == ["message"]
    assert chat.end(ANN, resolved=True, wrapup=True) == ["closed", "survey_offered", "wrapup_started"]
    assert chat(ask.Wrapup(conversation="c1", actor=ANN, agent="ann")) == ["wrapup_ended"]
    rate = ask.Rate(
        conversation="c1", actor=VISITOR, survey="s1", answers={"csat": 5, "nps": 9}, comment="Nice"
    )
    assert chat(rate) == ["survey_answered", "survey_answered"]
    assert (chat.c.state, chat.c.resolved, chat.c.survey and chat.c.survey.answers) == (
        "closed",
        True,
        {"csat": 5, "nps": 9},
    )


def test_the_state_is_the_fold_of_the_history() -> None:
    chat = Chat().talked()
    chat.end(VISITOR)
    assert fold("c1", chat.events) == chat.c


def test_every_kind_of_a_conversation_is_a_move_or_a_remark() -> None:
    moving = {kind for moves in MOVES.values() for kind in moves}
    ours = {name for name, kind in KINDS.items() if kind.stream == "conversation"}
    assert moving | set(REMARKS) == ours
    assert not moving & set(REMARKS)


def test_nothing_is_lawful_before_the_beginning_but_the_beginning() -> None:
    allowed = {kind for kind in KINDS if lawful("new", kind)}
    assert allowed == {"conversation_started", *MOVES["new"]}
    assert set(MOVES) == set(STATES)


def test_refused_means_unchanged() -> None:
    chat = Chat().talked()
    before = chat.c
    with pytest.raises(Refused) as refused:
        chat.accept(BOB)
    assert refused.value.code == "conflict"
    assert refused.value.details["winner"] == "ann"
    assert chat.c == before


def test_an_unknown_conversation_is_not_found() -> None:
    with pytest.raises(Refused) as refused:
        decide(Conversation(id="nobody"), ask.Say(conversation="nobody", actor=VISITOR, text="Hi"), 0, RULES)
    assert refused.value.code == "not_found"


def test_outside_opening_hours_a_request_becomes_a_ticket() -> None:
    chat = Chat()
    chat.start()
    assert chat.handoff("night") == ["handoff_requested", "diverted", "ticket_created"]
    assert chat.c.state == "diverted"
    assert chat.handoff("night") == []


def test_a_visitor_may_leave_the_queue_for_a_ticket() -> None:
    chat = Chat()
    chat.start(bot=None)
    assert chat(ask.Divert(conversation="c1", actor=VISITOR, reason="visitor_choice")) == [
        "diverted",
        "ticket_created",
    ]
    assert chat.accept() == ["queue_entered", "accepted"]


def test_a_bot_answers_a_turn_once() -> None:
    chat = Chat()
    chat.start()
    answer = ask.BotAnswer(
        conversation="c1", actor=BOT, cause=chat.c.asked,
        replies=(ask.Say(conversation="c1", actor=BOT, text="Hello!"),),
    )  # fmt: skip
    assert chat(answer) == ["message"]
    assert chat(answer) == []
    assert chat.c.answered == chat.c.asked


def test_a_bots_late_answer_after_a_person_took_over_is_dropped() -> None:
    chat = Chat()
    chat.start()
    late = ask.BotAnswer(
        conversation="c1", actor=BOT, cause=chat.c.asked,
        replies=(ask.Say(conversation="c1", actor=BOT, text="Hm"),),
    )  # fmt: skip
    chat.handoff()
    assert chat(late) == []


def test_only_who_has_the_conversation_may_write_in_it() -> None:
    chat = Chat().talked()
    with pytest.raises(Refused):
        chat.say(BOB)
    with pytest.raises(Refused):
        chat.say(BOT)


def test_a_vanished_agents_chat_keeps_its_place_at_the_head() -> None:
    chat = Chat().talked()
    entered_ms = next(e.at_ms for e in chat.events if e.kind == "queue_entered")
    assert chat(ask.LoseAgent(conversation="c1", agent="ann")) == ["agent_lost", "queue_entered"]
    assert chat.c.state == "queued"
    assert chat.c.rank_ms == entered_ms
    assert chat.c.queued_at_ms == chat.now_ms


def test_a_lost_agents_ringing_offer_expires() -> None:
    chat = Chat()
    chat.start(bot=None)
    chat.offer()
    assert chat(ask.LoseAgent(conversation="c1", agent="ann")) == ["offer_expired"]
    assert chat.c.missed == {"ann": 1}


def test_a_cold_transfer_to_a_queue() -> None:
    chat = Chat().talked()
    assert chat(ask.Transfer(conversation="c1", actor=ANN, agent="ann", to_queue="sales", note="VIP")) == [
        "message",
        "transferred",
        "queue_entered",
    ]
    assert (chat.c.queue, chat.c.agents, chat.c.handled[0].agent) == ("sales", (), "ann")


def test_no_transfer_to_a_queue_that_is_closed() -> None:
    chat = Chat().talked()
    with pytest.raises(Refused) as refused:
        chat(ask.Transfer(conversation="c1", actor=ANN, agent="ann", to_queue="night"))
    assert refused.value.code == "conflict"


def test_a_warm_transfer_keeps_both_until_the_first_leaves() -> None:
    chat = Chat().talked()
    warm = ask.Transfer(conversation="c1", actor=ANN, agent="ann", to_agent="bob", warm=True)
    assert chat(warm) == ["transferred", "offer_made"]
    assert chat.accept(BOB) == ["accepted"]
    assert [a.agent for a in chat.c.agents] == ["ann", "bob"]
    assert chat(ask.Leave(conversation="c1", actor=ANN, agent="ann")) == ["agent_left"]
    assert chat.c.state == "active"


def test_the_last_agent_who_leaves_gives_the_visitor_back_to_the_queue() -> None:
    chat = Chat().talked()
    assert chat(ask.Leave(conversation="c1", actor=ANN, agent="ann")) == ["agent_left", "queue_entered"]


def test_back_to_the_bot() -> None:
    chat = Chat().talked()
    transfer = ask.Transfer(conversation="c1", actor=ANN, agent="ann", to_bot="builtin")
    assert chat(transfer) == ["transferred", "bot_started"]
    assert (chat.c.state, chat.c.agents) == ("bot", ())


def test_a_supervisor_takes_over_from_agent_and_from_bot() -> None:
    boss = ask.TakeOver(conversation="c1", actor=BOB, agent="bob", queue="support")
    chat = Chat().talked()
    assert chat(boss) == ["escalated", "transferred", "accepted"]
    assert [a.agent for a in chat.c.agents] == ["bob"]
    chat = Chat()
    chat.start()
    assert chat(boss) == ["escalated", "handoff_requested", "queue_entered", "accepted"]


def test_assigning_a_waiting_chat_to_another_queue_is_an_overflow() -> None:
    chat = Chat()
    chat.start(bot=None)
    assert chat(ask.Assign(conversation="c1", actor=BOB, queue="sales")) == ["queue_entered"]
    assert chat.events[-1].data["reason"] == "overflow"


def test_a_message_soon_after_the_end_reopens_what_was_answered() -> None:
    chat = Chat().talked()
    chat.end(ANN, resolved=True)
    assert chat.say(VISITOR, "One more thing") == ["reopened", "queue_entered", "message"]


def test_a_message_long_after_the_end_does_not() -> None:
    chat = Chat().talked()
    chat.end(ANN)
    late = ask.Say(conversation="c1", actor=VISITOR, text="Hello?")
    with pytest.raises(Refused) as refused:
        chat(late, wait_ms=86_400_001)
    assert refused.value.code == "closed"


def test_what_nobody_answered_is_not_reopened() -> None:
    chat = Chat()
    chat.start(bot=None)
    chat(ask.VisitorAway(conversation="c1"))
    assert chat(ask.VisitorGone(conversation="c1"), wait_ms=60_001) == ["closed"]
    with pytest.raises(Refused):
        chat.say(VISITOR)


def test_no_survey_for_who_was_never_answered_or_is_gone() -> None:
    unanswered = Chat()
    unanswered.start(bot=None)
    assert unanswered.end(VISITOR) == ["visitor_ended", "closed"]
    gone = Chat().talked()
    gone(ask.VisitorAway(conversation="c1"))
    assert gone.end(ANN) == ["closed"]


def test_an_answer_may_be_changed_for_a_day() -> None:
    chat = Chat().talked()
    chat.end(ANN)
    rate = ask.Rate(conversation="c1", actor=VISITOR, survey="s1", answers={"csat": 2})
    assert chat(rate) == ["survey_answered"]
    assert chat(rate, wait_ms=86_400_000) == ["survey_answered"]
    with pytest.raises(Refused):
        chat(rate, wait_ms=1)


def test_only_what_was_asked_can_be_answered() -> None:
    chat = Chat().talked()
    chat.end(ANN)
    for answers, code in (({"ces": 7}, "bad_request"), ({}, "bad_request")):
        with pytest.raises(Refused) as refused:
            chat(ask.Rate(conversation="c1", actor=VISITOR, survey="s1", answers=answers))
        assert refused.value.code == code
    with pytest.raises(Refused):
        chat(ask.Rate(conversation="c1", actor=VISITOR, survey="another", answers={"csat": 5}))


def test_words_are_kept_apart_from_facts() -> None:
    chat = Chat().talked()
    chat(ask.Note(conversation="c1", actor=ANN, text="likes roses"))
    for event in chat.events:
        assert "text" not in event.data
    assert [e.words["text"] for e in chat.events if e.words and e.kind == "message"] == [
        "Hi",
        "Hello",
        "likes roses",
    ]
