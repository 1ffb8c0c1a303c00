# Output with several scaling factors
# Output of the rate network and of spiking networks with several scaling factors λ, 1 leaves the weights as they are, by
# trial type: means over trials, bands are ±1 SD over trials; grey lines the target, dashed ones the response threshold.
# Each network has its own scale.
name = 'output-by-lambda'
load name.'.var'
load 'style.gp'

columns = 1 + n_factors
width_cm = page_cm
gap_x = 0.95
left = 1.35
bottom = 0.95 + type_key_cm(0)
top = 0.95
height_cm = height_of(1, 3.2)
output_label = output[1].(strlen(output_unit[1]) ? ' ('.output_unit[1].')' : ' (a.u.)')
block(k) = k == 1 ? 'rate' : sprintf('lambda_%d', k - 1)
panel_title(k) = k == 1 ? 'rate network' : sprintf('λ = %.4g', factor[k - 1])

do for [format in formats] {
    eval begin(format)
    do for [k = 1:columns] {
        eval panel(k - 1, 0)
        eval time_axis(2)
        if (!text) { eval sprintf('set xtics %.9g', step((t_to - t_from) / 2.2)) }
        eval span('y', out_low[k], out_high[k], 0.06)
        eval ticks('y', out_low[k], out_high[k], 4)
        eval shade_stimuli(0)
        set title panel_title(k)
        if (text || k == (columns + 1) / 2) { set xlabel time_label }
        if (k == 1 || text) { set ylabel output_label noenhanced }
        if (threshold <= out_high[k]) { eval level(threshold, dashed) }
        if (k == 1) {
            eval key_at(left, 0.2)
            if (known(threshold)) { eval key_line(dashed, 'response threshold') }
            eval stimulus_key
            eval key_line('lw thin lc rgb grey', 'target')
            eval left_out
            eval type_key
        }
        plot for [t = 1:(text ? 0 : n_types)] data index sprintf('%s 1 %d', block(k), t) using 1:($2 - $3):($2 + $3) with filledcurves fs transparent solid 0.2 fc rgb color(t) notitle, \
             for [t = 1:(text ? 0 : n_types)] data index sprintf('%s 1 %d', block(k), t) using 1:4 with lines lw thin lc rgb grey notitle, \
             for [t = 1:n_types] data index sprintf('%s 1 %d', block(k), t) using 1:2 with lines lw thick lc rgb color(t) dt dash(t) title type[t]
    }
    eval end
}
