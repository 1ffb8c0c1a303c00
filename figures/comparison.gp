# Units in both networks
# Mean activity of every unit in the rate network (above) and the spiking network (below) for each trial type; units
# are sorted by population, then by the time of their highest r after stimulus onset, and are the same in both. On the
# right means over all trials: one point a unit.
name = 'comparison'
load name.'.var'
load 'style.gp'

columns = n_shown > 4 ? 4 : n_shown
pairs = ceil(n_shown / 4.)
rows = 2 * pairs
width_cm = page_cm
left = 1.3
right = 6.9
top = 0.95
bottom = 1
gap_x = 0.22
gap_y = 0.35
pair_gap = 0.75                 # between two rows of types, beyond gap_y
heat_cm = pairs == 1 ? 2.9 : 2.2
height_cm = top + rows * heat_cm + (rows - 1) * gap_y + (pairs - 1) * pair_gap + bottom
heat_w = (width_cm - left - right - (columns - 1) * gap_x) / columns
heat_y(pair, spiking) = top + pair * (2 * (heat_cm + gap_y) + pair_gap) + spiking * (heat_cm + gap_y)
heat_panel(i, spiking) = panel_at(left + (i - 1) % 4 * (heat_w + gap_x), heat_y((i - 1) / 4, spiking), heat_w, heat_cm)
n_units = units[1] + units[2] + units[3]

# Square roots, so that populations of low and of high rates are both seen; ticks at the values themselves.
root_ticks(most) = (listed = '', s = step(most / 10.), sum [i = 0:4] (v = i == 0 ? 0 : s * 2**(i - 1), \
    listed = v > most ? listed : listed.(strlen(listed) ? ', ' : '').sprintf('"%g" %g', v, sqrt(v)), 0), sprintf('set cbtics (%s)', listed))
color_box(spiking) = sprintf('set colorbox user origin screen %.5f, screen %.5f size screen %.5f, screen %.5f noborder', \
    (width_cm - right + 0.2) / width_cm, 1 - (heat_y(0, spiking) + heat_cm) / height_cm, 0.18 / width_cm, heat_cm / height_cm)
# Above an image: when its type is stimulated; left of it: populations.
stimulus_bars(type) = (listed = '', sum [i = 1:n_stimuli] (listed = listed.(stimulus_type[i] == type ? \
    sprintf('set object rectangle from %.9g, graph 1.02 to %.9g, graph 1.055 front noclip fc rgb grey fs solid noborder; ', stimulus_on[i], stimulus_off[i]) : ''), 0), listed)
population_bars = (listed = '', from = 0, sum [k = 1:3] (listed = listed.(units[k] ? \
    sprintf("set object rectangle from graph -%.4f, first %.9g to graph -%.4f, first %.9g front noclip fc rgb '%s' fs solid noborder; ", 0.13 / heat_w, from, 0.03 / heat_w, from + units[k], population_color(k)) : ''), \
    listed = listed.(from > 0 && units[k] ? sprintf("set arrow from graph 0, first %.9g to graph 1, first %.9g nohead front lw thin lc rgb '#FFFFFF'; ", from, from) : ''), from = from + units[k], 0), listed)

do for [format in formats] {
    eval begin(format)
    do for [i = 1:(text ? 0 : n_shown)] {
        do for [spiking = 0:1] {
            eval heat_panel(i, spiking)
            column = (i - 1) % 4
            set border 0
            set tics front
            eval time_axis(n_shown > 2 ? 2 : 4)
            if (n_shown > 2) { eval sprintf('set xtics (0, %.9g)', floor(0.8 * t_to / step(t_to / 8)) * step(t_to / 8)) }
            set yrange [n_units:0]
            eval sprintf('set palette defined %s', heat)
            eval sprintf('set cbrange [0:%.9g]', sqrt(spiking ? most_hz : most_r))
            if (i == 1) {
                eval color_box(spiking)
                eval root_ticks(spiking ? most_hz : most_r)
                set cbtics scale 0.3 offset -0.7,0
                set cblabel (spiking ? 'mean rate (Hz)' : 'mean r') offset (spiking && most_hz >= 100 ? 0.4 : 0.1),0
                if (!spiking) { eval letter(1) }
            } else {
                unset colorbox
            }
            if (spiking) {
                if (i + 4 > n_shown && column == (columns - 1) / 2) { eval sprintf("set label time_label at screen %.5f, screen %.5f center", (left + (width_cm - right - left) / 2) / width_cm, 0.3 / height_cm) }
            } else {
                set title type[i] noenhanced offset 0,-0.2
            }
            if (!spiking || i + 4 <= n_shown) { set format x '' }
            if (column) { set format y '' } else { set ylabel (spiking ? 'spiking: unit' : 'rate: unit') offset 0.5,0 }
            if (column == 0) { set ytics offset -0.5,0 }
            if (i == 1 && !spiking) {
                eval key_at(left, 0.2)
                do for [k = 1:3] { if (units[k]) { eval key_box(sprintf("fc rgb '%s' fs solid noborder", population_color(k)), population(k)) } }
                if (n_stimuli) { eval key_box("fc rgb grey fs solid noborder", 'stimulus') }
                eval sprintf("set label 'bins of %g ms; colours: square root%s' at screen %.5f, screen %.5f left", bin_ms, n_shown < n_all_types ? sprintf('; the first %d of %d types', n_shown, n_all_types) : '', (key_x + 0.2) / width_cm, 1 - 0.2 / height_cm)
            }
            eval stimulus_bars(i)
            eval population_bars
            plot data index sprintf('type %d %s', i, spiking ? 'rate' : 'r') matrix using (t_from + ($1 + 0.5) * bin_ms):(($2 + 0.5) * units_a_row):(sqrt($3)) with image
        }
    }
    eval panel_at(width_cm - 4.3, top + (pairs == 1 ? 0.9 : heat_cm), 4, 4)
    eval letter(2)
    eval span('x', r_low, r_high, 0.05)
    eval ticks('x', r_low, r_high, 4)
    eval span('y', hz_low, hz_high, 0.05)
    eval ticks('y', hz_low, hz_high, 5)
    set xlabel 'mean r'
    set ylabel 'mean rate (Hz)'
    if (known(correlation[1])) { set title sprintf('correlation %.2f%s', correlation[1], sprintf('%.2f', correlation[1]) eq sprintf('%.2f', correlation[2]) ? '' : sprintf(' to %.2f', correlation[2])) }
    plot for [k = 1:3] data index population(k).' means' using 1:2 with points pt 7 ps 0.3 * dots lc rgb population_color(k) title population(k)
    eval end
}
