# Against an option
# Every network is a point; means are joined, bars are ±1 SD over the networks of a condition. Grey diamonds are means
# and SD that the study file expects, dotted is the criterion. Points are moved apart a little.
name = 'study-option'
load name.'.var'
load 'style.gp'

longest = 1
do for [i = 1:n_series] { longest = strlen(series[i]) > longest ? strlen(series[i]) : longest }
has_key = n_series > 1
width_cm = n_places * n_series > 12 ? page_cm : column_cm
key_columns = floor((width_cm - 0.6) / (1.1 + character_cm * longest))
key_columns = key_columns < 1 ? 1 : key_columns
key_rows = has_key ? ceil(1. * n_series / key_columns) : 0
top = width_cm < page_cm && has_expected ? 0.95 : 0.6
bottom = 1 + 0.36 * key_rows
height_cm = top + 4.6 + bottom
left = 1.4
light(i) = '#90'.substr(color(i), 2, 7)
measure_label = measure[1].(strlen(measure[2]) ? ' ('.measure[2].')' : '')
cut = character_cm * strlen(measure_label) > 5 ? strstrt(measure_label, ', ') : 0   # into two lines
measure_label = cut ? substr(measure_label, 1, cut)."\n".substr(measure_label, cut + 2, strlen(measure_label)) : measure_label
left = left + (cut ? 0.35 : 0)

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    if (option_log) { set logscale x }
    eval sprintf('set xrange [%.9g:%.9g]', option_low, option_high)
    if (option_log) { eval log_ticks('x', option_low, option_high) } else { eval ticks('x', option_low, option_high, 6) }
    eval span('y', value_low, value_high, 0.03)
    eval ticks('y', value_low, value_high, 5)
    set xlabel option_name[1] noenhanced
    set ylabel measure_label noenhanced
    if (known(at_least)) { set arrow from graph 0, first at_least to graph 1, first at_least nohead back lw guide dt 3 lc rgb 'black' }
    eval key_at(0.6, 0.22)
    eval key_point("pt 7 ps 0.3 * dots lc rgb grey", 'a network')
    eval key_line("lw thick lc rgb grey", 'mean ± SD')
    if (has_expected) { eval key_point("pt 13 ps 0.8 * dots lc rgb grey", 'expected') }
    if (known(at_least)) { eval key_line("lw guide dt 3 lc rgb 'black'", 'criterion') }
    if (n_all_series > n_series) { eval note(sprintf('the first %d of %d', n_series, n_all_series)) }
    do for [i = 1:(text || !has_key ? 0 : n_series)] {
        sample_x = 0.4 + (i - 1) % key_columns * (1.1 + character_cm * longest)
        sample_y = height_cm - 0.36 * key_rows + 0.2 + 0.36 * ((i - 1) / key_columns)
        eval sprintf('set arrow from %s to %s nohead lw thick lc rgb color(%d)', place(sample_x, sample_y), place(sample_x + 0.5, sample_y), i)
        eval sprintf('set label series[%d] at %s left noenhanced', i, place(sample_x + 0.65, sample_y))
    }
    plot for [i = 1:n_series] data index sprintf('means %d', i) using 5:($6 - $7):(0):(2 * $7) with vectors nohead lw thick lc rgb grey notitle, \
         for [i = 1:n_series] '' index sprintf('means %d', i) using 5:6 with points pt 13 ps 0.8 * dots lc rgb grey notitle, \
         for [i = 1:n_series] '' index sprintf('points %d', i) using 1:2 with points pt 7 ps 0.25 * dots lc rgb light(i) notitle, \
         for [i = 1:n_series] '' index sprintf('means %d', i) using 1:($2 - $3):(0):(2 * $3) with vectors nohead lw thick lc rgb color(i) notitle, \
         for [i = 1:n_series] '' index sprintf('means %d', i) using 1:2 with lines lw 1.4 * thick lc rgb color(i) title series[i], \
         for [i = 1:n_series] '' index sprintf('means %d', i) using 1:2 with points pt 7 ps 0.65 * dots lc rgb color(i) notitle
    eval end
}
