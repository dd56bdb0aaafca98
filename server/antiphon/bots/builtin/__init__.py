"""The built-in engine: runs a Rasa 3 project in this process, without Rasa."""

from antiphon.bots.builtin.engine import BuiltinBot

__all__ = ["BuiltinBot"]
