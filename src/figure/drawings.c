/* The figures that there are, in the order of a report. Titles and captions stand at the top of
   their scripts. */
#include "figure/drawings.h"

#define DRAWING(id, name)                                                                          \
    {                                                                                              \
        {name, srnn__##id##_title, srnn__##id##_caption}, srnn__##id##_script,                     \
            srnn__##id##_missing, srnn__write_##id                                                 \
    }

/* clang-format off */
const srnn__drawing srnn__drawings[] = {
    DRAWING(task, "task"),
    DRAWING(training, "training"),
    DRAWING(taus, "taus"),
    DRAWING(weights, "weights"),
    DRAWING(search, "search"),
    DRAWING(conversion, "conversion"),
    DRAWING(outputs, "outputs"),
    DRAWING(output_by_lambda, "output-by-lambda"),
    DRAWING(confusion, "confusion"),
    DRAWING(psychometric, "psychometric"),
    DRAWING(noise, "noise"),
    DRAWING(comparison, "comparison"),
    DRAWING(raster, "raster"),
    DRAWING(psth, "psth"),
    DRAWING(rates, "rates"),
    DRAWING(statistics, "statistics"),
    DRAWING(voltages, "voltages"),
    DRAWING(pca, "pca"),
    DRAWING(axes, "axes"),
    DRAWING(decoding, "decoding"),
    DRAWING(fixed_points, "fixed-points"),
    DRAWING(study_points, "study-points"),
    DRAWING(study_option, "study-option"),
    DRAWING(study_share, "study-share"),
    DRAWING(study_learning, "study-learning"),
    DRAWING(study_lambda, "study-lambda"),
};
/* clang-format on */
const int srnn__n_drawings = sizeof srnn__drawings / sizeof *srnn__drawings;
