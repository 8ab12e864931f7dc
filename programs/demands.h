/* demands.h - what a command needs, and which of its files must not be the same. */
#ifndef CRMVALUE_PROGRAM_DEMANDS_H
#define CRMVALUE_PROGRAM_DEMANDS_H

#include "options.h"

/* Whether everything is there for the command to do anything, and no file is read twice or written over. */
bool demands_met(const options *asked, failure *why);

#endif
