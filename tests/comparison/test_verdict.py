import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from semisup.comparison import html_report, plots, sentences
from semisup.comparison.verdict import judge

BUDGETS = (10, 100)


def cells(draws=10, **accuracies):
    """Two budgets; every draw has something in common."""
    rows = []
    for number, (name, means) in enumerate(accuracies.items()):
        for labels, mean in zip(BUDGETS, means, strict=True):
            for draw in range(draws):
                common = np.random.default_rng([draw, labels]).normal(0, 0.02)
                own = np.random.default_rng([draw, labels, number]).normal(0, 0.002)
                scores = {"test_accuracy": mean + common + own, "test_ece": 0.1, "train_seconds": 1.0 + number}
                rows.append({"method": name, "labels": labels, "draw": draw} | scores)
    return pd.DataFrame(rows)


def judged(table, alone=("scratch",), reference=None, failed=None, pool=100_000):
    return judge(table, list(alone), reference, failed or {}, 1000, pool)


def test_help_harm_and_nothing_are_told_apart():
    table = cells(scratch=(0.6, 0.9), helps=(0.8, 0.9001))
    first, second = judged(table).budgets
    assert (first.answer, first.best, first.of_unlabelled) == ("yes", "helps", "helps")
    assert second.answer == "no"
    assert set(second.as_good) | {second.best} == {"scratch", "helps"}
    assert [budget.answer for budget in judged(cells(scratch=(0.6, 0.9), harms=(0.5, 0.8))).budgets] == ["harm"] * 2


def test_another_metric_is_judged_and_named():
    table = cells(scratch=(0.6, 0.9), helps=(0.5, 0.8)).assign(test_auc=lambda t: 1 - t["test_accuracy"])
    verdict = judge(table, ["scratch"], None, {}, 1000, 100_000, "auc")
    assert [budget.answer for budget in verdict.budgets] == ["yes", "yes"]
    assert verdict.methods["helps"][10].accuracy.value == pytest.approx(0.5, abs=0.01)
    assert sentences.metric(verdict) == "area under the curve"
    assert "standard error" not in sentences.markdown(verdict)
    assert "standard error" in sentences.markdown(judged(table))


def test_what_might_be_a_gain_is_not_called_none():
    table = cells(scratch=(0.6, 0.9), noisy=(0.6, 0.9))
    rng = np.random.default_rng(5)
    table.loc[table["method"] == "noisy", "test_accuracy"] += rng.normal(0, 0.1, 20)
    assert {budget.answer for budget in judged(table).budgets} == {"not shown"}


def test_the_reference_is_the_best_from_labels_alone_at_each_budget_unless_told():
    table = cells(scratch=(0.5, 0.9), svm=(0.7, 0.8), graph=(0.8, 0.95))
    verdict = judged(table, ["scratch", "svm"])
    assert [budget.reference for budget in verdict.budgets] == ["svm", "scratch"]
    assert verdict.methods["svm"][10].against.draws == 0
    assert verdict.methods["svm"][100].against.interval.value == pytest.approx(-0.1, abs=0.01)
    told = judged(table, ["scratch", "svm"], reference="graph")
    assert [budget.reference for budget in told.budgets] == ["graph", "graph"]
    assert told.budgets[0].of_unlabelled is None
    assert {budget.answer for budget in told.budgets} == {"unknown"}
    assert "unlabelled data" not in sentences.markdown(told)
    by_graph = judged(table, ["scratch"], reference="graph")
    assert by_graph.budgets[0].of_unlabelled == "svm"
    assert "# Which method is best?" in sentences.markdown(by_graph)
    assert "Svm is -10" in sentences.markdown(by_graph)


def test_labels_are_worth_what_the_reference_needs():
    verdict = judged(cells(scratch=(0.6, 0.8), helps=(0.7, 0.9)))
    worth = verdict.methods["helps"][10].worth
    assert worth.low < 10**1.5 < worth.high
    assert sentences.worth(verdict.methods["helps"][100], verdict) == "more than 100"


def test_a_cell_without_a_score_is_left_out_of_its_pairs_and_named():
    table = cells(scratch=(0.6, 0.8), helps=(0.7, 0.9))
    gone = (table["method"] == "helps") & (table["labels"] == 10) & (table["draw"] == 3)
    verdict = judged(table[~gone], failed={"helps, 10 labels, draw 3": "ValueError: no"})
    assert verdict.methods["helps"][10].draws == verdict.methods["helps"][10].against.draws == 9
    assert "helps, 10 labels, draw 3: ValueError: no" in sentences.markdown(verdict)
    none = judged(table[~((table["method"] == "helps") & (table["labels"] == 10))])
    assert none.budgets[0].of_unlabelled is None
    assert sentences.table(none)[1][1][1] == "failed"
    assert none.budgets[0].as_good == []
    lacks = (table["method"] == "helps") & (table["labels"] == 10) & (table["draw"] > 0)
    one_left = judged(table[~lacks])
    assert one_left.budgets[0].best == "scratch"
    assert one_left.budgets[0].of_unlabelled is None
    gone = judged(table[table["method"] != "helps"], alone=(), reference="helps")
    assert [budget.reference for budget in gone.budgets] == [None, None]


def test_draws_that_are_the_whole_pool_say_nothing():
    table = cells(scratch=(0.6, 0.8), helps=(0.7, 0.9))
    of_100 = judged(table, pool=100)
    assert [budget.answer for budget in of_100.budgets] == ["yes", "unknown"]
    widths = []
    for pool in (100_000, 200):
        interval = judged(table, pool=pool).methods["helps"][100].against.interval
        widths.append(interval.high - interval.low)
    assert widths[1] == pytest.approx(11**0.5 * widths[0], rel=0.01)  # sqrt(1 + 10 · .5 / .5)


def test_two_draws_are_too_few_to_say():
    verdict = judged(cells(draws=2, scratch=(0.6, 0.8), helps=(0.7, 0.9)))
    assert {budget.answer for budget in verdict.budgets} == {"unknown"}
    assert "too few for intervals" in sentences.markdown(verdict)


def test_without_a_reference_there_is_still_a_best_one():
    verdict = judged(cells(frozen=(0.6, 0.8), graph=(0.7, 0.9)), alone=())
    assert [budget.best for budget in verdict.budgets] == ["graph", "graph"]
    assert "With 10 labels: cannot be said.** Use graph: 70" in sentences.markdown(verdict)
    assert plots.paired_differences(verdict) is None


def test_the_words_have_the_figures():
    verdict = judged(cells(scratch=(0.6, 0.8), helps=(0.7, 0.9)))
    text = sentences.markdown(verdict)
    difference = verdict.methods["helps"][10].against.interval
    assert f"Helps is {100 * difference.value:+.1f} points ({100 * difference.low:+.1f} to" in text
    assert "from scratch, the best from labels alone, and better in 100 % of the draws (p < 0.001" in text
    assert "With 200 instead of 100, helps would go from" in text
    assert "corrected by Holm's rule for 2 comparisons" in text
    assert "1000 test inputs" in text


def test_programs_get_plain_json():
    verdict = judged(cells(scratch=(0.6, 0.8), helps=(0.7, 0.9)))
    found = json.loads(json.dumps(verdict.as_json(), allow_nan=False))
    assert found["methods"]["helps"]["10"]["accuracy"]["value"] == pytest.approx(0.7, abs=0.02)
    assert found["methods"]["helps"]["100"]["worth"]["value"] == "above"
    assert found["methods"]["scratch"]["10"]["against"]["interval"]["value"] is None
    assert found["budgets"][0]["answer"] == "yes"


def test_the_interval_shows_at_a_single_number_of_labels():
    table = cells(scratch=(0.6, 0.8), helps=(0.7, 0.9))
    for labels in ({10}, {10, 100}):
        (axes,) = plots.accuracy_against_labels(judged(table[table["labels"].isin(labels)]), "data").axes
        seen = [
            band.get_linewidth()[0] > 0 or np.ptp(band.get_paths()[0].vertices[:, 0]) > 0 for band in axes.collections
        ]
        assert seen == [True, True]


def page_of(table, title):
    verdict = judged(table)
    drawn = {
        "accuracy_against_labels": plots.accuracy_against_labels(verdict, "data"),
        "paired_differences": plots.paired_differences(verdict),
        "calibration": plots.calibration_against_labels(verdict, table),
        "time": plots.time_of_methods(verdict),
    }
    return html_report.html(verdict, title, drawn)


def test_the_page_needs_no_network_and_escapes_names():
    table = cells(**{"scratch": (0.6, 0.8), "<b>&": (0.7, 0.9)})
    text = page_of(table, "<script>")
    assert "<script" not in text
    assert "<b>&" not in text
    assert "&lt;b&gt;&amp;" in text
    for attribute in ("src=", "<link", "@import", "url(http"):
        assert attribute not in text
    assert text.count("<svg") == 4
    assert plots.INK not in text
    assert page_of(table, "<script>") == text


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromedriver"), reason="no chromedriver")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("mode", "text_is_light"), [("light", False), ("dark", True)])
def test_the_page_can_be_read_on_light_and_on_dark(browser, tmp_path, mode, text_is_light):
    path = tmp_path / "report.html"
    path.write_text(page_of(cells(scratch=(0.6, 0.8), helps=(0.7, 0.9)), "digits"), encoding="utf-8")
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": mode}]}
    )
    browser.get(path.as_uri())

    def brightness(selector, colour):
        script = f"return getComputedStyle(document.querySelector({selector!r})).{colour}"
        return sum(map(int, re.findall(r"\d+", browser.execute_script(script))[:3])) / 3

    assert (brightness("body", "color") > 128) is text_is_light
    assert (brightness("body", "backgroundColor") > 128) is not text_is_light
    assert (brightness("figure svg text", "fill") > 128) is text_is_light
    widths = browser.execute_script("return [...document.querySelectorAll('svg')].map(s => s.clientWidth)")
    assert len(widths) == 4
    assert min(widths) > 300
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert "With 10 labels: yes." in browser.execute_script("return document.body.innerText")
