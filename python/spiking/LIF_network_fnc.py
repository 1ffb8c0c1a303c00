"""LIF_network_fnc: trials of the spiking network, with the outputs of the published function."""
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_uint64
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from spikernn import (Model, array, c, carried, choices, context, floats, key, lib, pointer, raw,
                      text_of, truth, view, whole)
from ._callable import make_callable
from ._lesion import lesioned
from ._network import as_model, network_of, run, spiking_params

_RECORDED = {"v": c.SRNN_RECORD_V, "spikes": 0, "r": c.SRNN_RECORD_R, "ipsc": c.SRNN_RECORD_IPSC}

Result = Tuple[np.ndarray, Optional[np.ndarray], Optional[np.ndarray], Optional[np.ndarray],
               np.ndarray, np.ndarray, Dict[str, Any]]


def LIF_network_fnc(model_or_path: Any, scaling_factor: Any, u: Any,
                    stims: Optional[Dict[str, Any]] = None, downsample: int = 1,
                    use_initial_weights: bool = False, lesion_percentage: float = 0.0,
                    lesion_scale: float = 0.0, lesion_by_type: bool = False,
                    exclude_self_connections: bool = True, seed: Optional[int] = None, *,
                    trial: int = 0, record: Sequence[str] = tuple(_RECORDED),
                    conversion: Optional[str] = None, precision: str = "float",
                    _injected: Optional[Dict[str, Any]] = None,
                    **options: Any) -> Union[Result, List[Result]]:
    """One trial of the spiking network of a trained rate network, or several in parallel.

    model_or_path: a .mat or .pth file, a dict as scipy.io.loadmat gives, or an FR_RNN_dale.
    scaling_factor: lambda, by which the weights are divided, > 0, also as loadmat gives it, an
    array of one number; None: what the file or dict holds, its opt_scaling_factor, or its
    operating point where that was better on fresh trials.
    u: n_in x C, a column every 5 ms; with one input also (C,).
    stims: {'mode': 'none' | 'exc' | 'inh', 'dur': [on, off], 'units': [...]}: raises or lowers v
    of the units, which count from 0 (or are N truths, also as 0 and 1), at steps on ... off - 1 of
    the simulation, where step i is at i dt; also 'probability' (of a stimulus at a step, 0.5) and
    'amplitude_mv' (0.5). None: none.
    downsample: every downsample-th column of u, in steps of 0.05 ms x downsample.
    use_initial_weights: w0, the weights before training.
    lesion_percentage: a share (0 to 1) of the existing connections, drawn from the seed, whose
    weights are multiplied by lesion_scale (0 to 1); lesion_by_type: this share of each of E->E,
    E->I, I->E, I->I; exclude_self_connections: none of a unit onto itself.

    seed: 0 to 2^53; the same seed and trial give the same bits, as in `spikernn simulate`. None:
    from numpy.random, so that each call differs, and np.random.seed(s) before a script repeats it
    all. trial: which one of that seed, from 0.
    record: of 'v', 'spikes', 'r', 'ipsc', what is kept: REC, spk, rs, params['IPSCs'] are None
    without.
    conversion: 'scaling-factor' or 'operating-point' (scaling_factor is None).
    precision: 'float' or 'double'.
    options: neuron ('lif' or 'qif'), tref_ms, tm_ms, tr_ms, v_reset_mv, v_peak_mv, bias_mv,
    noise_mv, v0 ('uniform', 'reset' or 'rest'), v0_low_mv, v0_high_mv, add_b_out, use_readout
    (refitted output weights). docs/simulation.md has the equations and the defaults.

    Returns W, REC, spk, rs, all_fr, out, params, float64, of N units and nt = (C - 1) * 100 steps
    where downsample is 1:
    W N x N, weights / lambda, W[post, pre]; REC N x nt mV, 30 where spiking; spk N x nt, 1 where
    spiking; rs N x nt, filtered spike trains; all_fr (N,), spikes from the 10th step on / T, Hz;
    out (nt,), with several outputs n_out x nt; params: dt, T (s), nt, w_out (n_out x N, undivided),
    td, td0 (N,) (s: synaptic decay after and before training), IPSCs N x nt, and w_in, bias (mV),
    b_out, conversion, scaling_factor (None at an operating point), seed, trial.

    A list or an array of several scaling factors, or u of n_trials x n_in x C, gives a list of
    such tuples, simulated in parallel: the same bits as one by one, at the same trial for each
    scaling factor, at trial, trial + 1, ... for each u.

    Raises ValueError, FileNotFoundError, OSError, FloatingPointError."""
    model = as_model(model_or_path)
    what = _what(record)
    keys = key(_drawn() if seed is None else seed, c.SRNN_DOMAIN_USER,
               whole(trial, "trial", c_uint64))
    given, factors = raw(u, "u"), raw(scaling_factor, "scaling_factor")
    network = lesioned(model, truth(use_initial_weights, "use_initial_weights"),
                       np.random.RandomState(keys.seed % 2 ** 32), lesion_percentage, lesion_scale,
                       lesion_by_type, exclude_self_connections)
    many_factors, many_inputs = _several(scaling_factor, factors), given.ndim == 3
    if many_factors and many_inputs:
        raise ValueError("scaling_factor and u are both of several trials; expected one of them")
    options.update(stims=stims, downsample=downsample, use_initial_weights=use_initial_weights,
                   conversion=conversion, precision=precision)

    def one(factor: Any, u_of: np.ndarray, k: int, threads: Optional[int] = None) -> Result:
        values = spiking_params(model, factor, **options)
        return _trial(network, values, u_of, (keys.seed, keys.trial + k), what, _injected, threads)

    if many_factors:
        return _parallel(one, [(factor, given, 0) for factor in factors.ravel().tolist()])
    if many_inputs:
        return _parallel(one, [(scaling_factor, u_of, k) for k, u_of in enumerate(given)])
    return one(scaling_factor, given, 0)


def _several(given: Any, factors: np.ndarray) -> bool:
    """Is it a list of scaling factors? An array of one number, as of a .mat file, is one."""
    return factors.size != 1 or (factors.ndim == 1 and not hasattr(given, "dtype"))


def _drawn() -> int:
    return int(np.random.randint(0, c.SRNN_SEED_MAX, dtype=np.int64))


def _what(record: Sequence[str]) -> Dict[str, bool]:
    try:
        given = text_of(record)
        names = (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        names = (record,)
    for name in names:
        if name not in _RECORDED:
            raise ValueError("record has '%s'; expected some of %s" % (name, ", ".join(_RECORDED)))
    return {name: name in names for name in _RECORDED}


def _parallel(one: Any, arguments: List[Tuple]) -> List[Result]:
    """A thread and a context for each trial at work; the library lets go of Python's lock."""
    with context() as ctx:
        workers = lib.srnn_ctx_threads(ctx)
    with ThreadPoolExecutor(max(1, min(workers, len(arguments)))) as pool:
        return list(pool.map(carried(lambda values: one(*values, threads=1)), arguments))


def _trial(model: Model, params: Any, u: np.ndarray, at: Tuple[int, int], what: Dict[str, bool],
           injected: Optional[Dict[str, Any]], threads: Optional[int]) -> Result:
    n_in = model.view.n_in
    u = floats(u.reshape(1, -1) if u.ndim == 1 and n_in == 1 else u, (n_in, None), "u")
    columns = np.ascontiguousarray(u.T)
    values = c.srnn_spiking_input(C=len(columns), u=pointer(columns),
                                  key=key(at[0], c.SRNN_DOMAIN_USER, at[1]))
    held = _inject(values, injected or {}, model.view.N,
                   lib.srnn_spiking_steps(len(columns), max(params.downsample, 1)))
    owner = run(model, params, values, sum(_RECORDED[name] for name in what if what[name]), threads)
    del held
    r, network = owner.struct, network_of(model, params)
    traces = {name: None if rows is None else rows.T for name, rows in (
        (name, view(getattr(r, name), (r.nt, r.N), owner)) for name in ("v", "r", "ipsc"))}
    out = view(r.out, (r.nt, r.n_out), owner).T
    named = {"dt": r.dt_s, "T": r.T_s, "nt": r.nt, "IPSCs": traces["ipsc"],
             "conversion": choices("conversion")[params.conversion.by],
             "seed": at[0], "trial": at[1]}
    scaled = params.conversion.by == c.SRNN_BY_SCALING_FACTOR
    named["scaling_factor"] = params.conversion.scaling_factor if scaled else None
    W = network.pop("W")
    return (W, traces["v"], _raster(r) if what["spikes"] else None, traces["r"],
            view(r.rates_hz, (r.N,), owner), out[0] if r.n_out == 1 else out,
            dict(network, **named))


def _inject(values: Any, injected: Dict[str, Any], N: int, nt: int) -> List[np.ndarray]:
    """For tests: v0 (N,), noise N x nt, coin (nt,) instead of the drawn ones. Returns what values
    then points to."""
    held = []
    for name, shape, dtype in (("v0", (N,), np.float32), ("noise", (N, nt), np.float32),
                               ("coin", (nt,), np.uint8)):
        if name in injected:
            held.append(array(injected[name], dtype, shape, name, "F").T)
            setattr(values, name, pointer(held[-1]))
    return held


def _raster(result: Any) -> np.ndarray:
    spk = np.zeros((result.nt, result.N))
    if result.n_spikes:
        steps, units = (view(a, (result.n_spikes,), None)
                        for a in (result.spike_step, result.spike_unit))
        spk[steps - 1, units] = 1
    return spk.T


make_callable(__name__, LIF_network_fnc)
