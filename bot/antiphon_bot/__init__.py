"""Custom actions of the Rasa project in `bot/`, run by a rasa-sdk action server."""
