"""A verdict in words, as Markdown."""

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
    """The verdict, a paragraph a budget, then what more labels would bring, then what all this rests on."""
    told = [_at(verdict, budget) for budget in verdict.budgets if budget.best]
    return [*told, *_more(verdict), _basis(verdict), *_failed(verdict)]


def title(verdict: Verdict) -> str:
    return "Did the unlabelled data help?" if verdict.about_data else "Which method is best?"


def metric(verdict: Verdict) -> str:
    """What was compared, in words."""
    return {"auc": "area under the curve"}.get(verdict.metric, shown(verdict.metric))


def markdown(verdict: Verdict) -> str:
    return f"# {title(verdict)}\n\n" + "\n\n".join(paragraphs(verdict)) + "\n"


def table(verdict: Verdict) -> tuple[list[str], list[list[str]]]:
    """The header and a row a method: mean ± standard deviation of the metric in per cent at each budget."""
    budgets = [budget.labels for budget in verdict.budgets]
    rows = [[shown(name), *(spread(by_labels[n]) for n in budgets)] for name, by_labels in verdict.methods.items()]
    return ["labels", *map(str, budgets)], rows


def shown(name: str) -> str:
    """A method's name for people: those of baselines are options, with underscores."""
    return name.replace("_", " ")


def spread(figures: AtBudget) -> str:
    if figures.draws == 0:
        return "failed"
    return f"{100 * figures.accuracy.value:.1f} ± {100 * figures.deviation:.1f}"


def percent(interval: Interval) -> str:
    value = f"{100 * interval.value:.1f} %"
    return value if math.isnan(interval.low) else f"{value} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def points(interval: Interval) -> str:
    value = f"{100 * interval.value:+.1f} points"
    return value if math.isnan(interval.low) else f"{value} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def worth(figures: AtBudget, verdict: Verdict) -> str:
    """How many labels the reference would need, as "320 (280 to 410)" or "more than 1000"."""
    least, most = verdict.budgets[0].labels, verdict.budgets[-1].labels

    def labels(value: float) -> str:
        return f"more than {most}" if value == math.inf else f"fewer than {least}" if value == 0 else f"{value:.0f}"

    value, low, high = figures.worth
    if math.isnan(value):
        return ""
    return labels(value) if math.isnan(low) or low == high else f"{labels(value)} ({labels(low)} to {labels(high)})"


def p_value(value: float) -> str:
    return "" if math.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.2g}"


def _at(verdict: Verdict, budget: Budget) -> str:
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
        to = "without the unlabelled data" if verdict.about_data else f"to {shown(budget.reference)}"
        text += f" Its {n} labels are worth {worth(candidate, verdict)} {to}."
    if budget.answer == "no":
        text += f" A gain of {100 * NOT_WORTH:.0f} point or more is ruled out."
    return text


def _more(verdict: Verdict) -> list[str]:
    last = verdict.budgets[-1]
    if last.best is None or math.isnan(verdict.more[last.best].value):
        return []
    now, then = verdict.methods[last.best][last.labels].accuracy, verdict.more[last.best]
    return [
        f"**More labels.** With {2 * last.labels} instead of {last.labels}, {shown(last.best)} would go from "
        f"{100 * now.value:.1f} % to {percent(then)}, if its error falls as a power of the labels."
    ]


def _basis(verdict: Verdict) -> str:
    draws = max(figures.draws for by_labels in verdict.methods.values() for figures in by_labels.values())
    text = f"**What this rests on.** {draws} label draws, the same for every method, from {verdict.pool} labelled rows"
    if draws < LEAST_DRAWS:
        return f"{text}: too few for intervals and tests, which want at least {LEAST_DRAWS}."
    tests = sum(not math.isnan(f.p_corrected) for by_labels in verdict.methods.values() for f in by_labels.values())
    return (
        f"{text}. Intervals are 95 % bootstraps over the draws (BCa; of what labels are worth and of more labels, "
        f"percentiles), wider by what draws from one pool share; differences are paired by draw, their p-values "
        f"Student's, corrected by Holm's rule for {tests} comparisons. They say what other labels would give on these "
        f"{verdict.test_inputs} test inputs{_of_other_inputs(verdict)}. The best method was picked on the same "
        "figures, which flatters it a little; methods can differ in more than the data that they see: fine-tuned "
        "against scratch is what isolates stage one."
    )


def _of_other_inputs(verdict: Verdict) -> str:
    """The standard error of an accuracy that they make; that of other metrics is no binomial."""
    if verdict.metric != "accuracy":
        return ""
    accuracies = [figures.accuracy.value for figures in verdict.methods[verdict.budgets[-1].best].values()]
    error = math.sqrt(accuracies[-1] * (1 - accuracies[-1]) / verdict.test_inputs)
    return f"; others would move an accuracy by about {100 * error:.1f} points (a standard error)"


def _failed(verdict: Verdict) -> list[str]:
    if not verdict.failed:
        return []
    lines = [f"- {cell}: {reason}" for cell, reason in verdict.failed.items()]
    return ["**Not scored:**\n\n" + "\n".join(lines)]


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
