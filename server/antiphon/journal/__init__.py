"""The memory: what happened (events), what was said (messages), and who and what exists."""
