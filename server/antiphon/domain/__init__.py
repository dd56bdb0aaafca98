"""What a help desk is. Standard library only: no await, no clock, no I/O."""
