"""The wire: python-socketio's server with the machinery between a socket and a handler replaced.

`server.Server` is python-socketio's `AsyncServer`: it speaks its protocol, connects, refuses and
disconnects as the library does. Replaced are the library's queue, tasks and timers per
connection and per frame, which were two thirds of what a message cost:

    websocket   RFC 6455: text frames in and out, no extensions
    link        one connection: bytes in, frames out, bounded
    deadlines   many timers of the same delay for the price of one
    engine      engine.io: accepts connections, pings them, cuts them
    rooms       python-socketio's client manager, where each socket knows its rooms
    packets     Socket.IO packets without binary; event and ack frames
    server      the server

What the libraries would let through and what stands against it here is in
tests/gateway/test_guard.py; both are pinned, for private names of theirs are used.
"""
