# Learning curves
# Loss and share of correct trials of every network on the fresh trials of its evaluations (thin), by condition; thick is
# the median over the networks, of which those whose training has ended keep their last value. With five conditions or
# more the share of correct trials alone.
name = 'study-learning'
load name.'.var'
load 'style.gp'

with_loss = n_panels <= 4
columns = n_panels < 4 ? n_panels : 4
panel_rows = ceil(1. * n_panels / columns)
rows = with_loss ? 2 : panel_rows
width_cm = columns == 1 ? column_cm : columns == 2 ? 12 : page_cm
left = 1.35
top = 1.1
gap_x = 0.6
gap_y = with_loss ? 0.5 : 0.85
height_cm = height_of(rows, with_loss ? 2.7 : 2.3)
others(i) = alike[i] > 0 ? sprintf(' and %g more', alike[i]) : ''
title_of(i) = short(condition[i].(strlen(condition_rest[i]) ? ' '.condition_rest[i] : ''), room - strlen(others(i))).others(i)
room = floor(((width_cm - left - right - (columns - 1) * gap_x) / columns) / character_cm)
short(s, n) = strlen(s) > n ? substr(s, 1, n - 1).'…' : s
light(i) = (few_curves ? '#50' : '#90').substr(color(i), 2, 7)
light_width = (few_curves ? 1 : 0.6) * thin

do for [format in formats] {
    eval begin(format)
    do for [i = 1:n_panels] {
        if (with_loss) {
            eval panel(i - 1, 0)
            if (i == 1) { eval letter(1) }
            set title title_of(i) noenhanced
            set logscale y
            eval span('x', 0, trial_high, 0)
            eval ticks('x', 0, trial_high, 3)
            set yrange [loss_low / 1.2:loss_high * 1.2]
            if (!text) { set format x '' }
            if (i == 1 || text) {
                set ylabel 'loss'
                eval log_ticks('y', loss_low / 1.2, loss_high * 1.2)
            } else {
                set format y ''
            }
            if (i == 1) {
                eval key_at(left, 0.22)
                eval key_line("lw thin lc rgb grey", 'a network')
                eval key_line("lw 2 * thick lc rgb grey", 'median')
                if (every > 1) { eval key_note(sprintf('a curve of %g is drawn', every)) }
                if (n_all_panels > n_panels) { eval note(sprintf('the first %d of %d conditions', n_panels, n_all_panels)) }
            }
            plot data index sprintf('curves %d', i) using 1:2 with lines lw light_width lc rgb light(i) notitle, \
                 '' index sprintf('median %d', i) using 1:2 with lines lw 3.4 * thick lc rgb 'white' notitle, \
                 '' index sprintf('median %d', i) using 1:2 with lines lw 2 * thick lc rgb color(i) title title_of(i)
        }
        row = with_loss ? 1 : (i - 1) / columns
        column = with_loss ? i - 1 : (i - 1) % columns
        last = with_loss || i > n_panels - columns
        eval panel(column, row)
        if (with_loss && i == 1) { eval letter(2) }
        if (!with_loss) { set title title_of(i) noenhanced }
        eval span('x', 0, trial_high, 0)
        eval ticks('x', 0, trial_high, 3)
        set yrange [-0.04:1.04]
        set ytics 0.25
        if (last || text) { set xlabel 'trial' } else { set format x '' }
        if (column == 0 || text) { set ylabel 'correct trials' offset 1.6,0 } else { set format y '' }
        if (!with_loss && i == 1) {
            eval key_at(left, 0.22)
            eval key_line("lw thin lc rgb grey", 'a network')
            eval key_line("lw 2 * thick lc rgb grey", 'median')
            if (every > 1) { eval key_note(sprintf('a curve of %g is drawn', every)) }
            if (n_all_panels > n_panels) { eval note(sprintf('the first %d of %d conditions', n_panels, n_all_panels)) }
        }
        plot data index sprintf('curves %d', i) using 1:3 with lines lw light_width lc rgb light(i) notitle, \
             '' index sprintf('median %d', i) using 1:3 with lines lw 3.4 * thick lc rgb 'white' notitle, \
             '' index sprintf('median %d', i) using 1:3 with lines lw 2 * thick lc rgb color(i) title title_of(i)
    }
    eval end
}
