"""The bot port and its engines."""

from antiphon.bots.build import Engine, build, default_project

__all__ = ["Engine", "build", "default_project"]
