"""From what both programs measured to figures, a printed line and CSV."""

import csv
import statistics

TOLERANCE = 1e-3
MEMORY_TARGET = 0.8
# Rounds of one program that lie further apart say little: a row of them is marked.
STEADY = 0.15
HEADER = (
    f"{'row':36s} {'Crossfade s':>12s} {'PyTorch s':>10s} {'ratio':>6s} {'target':>6s}"
    f" {'GB':>6s} {'GB':>6s} {'ratio':>6s}"
)


def differences(ours, peer):
    """Losses of the first iteration that differ, as text."""
    found = []
    if ours.keys() != peer.keys():
        found.append(f"terms {sorted(ours)} and {sorted(peer)}")
    for name in sorted(ours.keys() & peer.keys()):
        a, b = ours[name], peer[name]
        if not abs(a - b) <= TOLERANCE * max(abs(a), abs(b)):
            found.append(f"{name} {a:.6g} and {b:.6g}")
    return "; ".join(found)


def seconds(row, results):
    """Of every counted iteration; of the process where its start is what is measured."""
    if row["group"] == "start-up":
        return [result["processSeconds"] for result in results]
    return [i["seconds"] for result in results for i in result["iterations"]]


def side(row, results):
    every = seconds(row, results)
    # Batches that are prefetched come in bursts: only their mean says what one costs.
    middle = statistics.fmean if row["group"] == "data" else statistics.median
    rounds = [middle(seconds(row, [result])) for result in results]
    # Of the rounds, so that one of them that something disturbed does not count.
    median = statistics.median(rounds)
    others = [result["others"] for result in results if result.get("others") is not None]
    return {
        "median s": median,
        "min s": min(every),
        "max s": max(every),
        "spread": (max(rounds) - min(rounds)) / median,
        "others": max(others) if others else None,
        "images/s": results[0]["imagesPerIteration"] / median,
        # A system that does not say how much memory was used gives none.
        "peak GB": max(result.get("peakBytes") or 0 for result in results) / 1e9,
    }


def figures(row, results, problem, machine):
    """All that is known of a row; its problem where it was refused or failed."""
    found = {"row": row, "problem": problem}
    if problem is None:
        ours, peer = (results[p][0]["firstLosses"] for p in ("crossfade", "pytorch"))
        wrong = differences(ours, peer)
        if wrong:
            found["problem"] = f"refused, the two do not do the same work: {wrong}"
    if found["problem"]:
        return found
    a, b = side(row, results["crossfade"]), side(row, results["pytorch"])
    found.update(crossfade=a, pytorch=b, losses=ours)
    found["ratio"] = {k: a[k] / b[k] if a[k] and b[k] else None for k in a}
    found["ratio"].update({"spread": None, "others": None})
    found["unsteady"] = max(a["spread"], b["spread"]) > STEADY
    if not row.get("memory", True):
        found["ratio"]["peak GB"] = None
    gigaflop = (results["pytorch"][0].get("flop") or 0) / 1e9
    if gigaflop and row["group"] != "start-up":
        found["gflop"] = gigaflop
        limit = max(machine["matrix product"], machine["3x3 convolution"])
        found["reached"] = [gigaflop / side["median s"] / limit for side in (a, b)]
    return found


def line(found):
    name = found["row"]["name"]
    if found["problem"]:
        return f"{name:36s} {found['problem']}"
    a, b, ratio = found["crossfade"], found["pytorch"], found["ratio"]
    text = f"{name:36s} {a['median s']:12.3f} {b['median s']:10.3f} {ratio['median s']:6.2f}"
    text += f" {found['row']['target']:6.2f}"
    if ratio["peak GB"]:
        text += f" {a['peak GB']:6.2f} {b['peak GB']:6.2f} {ratio['peak GB']:6.2f}"
    if "reached" in found:
        ours, peer = (100 * share for share in found["reached"])
        text += f"   {ours:.0f} % and {peer:.0f} % of the machine's rate"
    return text + (f"   UNSTEADY: {spreads(found)}" if found["unsteady"] else "")


def spreads(found):
    """How far the rounds of both programs lie apart, and what else wanted the processor."""
    a, b = found["crossfade"], found["pytorch"]
    others = [side["others"] for side in (a, b) if side["others"] is not None]
    text = f"rounds within {100 * a['spread']:.0f} % and {100 * b['spread']:.0f} %"
    return text + (f", up to {max(others):.1f} other tasks" if others else "")


def write_csv(file, measured, machine):
    with open(file, "w", newline="", encoding="utf-8") as output:
        writer = csv.writer(output)
        writer.writerow(["row", "figure", "crossfade", "pytorch", "ratio", "target"])
        for found in measured:
            row = found["row"]
            if found["problem"]:
                writer.writerow([row["name"], "problem", found["problem"], "", "", ""])
                continue
            for figure, ours in found["crossfade"].items():
                ratio = found["ratio"][figure]
                target = {"median s": row["target"], "peak GB": MEMORY_TARGET}.get(figure, "")
                if figure == "peak GB" and ratio is None:
                    continue
                peer = found["pytorch"][figure]
                cells = ["" if side is None else f"{side:.4f}" for side in (ours, peer)]
                cells += [f"{ratio:.3f}" if ratio else "", target]
                writer.writerow([row["name"], figure, *cells])
            if found["unsteady"]:
                writer.writerow([row["name"], "unsteady", spreads(found), "", "", ""])
            if "reached" in found:
                ours, peer = found["reached"]
                cells = [f"{ours:.3f}", f"{peer:.3f}", "", ""]
                writer.writerow([row["name"], "share of the machine's rate", *cells])
        for key, value in machine.items():
            cell = f"{value:.1f}" if isinstance(value, float) else value
            writer.writerow(["machine", key, cell, "", "", ""])
