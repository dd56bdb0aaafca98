"""The wire: frames, sockets, REST and pages. Nobody else talks to the outside."""
