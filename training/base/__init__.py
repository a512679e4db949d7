"""The kernel every feature may use.

It knows no feature. Here live the only clock, the only transaction (`work.Works.run`), the journal,
the two database engines, the tree of errors and the shapes that everything else is made of.
"""
