"""`python -m antiphon` and the `antiphon` script."""

from antiphon.cli import main

if __name__ == "__main__":
    main(prog_name="antiphon")
