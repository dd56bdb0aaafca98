"""Antiphon: live chat and chatbot with a contact centre's numbers built in."""

__version__ = "0.1.0"
