"""Places under fire: server processes and client processes, and checks of what came of it.

`clients` asks like an opening minute does, with the verbs of `operations`; `history` is what the clients were told;
`scenes` prepares sessions and reads the rows afterwards; `checks` holds one against the other; `sabotage` breaks the
product on purpose, so that each check is seen to find what it is there for.
"""
