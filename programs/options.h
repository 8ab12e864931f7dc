/*
 * options.h - the command line, read by one table.
 */
#ifndef CRMVALUE_PROGRAM_OPTIONS_H
#define CRMVALUE_PROGRAM_OPTIONS_H

#include "failure.h"

/* The commands, as bits: which of them takes an option. */
enum {
    COMMAND_CHECK = 1,
    COMMAND_SCORE = 2,
    COMMAND_EXPLAIN = 4,
    COMMAND_FIT = 8,
    COMMAND_ROBUSTNESS = 16,
    COMMAND_VALIDATE = 32,
    COMMAND_APPEND = 64, /* from here on `crmvalue ledger ...` */
    COMMAND_INFO = 128,
    COMMAND_MERGE = 256,
    COMMAND_WITHDRAW = 512,
    COMMAND_ERASE = 1024
};

/* What is fed to a ledger. */
enum { FEED_TRANSACTIONS, FEED_RECEIVABLES, FEED_EVENTS, FEEDS };

/* An option that can be given several times. */
typedef struct paths {
    const char **items;
    int32_t count;
} paths;

typedef struct options {
    int32_t command;
    const char *model;
    const char *ledger;
    paths feeds[FEEDS];
    paths rates;
    paths parts; /* the ledgers that are merged */
    const char *customers;
    int32_t as_of; /* CRMV_NO_DATE: not said */
    int32_t split; /* likewise */
    const char *out;
    const char *report;
    const char *customer;
    const char *batch;
    int32_t threads;
    double change; /* percent by which weights are changed */
    bool replace;
    bool values; /* the scores come with the values that they were made from */
    bool quiet;
    bool help;           /* --help stands behind the command */
    const char **memory; /* of all paths */
} options;

/* Reads what stands behind the command's name. The texts are those of the command line. */
bool options_read(options *asked, int32_t command, int count, char **arguments, failure *why);
void options_clear(options *asked);

/* How a command is called: "score", "ledger append". */
const char *command_name(int32_t command);

/* The name of a feed and the option that gives its files: "--receivables". */
const char *feed_name(int32_t feed);
const char *feed_option(int32_t feed);

/* How many files are fed to a ledger. */
int32_t options_feed_files(const options *asked);

#endif
