# Psychometric curves
# Share of trials whose answer is above 0 (what the task's rule looks at; of several outputs the one that is largest in
# the response window) against the mean of an input while it is on, in up to 9 bins of as many trials, with 95 % Wilson
# intervals; where another input has two levels, for each of them. Points of the two networks are moved apart a little.
name = 'psychometric'
load name.'.var'
load 'style.gp'

columns = n_inputs
rows = n_levels
width_cm = columns == 1 ? column_cm : columns == 2 ? 12 : page_cm
left = 1.35
top = 1
gap_x = 0.9
gap_y = 0.9
height_cm = height_of(rows, 3.2)
look(k) = sprintf("lw thick lc rgb '%s'", network_color(k))
# The bars of the two networks must not hide each other.
apart(x, i, k) = x + (k == 1 ? -1 : 1) * (first_network == last_network ? 0 : 0.008) * (input_high[i] - input_low[i])
curve(i, level, k) = sprintf('input %d level %d %s', input_number[i], level, network(k))

do for [format in formats] {
    eval begin(format)
    do for [i = 1:n_inputs] {
        do for [l = 1:n_levels] {
            eval panel(i - 1, l - 1)
            if (rows * columns > 1) { eval letter(i + (l - 1) * columns) }
            eval span('x', input_low[i], input_high[i], 0.04)
            eval ticks('x', input_low[i], input_high[i], 4)
            set yrange [-0.04:1.04]
            set ytics 0.25
            if (n_levels > 1) { set title sprintf('%s: %.3g', context[1], level[l]) noenhanced }
            if (l == n_levels || text) { set xlabel 'mean of '.input[i].(strlen(input_unit[i]) ? ' ('.input_unit[i].')' : '') noenhanced } else { set format x '' }
            if (i == 1 || text) { set ylabel 'answers above 0' offset 1.6,0 } else { set format y '' }
            set arrow from graph 0, first 0.5 to graph 1, first 0.5 nohead back lw thin dt 2 lc rgb grey
            if (input_low[i] < 0 && input_high[i] > 0) { set arrow from 0, graph 0 to 0, graph 1 nohead back lw thin dt 2 lc rgb grey }
            if (i == 1 && l == 1) {
                eval key_at(left, 0.22)
                do for [k = first_network:last_network] { eval key_line(look(k), network(k).' network') }
            }
            plot for [k = first_network:last_network] data index curve(i, l, k) using (apart($1, i, k)):3:(0):($4 - $3) with vectors nohead lw thin lc rgb network_color(k) notitle, \
                 for [k = first_network:last_network] '' index curve(i, l, k) using (apart($1, i, k)):2 with linespoints pt 7 ps 0.35 * dots lw thick lc rgb network_color(k) title network(k)
        }
    }
    eval end
}
