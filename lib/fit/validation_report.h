/* validation_report.h - a validation in words and numbers. */
#ifndef CRMVI_FIT_VALIDATION_REPORT_H
#define CRMVI_FIT_VALIDATION_REPORT_H

#include "fit/validation.h"

extern const char *const crmvi_forecast_names[CRMVI_FORECASTS];
extern const char *const crmvi_forecaster_names[CRMVI_FORECASTERS];

/* Each is to be freed; NULL where memory is short. `model` is the text of the validation's model. */
char *crmvi_validation_verdict(const crmv_validation *validation);
char *crmvi_validation_json(const crmv_validation *validation, const char *model);
char *crmvi_validation_page(const crmv_validation *validation);

#endif
