# Spikes
# Spikes of the first trial of each type, units sorted by population, excitatory ones on top, and below
# the mean rates of the populations in that trial.
name = 'raster'
load name.'.var'
load 'style.gp'

bands = type_bands(4)
columns = type_band_columns(4)
letter_cm = 0.3
gap_x = 0.45
gap_y = 1.1
gap_pair = 0.4
bottom = 1.3
raster_cm = bands == 1 ? 4.2 : 3.2
rates_cm = 0.35 * raster_cm
width_cm = columns == 1 ? column_cm : page_cm
height_cm = top + bottom + bands * (raster_cm + gap_pair + rates_cm) + (bands - 1) * gap_y
panel_cm = (width_cm - left - right - (columns - 1) * gap_x) / columns
units_a_pt = n_units / (raster_cm * 72 / 2.54)
tick = 0.8 * each_unit > units_a_pt ? 0.8 * each_unit : units_a_pt     # height of a spike, units
tick_width = n_units < 60 ? 0.7 : 0.5

do for [format in formats] {
    eval begin(format)
    do for [t = 1:n_types] {
        c = (t - 1) % columns
        x = left + c * (panel_cm + gap_x)
        y = top + (t - 1) / columns * (raster_cm + gap_pair + rates_cm + gap_y)
        eval panel_at(x, y, panel_cm, raster_cm)
        eval letter(t)
        eval time_axis(columns > 2 ? 4 : 6)
        set yrange [n_units:-1]
        eval shade_stimuli(t)
        set title type[t] noenhanced
        if (!text) { set format x '' }
        if (c == 0 || text) { set ylabel each_unit > 1 ? sprintf('unit (sorted, 1 in %d)', each_unit) : 'unit (sorted)' } else { set format y '' }
        if (t == 1) { eval left_out }
        if (text) {
            set xlabel time_label
            plot for [k = 1:3] data index sprintf('spikes %d %s', t, population(k)) using 1:2 with dots lc rgb population_color(k) title units[k] > 0 ? population(k) : ''
        } else {
            plot for [k = 1:3] data index sprintf('spikes %d %s', t, population(k)) using 1:($2 - tick / 2):(0):(tick) with vectors nohead lw tick_width lc rgb population_color(k) notitle
        }
        eval panel_at(x, y + raster_cm + gap_pair, panel_cm, rates_cm)
        eval time_axis(columns > 2 ? 4 : 6)
        set yrange [0:1.05 * rate_most]
        eval ticks('y', 0, rate_most, 3)
        eval shade_stimuli(t)
        if (c == 0 || text) { set ylabel 'rate (Hz)' } else { set format y '' }
        if (text) { set xlabel time_label }
        if (text) { set title type[t] noenhanced }
        if (t == 1) {
            eval one_time_label(0.6)
            eval key_at(left, height_cm - 0.18)
            do for [k = 1:3] { if (units[k] > 0) { eval key_line('lw thick lc rgb population_color('.k.')', population(k)) } }
            eval stimulus_key
            eval key_note(sprintf('rates in bins of %g ms', bin_ms).(start_most > 1.05 * rate_most ? sprintf(', at the start up to %.0f Hz', start_most) : ''))
        }
        plot for [k = 1:3] data index 'rates '.t using 1:(column(2 * k)) with lines lw thick lc rgb population_color(k) title units[k] > 0 ? population(k) : ''
    }
    eval end
}
