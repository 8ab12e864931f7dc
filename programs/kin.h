/*
 * kin.h - the customers whose transactions a customer's row is derived from: other numbers of the same customer,
 * those rolled up into it, and those that buy through it as their dealer, as the customer table says. A customer who is
 * rolled up has the row of the one at the top.
 */
#ifndef CRMVALUE_PROGRAM_KIN_H
#define CRMVALUE_PROGRAM_KIN_H

#include "inputs.h"

/* The keys, the customer's own among them: the members of an object, which is the caller's to let go of with
 * json_decref. NULL where memory is short. */
json_t *kin_of(const inputs *taken, const char *customer);

/* The keys that a role's column ("parent", "alias_of" or "dealer") names and that have no row in the table: likewise,
 * in the order in which they are first named. Empty where there is no such column. */
json_t *kin_without_row(const inputs *taken, const char *role);

#endif
