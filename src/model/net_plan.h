/* net_plan.h: where the arrays of a network's passes lie in a workspace. Arrays that are not needed at the same time have the same
 * place, and a node may write in place of what it alone reads. Only for this room. */
#ifndef SB_MODEL_NET_PLAN_H
#define SB_MODEL_NET_PLAN_H

#include "base/context.h"

#include <stddef.h>

typedef struct sb_net sb_net;

/* What a workspace is for. Arrays that one pass leaves for another have places of their own where r-passes may follow, so that these
 * may be repeated. */
typedef enum { SB_NET_EVALUATE, SB_NET_FIRST_ORDER, SB_NET_SECOND_ORDER, SB_NET_USES } sb_net_use;

/* A node's arrays, each (W,size,ld). */
typedef enum {
    SB_AT_X,    /* what the node gives */
    SB_AT_KEPT, /* norm: xhat; silu: slope; attention: p */
    SB_AT_R,    /* norm */
    SB_AT_G,    /* derivative by X of sum_b ds_b . s_b */
    SB_AT_DP,   /* attention: derivatives by p, and by what enters softmax */
    SB_AT_DX,
    SB_AT_RX,   /* derivatives along v */
    SB_AT_RP,
    SB_AT_RG,
    SB_AT_RDP,
    SB_AT_RDX,
    SB_AT_WORK, /* of one node in one pass */
    SB_ROLES
} sb_role;

typedef struct {
    size_t room;              /* numbers for each sample */
    size_t (*place)[SB_ROLES]; /* (count) in numbers for each sample; SIZE_MAX: there is no such array */
} sb_net_plan;

sb_status sb_net_plan_create(sb_context *ctx, const sb_net *net, sb_net_use use, sb_net_plan *plan);
void sb_net_plan_free(sb_net_plan *plan);

#endif
