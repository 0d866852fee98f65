"""The public names that Python itself has: who binds one of them hides it."""

import builtins

BUILTINS = tuple(name for name in vars(builtins) if not name.startswith("_"))
