#include "harness.h"
#include "choose/selection.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static double now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+1e-9*t.tv_nsec;}
int main(int argc,char**argv){
 sb_context c,*ctx=&c; sb_context_init(ctx,2); sb_config config; sb_situation s; double t=now();
 sb_override o[20]; int n=0; for(int i=1;i+1<argc;i+=2) o[n++]=(sb_override){argv[i],argv[i+1]};
 if(sb_config_load(ctx,NULL,n,o,&config)){printf("%s\n",ctx->error.message);return 1;}
 if(sb_situation_of_config(ctx,&config,&s)){printf("%s\n%s\n",ctx->error.message,ctx->error.trace);return 1;}
 printf("situation %g s: eta %g L %g Gamma %g F0 %g FR %g M2max %g K %g\n",now()-t,s.base[0].eta,s.base[0].L,s.base[0].Gamma,s.base[0].F0,s.base[0].FR,s.M2_largest,s.K_budget);
 for(int k=0;k<2;k++){ sb_selection x; t=now();
 if(sb_choose_remark(ctx,&s,k,&x)){printf("%s\n%s\n",ctx->error.message,ctx->error.trace);return 1;}
 printf("%d: %g s feasible %d T %.17g K %g kappa %g eta %g\n",k,now()-t,x.feasible,x.at.T,x.at.K,x.at.kappa,x.at.eta);
 for(int i=0;i<3;i++)puts(x.reason[i]);
 for(int i=0;i<x.remark.condition_count;i++) printf("  %-50s %g %g %d\n",x.remark.condition[i].name,x.remark.condition[i].limit,x.remark.condition[i].value,x.remark.condition[i].holds);
 printf("cert F0 %g most %g least %g model %g perfect %g\n",x.certificate.F0,x.certificate.F0_most,x.certificate.F0_least,x.certificate.delta_model,x.certificate.delta_perfect);
 printf("reach F0 %.8g FR %.8g dtheta %g promise %g missing %d\n",x.reach.F0,x.reach.FR,x.reach.dtheta,x.promise.sum,x.missing_count);}
 return 0;}
