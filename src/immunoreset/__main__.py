"""`python -m immunoreset` is the command `immunoreset`."""

from immunoreset.cli import main

if __name__ == "__main__":
    main()
