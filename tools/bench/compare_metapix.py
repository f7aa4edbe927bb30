#!/usr/bin/python3
"""Compares what tools/bench/metapix measured: a table and metapix.csv."""

import csv
import json
import pathlib
import statistics
import sys

TOLERANCE = 1e-2
WORKS = {
    "crossfade": ("one-image", "pair", "second-order", "directional"),
    "torch": ("one-image", "pair", "meta-gradient"),
}


def results(folder, program, work):
    files = sorted(folder.glob(f"metapix-{program}-{work}-*.json"))
    if not files:
        sys.exit(f"error: {folder} holds nothing of {program}, {work}; tools/bench/metapix writes it")
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return found if program == "crossfade" else [like_crossfade(result) for result in found]


def like_crossfade(result):
    """What peer.py writes, in the form of Crossfade's results."""
    return {
        "values": result["firstLosses"],
        "seconds": [iteration["seconds"] for iteration in result["iterations"]],
        "peakBytes": result["peakBytes"],
    }


def differences(ours, peer, what):
    """Values that differ, as lines."""
    if ours.keys() != peer.keys():
        return [f"{what}: {sorted(ours)} and {sorted(peer)}"]
    return [
        f"{what}, {name}: {ours[name]:.6g} and {peer[name]:.6g}"
        for name in ours
        if not abs(ours[name] - peer[name]) <= TOLERANCE * max(abs(ours[name]), abs(peer[name]))
    ]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: compare_metapix.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    found = {(p, w): results(folder, p, w) for p, works in WORKS.items() for w in works}
    values = {key: result[0]["values"] for key, result in found.items()}
    wrong = []
    for ours, peer in (
        ("one-image", "one-image"),
        ("pair", "pair"),
        ("second-order", "meta-gradient"),
        ("directional", "meta-gradient"),
    ):
        wrong += differences(values["crossfade", ours], values["torch", peer], ours)
    if wrong:
        sys.exit(
            f"error: refused: values differ by more than {TOLERANCE:g}, so the programs do not do the"
            " same work:\n  " + "\n  ".join(wrong)
        )
    print("losses and gradients of all programs agree")
    medians = {
        key: statistics.median(s for result in found[key] for s in result["seconds"]) for key in found
    }
    print(f"{'':24s} {'median s':>9s} {'/ one image':>12s} {'/ pair':>8s} {'peak MB':>8s}")
    with open(folder / "metapix.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["program", "work", "median s", "per one-image", "per pair", "peak MB"])
        for (program, work), median in medians.items():
            row = [
                f"{median:.3f}",
                f"{median / medians[program, 'one-image']:.2f}",
                f"{median / medians[program, 'pair']:.2f}",
                f"{max(result['peakBytes'] for result in found[program, work]) / 1e6:.0f}",
            ]
            print(f"{program + ' ' + work:24s} {row[0]:>9s} {row[1]:>12s} {row[2]:>8s} {row[3]:>8s}")
            writer.writerow([program, work, *row])
    print(f"written to {folder / 'metapix.csv'}")


if __name__ == "__main__":
    main()
