"""Lesions of the spiking network's connections, for one simulation."""
from typing import Any, Iterator

import numpy as np

from spikernn import Model, share, truth


def _groups(inh: np.ndarray, by_type: bool) -> Iterator[np.ndarray]:
    """N x N truths, [post, pre]: all connections, or those of each of the four types."""
    if not by_type:
        yield np.ones((inh.size, inh.size), bool)
        return
    for post in (~inh, inh):
        for pre in (~inh, inh):
            yield np.outer(post, pre)


def lesioned(model: Model, initial: bool, draws: np.random.RandomState, percentage: Any = 0.0,
             scale: Any = 0.0, by_type: Any = False, exclude_self: Any = True) -> Model:
    """The network with a share of its existing connections multiplied by scale, drawn of all, or of
    each of E->E, E->I, I->E, I->I; itself where the share is 0. initial: of w0. Raises
    ValueError."""
    percentage = share(percentage, "lesion_percentage")
    scale = share(scale, "lesion_scale")
    by_type = truth(by_type, "lesion_by_type")
    exclude_self = truth(exclude_self, "exclude_self_connections")
    if percentage == 0:
        return model
    values, existing = model.arrays(), model.w_eff(initial) != 0
    if exclude_self:
        np.fill_diagonal(existing, False)
    weights = values["w0" if initial else "w"].copy()
    for group in _groups(values["inh"] > 0, by_type):
        post, pre = np.nonzero(existing & group)
        chosen = draws.permutation(post.size)[:int(percentage * post.size)]
        weights[post[chosen], pre[chosen]] *= scale
    values["w0" if initial else "w"] = weights
    view = model.view
    return Model.from_arrays(taus=model.taus, DeltaT=view.DeltaT, apply_dale=view.apply_dale,
                             activation=model.activation, **values)
