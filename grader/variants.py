"""What other code gave in the cells of exercises, where a reference was asked: each is run once."""

from collections.abc import Callable, Mapping

from grader.model.values import NoValue, Values

Key = tuple[str, str]  # an exercise, and the code that stood in its cell


class Variants:
    """What is known of them.

    found: looks for one that is not known yet, as on a disk, and keep puts one there.
    """

    def __init__(
        self,
        known: Mapping[Key, Values] | None = None,
        *,
        found: Callable[[Key], Values | None] = lambda key: None,
        keep: Callable[[Key, Values], object] = lambda key, values: None,
    ) -> None:
        self.known = dict(known or {})
        self._found, self._keep = found, keep

    def of(self, key: Key, run: Callable[[], Values]) -> Values:
        """Return the values of one, which are run where nobody has done so.

        What has none for a check is kept for this process alone: the next may have more luck.
        """
        if key not in self.known:
            found = self._found(key)
            if found is None:
                found = run()
                if not any(isinstance(value, NoValue) for value in found.values()):
                    self._keep(key, found)
            self.known[key] = found
        return self.known[key]
