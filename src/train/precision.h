/* precision.h: the functions of this room that exist in both precisions (kernels/real.h). */
#ifndef SB_TRAIN_PRECISION_H
#define SB_TRAIN_PRECISION_H

#include "model/precision.h"

#ifdef SB_FLOAT
#define sb_source_create SB_REAL_NAME(sb_source_create)
#define sb_source_free SB_REAL_NAME(sb_source_free)
#define sb_device_open SB_REAL_NAME(sb_device_open)
#define sb_device_is_gpu SB_REAL_NAME(sb_device_is_gpu)
#define sb_device_check SB_REAL_NAME(sb_device_check)
#define sb_server SB_REAL_NAME(sb_server)
#define sb_server_create SB_REAL_NAME(sb_server_create)
#define sb_server_free SB_REAL_NAME(sb_server_free)
#define sb_server_begin SB_REAL_NAME(sb_server_begin)
#define sb_server_average SB_REAL_NAME(sb_server_average)
#define sb_team SB_REAL_NAME(sb_team)
#define sb_team_create SB_REAL_NAME(sb_team_create)
#define sb_team_free SB_REAL_NAME(sb_team_free)
#define sb_team_round SB_REAL_NAME(sb_team_round)
#define sb_teams SB_REAL_NAME(sb_teams)
#define sb_minibatch SB_REAL_NAME(sb_minibatch)
#define sb_minibatch_parts SB_REAL_NAME(sb_minibatch_parts)
#define sb_minibatch_create SB_REAL_NAME(sb_minibatch_create)
#define sb_minibatch_free SB_REAL_NAME(sb_minibatch_free)
#define sb_minibatch_workers SB_REAL_NAME(sb_minibatch_workers)
#define sb_minibatch_narrow SB_REAL_NAME(sb_minibatch_narrow)
#define sb_minibatch_gradient SB_REAL_NAME(sb_minibatch_gradient)
#endif

#endif
