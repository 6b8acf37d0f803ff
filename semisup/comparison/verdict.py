"""Judge a comparison: did the unlabelled data help, which method to use, and what would more labels bring?"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from semisup.metrics import statistics
from semisup.metrics.statistics import Difference, Interval

SIGNIFICANT = 0.05  # level of the tests
NOT_WORTH = 0.01  # a gain in accuracy is "not worth it" if its whole interval lies below this
NAN = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class AtBudget:
    """How good a method is at one budget.

    Attributes:
        accuracy: mean over the draws.
        deviation: standard deviation over the draws.
        worst: accuracy of the worst draw.
        draws: number of draws with a score.
        seconds: median training time of a draw.
        against: difference from the reference at this budget.
        p_corrected: p-value of that difference, after Holm's correction over the whole comparison.
        worth: how many labels the reference needs for the same accuracy.
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
        """Whether the difference from the reference is significant after correction."""
        return self.p_corrected < SIGNIFICANT


@dataclass(frozen=True)
class Budget:
    """The conclusions at one budget.

    Attributes:
        labels: number of labels.
        reference: the method that the others are compared with.
        best: the method with the best mean.
        of_unlabelled: the best of the methods that use the unlabelled data.
        as_good: methods that the draws cannot tell from the best (paired t-test, Holm's correction over all such
            comparisons).
        answer: whether the unlabelled data helped: `yes`, `no` (a gain of a point or more is ruled out), `harm`,
            `not shown`, or `unknown`. It is unknown with too few draws, if a draw is the whole pool, if there is
            nothing to compare, or if the reference uses the unlabelled data itself.
    """

    labels: int
    reference: str | None
    best: str | None
    of_unlabelled: str | None
    as_good: list[str]
    answer: str


@dataclass(frozen=True)
class Verdict:
    """All conclusions of a comparison.

    Attributes:
        budgets: conclusions at each budget, in rising order.
        methods: results of each method, by name and then by number of labels.
        more: expected accuracy of each method with twice the largest budget, by name.
        about_data: whether the reference uses labels alone, so that a gain is due to the unlabelled data.
        chosen: whether the user has chosen the reference. Else it is the best from labels alone at each budget.
        failed: cells without a score, each with the reason.
        test_inputs: number of test inputs.
        pool: number of labelled rows that the draws are taken from.
        metric: metric that is called accuracy everywhere here: `accuracy`, `balanced_accuracy` or `auc`.
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
        """Return the verdict for programs. An unknown number is null. Infinity is "above" (the largest budget)."""
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
        cells: one row per cell, with `method`, `labels`, `draw`, `test_METRIC` and `train_seconds`.
        labels_alone: methods that use no unlabelled input. The best of them at each budget is the reference.
        reference: method to use as the reference instead.
        failed: cells without a score, each with the reason.
        test_inputs: number of test inputs.
        pool: number of labelled rows that the draws are taken from.
        metric: metric to compare, in [0, 1], higher is better.
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
            scores, reference_name = table[n].to_numpy(), references[n]
            of_reference = None if reference_name in (None, name) else accuracy[reference_name][n].to_numpy()
            overlap = n / pool
            has_worth = of_reference is not None and curve is not None
            worth = statistics.labels_worth(budgets, curve, scores, overlap) if has_worth else NAN
            median_seconds = float(seconds.get((name, n), math.nan))
            methods[name][int(n)] = _at_budget(scores, of_reference, median_seconds, worth, overlap)
    _correct(methods)
    others = [name for name in accuracy if name not in labels_alone and name != reference]
    about_data = all(name in labels_alone for name in rivals)
    conclusions = _budgets(accuracy, methods, references, others, about_data, pool)
    more = {
        name: statistics.extrapolate(budgets, table.to_numpy(), 2 * budgets[-1], budgets[-1] / pool)
        for name, table in accuracy.items()
    }
    return Verdict(conclusions, methods, more, about_data, reference is not None, failed, test_inputs, pool, metric)


def _best(accuracy: dict[str, pd.DataFrame], names: list[str], labels: int) -> str | None:
    """Return the method with the best mean at a budget. Leave out methods that lack a draw that others have."""
    draws = max((table[labels].count() for table in accuracy.values()), default=0)
    means = {name: accuracy[name][labels].mean() for name in names if accuracy[name][labels].count() == draws > 0}
    return max(means, key=means.__getitem__) if means else None


def _at_budget(
    scores: np.ndarray, of_reference: np.ndarray | None, seconds: float, worth: Interval, overlap: float
) -> AtBudget:
    """Summarise the (draws,) scores of a method and of the reference. NaN marks a draw without a score."""
    scored = scores[np.isfinite(scores)]
    against = (
        Difference(NAN, math.nan, math.nan, 0)
        if of_reference is None
        else statistics.paired(scores, of_reference, overlap)
    )
    if len(scored) == 0:
        return AtBudget(NAN, math.nan, math.nan, 0, seconds, against, math.nan, worth)
    deviation = float(scored.std(ddof=1)) if len(scored) > 1 else math.nan
    return AtBudget(
        statistics.mean(scored, overlap), deviation, float(scored.min()), len(scored), seconds, against, math.nan, worth
    )


def _correct(methods: dict[str, dict[int, AtBudget]]) -> None:
    """Fill in `p_corrected` of all methods at all budgets, by Holm's rule."""
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
    """Return the conclusions at each budget. `others` are the candidates: they use unlabelled inputs."""
    best = {n: _best(accuracy, list(accuracy), n) for n in references}
    pairs = [(n, name) for n in references for name in accuracy if best[n] not in (None, name)]
    tests = [
        statistics.paired(accuracy[best[n]][n].to_numpy(), accuracy[name][n].to_numpy(), n / pool).p_value
        for n, name in pairs
    ]
    p_values = dict(zip(pairs, statistics.holm(np.array(tests)), strict=True))
    budgets = []
    for n, reference in references.items():
        as_good = [name for name in accuracy if p_values.get((n, name), math.nan) >= SIGNIFICANT]
        candidate = _best(accuracy, others, n)
        answer = _answer(methods[candidate][int(n)]) if candidate and reference and about_data else "unknown"
        budgets.append(Budget(int(n), reference, best[n], candidate, as_good, answer))
    return budgets


def _answer(candidate: AtBudget) -> str:
    """Return whether the unlabelled data helped a method; see `Budget.answer`."""
    difference = candidate.against.interval
    if math.isnan(candidate.p_corrected):
        return "unknown"
    if candidate.real:
        return "yes" if difference.value > 0 else "harm"
    return "no" if difference.high < NOT_WORTH else "not shown"


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; see `Verdict.as_json`."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return "above" if value == math.inf else None if math.isnan(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value
