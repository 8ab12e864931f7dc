/*
 * unfinished.h - files that do not bear their names yet, and that a signal which ends the command takes with it.
 */
#ifndef CRMVALUE_PROGRAM_UNFINISHED_H
#define CRMVALUE_PROGRAM_UNFINISHED_H

/* From here on an interrupt (SIGINT), a hang-up or a termination removes them before it ends the process. A signal that
 * whoever started the command has it ignore stays ignored. To be called once, before there is a second thread. */
void unfinished_watch(void);

/* mkstemp for such a file: no signal comes between its being made and its being known. */
int unfinished_make(char *path);

/* It has its name, or is gone. */
void unfinished_forget(const char *path);

#endif
