/* The optogenetic stimulation of `simulate`, `eval` and the analyses. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>

bool cli_stimulation_choice(cli_options *o, const srnn_model *model, const srnn_task *task)
{
    srnn_stimulation *s = &o->s.spiking.stimulation;
    if (s->mode == SRNN_STIM_NONE) return true;
    const srnn_model_view view = srnn_model_get_view(model);
    if (!cli_parse_units(o, "--stim_units", o->s.stim_units, &view, &o->stimulated, &s->n_units))
        return false;
    s->units = o->stimulated;
    const int nt = srnn_spiking_steps(srnn_task_get_def(task)->T + 1, o->s.spiking.downsample);
    if (s->on <= nt) return true;
    cli_error(o, "--stim_window begins at step %d; expected one of the trial's %d steps of %g ms",
              s->on, nt, 0.05 * o->s.spiking.downsample);
    return false;
}

void cli_print_stimulation(const srnn_stimulation *s)
{
    if (s->mode == SRNN_STIM_NONE) return;
    printf("stimulation: %s, steps %d to %d, %d unit%s, %g mV with probability %g\n",
           srnn_option_choice("stim_mode", s->mode), s->on, s->off - 1, s->n_units,
           s->n_units == 1 ? "" : "s", s->amplitude_mv, s->probability);
}
