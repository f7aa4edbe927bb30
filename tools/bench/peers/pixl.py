"""PiXL's iteration on HRDA and MiT-B0.

Written from the equations: Gan et al., "Diving Segmentation Model into Pixels", ICLR 2024, on the
self-training of HRDA and DAFormer: the averaged teacher's pseudo labels, ClassMix, cross entropies of
fused logits and of the window, the distance to the reference's features, the contrast of drift pixels
with local prototypes that each class takes from the resolution with more joint pixels, AdamW. Two
labelled and two unlabelled images; nothing is dropped, jittered or blurred.
"""

import torch
import torch.nn.functional as F

from peers.formula import CLASSES, IGNORE, assign_formula, formula_batch
from peers.hrda import Hrda, halved, resized
from peers.mit import SIZES
from peers.stateless import drawn

IDS = 256
FUSED, DETAIL = 0.9, 0.1
ALPHA = 0.999
REFERENCE_WEIGHT, THINGS = 0.005, (6, 7, 11, 12, 13, 14, 15, 16, 17, 18)
TEMPERATURE = 0.1
DRIFT_START, DRIFT_END = 0.2, 0.001
RATE, HEAD_FACTOR, WEIGHT_DECAY = 6e-5, 10, 0.01
HORIZON, WARM_UP, WARM_UP_RATIO = 60000, 1500, 1e-6


def options(parser):
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--images", type=int, default=2, help="labelled ones; as many unlabelled")
    # What formula weights and labels of noise need in place of the published values.
    parser.add_argument("--threshold", type=float, default=0.968, help="of confident pixels")
    parser.add_argument("--min-ratio", type=float, default=0.75, help="of a cell's class")
    parser.add_argument("--run-seed", type=int, default=0)
    parser.add_argument("--rate-warm-up", type=int, default=WARM_UP, help="iterations of it")


def entropy_loss(logits, labels, weights):
    """The weighted cross entropy at the labels' size, as a mean over all pixels."""
    pixels = F.cross_entropy(
        resized(logits, labels.shape[1:]), labels, ignore_index=IGNORE, reduction="none"
    )
    return (pixels * weights).mean()


def cell_classes(labels, size, min_ratio):
    """The most frequent id of every cell, and 255 where its share is too small."""
    n, (h, w) = len(labels), size
    down, across = labels.shape[1] // h, labels.shape[2] // w
    cells = torch.arange(n * h * w).view(n, h, w)
    cells = cells.repeat_interleave(down, 1).repeat_interleave(across, 2)
    counts = torch.bincount((cells * IDS + labels).flatten(), minlength=n * h * w * IDS)
    most, winner = counts.view(n, h, w, IDS).max(dim=3)
    winner[most < min_ratio * down * across] = IGNORE
    return winner


def feature_distance(features, reference, mask):
    """The mean length of the difference over the mask's cells; 0 without one."""
    if not mask.any():
        return features.new_zeros(())
    return (features - reference).permute(0, 2, 3, 1)[mask].norm(dim=1).mean()


class Pass:
    """What the student makes of images, and the sub-domains of its pixels."""

    def __init__(self, network, images, labels, weights, offset):
        (top, left), (height, width) = offset, network.window
        self.context, detail, detail_logits, fused = network.in_window(images, top, left)
        window = (..., slice(top, top + height), slice(left, left + width))
        self.fused = entropy_loss(fused, labels, weights)
        self.detail = entropy_loss(detail_logits, labels[window], weights[window])
        # Context first. Labels are the first pixel of each cell; 255 where a pixel does not count.
        counted = labels.masked_fill(weights == 0, IGNORE)
        self.features = self.context.features, detail
        self.labels = counted[:, ::8, ::8], counted[window][:, ::4, ::4]
        with torch.no_grad():
            self.entropies = [
                torch.special.entr(F.softmax(z, dim=1)).sum(dim=1)
                for z in (self.context.logits, detail_logits)
            ]

    def partition(self, image, eta):
        """For both resolutions: features as rows, their labels, which of them drift."""
        rows = []
        for features, labels, entropy in zip(self.features, self.labels, self.entropies):
            known = labels[image] != IGNORE
            pixels = features[image].permute(1, 2, 0)
            rows.append((pixels[known], labels[image][known], entropy[image][known]))
        values = torch.cat([entropy for _, _, entropy in rows]).double()
        threshold = torch.quantile(values, 1 - eta) if len(values) else 0
        return [(f, labels, entropy.double() >= threshold) for f, labels, entropy in rows]


@torch.no_grad()
def prototypes(parts):
    """Unit vectors [K, D] and counts [K] of the joint pixels of one resolution."""
    features = torch.cat([f[~drift] for f, _, drift in parts])
    labels = torch.cat([labels[~drift] for _, labels, drift in parts])
    sums = features.new_zeros(CLASSES, features.shape[1])
    sums.index_add_(0, labels, F.normalize(features, dim=1))
    counts = torch.bincount(labels, minlength=CLASSES)
    return F.normalize(sums / counts.clamp(min=1)[:, None], dim=1), counts


def selected(context, detail):
    """Prototypes, which classes have one, and which of them come from the detail."""
    (vectors, counts), (fine, fine_counts) = context, detail
    median = counts[counts > 0].median() if (counts > 0).any() else counts.new_zeros(())
    from_context = (counts > 0) & ((counts >= median) | (fine_counts < counts))
    from_detail = ~from_context & (fine_counts > 0)
    return (
        torch.where(from_context[:, None], vectors, fine),
        from_context | from_detail,
        from_detail,
    )


def alignment(pair, eta):
    """The contrast of one pair of images, and its figures."""
    parts = [of.partition(image, eta) for of, image in pair]
    context, detail = ([part[i] for part in parts] for i in range(2))
    vectors, exist, from_detail = selected(prototypes(context), prototypes(detail))
    features = torch.cat([f[drift] for f, _, drift in context + detail])
    labels = torch.cat([labels[drift] for _, labels, drift in context + detail])
    drifting = torch.bincount(labels, minlength=CLASSES) > 0
    found = exist[labels]
    similarities = F.normalize(features[found], dim=1) @ vectors[exist].T / TEMPERATURE
    targets = (exist.cumsum(0) - 1)[labels[found]]
    loss = F.cross_entropy(similarities, targets) if len(targets) else features.sum() * 0
    figures = {
        "drift-pixels": len(targets),
        "prototypes": exist.sum(),
        "detail-prototypes": from_detail.sum(),
        "classes-without": (drifting & ~exist).sum(),
    }
    return loss, figures


class Peer:
    """Student, teacher, reference, optimizer, one batch."""

    def __init__(self, arguments):
        self.options = arguments
        n, height, width = arguments.images, arguments.height, arguments.width
        self.images = 2 * n
        window = height // 2, width // 2
        self.student, self.teacher, self.reference = (self.network(window) for _ in range(3))
        self.reference = self.reference.backbone.eval()
        for network in (self.teacher, self.reference):
            network.requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.groups(), betas=(0.9, 0.999), weight_decay=WEIGHT_DECAY
        )
        batch = (formula_batch("labelled", height, width, arguments.seed, i) for i in range(n))
        self.source, self.labels = (torch.cat(parts) for parts in zip(*batch))
        batch = (formula_batch("unlabelled", height, width, arguments.seed, i) for i in range(n))
        self.target, trusted = (torch.cat(parts) for parts in zip(*batch))
        self.trusted = (trusted != IGNORE).float()
        self.source = self.source.contiguous(memory_format=torch.channels_last)
        self.target = self.target.contiguous(memory_format=torch.channels_last)

    def network(self, window):
        network = Hrda(*SIZES["b0"], window)
        assign_formula(network, self.options.seed)
        return network.to(memory_format=torch.channels_last).train()

    def groups(self):
        """The encoder, its norms without decay, and the head at ten times the rate."""
        named = list(self.student.named_parameters())
        head = [p for name, p in named if "head" in name]
        norms = [p for name, p in named if "head" not in name and "norm" in name]
        others = [p for name, p in named if "head" not in name and "norm" not in name]
        return [
            {"params": others, "lr": RATE, "base": RATE},
            {"params": norms, "lr": RATE, "base": RATE, "weight_decay": 0},
            {"params": head, "lr": HEAD_FACTOR * RATE, "base": HEAD_FACTOR * RATE},
        ]

    def set_rates(self, iteration):
        factor = 1 - iteration / HORIZON
        warm_up = self.options.rate_warm_up
        if iteration < warm_up:
            factor *= 1 - (1 - iteration / warm_up) * (1 - WARM_UP_RATIO)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * factor

    def drawn(self, count, iteration, *uses):
        return torch.from_numpy(drawn(count, self.options.run_seed, iteration, *uses))

    def offset(self, iteration, name):
        """The upper left corner of a pass's window; the margin's last step of 8 is never drawn."""
        where = self.drawn(2, iteration, "segmenter", name, "detail-window").tolist()
        sides = zip(self.labels.shape[1:], self.student.window)
        return [8 * int(u * ((side - window + 1) // 8)) for u, (side, window) in zip(where, sides)]

    @torch.no_grad()
    def follow(self, iteration):
        rate = min(1 - 1 / (iteration + 1), ALPHA)
        ours, theirs = list(self.teacher.parameters()), list(self.student.parameters())
        torch._foreach_mul_(ours, rate)
        torch._foreach_add_(ours, theirs, alpha=1 - rate)

    @torch.no_grad()
    def pseudo_labels(self):
        """Labels and q, the share of confident pixels."""
        logits = resized(self.teacher(self.target), self.labels.shape[1:])
        largest, labels = F.softmax(logits, dim=1).max(dim=1)
        return labels, (largest >= self.options.threshold).double().mean().float()

    @torch.no_grad()
    def mixed(self, iteration, pseudo, q):
        """Half of the labelled images' classes pasted into the others: images, labels, weights."""
        n = len(self.labels)
        present = torch.bincount(self.labels.flatten(), minlength=IDS) > 0
        count = (int(present.sum()) + 1) // 2
        keys = self.drawn(n * IDS, iteration, "class-mix").view(n, IDS)
        keys[:, ~present] = -1
        chosen = torch.zeros(n, IDS, dtype=torch.bool)
        chosen.scatter_(1, keys.topk(count, dim=1).indices, True)
        mask = chosen.gather(1, self.labels.flatten(1)).view_as(self.labels)
        return (
            torch.where(mask[:, None], self.source, self.target),
            torch.where(mask, self.labels, pseudo),
            torch.where(mask, torch.ones(()), q * self.trusted),
        )

    def distance(self, stage4):
        with torch.no_grad():
            reference = self.reference(halved(self.source))[3]
            cells = cell_classes(self.labels, stage4.shape[2:], self.options.min_ratio)
            mask = torch.isin(cells, torch.tensor(THINGS))
        return feature_distance(stage4, reference, mask)

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses and figures."""
        self.set_rates(iteration)
        self.optimizer.zero_grad(set_to_none=True)
        self.follow(iteration)
        pseudo, q = self.pseudo_labels()
        images, labels, weights = self.mixed(iteration, pseudo, q)
        eta = DRIFT_START + (DRIFT_END - DRIFT_START) * min(iteration / HORIZON, 1)

        ones = torch.ones_like(self.trusted)
        offset = self.offset(iteration, "seg")
        seg = Pass(self.student, self.source, self.labels, ones, offset)
        distance = self.distance(seg.context.stage4)
        mixed = Pass(self.student, images, labels, weights, self.offset(iteration, "mixed"))
        pairs = [alignment(((seg, i), (mixed, i)), eta) for i in range(len(images))]
        contrast = sum(loss for loss, _ in pairs) / len(pairs)
        total = FUSED * (seg.fused + mixed.fused) + DETAIL * (seg.detail + mixed.detail)
        (total + REFERENCE_WEIGHT * distance + contrast).backward()
        self.optimizer.step()

        losses = {
            "seg-fused": seg.fused,
            "seg-detail": seg.detail,
            "feature-distance": distance,
            "mixed-fused": mixed.fused,
            "mixed-detail": mixed.detail,
            "dpa": contrast,
            "q": q,
            "eta": eta,
        }
        for name in pairs[0][1]:
            every = [float(figures[name]) for _, figures in pairs]
            losses[name] = sum(every) / (1 if name == "drift-pixels" else len(every))
        return {name: float(value) for name, value in losses.items()}
