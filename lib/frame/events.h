/* events.h - the texts of events, for those who list the ones that the model does not name. */
#ifndef CRMVI_FRAME_EVENTS_H
#define CRMVI_FRAME_EVENTS_H

#include "frame/derivation.h"

/* The text of the last event with one, of the recipe's name and within its span: its position in the events' texts; -1
 * where there is none. */
int32_t crmvi_last_event_text(const crmvi_derivation *whole, const crmvi_recipe *recipe, int64_t row);

#endif
