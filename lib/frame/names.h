/* names.h - texts of the customer table that a frame keeps: names of customers, categories that the model lacks. */
#ifndef CRMVI_FRAME_NAMES_H
#define CRMVI_FRAME_NAMES_H

#include "frame/derivation.h"

/* Writes the customers' names into the frame, where the table has them. False where memory is short. */
bool crmvi_names_write(const crmvi_derivation *whole);

/* Lists, per metric, the categories that the model does not name. False where memory is short. */
bool crmvi_unlisted_write(const crmvi_derivation *whole);

#endif
