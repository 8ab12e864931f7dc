/* rows.h - the frame's columns, row by row. */
#ifndef CRMVI_FRAME_ROWS_H
#define CRMVI_FRAME_ROWS_H

#include "base/parallel.h"
#include "frame/slice.h"

/*
 * Makes the columns of the frame, whose rows are joined, and derives them: metrics, starts, amounts, what is missing,
 * and the keys where the rows are all customers. Errors: CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED;
 * CRMVI_UNSEEN where the rows are all customers and one of them should not be there. Then what the frame holds is to be
 * let go.
 */
int32_t crmvi_rows_derive(const crmvi_derivation *whole, const crmvi_runner *runner, crmv_error *error);

#endif
