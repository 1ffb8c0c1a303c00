"""Training by exponentiated gradients, in torch: weights change by factors and keep their sign."""
from typing import Any, Callable, Optional

import torch


class ExponentiatedGradient(torch.optim.Optimizer):
    """For weights that are not below 0: w becomes w exp(-lr (gradient + weight_decay w)), at least
    eps. max_norm: the largest norm, along norm_axis, of a weight matrix; None: any."""

    def __init__(self, params: Any, lr: float = 1e-2, weight_decay: float = 0.0,
                 eps: float = 1e-12, max_norm: Optional[float] = None,
                 norm_axis: Any = None) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "eps": eps,
                                  "max_norm": max_norm, "norm_axis": norm_axis})

    @torch.no_grad()
    def step(self, closure: Optional[Callable] = None) -> Any:
        """One update. closure: computes the loss again, as torch has it; returns that loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weights in group["params"]:
                if weights.grad is not None:
                    self._update(weights, group)
        return loss

    @staticmethod
    def _update(weights: torch.Tensor, group: Any) -> None:
        slope = weights.grad + group["weight_decay"] * weights
        least = torch.finfo(weights.dtype).tiny  # a factor of 0 would end the weight for good
        weights.copy_((weights * (-group["lr"] * slope).exp().clamp(min=least))
                      .clamp(min=group["eps"]))
        if group["max_norm"] is not None:
            norms = torch.norm(weights, dim=group["norm_axis"], keepdim=True)
            weights.mul_((group["max_norm"] / norms.clamp(min=group["eps"])).clamp(max=1))
