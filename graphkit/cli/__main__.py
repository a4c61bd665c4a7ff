"""`python -m graphkit.cli`, the same as `graphkit`."""

from graphkit.__main__ import main

main()
