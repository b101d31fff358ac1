"""`python -m uketsuke`."""

from uketsuke.cli import main

if __name__ == "__main__":
    main()
