"""What reacts to what happened, one file a reaction. Readers issue commands; nobody calls them.

They look at the floor rather than at single events, so a reaction that was missed (a crash, a
lost lease) is simply found again: the floor says what is still to be done.
"""
