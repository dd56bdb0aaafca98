"""`antiphon demo`: a living shop on a throw-away database.

    seed       people, queues, a site and a fortnight of history; who can log in
    Cast       visitors and agents that talk through real sockets until they are cancelled

The plays are data (`script/*.toml`); `virtual.VirtualDesk` is the pure core under a clock that jumps.
"""

from antiphon.demo.cast import Cast
from antiphon.demo.seed import Account, Accounts, seed

__all__ = ["Account", "Accounts", "Cast", "seed"]
