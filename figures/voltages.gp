# Membrane voltages
# Membrane voltages of single units in the first trial of each type, which reach 30 mV in a spike; dashed is
# the threshold. The units are those with the largest output weights, if no others were asked for.
name = 'voltages'
load name.'.var'
load 'style.gp'

bands = type_bands(4)
columns = type_band_columns(4)
rows = bands
left = 1.9
right = 0.7
letter_cm = 0.3
gap_x = 0.35
gap_y = 1.0
bottom = 1.3
apart = 120                     # mV between traces
width_cm = columns == 1 ? column_cm : page_cm
height_cm = height_of(rows, 0.8 + 0.75 * n_traces)
shift(u) = (n_traces - u) * apart

do for [format in formats] {
    eval begin(format)
    do for [t = 1:n_types] {
        c = (t - 1) % columns
        eval panel(c, (t - 1) / columns)
        eval letter(t)
        eval time_axis(columns > 2 ? 4 : 6)
        set border 1
        unset ytics
        set yrange [-90:n_traces * apart - 80]
        eval shade_stimuli(t)
        set title type[t] noenhanced
        if (text) { set xlabel time_label }
        do for [u = 1:n_traces] {
            if (known(spike_mv)) { set arrow from graph 0, first spike_mv + shift(u) to graph 1, first spike_mv + shift(u) nohead lw thin dt 2 lc rgb grey back }
            if (c == 0) { set label sprintf('unit %d, %s', unit[u], population(unit_population[u])) at graph -0.02, first shift(u) - 50 right tc rgb population_color(unit_population[u]) }
        }
        if (c == columns - 1 || t == n_types) {
            set arrow from graph 1.03, first -60 to graph 1.03, first -10 nohead lw thick
            set label '50 mV' at graph 1.06, first -35 center rotate by 90 offset 0.5,0
        }
        if (t == 1) {
            eval one_time_label(0.6)
            eval key_at(left, height_cm - 0.18)
            eval stimulus_key
            if (known(spike_mv)) { eval key_line('lw thin dt 2 lc rgb grey', sprintf('threshold, %g mV', spike_mv)) }
            eval left_out
        }
        plot for [u = 1:n_traces] data index sprintf('trace %d %d', t, u) using 1:($2 + shift(u)) with lines lw thin lc rgb population_color(unit_population[u]) notitle
    }
    eval end
}
