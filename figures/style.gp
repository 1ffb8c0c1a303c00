# How all figures look, and what their scripts share. To change the look for good, put lines like those
# below, as many as you like, into ~/.config/spikernn/figures/style.gp, or into a file for --style.

# ---- sizes, fonts, lines ----
column_cm = 8.5                 # widths in print
page_cm = 17.5
font_pt = 7
png_font = 'DejaVu Sans'
svg_font = 'sans-serif'
pdf_font = 'DejaVu Sans'
png_dpi = 300
thin = 0.5                      # widths of lines, points
thick = 1.0
guide = 0.6                     # dashed lines
letters = 1                     # a, b, c at the panels; 0: none
letter_cm = 1.15                # left of the panel

# ---- colours: contrast of 3:1 or more on white, distinct for colour-blind readers ----
exc_color = '#D55E00'
pv_color = '#0072B2'
som_color = '#8B5FBF'
rate_color = '#000000'
spiking_color = '#C2185B'
type_colors = '#117733 #AA7700 #00909A #882255 #6F7F00 #8B4513 #2B3F9E #B0573B'
grey = '#767676'
shade = '#E6E6E6'               # stimuli
heat = "(0 '#440154', 0.125 '#482878', 0.25 '#3E4A89', 0.375 '#31688E', 0.5 '#26828E', 0.625 '#1F9E89', 0.75 '#35B779', 0.875 '#6DCD59', 1 '#FDE725')"
signed = "(-1 '#053061', -0.6 '#2166AC', -0.25 '#92C5DE', 0 '#FFFFFF', 0.25 '#F4A582', 0.6 '#B2182B', 1 '#67001F')"

# ==== what the scripts share; --style and your style.gp change what stands above ====

size = font_pt / 7.              # lengths below, and in the scripts, are those at 7 points
column_cm = column_cm / size
page_cm = page_cm / size

color(i) = word(type_colors, (i - 1) % 8 + 1)
dash(i) = (i - 1) / 8 + 1
population(k) = word('exc PV SOM', k)
population_color(k) = k == 1 ? exc_color : k == 2 ? pv_color : som_color
network(k) = word('rate spiking', k)
network_color(k) = k == 1 ? rate_color : spiking_color

# ---- files: `eval begin(format)`, panels, `eval end` ----
if (!exists('formats')) formats = 'png svg'
data = name.'.dat'
text = 0                        # 1: characters in a terminal, a panel below the other

in_inches(cm) = cm * size / 2.54
terminal(format) = \
    format eq 'png' ? sprintf("set terminal pngcairo size %.0f,%.0f font '%s,%g' fontscale %g linewidth %g pointscale %g background '#FFFFFF'", in_inches(width_cm) * png_dpi, in_inches(height_cm) * png_dpi, png_font, font_pt, png_dpi / 96., png_dpi / 72., png_dpi / 72.) : \
    format eq 'svg' ? sprintf("set terminal svg size %.0f,%.0f fixed enhanced font '%s,%g' fontscale %g linewidth %g name 'figure_%s' background '#FFFFFF'", in_inches(width_cm) * 96, in_inches(height_cm) * 96, svg_font, font_pt, 96 / 72., 96 / 72., id(name)) : \
    format eq 'pdf' ? sprintf("set terminal pdfcairo size %g,%g font '%s,%g' fontscale 0.75 linewidth 2 pointscale 1.2 background '#FFFFFF'", in_inches(width_cm), in_inches(height_cm), pdf_font, font_pt) : \
    sprintf("set terminal dumb size %d,%d noenhanced aspect 2,1 %s", text_columns, text_lines, text_color ? 'ansi256' : 'mono')
id(s) = strstrt(s, '-') ? substr(s, 1, strstrt(s, '-') - 1).'_'.id(substr(s, strstrt(s, '-') + 1, strlen(s))) : s
begin(format) = (text = format eq 'dumb', dots = format eq 'svg' ? 1.6 : 1, \
    'unset multiplot; '.terminal(format).(text ? '' : sprintf("; set output '%s.%s'; set multiplot", name, format)))
end = 'unset multiplot; unset output'

# ---- panels: in a grid of columns x rows, or at a place; lengths in cm from the upper left ----
columns = 1
rows = 1
left = 1.3                      # margins around all panels
right = 0.35
top = 0.5
bottom = 0.95
gap_x = 0.6                     # between them
gap_y = 0.5

axes_in_print = 'set minussign; set border 3 lw thin; set tics out nomirror scale 0.4 offset 0,0.2; set ytics offset 0.3,0; set xlabel offset 0,0.5; set ylabel offset 0.8,0; set title offset 0,-0.5; unset key; set datafile missing "NaN"; set style fill noborder; set encoding utf8'
axes_in_text = 'set border 3; set tics nomirror; set key above noenhanced; set datafile missing "NaN"; set encoding utf8'
height_of(n, panel) = top + n * panel + (n - 1) * gap_y + bottom     # of a figure
panel_at(x, y, w, h) = (panel_x = x, panel_y = y, panel_w = w, panel_h = h, 'reset; '.(text ? axes_in_text : \
    sprintf('%s; set lmargin at screen %.5f; set rmargin at screen %.5f; set tmargin at screen %.5f; set bmargin at screen %.5f', \
            axes_in_print, x / width_cm, (x + w) / width_cm, 1 - y / height_cm, 1 - (y + h) / height_cm)))
panel(column, row) = (cell_w = (width_cm - left - right - (columns - 1) * gap_x) / columns, \
    cell_h = (height_cm - top - bottom - (rows - 1) * gap_y) / rows, \
    panel_at(left + column * (cell_w + gap_x), top + row * (cell_h + gap_y), cell_w, cell_h))
letter(n) = text || !letters ? '' : sprintf("set label '{/:Bold %s}' at screen %.5f, screen %.5f left front", \
    substr('abcdefghijklmnopqrstuvwxyz', n, n), (panel_x > letter_cm ? panel_x - letter_cm : 0.05) / width_cm, 1 - (panel_y - 0.22) / height_cm)
note(words) = text ? '' : sprintf("set label '%s' at screen %.5f, screen %.5f right tc rgb grey", words, 1 - 0.1 / width_cm, 1 - 0.2 / height_cm)

# ---- axes ----
step(least) = least > 0 ? (power = 10.0**floor(log10(least)), digit = least / power * (1 - 1e-9), \
    power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10)) : 1   # 1, 2 or 5 times a power of ten
tick_words(s) = strstrt(s, '%') ? substr(s, 1, strstrt(s, '%')).'%'.tick_words(substr(s, strstrt(s, '%') + 1, strlen(s))) : s   # where they are a format
below(x) = x == 0 ? 0 : sgn(x) * (s = step(abs(x)), s <= abs(x) * (1 + 1e-9) ? s : step(0.4 * s))   # of these, next to 0
many(low, high, s) = floor(high / s + 1e-9) - ceil(low / s - 1e-9) + 1
three(low, high, s) = many(low, high, s) < 3 ? step(0.4 * s) : s     # ticks at least
ticks(axis, low, high, n) = sprintf('set %stics %.9g', axis, three(low, high, three(low, high, step((high - low) / (text ? 4 : n)))))
span(axis, low, high, share) = sprintf('set %srange [%.9g:%.9g]', axis, low - share * (high - low), high + share * (high - low))
log_ticks(axis, low, high) = (listed = '', digits = high / low > 300 ? 1 : 3, \
    sum [e = floor(log10(low)):ceil(log10(high))] (sum [j = 1:digits] (v = (j == 1 ? 1 : j == 2 ? 2 : 5) * 10.0**e, \
        listed = v < low || v > high ? listed : listed.(strlen(listed) ? ', ' : '').sprintf('"%g" %g', v, v), 0)), \
    strlen(listed) ? sprintf('set %stics (%s)', axis, listed) : '')
known(x) = x == x
level(y, look) = known(y) ? sprintf('set arrow from graph 0, first %.9g to graph 1, first %.9g nohead %s', y, y, look) : ''
dashed = "lw guide dt 2 lc rgb 'black'"

# ---- time: t_from, t_to, from the onset of the first stimulus where has_onset ----
time_label = exists('has_onset') && has_onset ? 'time from stimulus onset (ms)' : 'time (ms)'
time_axis(n) = sprintf('set xrange [%.9g:%.9g]; ', t_from, t_to).ticks('x', t_from, t_to, n)
# One label for all panels, this far above the lower edge.
one_time_label(cm) = text ? '' : sprintf('set label time_label at screen %.5f, screen %.5f center', (left + 0.5 * (width_cm - left - right)) / width_cm, cm / height_cm)
# Shades the stimuli of a type; 0: of all types together.
shade_stimuli(type) = (shaded = '', sum [i = 1:(text ? 0 : n_stimuli)] (shaded = shaded.(stimulus_type[i] == type ? \
    sprintf('set object rectangle from %.9g, graph 0 to %.9g, graph 1 behind fc rgb shade fs solid noborder; ', stimulus_on[i], stimulus_off[i]) : ''), 0), shaded)

# ---- keys: samples with words, from left to right; the first at x, y ----
character_cm = 0.128
place(x, y) = sprintf('screen %.5f, screen %.5f', x / width_cm, 1 - y / height_cm)
key_at(x, y) = (key_left = x, key_x = x, key_y = y, '')
key_next(words) = (item_cm = 0.75 + character_cm * strlen(words), turn = key_x > key_left && key_x + item_cm > width_cm, \
    key_y = key_y + (turn ? 0.36 : 0), sample_x = turn ? key_left : key_x, key_x = sample_x + item_cm + 0.35)
key_words(words) = sprintf("; set label '%s' at %s left front", words, place(sample_x + 0.65, key_y))
key_line(look, words) = text ? '' : (key_next(words), \
    sprintf('set arrow from %s to %s nohead front %s', place(sample_x, key_y), place(sample_x + 0.5, key_y), look).key_words(words))
key_point(look, words) = text ? '' : (key_next(words), \
    sprintf("set label '' at %s point %s front", place(sample_x + 0.3, key_y), look).key_words(words))
key_box(look, words) = text ? '' : (key_next(words), \
    sprintf('set object rectangle from %s to %s front %s', place(sample_x + 0.1, key_y + 0.1), place(sample_x + 0.5, key_y - 0.1), look).key_words(words))

key_note(words) = text ? '' : (key_next(words), sprintf("set label '%s' at %s left front tc rgb grey", words, place(sample_x, key_y)))

# A panel for each type, in at most `most` columns: the number of rows, and of columns.
type_bands(most) = ceil(n_types / (1. * most))
type_band_columns(most) = ceil(n_types / (1. * type_bands(most)))

# The trial types as lines, in rows at the lower edge.
type_cm(x) = (longest = 1, sum [i = 1:n_types] (n = strlen(type[i]), longest = n > longest ? n : longest, 0), 1.1 + character_cm * longest)
type_columns(x) = (n = floor((width_cm - 0.3) / type_cm(0)), n < 1 ? 1 : n > n_types ? n_types : n)
type_rows(x) = ceil(1. * n_types / type_columns(0))
type_key_cm(x) = 0.36 * type_rows(0)
type_x(i) = (width_cm - type_columns(0) * type_cm(0)) / 2 + (i - 1) % type_columns(0) * type_cm(0)
type_y(i) = height_cm - type_key_cm(0) + 0.2 + 0.36 * ((i - 1) / type_columns(0))
type_key = "do for [i = 1:(text ? 0 : n_types)] { \
    eval sprintf('set arrow from %s to %s nohead lw thick lc rgb color(%d) dt dash(%d)', place(type_x(i), type_y(i)), place(type_x(i) + 0.5, type_y(i)), i, i); \
    eval sprintf('set label type[%d] at %s left noenhanced', i, place(type_x(i) + 0.65, type_y(i))) }"

stimulus_key = "if (n_stimuli > 0) { eval key_box('fc rgb shade fs solid noborder', 'stimulus') }"
left_out = "if (n_all_types > n_types) { eval note(sprintf('the first %d of %d trial types', n_types, n_all_types)) }"

# ---- histograms: of a measure, population k ----
histogram_axes(m, k, n) = sprintf("set xrange [%s_low:%s_high]; eval ticks('x', %s_low, %s_high, %d); top_count = %s_most[%d]; ", m, m, m, m, n, m, k). \
    "set yrange [0:(top_count > 0 ? 1.15 * top_count : 1)]; set ytics 0, top_count > 3 ? step(top_count / 4.5) : 1; ". \
    sprintf("middle = %s_median[%d]; if (known(middle)) { set arrow from middle, graph 0 to middle, graph 1 nohead front ", m, k).dashed." }"

# ---- of the networks, from has[1] and has[2]: for [k = first_network:last_network] ----
first_network = exists('has') && !has[1] ? 2 : 1
last_network = exists('has') && !has[2] ? 1 : 2

# ---- mean trajectories of trial types: axis y over axis x of blocks "NETWORK path" and so on ----
at_first = "pt 6 ps 0.6 * dots lw thick"
at_end = "pt 7 ps 0.6 * dots"
path_axis(axis, network, i, n) = span(axis, value(sprintf('%s%d_low', network, i)), value(sprintf('%s%d_high', network, i)), 0.06).'; '. \
    ticks(axis, value(sprintf('%s%d_low', network, i)), value(sprintf('%s%d_high', network, i)), n)
path_lines(network, x, y, look) = sprintf( \
    "for [i = 1:n_types] data index '%s path' every :::(i - 1)::(i - 1) using %d:%d with lines %s lc rgb color(i) dt dash(i) title type[i]", network, x, y, look).(text ? '' : sprintf( \
    ", for [i = 1:n_types] '' index '%s first' every ::(i - 1)::(i - 1) using %d:%d with points %s lc rgb color(i) notitle, for [i = 1:n_types] '' index '%s end' every ::(i - 1)::(i - 1) using %d:%d with points %s lc rgb color(i) notitle", \
    network, x, y, at_first, network, x, y, at_end))
path_plot(network, x, y) = path_axis('x', network, x, 4).'; '.path_axis('y', network, y, 5).'; plot '.path_lines(network, x, y, 'lw thick')
path_key(x) = text ? '' : key_point(at_first.' lc rgb grey', exists('has_onset') && has_onset ? sprintf('%.0f ms from onset', first_ms) : sprintf('at %.0f ms', first_ms)).'; '. \
    (has_onset ? key_point(at_end.' lc rgb grey', 'end of stimulus') : '')
