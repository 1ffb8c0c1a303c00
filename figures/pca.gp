# Principal components
# Variance explained by the components of each network's activity, and the mean trajectory of each trial type
# along the first ones, once the activity has settled after the start of the trial.
name = 'pca'
load name.'.var'
load 'style.gp'

columns = 1 + has[1] + has[2]
rows = components[1] > 2 || components[2] > 2 ? 2 : 1
width_cm = columns == 3 ? page_cm : 11.5
left = 1.35
top = 0.9
gap_x = 1.55
gap_y = 1.15
bottom = 1 + type_key_cm(0)
height_cm = height_of(rows, 3.9)
share(k, i) = 100 * (k == 1 ? rate_share[i] : spiking_share[i])
component(k, i) = sprintf(k == 1 ? 'PC%d of r (a.u., %.0f %%)' : 'PC%d of rates (Hz, %.0f %%)', i, share(k, i))
look(k) = sprintf("lw thick lc rgb '%s'", network_color(k))

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    eval panel_at(left, top, cell_w, height_cm - top - bottom)
    eval letter(1)
    set xrange [0.5:components_most + 0.5]
    set xtics 1, components_most > 5 ? 3 : 1
    set yrange [0:1.03]
    set ytics 0.25
    set xlabel 'number of components'
    set ylabel 'variance explained, cumulative' offset 1.6,0
    eval key_at(left, 0.22)
    do for [k = first_network:last_network] { eval key_line(look(k), network(k).' network') }
    eval path_key(0)
    eval type_key
    eval left_out
    plot for [k = first_network:last_network] data index network(k).' explained' using 1:2 with linespoints pt 7 ps 0.4 * dots lw thick lc rgb network_color(k) title network(k).' network'
    column = 1
    do for [k = first_network:last_network] {
        do for [row = 0:components[k] - 2] {
            eval panel(column, row)
            eval letter(2 + (column - 1) * rows + row)
            if (row == 0) { set title network(k).' network' }
            set xlabel component(k, 1)
            set ylabel component(k, row + 2)
            eval path_plot(network(k), 1, row + 2)
        }
        column = column + 1
    }
    eval end
}
