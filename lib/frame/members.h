/* members.h - what a frame keeps of the groups whose tops its rows are. */
#ifndef CRMVI_FRAME_MEMBERS_H
#define CRMVI_FRAME_MEMBERS_H

#include "frame/frame.h"
#include "frame/groups.h"

/*
 * Writes how many customers each row stands for, and which row those stand in who have none of their own. `facts` are
 * the ledger's as they were before they were rolled up; NULL without a ledger. False where memory is short. Cost: log n
 * for each node.
 */
bool crmvi_members_write(const crmvi_groups *groups, const crmvi_facts *facts, int32_t as_of, crmv_frame *frame);

#endif
