"""Lesson 5: a study of two conditions, three networks of each; what came out, and one of them. Run it
again, and what is in the folder is not computed again.
Usage: 05_study.py [training trials at most]"""
import sys

import spikernn

n_trials = int(sys.argv[1]) if len(sys.argv) > 1 else 6000


def show(event):
    if event.kind == 'network':
        print('%d of %d: %s, seed %d: %s' % (event.done, event.total, event.condition, event.seed,
                                             event.sentence or event.state))


study = spikernn.study({
    'study': 'refractory periods',
    'task': 'go-nogo',
    'options': {'N': 100, 'n_trials': n_trials, 'decay_taus': [4, 20], 'conversion': 'scaling-factor'},
    'conditions': [{'name': 'none', 'tref_ms': 0}, {'name': '2 ms', 'tref_ms': 2}],
    'seeds': range(1, 4)}, 'refractory', on_event=show)

# Both conditions share their trainings: three networks were trained.
print('%d trainings' % study.plan(timed=False)['stages']['train'])
for condition in study.conditions:
    accuracy = condition['measures'].get('evaluation.spiking.accuracy', {'n': 0})
    if accuracy['n']:
        print('%s: accuracy %.3f, median of %d' % (condition['name'], accuracy['median'], accuracy['n']))
    else:
        print('%s: no network learned the task' % condition['name'])

study.save_table('refractory.csv')  # a row a network; pandas: pandas.DataFrame(study.table())
model = study.model('2 ms', 1)
print('%d units, trained in %d trials' % (model.params.N, model.training()['n_losses']))
