/*
 * intake.h - taking in what the command line names, and telling people how that went.
 *
 * What came in and what was set aside goes to the standard error, unless they asked for quiet. Trouble with the data is
 * told in any case: as a warning where results still mean something, as a failure where no row could be used.
 */
#ifndef CRMVALUE_PROGRAM_INTAKE_H
#define CRMVALUE_PROGRAM_INTAKE_H

#include "inputs.h"

/* inputs_read, told. */
bool intake_read(inputs *taken, const options *asked, failure *why);

/* Tells what the files of this run brought (`of_files`), or the ledger with them; fails where no row of theirs could be
 * used. */
bool intake_tell_files(inputs *taken, bool of_files, failure *why);

/* inputs_derive, told. */
bool intake_derive(inputs *taken, failure *why);

#endif
