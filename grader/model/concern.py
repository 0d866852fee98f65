"""Why a person should look at a hand-in, as far as it is known before it is judged."""

from typing import Literal

# claims: several hand-ins are said to be one student's; another's variant: it has numbers that were
# drawn for somebody else; forbidden in use: a call used what its exercise forbids, and the code
# does not show it; the others: what was guessed.
Concern = Literal[
    "claims",
    "another's variant",
    "guessed encoding",
    "guessed name",
    "guessed cell",
    "forbidden in use",
]
