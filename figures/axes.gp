# Regression axes
# Mean trajectories of each trial type along orthogonal axes found by regression on what differs between the
# trials (targeted dimensionality reduction), once the activity has settled after the start of the trial.
name = 'axes'
load name.'.var'
load 'style.gp'

columns = last_network - first_network + 1
most_axes = axes_shown[1] > axes_shown[2] ? axes_shown[1] : axes_shown[2]
rows = most_axes - 1
width_cm = columns == 1 ? column_cm : 13
left = 1.45
top = 0.9
gap_x = 1.6
gap_y = 1.15
bottom = 1 + type_key_cm(0)
height_cm = height_of(rows, 4.2)
axis(k, i) = (k == 1 ? rate_axis[i] : spiking_axis[i]).' axis (a.u.)'

do for [format in formats] {
    eval begin(format)
    column = 0
    do for [k = first_network:last_network] {
        do for [row = 0:axes_shown[k] - 2] {
            eval panel(column, row)
            if (rows * columns > 1) { eval letter(1 + column * rows + row) }
            if (row == 0) { set title network(k).' network' }
            x = has_choice[k] ? row + 2 : 1
            y = has_choice[k] ? 1 : row + 2
            set xlabel axis(k, x) noenhanced
            set ylabel axis(k, y) noenhanced
            if (column == 0 && row == 0) {
                eval key_at(left, 0.22)
                eval path_key(0)
                eval type_key
                eval left_out
            }
            eval path_plot(network(k), x, y)
        }
        column = column + 1
    }
    eval end
}
