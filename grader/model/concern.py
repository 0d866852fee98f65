"""Why a person should look at a hand-in, as far as it is known before it is judged."""

from typing import Literal

# claims: several hand-ins are said to be one student's; another's variant: it has numbers that were
# drawn for somebody else; the others: what was guessed.
Concern = Literal["claims", "another's variant", "guessed encoding", "guessed name", "guessed cell"]
