"""Documents in: files -> texts -> candidate claims -> review -> a fact base.

`texts` reads files in a child process; `reader` finds candidates in a text, without a model and without a network;
`queue` keeps them and what was decided of them; `review` serves the page on which an analyst decides;
`evaluation` measures the reader against gold.
"""
