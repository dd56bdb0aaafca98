"""Rasa's own channels, so that existing Rasa clients connect unchanged.

`/` on the socket and `POST /webhooks/rest/webhook`: whoever comes that way is a visitor like any
other and meets the same bot, queue, agents and surveys.
"""
