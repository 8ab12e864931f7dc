/*
 * options.h - the command line, read by one table.
 */
#ifndef CRMVALUE_PROGRAM_OPTIONS_H
#define CRMVALUE_PROGRAM_OPTIONS_H

#include "failure.h"

/* The commands, as bits: which of them takes an option. */
enum { COMMAND_CHECK = 1, COMMAND_SCORE = 2, COMMAND_EXPLAIN = 4 };

typedef struct options {
    int32_t command;
    const char *model;
    const char **transactions; /* one path a batch */
    int32_t transaction_count;
    const char *customers;
    int32_t as_of; /* CRMV_NO_DATE: not said */
    const char *out;
    const char *report;
    const char *customer;
    int32_t threads;
    bool values; /* the scores come with the values that they were made from */
    bool quiet;
    bool help; /* --help stands behind the command */
} options;

/* Reads what stands behind the command's name. The texts are those of the command line. */
bool options_read(options *asked, int32_t command, int count, char **arguments, failure *why);
void options_clear(options *asked);

#endif
