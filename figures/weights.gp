# Recurrent weights
# Trained effective weights, units sorted by population: red excites, blue inhibits, white is no connection.
# The colours follow the inverse hyperbolic sine of the weight, on which weak and strong ones are both seen, and
# are clipped at the 99th percentile; with more than 400 units a pixel is the mean over a square of units.
name = 'weights'
load name.'.var'
load 'style.gp'

left = 1.35
right = 2.1
top = 0.55
width_cm = column_cm
height_cm = width_cm - left - right + top + bottom
shown(w) = asinh((abs(w) > strong ? sgn(w) * strong : w) / typical)
end_of = shown(strong)
clip = clipped ? '≥' : ''

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    set border 15
    set tics front
    set xrange [0:n_units]
    set yrange [n_units:0]
    set xlabel 'presynaptic unit (sorted)'
    set ylabel 'postsynaptic unit (sorted)'
    from = 0
    last = -n_units
    do for [k = 1:3] {
        if (units[k] > 0) {
            middle = from + 0.5 * units[k]
            last = middle > last + 0.1 * n_units ? middle : last + 0.1 * n_units
            set label population(k) at first last, graph 1.035 center tc rgb population_color(k)
            set label population(k) at graph 1.035, first last center rotate by -90 tc rgb population_color(k)
            from = from + units[k]
            if (from < n_units) {
                set arrow from from, graph 0 to from, graph 1 nohead front lw thin
                set arrow from graph 0, first from to graph 1, first from nohead front lw thin
            }
        }
    }
    eval 'set palette defined '.signed
    set cbrange [-end_of:end_of]
    set cbtics scale 0.3 offset -0.7,0 (sprintf('%s−%.2g', clipped ? '≤' : '', strong) -end_of, sprintf('−%.2g', typical) shown(-typical), '0' 0, sprintf('%.2g', typical) shown(typical), sprintf('%s%.2g', clip, strong) end_of)
    set colorbox user origin screen 1 - 1.4 / width_cm, screen (bottom + 1.3) / height_cm size screen 0.2 / width_cm, screen (height_cm - top - bottom - 2.6) / height_cm noborder
    if (text) {
        unset colorbox
        plot data index 'weights' matrix using ($1 * units_a_pixel):($3 > typical ? $2 * units_a_pixel : NaN) with points pt '+' lc rgb exc_color title 'excitation', \
             '' index 'weights' matrix using ($1 * units_a_pixel):($3 < -typical ? $2 * units_a_pixel : NaN) with points pt '-' lc rgb pv_color title 'inhibition'
    } else {
        set label (units_a_pixel > 1 ? 'mean weight' : 'weight') at screen 1 - 1.0 / width_cm, screen (height_cm - top - 0.95) / height_cm center
        plot data index 'weights' matrix using (($1 + 0.5) * units_a_pixel):(($2 + 0.5) * units_a_pixel):(shown($3)) with image
    }
    eval end
}
