# Decoding
# How well the trial type is read from the activity of single trials in each bin, cross-validated. Bands are
# 95 % Wilson intervals of single bins: of many bins some leave chance out by chance. Bins whose accuracy reaches
# the threshold (one-sided binomial test at 0.05, divided by the number of bins) are marked by bars at the top.
name = 'decoding'
load name.'.var'
load 'style.gp'

width_cm = column_cm
top = 1.05
height_cm = height_of(1, 4.2)
threshold(k) = sprintf("lw thin dt 3 lc rgb '%s'", network_color(k))
bar_y(k) = 1.04 + 0.06 * (k - first_network)

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    eval time_axis(5)
    set yrange [0:bar_y(last_network) + 0.04]
    set ytics 0, 0.25, 1
    set xlabel time_label
    set ylabel 'decoding accuracy' offset 1.6,0
    eval shade_stimuli(0)
    eval level(chance, dashed)
    eval key_at(left, 0.22)
    do for [k = first_network:last_network] { eval key_line(sprintf("lw thick lc rgb '%s'", network_color(k)), network(k)) }
    eval key_box('fc rgb grey fs transparent solid 0.3 noborder', '95 % interval')
    eval key_at(left, 0.58)
    eval key_line(dashed, 'chance')
    do for [k = first_network:last_network] { eval level(above[k], threshold(k)) }
    eval key_line("lw thin dt 3 lc rgb 'black'", 'threshold, corrected')
    eval key_line("lw 2.5 lc rgb 'black'", 'above chance')
    if (text) {
        plot for [k = first_network:last_network] data index network(k).' accuracy' using 1:2 with lines title network(k), chance with lines title 'chance'
    } else {
        plot for [k = first_network:last_network] data index network(k).' accuracy' using 1:3:4 with filledcurves fs transparent solid 0.2 noborder fc rgb network_color(k), \
             for [k = first_network:last_network] '' index network(k).' accuracy' using 1:2 with lines lw thick lc rgb network_color(k), \
             for [k = first_network:last_network] '' index network(k).' accuracy' using 1:($5 == 1 ? bar_y(k) : NaN):($1 - bin_ms / 2):($1 + bin_ms / 2):(bar_y(k) - 0.012):(bar_y(k) + 0.012) with boxxyerror fs solid noborder fc rgb network_color(k)
    }
    eval end
}
