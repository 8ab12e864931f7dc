/*
 * summary.h - what came in and what came out, for people, on the standard error.
 */
#ifndef CRMVALUE_PROGRAM_SUMMARY_H
#define CRMVALUE_PROGRAM_SUMMARY_H

#include "overview.h"

/* The rows that came in and those set aside: of the feeds once the ledger is filled (`of_files`: only of the files of
 * this run), of the customer table once the frame is derived. */
void summary_of_feeds(const inputs *taken, bool of_files, FILE *file);
void summary_of_customers(const inputs *taken, FILE *file);

/* The day to look back from, in a line and on one. */
void summary_write_date(const inputs *taken, FILE *file);
void summary_of_date(const inputs *taken, FILE *file);

/* Tiers, segments, unrated customers, rules, missing values, and what it was all computed from. */
void summary_of_scores(const overview *whole, FILE *file);

#endif
