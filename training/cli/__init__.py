"""What the operator types: `training COMMAND`. One file per group of commands; nothing here is known below.

Exit codes: 0 done, 1 it could not be done (one sentence on the error output says why), 2 used wrongly.
"""

from training.cli.entry import main

__all__ = ["main"]
