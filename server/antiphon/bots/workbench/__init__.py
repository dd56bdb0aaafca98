"""What a bot's author needs: train, test, evaluate, shell. For the command line; nothing at run time."""
