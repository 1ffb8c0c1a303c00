# Share of networks against an option
# Networks that reach the criterion of the measure, of all that are finished or failed, with 95 % Wilson intervals. Grey
# diamonds are shares that the study file expects.
name = 'study-share'
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
share_label = yes_or_no ? 'share: '.measure[1] : sprintf('share of networks ≥ %g', at_least)

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    if (option_log) { set logscale x }
    eval sprintf('set xrange [%.9g:%.9g]', option_low, option_high)
    if (option_log) { eval log_ticks('x', option_low, option_high) } else { eval ticks('x', option_low, option_high, 6) }
    set yrange [-0.03:1.03]
    set ytics 0.25
    set xlabel option_name[1] noenhanced
    set ylabel share_label noenhanced
    eval key_at(0.6, 0.22)
    eval key_line("lw thick lc rgb grey", 'share, 95 % interval')
    if (has_expected) { eval key_point("pt 13 ps 0.8 * dots lc rgb grey", 'expected') }
    if (n_all_series > n_series) { eval note(sprintf('the first %d of %d', n_series, n_all_series)) }
    do for [i = 1:(text || !has_key ? 0 : n_series)] {
        sample_x = 0.4 + (i - 1) % key_columns * (1.1 + character_cm * longest)
        sample_y = height_cm - 0.36 * key_rows + 0.2 + 0.36 * ((i - 1) / key_columns)
        eval sprintf('set arrow from %s to %s nohead lw thick lc rgb color(%d)', place(sample_x, sample_y), place(sample_x + 0.5, sample_y), i)
        eval sprintf('set label series[%d] at %s left noenhanced', i, place(sample_x + 0.65, sample_y))
    }
    plot for [i = 1:n_series] data index sprintf('shares %d', i) using 6:7 with points pt 13 ps 0.8 * dots lc rgb grey notitle, \
         for [i = 1:n_series] '' index sprintf('shares %d', i) using 1:3:(0):($4 - $3) with vectors nohead lw thick lc rgb color(i) notitle, \
         for [i = 1:n_series] '' index sprintf('shares %d', i) using 1:2 with lines lw 1.4 * thick lc rgb color(i) title series[i], \
         for [i = 1:n_series] '' index sprintf('shares %d', i) using 1:2 with points pt 7 ps 0.65 * dots lc rgb color(i) notitle
    eval end
}
