"""Runs a command and ends it, with all it started, when whoever started us is gone. Standard library only.

Our standard input is a pipe from our parent; its end means that the parent closed it or died, however
suddenly. We lead a process group, and the group is what we end: politely, and a little later for good.
Run as a script by `action_server.py`: `python -I guard.py COMMAND…`; nobody imports it.
"""

import os
import signal
import subprocess
import sys
import threading

POLITE_S = 2.0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: None)  # the group is told to end; we wait until it has
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_parent, args=(child,), daemon=True).start()
    return child.wait()


def _end_with_parent(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    try:
        child.wait(POLITE_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        os.killpg(0, signal.SIGKILL)  # what outlives its parent in the group, too


if __name__ == "__main__":
    sys.exit(main())
