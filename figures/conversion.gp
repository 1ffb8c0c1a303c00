# Conversion
# What an isolated spiking unit makes of its input x, in units of r, against f of the rate network: by the operating
# point for units at the quartiles of the gain of each population, each over the x that it visits, with the
# distributions of gain and bias; by the scaling factor for all units alike.
name = 'conversion'
load name.'.var'
load 'style.gp'

by_factor = known(lambda)
columns = by_factor ? 1 : 3
width_cm = by_factor ? column_cm : page_cm
left = 1.3
top = 0.95
gap_x = 1.5
height_cm = height_of(1, 4)
log2(x) = log(x) / log(2)
shown_units = by_factor ? 1 : n_units
unit_color(i) = by_factor ? spiking_color : population_color(unit_population[i])
unit_dash(i) = by_factor ? 1 : 1 + (i - 1) % 3
unit_title(i) = by_factor ? 'spiking' : sprintf('%s %d', population(unit_population[i]), unit_number[i])
has_population(k) = by_factor ? 0 : sum [i = 1:n_units] (unit_population[i] == k)

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    if (!by_factor) { eval letter(1) }
    eval span('x', x_low, x_high, 0)
    eval ticks('x', x_low, x_high, 4)
    eval span('y', r_low, r_high, 0.05)
    eval ticks('y', r_low, r_high, 4)
    set xlabel 'input x (a.u.)'
    set ylabel 'r (a.u.)'
    eval key_at(left, 0.22)
    eval key_line('lw 1.6 * thick lc rgb rate_color', 'f(x), rate network')
    if (by_factor) {
        eval key_line(sprintf("lw thick lc rgb '%s'", spiking_color), sprintf('φ(x) / %.4g, spiking', lambda))
    } else {
        do for [k = 1:3] { if (has_population(k)) { eval key_line(sprintf("lw thick lc rgb '%s'", population_color(k)), population(k)) } }
        eval key_line(dashed, 'limits of the fit (b), threshold (c)')
    }
    plot data index 'activation' using 1:2 with lines lw 1.6 * thick lc rgb rate_color title 'f(x), rate', \
         for [i = 1:shown_units] '' index sprintf('unit %d', i) using 1:2 with lines lw thick lc rgb unit_color(i) dt unit_dash(i) title unit_title(i)
    if (!by_factor) {
        eval panel(1, 0)
        eval letter(2)
        set xrange [-1.5:3.5]
        set xtics ('0.5' -1, '1' 0, '2' 1, '4' 2, '8' 3)
        eval span('y', 0, gain_most, 0)
        set yrange [0:gain_most * 1.05 + 0.5]
        eval ticks('y', 0, gain_most, 4)
        set xlabel 'gain k (mV)'
        set ylabel 'units'
        eval sprintf('set arrow from %g, graph 0 to %g, graph 1 nohead back %s', log2(gain_low) - 0.3, log2(gain_low) - 0.3, dashed)
        eval sprintf('set arrow from %g, graph 0 to %g, graph 1 nohead back %s', log2(gain_high) + 0.3, log2(gain_high) + 0.3, dashed)
        plot for [k = 1:3] data index 'gain '.population(k) using (log2($1) + 0.14 * (k - 2)):2:(0.13) with boxes fs solid noborder lc rgb population_color(k) title population(k)
        eval panel(2, 0)
        eval letter(3)
        eval span('x', bias_low, bias_high, 0)
        eval ticks('x', bias_low, bias_high, 4)
        bias_top = bias_most[1] > bias_most[2] ? bias_most[1] : bias_most[2]
        bias_top = bias_top > bias_most[3] ? bias_top : bias_most[3]
        set yrange [0:bias_top * 1.05 + 0.5]
        eval ticks('y', 0, bias_top, 4)
        set xlabel 'bias b (mV)'
        set ylabel 'units'
        eval sprintf('set arrow from %g, graph 0 to %g, graph 1 nohead back %s', threshold, threshold, dashed)
        plot for [k = 1:3] data index 'bias '.population(k) using (($1 + $2) / 2):3:($2 - $1) with boxes fs transparent solid 0.6 noborder lc rgb population_color(k) title population(k)
    }
    eval end
}
