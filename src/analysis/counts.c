#include "analysis/counts.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/core.h"

enum { COUNT_BINS_MAX = 1000000, COUNT_UNITS_MAX = 20000 };

srnn_spike_options srnn_spike_options_default(void)
{
    return (srnn_spike_options){.size = sizeof(srnn_spike_options),
                                .from_ms = 0,
                                .to_ms = INFINITY,
                                .count_window_ms = INFINITY,
                                .correlation_bin_ms = 5,
                                .max_units = 2000,
                                .seed = 0};
}

srnn_status srnn__window_of(srnn_ctx *ctx, const srnn_spikes *spikes,
                            const srnn_spike_options *options, srnn__count_window *out)
{
    srnn_spike_options o = srnn_spike_options_default();
    const srnn_status given = SRNN__TAKE_OPTIONS(ctx, srnn_spike_options, options, seed, &o);
    if (given) return given;
    const double to_ms = o.to_ms > spikes->T_ms ? spikes->T_ms : o.to_ms;
    const double duration_ms = to_ms - o.from_ms, slack_ms = srnn__slack_ms(duration_ms);
    const double shortest_ms = duration_ms / COUNT_BINS_MAX;
    const double window_ms =
        isinf(o.count_window_ms) && o.count_window_ms > 0 ? duration_ms : o.count_window_ms;
    char from[64], bin[96], units[32];
    snprintf(from, sizeof from, "0 or more, below the end of the trials, %g", spikes->T_ms);
    snprintf(bin, sizeof bin, "%g to %g, the ms of a trial that count", shortest_ms, duration_ms);
    snprintf(units, sizeof units, "2 to %d", COUNT_UNITS_MAX);
    const srnn__check checks[] = {
        {"from_ms", o.from_ms, o.from_ms >= 0 && o.from_ms < spikes->T_ms, from},
        {"to_ms", to_ms, to_ms > o.from_ms, "more than from_ms"},
        {"count_window_ms", window_ms,
         window_ms >= shortest_ms && window_ms <= duration_ms + slack_ms, bin},
        {"correlation_bin_ms", o.correlation_bin_ms,
         o.correlation_bin_ms >= shortest_ms && o.correlation_bin_ms <= duration_ms + slack_ms,
         bin},
        {"max_units", o.max_units, o.max_units >= 2 && o.max_units <= COUNT_UNITS_MAX, units},
        {"seed", (double)o.seed, o.seed <= SRNN_SEED_MAX, "0 to 2^53"},
    };
    *out = (srnn__count_window){.from_ms = o.from_ms,
                                .duration_ms = duration_ms,
                                .count_window_ms = window_ms,
                                .correlation_bin_ms = o.correlation_bin_ms,
                                .max_units = o.max_units,
                                .seed = o.seed};
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

srnn__bins srnn__bins_begin(const srnn_spikes *spikes, const srnn__count_window *window,
                            double bin_ms)
{
    return (srnn__bins){.spikes = spikes,
                        .from_ms = window->from_ms,
                        .bin_ms = bin_ms,
                        .n_bins = srnn__whole_bins(window->duration_ms, bin_ms),
                        .unit = malloc((size_t)spikes->N * sizeof(int32_t)),
                        .count = calloc((size_t)spikes->N, sizeof(int32_t))};
}

bool srnn__bins_next(srnn__bins *b)
{
    const srnn_spikes *s = b->spikes;
    for (int k = 0; k < b->n; k++) b->count[b->unit[k]] = 0;
    b->n = 0;
    for (; b->next < s->n; b->next++) {
        const int bin = srnn__bin_of(s->time_ms[b->next] - b->from_ms, b->bin_ms, b->n_bins);
        if (bin < 0) continue;
        const int32_t trial = s->trial[b->next], unit = s->unit[b->next];
        if (b->n > 0 && (trial != b->trial || bin != b->bin)) break;
        b->trial = trial;
        b->bin = bin;
        if (b->count[unit]++ == 0) b->unit[b->n++] = unit;
    }
    return b->n > 0;
}

bool srnn__bins_stopped(srnn_ctx *ctx, const srnn__bins *b)
{
    return srnn__progress(ctx, "spikes", b->next, b->spikes->n, NAN, NAN);
}

void srnn__bins_free(srnn__bins *bins)
{
    free(bins->unit);
    free(bins->count);
}
