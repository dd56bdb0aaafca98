"""The bot: how it is, what it does, what it did not understand, and the articles it answers from.

Supervisors read; administrators teach. Every change leaves a line in the audit log.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from antiphon.bots.about import Known, Limits, State
from antiphon.bots.articles import Guide, Placed, Words
from antiphon.bots.workbench.learning import Suggestion
from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.learning.teacher import DAYS, Teacher

Question = Annotated[str, Meta(min_length=1, max_length=300)]
Answer = Annotated[str, Meta(min_length=1, max_length=8_000)]
Version = Annotated[str, Meta(min_length=1, max_length=40)]
GuideName = Annotated[str, Meta(min_length=1, max_length=80)]
Intent = Annotated[str, Meta(min_length=1, max_length=100)]
Wordings = Annotated[list[Question], Meta(max_length=20)]


class BotTold(msgspec.Struct, frozen=True, kw_only=True):
    """`failed`: a change could not be taken over, `sentence` says why; the old project answers on.

    `teachable`: there are suggestions and articles. `editable`: they can be changed, else `why_not`.
    `article_says`: how an article is said, with `{answer}`, `{guide}` and `{question}` where they go.
    """

    engine: str
    says: str
    state: State
    sentence: str
    since_ms: int
    teachable: bool
    editable: bool
    why_not: str
    project: str | None
    thresholds: Limits | None
    articles: int
    article_says: str | None
    intents: tuple[Known, ...]


class DaysQuery(Query, frozen=True):
    days: Annotated[int, Meta(ge=1, le=365)] = DAYS


class SuggestionTold(msgspec.Struct, frozen=True, kw_only=True):
    """What `visitors` asked in vain, `times` times. `intent`: it is close to one the bot has."""

    id: str
    question: str
    texts: tuple[str, ...]
    visitors: int
    times: int
    answer: str | None
    intent: str | None
    confidence: float
    last_ms: int


class SuggestionList(msgspec.Struct, frozen=True, kw_only=True):
    """`asked`: how many texts of the last `days` were looked at."""

    suggestions: list[SuggestionTold]
    asked: int
    days: int
    made_at_ms: int


class DecisionBody(Body, frozen=True, kw_only=True):
    """`examples` needs `intent` (and takes some of the `texts`), `article` needs `answer`, `drop` nothing."""

    action: Literal["examples", "article", "drop"]
    intent: Intent | None = None
    texts: Annotated[list[Annotated[str, Meta(max_length=1_000)]], Meta(max_length=50)] | None = None
    question: Question | None = None
    answer: Answer | None = None
    guide: GuideName | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    action: str
    added: int = 0
    article: Placed | None = None


class ArticleBody(Body, frozen=True, kw_only=True):
    """`also`: other ways to ask it. `version`: of the article as it was read."""

    question: Question
    also: Wordings = msgspec.field(default_factory=list)
    answer: Answer
    version: Version


class NewArticleBody(Body, frozen=True, kw_only=True):
    """`guide`: a file or a title of a guide, or the title of a new one."""

    guide: GuideName
    question: Question
    also: Wordings = msgspec.field(default_factory=list)
    answer: Answer


class ArticleList(msgspec.Struct, frozen=True, kw_only=True):
    articles: list[Placed]
    guides: list[Guide]
    editable: bool
    why_not: str


async def bot(ask: Ask) -> BotTold:
    teacher = ask.wire.hall.teacher
    about, why_not = teacher.about(), teacher.why_not()
    return BotTold(
        engine=teacher.engine, says=about.says, state=about.state, sentence=about.sentence,
        since_ms=about.since_ms, teachable=about.folder is not None, editable=not why_not, why_not=why_not,
        project=str(about.folder) if about.folder else None, thresholds=about.limits,
        articles=about.articles, article_says=about.article_says, intents=about.intents,
    )  # fmt: skip


async def suggestions(ask: Ask) -> SuggestionList:
    listed = await ask.wire.hall.teacher.suggestions(ask.query.days)
    return SuggestionList(
        suggestions=[_told(one) for one in listed.suggestions], asked=listed.asked, days=listed.days,
        made_at_ms=listed.made_at_ms,
    )  # fmt: skip


def _told(one: Suggestion) -> SuggestionTold:
    return SuggestionTold(
        id=one.id, question=one.question, texts=one.texts, visitors=one.visitors, times=one.times,
        answer=one.answer, intent=one.intent, confidence=one.confidence, last_ms=one.last_ms,
    )  # fmt: skip


async def decide(ask: Ask) -> Decided:
    return await _DECIDE[ask.body.action](ask, ask.wire.hall.teacher, ask.path["id"])


async def _examples(ask: Ask, teacher: Teacher, key: str) -> Decided:
    intent = _needed(ask.body.intent, "intent")
    added = await teacher.accept_examples(key, intent, ask.body.texts)
    await _note(ask, "bot_examples_added", intent, added=added)
    return Decided(action="examples", added=added)


async def _article(ask: Ask, teacher: Teacher, key: str) -> Decided:
    asked, answer = ask.body, _needed(ask.body.answer, "answer")
    placed = await teacher.accept_article(key, answer, asked.question or "", asked.guide or "")
    await _note(ask, "bot_article_added", placed.file, article=placed.id)
    return Decided(action="article", added=1, article=placed)


async def _drop(ask: Ask, teacher: Teacher, key: str) -> Decided:
    await teacher.drop(key, ask.me.id)
    await _note(ask, "bot_suggestion_dropped", key)
    return Decided(action="drop")


_DECIDE = {"examples": _examples, "article": _article, "drop": _drop}


def _needed(value: str | None, field: str) -> str:
    if value is None or not value.strip():
        raise Refused("bad_request", f"`{field}` is missing.", field=field)
    return value


async def articles(ask: Ask) -> ArticleList:
    teacher = ask.wire.hall.teacher
    found, guides = await teacher.articles()
    why_not = teacher.why_not()
    return ArticleList(articles=found, guides=guides, editable=not why_not, why_not=why_not)


async def add(ask: Ask) -> Placed:
    placed = await ask.wire.hall.teacher.add_article(ask.body.guide.strip(), _words(ask.body))
    await _note(ask, "bot_article_added", placed.file, article=placed.id)
    return placed


async def change(ask: Ask) -> Placed:
    placed = await ask.wire.hall.teacher.change_article(ask.path["id"], ask.body.version, _words(ask.body))
    await _note(ask, "bot_article_changed", placed.file, article=placed.id)
    return placed


async def remove(ask: Ask) -> None:
    placed = await ask.wire.hall.teacher.remove_article(ask.path["id"])
    await _note(ask, "bot_article_removed", placed.file, article=placed.id)


def _words(body: ArticleBody | NewArticleBody) -> Words:
    also: Sequence[str] = [way.strip() for way in body.also]
    return Words(question=body.question.strip(), also=tuple(also), answer=body.answer.strip())


async def _note(ask: Ask, action: str, subject: str, **details: Any) -> None:
    await ask.wire.hall.directory.audit.add(ask.me.id, action, subject[:200], **details)


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/bot", says="What the bot is and how it is.", run=bot,
              role="supervisor", gives=BotTold),
        Route(method="GET", path="/api/bot/suggestions", says="What it did not understand, as suggestions.",
              run=suggestions, role="supervisor", query=DaysQuery, gives=SuggestionList, long=True),
        Route(method="POST", path="/api/bot/suggestions/{id}", says="Take a suggestion, or drop it.",
              run=decide, role="admin", takes=DecisionBody, gives=Decided, long=True),
        Route(method="GET", path="/api/bot/articles", says="The articles it answers from.", run=articles,
              role="supervisor", gives=ArticleList),
        Route(method="POST", path="/api/bot/articles", says="Add an article.", run=add, role="admin",
              takes=NewArticleBody, gives=Placed, status=201),
        Route(method="PUT", path="/api/bot/articles/{id}", says="Change an article.", run=change,
              role="admin", takes=ArticleBody, gives=Placed),
        Route(method="DELETE", path="/api/bot/articles/{id}", says="Remove an article.", run=remove,
              role="admin", gives=None, status=204),
    ]  # fmt: skip
