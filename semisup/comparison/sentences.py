"""Write a verdict in words, as Markdown."""

import math

from semisup.comparison.verdict import NOT_WORTH, AtBudget, Budget, Verdict
from semisup.metrics.statistics import LEAST_DRAWS, Interval

ANSWERS = {
    "yes": "yes",
    "no": "no, not worth it",
    "harm": "no, labels alone do better",
    "not shown": "not shown",
    "unknown": "cannot be said",
}


def paragraphs(verdict: Verdict) -> list[str]:
    """Return the paragraphs: one per budget, what more labels would bring, and how all this was found."""
    answers = [_at(verdict, budget) for budget in verdict.budgets if budget.best]
    return [*answers, *_more(verdict), _basis(verdict), *_failed(verdict)]


def title(verdict: Verdict) -> str:
    """Return the question that the comparison answers."""
    return "Did the unlabelled data help?" if verdict.about_data else "Which method is best?"


def metric(verdict: Verdict) -> str:
    """Return the name of the compared metric in words."""
    return {"auc": "area under the curve"}.get(verdict.metric, shown(verdict.metric))


def markdown(verdict: Verdict) -> str:
    """Return the whole text."""
    return f"# {title(verdict)}\n\n" + "\n\n".join(paragraphs(verdict)) + "\n"


def table(verdict: Verdict) -> tuple[list[str], list[list[str]]]:
    """Return a header, and one row per method: mean ± standard deviation of the metric in per cent at each budget."""
    budgets = [budget.labels for budget in verdict.budgets]
    rows = [[shown(name), *(spread(by_labels[n]) for n in budgets)] for name, by_labels in verdict.methods.items()]
    return ["labels", *map(str, budgets)], rows


def shown(name: str) -> str:
    """Return the name of a method as it is shown, without the underscores of baselines."""
    return name.replace("_", " ")


def spread(metrics: AtBudget) -> str:
    """Return mean ± standard deviation in per cent."""
    if metrics.draws == 0:
        return "failed"
    return f"{100 * metrics.accuracy.value:.1f} ± {100 * metrics.deviation:.1f}"


def percent(interval: Interval) -> str:
    """Return a fraction in per cent, with its interval."""
    value = f"{100 * interval.value:.1f} %"
    return value if math.isnan(interval.low) else f"{value} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def points(interval: Interval) -> str:
    """Return a difference in percentage points, with its interval."""
    value = f"{100 * interval.value:+.1f} points"
    return value if math.isnan(interval.low) else f"{value} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def worth(metrics: AtBudget, verdict: Verdict) -> str:
    """Return how many labels the reference needs to be as good, as "320 (280 to 410)" or "more than 1000"."""
    least, most = verdict.budgets[0].labels, verdict.budgets[-1].labels

    def labels(value: float) -> str:
        return f"more than {most}" if value == math.inf else f"fewer than {least}" if value == 0 else f"{value:.0f}"

    value, low, high = metrics.worth
    if math.isnan(value):
        return ""
    return labels(value) if math.isnan(low) or low == high else f"{labels(value)} ({labels(low)} to {labels(high)})"


def p_value(value: float) -> str:
    """Return a p-value to show, "" if there is none."""
    return "" if math.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.2g}"


def _at(verdict: Verdict, budget: Budget) -> str:
    """Return the paragraph of one budget."""
    n, best = budget.labels, verdict.methods[budget.best][budget.labels]
    lead = f"With {n} labels: {ANSWERS[budget.answer]}." if verdict.about_data else f"With {n} labels."
    text = f"**{lead}** Use {shown(budget.best)}: {percent(best.accuracy)}"
    text += f", worst draw {100 * best.worst:.1f} %."
    if budget.as_good:
        text += f" The draws cannot tell it from {_list([shown(name) for name in budget.as_good])}."
    if budget.of_unlabelled is None or budget.reference is None:
        return text
    candidate = verdict.methods[budget.of_unlabelled][n]
    difference = candidate.against
    if difference.draws == 0:
        return text
    text += f" {_capital(shown(budget.of_unlabelled))} is {points(difference.interval)} from {shown(budget.reference)}"
    text += "" if verdict.chosen else ", the best from labels alone,"
    text += f" and better in {100 * difference.won:.0f} % of the draws"
    if not math.isnan(candidate.p_corrected):
        p = p_value(candidate.p_corrected)
        text += f" (p {p if p.startswith('<') else '= ' + p} after correction)"
    text += "."
    if candidate.real and difference.interval.value > 0 and not math.isnan(candidate.worth.value):
        compared_to = "without the unlabelled data" if verdict.about_data else f"to {shown(budget.reference)}"
        text += f" Its {n} labels are worth {worth(candidate, verdict)} {compared_to}."
    if budget.answer == "no":
        text += f" A gain of {100 * NOT_WORTH:.0f} point or more is ruled out."
    return text


def _more(verdict: Verdict) -> list[str]:
    """Return a paragraph on twice as many labels as the largest budget, if that can be extrapolated."""
    last = verdict.budgets[-1]
    if last.best is None or math.isnan(verdict.more[last.best].value):
        return []
    now, then = verdict.methods[last.best][last.labels].accuracy, verdict.more[last.best]
    return [
        f"**More labels.** With {2 * last.labels} instead of {last.labels}, {shown(last.best)} would go from "
        f"{100 * now.value:.1f} % to {percent(then)}, if its error falls as a power of the labels."
    ]


def _basis(verdict: Verdict) -> str:
    """Return the paragraph on draws, intervals and tests."""
    draws = max(metrics.draws for by_labels in verdict.methods.values() for metrics in by_labels.values())
    text = f"**What this rests on.** {draws} label draws, the same for every method, from {verdict.pool} labelled rows"
    if draws < LEAST_DRAWS:
        return f"{text}: too few for intervals and tests, which want at least {LEAST_DRAWS}."
    tests = sum(not math.isnan(m.p_corrected) for by_labels in verdict.methods.values() for m in by_labels.values())
    return (
        f"{text}. Intervals are 95 % bootstrap intervals over the draws: BCa, but percentiles for what labels are "
        "worth and for more labels. They are widened because draws from one pool share rows. Differences are paired by "
        f"draw; their p-values are those of Student's paired t-test, corrected by Holm's rule for {tests} comparisons. "
        f"All of them say what other labels would give on these {verdict.test_inputs} test inputs"
        f"{_other_inputs(verdict)}. The best method was picked by the same numbers, which flatters it a little. "
        "Methods can differ in more than the data that they see: only fine-tuned against scratch isolates stage one."
    )


def _other_inputs(verdict: Verdict) -> str:
    """Return how much other test inputs would move an accuracy. Return "" for other metrics, which are not binomial."""
    if verdict.metric != "accuracy":
        return ""
    accuracies = [metrics.accuracy.value for metrics in verdict.methods[verdict.budgets[-1].best].values()]
    error = math.sqrt(accuracies[-1] * (1 - accuracies[-1]) / verdict.test_inputs)
    return f"; others would move an accuracy by about {100 * error:.1f} points (a standard error)"


def _failed(verdict: Verdict) -> list[str]:
    """Return a paragraph on the cells without a score, if there are any."""
    if not verdict.failed:
        return []
    lines = [f"- {cell}: {reason}" for cell, reason in verdict.failed.items()]
    return ["**Not scored:**\n\n" + "\n".join(lines)]


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
