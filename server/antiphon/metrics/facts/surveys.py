"""A conversation's survey events; the answers belong to who replied last (kpis.md §4)."""

from antiphon.domain.events import Event
from antiphon.metrics.facts.book import Book
from antiphon.metrics.facts.work import Work


def offered(w: Work, e: Event) -> None:
    _book(w).offered(e, w.first.stream, w.last_reply_agent or ("bot" if w.bot_replies else ""), w.queue)


def answered(w: Work, e: Event) -> None:
    agent = w.last_reply_agent or ("bot" if w.bot_replies else "")
    _book(w).answered(e, w.first.stream, agent, w.queue, handled_by(w))


def _book(w: Work) -> Book:
    if w.book is None:
        w.book = Book(w.first.stream)
    return w.book


def handled_by(w: Work) -> str:
    """By real replies: bot_only, human_only, bot_then_human or nobody."""
    if w.human_replies:
        return "bot_then_human" if w.bot_replies else "human_only"
    return "bot_only" if w.bot_replies else "nobody"
