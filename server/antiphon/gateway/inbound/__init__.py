"""What people ask over a socket, turned into commands. A file a namespace; nothing here emits."""
