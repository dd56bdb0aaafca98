"""WHAT LEAVES THE HOUSE: posts to other people's servers and mails, guarded, with time limits."""
