/*
 * questions.h - what every engine of the comparison is asked, answered by crmvalue.
 *
 *   Q1   per customer: count, first and last day, five sums
 *   Q1d  the same, and distinct purchase days
 *   Q2   six metrics through bands and weights into tiers, from the summary
 *   Q3   the lines in, scores and tiers out
 *   Q4   the summary's six metrics as percentiles, their mean, and its fifths as tiers: found and scored
 *   Q5   Q2's scores, and their fifths as tiers
 *   Q6   twelve metrics as percentiles, weighed by entropy, and the five natural classes of the score as tiers
 */
#ifndef CRMVALUE_BENCH_QUESTIONS_H
#define CRMVALUE_BENCH_QUESTIONS_H

#include "feed.h"

typedef struct answerer answerer;

/* Gets ready to answer; the lines must outlive it, and may be without rows where only Q2 is asked. NULL where that
 * fails. */
answerer *answerer_new(const feed *lines, int32_t threads);
void answerer_free(answerer *self);

/* Lets go of the last answer, so that the next question's time is its own. */
void answerer_forget(answerer *self);

/* Answers "Q1", "Q1d", "Q2" ... and keeps the answer; false where that fails. */
bool answerer_ask(answerer *self, const char *question);

/* Writes the answer as doubles, row by row, by ascending customer: whole numbers, amounts in minor units, days since
 * 1970-01-01; scores times 10,000 and the tier's position. */
bool answerer_write(const answerer *self, const char *question, const char *path);

/* Writes the summary that Q2 begins with. */
bool answerer_write_summary(answerer *self, const char *folder);

/* Reads it, as a frame, and where the twelve metrics of Q6 are wanted as one of these, too; gives the bytes that the
 * columns take, or -1 where that fails. */
int64_t answerer_read_summary(answerer *self, const char *folder, bool twelve);

#endif
