"""Do two samples of paths have the same law? Of every measure: how often it is defined, its mean, and its tail."""

import numpy as np

# Values from which a mean has a normal law, about.
FEWEST = 20


def score(a, b):
    """The difference of two means in standard errors; NaN where they are the same."""
    if np.isclose(a.mean(), b.mean(), rtol=1e-9, atol=0.0):
        return np.nan
    error = np.hypot(a.std() / np.sqrt(a.size), b.std() / np.sqrt(b.size))
    return (a.mean() - b.mean()) / error if error > 0.0 else np.inf


def paired(a, b, draw_a, draw_b):
    """The same of nested samples with the same parameter draws: differences of the means within draws."""

    def means(values, draw):
        count = np.bincount(draw)
        return np.bincount(draw, values) / np.maximum(count, 1), count

    (mean_a, count_a), (mean_b, count_b) = means(a, draw_a), means(b, draw_b)
    size = min(len(mean_a), len(mean_b))
    both = (count_a[:size] > 0) & (count_b[:size] > 0)
    difference = (mean_a[:size] - mean_b[:size])[both]
    if np.abs(difference).max(initial=0.0) <= 1e-9 * np.abs(mean_a).max(initial=0.0):
        return np.nan
    error = difference.std() / np.sqrt(max(difference.size, 1))
    return difference.mean() / error if error > 0.0 else score(a, b)


def rows(ours, theirs, draw_ours=None, draw_theirs=None):
    """(measure, what, ours, theirs, z) of every measure that both have."""
    for name in sorted(set(ours) & set(theirs)):
        a, b = ours[name], theirs[name]
        known_a, known_b = ~np.isnan(a), ~np.isnan(b)
        questions = [("share of paths", known_a.astype(float), known_b.astype(float), slice(None), slice(None))]
        if min(known_a.sum(), known_b.sum()) >= FEWEST:
            x, y = a[known_a], b[known_b]
            questions.append(("mean", x, y, known_a, known_b))
            if len(np.unique(x[:1000])) > 200:
                for q in (0.05, 0.5, 0.95):
                    level = np.quantile(np.concatenate([x, y]), q)
                    level += 1e-9 * abs(level)  # not apart for rounding
                    above = (x > level).astype(float), (y > level).astype(float)
                    questions.append((f"share above the {q:.0%} quantile", *above, known_a, known_b))
        for what, x, y, where_a, where_b in questions:
            if draw_ours is None:
                z = score(x, y)
            else:
                z = paired(x, y, draw_ours[where_a], draw_theirs[where_b])
            yield name, what, x.mean(), y.mean(), z
