"""The same facts as columns, and the same catalogue counted over them: reports on a million conversations.

Rows become arrays (numpy): integers as they are, texts as codes of a sorted vocabulary,
unknown scores as NaN.
A measure's expressions are translated once, so no KPI is written twice; that the figures are those of the '
'plain
engine is a test. What cannot be said of columns (`can_count`) is left to the plain engine.
"""

from antiphon.metrics.columnar.count import can_count, columnar_report
from antiphon.metrics.columnar.table import Column, Columns, Table

__all__ = ["Column", "Columns", "Table", "can_count", "columnar_report"]
