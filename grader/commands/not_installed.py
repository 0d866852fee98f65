"""What the staff can do about modules that hand-ins import and this machine lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.facts import NotInstalled
from grader.model.result import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model.result import Report

# What is well known, by the name that it is imported by. Of others nobody is told to install them:
# the name is a student's, and anybody may have put something harmful under it.
_PACKAGES = {
    **{
        name: name
        for name in (
            *("accelerate", "albumentations", "altair", "bokeh", "catboost", "datasets", "dill"),
            *("einops", "evaluate", "gensim", "graphviz", "gymnasium", "h5py", "imageio", "ipdb"),
            *("ipywidgets", "jax", "joblib", "keras", "lightgbm", "lightning", "matplotlib"),
            *("missingno", "mplcyberpunk", "networkx", "nltk", "numba", "openpyxl", "optuna"),
            *("pandas", "plotly", "polars", "psutil", "pyarrow", "requests", "rich", "scipy"),
            *("seaborn", "sentencepiece", "shap", "spacy", "statsmodels", "sympy", "tabulate"),
            *("tensorboard", "tensorflow", "termcolor", "timm", "torchaudio", "torchinfo"),
            *("torchmetrics", "torchsummary", "torchtext", "torchvision", "torchviz", "tqdm"),
            *("transformers", "wandb", "xgboost"),
        )
    },
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "pytorch_lightning": "pytorch-lightning",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "yaml": "pyyaml",
}
# What only the site has that a notebook was written on.
_SITES = {"google": "Colab", "kaggle_secrets": "Kaggle", "dbruntime": "Databricks"}


def lines(wanted: Mapping[str, int]) -> list[str]:
    """Return a line for each module, for want of which exercises could not be run.

    wanted: by how many hand-ins each is.
    """
    return [_line(name, number) for name, number in sorted(wanted.items())]


def modules(report: Report) -> set[str]:
    """Return the modules for want of which exercises of a hand-in could not be run."""
    found = (
        result.ruling.modules
        for result in report.exercises
        if isinstance(result.ruling, NotInstalled) and is_open(result)
    )
    return {name for names in found for name in names}


def _line(name: str, number: int) -> str:
    what = f"{number} hand-in imports" if number == 1 else f"{number} hand-ins import"
    if site := _SITES.get(name):
        return (
            f"{what} {name}, which only {site} has: ask for {'it' if number == 1 else 'them'}"
            f" without that, or decide in overrides.csv"
        )
    if package := _PACKAGES.get(name):
        then = f"pip install {package}, then grade {'it' if number == 1 else 'them'} again"
        return f"{what} {name}, which is not installed here: {then}"
    return (
        f"{what} {name}, which is not installed here and was not handed in: ask for the file, or"
        f" install it if you know and trust the package, then grade"
        f" {'it' if number == 1 else 'them'} again"
    )
