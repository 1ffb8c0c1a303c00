# Outputs
# Output of the rate and of the spiking network by trial type: means over trials, bands are ±1 SD over trials,
# grey lines the target, dashed ones the response threshold.
name = 'outputs'
load name.'.var'
load 'style.gp'

overlaid = n_types <= 4         # types in one panel for each network; else a panel for each type
columns = overlaid ? 1 + has_spiking : type_band_columns(4)
width_cm = columns == 1 ? column_cm : page_cm
bands = overlaid ? 1 : type_bands(4)
rows = bands * n_outputs
gap_x = 0.45
gap_y = overlaid ? 0.45 : 0.75
bottom = 0.95 + (overlaid ? type_key_cm(0) : 0)
top = width_cm < 15 ? 1.2 : 0.85
letter_cm = 0.3
height_cm = height_of(rows, overlaid ? 3.6 : 2.4)
output_label(o) = output[o].(strlen(output_unit[o]) ? ' ('.output_unit[o].')' : ' (a.u.)')
thresholds = "eval level(threshold, dashed); if (two_sided) { eval level(-threshold, dashed) }"
keys = "eval key_at(left, 0.2); if (known(threshold)) { eval key_line(dashed, 'response threshold') }; eval stimulus_key"

do for [format in formats] {
    eval begin(format)
    if (overlaid) {
        do for [k = 1:columns] {
            do for [o = 1:n_outputs] {
                eval panel(k - 1, o - 1)
                if (o == 1) { eval letter(k) }
                eval time_axis(6)
                eval span('y', out_low, out_high, 0.05)
                eval shade_stimuli(0)
                if (o == 1 || text) { set title network(k).' network' }
                if (o == n_outputs || text) { set xlabel time_label } else { set format x '' }
                if (k == 1 || text) { set ylabel output_label(o) noenhanced } else { set format y '' }
                eval thresholds
                if (k == 1 && o == 1) {
                    eval keys
                    if (!text) { eval key_line('lw thin lc rgb grey', 'target') }
                    eval type_key
                }
                plot for [t = 1:(text ? 0 : n_types)] data index sprintf('%s %d %d', network(k), o, t) using 1:($2 - $3):($2 + $3) with filledcurves fs transparent solid 0.2 fc rgb color(t) notitle, \
                     for [t = 1:(text ? 0 : n_types)] data index sprintf('%s %d %d', network(k), o, t) using 1:4 with lines lw thin lc rgb grey notitle, \
                     for [t = 1:n_types] data index sprintf('%s %d %d', network(k), o, t) using 1:2 with lines lw thick lc rgb color(t) title type[t]
            }
        }
    } else {
        do for [t = 1:n_types] {
            c = (t - 1) % columns
            do for [o = 1:n_outputs] {
                eval panel(c, (t - 1) / columns * n_outputs + o - 1)
                if (o == 1) { eval letter(t) }
                eval time_axis(columns > 2 ? 4 : 6)
                eval span('y', out_low, out_high, 0.05)
                eval ticks('y', out_low, out_high, 4)
                eval shade_stimuli(t)
                if (o == 1 || text) { set title type[t] noenhanced }
                if (text) { set xlabel time_label }
                if ((o < n_outputs || t + columns <= n_types) && !text) { set format x '' }
                if (c == 0 || text) { set ylabel output_label(o) noenhanced } else { set format y '' }
                eval thresholds
                if (t == 1 && o == 1) {
                    eval one_time_label(0.25)
                    eval keys
                    eval key_line('lw thick lc rgb grey', 'target')
                    do for [k = 1:1 + has_spiking] { eval key_line('lw thick lc rgb network_color('.k.')', network(k).' network') }
                    eval left_out
                }
                plot data index sprintf('rate %d %d', o, t) using 1:4 with lines lw 2 * thick lc rgb grey title 'target', \
                     for [k = 1:(text ? 0 : 1 + has_spiking)] data index sprintf('%s %d %d', network(k), o, t) using 1:($2 - $3):($2 + $3) with filledcurves fs transparent solid 0.2 fc rgb network_color(k) notitle, \
                     for [k = 1:1 + has_spiking] data index sprintf('%s %d %d', network(k), o, t) using 1:2 with lines lw thick lc rgb network_color(k) title network(k)
            }
        }
    }
    eval end
}
