# Networks by condition
# Every network is a point (open: its training did not reach the criterion); the box goes from quartile to quartile,
# the tick is the median; dotted is the criterion. Right: the share of networks that reach it, of all that are finished
# or failed, with 95 % Wilson intervals. Diamonds below are mean ± SD, open ones those that the study file expects.
name = 'study-points'
load name.'.var'
load 'style.gp'

has_share = known(at_least)
row_cm = n_conditions == 1 ? 2.2 : n_conditions == 2 ? 1.7 : 14. / n_conditions
row_cm = row_cm > 1.3 && n_conditions > 2 ? 1.3 : row_cm < 0.5 ? 0.5 : row_cm
two_lines = row_cm >= 0.75
longest = 4
do for [i = 1:n_conditions] {
    line_a = strlen(condition[i])
    line_b = strlen(condition_rest[i])
    words = two_lines ? (line_a > line_b ? line_a : line_b) : line_a + (line_b ? 1 + line_b : 0)
    longest = words > longest ? words : longest
}
most_characters = two_lines ? 27 : 40
longest = longest > most_characters ? most_characters : longest
longest_count = 0
do for [i = 1:n_conditions] {
    line_a = strlen(count[i])
    line_b = strlen(count_rest[i])
    words = two_lines ? (line_a > line_b ? line_a : line_b) : line_a + (line_b ? 2 + line_b : 0)
    longest_count = words > longest_count ? words : longest_count
}

width_cm = page_cm
left = 0.35 + character_cm * longest
right = 0.3 + character_cm * longest_count
top = 0.75
bottom = 1.0
height_cm = top + n_conditions * row_cm + bottom
share_cm = has_share ? 3.4 : 0
values_cm = width_cm - left - right - (has_share ? share_cm + 0.5 : 0)
middle = has_expected ? -0.1 : 0           # of the points, above the middle of the row
high = has_expected ? 0.62 : 0.8           # of the points
mean_row = 0.27
expected_row = 0.41
in_lines(first, rest, between) = first.(strlen(rest) ? (two_lines ? "\n" : between).rest : '')
short(s) = strlen(s) > most_characters && !two_lines ? substr(s, 1, most_characters - 1).'…' : s
lift(rest) = two_lines && strlen(rest) ? 0.45 : 0
array row_name[n_conditions]
array row_count[n_conditions]
do for [i = 1:n_conditions] {
    row_name[i] = short(in_lines(condition[i], condition_rest[i], ' '))
    row_count[i] = in_lines(count[i], count_rest[i], '; ')
}
point_size = row_cm > 1 ? 0.35 : 0.25
measure_label = measure[1].(strlen(measure[2]) ? ' ('.measure[2].')' : '')
color_number(i) = int('0x'.substr(color(i), 2, 7))   # many colours in one pass over the points
rows_axis = sprintf('set yrange [%g:0.5]; unset ytics', n_conditions + 0.5)

do for [format in formats] {
    eval begin(format)
    eval panel_at(left, top, values_cm, n_conditions * row_cm)
    letter_cm = panel_x - 0.1
    if (has_share) { eval letter(1) }
    letter_cm = 1.15
    eval rows_axis
    set border 1
    eval span('x', value_low, value_high, 0.02)
    eval ticks('x', value_low, value_high, 5)
    set xlabel measure_label noenhanced
    if (known(at_least)) { set arrow from first at_least, graph 0 to first at_least, graph 1 nohead back lw guide dt 3 lc rgb 'black' }
    do for [i = 1:n_conditions] {
        if (text) {
            set ytics add (tick_words(condition[i]) i)
        } else {
            set label row_name[i] at screen (left - 0.2) / width_cm, first i right offset 0,lift(condition_rest[i]) noenhanced
            set label row_count[i] at screen 1 - (right - 0.2) / width_cm, first i left offset 0,lift(count_rest[i]) noenhanced
        }
        if (i > 1 && !text) { set arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 nohead back lw thin lc rgb shade }
    }
    eval key_at(left, 0.22)
    eval key_point("pt 7 ps 0.35 * dots lc rgb grey", 'a network')
    if (known(at_least)) { eval key_line("lw guide dt 3 lc rgb 'black'", sprintf('criterion, %g', at_least)) }
    if (has_expected) {
        eval key_point("pt 13 ps 0.6 * dots lc rgb grey", 'mean ± SD')
        eval key_point("pt 12 ps 0.6 * dots lw thick lc rgb 'black'", 'expected mean ± SD')
    }
    if (n_all_conditions > n_conditions) { eval note(sprintf('the first %d of %d conditions', n_conditions, n_all_conditions)) }
    plot for [i = 1:n_conditions] data index 'summary' every ::(i - 1)::(i - 1) using ($10 > 1 ? $2 : NaN):($1 + middle):2:4:($1 + middle - 0.5 * high):($1 + middle + 0.5 * high) with boxxyerror fs transparent solid 0.15 noborder fc rgb color(i) notitle, \
         '' index 'points' using ($4 == 1 ? $2 : NaN):($1 + middle + high * $3):(color_number(int($1))) with points pt 7 ps point_size * dots lc rgb variable notitle, \
         '' index 'points' using ($4 == 0 ? $2 : NaN):($1 + middle + high * $3):(color_number(int($1))) with points pt 6 ps point_size * dots lw thin lc rgb variable notitle, \
         '' index 'summary' using ($10 > 1 ? $3 : NaN):($1 + middle - 0.55 * high):(0):(1.1 * high) with vectors nohead lw 1.4 * thick lc rgb 'black' notitle, \
         for [i = 1:n_conditions] '' index 'summary' every ::(i - 1)::(i - 1) using (has_expected ? $5 - $6 : NaN):($1 + mean_row):(2 * $6):(0) with vectors nohead lw thick lc rgb color(i) notitle, \
         for [i = 1:n_conditions] '' index 'summary' every ::(i - 1)::(i - 1) using (has_expected ? $5 : NaN):($1 + mean_row) with points pt 13 ps 0.6 * dots lc rgb color(i) notitle, \
         '' index 'expected' using ($2 - $3):($1 + expected_row):(2 * $3):(0) with vectors nohead lw thin lc rgb 'black' notitle, \
         '' index 'expected' using 2:($1 + expected_row) with points pt 12 ps 0.6 * dots lw thick lc rgb 'black' notitle
    if (has_share) {
        eval panel_at(left + values_cm + 0.5, top, share_cm, n_conditions * row_cm)
        letter_cm = 0.3
        eval letter(2)
        letter_cm = 1.15
        eval rows_axis
        set border 1
        set xrange [-0.02:1.02]
        set xtics 0.5
        set xlabel sprintf('share of networks ≥ %g', at_least)
        do for [i = 2:n_conditions] {
            if (!text) { set arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 nohead back lw thin lc rgb shade }
        }
        plot for [i = 1:n_conditions] data index 'summary' every ::(i - 1)::(i - 1) using 8:($1 + middle):($9 - $8):(0) with vectors nohead lw thick lc rgb color(i) notitle, \
             for [i = 1:n_conditions] '' index 'summary' every ::(i - 1)::(i - 1) using 7:($1 + middle) with points pt 7 ps 0.6 * dots lc rgb color(i) notitle, \
             '' index 'expected' using 4:($1 + expected_row) with points pt 12 ps 0.6 * dots lw thick lc rgb 'black' notitle
    }
    eval end
}
