# Firing rates
# Units of each population by their mean firing rate over all trials; dashed is the median.
name = 'rates'
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
            eval histogram_axes('rate', k, 6)
            set ylabel population(k).' units'
            if (row == rows || text) { set xlabel 'mean firing rate (Hz)' } else { set format x '' }
            if (row == 1) {
                eval key_at(0.6, 0.22)
                eval key_line(dashed, 'median')
            }
            plot data index 'rate '.population(k) using (($1 + $2) / 2):3:($2 - $1) with boxes fs solid 0.75 fc rgb population_color(k) title population(k)
        }
    }
    eval end
}
