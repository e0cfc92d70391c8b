"""One training run as one table of choices; the card of a released model carries it word for word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, get_args

import timm

from ml.training.choices import Choices

Kind = Literal["multiclass", "multilabel"]
Pooling = Literal["avg", "max", "catavgmax"]  # timm's names; catavgmax puts both side by side
Optimiser = Literal["adamw", "adam", "nadam", "sgd"]
Balance = Literal["none", "weights", "sampler", "root"]
Precision = Literal["auto", "float32", "bfloat16"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "pooling": get_args(Pooling),
    "optimiser": get_args(Optimiser),
    "balance": get_args(Balance),
    "precision": get_args(Precision),
}
_SHARES = ("dropout", "label_smoothing", "min_scale", "colour", "ema_decay", "reading", "distil", "erase")


@dataclass(frozen=True)
class Experiment(Choices):
    """Every choice of a run; the defaults suit two CPU cores and a few thousand photos. New choices come last."""

    task: str
    labels: tuple[str, ...]
    kind: Kind = "multiclass"
    main_labels: tuple[str, ...] = ()  # those macro-F1 is over, where the rest are too rare to measure; () = all
    backbone: str = "tf_efficientnet_lite0"
    image_size: int = 160  # pixels; training and serving agree
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)  # the Lite family's own
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    frozen_stages: int = 3  # stem and first blocks stay as ImageNet left them
    head_epochs: int = 25  # over cached features, seconds each
    epochs: int = 10
    epoch_photos: int = 0  # photos drawn anew for each epoch, where neighbours repeat one another; 0 = all
    batch_size: int = 32
    learning_rate: float = 1e-3  # of the head; one-cycle peak
    stage_decay: float = 0.7  # each earlier stage learns this much slower (discriminative fine-tuning)
    weight_decay: float = 0.02
    dropout: float = 0.2
    label_smoothing: float = 0.05
    prior_strength: float = 1.0  # logit adjustment for class imbalance, 0 = none (Menon 2021, arXiv 2007.07314)
    unknown_weight: float = 0.5  # multilabel: what an unconfirmed absence weighs beside a confirmed presence
    min_scale: float = 0.5  # smallest share of the photo a training crop keeps
    colour: float = 0.25  # brightness, contrast and saturation vary by this share
    rotate: bool = True  # quarter turns and small angles; eyes stay upright
    ema_decay: float = 0.998  # averaged weights are what is released
    views: tuple[str, ...] = ("whole",)  # when it answers: "mirrored" as well averages the two (chosen on val)
    seed: int = 20261122
    pooling: Pooling = "avg"  # the only one whose heat map costs no second pass; others train, but are not released
    optimiser: Optimiser = "adamw"
    balance: Balance = "none"  # rare classes weigh more in the loss, or are drawn more often, or by the root of that
    focal: float = 0.0  # how much easy photos fade (Lin 2017, arXiv 1708.02002), 0 = not at all
    mixup: float = 0.0  # photos blended in pairs (Zhang 2017, arXiv 1710.09412): the Beta's alpha, 0 = none
    cutmix: float = 0.0  # a part of one photo laid into another (Yun 2019, arXiv 1905.04899): alpha, 0 = none
    precision: Precision = "auto"  # bfloat16 on a GPU, float32 on a CPU, or one of them everywhere
    reading: float = 0.0  # share of the released answer that a linear reading of the later stages has, 0 = none
    patience: int = 0  # epochs without a better val figure before the run ends early, 0 = never
    distil: float = 0.0  # share of the loss that follows the answer of teachers, those named with --teachers; 0 = none
    teachers: tuple[str, ...] = ()  # backbones of theirs and of their teachers'; training writes it down, for the card
    erase: float = 0.0  # share of the views with a random part blanked

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """The same run with some choices replaced.

        Raises:
            ValueError: an option is not a field of the experiment, or its value is none of those it may have.
        """
        for name, choices in _CHOICES.items():
            if options.get(name, choices[0]) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {options[name]}")
        changed = super().with_options(options)
        for name in _SHARES:
            if getattr(changed, name) > 1:
                raise ValueError(f"{name} is a share, from 0 to 1, not {options[name]}")
        if changed.image_size < 32 or changed.batch_size < 1:
            raise ValueError("image_size is 32 or more, and batch_size 1 or more")
        if "backbone" in options and not timm.is_model(changed.backbone):
            raise ValueError(f"timm has no backbone {changed.backbone}")
        if not changed.views or set(changed.views) - {"whole", "mirrored"}:
            raise ValueError(f'views are ["whole"] or ["whole", "mirrored"], not {list(changed.views)}')
        return changed


def read_experiment(folder: Path) -> Experiment:
    """The choices that a run in ``folder`` was made with; raises FileNotFoundError when there is no run."""
    return Experiment.from_json(json.loads((folder / "experiment.json").read_text(encoding="utf-8")))


_DOG_EYE = ("conjunctivitis", "cataract", "blepharitis", "nonulcerative_keratitis", "ulcerative_keratitis")
_CAT_EYE = ("conjunctivitis", "corneal_ulcer", "corneal_sequestrum", "nonulcerative_keratitis", "blepharitis")
_DOG_SKIN_MAIN = ("demodicosis", "dermatitis", "fungal_infection", "healthy", "hypersensitivity", "ringworm")
_DOG_SKIN_RARE = ("flea_allergy", "ear_mites", "mange", "pyoderma", "leprosy", "hotspot", "bacterial")

EXPERIMENTS = {
    experiment.task: experiment
    for experiment in (
        Experiment("dog_eye", _DOG_EYE, kind="multilabel", rotate=False, epochs=4, min_scale=0.6, frozen_stages=4),
        Experiment("cat_eye", _CAT_EYE, kind="multilabel", rotate=False, epochs=4, min_scale=0.6, frozen_stages=4),
        Experiment("dog_skin", _DOG_SKIN_MAIN + _DOG_SKIN_RARE, main_labels=_DOG_SKIN_MAIN, epochs=12),
        Experiment("cat_skin", ("flea_allergy", "healthy", "ringworm", "scabies"), epochs=15),
        Experiment("human_skin", ("nv", "mel", "bkl", "bcc", "akiec", "scc", "df", "vasc"), epochs=5, frozen_stages=4),
        Experiment("human_eye", ("cataract", "conjunctivitis", "no_finding"), epochs=15, rotate=False),
    )
}
