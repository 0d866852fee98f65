"""What the names in a pattern of `match` stand for, as far as the subject tells."""

import ast
from collections.abc import Callable, Iterator

from grader.syntax.meanings import held, holding


def captured(
    pattern: ast.pattern, meaning: str | list[str], visit: Callable[[ast.AST], str]
) -> Iterator[tuple[str, str]]:
    """Yield the names that a pattern binds, with what they stand for; its code is visited.

    meaning: of the subject, or of the items of a list or tuple.
    """
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            if inner is not None:
                yield from captured(inner, meaning, visit)
            if name is not None:
                yield name, meaning if isinstance(meaning, str) else holding(meaning)
        case ast.MatchOr(patterns=parts):
            for part in parts:
                yield from captured(part, meaning, visit)
        case ast.MatchSequence(patterns=parts):
            found = held(meaning) if isinstance(meaning, str) else meaning
            is_known = len(found) == len(parts) and not any(
                isinstance(part, ast.MatchStar) for part in parts
            )
            for part, one in zip(parts, found if is_known else [""] * len(parts), strict=True):
                yield from captured(part, one, visit)
        case ast.MatchStar(name=str(name)):
            yield name, ""
        case ast.MatchMapping(keys=codes, patterns=parts, rest=rest):
            yield from _inside([*codes], parts, visit)
            if rest is not None:
                yield rest, ""
        case ast.MatchClass(cls=code, patterns=parts, kwd_patterns=named):
            yield from _inside([code], [*parts, *named], visit)
        case ast.MatchValue(value=code):
            visit(code)


def _inside(
    codes: list[ast.expr], parts: list[ast.pattern], visit: Callable[[ast.AST], str]
) -> Iterator[tuple[str, str]]:
    for code in codes:
        visit(code)
    for part in parts:
        yield from captured(part, "", visit)
