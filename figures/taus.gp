# Synaptic decay times
# Units of each population by their synaptic decay time: trained (filled) and at the start of training
# (outlined); dashed is the median of the trained ones.
name = 'taus'
load name.'.var'
load 'style.gp'

rows = (units[1] > 0) + (units[2] > 0) + (units[3] > 0)
width_cm = column_cm
height_cm = height_of(rows, 2.1)

do for [format in formats] {
    eval begin(format)
    row = 0
    do for [k = 1:3] {
        if (units[k] > 0) {
            eval panel(0, row)
            row = row + 1
            if (rows > 1) { eval letter(row) }
            eval histogram_axes('tau', k, 6)
            set ylabel population(k).' units'
            if (row == rows || text) { set xlabel 'synaptic decay time τ (ms)' } else { set format x '' }
            if (row == 1) {
                eval key_at(0.6, 0.22)
                eval key_box("fc rgb '#A0A0A0' fs solid noborder", 'trained')
                eval key_line("lw thick lc rgb 'black'", 'initial')
                eval key_line(dashed, 'median, trained')
            }
            plot data index 'tau '.population(k) using (($1 + $2) / 2):3:($2 - $1) with boxes fs solid 0.75 fc rgb population_color(k) title 'trained', \
                 '' index 'tau '.population(k) using (($1 + $2) / 2):4 with histeps lw thick lc rgb 'black' title 'initial'
        }
    }
    eval end
}
