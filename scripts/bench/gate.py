"""The metrics of scripts/bench/gate.ts by scikit-learn and scipy: CPU seconds by name, as JSON. Arguments: folder, rows, rows of the bootstrap, resamples."""
import json
import sys
import time

import numpy
import scipy.stats
from sklearn import metrics

folder, rows, paired_rows, resamples = sys.argv[1], *map(int, sys.argv[2:])
labels, first, second = (numpy.fromfile(f"{folder}/{name}.f64") for name in ("labels", "first", "second"))
calls = first >= 0.5
events = labels == 1


def delong(a, b):
    """Fast DeLong (X. Sun and W. Xu, 2014) with scipy's ranks."""
    m, n = events.sum(), (~events).sum()
    placed = []
    for scores in (a, b):
        ranks = scipy.stats.rankdata(scores)
        v10 = (ranks[events] - scipy.stats.rankdata(scores[events])) / n
        v01 = 1 - (ranks[~events] - scipy.stats.rankdata(scores[~events])) / m
        placed.append((v10, v01))
    s10 = numpy.cov(placed[0][0], placed[1][0])
    s01 = numpy.cov(placed[0][1], placed[1][1])
    s = s10 / m + s01 / n
    return (placed[0][0].mean() - placed[1][0].mean()) / numpy.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])


def ece():
    bins = numpy.clip(numpy.ceil(first * 10), 1, 10).astype(int)
    return (
        numpy.abs(numpy.bincount(bins, labels) - numpy.bincount(bins, first)).sum() / len(labels)
    )


def bootstrap():
    generator = numpy.random.default_rng(1)
    differences = []
    for _ in range(resamples):
        drawn = generator.integers(0, paired_rows, paired_rows)
        differences.append(
            metrics.roc_auc_score(labels[drawn], first[drawn]) - metrics.roc_auc_score(labels[drawn], second[drawn])
        )
    return differences


measured = {
    "DeLong, paired": lambda: delong(first, second),
    "auc": lambda: metrics.roc_auc_score(labels, first),
    "ks": lambda: scipy.stats.ks_2samp(first[events], first[~events], method="asymp").statistic,
    "pr-auc": lambda: metrics.average_precision_score(labels, first),
    "brier": lambda: metrics.brier_score_loss(labels, first),
    "log-loss": lambda: metrics.log_loss(labels, first),
    "ece": ece,
    "accuracy": lambda: metrics.accuracy_score(labels, calls),
    "precision": lambda: metrics.precision_score(labels, calls),
    "recall": lambda: metrics.recall_score(labels, calls),
    "f1": lambda: metrics.f1_score(labels, calls),
    "mcc": lambda: metrics.matthews_corrcoef(labels, calls),
    "rmse": lambda: metrics.root_mean_squared_error(labels, first),
    "mae": lambda: metrics.mean_absolute_error(labels, first),
    "r2": lambda: metrics.r2_score(labels, first),
}
answer = {}
for name, call in measured.items():
    times = []
    for _ in range(3):
        started = time.process_time()
        value = float(call())
        times.append(time.process_time() - started)
    answer[name] = {"seconds": sorted(times)[1], "value": value}
started = time.process_time()
bootstrap()
answer["bootstrap"] = {"seconds": (time.process_time() - started) / resamples, "value": 0}
print(json.dumps(answer))
