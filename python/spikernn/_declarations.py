"""The public headers (include/spikernn) in ctypes, under their C names: enum constants, structs,
function types, the prototypes in FUNCTIONS, and in CHANGING the functions that change a network or a
study. The headers say what everything means.
Written by tools/make-python-declarations: run it after a header has changed."""
from ctypes import *

SRNN_OK = 0
SRNN_ERR_NO_MEMORY = 1
SRNN_ERR_ARGUMENT = 2
SRNN_ERR_FILE = 3
SRNN_ERR_FORMAT = 4
SRNN_ERR_NUMERIC = 5
SRNN_ERR_PROGRAM = 6
SRNN_CANCELLED = 7

SRNN_VERSION = "0.2.0"
SRNN_NUMERICS = 1
class srnn_ctx(Structure):
    pass


class srnn_ctx_options(Structure):
    pass


srnn_ctx_options._fields_ = [
    ("size", c_size_t),
    ("threads", c_int),
    ("isa", c_char_p),
]

SRNN_SCHEMA = 1

class srnn_progress(Structure):
    pass


srnn_progress._fields_ = [
    ("phase", c_char_p),
    ("done", c_int64),
    ("total", c_int64),
    ("before", c_int64),
    ("loss", c_double),
    ("accuracy", c_double),
    ("elapsed_s", c_double),
]

srnn_progress_fn = CFUNCTYPE(c_int, c_void_p, POINTER(srnn_progress))

SRNN_GUARDED_RETURNED = 0
SRNN_GUARDED_CRASHED = 1
SRNN_GUARDED_STUCK = 2
SRNN_GUARDED_CANCELLED = 3

srnn_guard_fn = CFUNCTYPE(c_int, c_void_p, CFUNCTYPE(None, c_void_p), c_void_p, c_uint64)

SRNN_TASK_JSON_MAX = 65536
SRNN_TYPES_MAX = 64
SRNN_RULES_MAX = 256
class srnn_task(Structure):
    pass


class srnn_rng(Structure):
    pass


class srnn_task_settings(Structure):
    pass


srnn_task_settings._fields_ = [
    ("T", c_int),
    ("stim_on", c_int),
    ("stim_dur", c_int),
    ("delay", c_int),
    ("eval_amp_thresh", c_double),
    ("offset", c_double),
    ("constant", c_int),
    ("two_sided", c_int),
]

class srnn_task_setting(Structure):
    pass


srnn_task_setting._fields_ = [
    ("name", c_char_p),
    ("whole", c_bool),
    ("least", c_int),
    ("most", c_int),
    ("usual", c_bool),
    ("every", c_bool),
]

SRNN_RATE = 0
SRNN_SPIKING = 1

class srnn_response(Structure):
    pass


srnn_response._fields_ = [
    ("network", c_int),
    ("n", c_int),
    ("n_out", c_int),
    ("out", POINTER(c_double)),
    ("samples_per_step", c_double),
]

class srnn_score(Structure):
    pass


srnn_score._fields_ = [
    ("correct", c_bool),
    ("value", c_double),
    ("margin", c_double),
    ("other_side", c_double),
]

class srnn_type_stats(Structure):
    pass


srnn_type_stats._fields_ = [
    ("n", c_int),
    ("correct", c_int),
    ("two_sided", c_int),
    ("value_mean", c_double),
    ("value_sd", c_double),
]

class srnn_response_times(Structure):
    pass


srnn_response_times._fields_ = [
    ("n", c_int),
    ("median_ms", c_double),
    ("mean_ms", c_double),
    ("sd_ms", c_double),
]

class srnn_confusion(Structure):
    pass


srnn_confusion._fields_ = [
    ("n_sets", c_int),
    ("sets", POINTER(c_uint64)),
    ("counts", POINTER(c_int)),
    ("others", POINTER(c_int)),
]

class srnn_rule(Structure):
    pass


srnn_rule._fields_ = [
    ("type", c_int),
    ("network", c_int),
    ("words", c_char_p),
]

class srnn_rule_stats(Structure):
    pass


srnn_rule_stats._fields_ = [
    ("type", c_int),
    ("words", c_char_p),
    ("n", c_int),
    ("met", c_int),
    ("value_mean", c_double),
    ("value_sd", c_double),
]

SRNN_STANDARD = 0
SRNN_PUBLISHED = 1
SRNN_ROBUST = 2

class srnn_task_def(Structure):
    pass


srnn_task_def._fields_ = [
    ("name", c_char_p),
    ("n_in", c_int),
    ("n_out", c_int),
    ("input_names", POINTER(c_char_p)),
    ("input_units", POINTER(c_char_p)),
    ("output_names", POINTER(c_char_p)),
    ("output_units", POINTER(c_char_p)),
    ("T", c_int),
    ("n_types", c_int),
    ("type_names", POINTER(c_char_p)),
    ("labels", POINTER(c_double)),
    ("stim_on", c_int),
    ("stim_off", c_int),
    ("min_trials", c_int64),
    ("decay_taus", c_double * 2),
    ("preset", c_int),
    ("response_on", c_int * 2),
    ("settings", srnn_task_settings),
    ("n_parameters", c_int),
    ("parameter_names", POINTER(c_char_p)),
    ("parameters", POINTER(c_double)),
    ("stimulus", c_char_p),
    ("target", c_char_p),
    ("criterion", c_char_p),
    ("json", c_char_p),
    ("user", c_void_p),
    ("destroy", CFUNCTYPE(None, c_void_p)),
    ("draw_type", CFUNCTYPE(c_int, c_void_p, POINTER(srnn_rng))),
    ("generate", CFUNCTYPE(None, c_void_p, c_int, POINTER(srnn_rng), c_int, POINTER(c_float), POINTER(c_float))),
    ("score", CFUNCTYPE(srnn_score, c_void_p, c_int, POINTER(srnn_rng), POINTER(srnn_response))),
    ("score_into", CFUNCTYPE(None, c_void_p, c_int, POINTER(srnn_rng), POINTER(srnn_response), POINTER(srnn_score))),
    ("n_rules", c_int),
    ("rules", POINTER(srnn_rule)),
    ("score_rules", CFUNCTYPE(None, c_void_p, c_int, POINTER(srnn_rng), POINTER(srnn_response), POINTER(srnn_score))),
]

srnn_task_plugin = CFUNCTYPE(c_char_p, POINTER(srnn_task_settings), POINTER(srnn_task_def))

SRNN_DOMAIN_TRAIN = 1
SRNN_DOMAIN_TRAIN_EVAL = 2
SRNN_DOMAIN_SEARCH = 3
SRNN_DOMAIN_EVAL = 4
SRNN_DOMAIN_USER = 5
SRNN_DOMAIN_CALIBRATE = 6
SRNN_DOMAIN_CHOOSE = 7
SRNN_DOMAIN_TEST = 8

class srnn_trial_key(Structure):
    pass


srnn_trial_key._fields_ = [
    ("seed", c_uint64),
    ("domain", c_int),
    ("trial", c_uint64),
]

SRNN_SEED_MAX = (1 << 53)
class srnn_model(Structure):
    pass


SRNN_SIGMOID = 0
SRNN_CLIPPED_RELU = 1
SRNN_SOFTPLUS = 2

SRNN_W_GAUS = 0
SRNN_W_GAMMA = 1

class srnn_model_params(Structure):
    pass


srnn_model_params._fields_ = [
    ("size", c_size_t),
    ("N", c_int),
    ("n_in", c_int),
    ("n_out", c_int),
    ("P_inh", c_double),
    ("P_rec", c_double),
    ("som_N", c_int),
    ("gain", c_double),
    ("w_dist", c_int),
    ("no_autapses", c_bool),
    ("balanced", c_bool),
    ("apply_dale", c_bool),
    ("n_taus", c_int),
    ("taus", c_double * 2),
    ("taus_gaus_mean", c_double),
    ("DeltaT", c_double),
    ("activation", c_int),
    ("seed", c_uint64),
    ("inh_N", c_int),
]

class srnn_model_view(Structure):
    pass


srnn_model_view._fields_ = [
    ("N", c_int),
    ("n_in", c_int),
    ("n_out", c_int),
    ("apply_dale", c_bool),
    ("n_taus", c_int),
    ("taus", c_double * 2),
    ("DeltaT", c_double),
    ("activation", c_int),
    ("w", POINTER(c_float)),
    ("w_in", POINTER(c_float)),
    ("w_out", POINTER(c_float)),
    ("b_out", POINTER(c_float)),
    ("taus_gaus", POINTER(c_float)),
    ("w0", POINTER(c_float)),
    ("w_in0", POINTER(c_float)),
    ("taus_gaus0", POINTER(c_float)),
    ("inh", POINTER(c_uint8)),
    ("som", POINTER(c_uint8)),
    ("som_m", POINTER(c_uint8)),
    ("w_fixed", POINTER(c_uint8)),
]

SRNN_EXC = 0
SRNN_PV = 1
SRNN_SOM = 2
SRNN_POPULATIONS = 3

SRNN_E_TO_E = 0
SRNN_E_TO_I = 1
SRNN_I_TO_E = 2
SRNN_I_TO_I = 3
SRNN_PATHWAYS = 4

class srnn_connections(Structure):
    pass


srnn_connections._fields_ = [
    ("share", c_double),
    ("share_at_start", c_double),
    ("gone", c_double),
    ("grown", c_double),
    ("weight", c_double),
    ("weight_at_start", c_double),
    ("pathways", c_double * SRNN_PATHWAYS),
]

SRNN_FORBIDDEN = 0
SRNN_PLASTIC = 1
SRNN_FIXED = 2

class srnn_lesion(Structure):
    pass


srnn_lesion._fields_ = [
    ("size", c_size_t),
    ("share", c_double),
    ("pathways", c_bool * SRNN_PATHWAYS),
    ("by_pathway", c_bool),
    ("seed", c_uint64),
]

class srnn_training_record(Structure):
    pass


srnn_training_record._fields_ = [
    ("n_trials", c_int64),
    ("n_losses", c_int64),
    ("losses", POINTER(c_double)),
    ("tr", c_int64),
    ("reached", c_bool),
    ("eval_perf_mean", c_double),
    ("eval_loss_mean", c_double),
    ("eval_two_sided_mean", c_double),
    ("loss_threshold", c_double),
    ("perf_threshold", c_double),
    ("n_evals", c_int),
    ("eval_tr", POINTER(c_double)),
    ("eval_perf_curve", POINTER(c_double)),
    ("eval_loss_curve", POINTER(c_double)),
    ("eval_trials", c_int),
    ("eval_T", c_int),
    ("eval_os", POINTER(c_double)),
    ("eval_labels", POINTER(c_double)),
    ("T", c_int),
    ("x0", POINTER(c_float)),
    ("r0", POINTER(c_float)),
    ("x", POINTER(c_float)),
    ("r", POINTER(c_float)),
    ("u", POINTER(c_float)),
    ("target", POINTER(c_float)),
    ("o", POINTER(c_float)),
]

class srnn_search_record(Structure):
    pass


srnn_search_record._fields_ = [
    ("n", c_int),
    ("opt_scaling_factor", c_double),
    ("scaling_factors", POINTER(c_double)),
    ("all_perfs", POINTER(c_double)),
    ("all_two_sided_perfs", POINTER(c_double)),
    ("trials", POINTER(c_int)),
    ("n_trials", c_int),
    ("settings", c_char_p),
    ("test_perf", c_double),
    ("test_two_sided_perf", c_double),
    ("test_trials", c_int),
]

class srnn_operating_point(Structure):
    pass


srnn_operating_point._fields_ = [
    ("gain", POINTER(c_double)),
    ("bias_mv", POINTER(c_double)),
    ("scale", POINTER(c_double)),
    ("offset", POINTER(c_double)),
    ("widening", c_double),
    ("shot_noise_cost", c_double),
    ("perf", c_double),
    ("two_sided_perf", c_double),
    ("n_trials", c_int),
    ("settings", c_char_p),
]

class srnn_readout(Structure):
    pass


srnn_readout._fields_ = [
    ("w_out", POINTER(c_float)),
    ("b_out", POINTER(c_float)),
    ("scaling_factor", c_double),
    ("perf", c_double),
    ("two_sided_perf", c_double),
    ("n_trials", c_int),
    ("settings", c_char_p),
]

SRNN_L2 = 0
SRNN_L1 = 1

SRNN_ADAM_STANDARD = 0
SRNN_ADAM_TENSORFLOW = 1

class srnn_rate_input(Structure):
    pass


srnn_rate_input._fields_ = [
    ("size", c_size_t),
    ("T", c_int),
    ("u", POINTER(c_float)),
    ("key", srnn_trial_key),
    ("noise", c_double),
    ("x0", POINTER(c_float)),
    ("noise_xt", POINTER(c_float)),
]

class srnn_rate_output(Structure):
    pass


srnn_rate_output._fields_ = [
    ("x", POINTER(c_float)),
    ("r", POINTER(c_float)),
    ("o", POINTER(c_float)),
]

class srnn_rate_gradient(Structure):
    pass


srnn_rate_gradient._fields_ = [
    ("loss", c_double),
    ("dw", POINTER(c_float)),
    ("dw_out", POINTER(c_float)),
    ("db_out", POINTER(c_float)),
    ("dtaus_gaus", POINTER(c_float)),
    ("dw_in", POINTER(c_float)),
]

class srnn_rate_slopes(Structure):
    pass


srnn_rate_slopes._fields_ = [
    ("d_x", POINTER(c_float)),
    ("d_r", POINTER(c_float)),
    ("d_o", POINTER(c_float)),
]

SRNN_LEARN_W = 1
SRNN_LEARN_W_OUT = 2
SRNN_LEARN_B_OUT = 4
SRNN_LEARN_TAUS = 8
SRNN_LEARN_DEFAULT = 15
SRNN_LEARN_W_IN = 16
SRNN_LEARN_ALL = 31

SRNN_GRADIENT_MASKED = 0
SRNN_GRADIENT_STRAIGHT = 1
SRNN_GRADIENT_INITIAL = 2

class srnn_penalties(Structure):
    pass


srnn_penalties._fields_ = [
    ("L1_in", c_double),
    ("L1_rec", c_double),
    ("L1_out", c_double),
    ("L2_in", c_double),
    ("L2_rec", c_double),
    ("L2_out", c_double),
    ("L2_firing_rate", c_double),
]

class srnn_train_options(Structure):
    pass


srnn_train_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("n_trials", c_int64),
    ("batch", c_int),
    ("lr", c_double),
    ("learn", c_uint),
    ("w_gradient", c_int),
    ("penalties", srnn_penalties),
    ("grad_clip", c_double),
    ("beta1", c_double),
    ("beta2", c_double),
    ("epsilon", c_double),
    ("adam", c_int),
    ("loss", c_int),
    ("noise", c_double),
    ("eval_freq", c_int64),
    ("eval_trials", c_int),
    ("loss_threshold", c_double),
    ("perf_threshold", c_double),
    ("min_trials", c_int64),
    ("pause_at", c_int64),
    ("resume", c_bool),
]

class srnn_rate_evaluation(Structure):
    pass


srnn_rate_evaluation._fields_ = [
    ("n_trials", c_int),
    ("correct", c_int),
    ("two_sided", c_int),
    ("loss_mean", c_double),
    ("types", srnn_type_stats * SRNN_TYPES_MAX),
    ("response_times", POINTER(srnn_response_times)),
    ("confusion", srnn_confusion),
    ("n_rules", c_int),
    ("rules", POINTER(srnn_rule_stats)),
]

class srnn_rate_eval_options(Structure):
    pass


srnn_rate_eval_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("balanced", c_bool),
    ("answers", c_bool),
    ("noise", c_double),
    ("loss", c_int),
]

class srnn_rate_trials(Structure):
    pass


srnn_rate_trials._fields_ = [
    ("o", POINTER(c_double)),
    ("label", POINTER(c_double)),
    ("type", POINTER(c_double)),
    ("correct", POINTER(c_double)),
    ("value", POINTER(c_double)),
]

SRNN_FLOAT = 0
SRNN_DOUBLE = 1

SRNN_BY_SCALING_FACTOR = 0
SRNN_BY_OPERATING_POINT = 1

SRNN_LIF = 0
SRNN_QIF = 1

SRNN_STIM_NONE = 0
SRNN_STIM_EXC = 1
SRNN_STIM_INH = 2

class srnn_stimulation(Structure):
    pass


srnn_stimulation._fields_ = [
    ("mode", c_int),
    ("on", c_int),
    ("off", c_int),
    ("units", POINTER(c_int)),
    ("n_units", c_int),
    ("probability", c_double),
    ("amplitude_mv", c_double),
]

class srnn_conversion_params(Structure):
    pass


srnn_conversion_params._fields_ = [
    ("by", c_int),
    ("scaling_factor", c_double),
    ("use_initial_weights", c_bool),
    ("use_readout", c_bool),
    ("add_b_out", c_bool),
]

class srnn_neuron_params(Structure):
    pass


srnn_neuron_params._fields_ = [
    ("model", c_int),
    ("tref_ms", c_double),
    ("tm_ms", c_double),
    ("tr_ms", c_double),
    ("v_reset_mv", c_double),
    ("v_peak_mv", c_double),
    ("bias_mv", c_double),
    ("noise_mv", c_double),
    ("v0_low_mv", c_double),
    ("v0_high_mv", c_double),
]

class srnn_spiking_params(Structure):
    pass


srnn_spiking_params._fields_ = [
    ("size", c_size_t),
    ("conversion", srnn_conversion_params),
    ("neuron", srnn_neuron_params),
    ("stimulation", srnn_stimulation),
    ("downsample", c_int),
    ("precision", c_int),
]

SRNN_FIRST_COUNTED_STEP = 10

class srnn_spiking_network(Structure):
    pass


srnn_spiking_network._fields_ = [
    ("N", c_int),
    ("n_in", c_int),
    ("n_out", c_int),
    ("W", POINTER(c_double)),
    ("w_in", POINTER(c_double)),
    ("bias_mv", POINTER(c_double)),
    ("w_out", POINTER(c_double)),
    ("b_out", POINTER(c_double)),
    ("td_s", POINTER(c_double)),
    ("td0_s", POINTER(c_double)),
]

class srnn_spiking_input(Structure):
    pass


srnn_spiking_input._fields_ = [
    ("C", c_int),
    ("u", POINTER(c_float)),
    ("key", srnn_trial_key),
    ("v0", POINTER(c_float)),
    ("noise", POINTER(c_float)),
    ("coin", POINTER(c_uint8)),
]

SRNN_RECORD_V = 1
SRNN_RECORD_IPSC = 2
SRNN_RECORD_R = 4

class srnn_recording(Structure):
    pass


srnn_recording._fields_ = [
    ("size", c_size_t),
    ("what", c_uint),
    ("units", POINTER(c_int)),
    ("n_units", c_int),
    ("every", c_int),
]

class srnn_spiking_result(Structure):
    pass


srnn_spiking_result._fields_ = [
    ("N", c_int),
    ("n_out", c_int),
    ("nt", c_int),
    ("dt_s", c_double),
    ("T_s", c_double),
    ("n_spikes", c_int64),
    ("spike_unit", POINTER(c_int32)),
    ("spike_step", POINTER(c_int32)),
    ("out", POINTER(c_double)),
    ("rates_hz", POINTER(c_double)),
    ("n_recorded", c_int),
    ("n_units", c_int),
    ("v", POINTER(c_double)),
    ("ipsc", POINTER(c_double)),
    ("r", POINTER(c_double)),
]

class srnn_spiking_trials_options(Structure):
    pass


srnn_spiking_trials_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("types", POINTER(c_int)),
]

class srnn_spiking_trial(Structure):
    pass


srnn_spiking_trial._fields_ = [
    ("trial", c_int),
    ("type", c_int),
    ("u", POINTER(c_float)),
    ("score", srnn_score),
    ("result", POINTER(srnn_spiking_result)),
]

srnn_spiking_trial_fn = CFUNCTYPE(c_int, c_void_p, POINTER(srnn_spiking_trial))

class srnn_population_rates(Structure):
    pass


srnn_population_rates._fields_ = [
    ("exc_hz", c_double),
    ("pv_hz", c_double),
    ("som_hz", c_double),
]

class srnn_spiking_evaluation(Structure):
    pass


srnn_spiking_evaluation._fields_ = [
    ("n_trials", c_int),
    ("correct", c_int),
    ("two_sided", c_int),
    ("types", srnn_type_stats * SRNN_TYPES_MAX),
    ("rates", srnn_population_rates * SRNN_TYPES_MAX),
    ("mean_rate_hz", c_double),
    ("response_times", POINTER(srnn_response_times)),
    ("confusion", srnn_confusion),
    ("n_rules", c_int),
    ("rules", POINTER(srnn_rule_stats)),
]

class srnn_spiking_eval_options(Structure):
    pass


srnn_spiking_eval_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("balanced", c_bool),
    ("answers", c_bool),
]

SRNN_BY_ACCURACY = 0
SRNN_BY_MARGIN = 1
SRNN_BY_LOSS = 2

class srnn_search_options(Structure):
    pass


srnn_search_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("test_trials", c_int),
    ("n_trials", c_int),
    ("n", c_int),
    ("scaling_factors", POINTER(c_double)),
    ("criterion", c_int),
    ("refine", c_bool),
    ("racing", c_bool),
    ("again", c_bool),
    ("spiking", srnn_spiking_params),
]

SRNN_TRIAL_CORRECT = 0
SRNN_TRIAL_MARGIN = 1
SRNN_TRIAL_LOSS = 2
SRNN_TRIAL_RATE_HZ = 3
SRNN_TRIAL_OTHER_SIDE = 4
SRNN_TRIAL_VALUES = 5

class srnn_search_result(Structure):
    pass


srnn_search_result._fields_ = [
    ("n", c_int),
    ("scaling_factors", POINTER(c_double)),
    ("correct", POINTER(c_int)),
    ("two_sided", POINTER(c_int)),
    ("trials", POINTER(c_int)),
    ("score", POINTER(c_double)),
    ("loss", POINTER(c_double)),
    ("rate_hz", POINTER(c_double)),
    ("n_trials", c_int),
    ("best", c_int),
    ("K", c_int),
    ("values", POINTER(c_double) * SRNN_TRIAL_VALUES),
    ("settings", c_char_p),
    ("test_correct", c_int),
    ("test_two_sided", c_int),
    ("test_trials", c_int),
    ("trials_run", c_int64),
    ("trials_kept", c_int64),
]

SRNN_SEARCH_KEPT = 0
SRNN_SEARCH_EMPTY = 1
SRNN_SEARCH_SHORTER = 2
SRNN_SEARCH_OTHER_TASK = 3
SRNN_SEARCH_OTHER_TASK_ALONE = 4

class srnn_operating_options(Structure):
    pass


srnn_operating_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("fit_trials", c_int),
    ("n", c_int),
    ("widening", POINTER(c_double)),
    ("shot_noise_cost", POINTER(c_double)),
    ("visit_trials", POINTER(c_int)),
    ("n_reserve", c_int),
    ("n_trials", c_int),
    ("score_slack", c_double),
    ("test_trials", c_int),
    ("spiking", srnn_spiking_params),
]

class srnn_operating_candidate(Structure):
    pass


srnn_operating_candidate._fields_ = [
    ("widening", c_double),
    ("shot_noise_cost", c_double),
    ("visit_trials", c_int),
    ("correct", c_int),
    ("two_sided", c_int),
    ("score", c_double),
    ("mean_rate_hz", c_double),
]

class srnn_operating_result(Structure):
    pass


srnn_operating_result._fields_ = [
    ("n", c_int),
    ("candidates", POINTER(srnn_operating_candidate)),
    ("n_trials", c_int),
    ("best", c_int),
    ("test_correct", c_int),
    ("test_two_sided", c_int),
    ("test_trials", c_int),
]

class srnn_transfer_curve(Structure):
    pass


srnn_transfer_curve._fields_ = [
    ("n", c_int),
    ("threshold_mv", c_double),
    ("drive_mv", POINTER(c_double)),
    ("rate_hz", POINTER(c_double)),
]

class srnn_readout_options(Structure):
    pass


srnn_readout_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("fit_trials", c_int),
    ("test_trials", c_int),
    ("spiking", srnn_spiking_params),
]

class srnn_readout_result(Structure):
    pass


srnn_readout_result._fields_ = [
    ("shrinkage", c_double),
    ("rmse_before", c_double),
    ("rmse", c_double),
    ("test_correct", c_int),
    ("test_two_sided", c_int),
    ("test_trials", c_int),
]

class srnn_spikes(Structure):
    pass


srnn_spikes._fields_ = [
    ("N", c_int),
    ("K", c_int),
    ("T_ms", c_double),
    ("dt_ms", c_double),
    ("n", c_int64),
    ("trial", POINTER(c_int32)),
    ("unit", POINTER(c_int32)),
    ("time_ms", POINTER(c_double)),
    ("population", POINTER(c_uint8)),
    ("n_types", c_int),
    ("type_names", POINTER(c_char_p)),
    ("type", POINTER(c_int)),
    ("label", POINTER(c_double)),
    ("value", POINTER(c_double)),
    ("correct", POINTER(c_uint8)),
    ("task", c_char_p),
    ("stim_on_ms", c_double),
    ("stim_off_ms", c_double),
    ("seed", c_double),
]

class srnn_spike_options(Structure):
    pass


srnn_spike_options._fields_ = [
    ("size", c_size_t),
    ("from_ms", c_double),
    ("to_ms", c_double),
    ("count_window_ms", c_double),
    ("correlation_bin_ms", c_double),
    ("max_units", c_int),
    ("seed", c_uint64),
]

SRNN_UNIT_RATE_HZ = 0
SRNN_UNIT_N_ISI = 1
SRNN_UNIT_ISI_MS = 2
SRNN_UNIT_CV = 3
SRNN_UNIT_CV2 = 4
SRNN_UNIT_LV = 5
SRNN_UNIT_FANOFACTOR = 6
SRNN_UNIT_MEASURES = 7

class srnn_summary(Structure):
    pass


srnn_summary._fields_ = [
    ("n", c_int),
    ("mean", c_double),
    ("sd", c_double),
    ("median", c_double),
]

class srnn_spike_statistics(Structure):
    pass


srnn_spike_statistics._fields_ = [
    ("N", c_int),
    ("K", c_int),
    ("n_types", c_int),
    ("duration_ms", c_double),
    ("unit", POINTER(c_double) * SRNN_UNIT_MEASURES),
    ("rate_hz", POINTER(c_double)),
    ("n_units", c_int * (SRNN_POPULATIONS + 1)),
    ("n_silent", c_int * (SRNN_POPULATIONS + 1)),
    ("measures", srnn_summary * SRNN_UNIT_MEASURES * (SRNN_POPULATIONS + 1)),
    ("type_rate_hz", POINTER(srnn_summary * (SRNN_POPULATIONS + 1))),
    ("n_correlated", c_int),
    ("correlation", srnn_summary * (SRNN_POPULATIONS + 1)),
    ("noise_correlation", srnn_summary * (SRNN_POPULATIONS + 1)),
    ("synchrony", c_double * (SRNN_POPULATIONS + 1)),
]

SRNN_TOTAL_CORRELATION = 0
SRNN_NOISE_CORRELATION = 1

class srnn_rank_test(Structure):
    pass


srnn_rank_test._fields_ = [
    ("n", c_int),
    ("m", c_int),
    ("statistic", c_double),
    ("p", c_double),
    ("exact", c_bool),
    ("effect", c_double),
    ("difference", c_double),
]

class srnn_sample_summary(Structure):
    pass


srnn_sample_summary._fields_ = [
    ("n", c_int),
    ("mean", c_double),
    ("sd", c_double),
    ("median", c_double),
    ("low", c_double),
    ("high", c_double),
]

class srnn_activity(Structure):
    pass


srnn_activity._fields_ = [
    ("N", c_int),
    ("K", c_int),
    ("n_bins", c_int),
    ("bin_ms", c_double),
    ("values", POINTER(c_double)),
    ("n_types", c_int),
    ("type", POINTER(c_int)),
]

class srnn_pca_options(Structure):
    pass


srnn_pca_options._fields_ = [
    ("size", c_size_t),
    ("n_components", c_int),
    ("by_trial", c_bool),
]

class srnn_pca(Structure):
    pass


srnn_pca._fields_ = [
    ("N", c_int),
    ("n_bins", c_int),
    ("n_types", c_int),
    ("n_components", c_int),
    ("mean", POINTER(c_double)),
    ("explained", POINTER(c_double)),
    ("components", POINTER(c_double)),
    ("trajectories", POINTER(c_double)),
    ("dimensionality", c_double),
    ("n_for_90", c_int),
    ("n_for_95", c_int),
    ("n_for_99", c_int),
]

class srnn_decoding_options(Structure):
    pass


srnn_decoding_options._fields_ = [
    ("size", c_size_t),
    ("classes", POINTER(c_int)),
    ("n_classes", c_int),
    ("folds", c_int),
    ("shrinkage", c_double),
    ("seed", c_uint64),
]

class srnn_decoding(Structure):
    pass


srnn_decoding._fields_ = [
    ("n_bins", c_int),
    ("n_classes", c_int),
    ("n_trials", c_int),
    ("folds", c_int),
    ("chance", c_double),
    ("accuracy", POINTER(c_double)),
    ("low", POINTER(c_double)),
    ("high", POINTER(c_double)),
    ("above", c_double),
]

class srnn_axes_options(Structure):
    pass


srnn_axes_options._fields_ = [
    ("size", c_size_t),
    ("n_components", c_int),
]

class srnn_axes(Structure):
    pass


srnn_axes._fields_ = [
    ("N", c_int),
    ("n_bins", c_int),
    ("n_types", c_int),
    ("n_variables", c_int),
    ("variable", POINTER(c_int)),
    ("bin", POINTER(c_int)),
    ("mean", POINTER(c_double)),
    ("axes", POINTER(c_double)),
    ("trajectories", POINTER(c_double)),
    ("strength", POINTER(c_double)),
]

class srnn_fixed_options(Structure):
    pass


srnn_fixed_options._fields_ = [
    ("size", c_size_t),
    ("tolerance", c_double),
    ("slow_speed", c_double),
    ("distance", c_double),
    ("max_iterations", c_int),
]

class srnn_fixed_points(Structure):
    pass


srnn_fixed_points._fields_ = [
    ("n", c_int),
    ("N", c_int),
    ("x", POINTER(c_double)),
    ("speed", POINTER(c_double)),
    ("fixed", POINTER(c_uint8)),
    ("found", POINTER(c_int)),
    ("eigen_re", POINTER(c_double)),
    ("eigen_im", POINTER(c_double)),
    ("n_unstable", POINTER(c_int)),
    ("n_starts", c_int),
    ("n_lost", c_int),
]

class srnn_compare_options(Structure):
    pass


srnn_compare_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("noise", c_double),
]

class srnn_comparison(Structure):
    pass


srnn_comparison._fields_ = [
    ("n_trials", c_int),
    ("n_types", c_int),
    ("N", c_int),
    ("n_bins", c_int),
    ("rmse", c_double),
    ("output_correlation", c_double * SRNN_TYPES_MAX),
    ("across_units", c_double * SRNN_TYPES_MAX),
    ("unit_correlation", POINTER(c_double)),
    ("mean_r", POINTER(c_double)),
    ("mean_hz", POINTER(c_double)),
    ("saturated", POINTER(c_uint8)),
    ("n_silent", c_int),
    ("n_saturated", c_int),
    ("ceiling_hz", c_double),
]

class srnn_observe_options(Structure):
    pass


srnn_observe_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("noise", c_double),
    ("spiking", POINTER(srnn_spiking_params)),
    ("units", POINTER(c_int)),
    ("n_units", c_int),
]

class srnn_observation(Structure):
    pass


srnn_observation._fields_ = [
    ("N", c_int),
    ("n_in", c_int),
    ("n_out", c_int),
    ("T", c_int),
    ("K", c_int),
    ("n_types", c_int),
    ("task", c_char_p),
    ("type_names", POINTER(c_char_p)),
    ("input_names", POINTER(c_char_p)),
    ("input_units", POINTER(c_char_p)),
    ("output_names", POINTER(c_char_p)),
    ("output_units", POINTER(c_char_p)),
    ("population", POINTER(c_uint8)),
    ("stim_on", c_int),
    ("stim_off", c_int),
    ("response_on", c_int * 2),
    ("threshold", c_double),
    ("seed", c_uint64),
    ("type", POINTER(c_int)),
    ("u", POINTER(c_float)),
    ("z", POINTER(c_float)),
    ("r", POINTER(c_float)),
    ("o", POINTER(c_float)),
    ("rate_score", POINTER(srnn_score)),
    ("spiking", c_bool),
    ("out", POINTER(c_double)),
    ("spiking_score", POINTER(srnn_score)),
    ("spikes", srnn_spikes),
    ("comparison", srnn_comparison),
    ("n_units", c_int),
    ("nt", c_int),
    ("dt_ms", c_double),
    ("units", POINTER(c_int)),
    ("v", POINTER(c_float)),
]

SRNN_LOUDEST_UNITS = 4

SRNN_OBSERVED_FACTORS = 4

class srnn_factor_observations(Structure):
    pass


srnn_factor_observations._fields_ = [
    ("n", c_int),
    ("scaling_factor", c_double * SRNN_OBSERVED_FACTORS),
    ("observation", srnn_observation * SRNN_OBSERVED_FACTORS),
]

class srnn_evaluate_options(Structure):
    pass


srnn_evaluate_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("n_trials", c_int),
    ("noise", c_double),
    ("spiking", POINTER(srnn_spiking_params)),
    ("compared_trials", c_int),
    ("observed_trials", c_int),
    ("units", POINTER(c_int)),
    ("n_units", c_int),
    ("rate_trials", POINTER(srnn_rate_trials)),
]

class srnn_evaluation(Structure):
    pass


srnn_evaluation._fields_ = [
    ("n_trials", c_int),
    ("response_threshold", c_double),
    ("rate", srnn_rate_evaluation),
    ("has_spiking", c_bool),
    ("conversion", c_int),
    ("scaling_factor", c_double),
    ("use_readout", c_bool),
    ("spiking", srnn_spiking_evaluation),
    ("comparison", srnn_comparison),
]

class srnn_noise_point(Structure):
    pass


srnn_noise_point._fields_ = [
    ("noise_mv", c_double),
    ("n_trials", c_int),
    ("correct", c_int),
    ("two_sided", c_int),
    ("mean_rate_hz", c_double),
    ("types", srnn_type_stats * SRNN_TYPES_MAX),
]

class srnn_noise_curve(Structure):
    pass


srnn_noise_curve._fields_ = [
    ("own_mv", c_double),
    ("n", c_int),
    ("points", POINTER(srnn_noise_point)),
    ("tolerated_mv", c_double),
]

SRNN_DIAGNOSE_AUTO = 0
SRNN_DIAGNOSE_ALWAYS = 1
SRNN_DIAGNOSE_NEVER = 2

class srnn_diagnose_options(Structure):
    pass


srnn_diagnose_options._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("domain", c_int),
    ("when", c_int),
    ("search", POINTER(srnn_search_record)),
]

class srnn_finding(Structure):
    pass


srnn_finding._fields_ = [
    ("code", c_char_p),
    ("sentence", c_char_p),
    ("numbers", c_char_p),
]

class srnn_diagnosis(Structure):
    pass


srnn_diagnosis._fields_ = [
    ("made", c_bool),
    ("n", c_int),
    ("findings", POINTER(srnn_finding)),
]

SRNN_OF_TASK = 1
SRNN_OF_NETWORK = 2
SRNN_OF_TRAINING = 4
SRNN_OF_CONVERSION = 8
SRNN_OF_SEARCH = 16
SRNN_OF_NEURON = 32
SRNN_OF_STIMULATION = 64
SRNN_OF_EVALUATION = 128
SRNN_OF_DIAGNOSIS = 256
SRNN_OF_ANALYSIS = 512
SRNN_OF_RECORDING = 1024
SRNN_OF_FIGURES = 2048
SRNN_OF_LESION = 4096
SRNN_OF_FILES = 8192
SRNN_OF_RUNNING = 16384

SRNN_STAGE_TRAIN = 1
SRNN_STAGE_CONVERT = 2
SRNN_STAGE_EVALUATE = 4
SRNN_STAGE_OBSERVE = 8
SRNN_STAGE_ALL = 15

SRNN_OPTION_FLAG = 0
SRNN_OPTION_BOOL = 1
SRNN_OPTION_WHOLE = 2
SRNN_OPTION_LONG = 3
SRNN_OPTION_REAL = 4
SRNN_OPTION_CHOICE = 5
SRNN_OPTION_SET = 6
SRNN_OPTION_NUMBERS = 7
SRNN_OPTION_GRID = 8
SRNN_OPTION_STEPS = 9
SRNN_OPTION_TIMES = 10
SRNN_OPTION_SETTING = 11
SRNN_OPTION_TEXT = 12
SRNN_OPTION_FOLDER = 13

class srnn_option(Structure):
    pass


srnn_option._fields_ = [
    ("name", c_char_p),
    ("alias", c_char_p),
    ("subject", c_int),
    ("kind", c_int),
    ("value", c_char_p),
    ("least", c_double),
    ("most", c_double),
    ("above_least", c_bool),
    ("below_most", c_bool),
    ("choices", POINTER(c_char_p)),
    ("help", c_char_p),
    ("usual", c_char_p),
    ("open", c_bool),
    ("common", c_bool),
    ("stages", c_uint),
    ("field", c_size_t),
]

class srnn_numbers(Structure):
    pass


srnn_numbers._fields_ = [
    ("n", c_int),
    ("x", POINTER(c_double)),
]

SRNN_V0_UNIFORM = 0
SRNN_V0_RESET = 1
SRNN_V0_REST = 2

SRNN_KEEP_SPIKES = 1
SRNN_KEEP_V = 2
SRNN_KEEP_IPSC = 4
SRNN_KEEP_R = 8
SRNN_KEEP_ALL = 16

SRNN_ANALYSE_COMPONENTS = 1

class srnn_settings(Structure):
    pass


srnn_settings._fields_ = [
    ("size", c_size_t),
    ("seed", c_uint64),
    ("threads", c_int),
    ("task", c_char_p),
    ("task_settings", srnn_task_settings),
    ("preset", c_int),
    ("network", srnn_model_params),
    ("decay_taus", srnn_numbers),
    ("connectivity", c_char_p),
    ("training", srnn_train_options),
    ("conversion", c_int),
    ("readout", c_int),
    ("scaling_factor", c_double),
    ("scaling_factors", srnn_numbers),
    ("criterion", c_int),
    ("refine", c_bool),
    ("racing", c_bool),
    ("again", c_bool),
    ("search_anyway", c_bool),
    ("search_trials", c_int),
    ("fresh_trials", c_int),
    ("spiking", srnn_spiking_params),
    ("v0", c_int),
    ("downsample", c_int),
    ("dt_ms", c_double),
    ("stim_units", c_char_p),
    ("test_trials", c_int),
    ("diagnose", c_int),
    ("noise_curve", srnn_numbers),
    ("analyses", c_uint),
    ("observed_trials", c_int),
    ("window_ms", c_double * 2),
    ("bin_ms", c_double),
    ("kernel_ms", c_double),
    ("components", c_int),
    ("fixed_points", c_char_p),
    ("fixed_starts", c_int),
    ("networks", c_int),
    ("simulated_network", c_int),
    ("trials_of", c_int),
    ("trial_type", c_char_p),
    ("recorded_trials", c_int),
    ("record", c_uint),
    ("every", c_int),
    ("units", c_char_p),
    ("figures", c_char_p),
    ("formats", c_uint),
    ("figures_dir", c_char_p),
    ("style", c_char_p),
    ("figure_scripts", c_char_p),
    ("share", c_double),
    ("pathways", c_uint),
    ("by_pathway", c_bool),
    ("out", c_char_p),
    ("output_dir", c_char_p),
    ("resume", c_char_p),
    ("checkpoint_every", c_int64),
    ("mode", c_char_p),
    ("ignored", c_char_p),
]

class srnn_options(Structure):
    pass


class srnn_experiment(Structure):
    pass


SRNN_EVENT_BEGUN = 0
SRNN_EVENT_DONE = 1
SRNN_EVENT_KEPT = 2
SRNN_EVENT_DECIDED = 3

class srnn_event(Structure):
    pass


srnn_event._fields_ = [
    ("kind", c_int),
    ("stage", c_char_p),
    ("code", c_char_p),
    ("sentence", c_char_p),
    ("json", c_char_p),
]

srnn_event_fn = CFUNCTYPE(None, c_void_p, POINTER(srnn_experiment), POINTER(srnn_event))

class srnn_experiment_results(Structure):
    pass


srnn_experiment_results._fields_ = [
    ("search", POINTER(srnn_search_result)),
    ("operating", POINTER(srnn_operating_result)),
    ("readout", POINTER(srnn_readout_result)),
    ("evaluation", POINTER(srnn_evaluation)),
    ("by_factor", POINTER(srnn_evaluation)),
    ("diagnosis", POINTER(srnn_diagnosis)),
    ("noise_curve", POINTER(srnn_noise_curve)),
    ("observation", POINTER(srnn_observation)),
    ("scaling_factor", c_double),
    ("train_s", c_double),
    ("search_s", c_double),
    ("evaluate_s", c_double),
]

class srnn_experiment_estimate(Structure):
    pass


srnn_experiment_estimate._fields_ = [
    ("train_s", c_double),
    ("search_s", c_double),
    ("evaluate_s", c_double),
]

SRNN_AXES_MAX = 4
class srnn_array(Structure):
    pass


srnn_array._fields_ = [
    ("name", c_char_p),
    ("text", c_char_p),
    ("rank", c_int),
    ("dims", c_size_t * SRNN_AXES_MAX),
    ("floats", POINTER(c_float)),
    ("doubles", POINTER(c_double)),
    ("fields", POINTER(srnn_array)),
    ("n_fields", c_size_t),
]

SRNN_COLUMN_TEXT = 0
SRNN_COLUMN_WHOLE = 1
SRNN_COLUMN_REAL = 2

class srnn_column(Structure):
    pass


srnn_column._fields_ = [
    ("name", c_char_p),
    ("unit", c_char_p),
    ("kind", c_int),
    ("digits", c_int),
]

class srnn_cell(Structure):
    pass


srnn_cell._fields_ = [
    ("text", c_char_p),
    ("number", c_double),
]

class srnn_table(Structure):
    pass


srnn_table._fields_ = [
    ("name", c_char_p),
    ("n_columns", c_int),
    ("n_rows", c_int),
    ("columns", POINTER(srnn_column)),
    ("cells", POINTER(srnn_cell)),
]

class srnn_study(Structure):
    pass


class srnn_measure(Structure):
    pass


srnn_measure._fields_ = [
    ("name", c_char_p),
    ("title", c_char_p),
    ("unit", c_char_p),
    ("digits", c_int),
    ("at_least", c_double),
]

class srnn_study_condition(Structure):
    pass


srnn_study_condition._fields_ = [
    ("name", c_char_p),
    ("options", c_char_p),
    ("option_values", POINTER(c_double)),
]

SRNN_NETWORK_LEFT = 0
SRNN_NETWORK_FINISHED = 1
SRNN_NETWORK_NOT_TRAINED = 2
SRNN_NETWORK_FAILED = 3

class srnn_study_network(Structure):
    pass


srnn_study_network._fields_ = [
    ("condition", c_int),
    ("seed", c_uint64),
    ("state", c_int),
    ("sentence", c_char_p),
    ("key", c_char_p),
    ("values", POINTER(c_double)),
    ("n_evals", c_int),
    ("eval_first", c_int),
    ("eval_every", c_int),
    ("eval_loss", POINTER(c_double)),
    ("eval_accuracy", POINTER(c_double)),
    ("n_factors", c_int),
    ("factors", POINTER(c_double)),
    ("factor_accuracy", POINTER(c_double)),
]

SRNN_EXPECTED_MEAN = 0
SRNN_EXPECTED_SHARE = 1
SRNN_EXPECTED_COMPARISON = 2
SRNN_EXPECTED_WORDS = 3

class srnn_expectation(Structure):
    pass


srnn_expectation._fields_ = [
    ("kind", c_int),
    ("condition", c_int),
    ("measure", c_int),
    ("than", c_int),
    ("differs", c_bool),
    ("mean", c_double),
    ("sd", c_double),
    ("at_least", c_double),
    ("share", c_double),
    ("n", c_int),
    ("read_off", c_double),
    ("about", c_char_p),
    ("source", c_char_p),
    ("verdict", c_char_p),
    ("sentence", c_char_p),
    ("measured_n", c_int),
    ("measured", c_double),
    ("measured_sd", c_double),
    ("low", c_double),
    ("high", c_double),
    ("difference", c_double),
    ("difference_low", c_double),
    ("difference_high", c_double),
    ("within", c_double),
    ("p", c_double),
]

class srnn_study_figure(Structure):
    pass


srnn_study_figure._fields_ = [
    ("name", c_char_p),
    ("caption", c_char_p),
    ("of_network", c_bool),
    ("measure", c_int),
    ("n_conditions", c_int),
    ("conditions", POINTER(c_int)),
    ("network", c_int),
]

class srnn_study_view(Structure):
    pass


srnn_study_view._fields_ = [
    ("name", c_char_p),
    ("about", c_char_p),
    ("task", c_char_p),
    ("folder", c_char_p),
    ("n_varied", c_int),
    ("varied", POINTER(c_char_p)),
    ("n_conditions", c_int),
    ("conditions", POINTER(srnn_study_condition)),
    ("n_networks", c_int),
    ("networks", POINTER(srnn_study_network)),
    ("n_measures", c_int),
    ("measures", POINTER(srnn_measure)),
    ("main_measure", c_int),
    ("n_expectations", c_int),
    ("expectations", POINTER(srnn_expectation)),
    ("n_figures", c_int),
    ("figures", POINTER(srnn_study_figure)),
    ("versions", c_char_p),
]

class srnn_condition_summary(Structure):
    pass


srnn_condition_summary._fields_ = [
    ("values", srnn_sample_summary),
    ("n", c_int),
    ("not_trained", c_int),
    ("failed", c_int),
    ("left", c_int),
    ("reached", c_int),
    ("share", c_double),
    ("low", c_double),
    ("high", c_double),
]

class srnn_studies(Structure):
    pass


class srnn_study_options(Structure):
    pass


srnn_study_options._fields_ = [
    ("size", c_size_t),
    ("shard", c_int),
    ("n_shards", c_int),
    ("max_hours", c_double),
    ("seeds", c_char_p),
    ("retry", c_bool),
]

class srnn_slurm_options(Structure):
    pass


srnn_slurm_options._fields_ = [
    ("size", c_size_t),
    ("program", c_char_p),
    ("array", c_int),
    ("cpus", c_int),
    ("hours", c_double),
]

SRNN_STUDY_PROGRESS = 0
SRNN_STUDY_NETWORK = 1

class srnn_study_event(Structure):
    pass


srnn_study_event._fields_ = [
    ("kind", c_int),
    ("network", c_int),
    ("state", c_int),
    ("sentence", c_char_p),
    ("done", c_int),
    ("total", c_int),
    ("in_flight", c_int),
    ("not_trained", c_int),
    ("failed", c_int),
    ("per_hour", c_double),
    ("left_s", c_double),
]

srnn_study_fn = CFUNCTYPE(c_int, c_void_p, POINTER(srnn_study), POINTER(srnn_study_event))

class srnn_study_plan(Structure):
    pass


srnn_study_plan._fields_ = [
    ("networks", c_int),
    ("stages", c_int * 3),
    ("left", c_int * 3),
    ("hours", c_double),
    ("bytes", c_double),
]

SRNN_STUDY_TABLES = 4

class srnn_runs(Structure):
    pass


SRNN_RUNS_NETWORKS = 0
SRNN_RUNS_READER = 1
SRNN_RUNS_GROUPS = 2
SRNN_RUNS_TESTS = 3

SRNN_PNG = 1
SRNN_SVG = 2
SRNN_PDF = 4

class srnn_figure_data(Structure):
    pass


srnn_figure_data._fields_ = [
    ("model", POINTER(srnn_model)),
    ("observation", POINTER(srnn_observation)),
    ("spikes", POINTER(srnn_spikes)),
    ("statistics", POINTER(srnn_spike_statistics)),
    ("comparison", POINTER(srnn_comparison)),
    ("evaluation", POINTER(srnn_evaluation)),
    ("noise_curve", POINTER(srnn_noise_curve)),
    ("transfer", POINTER(srnn_transfer_curve)),
    ("scaling_factor", c_double),
    ("rate_pca", POINTER(srnn_pca)),
    ("spiking_pca", POINTER(srnn_pca)),
    ("rate_decoding", POINTER(srnn_decoding)),
    ("spiking_decoding", POINTER(srnn_decoding)),
    ("rate_axes", POINTER(srnn_axes)),
    ("spiking_axes", POINTER(srnn_axes)),
    ("variable_names", POINTER(c_char_p)),
    ("fixed_points", POINTER(srnn_fixed_points)),
    ("fixed_pca", POINTER(srnn_pca)),
    ("fixed_type", c_char_p),
    ("bin_ms", c_double),
    ("spike_mv", c_double),
    ("study", POINTER(srnn_study_view)),
    ("by_factor", POINTER(srnn_factor_observations)),
]

class srnn_figure_options(Structure):
    pass


srnn_figure_options._fields_ = [
    ("size", c_size_t),
    ("folder", c_char_p),
    ("formats", c_uint),
    ("gnuplot", c_char_p),
    ("style", c_char_p),
    ("scripts", c_char_p),
]

class srnn_figure(Structure):
    pass


srnn_figure._fields_ = [
    ("name", c_char_p),
    ("title", c_char_p),
    ("caption", c_char_p),
]

FUNCTIONS = {
    "srnn_status_name": (c_char_p, [c_int]),
    "srnn_ctx_options_default": (srnn_ctx_options, []),
    "srnn_ctx_create": (c_int, [POINTER(srnn_ctx_options), POINTER(POINTER(srnn_ctx))]),
    "srnn_ctx_free": (None, [POINTER(srnn_ctx)]),
    "srnn_ctx_message": (c_char_p, [POINTER(srnn_ctx)]),
    "srnn_ctx_set_option_prefix": (None, [POINTER(srnn_ctx), c_char_p]),
    "srnn_ctx_threads": (c_int, [POINTER(srnn_ctx)]),
    "srnn_ctx_isa": (c_char_p, [POINTER(srnn_ctx)]),
    "srnn_version": (c_char_p, []),
    "srnn_printable": (c_size_t, [c_char_p, c_char_p, c_size_t]),
    "srnn_json_shortest": (c_void_p, [c_char_p]),
    "srnn_wilson_interval": (None, [c_int, c_int, POINTER(c_double), POINTER(c_double)]),
    "srnn_ctx_set_progress": (None, [POINTER(srnn_ctx), srnn_progress_fn, c_void_p]),
    "srnn_ctx_set_guard": (None, [POINTER(srnn_ctx), srnn_guard_fn, c_void_p]),
    "srnn_rng_uniform": (c_double, [POINTER(srnn_rng)]),
    "srnn_rng_normal": (c_double, [POINTER(srnn_rng)]),
    "srnn_rng_trial": (c_uint64, [POINTER(srnn_rng)]),
    "srnn_rng_fail": (None, [POINTER(srnn_rng)]),
    "srnn_task_settings_default": (srnn_task_settings, []),
    "srnn_task_setting_at": (POINTER(srnn_task_setting), [c_int]),
    "srnn_task_setting_get": (c_double, [POINTER(srnn_task_settings), c_int]),
    "srnn_task_setting_put": (None, [POINTER(srnn_task_settings), c_int, c_double]),
    "srnn_response_sample": (c_int, [POINTER(srnn_response), c_double]),
    "srnn_response_time_ms": (c_double, [POINTER(srnn_task), POINTER(srnn_response)]),
    "srnn_response_threshold": (c_double, [POINTER(srnn_task)]),
    "srnn_task_create": (c_int, [POINTER(srnn_ctx), POINTER(srnn_task_def), POINTER(POINTER(srnn_task))]),
    "srnn_task_built_in": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_task_settings), POINTER(POINTER(srnn_task))]),
    "srnn_task_named": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_task_settings), POINTER(POINTER(srnn_task))]),
    "srnn_task_free": (None, [POINTER(srnn_task)]),
    "srnn_task_from_json": (c_int, [POINTER(srnn_ctx), c_char_p, c_char_p, POINTER(srnn_task_settings), POINTER(POINTER(srnn_task))]),
    "srnn_task_name_at": (c_char_p, [c_int]),
    "srnn_task_get_def": (POINTER(srnn_task_def), [POINTER(srnn_task)]),
    "srnn_task_type_index": (c_int, [POINTER(srnn_task), c_char_p]),
    "srnn_task_trial": (c_int, [POINTER(srnn_ctx), POINTER(srnn_task), srnn_trial_key, c_int, c_int, POINTER(c_float), POINTER(c_float), POINTER(c_int)]),
    "srnn_task_score": (srnn_score, [POINTER(srnn_task), srnn_trial_key, c_int, POINTER(srnn_response)]),
    "srnn_model_params_default": (srnn_model_params, []),
    "srnn_model_create": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model_params), POINTER(POINTER(srnn_model))]),
    "srnn_model_free": (None, [POINTER(srnn_model)]),
    "srnn_model_get_view": (srnn_model_view, [POINTER(srnn_model)]),
    "srnn_population_name": (c_char_p, [c_int]),
    "srnn_unit_population": (c_int, [POINTER(srnn_model_view), c_int]),
    "srnn_model_from_view": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model_view), POINTER(POINTER(srnn_model))]),
    "srnn_model_set_weights": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_model_view)]),
    "srnn_model_set_masks": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_model_view)]),
    "srnn_model_get_params": (srnn_model_params, [POINTER(srnn_model)]),
    "srnn_model_w_eff": (None, [POINTER(srnn_model), c_bool, POINTER(c_float)]),
    "srnn_model_connections": (srnn_connections, [POINTER(srnn_model)]),
    "srnn_model_tau_ms": (None, [POINTER(srnn_model), POINTER(c_double)]),
    "srnn_model_connect": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(c_uint8), POINTER(c_float)]),
    "srnn_lesion_default": (srnn_lesion, []),
    "srnn_model_lesion": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_lesion), POINTER(c_int64)]),
    "srnn_model_get_training": (srnn_training_record, [POINTER(srnn_model)]),
    "srnn_model_get_search": (srnn_search_record, [POINTER(srnn_model)]),
    "srnn_model_get_operating_point": (srnn_operating_point, [POINTER(srnn_model)]),
    "srnn_model_set_operating_point": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_operating_point)]),
    "srnn_model_get_readout": (srnn_readout, [POINTER(srnn_model)]),
    "srnn_model_set_readout": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_readout)]),
    "srnn_model_missing": (c_char_p, [POINTER(srnn_model)]),
    "srnn_model_key_prefix": (c_char_p, [POINTER(srnn_model)]),
    "srnn_model_n_rectified": (c_int64, [POINTER(srnn_model)]),
    "srnn_model_task_name": (c_char_p, [POINTER(srnn_model)]),
    "srnn_model_task_guessed": (c_bool, [POINTER(srnn_model)]),
    "srnn_model_task_json": (c_char_p, [POINTER(srnn_model)]),
    "srnn_model_task_settings": (srnn_task_settings, [POINTER(srnn_model)]),
    "srnn_model_has_task": (c_bool, [POINTER(srnn_model)]),
    "srnn_model_same_task": (c_bool, [POINTER(srnn_model), POINTER(srnn_task)]),
    "srnn_model_task": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p, POINTER(srnn_task_settings), POINTER(POINTER(srnn_task))]),
    "srnn_rate_input_default": (srnn_rate_input, []),
    "srnn_rate_run": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_rate_input), POINTER(srnn_rate_output)]),
    "srnn_rate_backward": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_rate_input), POINTER(c_float), c_int, POINTER(srnn_rate_gradient)]),
    "srnn_rate_gradient_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_rate_input), POINTER(srnn_rate_slopes), POINTER(srnn_rate_gradient)]),
    "srnn_train_options_default": (srnn_train_options, []),
    "srnn_preset_apply": (None, [c_int, POINTER(srnn_model_params), POINTER(srnn_train_options)]),
    "srnn_train": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_train_options)]),
    "srnn_rate_evaluation_free": (None, [POINTER(srnn_rate_evaluation)]),
    "srnn_rate_eval_options_default": (srnn_rate_eval_options, []),
    "srnn_rate_evaluate_trials": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_rate_eval_options), POINTER(srnn_rate_evaluation), POINTER(srnn_rate_trials)]),
    "srnn_rate_evaluate": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_rate_eval_options), POINTER(srnn_rate_evaluation)]),
    "srnn_spiking_params_default": (srnn_spiking_params, []),
    "srnn_spiking_params_of": (srnn_spiking_params, [c_int]),
    "srnn_spiking_network_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_spiking_params), POINTER(srnn_spiking_network)]),
    "srnn_spiking_network_free": (None, [POINTER(srnn_spiking_network)]),
    "srnn_spiking_steps": (c_int, [c_int, c_int]),
    "srnn_recording_default": (srnn_recording, []),
    "srnn_recording_bytes": (c_uint64, [POINTER(srnn_recording), c_int, c_int]),
    "srnn_spiking_run": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_spiking_params), POINTER(srnn_spiking_input), POINTER(srnn_recording), POINTER(srnn_spiking_result)]),
    "srnn_spiking_result_free": (None, [POINTER(srnn_spiking_result)]),
    "srnn_spiking_trials_options_default": (srnn_spiking_trials_options, []),
    "srnn_spiking_run_trials": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_spiking_params), POINTER(srnn_spiking_trials_options), POINTER(srnn_recording), srnn_spiking_trial_fn, c_void_p]),
    "srnn_spiking_evaluation_free": (None, [POINTER(srnn_spiking_evaluation)]),
    "srnn_spiking_eval_options_default": (srnn_spiking_eval_options, []),
    "srnn_spiking_evaluate": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_spiking_params), POINTER(srnn_spiking_eval_options), POINTER(srnn_spiking_evaluation)]),
    "srnn_search_options_default": (srnn_search_options, []),
    "srnn_search": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_search_options), POINTER(srnn_search_result)]),
    "srnn_search_result_free": (None, [POINTER(srnn_search_result)]),
    "srnn_search_worth_storing": (c_int, [POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_search_result), c_bool]),
    "srnn_operating_options_default": (srnn_operating_options, []),
    "srnn_find_operating_point": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_operating_options), POINTER(srnn_operating_result)]),
    "srnn_operating_result_free": (None, [POINTER(srnn_operating_result)]),
    "srnn_transfer_curve_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_spiking_params), c_uint64, POINTER(srnn_transfer_curve)]),
    "srnn_transfer_curve_free": (None, [POINTER(srnn_transfer_curve)]),
    "srnn_operating_point_suits": (c_bool, [POINTER(srnn_spiking_params)]),
    "srnn_operating_point_is_better": (c_bool, [c_double, c_double]),
    "srnn_choose_conversion": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(c_int), c_double, POINTER(srnn_spiking_params)]),
    "srnn_readout_options_default": (srnn_readout_options, []),
    "srnn_fit_readout": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_readout_options), POINTER(srnn_readout_result)]),
    "srnn_spikes_free": (None, [POINTER(srnn_spikes)]),
    "srnn_spikes_check": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes)]),
    "srnn_isi": (c_size_t, [POINTER(c_double), c_size_t, POINTER(c_double)]),
    "srnn_cv": (c_double, [POINTER(c_double), c_size_t]),
    "srnn_cv2": (c_double, [POINTER(c_double), c_size_t]),
    "srnn_lv": (c_double, [POINTER(c_double), c_size_t]),
    "srnn_fanofactor": (c_double, [POINTER(c_double), c_size_t]),
    "srnn_n_bins": (c_int, [POINTER(srnn_spikes), c_double]),
    "srnn_time_histogram": (None, [POINTER(srnn_spikes), c_int, c_int, c_double, POINTER(c_double)]),
    "srnn_time_histograms": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes), c_double, POINTER(c_double)]),
    "srnn_instantaneous_rate": (None, [POINTER(srnn_spikes), c_int, c_int, c_double, c_double, POINTER(c_double)]),
    "srnn_spike_options_default": (srnn_spike_options, []),
    "srnn_unit_measure_name": (c_char_p, [c_int]),
    "srnn_unit_measure_unit": (c_char_p, [c_int]),
    "srnn_quartiles": (c_int, [POINTER(c_double), c_int, c_double * 3]),
    "srnn_spike_statistics_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes), POINTER(srnn_spike_options), POINTER(srnn_spike_statistics)]),
    "srnn_spike_statistics_free": (None, [POINTER(srnn_spike_statistics)]),
    "srnn_correlation_coefficient": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes), c_int, POINTER(srnn_spike_options), POINTER(c_int), c_int, POINTER(c_double)]),
    "srnn_signed_rank_test": (c_int, [POINTER(srnn_ctx), POINTER(c_double), POINTER(c_double), c_int, POINTER(srnn_rank_test)]),
    "srnn_rank_sum_test": (c_int, [POINTER(srnn_ctx), POINTER(c_double), c_int, POINTER(c_double), c_int, POINTER(srnn_rank_test)]),
    "srnn_holm": (c_int, [POINTER(srnn_ctx), POINTER(c_double), c_int]),
    "srnn_sample_summary_of": (c_int, [POINTER(srnn_ctx), POINTER(c_double), c_int, POINTER(srnn_sample_summary)]),
    "srnn_mean_difference": (None, [c_double, c_double, c_int, c_double, c_double, c_int, POINTER(c_double), POINTER(c_double)]),
    "srnn_share_difference": (None, [c_int, c_int, c_int, c_int, POINTER(c_double), POINTER(c_double)]),
    "srnn_activity_free": (None, [POINTER(srnn_activity)]),
    "srnn_activity_of_spikes": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes), c_double, c_double, POINTER(srnn_activity)]),
    "srnn_activity_of_rates": (c_int, [POINTER(srnn_ctx), POINTER(c_float), c_int, c_int, c_int, c_int, POINTER(c_int), c_double, POINTER(srnn_activity)]),
    "srnn_pca_options_default": (srnn_pca_options, []),
    "srnn_pca_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_activity), POINTER(srnn_pca_options), POINTER(srnn_pca)]),
    "srnn_pca_free": (None, [POINTER(srnn_pca)]),
    "srnn_pca_project": (c_int, [POINTER(srnn_ctx), POINTER(srnn_pca), POINTER(srnn_activity), POINTER(c_double), POINTER(c_double)]),
    "srnn_decoding_options_default": (srnn_decoding_options, []),
    "srnn_decode": (c_int, [POINTER(srnn_ctx), POINTER(srnn_activity), POINTER(srnn_decoding_options), POINTER(srnn_decoding)]),
    "srnn_decoding_free": (None, [POINTER(srnn_decoding)]),
    "srnn_axes_options_default": (srnn_axes_options, []),
    "srnn_regression_axes": (c_int, [POINTER(srnn_ctx), POINTER(srnn_activity), POINTER(c_double), c_int, POINTER(srnn_axes_options), POINTER(srnn_axes)]),
    "srnn_axes_free": (None, [POINTER(srnn_axes)]),
    "srnn_task_variables": (None, [POINTER(c_float), POINTER(c_float), c_int, c_int, c_int, c_int, c_int, c_int, POINTER(c_double)]),
    "srnn_fixed_options_default": (srnn_fixed_options, []),
    "srnn_find_fixed_points": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(c_float), POINTER(c_float), c_int, POINTER(srnn_fixed_options), POINTER(srnn_fixed_points)]),
    "srnn_fixed_points_free": (None, [POINTER(srnn_fixed_points)]),
    "srnn_compare_options_default": (srnn_compare_options, []),
    "srnn_compare": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_spiking_params), POINTER(srnn_compare_options), POINTER(srnn_comparison)]),
    "srnn_comparison_free": (None, [POINTER(srnn_comparison)]),
    "srnn_observe_options_default": (srnn_observe_options, []),
    "srnn_loudest_units": (c_int, [POINTER(srnn_model), c_int * SRNN_LOUDEST_UNITS]),
    "srnn_observe": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_observe_options), POINTER(srnn_observation)]),
    "srnn_observe_task": (c_int, [POINTER(srnn_ctx), POINTER(srnn_task), POINTER(srnn_observe_options), POINTER(srnn_observation)]),
    "srnn_observation_free": (None, [POINTER(srnn_observation)]),
    "srnn_observe_factors": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_observe_options), c_double, POINTER(srnn_factor_observations)]),
    "srnn_factor_observations_free": (None, [POINTER(srnn_factor_observations)]),
    "srnn_evaluate_options_default": (srnn_evaluate_options, []),
    "srnn_evaluate": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_evaluate_options), POINTER(srnn_evaluation), POINTER(srnn_observation)]),
    "srnn_evaluation_free": (None, [POINTER(srnn_evaluation)]),
    "srnn_noise_curve_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_spiking_params), POINTER(srnn_spiking_eval_options), POINTER(c_double), c_int, POINTER(srnn_noise_curve)]),
    "srnn_noise_curve_free": (None, [POINTER(srnn_noise_curve)]),
    "srnn_rate_reaches_criterion": (c_bool, [POINTER(srnn_rate_evaluation)]),
    "srnn_falls_short": (c_bool, [POINTER(srnn_evaluation)]),
    "srnn_converts_badly": (c_bool, [POINTER(srnn_evaluation)]),
    "srnn_diagnose_options_default": (srnn_diagnose_options, []),
    "srnn_diagnose": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), POINTER(srnn_task), POINTER(srnn_diagnose_options), POINTER(srnn_spiking_params), POINTER(srnn_evaluation), POINTER(srnn_diagnosis)]),
    "srnn_diagnosis_free": (None, [POINTER(srnn_diagnosis)]),
    "srnn_build_json": (c_void_p, [POINTER(srnn_ctx)]),
    "srnn_task_summary_json": (c_void_p, [POINTER(srnn_task)]),
    "srnn_spiking_params_json": (c_void_p, [POINTER(srnn_spiking_params)]),
    "srnn_accuracy_json": (c_void_p, [c_int, c_int, c_int]),
    "srnn_connections_json": (c_void_p, [POINTER(srnn_model)]),
    "srnn_training_json": (c_void_p, [POINTER(srnn_model), c_double]),
    "srnn_search_json": (c_void_p, [POINTER(srnn_search_result)]),
    "srnn_operating_json": (c_void_p, [POINTER(srnn_operating_result)]),
    "srnn_readout_json": (c_void_p, [POINTER(srnn_readout_result)]),
    "srnn_evaluation_json": (c_void_p, [POINTER(srnn_task), POINTER(srnn_evaluation)]),
    "srnn_noise_curve_json": (c_void_p, [POINTER(srnn_task), POINTER(srnn_noise_curve)]),
    "srnn_diagnosis_json": (c_void_p, [POINTER(srnn_diagnosis)]),
    "srnn_option_at": (POINTER(srnn_option), [c_int]),
    "srnn_option_named": (POINTER(srnn_option), [c_char_p]),
    "srnn_nearest_name": (c_char_p, [c_char_p, POINTER(c_char_p)]),
    "srnn_option_choice": (c_char_p, [c_char_p, c_int]),
    "srnn_option_help": (c_void_p, [POINTER(srnn_option)]),
    "srnn_options_create": (c_int, [POINTER(srnn_ctx), POINTER(POINTER(srnn_options))]),
    "srnn_options_free": (None, [POINTER(srnn_options)]),
    "srnn_options_copy": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), POINTER(POINTER(srnn_options))]),
    "srnn_options_set": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), c_char_p, c_char_p]),
    "srnn_options_set_json": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), c_char_p, c_char_p]),
    "srnn_options_new_seed": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options)]),
    "srnn_options_forget": (None, [POINTER(srnn_options), c_char_p]),
    "srnn_options_call": (None, [POINTER(srnn_options), c_char_p, c_char_p]),
    "srnn_options_given": (c_int, [POINTER(srnn_options), c_char_p]),
    "srnn_options_finish": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), POINTER(srnn_task_def)]),
    "srnn_options_fit": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), POINTER(srnn_task_def)]),
    "srnn_options_settings": (POINTER(srnn_settings), [POINTER(srnn_options)]),
    "srnn_options_network": (srnn_model_params, [POINTER(srnn_options), POINTER(srnn_task_def)]),
    "srnn_options_training": (srnn_train_options, [POINTER(srnn_options)]),
    "srnn_options_search": (srnn_search_options, [POINTER(srnn_options)]),
    "srnn_options_operating": (srnn_operating_options, [POINTER(srnn_options)]),
    "srnn_options_spiking": (srnn_spiking_params, [POINTER(srnn_options), c_double]),
    "srnn_options_readout": (srnn_readout_options, [POINTER(srnn_options), c_double]),
    "srnn_options_evaluation": (srnn_evaluate_options, [POINTER(srnn_options), POINTER(srnn_spiking_params)]),
    "srnn_options_noise_curve": (srnn_spiking_eval_options, [POINTER(srnn_options)]),
    "srnn_options_observation": (srnn_observe_options, [POINTER(srnn_options), POINTER(srnn_spiking_params)]),
    "srnn_options_json": (c_void_p, [POINTER(srnn_options), c_uint, c_bool]),
    "srnn_experiment_in": (c_bool, [c_char_p]),
    "srnn_experiment_running": (c_bool, [c_char_p]),
    "srnn_experiment_open": (c_int, [POINTER(srnn_ctx), POINTER(srnn_options), POINTER(srnn_task), c_char_p, POINTER(POINTER(srnn_experiment))]),
    "srnn_experiment_free": (None, [POINTER(srnn_experiment)]),
    "srnn_experiment_run": (c_int, [POINTER(srnn_ctx), POINTER(srnn_experiment), srnn_event_fn, c_void_p]),
    "srnn_experiment_hold": (None, [POINTER(srnn_experiment)]),
    "srnn_experiment_observe": (c_int, [POINTER(srnn_ctx), POINTER(srnn_experiment), POINTER(c_int), c_int]),
    "srnn_experiment_model": (POINTER(srnn_model), [POINTER(srnn_experiment)]),
    "srnn_experiment_task": (POINTER(srnn_task), [POINTER(srnn_experiment)]),
    "srnn_experiment_options": (POINTER(srnn_options), [POINTER(srnn_experiment)]),
    "srnn_experiment_get_results": (srnn_experiment_results, [POINTER(srnn_experiment)]),
    "srnn_experiment_stage": (c_char_p, [POINTER(srnn_experiment)]),
    "srnn_experiment_learned": (c_bool, [POINTER(srnn_experiment)]),
    "srnn_experiment_note": (None, [POINTER(srnn_experiment), c_char_p, c_char_p]),
    "srnn_experiment_json": (c_void_p, [POINTER(srnn_experiment)]),
    "srnn_experiment_estimate_time": (c_int, [POINTER(srnn_ctx), POINTER(srnn_experiment), POINTER(srnn_experiment_estimate)]),
    "srnn_model_load": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(POINTER(srnn_model))]),
    "srnn_model_save": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p]),
    "srnn_model_save_pth": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p]),
    "srnn_text_save": (c_int, [POINTER(srnn_ctx), c_char_p, c_char_p]),
    "srnn_model_save_new": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p, POINTER(c_char_p)]),
    "srnn_model_save_check": (c_int, [POINTER(srnn_ctx), c_char_p]),
    "srnn_model_save_search": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_search_result)]),
    "srnn_model_save_operating_point": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_model)]),
    "srnn_model_save_readout": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_model)]),
    "srnn_model_default_path": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p, c_char_p, c_long, POINTER(c_char_p)]),
    "srnn_results_file": (c_bool, [POINTER(srnn_ctx), c_char_p]),
    "srnn_model_connect_file": (c_int, [POINTER(srnn_ctx), POINTER(srnn_model), c_char_p]),
    "srnn_spikes_load": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_spikes)]),
    "srnn_spikes_file": (c_bool, [POINTER(srnn_ctx), c_char_p]),
    "srnn_spikes_save": (c_int, [POINTER(srnn_ctx), POINTER(srnn_spikes), c_char_p]),
    "srnn_arrays_save": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(srnn_array), c_size_t]),
    "srnn_table_text": (c_void_p, [POINTER(srnn_table)]),
    "srnn_table_csv": (c_void_p, [POINTER(srnn_table)]),
    "srnn_table_json": (c_void_p, [POINTER(srnn_table)]),
    "srnn_tables_save_sqlite": (c_int, [POINTER(srnn_ctx), POINTER(srnn_table), c_int, c_char_p]),
    "srnn_study_open": (c_int, [POINTER(srnn_ctx), c_char_p, c_char_p, POINTER(POINTER(srnn_study))]),
    "srnn_study_open_text": (c_int, [POINTER(srnn_ctx), c_char_p, c_char_p, POINTER(POINTER(srnn_study))]),
    "srnn_study_free": (None, [POINTER(srnn_study)]),
    "srnn_study_refresh": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study)]),
    "srnn_expected_kind_name": (c_char_p, [c_int]),
    "srnn_study_get": (srnn_study_view, [POINTER(srnn_study)]),
    "srnn_study_model_path": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), c_int, POINTER(c_char_p)]),
    "srnn_study_load_model": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), c_int, POINTER(POINTER(srnn_model))]),
    "srnn_study_condition_options": (POINTER(srnn_options), [POINTER(srnn_study), c_int]),
    "srnn_study_figure_view": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study_view), POINTER(srnn_study_figure), POINTER(srnn_study_view)]),
    "srnn_study_figure_view_free": (None, [POINTER(srnn_study_view)]),
    "srnn_study_summary": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study_view), c_int, c_int, POINTER(srnn_condition_summary)]),
    "srnn_study_json": (c_void_p, [POINTER(srnn_ctx), POINTER(srnn_study_view)]),
    "srnn_studies_open": (c_int, [POINTER(srnn_ctx), c_char_p, POINTER(POINTER(srnn_studies))]),
    "srnn_studies_free": (None, [POINTER(srnn_studies)]),
    "srnn_studies_count": (c_int, [POINTER(srnn_studies)]),
    "srnn_studies_at": (POINTER(srnn_study), [POINTER(srnn_studies), c_int]),
    "srnn_studies_name": (c_char_p, [POINTER(srnn_studies), c_int]),
    "srnn_studies_json": (c_void_p, [POINTER(srnn_studies)]),
    "srnn_study_options_default": (srnn_study_options, []),
    "srnn_study_shard_of_environment": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study_options)]),
    "srnn_slurm_options_default": (srnn_slurm_options, []),
    "srnn_study_slurm_script": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study_view), POINTER(srnn_slurm_options), POINTER(c_char_p)]),
    "srnn_study_prepare": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study)]),
    "srnn_study_run": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), POINTER(srnn_study_options), srnn_study_fn, c_void_p]),
    "srnn_study_plan_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), POINTER(srnn_study_options), c_bool, POINTER(srnn_study_plan)]),
    "srnn_study_tables": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), POINTER(POINTER(srnn_table))]),
    "srnn_study_tables_free": (None, [POINTER(srnn_table)]),
    "srnn_study_save_table": (c_int, [POINTER(srnn_ctx), POINTER(srnn_study), c_char_p]),
    "srnn_runs_create": (c_int, [POINTER(srnn_ctx), POINTER(POINTER(srnn_runs))]),
    "srnn_runs_free": (None, [POINTER(srnn_runs)]),
    "srnn_runs_add": (c_int, [POINTER(srnn_ctx), POINTER(srnn_runs), c_char_p]),
    "srnn_runs_compare": (c_int, [POINTER(srnn_ctx), POINTER(srnn_runs), c_char_p]),
    "srnn_runs_get": (srnn_study_view, [POINTER(srnn_runs)]),
    "srnn_runs_json": (c_void_p, [POINTER(srnn_ctx), POINTER(srnn_runs)]),
    "srnn_runs_table_of": (c_int, [POINTER(srnn_ctx), POINTER(srnn_runs), c_int, POINTER(POINTER(srnn_table))]),
    "srnn_runs_table_free": (None, [POINTER(srnn_table)]),
    "srnn_figure_options_default": (srnn_figure_options, []),
    "srnn_figure_at": (POINTER(srnn_figure), [c_int]),
    "srnn_figure_named": (POINTER(srnn_figure), [c_char_p]),
    "srnn_figure_possible": (c_bool, [POINTER(srnn_figure), POINTER(srnn_figure_data), POINTER(c_char_p)]),
    "srnn_figures_draw": (c_int, [POINTER(srnn_ctx), POINTER(POINTER(srnn_figure)), c_int, POINTER(srnn_figure_data), POINTER(srnn_figure_options)]),
    "srnn_figure_show": (c_int, [POINTER(srnn_ctx), POINTER(srnn_figure), POINTER(srnn_figure_data), POINTER(srnn_figure_options), c_int, c_int, c_bool, POINTER(c_char_p)]),
}

# those that change the network or the study that they are given
CHANGING = {
    "srnn_model_free",
    "srnn_model_set_weights",
    "srnn_model_set_masks",
    "srnn_model_connect",
    "srnn_model_lesion",
    "srnn_model_set_operating_point",
    "srnn_model_set_readout",
    "srnn_train",
    "srnn_find_operating_point",
    "srnn_fit_readout",
    "srnn_model_connect_file",
    "srnn_study_free",
    "srnn_study_refresh",
    "srnn_study_prepare",
    "srnn_study_run",
}
