#ifndef SRNN_CORE_PRESETS_H
#define SRNN_CORE_PRESETS_H

/* What options and declarations of tasks call the presets: by srnn_preset, NULL-terminated. */
extern const char *const srnn__preset_names[];

#endif
