"""Which of the options of stage two each method and head looks at."""

import dataclasses

from semisup.settings.reader import ReaderSettings

METHOD_ENCODERS = {  # what each method can do with the encoder; the first is its default
    "supervised": ("finetuned", "frozen", "scratch"),
    "joint": ("finetuned", "scratch"),
    "graph": ("frozen",),
    "self_training": ("finetuned", "frozen", "scratch"),
    "consistency": ("finetuned", "scratch"),
    "ladder": ("finetuned", "scratch"),
}

TRAINED = ("steps", "batch_size", "learning_rate", "weight_decay")
HEAD = (
    *TRAINED,
    "head_widths",
    "noise",
    "dropout",
    "label_smoothing",
    "augment",
    "average_shifts",
    "encoder_rate",
    "unfreeze",
)
GRAPH = ("graph_codes", "graph_runs", "neighbours", "spreading", "class_sizes", "size_tolerance")
OPTIONS = {  # what of the settings each method looks at
    "supervised": HEAD,
    "joint": (*HEAD, "reconstruction_weight"),
    "graph": GRAPH,
    "self_training": (*HEAD, *GRAPH, "start", "rounds", "trusted"),
    "consistency": (*HEAD, *GRAPH, "start", "trusted", "threshold"),
    "ladder": TRAINED,
}
READER_OPTIONS = tuple(option.name for option in dataclasses.fields(ReaderSettings))
CLASSIFIER_OPTIONS = ("calibrate", "register")
OF_NO_READER = (*CLASSIFIER_OPTIONS, "average_shifts")
# what a cell of a comparison is not told
OF_NO_CELL = {
    "run",
    "data",
    "data_dir",
    "labels",
    "draw",
    "threads",
    "resume",
    "head",
    *READER_OPTIONS,
    *CLASSIFIER_OPTIONS,
}
OF_A_TRAINED_ENCODER = ("augment", "average_shifts", "encoder_rate", "unfreeze")
SOME_METHODS_OPTIONS = {name for names in OPTIONS.values() for name in names}


def used_options(method: str, encoder: str | None) -> list[str]:
    """Those that a method looks at with a frozen, fine-tuned or scratch encoder (None: its default); none if there is
    no such method."""
    frozen = (encoder or METHOD_ENCODERS.get(str(method), (None,))[0]) == "frozen"
    return [name for name in OPTIONS.get(str(method), ()) if not (frozen and name in OF_A_TRAINED_ENCODER)]
