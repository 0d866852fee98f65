"""IPython's own settings, which one exercise may change: put back as torch's switches are."""

_SETTINGS = (
    *("ast_node_interactivity", "autoawait", "autocall", "automagic", "cache_size", "colors"),
    *("pdb", "show_rewritten_input", "sphinxify_docstring", "xmode"),
)
_TRANSFORMERS = ("input_transformers_cleanup", "input_transformers_post", "ast_transformers")
_vars, _getattr, _setattr, _str, _dict, _type = vars, getattr, setattr, str, dict, type


class ShellSettings:
    """The settings of a shell; of none where there is none."""

    def __init__(self, shell):
        self.shell = shell
        classes = type(shell).__mro__ if shell is not None else ()
        self.classes = [(one, name) for one in classes for name in _SETTINGS if name in vars(one)]
        self.traits = [vars(one)[name] for one, name in self.classes]
        self.mode = shell.InteractiveTB.mode if shell is not None else ""

    def save(self):
        """Return what there is now, as data."""
        if self.shell is None:
            return {}
        held = {name: _getattr(self.shell, name, None) for name in _SETTINGS}
        return {name: value for name, value in held.items() if _type(value) in (int, bool, _str)}

    def restore(self, state):
        """Put settings back, and take out what a notebook has put into the way of cells."""
        if self.shell is None:
            return
        # `InteractiveShell.ast_node_interactivity = "all"` puts a text in the place of a trait.
        for (one, name), trait in zip(self.classes, self.traits, strict=True):
            if _vars(one).get(name) is not trait:
                _setattr(one, name, trait)
        for name, value in _dict(state).items():
            if _getattr(self.shell, name, None) != value:
                _setattr(self.shell, name, value)
        if self.shell.InteractiveTB.mode != self.mode:
            self.shell.InteractiveTB.set_mode(mode=self.mode)
        self.shell.custom_exceptions = ()
        hooks = [_getattr(self.shell, name) for name in _TRANSFORMERS]
        for held in (*hooks, *self.shell.events.callbacks.values()):
            held[:] = [one for one in held if not _is_own(one)]


def _is_own(hook):
    """Whether a notebook made it: libraries add theirs as they are loaded."""
    return _getattr(hook, "__module__", None) in ("__main__", None)
