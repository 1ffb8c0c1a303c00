#include "spiking/downsample.h"

#include <stddef.h>

typedef struct held_channel {
    const float *u;
    int C, n_in, c;
} held_channel;

static float channel_value(const held_channel *h, int t)
{
    return h->u[(size_t)t * (size_t)h->n_in + (size_t)h->c];
}

enum {
    HELD = 3
}; /* equal columns make a background: noise and waves have one or two at the most */

static bool holds_before(const held_channel *h, int t)
{
    for (int k = t - 1; k > 0 && k > t - HELD; k--)
        if (channel_value(h, k) != channel_value(h, k - 1)) return false;
    return true;
}

static bool holds_from(const held_channel *h, int t)
{
    for (int k = t + 1; k < h->C && k < t + HELD; k++)
        if (channel_value(h, k) != channel_value(h, k - 1)) return false;
    return true;
}

/* Does a run that begins at t, differing from the background before it, end before column `end`,
   with the background again? Its end, or 0. After the last kept column a run from 0 on counts that
   goes on to the end. */
static int end_of_run(const held_channel *h, int t, int end)
{
    const float before = channel_value(h, t - 1);
    int e = t;
    if (!holds_before(h, t)) return 0;
    while (e < h->C && e <= end && !(channel_value(h, e) == before && holds_from(h, e))) e++;
    if (e == h->C) return end == h->C && before == 0 ? e : 0;
    return e <= end ? e : 0;
}

/* Without input there is nothing to be shown. */
static bool is_shown(const held_channel *h, int downsample, float value)
{
    for (int t = 0; t < h->C; t += downsample)
        if (channel_value(h, t) == value) return true;
    return value == 0;
}

/* The same of a step of a staircase: a level that is held, from t on, between two others that are.
   After the last kept column it counts where no other column shows it. */
static int end_of_step(const held_channel *h, int t, int end, int downsample)
{
    int e = t;
    if (!holds_before(h, t)) return 0;
    while (e < h->C && channel_value(h, e) == channel_value(h, t)) e++;
    if (e == h->C) return end == h->C && !is_shown(h, downsample, channel_value(h, t)) ? e : 0;
    return e - t >= HELD && e <= end && holds_from(h, e) ? e : 0;
}

static bool channel_loses(const held_channel *h, int downsample, srnn__lost_input *lost)
{
    for (int kept = 0; kept < h->C; kept += downsample) {
        const int end = h->C - kept > downsample ? kept + downsample : h->C;
        for (int t = kept + 1; t < end; t++) {
            if (channel_value(h, t) == channel_value(h, t - 1)) continue;
            int e = end_of_run(h, t, end);
            if (!e) e = end_of_step(h, t, end, downsample);
            if (!e) continue;
            lost->channel = h->c;
            lost->first = t;
            lost->last = e - 1;
            return true;
        }
    }
    return false;
}

static bool channels_lose(const float *u, int C, int n_in, int downsample, srnn__lost_input *lost)
{
    for (int c = 0; c < n_in; c++)
        if (channel_loses(&(held_channel){u, C, n_in, c}, downsample, lost)) return true;
    return false;
}

bool srnn__downsample_loses(const float *u, int C, int n_in, int downsample, srnn__lost_input *lost)
{
    srnn__lost_input other;
    if (downsample == 1 || !channels_lose(u, C, n_in, downsample, lost)) return false;
    lost->downsample = downsample;
    lost->fits = downsample - 1;
    while (lost->fits > 1 && channels_lose(u, C, n_in, lost->fits, &other)) lost->fits--;
    return true;
}
