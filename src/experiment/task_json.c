/* A task as JSON: what it is called, its size, settings and names. */
#include "experiment/results_json.h"

json_t *srnn__task_settings_json(const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    json_t *json = json_pack("{sssisisi}", "name", def->name, "T", def->T, "n_in", def->n_in,
                             "n_out", def->n_out);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const srnn_task_setting *setting = srnn_task_setting_at(i);
        const double value = srnn_task_setting_get(&def->settings, i);
        if (value >= 0)
            json = srnn__json_with(json, setting->name,
                                   setting->whole ? json_integer((json_int_t)value)
                                                  : json_real(value));
    }
    return json;
}

static json_t *task_channels_json(const char *const *names, const char *const *units, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        list = srnn__json_append(list, json_pack("{ssss}", "name", names[i], "unit", units[i]));
    return list;
}

static json_t *types_json(const srnn_task_def *def)
{
    json_t *names = json_array();
    for (int i = 0; i < def->n_types; i++)
        names = srnn__json_append(names, json_string(def->type_names[i]));
    return names;
}

static json_t *parameters_json(const srnn_task_def *def)
{
    json_t *json = json_object();
    for (int i = 0; i < def->n_parameters; i++)
        json = srnn__json_with(json, def->parameter_names[i], json_real(def->parameters[i]));
    return json;
}

json_t *srnn__task_summary_json(const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    return srnn__json_join(
        srnn__task_settings_json(task),
        json_pack("{sosososo}", "inputs",
                  task_channels_json(def->input_names, def->input_units, def->n_in), "outputs",
                  task_channels_json(def->output_names, def->output_units, def->n_out), "types",
                  types_json(def), "parameters", parameters_json(def)));
}

char *srnn_task_summary_json(const srnn_task *task)
{
    return srnn__json_text_of(srnn__task_summary_json(task));
}
