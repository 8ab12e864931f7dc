/* weighing.h - what a request for weights says: of whom, by which judgements, or by what happened afterwards. */
#ifndef CRMVI_FIT_WEIGHING_H
#define CRMVI_FIT_WEIGHING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct crmvi_weighing {
    char **of; /* the members' names, in the request's order */
    int32_t count;

    /* By judgements. */
    double *judgements;   /* count x count as crmv_ahp_weights takes them; NULL: no request of that kind */
    double *written;      /* the same as they were written: those of the lower triangle were turned round */
    int32_t method;       /* CRMV_AHP_... */
    int32_t random_index; /* CRMV_RANDOM_... */

    /* By outcome. */
    char *explain;   /* the outcome's name; NULL: no request of that kind */
    bool by_rank;    /* by rank correlation; else by least squares */
    double held_out; /* percent of the customers */
} crmvi_weighing;

/* Reads the JSON of a request as crmv_request has it (its operation: "ahp" or "outcome"). False where memory is short.
 */
bool crmvi_weighing_read(const char *text, const char *operation, crmvi_weighing *out);
void crmvi_weighing_clear(crmvi_weighing *weighing);

#endif
