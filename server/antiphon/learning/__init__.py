"""What the bot is to learn: what it did not understand, out of the journal; what people decide of it.

`asked` and `turns` read the journal, `findings` makes suggestions of it. All three run in a process of their
own (`apart`), for they may take seconds; `teacher` is a node's end of it, the hand that changes a project.
"""
