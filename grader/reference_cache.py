"""References that were run before, in a cache: the next process runs no solution again.

What is kept follows from what the key has: the source and its seeds, the grader's own code, the
kind of kernel, Python, all packages, and the processor, whose vector units round as they do.
"""

from contextlib import suppress
from pathlib import Path

from grader import own_code, preloaded, ready_made
from grader.cache_folder import CacheFolder, key_of
from grader.errors import BadAnswer, SourceError
from grader.formats import values_file
from grader.formats.values_file import ValuesFile
from grader.kernels.kernel import KernelFactory
from grader.kernels.sandbox import is_shown
from grader.model.assignment import Assignment
from grader.model.values import Values
from grader.reference import Reference, prepare
from grader.reference_memory import Asked
from grader.running.plan import SEED
from grader.variants import Key, Variants


def prepared(
    assignment: Assignment,
    *,
    factory: KernelFactory,
    device: str,
    seed: int = SEED,
    cache: Path | None = None,
) -> Reference:
    """Return the reference of an assignment, from the cache where it has it; else as `prepare`.

    cache: its folder. None for no cache, which is also done without where nothing would keep
    student code from reading it.
    """
    if cache is None or not factory.isolation.hides_files or is_shown(cache):
        return prepare(assignment, factory=factory, device=device, seed=seed)
    cached = _Cached(CacheFolder(cache), assignment, factory, device, seed)
    return cached.reference()


def known(asked: Asked, assignment: Assignment, factory: KernelFactory) -> Reference | None:
    """Return a reference from the cache, without ever running a solution; None where it has none.

    assignment: of the source that is asked about, its seeds shifted.
    """
    if assignment.digest != asked.digest or is_shown(asked.cache):
        return None
    folder = CacheFolder(asked.cache)
    return _Cached(folder, assignment, factory, asked.device, asked.seed).known()


class _Cached:
    """The entries of one reference."""

    def __init__(
        self,
        folder: CacheFolder,
        assignment: Assignment,
        factory: KernelFactory,
        device: str,
        seed: int,
    ) -> None:
        self._folder, self._assignment, self._factory = folder, assignment, factory
        self._device, self._seed = device, seed
        source = assignment.name, assignment.digest
        here = own_code.surroundings(), *own_code.processor()
        self._about: tuple[str | int, ...] = (*source, factory.name, device, seed, *here)

    def known(self) -> Reference | None:
        """Return it, with variants that are looked for here and kept here; None where it is not."""
        data = self._folder.get(self._key())
        if data is not None:
            variants = Variants(found=self._found, keep=self._keep)
            with suppress(SourceError):  # it was written by another grader of the same code
                return ready_made.load(
                    data, self._assignment, factory=self._factory, variants=variants
                )
        return None

    def reference(self) -> Reference:
        """Return it, as `known` does; else it is run."""
        if (found := self.known()) is not None:
            return found
        with self._folder.alone(self._key()):
            return self.known() or self._made()

    def _made(self) -> Reference:
        made = prepare(
            self._assignment,
            factory=self._factory,
            device=self._device,
            seed=self._seed,
            variants=Variants(found=self._found, keep=self._keep),
        )
        self._folder.put(self._key(), ready_made.dump(made))
        preloaded.keep(self._assignment, made.recording.modules, self._folder.path)
        self._folder.trim()
        return made

    def _found(self, key: Key) -> Values | None:
        data = self._folder.get(self._key(*key))
        if data is not None:
            with suppress(BadAnswer, KeyError):
                return values_file.load(data).groups[key]
        return None

    def _keep(self, key: Key, values: Values) -> None:
        data = values_file.dump(ValuesFile(groups={key: values}))
        self._folder.put(self._key(*key), data)

    def _key(self, *further: str) -> str:
        return key_of(*self._about, *further)
