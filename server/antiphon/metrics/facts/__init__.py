"""Pure folds: one stream's whole history → flat rows. Standard library only; nothing here knows a KPI."""

from antiphon.metrics.facts.agents import AgentFacts, fold_agent
from antiphon.metrics.facts.conversation import ConversationFacts, fold_conversation
from antiphon.metrics.facts.customers import CustomerFacts, fold_customer
from antiphon.metrics.facts.desk import DeskFacts, fold_desk
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.facts.tickets import TicketFacts, fold_ticket

__all__ = [
    "NEVER",
    "AgentFacts",
    "ConversationFacts",
    "CustomerFacts",
    "DeskFacts",
    "TicketFacts",
    "fold_agent",
    "fold_conversation",
    "fold_customer",
    "fold_desk",
    "fold_ticket",
]
