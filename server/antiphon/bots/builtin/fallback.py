"""When no intent fits: look it up, ask once, at most twice, then fetch a person.

An article of the project's `knowledge/` that fits well is an answer like any other. Otherwise a "did you
mean" with the likeliest intents by their titles (never by name), or a plea to say it in other words where
nothing is likely; who presses "something else" may say it in other words; after that, and after a second
sentence that was not understood, a person takes over. Every word of it is marked as fallback.
"""

from collections.abc import Iterable

from antiphon.bots.builtin.domain import FALLBACK_ACTIONS
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.builtin.tracker import FOREIGN, Item
from antiphon.bots.knowledge import Found

OFFERED = 3
KNOWN = 0.35  # score of an article from which on it answers; chosen so that foreign questions find none
RELATED, PASSAGES = 0.12, 3  # score from which a language model may word an answer from an article
LIKELY = 0.08  # of one offered intent; below, the button is noise
OFFER_TOGETHER = 0.25  # of all offered ones; below, asking "did you mean" looks foolish
LOOK_UP = "action_answer_from_knowledge"
HELPED, ANSWERED = "utter_did_this_help", "answered"  # used where a project has them
OFFER, REPHRASE, GIVE_UP = (
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_default_fallback",
)


async def fall_back(talk: Talk) -> None:
    earlier = list(_fallbacks_before(talk.tracker.path))
    text = str(talk.tracker.latest_message.get("text", ""))
    pressed = text.startswith("/")
    if not pressed and await _look_up(talk, text):
        return
    if not earlier:
        _offer_or_ask(talk)
    elif earlier == [OFFER] and pressed:
        _ask_again(talk)
    else:
        talk.acted(GIVE_UP)
        talk.hand_off("low_confidence")
        talk.say("utter_default", fallback=True)


async def _look_up(talk: Talk, text: str) -> bool:
    """Answer from the project's articles, with the source: one that fits well, or worded from several."""
    found = talk.project.knowledge.search(text, most=PASSAGES)
    if found and found[0].score >= KNOWN:
        article = found[0].article
        _answer(talk, found[0])
        talk.say(
            "utter_from_knowledge", answer=article.answer, guide=article.guide, question=article.question
        )
    elif not await _word(talk, text, [one for one in found if one.score >= RELATED]):
        return False
    if HELPED in talk.project.domain.responses:
        talk.say(HELPED)
    if ANSWERED in talk.project.domain.slots:
        talk.set_slot(ANSWERED, True)
    return True


async def _word(talk: Talk, text: str, passages: list[Found]) -> bool:
    """Let the language model, where there is one, answer from passages that are only near."""
    written = await talk.writer.write(text, passages) if talk.writer and passages else None
    if written is None:
        return False
    _answer(talk, written.sources[0])
    sources = ", ".join(f"{s.article.guide}: “{s.article.question}”" for s in written.sources)
    talk.say("utter_worded", answer=written.text, sources=sources)
    return True


def _answer(talk: Talk, found: Found) -> None:
    talk.found = found
    talk.acted(LOOK_UP)


def _fallbacks_before(path: list[Item]) -> Iterable[str]:
    """The fallbacks of the turns just before this one, oldest first."""
    found: list[str] = []
    for item in reversed(path[:-1]):
        if item.kind == "action" and item.name in FALLBACK_ACTIONS:
            found.append(item.name or "")
        elif item.kind == "action":
            break
    return reversed(found)


def _offer_or_ask(talk: Talk) -> None:
    candidates = _candidates(talk)
    if sum(confidence for _, confidence in candidates) < OFFER_TOGETHER:
        _ask_again(talk)
        return
    titles = talk.project.examples.titles
    human = next(iter(talk.project.human_intents))
    buttons = [(titles[intent], f"/{intent}") for intent, _ in candidates if intent != human]
    buttons += [
        (_words(talk, "utter_something_else"), "/nlu_fallback"),
        (_words(talk, "utter_person_button"), f"/{human}"),
    ]
    talk.acted(OFFER)
    talk.say("utter_did_you_mean", fallback=True, buttons=buttons)


def _candidates(talk: Talk) -> list[tuple[str, float]]:
    """Intents worth offering: with a title that a visitor may read, and likely at all."""
    message = talk.tracker.latest_message
    ranking = [] if message.get(FOREIGN) else message.get("intent_ranking", [])
    found = [
        (one["name"], one["confidence"]) for one in ranking if one["name"] in talk.project.examples.titles
    ]
    return [(name, confidence) for name, confidence in found if confidence >= LIKELY][:OFFERED]


def _ask_again(talk: Talk) -> None:
    talk.acted(REPHRASE)
    talk.say("utter_ask_rephrase", fallback=True)


def _words(talk: Talk, response: str) -> str:
    return talk.project.responses[response][0].text
