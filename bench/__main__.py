"""Take every figure, then write the documentation's table of them."""

from bench import figures, table

figures.main()
table.main()
