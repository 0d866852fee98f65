"""Seeding without a device: torch notes where it was asked for, for when one is used after all.

It writes out the stack three times at each `torch.manual_seed`, with lines read from files, which
takes longer than many a cell. A kernel that has a card opens it before any cell.
"""

import traceback

import torch


class _Nowhere:
    """Stands where torch would ask `traceback` for the stack, which is all that it asks for."""

    @staticmethod
    def format_stack() -> list[str]:
        return []


def install() -> None:
    """Have torch note nothing, in this process and its forks."""
    for name in ("cuda", "xpu", "mtia"):
        module = getattr(torch, name, None)
        if getattr(module, "traceback", None) is traceback:
            vars(module)["traceback"] = _Nowhere
