/* Units of measure: the rate network's step and the simulation's. */
#ifndef SRNN_CORE_UNITS_H
#define SRNN_CORE_UNITS_H

#define SRNN__RATE_STEP_MS 5.0
#define SRNN__STEP_MS 0.05 /* of the simulation, before downsample */
#define SRNN__STEP_S 5e-5

#endif
