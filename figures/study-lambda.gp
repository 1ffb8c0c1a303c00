# Accuracy by scaling factor
# Accuracy of every spiking network (thin) for each scaling factor λ that was tried, by condition; thick is the mean over
# the networks, at the λ that at least half of them tried; dotted is the criterion.
name = 'study-lambda'
load name.'.var'
load 'style.gp'

columns = n_panels < 4 ? n_panels : 4
rows = ceil(1. * n_panels / columns)
width_cm = columns == 1 ? column_cm : columns == 2 ? 12 : page_cm
left = 1.35
top = 1.1
bottom = 1.0
gap_x = 0.6
gap_y = same_lambdas ? 0.85 : 1.15
height_cm = height_of(rows, rows == 1 ? 3.4 : 2.3)
others(i) = alike[i] > 0 ? sprintf(' and %g more', alike[i]) : ''
title_of(i) = short(condition[i].(strlen(condition_rest[i]) ? ' '.condition_rest[i] : ''), room - strlen(others(i))).others(i)
room = floor(((width_cm - left - right - (columns - 1) * gap_x) / columns) / character_cm)
short(s, n) = strlen(s) > n ? substr(s, 1, n - 1).'…' : s
light(i) = (few_curves ? '#50' : '#90').substr(color(i), 2, 7)
light_width = (few_curves ? 1 : 0.6) * thin

do for [format in formats] {
    eval begin(format)
    do for [i = 1:n_panels] {
        column = (i - 1) % columns
        eval panel(column, (i - 1) / columns)
        set title title_of(i) noenhanced
        eval span('x', lambda_low[i], lambda_high[i], 0.03)
        eval ticks('x', lambda_low[i], lambda_high[i], 4)
        set yrange [-0.04:1.04]
        set ytics 0.25
        if (i > n_panels - columns || text) { set xlabel 'scaling factor λ' } else { if (same_lambdas) { set format x '' } }
        if (column == 0 || text) { set ylabel 'accuracy' offset 1.6,0 } else { set format y '' }
        if (known(at_least)) { set arrow from graph 0, first at_least to graph 1, first at_least nohead back lw guide dt 3 lc rgb 'black' }
        if (i == 1) {
            eval key_at(left, 0.22)
            eval key_line("lw thin lc rgb grey", 'a network')
            eval key_line("lw 2 * thick lc rgb grey", 'mean')
            if (known(at_least)) { eval key_line("lw guide dt 3 lc rgb 'black'", 'criterion') }
            if (every > 1) { eval key_note(sprintf('a curve of %g is drawn', every)) }
            if (n_all_panels > n_panels) { eval note(sprintf('the first %d of %d conditions', n_panels, n_all_panels)) }
        }
        plot data index sprintf('curves %d', i) using 1:2 with lines lw light_width lc rgb light(i) notitle, \
             '' index sprintf('mean %d', i) using 1:2 with lines lw 3.4 * thick lc rgb 'white' notitle, \
             '' index sprintf('mean %d', i) using 1:2 with lines lw 2 * thick lc rgb color(i) title title_of(i)
    }
    eval end
}
