"""Measures of a score against an observed outcome."""

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve


def metrics(bad: np.ndarray, score: np.ndarray) -> dict[str, float | int]:
    """Discrimination (ROC AUC, Gini, Kolmogorov-Smirnov) and accuracy of the probabilities (Brier)."""
    auc = roc_auc_score(bad, score)
    false_positives, true_positives, _ = roc_curve(bad, score, drop_intermediate=False)
    return {
        "rows": len(bad),
        "bad": int(bad.sum()),
        "roc_auc": round(auc, 6),
        "gini": round(2 * auc - 1, 6),
        "ks": round(float(np.max(true_positives - false_positives)), 6),
        "brier": round(brier_score_loss(bad, score), 6),
    }


def auc_difference(bad: np.ndarray, score: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """ROC AUC of `score` minus that of `reference` on the same rows, with its two-sided 95 % interval.

    DeLong, DeLong and Clarke-Pearson (1988): the variance comes from the placement values of the events and non-events.
    """
    events, non_events = placements(bad, score)
    reference_events, reference_non_events = placements(bad, reference)
    estimate = events.mean() - reference_events.mean()
    variance = np.var(events - reference_events, ddof=1) / len(events) + np.var(
        non_events - reference_non_events, ddof=1
    ) / len(non_events)
    half_width = 1.959963984540054 * np.sqrt(variance)
    return {
        "roc_auc_difference": round(float(estimate), 6),
        "lower": round(float(estimate - half_width), 6),
        "upper": round(float(estimate + half_width), 6),
    }


def placements(bad: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of non-events below each event, and of events above each non-event; ties count half."""
    events, non_events = score[bad == 1], score[bad == 0]
    wins = (events[:, None] > non_events) + 0.5 * (events[:, None] == non_events)
    return wins.mean(axis=1), wins.mean(axis=0)
