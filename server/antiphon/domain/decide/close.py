"""The end and after: closing, wrap-up, ratings, marks, and the visitor coming and going."""

from collections.abc import Iterator

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide.event import event
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules

CHANGE_ANSWER_MS = 24 * 3_600_000  # an answer may be changed for a day ...
SURVEY_EXPIRY_MS = 7 * 24 * 3_600_000  # ... and a survey answered for a week (kpis.md §1)


def end(c: Conversation, cmd: ask.End, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "closed":
        return
    if cmd.actor.kind == "agent" and not c.has(cmd.actor.id) and c.state not in ("diverted", "queued"):
        raise Refused("conflict", "Only who has the conversation can end it.")
    if cmd.actor.kind == "visitor":
        yield event(c, cmd, now, "visitor_ended")
    yield event(
        c, cmd, now, "closed", main=True, by=cmd.actor.kind, resolved=cmd.resolved, reason=cmd.reason,
        agent=cmd.actor.id if cmd.actor.kind == "agent" else None,
    )  # fmt: skip
    if cmd.survey and cmd.questions and c.had_reply and c.connected and not c.spam:
        questions = [dict(question) for question in cmd.questions]
        kinds = [question["kind"] for question in questions]
        yield event(c, cmd, now, "survey_offered", survey=cmd.survey, kinds=kinds, questions=questions)
    if cmd.wrapup:
        for engagement in c.agents:
            yield event(c, cmd, now, "wrapup_started", agent=engagement.agent)


def visitor_gone(c: Conversation, cmd: ask.VisitorGone, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "queued" and not c.connected:
        yield event(c, cmd, now, "closed", by="system", resolved=False, reason="visitor_left")


def wrapup(c: Conversation, cmd: ask.Wrapup, now: int, rules: Rules) -> Iterator[Event]:
    if cmd.tags is not None and cmd.tags != c.tags:
        yield event(c, cmd, now, "tagged", tags=list(cmd.tags), agent=cmd.agent)
    if cmd.done and any(wrapup.agent == cmd.agent for wrapup in c.wrapups):
        yield event(c, cmd, now, "wrapup_ended", agent=cmd.agent, disposition=cmd.disposition)


def rate(c: Conversation, cmd: ask.Rate, now: int, rules: Rules) -> Iterator[Event]:
    survey = c.survey
    if survey is None or survey.id != cmd.survey:
        raise Refused("not_found", "There is no such survey.", field="survey")
    first_ms = survey.answered_ms
    if now - survey.offered_ms > SURVEY_EXPIRY_MS or (first_ms and now - first_ms > CHANGE_ANSWER_MS):
        raise Refused("closed", "This survey can no longer be answered.")
    unasked = next((kind for kind in cmd.answers if kind not in survey.kinds), None)
    if unasked:
        raise Refused("bad_request", "That question was not asked.", field=unasked)
    primary = next(iter(cmd.answers), survey.kinds[0])
    answers = dict(cmd.answers) or ({primary: _score(survey.answers.get(primary))} if cmd.comment else {})
    if not answers:
        raise Refused("bad_request", "There is no answer in it.", field="answers")
    for kind, score in answers.items():
        comment = cmd.comment if kind == primary else None
        yield event(
            c, cmd, now, "survey_answered", main=kind == primary, survey=survey.id, kind=kind, score=score,
            skipped=True if score is None else None, words={"text": comment},
        )  # fmt: skip


def _score(value: float | None) -> int | None:
    return None if value is None else int(value)


def tag(c: Conversation, cmd: ask.Tag, now: int, rules: Rules) -> Iterator[Event]:
    if cmd.tags != c.tags:
        yield event(c, cmd, now, "tagged", tags=list(cmd.tags), agent=cmd.actor.id)


_FLAGS = {
    "complaint": "complaint_flagged",
    "escalate": "escalated",
    "spam": "spam_flagged",
    "not_spam": "spam_cleared",
}


def flag(c: Conversation, cmd: ask.Flag, now: int, rules: Rules) -> Iterator[Event]:
    yield event(c, cmd, now, _FLAGS[cmd.flag], level=cmd.level, agent=cmd.actor.id)


def visitor_away(c: Conversation, cmd: ask.VisitorAway, now: int, rules: Rules) -> Iterator[Event]:
    if c.connected and c.state != "closed":
        yield event(c, cmd, now, "visitor_disconnected")


def visitor_back(c: Conversation, cmd: ask.VisitorBack, now: int, rules: Rules) -> Iterator[Event]:
    if not c.connected and c.state != "closed":
        yield event(c, cmd, now, "visitor_reconnected")
