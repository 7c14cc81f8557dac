/* precision.h: the functions of the model's passes that exist in both precisions (kernels/real.h). They are compiled from the same
 * files; without SB_FLOAT they are the public ones of model.h and loss.h, in double. Only for this room and training's crews. */
#ifndef SB_MODEL_PRECISION_H
#define SB_MODEL_PRECISION_H

#include "kernels/real.h"

#ifdef SB_FLOAT
#define sb_workspace SB_REAL_NAME(sb_workspace)
#define sb_workspace_create SB_REAL_NAME(sb_workspace_create)
#define sb_workspace_create_on SB_REAL_NAME(sb_workspace_create_on)
#define sb_workspace_narrow SB_REAL_NAME(sb_workspace_narrow)
#define sb_workspace_workers SB_REAL_NAME(sb_workspace_workers)
#define sb_workspace_free SB_REAL_NAME(sb_workspace_free)
#define sb_batch SB_REAL_NAME(sb_batch)
#define sb_model_tile SB_REAL_NAME(sb_model_tile)
#define sb_model_forward SB_REAL_NAME(sb_model_forward)
#define sb_model_evaluate SB_REAL_NAME(sb_model_evaluate)
#define sb_model_backward SB_REAL_NAME(sb_model_backward)
#define sb_model_rforward SB_REAL_NAME(sb_model_rforward)
#define sb_model_rbackward SB_REAL_NAME(sb_model_rbackward)
#define sb_noised SB_REAL_NAME(sb_noised)
#define sb_dsm_loss SB_REAL_NAME(sb_dsm_loss)
#define sb_dsm_hvp SB_REAL_NAME(sb_dsm_hvp)
#define sb_passes SB_REAL_NAME(sb_passes)
#define sb_mlp_passes SB_REAL_NAME(sb_mlp_passes)
#define sb_unet_passes SB_REAL_NAME(sb_unet_passes)
#define sb_affine_passes SB_REAL_NAME(sb_affine_passes)
#define sb_fourier_passes SB_REAL_NAME(sb_fourier_passes)
#define sb_node_input SB_REAL_NAME(sb_node_input)
#define sb_node_time SB_REAL_NAME(sb_node_time)
#define sb_node_conv SB_REAL_NAME(sb_node_conv)
#define sb_node_layer SB_REAL_NAME(sb_node_layer)
#define sb_node_norm SB_REAL_NAME(sb_node_norm)
#define sb_node_silu SB_REAL_NAME(sb_node_silu)
#define sb_node_pool SB_REAL_NAME(sb_node_pool)
#define sb_node_spread SB_REAL_NAME(sb_node_spread)
#define sb_node_join SB_REAL_NAME(sb_node_join)
#define sb_node_attention SB_REAL_NAME(sb_node_attention)
#endif

#endif
