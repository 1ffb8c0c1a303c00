# Every option that cannot be: one sentence, exit code 2, nothing written.
. "$SOURCE_DIR/tests/cli/expect.bash"

train="train --task go-nogo --n_trials 5"

# Numbers
for option in N som_N batch n_trials eval_freq eval_trials min_trials T stim_on stim_dur delay seed threads; do
    refused "--$option|'12abc'|whole number" $train --$option 12abc
    refused "--$option|''|whole number" $train --$option ""
    refused "--$option|' 5'" $train --$option " 5"
    refused "--$option|'1.5'|whole number" $train --$option 1.5
    refused "--$option|'nan'" $train --$option nan
    refused "--$option|-3|or more" $train --$option -3
    refused "--$option|99999999999999999999|at most" $train --$option 99999999999999999999
done
for option in gain P_inh P_rec grad_clip noise taus_gaus_mean lr loss_threshold perf_threshold eval_amp_thresh decay_taus; do
    refused "--$option|'0.5x'|number" $train --$option 0.5x
    refused "--$option|''|number" $train --$option ""
    refused "--$option|'nan'|finite" $train --$option nan
    refused "--$option|'inf'|finite" $train --$option inf
    refused "--$option|'-inf'|finite" $train --$option -inf
    refused "--$option|'1e999'|finite" $train --$option 1e999
done

# Ranges
refused "N is|16001" $train --N 16001
refused "N x T|2.68435e+08|2^28" $train --N 1024 --T 262144
refused "eval_trials|3.998e+08|2^28" $train --N 20 --T 2000 --eval_trials 200000
refused "P_inh|-0.1|0 to 1" $train --P_inh -0.1
refused "P_inh|1.5|0 to 1" $train --P_inh 1.5
refused "P_rec|0|above 0" $train --P_rec 0
refused "P_rec|1.01|1" $train --P_rec 1.01
refused "som_N|19|inhibitory" $train --N 20 --som_N 19
refused "som_N|1|inhibitory" $train --N 20 --apply_dale False --som_N 1
refused "gain|0|above 0" $train --gain 0
refused "lr|0|above 0" $train --lr 0
refused "batch|65|64" $train --batch 65
refused "batch|0|1" $train --batch 0
refused "--learn|'weights'|w, w_out, b_out, taus or w_in" $train --learn w,weights
refused "--learn|''" $train --learn w,
refused "grad_clip|0|above 0" $train --grad_clip 0
refused "noise|-0.1|0 or more" $train --noise -0.1
refused "--preset|'robst'|did you mean robust" $train --preset robst
refused "--balanced|'maybe'" $train --balanced maybe
refused "lr|-1|above 0" $train --lr -1
refused "perf_threshold|1|below 1" $train --perf_threshold 1
refused "perf_threshold|-0.5|0" $train --perf_threshold -0.5
refused "loss_threshold|0|above 0" $train --loss_threshold 0
refused "eval_amp_thresh|0|above 0" $train --eval_amp_thresh 0
refused "n_trials|0|1 or more" $train --n_trials 0
refused "--delay|10|go-nogo" $train --delay 10
refused "T|1|2 or more" $train --T 1
refused "seed|9007199254740993|9007199254740992" $train --seed 9007199254740993
refused "threads|1025|1024" $train --threads 1025

# Time constants
refused "taus|0|above 0" $train --decay_taus 0
refused "taus|-4|above 0" $train --decay_taus -4
refused "taus|-20|above 0" $train --decay_taus 4 -20
refused "taus|20 4|smaller one first" $train --decay_taus 20 4
refused "taus|4 4" $train --decay_taus 4 4
refused "--decay_taus|'30'|one or two" $train --decay_taus 4 20 30
refused "--decay_taus|'2x'" $train --decay_taus 4 2x
refused "--decay_taus|4,20,30|at most 2" $train --decay_taus=4,20,30
refused "--decay_taus|'x'" $train --decay_taus 4,x

# Windows of the task
refused "T|60" $train --T 60
refused "T is 200|stim_on 190|241" $train --stim_on 190
refused "T is 200|stim_dur 180|256" $train --stim_dur 180
refused "stim_on is 2147483647|0 to 10000000" $train --stim_on 2147483647

# Names
refused "--act|'relu'|clipped_relu" $train --act relu
refused "--act|'sigmoidd'|did you mean sigmoid" $train --act sigmoidd
refused "--loss_fn|'l3'|l2 or l1" $train --loss_fn l3
refused "--w_dist|'gauss'|did you mean gaus" $train --w_dist gauss
refused "--adam|'torch'|standard or tensorflow" $train --adam torch
refused "--apply_dale|'maybe'|True or False" $train --apply_dale maybe
refused "'go-nogoo'|did you mean 'go-nogo'" train --task go-nogoo
refused "'chess'" train --task chess
refused "task is missing|go-nogo" train
refused "--mode|'eval'|spikernn eval --network rate MODEL" $train --mode eval
refused "--mode|'test'|train" $train --mode test

# Options themselves
refused "'--n_trails'|did you mean '--n_trials'" $train --n_trails 5
refused "'--n_trails'|did you mean '--n_trials'" $train --n_trails=5
refused "'--frobnicate'|--help" $train --frobnicate
refused "'-x'" $train -x
refused "'-xyz'" $train --N 5 -xyz
refused "'--eval_'|ambiguous" $train --eval_ 5
refused "'--task'|no value" train --task
refused "'--quiet'|no value|'3'" $train --quiet=3
refused "--output_dir|''" $train --output_dir ""
refused "'extra'|not expected" $train extra
refused "'--n_trials'|unknown" info --n_trials 3 model.mat

# Scaling factors
search="search model.mat"
refused "--scaling_factors|75:20:5|empty range" $search --scaling_factors 75:20:5
refused "--scaling_factors|20:75:0|step above 0" $search --scaling_factors 20:75:0
refused "--scaling_factors|20:75:-5|step above 0" $search --scaling_factors 20:75:-5
refused "--scaling_factors|0:75:5|above 0" $search --scaling_factors 0:75:5
refused "--scaling_factors|20,-3|-3|above 0" $search --scaling_factors 20,-3
refused "--scaling_factors|20:75|START:STOP:STEP" $search --scaling_factors 20:75
refused "--scaling_factors|20:75:5:1" $search --scaling_factors 20:75:5:1
refused "--scaling_factors|20,,30" $search --scaling_factors 20,,30
refused "--scaling_factors|20:x:5|'x'" $search --scaling_factors 20:x:5
refused "--scaling_factors|nan" $search --scaling_factors nan
refused "--scaling_factors|74001|1000" $search --scaling_factors 1:75:0.001
refused "--scaling_factors|1000000|1000" $search --scaling_factors 1e-6:1:1e-6
refused "--n_trials|0" $search --n_trials 0
refused "--scaling_factor|0|above 0" eval model.mat --scaling_factor 0
refused "--scaling_factor|-5|above 0" eval model.mat --scaling_factor -5
refused "--precision|'half'|float or double" eval model.mat --precision half

# Arguments
refused "argument is missing|MODEL" search
refused "argument is missing|MODEL" eval
refused "argument is missing|MODEL" info
refused "'b.mat'|not expected" eval a.mat b.mat
refused "task is missing|go-nogo" run
refused "'xor'|twice|'go-nogo'" run xor --task go-nogo
refused "'go-nogoo'" run go-nogoo
refused "lr|-1" run go-nogo --lr -1
refused "'xor'|not expected" run go-nogo xor

SPIKERNN_ISA=mmx refused "SPIKERNN_ISA|'mmx'|baseline" run go-nogo
