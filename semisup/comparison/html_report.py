"""Write a comparison as one HTML page that needs no network: the verdict, the tables and the figures."""

import io
import re
from collections.abc import Iterator

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

from semisup.comparison import sentences
from semisup.comparison.plots import INK
from semisup.comparison.verdict import Verdict

TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}: {{ question }}</title>
<style>
:root { --text: #1c1e21; --page: #ffffff; --line: #d5d8dc; --quiet: #5f6670; --shade: #f4f5f7; --gain: #1a7f45;
  --loss: #b3541e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --page: #16181b; --line: #3a3f46; --quiet: #a0a7b1; --shade: #1f2226; --gain: #5cc98a;
    --loss: #f0995c; }
}
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; color: var(--text); background: var(--page);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td:nth-child(7) { white-space: normal; min-width: 9rem; }
thead th { background: var(--shade); }
.best { font-weight: 700; } .gain { color: var(--gain); } .loss { color: var(--loss); }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; color: var(--text); }
figcaption, .quiet { color: var(--quiet); font-size: .92rem; }
</style>
</head>
<body>
<h1>{{ title }}: {{ question }}</h1>
{% for paragraph in paragraphs %}<p>{{ paragraph }}</p>
{% endfor %}
<h2>Test {{ metric }} in %</h2>
<p class="quiet">Mean ± standard deviation over the label draws. Bold: the best at each number of labels, and all that
the draws cannot tell from it.</p>
<div class="scroll"><table>
<thead><tr>{% for name in header %}<th>{{ name }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in accuracy %}<tr>{% for text, best in row %}<td{% if best %} class="best"{% endif %}>{{ text }}</td>
{%- endfor %}</tr>
{% endfor %}</tbody></table></div>
{% if differences %}<h2>Against {{ against }}</h2>
<p class="quiet">Difference in points with its 95 % interval, percentage of the draws won, and how many labels the
reference needs to be as good. Coloured where the difference is significant after correction.</p>
<div class="scroll"><table>
<thead><tr>{% for name in ("method", "labels", "reference", "difference", "draws won", "p, corrected", "worth") -%}
<th>{{ name }}</th>{% endfor %}</tr></thead>
<tbody>{% for colour, row in differences %}<tr class="{{ colour }}">
{%- for text in row %}<td>{{ text }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>{% endif %}
{% for caption, figure in figures %}<h2>{{ caption }}</h2>
<figure>{{ figure }}</figure>
{% endfor %}
</body>
</html>
"""

CAPTIONS = {
    "accuracy_against_labels": "Against the number of labels",
    "paired_differences": "Paired differences",
    "calibration": "Calibration",
    "time": "Time",
}


def html(verdict: Verdict, title: str, figures: dict[str, Figure]) -> str:
    """Return the page.

    Args:
        verdict: the verdict to show.
        title: name of the data.
        figures: figures by the keys of `CAPTIONS`, drawn in `INK`.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    header, rows = sentences.table(verdict)
    bold = [{sentences.shown(name) for name in (budget.best, *budget.as_good) if name} for budget in verdict.budgets]
    accuracy = [
        [(row[0], False), *((text, row[0] in names) for text, names in zip(row[1:], bold, strict=True))] for row in rows
    ]
    return environment.from_string(TEMPLATE).render(
        title=title,
        question=sentences.title(verdict),
        metric=sentences.metric(verdict),
        paragraphs=[_emphasised(text) for text in sentences.paragraphs(verdict)],
        header=header,
        accuracy=accuracy,
        against="the reference" if verdict.chosen else "the best from labels alone",
        differences=list(_differences(verdict)),
        figures=[(CAPTIONS[name], _svg(figure, name)) for name, figure in figures.items()],
    )


def _differences(verdict: Verdict) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of the table of differences, each with its CSS class: "gain", "loss" or ""."""
    for name, by_labels in verdict.methods.items():
        for budget in verdict.budgets:
            metrics = by_labels[budget.labels]
            if metrics.against.draws == 0:
                continue
            colour = "" if not metrics.real else "gain" if metrics.against.interval.value > 0 else "loss"
            yield (
                colour,
                [
                    sentences.shown(name),
                    str(budget.labels),
                    sentences.shown(budget.reference or ""),
                    sentences.points(metrics.against.interval).replace(" points", ""),
                    f"{100 * metrics.against.won:.0f} %",
                    sentences.p_value(metrics.p_corrected),
                    sentences.worth(metrics, verdict),
                ],
            )


def _emphasised(text: str) -> Markup:
    """Return a paragraph of Markdown, with bold words and lists, as HTML."""
    escaped = str(Markup.escape(text))
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped).replace("\n- ", "<br>– ")
    return Markup(marked)  # nosec B704


def _svg(figure: Figure, name: str) -> Markup:
    """Return a figure as an SVG element, with its ink in the colour of the page's text."""
    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()  # Matplotlib has escaped the texts in it
    return Markup(text[text.index("<svg") :].replace(INK, "currentColor"))  # nosec B704
