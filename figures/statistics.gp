# Spike-train statistics
# Units of each population by the coefficient of variation of their interspike intervals (CV), its local
# forms (CV2, LV), and the Fano factor of their spike counts; dashed is the median.
name = 'statistics'
load name.'.var'
load 'style.gp'

measure(i) = word('cv cv2 lv fano', i)
array label[4] = ['CV of intervals', 'CV2', 'LV', 'Fano factor']
columns = 4
rows = (units[1] > 0) + (units[2] > 0) + (units[3] > 0)
gap_x = 0.8
width_cm = page_cm
height_cm = height_of(rows, 2.1)

do for [format in formats] {
    eval begin(format)
    do for [i = 1:4] {
        row = 0
        do for [k = 1:3] {
            if (units[k] > 0) {
                eval panel(i - 1, row)
                row = row + 1
                if (row == 1) { eval letter(i) }
                eval histogram_axes(measure(i), k, 4)
                if (i == 1 || text) { set ylabel population(k).' units' }
                if (row == rows || text) { set xlabel label[i] } else { set format x '' }
                if (row == 1 && i == 1) {
                    eval key_at(0.6, 0.22)
                    eval key_line(dashed, 'median')
                }
                plot data index measure(i).' '.population(k) using (($1 + $2) / 2):3:($2 - $1) with boxes fs solid 0.75 fc rgb population_color(k) title population(k)
            }
        }
    }
    eval end
}
