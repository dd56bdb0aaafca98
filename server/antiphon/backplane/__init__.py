"""The seam between nodes. What crosses it may be lost: truth is in the database."""
