#include "core/presets.h"

#include <stddef.h>

const char *const srnn__preset_names[] = {"standard", "published", "robust", NULL};
