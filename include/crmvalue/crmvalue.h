/*
 * crmvalue.h - the whole of libcrmvalue.
 *
 *     transactions --append--> ledger --derive--> frame --score--> scores, tiers, reasons
 *     customers (attributes) -----------------------^        ^
 *     model (JSON) -----------------------------------------'
 *
 *     status.h   how a call ends, and how it runs
 *     column.h   how tables come in
 *     model.h    the scorecard
 *     ledger.h   what each customer bought, per day
 *     frame.h    customers x metrics, as of a date
 *     score.h    scores, tiers and reasons
 *     calibrate.h   scales, weights and cuts that are found from a population
 *     lifetime.h    purchase processes and spend: what customers will buy
 *     robustness.h  how firm tiers are against other weights
 *
 * libcrmvalue-fit has a header of its own, fit.h.
 */
#ifndef CRMVALUE_CRMVALUE_H
#define CRMVALUE_CRMVALUE_H

#include "calibrate.h"
#include "column.h"
#include "frame.h"
#include "ledger.h"
#include "lifetime.h"
#include "model.h"
#include "robustness.h"
#include "score.h"
#include "status.h"

#endif
