"""The verdict of a comparison: did the unlabelled data help, which method to use, what more labels would bring."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from semisup.metrics import statistics
from semisup.metrics.statistics import Difference, Interval

SIGNIFICANT = 0.05
NOT_WORTH = 0.01  # a gain in accuracy that is surely smaller is called not worth it
NAN = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class AtBudget:
    """What a method does with so many labels.

    Attributes:
        accuracy: mean over the draws.
        deviation: standard deviation over the draws.
        worst: draw.
        draws: how many were scored.
        seconds: median time of a draw.
        against: difference to the reference at this budget.
        p_corrected: of that difference, after Holm's correction for all of the comparison.
        worth: how many labels the reference needs for the same.
    """

    accuracy: Interval
    deviation: float
    worst: float
    draws: int
    seconds: float
    against: Difference
    p_corrected: float
    worth: Interval

    @property
    def real(self) -> bool:
        return self.p_corrected < SIGNIFICANT


@dataclass(frozen=True)
class Budget:
    """What to do with so many labels.

    Attributes:
        reference: the method that the others are compared with.
        best: the method with the best mean, and `of_unlabelled` the best of those that use the unlabelled data.
        as_good: those that cannot be told from the best (paired t-test, Holm's correction over all such comparisons).
        answer: whether the unlabelled data helped: `yes`, `no` (a gain of a point or more is ruled out), `harm`,
            `not shown`, or `unknown` (too few draws, draws that are the whole pool, nothing to compare, or a reference
            that uses the unlabelled data itself).
    """

    labels: int
    reference: str | None
    best: str | None
    of_unlabelled: str | None
    as_good: list[str]
    answer: str


@dataclass(frozen=True)
class Verdict:
    """All that is claimed.

    Attributes:
        budgets: in rising order.
        methods: by name, then by number of labels.
        more: by name, the accuracy to be expected with twice the largest budget.
        about_data: whether the reference sees labels alone, so that a gain is one by the unlabelled data.
        chosen: whether the reference was asked for by the user; else it is the best from labels alone at each budget.
        failed: cells without a score, each with the reason.
        test_inputs: how many.
        pool: how many labelled rows the draws are from.
        metric: what all "accuracies" here are: `accuracy`, `balanced_accuracy` or `auc`.
    """

    budgets: list[Budget]
    methods: dict[str, dict[int, AtBudget]]
    more: dict[str, Interval]
    about_data: bool
    chosen: bool
    failed: dict[str, str]
    test_inputs: int
    pool: int
    metric: str

    def as_json(self) -> dict[str, Any]:
        """For programs: what is not known is null, and infinity is "above" the largest budget."""
        return _plain(dataclasses.asdict(self)) | {"confidence": statistics.CONFIDENCE}


def judge(
    cells: pd.DataFrame,
    labels_alone: list[str],
    reference: str | None,
    failed: dict[str, str],
    test_inputs: int,
    pool: int,
    metric: str = "accuracy",
) -> Verdict:
    """Draw the conclusions.

    Args:
        cells: one row a cell, with `method`, `labels`, `draw`, `test_METRIC` and `train_seconds`.
        labels_alone: the methods that see no unlabelled input; the best of them at each budget is what the others are
            compared with.
        reference: compare with this method instead.
        failed: cells without a score, each with the reason.
        test_inputs: how many the accuracies are of.
        pool: how many labelled rows the draws are from.
        metric: what is compared, from 0 to 1, the more the better.
    """
    budgets, draws = np.array(sorted(cells["labels"].unique())), np.array(sorted(cells["draw"].unique()))
    accuracy = {  # (draws, budgets) for each method
        name: group.pivot(index="draw", columns="labels", values=f"test_{metric}").reindex(index=draws, columns=budgets)
        for name, group in cells.groupby("method", sort=False)
    }
    rivals = [name for name in ([reference] if reference else labels_alone) if name in accuracy]
    references = {n: _best(accuracy, rivals, n) for n in budgets}
    curve = None
    if all(references.values()):
        curve = np.column_stack([accuracy[references[n]][n] for n in budgets])  # (draws, budgets)
    seconds = cells.groupby(["method", "labels"])["train_seconds"].median()
    methods: dict[str, dict[int, AtBudget]] = {}
    for name, table in accuracy.items():
        methods[name] = {}
        for n in budgets:
            mine, reference_of_n = table[n].to_numpy(), references[n]
            theirs = None if reference_of_n in (None, name) else accuracy[reference_of_n][n].to_numpy()
            overlap = n / pool
            worth = NAN if theirs is None or curve is None else statistics.labels_worth(budgets, curve, mine, overlap)
            spent = float(seconds.get((name, n), math.nan))
            methods[name][int(n)] = _at_budget(mine, theirs, spent, worth, overlap)
    _correct(methods)
    others = [name for name in accuracy if name not in labels_alone and name != reference]
    about_data = all(name in labels_alone for name in rivals)
    found = _budgets(accuracy, methods, references, others, about_data, pool)
    more = {
        name: statistics.extrapolate(budgets, table.to_numpy(), 2 * budgets[-1], budgets[-1] / pool)
        for name, table in accuracy.items()
    }
    return Verdict(found, methods, more, about_data, reference is not None, failed, test_inputs, pool, metric)


def _best(accuracy: dict[str, pd.DataFrame], names: list[str], labels: int) -> str | None:
    """By the mean of the draws; methods that lack some which others have are not considered."""
    draws = max((table[labels].count() for table in accuracy.values()), default=0)
    means = {name: accuracy[name][labels].mean() for name in names if accuracy[name][labels].count() == draws > 0}
    return max(means, key=means.__getitem__) if means else None


def _at_budget(
    mine: np.ndarray, theirs: np.ndarray | None, seconds: float, worth: Interval, overlap: float
) -> AtBudget:
    known = mine[np.isfinite(mine)]
    against = Difference(NAN, math.nan, math.nan, 0) if theirs is None else statistics.paired(mine, theirs, overlap)
    if len(known) == 0:
        return AtBudget(NAN, math.nan, math.nan, 0, seconds, against, math.nan, worth)
    deviation = float(known.std(ddof=1)) if len(known) > 1 else math.nan
    return AtBudget(
        statistics.mean(known, overlap), deviation, float(known.min()), len(known), seconds, against, math.nan, worth
    )


def _correct(methods: dict[str, dict[int, AtBudget]]) -> None:
    keys = [(name, n) for name, by_labels in methods.items() for n in by_labels]
    corrected = statistics.holm(np.array([methods[name][n].against.p_value for name, n in keys]))
    for (name, n), p_value in zip(keys, corrected, strict=True):
        methods[name][n] = dataclasses.replace(methods[name][n], p_corrected=float(p_value))


def _budgets(
    accuracy: dict[str, pd.DataFrame],
    methods: dict[str, dict[int, AtBudget]],
    references: dict[int, str | None],
    others: list[str],
    about_data: bool,
    pool: int,
) -> list[Budget]:
    best = {n: _best(accuracy, list(accuracy), n) for n in references}
    pairs = [(n, name) for n in references for name in accuracy if best[n] not in (None, name)]
    tests = [
        statistics.paired(accuracy[best[n]][n].to_numpy(), accuracy[name][n].to_numpy(), n / pool).p_value
        for n, name in pairs
    ]
    told = dict(zip(pairs, statistics.holm(np.array(tests)), strict=True))
    found = []
    for n, reference in references.items():
        as_good = [name for name in accuracy if told.get((n, name), math.nan) >= SIGNIFICANT]
        candidate = _best(accuracy, others, n)
        answer = _answer(methods[candidate][int(n)]) if candidate and reference and about_data else "unknown"
        found.append(Budget(int(n), reference, best[n], candidate, as_good, answer))
    return found


def _answer(candidate: AtBudget) -> str:
    difference = candidate.against.interval
    if math.isnan(candidate.p_corrected):
        return "unknown"
    if candidate.real:
        return "yes" if difference.value > 0 else "harm"
    return "no" if difference.high < NOT_WORTH else "not shown"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return "above" if value == math.inf else None if math.isnan(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value
