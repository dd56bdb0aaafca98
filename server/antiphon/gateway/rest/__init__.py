"""REST under `/api`: typed routes in tables, one layer that holds the contract of all of them."""
