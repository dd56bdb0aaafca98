"""A crowd for measuring: thousands of Socket.IO clients in one process, at a few microseconds a frame."""
