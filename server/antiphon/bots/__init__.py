"""The bot port and its engines."""
