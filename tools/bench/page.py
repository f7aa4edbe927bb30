"""The page: bars for every row, the numbers beside them, nothing loaded from outside."""

import html

import limits
from table import MEMORY_TARGET, STEADY, spreads

STYLE = """
:root { --ours: #1b6e8c; --peer: #b9b4a8; --line: #ddd; --text: #222; --quiet: #666; }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--text); margin: 0 auto; max-width: 62rem;
  padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); font-size: .9rem; }
.row { border-top: 1px solid var(--line); padding: .7rem 0; break-inside: avoid; }
.title { font-weight: 600; } .name { color: var(--quiet); font: 12px ui-monospace, monospace; }
.bars { display: grid; grid-template-columns: 5.5rem 1fr; gap: .15rem .6rem; margin: .4rem 0; }
.label { font-size: .85rem; } .track { display: flex; align-items: center; gap: .5rem; }
.bar { height: 1rem; min-width: 2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ours { background: var(--ours); } .peer { background: var(--peer); }
.value { font-size: .85rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.ratio { font-variant-numeric: tabular-nums; font-size: .9rem; } .met { color: #1f7a3a; }
.missed { color: #a6401b; } .problem { color: #a6401b; }
table { border-collapse: collapse; width: 100%; font-size: .8rem; font-variant-numeric: tabular-nums; }
td, th { border-bottom: 1px solid var(--line); padding: .2rem .35rem; text-align: right; }
td:first-child, th:first-child { text-align: left; } .scroll { overflow-x: auto; }
@media print { body { max-width: none; font-size: 11px; } .scroll { overflow: visible; } }
"""
TITLES = {
    "forward": "Forward passes",
    "training": "Training iterations",
    "meta": "MetaPix's meta step",
    "evaluation": "Evaluation",
    "data": "Data",
    "import": "Import of weights",
    "start-up": "Start-up",
}


def write(file, measured, machine, how, date):
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Crossfade and PyTorch</title><style>{STYLE}</style></head><body>",
        "<h1>Crossfade and PyTorch, the same work in turn</h1>",
        f"<p>{html.escape(limits.text(machine))}. {html.escape(how)}, each round in a process of its"
        f" own; {date}.</p>",
        '<p class="quiet">Times are medians of the rounds\' medians (means where batches are prefetched), shorter is'
        f" better. A row whose rounds lie further apart than {100 * STEADY:.0f} % is marked; other tasks are those"
        " that wanted the processor just before a round. Before a row counts, both programs"
        " show the same losses on the same formula weights and images. The share of the machine's"
        " rate is the convolutions' and matrix products' operations by the time of all of it.</p>",
    ]
    for group, title in TITLES.items():
        rows = [found for found in measured if found["row"]["group"] == group]
        if rows:
            parts.append(f"<h2>{title}</h2>")
            parts += [section(found) for found in rows]
    parts += ["<h2>All figures</h2>", figures(measured), "</body></html>"]
    file.write_text("\n".join(parts) + "\n", encoding="utf-8")


def section(found):
    row = found["row"]
    lines = [
        '<div class="row">',
        f'<div class="title">{html.escape(row["title"])}</div>',
        f'<div class="name">{html.escape(row["name"])}</div>',
    ]
    if found["problem"]:
        return "\n".join([*lines, f'<p class="problem">{html.escape(found["problem"])}</p></div>'])
    times = [found[p]["median s"] for p in ("crossfade", "pytorch")]
    lines.append('<div class="bars">')
    for label, kind, value, program in zip(
        ("Crossfade", "PyTorch"), ("ours", "peer"), times, ("crossfade", "pytorch")
    ):
        side = found[program]
        text = f"{seconds(value)} ({seconds(side['min s'])} to {seconds(side['max s'])})"
        share = 62 * value / max(times)
        lines.append(
            f'<div class="label">{label}</div><div class="track"><div class="bar {kind}"'
            f' style="width:{share:.1f}%"></div><div class="value">{text}</div></div>'
        )
    lines.append("</div>")
    lines.append(f'<div class="ratio">{ratio("time", found["ratio"]["median s"], row["target"])}')
    if found["ratio"]["peak GB"]:
        peaks = f"{found['crossfade']['peak GB']:.2f} and {found['pytorch']['peak GB']:.2f} GB"
        lines.append(" · " + ratio("peak memory", found["ratio"]["peak GB"], MEMORY_TARGET, peaks))
    if "reached" in found:
        ours, peer = (100 * share for share in found["reached"])
        lines.append(f" · {ours:.0f} % and {peer:.0f} % of the machine's rate")
    kind = ' class="missed"' if found["unsteady"] else ""
    lines.append(f" · <span{kind}>{spreads(found)}</span>")
    return "\n".join([*lines, "</div></div>"])


def ratio(what, value, target, detail=""):
    kind = "met" if value <= target else "missed"
    detail = f" ({detail})" if detail else ""
    return f'{what} <span class="{kind}">{value:.2f}</span>{detail}, target {target:.2f}'


def seconds(value):
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.2f} s"


def figures(measured):
    columns = ["median s", "min s", "max s", "images/s", "peak GB"]
    head = "".join(f"<th>{c}</th>" for c in columns)
    lines = [
        '<div class="scroll"><table>',
        f"<tr><th>row</th><th>program</th>{head}<th>share of rate</th></tr>",
    ]
    for found in measured:
        if found["problem"]:
            continue
        shares = found.get("reached", [None, None])
        for program, label, share in zip(("crossfade", "pytorch"), ("Crossfade", "PyTorch"), shares):
            memory = found["ratio"]["peak GB"] is not None
            cells = [f"{found[program][c]:.3f}" if memory or c != "peak GB" else "" for c in columns]
            cells.append(f"{100 * share:.0f} %" if share else "")
            cells = "".join(f"<td>{c}</td>" for c in cells)
            name = html.escape(found["row"]["name"])
            lines.append(f"<tr><td>{name}</td><td>{label}</td>{cells}</tr>")
    return "\n".join([*lines, "</table></div>"])
