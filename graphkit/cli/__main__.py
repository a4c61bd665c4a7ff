"""`python -m graphkit.cli`, the same as `graphkit`."""

from graphkit.cli import main

main(prog_name="graphkit")
