# Population rates
# Mean rate of the units of each population by trial type: means over trials, bands are ±1 SD over trials.
# The axis ends where the rates after the start of the trial do; how far the start goes beyond it is noted.
name = 'psth'
load name.'.var'
load 'style.gp'

bands = type_bands(4)
columns = type_band_columns(4)
rows = bands
letter_cm = 0.3
gap_x = 0.45
gap_y = 1.0
bottom = 1.3
width_cm = columns == 1 ? column_cm : page_cm
height_cm = height_of(rows, 3.0)

do for [format in formats] {
    eval begin(format)
    do for [t = 1:n_types] {
        c = (t - 1) % columns
        eval panel(c, (t - 1) / columns)
        eval letter(t)
        eval time_axis(columns > 2 ? 4 : 6)
        set yrange [0:1.05 * rate_most]
        eval ticks('y', 0, rate_most, 4)
        eval shade_stimuli(t)
        set title type[t] noenhanced
        if (c == 0 || text) { set ylabel 'rate (Hz)' } else { set format y '' }
        if (text) { set xlabel time_label }
        if (t == 1) {
            eval one_time_label(0.6)
            eval key_at(left, height_cm - 0.18)
            do for [k = 1:3] { if (units[k] > 0) { eval key_line('lw thick lc rgb population_color('.k.')', population(k)) } }
            eval stimulus_key
            eval key_note(sprintf('bins of %g ms', bin_ms).(start_most > 1.05 * rate_most ? sprintf(', at the start up to %.0f Hz', start_most) : ''))
            eval left_out
        }
        plot for [k = 1:(text ? 0 : 3)] data index 'rates '.t using 1:(column(2 * k) - column(2 * k + 1)):(column(2 * k) + column(2 * k + 1)) with filledcurves fs transparent solid 0.2 fc rgb population_color(k) notitle, \
             for [k = 1:3] data index 'rates '.t using 1:(column(2 * k)) with lines lw thick lc rgb population_color(k) title units[k] > 0 ? population(k) : ''
    }
    eval end
}
