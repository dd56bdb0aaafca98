"""THE DOOR. `Desk.handle(command)` is the only thing that writes facts.

(in the making)
"""
