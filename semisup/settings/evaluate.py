"""Options of `evaluate`."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.settings import checks, sources, tasks
from semisup.settings.options import Options, part
from semisup.settings.tasks import TASKS


@dataclass(frozen=True, kw_only=True)
class TaskOptions(Options):
    """What to score.

    Args:
        task: what to score. "reconstruction": how well test inputs are reconstructed. "probe": simple classifiers and
            clusterings of the codes. "hashing": retrieval by binary codes. "anomaly": telling one class from all
            others. "generation": new inputs drawn from the code. "manifold": paths through the code. "code_size": the
            same network trained with other sizes of the code, and a recommended size.
        run: id of the run to score. Default: the latest finished stage-one run.
        data: source of the data, as in pretrain. Default: the data of the run.
        data_dir: folder with prepared TensorFlow Datasets. Default: the folder of the run.
        seed: seed of everything that a task draws at random.
    """

    title: ClassVar[str] = "Task"

    task: Literal[tuple(TASKS)]  # type: ignore[valid-type]
    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    seed: int = 0

    def check(self) -> None:
        checks.choice("task", self.task, TASKS)
        checks.run_id(self)
        if self.data is not None:
            sources.source_of(self.data)
        checks.seeds(self, "seed")


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(TaskOptions, *tasks.GROUPS):
    """Score what the code of a stage-one or stage-two run is good for, and log the scores to that run."""

    def unused(self) -> dict[type[Options], str]:
        read = TASKS[self.task].options
        why = f"expected none, task {self.task} has no use for it"
        return {group: why for group in tasks.GROUPS if group not in read}

    @property
    def task_options(self) -> tuple[Options, ...]:
        """The groups of options that the task reads, in the order of its row in `TASKS`."""
        return tuple(part(self, group) for group in TASKS[self.task].options)
