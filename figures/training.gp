# Training
# Loss and share of correct trials over training: grey are training trials (means over neighbours, where
# there are many), points are evaluations on fresh trials, dashed lines the criterion that ends the training.
# A trial without an answer counts as wrong, so that the share may fall below chance.
name = 'training'
load name.'.var'
load 'style.gp'

has_loss = has_losses || has_eval_losses
rows = has_loss + has_accuracy
width_cm = column_cm
height_cm = height_of(rows, rows == 2 ? 2.45 : 3)
mean_of = trials_a_point > 1 ? sprintf('means of %g trials', trials_a_point) : 'single trials'

do for [format in formats] {
    eval begin(format)
    row = 0
    if (has_loss) {
        eval panel(0, row)
        row = row + 1
        if (rows > 1) { eval letter(row) }
        set logscale y
        eval span('x', 0, last_trial, 0)
        eval ticks('x', 0, last_trial, 5)
        set yrange [loss_low / 1.3:loss_high * 1.3]
        eval log_ticks('y', loss_low / 1.3, loss_high * 1.3)
        set ylabel 'loss'
        if (rows == 1 || text) { set xlabel 'trial' } else { set format x '' }
        eval level(loss_criterion, dashed)
        eval key_at(0.6, 0.22)
        if (has_losses) { eval key_line("lw thin lc rgb grey", mean_of) }
        if (has_eval_losses) { eval key_point("pt 7 ps 0.35 * dots lc rgb 'black'", 'evaluations') }
        if (known(loss_criterion) || known(accuracy_criterion)) { eval key_line(dashed, 'criterion') }
        plot data index 'losses' using 1:2 with lines lw thin lc rgb grey title mean_of, \
             '' index 'evaluations' using 1:2 with points pt 7 ps 0.35 * dots lc rgb 'black' title has_eval_losses ? 'evaluations' : ''
    }
    if (has_accuracy) {
        eval panel(0, row)
        row = row + 1
        if (rows > 1) { eval letter(row) }
        eval span('x', 0, last_trial, 0)
        eval ticks('x', 0, last_trial, 5)
        set xlabel 'trial'
        set yrange [-0.04:1.04]
        set ytics 0.25
        set ylabel 'correct trials' offset 1.6,0
        eval level(accuracy_criterion, dashed)
        plot data index 'evaluations' using 1:3 with linespoints pt 7 ps 0.35 * dots lw thick lc rgb 'black' title 'evaluations'
    }
    eval end
}
