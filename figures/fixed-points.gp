# Fixed points
# Fixed and slow points of the rate network with the last input of a trial held, in the plane of the first two
# principal components, with the mean trajectories of the trial types; and the eigenvalues of the Jacobian at up to
# 40 points of each kind: a point is stable where none is right of 0.
name = 'fixed-points'
load name.'.var'
load 'style.gp'

columns = 2
width_cm = 13
left = 1.4
top = 1
gap_x = 1.6
bottom = 1 + type_key_cm(0)
height_cm = height_of(1, 4.6)
kind(i) = word('stable unstable slow', i)
look(i, size) = sprintf(i == 1 ? "pt 13 ps %g * dots lc rgb 'black'" : i == 2 ? "pt 12 ps %g * dots lw thick lc rgb 'black'" : 'pt 8 ps %g * dots lw thick lc rgb grey', size)

do for [format in formats] {
    eval begin(format)
    eval panel(0, 0)
    eval letter(1)
    eval span('x', x_low, x_high, 0.06)
    eval ticks('x', x_low, x_high, 4)
    eval span('y', y_low, y_high, 0.06)
    eval ticks('y', y_low, y_high, 5)
    set xlabel 'PC1 of r (a.u.)'
    set ylabel 'PC2 of r (a.u.)'
    if (strlen(held[1])) { set title 'input of '.held[1].' held' noenhanced }
    eval key_at(0.3, 0.22)
    do for [i = 1:3] { if (points[i]) { eval key_point(look(i, 0.8), sprintf('%g %s', points[i], kind(i))) } }
    eval path_key(0)
    eval type_key
    eval left_out
    shown = path_lines('rate', 1, 2, 'lw thin')
    if (held_type && !text) { shown = shown.sprintf(", '' index 'rate path' every :::%d::%d using 1:2 with lines lw 2 * thick lc rgb color(%d) dt dash(%d) notitle", held_type - 1, held_type - 1, held_type, held_type) }
    do for [i = 3:1:-1] { if (points[i]) { shown = shown.sprintf(", '' index '%s points' using 1:2 with points %s title '%s'", kind(i), look(i, 0.8), kind(i)) } }
    eval 'plot '.shown
    eval panel(1, 0)
    eval letter(2)
    eval span('x', real_low, real_high, 0.06)
    eval ticks('x', real_low, real_high, 4)
    eval span('y', imaginary_low, imaginary_high, 0.06)
    eval ticks('y', imaginary_low, imaginary_high, 5)
    set xlabel 'real part of eigenvalues (1/s)'
    set ylabel 'imaginary part (1/s)'
    set arrow from 0, graph 0 to 0, graph 1 nohead back lw guide dt 2
    shown = ''
    do for [i = 3:1:-1] { if (points[i]) { shown = shown.sprintf("%s data index '%s eigenvalues' using 1:2 with points %s title '%s'", strlen(shown) ? ',' : 'plot', kind(i), look(i, 0.25), kind(i)) } }
    eval shown
    eval end
}
