#include "report/formulas.h"

#include <string.h>

/* Pieces that several right sides share. */
#define GAP "|F_n(\\theta_0) - F(\\theta_0)| + \\sigma_2 |\\theta_R - \\theta_0|"
#define GENERATION "\\frac{1}{2} ( e^{-2T} M_2 - d e^{-2T} - d \\log(1 - e^{-2T}) )"
#define CONTRACTING "F^* + (1 - q)^R (F(\\theta_0) - F^*) + \\frac{1 - (1 - q)^R}{q} \\eta S \\Psi"
#define PATH "\\mathrm{KL}(Q \\| P^{q_T})"
#define INITIAL "\\mathrm{KL}(q_T \\| \\pi)"
#define PRIOR "\\mathrm{KL}(q_\\delta \\| \\pi)"
#define NOISE "\\frac{\\eta^2 S R L N \\sigma_1^2}{(\\Gamma^*)^2}"
#define SPLIT "\\sum_k D_k + \\sum_k B_k"

const sb_formula sb_formula_table[] = {
    {"assumption_4_1", SB_FORM_PRINTED, "\\infty", NULL},
    {"assumption_4_2", SB_FORM_PRINTED, "1", NULL},
    {"assumption_4_2", SB_FORM_CORRECTED, "\\infty", NULL},
    {"assumption_4_3", SB_FORM_PRINTED, "\\infty", NULL},
    {"assumption_4_4", SB_FORM_PRINTED, "\\infty", NULL},
    {"lemma_4_5", SB_FORM_PRINTED, "\\kappa^2 d K + \\kappa M_2 + \\kappa d T", NULL},
    {"lemma_4_5", SB_FORM_CORRECTED, "(4.02 + 0.39 \\kappa) \\kappa^2 d K + 0.19 \\kappa M_2", NULL},
    {"lemma_4_5", SB_FORM_SHARP, "U + \\bar{B}", NULL},
    {"lemma_4_5", SB_FORM_EXACT, SPLIT, NULL},
    {"lemma_4_6", SB_FORM_PRINTED,
     "\\frac{8 (F(\\theta_0) - F(\\theta_R))}{\\eta S R} + \\sigma_1^2 + \\sigma_2^2\n+ 160 \\nu L w^2 + 40 \\nu \\sigma_2^2 + "
     "\\frac{16 \\eta L N \\sigma_1^2}{(\\Gamma^*)^2}",
     NULL},
    {"lemma_4_6", SB_FORM_CORRECTED,
     "\\frac{8 (F(\\theta_0) - F(\\theta_R))}{\\eta S R} + \\sigma_1^2 + \\sigma_2^2\n+ 160 \\nu L^2 w^2 + 10 \\nu \\sigma_2^2 + "
     "\\frac{16 \\eta L N \\sigma_1^2}{(\\Gamma^*)^2}",
     NULL},
    {"lemma_4_6", SB_FORM_SHARP, "\\frac{1}{\\alpha} ( \\frac{F(\\theta_0) - F(\\theta_R)}{\\eta S R} + \\Psi )", NULL},
    {"lemma_4_7", SB_FORM_PRINTED,
     GAP " + F(\\theta_0)\n+ 20 \\eta S R \\nu L w^2 + 5 \\eta S R \\nu \\sigma_2^2 + 2 " NOISE
         "\n+ \\frac{\\eta S R (\\sigma_1^2 + \\sigma_2^2)}{8}",
     NULL},
    {"lemma_4_7", SB_FORM_CORRECTED,
     GAP " + F(\\theta_0)\n+ 20 \\eta S R \\nu L^2 w^2 + \\frac{5}{4} \\eta S R \\nu \\sigma_2^2 + 2 " NOISE
         "\n+ \\frac{\\eta S R (\\sigma_1^2 + \\sigma_2^2)}{8}",
     NULL},
    {"lemma_4_7", SB_FORM_SHARP, GAP "\n+ F(\\theta_0) + \\eta S R \\Psi", NULL},
    {"lemma_4_7", SB_FORM_PL, GAP "\n+ " CONTRACTING, NULL},
    {"lemma_4_8", SB_FORM_PRINTED, "F_n(\\theta_R) + C_1", NULL},
    {"lemma_4_8", SB_FORM_EXACT, "F_n(\\theta_R) + C_1", NULL},
    {"lemma_4_9", SB_FORM_PRINTED, SPLIT " + L_n", NULL},
    {"lemma_4_9", SB_FORM_CORRECTED, "2 ( " SPLIT " + L_n )", NULL},
    {"lemma_4_10", SB_FORM_PRINTED, PATH " + (d + M_2) e^{-2T}", NULL},
    {"lemma_4_10", SB_FORM_CORRECTED, PATH " + " GENERATION, NULL},
    {"lemma_4_10", SB_FORM_SHARP, PATH " + " INITIAL, NULL},
    {"theorem_4_11", SB_FORM_PRINTED,
     GAP " + F(\\theta_0) + C_1\n+ \\eta S R \\nu ( L w^2 + \\sigma_1^2 + \\sigma_2^2 ) + " NOISE
         "\n+ \\kappa^2 d K + \\kappa M_2 + \\kappa d T + (d + M_2) e^{-2T}",
     NULL},
    {"theorem_4_11", SB_FORM_CORRECTED, "2 ( " GAP " + F(\\theta_0) + \\eta S R \\Psi )\n+ 2 ( C_1 + " SPLIT " ) + " GENERATION,
     NULL},
    {"theorem_4_11", SB_FORM_SHARP, INITIAL " + \\sum_k D_k + \\sum_k w_k \\E |s_k - b_k S_k|^2", NULL},
    {"theorem_4_11", SB_FORM_PL, "2 ( " GAP " )\n+ 2 ( " CONTRACTING " )\n+ 2 ( C_1 + " SPLIT " ) + " GENERATION, NULL},
    {"remark_4_12", SB_FORM_PRINTED, GAP " + F(\\theta_0) + C_1", NULL},
    {"remark_4_12", SB_FORM_CORRECTED, "2 ( " GAP " + F(\\theta_0) + C_1 ) + 17 F(\\theta_0)", NULL},
    {"iid_case", SB_FORM_PRINTED, "F(\\theta_0) + C_1", NULL},
    {"iid_case", SB_FORM_CORRECTED, "2 ( F(\\theta_0) + \\eta S R \\Psi_0 + C_1 + " SPLIT " ) + " GENERATION,
     "\\Psi_0 = \\Psi \\text{ at } \\sigma_2 = 0"},
    {"heterogeneity", SB_FORM_SHARP, "\\log N", NULL},
    {"a_priori", SB_FORM_SHARP, GENERATION " + U + ( \\sqrt{L_+} + \\sqrt{\\bar{A}} )^2",
     "L_+ = " GAP " + F(\\theta_0) + \\eta S R \\Psi + C_1"},
    {"a_priori", SB_FORM_PL, GENERATION " + U + ( \\sqrt{L_+} + \\sqrt{\\bar{A}} )^2",
     "L_+ = |F_n(\\theta_0) - F(\\theta_0)| + \\sigma_2 \\rho + F_+ + C_1, \\quad F_+ = " CONTRACTING
     ",\n\\rho = \\min \\{ |\\theta_R - \\theta_0|, \\sqrt{2/\\mu} ( \\sqrt{F(\\theta_0) - F^*} + \\sqrt{F_+ - F^*} ) \\}"},
    {"lipschitz_score", SB_FORM_SHARP, INITIAL " + d L_s^2 \\sum_k \\gamma_k^2 + ( \\sqrt{L_n} + \\sqrt{d L_s A} )^2", NULL},
    {"benton_2024", SB_FORM_PRINTED, "L_n + \\kappa^2 d K + \\kappa d T + d e^{-2T}", NULL},
    {"chen_lee_lu_2023", SB_FORM_PRINTED, "(M_2 + d) e^{-2T} + L_n + \\frac{d^2 (T + \\log(1/\\delta))^2}{K}", NULL},
    {"chen_chewi_2023", SB_FORM_PRINTED,
     "\\sqrt{" PRIOR "} e^{-(T - \\delta)} + \\ell ( \\sqrt{d h} + m_2 h ) \\sqrt{T - \\delta} + \\sqrt{L_n}",
     "\\ell = \\max \\{ L_s, 1 \\}, \\quad m_2^2 = e^{-2 \\delta} M_2 + (1 - e^{-2 \\delta}) d"},
    {"conforti_2023", SB_FORM_PRINTED, "e^{-2(T - \\delta)} " PRIOR " + L_n + h I", NULL},
    {"conforti_2023", SB_FORM_CORRECTED,
     "e^{-2(T - \\delta)} " PRIOR " + 2 L_n\n+ 2 h ( I + " PRIOR " + d (T - \\delta) + \\frac{3}{2} \\max \\{ d - M_2, 0 \\} )",
     NULL},
    {"zhou_2024", SB_FORM_PRINTED,
     "\\frac{4 F(\\theta_0)}{\\sqrt{S R}} + \\frac{6 L N \\sigma_1^2}{(\\Gamma^*)^2 \\sqrt{S R}} + \\frac{3 \\nu L^2 G^2}{R} + 3 "
     "\\nu "
     "L^2 \\delta_p^2 \\bar{\\theta^2}",
     NULL},
    {"zhou_2024", SB_FORM_CORRECTED,
     "\\frac{4 F(\\theta_0)}{\\eta S R} + \\frac{4 \\eta L N \\sigma_1^2}{(\\Gamma^*)^2} + 3 \\nu ( a + \\sigma_2 )^2",
     "a^2 = L^2 ( \\delta_p^2 \\bar{\\theta^2} + \\frac{\\eta^2 G^2 (S - 1) (2 S - 1)}{6} )"},
};

const int sb_formula_count = sizeof sb_formula_table / sizeof *sb_formula_table;

const sb_notation sb_notation_table[] = {
    {"\\nu = \\frac{N}{\\Gamma^*}, \\quad x = \\eta S L",
     "workers for each that keeps a parameter, at worst; how far one round moves"},
    {"y = \\frac{\\nu (1 + 2 x)}{1 - 2 \\eta^2 L^2 S (S - 1)}, \\quad z = \\frac{2}{3} y \\eta^2 L^2 (S - 1) (2 S - 1)",
     "how S local steps feed back on themselves; p and Q in the proofs, where these letters are laws, too"},
    {"\\alpha = \\frac{1}{2} - 2 x - z", "the share of progress that is left"},
    {"\\Psi = y L^2 w^2 + ( z + \\nu \\min \\{ 1, \\frac{N - \\Gamma^*}{\\Gamma^*} \\} (1 + 2 x) ) \\sigma_2^2 + 2 y \\eta^2 L^2 "
     "(S - 1) "
     "\\sigma_1^2 + \\frac{2 \\eta L N \\sigma_1^2}{(\\Gamma^*)^2}",
     "the floor of training"},
    {"q = 2 \\mu \\eta S \\alpha", "what one round takes off the loss, where the loss contracts"},
    {"F, F_n, F^*", "loss of all workers, of worker n, and its smallest value"},
    {"L_n = \\sum_k \\gamma_k \\E |s_k - S_k|^2", "score loss of worker n after training: model against true score"},
    {"C_1 = L_n - F_n(\\theta_R)", "minus the loss that even the true score leaves"},
    {"A_1, A_2", "true score along the reverse process: at time t, and where its step k began, at time t_k (Lemma 4.5)"},
    {"D_k, B_k", "fluctuation and decay of the true score within step k (Lemma 4.5)"},
    {"U, \\bar{B}", "bounds of their sums from grid, dimension and second moment alone"},
    {"w_k, b_k", "weight of step k in the chain identity, and the multiple of the score that the sampler would like"},
    {"A = \\sum_k w_k (1 - b_k)^2, \\quad \\bar{A} = \\frac{3}{4} \\bar{B}", "of the exponential sampler; both are 0 for ddpm"},
    {"Q, P^{q_T}", "measures of paths: of the reversed process, of the sampler begun at its law"},
    {"q_{n,u}, \\bar{q}_u, \\pi, p", "data of worker n and of all at time u; pure noise N(0, I); what the sampler generates"},
    {"L_s, I, h", "Lipschitz constant of the true scores; Fisher information relative to pure noise; longest step of the grid"},
    {"\\delta_p^2, \\bar{\\theta^2}, G",
     "largest share of |theta|^2 that is pruned; mean of |theta_r|^2; largest root mean square gradient"},
};

const int sb_notation_count = sizeof sb_notation_table / sizeof *sb_notation_table;

const sb_formula *sb_formula_find(const char *statement, sb_form form)
{
    for (int i = 0; i < sb_formula_count; i++)
        if (sb_formula_table[i].form == form && strcmp(sb_formula_table[i].statement, statement) == 0) return &sb_formula_table[i];
    return NULL;
}

const char *sb_formula_left(sb_lhs lhs)
{
    static const char *const left[] = {
        [SB_LHS_L] = "L",
        [SB_LHS_W2] = "w^2",
        [SB_LHS_SIGMA] = "\\max \\{ \\sigma_1, \\sigma_2 \\}",
        [SB_LHS_M2] = "M_2",
        [SB_LHS_DISCRETISATION] = "\\sum_k \\int_{t_k}^{t_{k+1}} \\E |A_1 - A_2|^2 d t",
        [SB_LHS_MEAN_SQUARED_GRADIENT] = "\\frac{1}{R} \\sum_{r < R} \\E |\\nabla F(\\theta_r)|^2",
        [SB_LHS_LOCAL_LOSS] = "\\E F_n(\\theta_R)",
        [SB_LHS_SCORE_LOSS] = "\\sum_k \\gamma_k \\E |s_k - S_k|^2",
        [SB_LHS_PATH_KL] = "\\mathrm{KL}(Q \\| P^{q_T})",
        [SB_LHS_KL] = "\\mathrm{KL}(q_{n,\\delta} \\| p)",
        [SB_LHS_TV] = "\\frac{1}{2} \\int |q_{n,\\delta} - p|",
        [SB_LHS_RESIDUAL] = "\\mathrm{KL}(q_{n,\\delta} \\| \\bar{q}_\\delta) - \\mathrm{KL}(q_{n,T} \\| \\bar{q}_T)",
    };
    return left[lhs];
}

const char *sb_formula_relation(const sb_statement *statement, sb_form form)
{
    if (statement->kind[form] == SB_CONDITION) return "<";
    return statement->kind[form] == SB_EQUALITY ? "=" : statement->hidden[form] ? "\\lesssim" : "\\le";
}
