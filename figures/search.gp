# Search for the scaling factor
# Accuracy of the spiking network for every scaling factor λ (a), and of what was chosen on fresh trials (b);
# bars are 95 % Wilson intervals, where the number of trials is known.
name = 'search'
load name.'.var'
load 'style.gp'

bottom = 1.3
has_chosen = known(fresh_accuracy) || known(point_accuracy)
n_chosen = known(fresh_accuracy) + known(point_accuracy)
width_cm = column_cm
height_cm = height_of(1, 3.75)
chosen_cm = has_chosen ? 0.5 + 0.85 * n_chosen : 0
search_cm = width_cm - left - right - (has_chosen ? chosen_cm + 0.5 : 0)

do for [format in formats] {
    eval begin(format)
    eval panel_at(left, top, search_cm, height_cm - top - bottom)
    if (has_chosen) { eval letter(1) }
    eval span('x', lambda_low, lambda_high, 0.05)
    eval ticks('x', lambda_low, lambda_high, 5)
    set yrange [-0.02:1.04]
    set ytics 0.25
    set xlabel 'scaling factor λ'
    set ylabel 'accuracy' offset 1.6,0
    eval key_at(0.6, height_cm - 0.2)
    eval key_point("pt 7 ps 0.4 * dots lc rgb grey", 'search')
    eval key_point("pt 7 ps 0.6 * dots lc rgb 'black'", sprintf('best, λ = %g', best_lambda))
    if (has_chosen) { eval key_point("pt 5 ps 0.55 * dots lc rgb spiking_color", 'fresh trials') }
    plot data index 'search' using 1:2 with lines lw thin lc rgb grey notitle, \
         '' index 'search' using 1:3:(0):($4 - $3) with vectors nohead lw thin lc rgb grey notitle, \
         '' index 'search' using 1:2 with points pt 7 ps 0.4 * dots lc rgb grey title 'search', \
         '' index 'best' using 1:3:(0):($4 - $3) with vectors nohead lw thick lc rgb 'black' notitle, \
         '' index 'best' using 1:2 with points pt 7 ps 0.6 * dots lc rgb 'black' title 'best'
    if (has_chosen) {
        eval panel_at(left + search_cm + 0.5, top, chosen_cm, height_cm - top - bottom)
        letter_cm = 0.3
        eval letter(2)
        letter_cm = 1.15
        set xrange [0.5:n_chosen + 0.5]
        set yrange [-0.02:1.04]
        set ytics 0.25
        if (!text) { set format y '' }
        set xtics () scale 0
        n = 0
        if (known(fresh_accuracy)) {
            n = n + 1
            set xtics add (sprintf('λ = %g', best_lambda) n)
        }
        if (known(point_accuracy)) {
            n = n + 1
            set xtics add ("operating\npoint" n)
        }
        plot data index 'fresh' using 1:3:(0):($4 - $3) with vectors nohead lw thick lc rgb spiking_color notitle, \
             '' index 'fresh' using 1:2 with points pt 5 ps 0.55 * dots lc rgb spiking_color title 'fresh trials'
    }
    eval end
}
