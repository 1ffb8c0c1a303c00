# The task
# Inputs and targets of each trial type: one trial, and the mean of several where trials differ. Vertical lines:
# from there on the output counts.
name = 'task'
load name.'.var'
load 'style.gp'

channel_words(i) = channel[i].(strlen(channel_unit[i]) ? ' ('.channel_unit[i].')' : '')
n_channels = n_inputs + n_outputs
bands = type_bands(6)
columns = type_band_columns(6)
rows = bands * n_channels
longest = 1
do for [i = 1:n_channels] { longest = strlen(channel_words(i)) > longest ? strlen(channel_words(i)) : longest }
left = 1.05 + character_cm * longest
gap_x = 0.25
band_cm = n_channels * 0.85 + (n_channels - 1) * 0.18 + 1.25
top = columns < 3 ? 1.25 : 0.85
letter_cm = 0.25
target_color = color(1)
mean_color = color(2)
any_varied = (sum [i = 1:n_channels] varied[i]) > 0
width_cm = columns == 1 ? column_cm : columns == 2 ? 12 : page_cm
height_cm = top + bands * band_cm - 1.25 + bottom
panel_cm = (width_cm - left - right - (columns - 1) * gap_x) / columns

do for [format in formats] {
    eval begin(format)
    do for [t = 1:n_types] {
        c = (t - 1) % columns
        do for [i = 1:n_channels] {
            eval panel_at(left + c * (panel_cm + gap_x), top + (t - 1) / columns * band_cm + (i - 1) * 1.03, panel_cm, 0.85)
            if (i == 1) { eval letter(t) }
            eval time_axis(columns > 2 ? 3 : 6)
            eval span('y', channel_low[i], channel_high[i], 0.12)
            set ytics (below(channel_low[i]), below(channel_high[i]))
            if (channel_low[i] >= 0 || channel_high[i] <= 0) { set ytics add (0) }
            if (i > n_inputs && !text) {
                if (known(scored_rate)) { set arrow from scored_rate, graph 0 to scored_rate, graph 1 nohead back lw guide dt 2 lc rgb rate_color }
                if (known(scored_spiking) && scored_spiking != scored_rate) { set arrow from scored_spiking, graph 0 to scored_spiking, graph 1 nohead back lw guide dt 2 lc rgb spiking_color }
            }
            if (i == 1 || text) { set title type[t] noenhanced }
            if (text) { set xlabel time_label }
            if (i < n_channels && !text) { set format x '' }
            if (c > 0 && !text) { set format y '' }
            if (c == 0) { set label channel_words(i) at graph 0, graph 0.5 right offset -5,0 noenhanced tc rgb i > n_inputs ? target_color : 'black' }
            if (text) { set ylabel channel_words(i) noenhanced }
            if (t == 1 && i == 1) {
                eval key_at(left, 0.2)
                eval key_line("lw thick lc rgb 'black'", 'input')
                eval key_line('lw thick lc rgb target_color', 'target')
                if (any_varied) { eval key_line('lw thick lc rgb mean_color', 'mean of trials') }
                if (known(scored_rate)) { eval key_line('lw guide dt 2 lc rgb rate_color', scored_spiking != scored_rate ? 'output counts, rate' : 'output counts') }
                if (known(scored_spiking) && scored_spiking != scored_rate) { eval key_line('lw guide dt 2 lc rgb spiking_color', 'output counts, spiking') }
                eval one_time_label(0.25)
                eval left_out
            }
            plot data index sprintf('channel %d %d', i, t) using 1:3 with lines lw (varied[i] ? thin : thick) lc rgb i > n_inputs ? target_color : 'black' title channel[i] noenhanced, \
                 '' index sprintf('channel %d %d', i, t) using 1:(varied[i] && abs($2 - $3) > 1e-9 ? $2 : NaN) with lines lw thick lc rgb mean_color notitle
        }
    }
    eval end
}
