"""The facts as stored columns, and the catalogue counted over them: reports on a million conversations.

`Warehouse` keeps what the folds give in flat arrays beside the database and up with the journal; `Engine`
counts over a view of it. A measure's expressions are read as they stand, so no KPI is written twice, and what
columns cannot say the plain engine counts over the same rows. That both give the same figures is a test.
"""

from antiphon.metrics.columnar.engine import Engine
from antiphon.metrics.columnar.warehouse import Warehouse

__all__ = ["Engine", "Warehouse"]
