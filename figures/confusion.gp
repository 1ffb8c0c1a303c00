# Confusion
# Trials of each type (rows) by the set of types as which the output would have been correct (columns): types that ask
# for the same answer share a column. Framed: counted as correct. Shades are shares of a row.
name = 'confusion'
load name.'.var'
load 'style.gp'

columns = last_network - first_network + 1
type_length = 1
do for [i = 1:n_types] { if (strlen(type[i]) > type_length) { type_length = strlen(type[i]) } }
set_length = 1
set_lines = 1
do for [i = 1:n_sets] {
    if (strlen(set[i]) > set_length) { set_length = strlen(set[i]) }
    if (strlen(set_and[i]) > set_length) { set_length = strlen(set_and[i]) }
    if (strlen(set_and[i])) { set_lines = 2 }
}
left = 0.85 + character_cm * type_length
letter_cm = 0.35
top = 1.1
gap_x = 1.3
cell_cm = (page_cm - left - right - (columns - 1) * gap_x) / (columns * n_sets)
cell_cm = cell_cm > 0.95 ? 0.95 : cell_cm
cell_cm = cell_cm < 2.4 / n_sets ? 2.4 / n_sets : cell_cm     # room for a title
upright = !text && character_cm * set_length > cell_cm
bottom = 0.6 + (upright ? character_cm * set_length : 0.35 * set_lines)
width_cm = left + right + columns * n_sets * cell_cm + (columns - 1) * gap_x
row_cm = n_types < 3 ? 0.8 : n_types < 16 ? 0.55 : n_types < 30 ? 8. / n_types : 0.27
height_cm = height_of(1, n_types * row_cm)
heat_of_shares = "(0 '#FFFFFF', 0.5 '#9DC3DC', 1 '#2A6F9E')"

do for [format in formats] {
    eval begin(format)
    column = 0
    do for [k = first_network:last_network] {
        cells = network(k).' confusion'
        eval panel(column, 0)
        if (columns > 1) { eval letter(column + 1) }
        column = column + 1
        set title network(k).' network'
        set xrange [0.5:n_sets + 0.5]
        set yrange [n_types + 0.5:0.5]
        unset colorbox
        set border 15 lw thin
        set tics scale 0
        set ytics () noenhanced
        set xtics () noenhanced
        if (upright) { set xtics rotate by 90 right offset 0,0.1 }
        do for [i = 1:n_types] { set ytics add (column > 1 && !text ? '' : tick_words(type[i]) i) }
        do for [i = 1:n_sets] { set xtics add (tick_words(set[i].(strlen(set_and[i]) ? "\n".set_and[i] : '')) i) }
        if (column == 1) {
            if (!text) { set label 'trial type' at screen 0.25 / width_cm, graph 0.5 center rotate by 90 } else { set ylabel 'trial type' }
            eval key_at(0.15, 0.2)
            eval key_box("fs empty border lc rgb 'black' lw thick", 'correct')
        }
        if (!text) { eval sprintf("set label 'correct as' at graph 0.5, screen %.5f center", 0.2 / height_cm) }
        eval sprintf('set palette defined %s', heat_of_shares)
        set cbrange [0:1]
        if (text) {
            plot data index cells using 2:1:(sprintf('%d%s', $3, $5 == 1 ? '*' : '')) with labels notitle
        } else {
            plot data index cells using 2:1:(0.5):(0.5):4 with boxxyerror fs solid noborder lc palette notitle, \
                 '' index cells using 2:1:($5 == 1 ? 0.46 : NaN):(0.44) with boxxyerror fs empty border lw thick lc rgb 'black' notitle, \
                 '' index cells using 2:1:($3 > 0 ? sprintf('%d', $3) : ''):($4 > 0.6 ? 0xFFFFFF : 0) with labels tc rgb variable notitle
        }
    }
    eval end
}
