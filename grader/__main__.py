"""The command line, as `python -m grader`."""

from grader.entry import main

main()
