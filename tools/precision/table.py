"""The table of paired differences between half precision and float32.

usage: table.py FOLDER, which holds PRECISION/METHOD-seedN/{results,run}.json
"""
import json
import math
import pathlib
import sys


def scores(folder):
    """(method, seed) -> (mIoU in percent, seconds of training, machine) of every finished run."""
    found = {}
    for results in sorted(folder.glob("*/results.json")):
        result = json.loads(results.read_text())
        record = json.loads((results.parent / "run.json").read_text())
        recorded = result.get("precision") or "float32"
        if recorded != folder.name:
            sys.exit(f"{results}: was trained in {recorded}, and lies in {folder.name}")
        phases = list(result["phases"].values())
        seconds = sum(phase["seconds"] for phase in phases)
        miou = 100 * phases[-1]["evaluation"]["miou"]
        found[result["method"], result["seed"]] = (miou, seconds, record["machine"])
    return found


def mean(values):
    return sum(values) / len(values)


def error(values):
    """The standard error of a mean, or None of a single value."""
    if len(values) < 2:
        return None
    middle = mean(values)
    return math.sqrt(sum((v - middle) ** 2 for v in values) / (len(values) - 1) / len(values))


def table(single, half, name):
    """Lines of the runs that both precisions have."""
    rows = [("method", "seeds", "float32 %", name + " %", "difference", "standard error", "time")]
    machines = set()
    for method in sorted({m for m, _ in half}):
        seeds = sorted(s for m, s in half if m == method and (m, s) in single)
        if not seeds:
            continue
        pairs = [(single[method, s], half[method, s]) for s in seeds]
        differences = [h[0] - f[0] for f, h in pairs]
        spread = error(differences)
        machines.update(run[2] for pair in pairs for run in pair)
        rows.append((
            method,
            ",".join(map(str, seeds)),
            f"{mean([f[0] for f, _ in pairs]):.1f}",
            f"{mean([h[0] for _, h in pairs]):.1f}",
            f"{mean(differences):+.1f}",
            "-" if spread is None else f"{spread:.1f}",
            f"{mean([h[1] for _, h in pairs]) / mean([f[1] for f, _ in pairs]):.2f}"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return lines + ["on " + machine for machine in sorted(machines)]


def main(folder):
    folder = pathlib.Path(folder)
    single = scores(folder / "float32")
    halves = [f for f in sorted(folder.glob("*")) if f.is_dir() and f.name != "float32"]
    if not single or not halves:
        print("not measured")
        return
    for half in halves:
        print("\n".join(table(single, scores(half), half.name)))
        print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
