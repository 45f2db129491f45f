"""The metrics of scripts/bench/gate-metrics.ts as one gets them in Python: from scikit-learn and scipy where they have them, else from numpy by the shortest
program that gives the same number. Prints CPU seconds and value by task and name, as JSON. Arguments: folder, rows of the bootstrap, resamples, calls to warm up."""
import json
import sys
import time

import numpy
import scipy.stats
from sklearn import metrics

folder, paired_rows, resamples, warm_up = sys.argv[1], *map(int, sys.argv[2:])
BINS, CLASSES, ANSWERS, LEVELS = 10, 4, 10, (0.05, 0.5, 0.95)


def column(name):
    return numpy.fromfile(f"{folder}/{name}.f64")


def measured(calls):
    answer = {}
    for name, call in calls.items():
        times = []
        # The first calls warm up. What takes seconds need not be repeated.
        while len(times) < warm_up + 3 and sum(times) < 2:
            started = time.process_time()
            value = float(call())
            times.append(time.process_time() - started)
        warm = sorted(times[-3:])
        answer[name] = {"seconds": warm[len(warm) // 2], "value": value}
    return answer


def ece(labels, scores):
    bins = numpy.clip(numpy.ceil(scores * BINS), 1, BINS).astype(int)
    return numpy.abs(numpy.bincount(bins, labels) - numpy.bincount(bins, scores)).sum() / len(labels)


def binary():
    labels, first, second = column("labels"), column("first"), column("second")
    calls, events = first >= 0.5, labels == 1
    tenth = len(labels) // 10

    def delong():
        """Fast DeLong (X. Sun and W. Xu, 2014) with scipy's ranks."""
        m, n = events.sum(), (~events).sum()
        placed = []
        for scores in (first, second):
            ranks = scipy.stats.rankdata(scores)
            v10 = (ranks[events] - scipy.stats.rankdata(scores[events])) / n
            v01 = 1 - (ranks[~events] - scipy.stats.rankdata(scores[~events])) / m
            placed.append((v10, v01))
        s10 = numpy.cov(placed[0][0], placed[1][0])
        s01 = numpy.cov(placed[0][1], placed[1][1])
        s = s10 / m + s01 / n
        return (placed[0][0].mean() - placed[1][0].mean()) / numpy.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])

    def capture():
        return labels[numpy.argpartition(first, -tenth)[-tenth:]].sum() / labels.sum()

    def hosmer_lemeshow():
        statistic = 0
        for rows in numpy.array_split(numpy.argsort(first), BINS):
            expected = first[rows].sum()
            statistic += (labels[rows].sum() - expected) ** 2 / (expected * (1 - expected / len(rows)))
        return numpy.sqrt(max(0, statistic - BINS) / len(labels))

    def cost():
        (_, false_positive), (false_negative, _) = metrics.confusion_matrix(labels, calls)
        return (false_positive + false_negative) / len(labels)

    return {
        "DeLong, paired": delong,
        "auc": lambda: metrics.roc_auc_score(labels, first),
        "gini": lambda: 2 * metrics.roc_auc_score(labels, first) - 1,
        "ks": lambda: scipy.stats.ks_2samp(first[events], first[~events], method="asymp").statistic,
        "pr-auc": lambda: metrics.average_precision_score(labels, first),
        "capture": capture,
        "lift": lambda: capture() / 0.1,
        "log-loss": lambda: metrics.log_loss(labels, first),
        "brier": lambda: metrics.brier_score_loss(labels, first),
        "ece": lambda: ece(labels, first),
        "hosmer-lemeshow": hosmer_lemeshow,
        "accuracy": lambda: metrics.accuracy_score(labels, calls),
        "balanced-accuracy": lambda: metrics.balanced_accuracy_score(labels, calls),
        "precision": lambda: metrics.precision_score(labels, calls),
        "recall": lambda: metrics.recall_score(labels, calls),
        "specificity": lambda: metrics.recall_score(labels, calls, pos_label=0),
        "f1": lambda: metrics.f1_score(labels, calls),
        "f2": lambda: metrics.fbeta_score(labels, calls, beta=2),
        "f0-5": lambda: metrics.fbeta_score(labels, calls, beta=0.5),
        "mcc": lambda: metrics.matthews_corrcoef(labels, calls),
        "expected-cost": cost,
    }


def multiclass():
    labels = column("class").astype(int)
    probabilities = numpy.column_stack([column(f"class-{k}") for k in range(CLASSES)])
    predicted = probabilities.argmax(axis=1)

    def averages(name, call):
        return {
            f"{name}-{average}": lambda average=average: call(labels, predicted, average=average)
            for average in ("macro", "micro", "weighted")
        }

    def area(average):
        return metrics.roc_auc_score(labels, probabilities, multi_class="ovr", average=average)

    return {
        "accuracy": lambda: metrics.accuracy_score(labels, predicted),
        "balanced-accuracy": lambda: metrics.balanced_accuracy_score(labels, predicted),
        **averages("precision", metrics.precision_score),
        **averages("recall", metrics.recall_score),
        **averages("f1", metrics.f1_score),
        "mcc": lambda: metrics.matthews_corrcoef(labels, predicted),
        "auc-macro": lambda: area("macro"),
        "auc-weighted": lambda: area("weighted"),
        "log-loss": lambda: metrics.log_loss(labels, probabilities),
        "brier": lambda: metrics.brier_score_loss(labels, probabilities, scale_by_half=False),
        "ece": lambda: ece((labels == predicted).astype(float), probabilities.max(axis=1)),
    }


def regression():
    amounts, predicted = column("amounts"), column("predicted")
    return {
        "rmse": lambda: metrics.root_mean_squared_error(amounts, predicted),
        "mae": lambda: metrics.mean_absolute_error(amounts, predicted),
        "mape": lambda: metrics.mean_absolute_percentage_error(amounts, predicted),
        "r2": lambda: metrics.r2_score(amounts, predicted),
    }


def quantile():
    amounts = column("amounts")
    forecasts = [column(f"level-{level}") for level in range(len(LEVELS))]
    low, high = forecasts[0], forecasts[-1]

    def coverage():
        return numpy.mean((amounts >= low) & (amounts <= high))

    def interval_score():
        below, above = LEVELS[0], 1 - LEVELS[-1]
        return numpy.mean(high - low + numpy.maximum(0, low - amounts) / below + numpy.maximum(0, amounts - high) / above)

    return {
        "pinball": lambda: numpy.mean(
            [metrics.mean_pinball_loss(amounts, f, alpha=level) for f, level in zip(forecasts, LEVELS)]
        ),
        "interval-score": interval_score,
        "interval-width": lambda: numpy.mean(high - low),
        "coverage": coverage,
        "coverage-error": lambda: abs(coverage() - (LEVELS[-1] - LEVELS[0])),
    }


def ranking():
    relevance, scores = column("relevance").reshape(-1, ANSWERS), column("ranked").reshape(-1, ANSWERS)
    return {
        "ndcg": lambda: metrics.ndcg_score(relevance, scores, k=ANSWERS),
        "map": lambda: metrics.label_ranking_average_precision_score(relevance > 0, scores),
        "mrr": lambda: numpy.mean(
            1 / (1 + numpy.argmax(numpy.take_along_axis(relevance > 0, numpy.argsort(-scores, axis=1), axis=1), axis=1))
        ),
    }


def bootstrap():
    labels, first, second = (column(name)[:paired_rows] for name in ("labels", "first", "second"))
    generator = numpy.random.default_rng(1)
    differences = []
    for _ in range(resamples):
        drawn = generator.integers(0, paired_rows, paired_rows)
        differences.append(
            metrics.roc_auc_score(labels[drawn], first[drawn]) - metrics.roc_auc_score(labels[drawn], second[drawn])
        )
    return numpy.mean(differences)


answer = {task.__name__: measured(task()) for task in (binary, multiclass, regression, quantile, ranking)}
started = time.process_time()
value = bootstrap()
answer["bootstrap"] = {"auc": {"seconds": (time.process_time() - started) / resamples, "value": value}}
print(json.dumps(answer))
