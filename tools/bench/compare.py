#!/usr/bin/python3
"""Compares what Crossfade and its PyTorch peer measured: a table and bench.csv."""

import csv
import json
import pathlib
import statistics
import sys

ROW = "fada adversarial, ResNet-101, 1+1 images of 512x256"
TOLERANCE = 1e-3


def rounds(folder, program):
    files = sorted(folder.glob(f"{program}-*.json"))
    if not files:
        sys.exit(f"error: {folder} holds no {program}-*.json; tools/bench/run writes them")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def differences(ours, peer):
    """Loss terms of the first iteration that differ, as lines."""
    found = []
    if ours.keys() != peer.keys():
        found.append(f"terms {sorted(ours)} and {sorted(peer)}")
    for name in ours.keys() & peer.keys():
        a, b = ours[name], peer[name]
        if not abs(a - b) <= TOLERANCE * max(abs(a), abs(b)):
            found.append(f"{name}: {a:.6g} and {b:.6g}")
    return found


def figures(results):
    seconds = [i["seconds"] for result in results for i in result["iterations"]]
    median = statistics.median(seconds)
    return {
        "median s": median,
        "min s": min(seconds),
        "max s": max(seconds),
        "images/s": results[0]["imagesPerIteration"] / median,
        "peak MB": max(result["peakBytes"] or 0 for result in results) / 1e6,
    }


def loop_share(results):
    """What Crossfade's loop adds to the time in session.run, in percent."""
    every = [i for result in results for i in result["iterations"]]
    session = sum(i["sessionSeconds"] for i in every)
    return 100 * (sum(i["seconds"] for i in every) - session) / session


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: compare.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    ours, peer = rounds(folder, "crossfade"), rounds(folder, "torch")
    print(ROW)
    print("losses of the first iteration (Crossfade, PyTorch):")
    for name, value in ours[0]["firstLosses"].items():
        print(f"  {name:12s} {value:12.6g} {peer[0]['firstLosses'].get(name, float('nan')):12.6g}")
    wrong = differences(ours[0]["firstLosses"], peer[0]["firstLosses"])
    if wrong:
        sys.exit(
            f"error: the row is refused: the losses differ by more than {TOLERANCE:g}, so the two"
            " do not do the same work: " + "; ".join(wrong)
        )
    a, b = figures(ours), figures(peer)
    print(f"{'':12s} {'Crossfade':>10s} {'PyTorch':>10s} {'ratio':>7s}")
    with open(folder / "bench.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "figure", "crossfade", "pytorch", "ratio"])
        for name in a:
            # A system that does not say how much memory was used gives 0.
            ratio = f"{a[name] / b[name]:.3f}" if a[name] and b[name] else ""
            print(f"{name:12s} {a[name]:10.3f} {b[name]:10.3f} {ratio:>7s}")
            writer.writerow([ROW, name, f"{a[name]:.4f}", f"{b[name]:.4f}", ratio])
        share = loop_share(ours)
        writer.writerow([ROW, "loop adds to session.run, percent", f"{share:.3f}", "", ""])
    print(f"Crossfade's loop adds {share:.2f} % to session.run. Written to {folder / 'bench.csv'}")


if __name__ == "__main__":
    main()
