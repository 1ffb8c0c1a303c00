# Voltage noise
# The spiking network on the same trials with more or less voltage noise: share of correct trials with 95 % Wilson
# intervals, and the mean rate of all units. The noise axis is logarithmic; 0 stands at its left end.
name = 'noise'
load name.'.var'
load 'style.gp'

rows = 2
width_cm = column_cm
left = 1.35
top = 0.6
gap_y = 0.9
height_cm = height_of(2, 2.5)
from = noise_low / (has_zero ? 4. : 1.25)
place_of(x) = x > 0 ? x : noise_low / 3.
points = sprintf("pt 7 ps 0.4 * dots lw thick lc rgb '%s'", spiking_color)
own_look = sprintf("pt 6 ps 0.9 * dots lw thick lc rgb '%s'", spiking_color)

do for [format in formats] {
    eval begin(format)
    do for [row = 0:1] {
        eval panel(0, row)
        eval letter(row + 1)
        set logscale x
        set xrange [from:noise_high * 1.25]
        eval log_ticks('x', noise_low, noise_high)
        if (has_zero) { eval sprintf('set xtics add ("0" %.9g)', place_of(0)) }
        if (row == 0) {
            eval key_at(left, 0.22)
            eval key_point(points, sprintf('%g trials each', n_trials))
            eval key_point(own_look, 'noise of the model')
            set yrange [-0.04:1.04]
            set ytics 0.25
            set ylabel 'correct trials' offset 1.6,0
            plot data index 'noise' using (place_of($1)):3:(0):($4 - $3) with vectors nohead lw thin lc rgb spiking_color notitle, \
                 '' index 'noise' using (place_of($1)):2 with linespoints pt 7 ps 0.4 * dots lw thick lc rgb spiking_color title 'correct', \
                 '' index 'noise' using (place_of($1)):($6 == 1 ? $2 : NaN) with points pt 6 ps 0.9 * dots lw thick lc rgb spiking_color title 'noise of the model'
        } else {
            set xlabel 'voltage noise (mV a step)'
            eval span('y', 0, rate_high, 0.04)
            eval ticks('y', 0, rate_high, 4)
            set ylabel 'mean rate (Hz)'
            plot data index 'noise' using (place_of($1)):5 with linespoints pt 7 ps 0.4 * dots lw thick lc rgb spiking_color notitle, \
                 '' index 'noise' using (place_of($1)):($6 == 1 ? $5 : NaN) with points pt 6 ps 0.9 * dots lw thick lc rgb spiking_color notitle
        }
    }
    eval end
}
