/*
 * commands.h - what `crmvalue` can be asked to do. Each command returns true when done; *status then is its exit
 * status.
 */
#ifndef CRMVALUE_PROGRAM_COMMANDS_H
#define CRMVALUE_PROGRAM_COMMANDS_H

#include "options.h"

bool command_check(const options *asked, int *status, failure *why);
bool command_score(const options *asked, int *status, failure *why);
bool command_explain(const options *asked, int *status, failure *why);
bool command_fit(const options *asked, int *status, failure *why);
bool command_robustness(const options *asked, int *status, failure *why);
bool command_validate(const options *asked, int *status, failure *why);

/* `crmvalue ledger ...` */
bool command_append(const options *asked, int *status, failure *why);
bool command_info(const options *asked, int *status, failure *why);
bool command_merge(const options *asked, int *status, failure *why);
bool command_withdraw(const options *asked, int *status, failure *why);
bool command_erase(const options *asked, int *status, failure *why);

#endif
