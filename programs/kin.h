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

#endif
