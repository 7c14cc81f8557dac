#include "formula_value.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

typedef struct {
    const char *text; /* as it is written */
    double value;
} symbol;

/* Symbols with their values, and what is left to read. */
typedef struct {
    symbol known[MOST];
    int count;
    char names[8][40];    /* of those that a formula defines itself */
    char general[16][40]; /* of those that sb_notation_table defines */
    const char *p;
} reader;

static double expression(reader *r);

static void blank(reader *r)
{
    while (*r->p == ' ' || *r->p == '\n') r->p++;
}

static int take(reader *r, const char *text)
{
    blank(r);
    if (strncmp(r->p, text, strlen(text)) != 0) return 0;
    r->p += strlen(text);
    return 1;
}

static void know(reader *r, const char *text, double value)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->known[i].text, text) == 0) {
            r->known[i].value = value;
            return;
        }
    r->known[r->count++] = (symbol){text, value};
}

/* The longest symbol that begins here. */
static const symbol *find(reader *r)
{
    const symbol *best = NULL;
    blank(r);
    for (int i = 0; i < r->count; i++)
        if (strncmp(r->p, r->known[i].text, strlen(r->known[i].text)) == 0 &&
            (!best || strlen(best->text) < strlen(r->known[i].text)))
            best = &r->known[i];
    return best;
}

static double enclosed(reader *r, const char *open, const char *close)
{
    if (!take(r, open)) return NAN;
    const double value = expression(r);
    return take(r, close) ? value : NAN;
}

static double extreme(reader *r, int largest)
{
    if (!take(r, "\\{")) return NAN;
    const double a = expression(r);
    if (!take(r, ",")) return NAN;
    const double b = expression(r);
    return !take(r, "\\}") ? NAN : largest ? fmax(a, b) : fmin(a, b);
}

static int starts(reader *r)
{
    if (find(r)) return 1; /* also the norm of a difference */
    return *r->p && !strchr("+-,)}|/^_", *r->p) && strncmp(r->p, "\\}", 2) != 0 && strncmp(r->p, "\\quad", 5) != 0;
}

static double atom(reader *r)
{
    const symbol *s = find(r);
    if (s) {
        r->p += strlen(s->text);
        return s->value;
    }
    if (take(r, "\\frac")) {
        const double a = enclosed(r, "{", "}"), b = enclosed(r, "{", "}");
        return a / b;
    }
    if (take(r, "\\sqrt")) return sqrt(enclosed(r, "{", "}"));
    if (take(r, "\\max")) return extreme(r, 1);
    if (take(r, "\\min")) return extreme(r, 0);
    if (take(r, "\\log")) return log(atom(r));
    if (*r->p == '(') return enclosed(r, "(", ")");
    if (*r->p == '{') return enclosed(r, "{", "}");
    if (*r->p == '|') return fabs(enclosed(r, "|", "|"));
    if (isdigit((unsigned char)*r->p)) {
        char *end;
        const double value = strtod(r->p, &end);
        r->p = end;
        return value;
    }
    printf("# cannot read: %.40s\n", r->p);
    r->p += strlen(r->p);
    return NAN;
}

static double power(reader *r)
{
    const double base = atom(r);
    return take(r, "^") ? pow(base, atom(r)) : base;
}

static double term(reader *r)
{
    double value = power(r);
    while (starts(r) || *r->p == '/')
        if (take(r, "/")) value /= power(r);
        else value *= power(r);
    return value;
}

static double expression(reader *r)
{
    double value = take(r, "-") ? -term(r) : term(r);
    for (;;)
        if (take(r, "+")) value += term(r);
        else if (take(r, "-")) value -= term(r);
        else return value;
}

static double psi_without_heterogeneity(const sb_constants *c)
{
    sb_constants same = *c;
    same.sigma2 = 0.0;
    return sb_psi(&same, NULL);
}

/* What is given or measured. What follows from it by a definition is read from the definition. */
static void know_measured(reader *r, const sb_constants *c)
{
    const symbol all[] = {{"N", c->N},
                          {"S", c->S},
                          {"R", c->R},
                          {"d", c->d},
                          {"T", c->T},
                          {"K", c->K},
                          {"e", M_E},
                          {"\\kappa", c->kappa},
                          {"\\delta", c->delta},
                          {"\\eta", c->eta},
                          {"L", c->L},
                          {"w^2", c->w2},
                          {"\\sigma_1", c->sigma1},
                          {"\\sigma_2", c->sigma2},
                          {"\\Gamma^*", c->Gamma},
                          {"F(\\theta_0)", c->F0},
                          {"F(\\theta_R)", c->FR},
                          {"F_n(\\theta_0)", c->Fn0},
                          {"F_n(\\theta_R)", c->FnR},
                          {"F^*", c->Fstar},
                          {"|\\theta_R - \\theta_0|", c->dtheta},
                          {"M_2", c->M2},
                          {"C_1", c->C1},
                          {"\\mu", c->mu},
                          {"\\sum_k D_k", c->D_sum},
                          {"\\sum_k B_k", c->B_sum},
                          {"U", c->U},
                          {"\\bar{B}", c->B_bound},
                          {"A", c->sampler_bias},
                          {"L_n", c->score_loss},
                          {"L_s", c->L_score},
                          {"I", c->fisher},
                          {"h", c->h},
                          {"\\sum_k \\gamma_k^2", c->step2},
                          {"\\delta_p^2", c->prune2},
                          {"\\bar{\\theta^2}", c->theta2},
                          {"G", c->G},
                          {"\\sum_k w_k \\E |s_k - b_k S_k|^2", c->chain_score},
                          {"\\mathrm{KL}(Q \\| P^{q_T})", c->path_kl},
                          {"\\mathrm{KL}(q_T \\| \\pi)", c->kl_init},
                          {"\\mathrm{KL}(q_\\delta \\| \\pi)", c->kl_prior},
                          {"\\Psi_0", psi_without_heterogeneity(c)}};
    r->count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) know(r, all[i].text, all[i].value);
}

static int is_known(const reader *r, const char *text)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->known[i].text, text) == 0) return 1;
    return 0;
}

/* Each "NAME = expression" of the notation whose NAME is not measured; they use earlier ones only. */
static void define_notation(reader *r)
{
    static const char between[] = ", \\quad ";
    int count = 0;
    for (int i = 0; i < sb_notation_count; i++)
        for (const char *p = sb_notation_table[i].formula, *equals; p && (equals = strstr(p, " = "));) {
            char *name = r->general[count];
            snprintf(name, sizeof r->general[count], "%.*s", (int)(equals - p), p);
            p = strstr(equals, between) ? strstr(equals, between) + sizeof between - 1 : NULL;
            if (is_known(r, name)) continue;
            r->p = equals + 3;
            know(r, name, expression(r));
            count++;
        }
}

/* The names before each " = ", as symbols; those that end in ^2 without it. Returns how many. */
static int name_all(reader *r, const char *where)
{
    int count = 0;
    for (const char *p = where; (p = strstr(p, " = ")); p += 3, count++) {
        const char *first = p;
        while (first > where && first[-1] != ' ' && first[-1] != '\n') first--;
        const int square = p - first > 2 && strncmp(p - 2, "^2", 2) == 0;
        snprintf(r->names[count], sizeof r->names[count], "%.*s", (int)(p - first) - 2 * square, first);
        know(r, r->names[count], 1.0);
    }
    return count;
}

/* "NAME = expression, \quad NAME = expression": each becomes a symbol; NAME^2 gives its root. As they use one another, they are read
 * again until all are right. */
static void define(reader *r, const char *where)
{
    if (strstr(where, "\\text")) return; /* in words */
    const int count = name_all(r, where);
    for (int pass = 0; pass < count; pass++) {
        const char *p = where;
        for (int i = 0; i < count; i++) {
            const char *equals = strstr(p, " = ");
            r->p = equals + 3;
            const double value = expression(r);
            know(r, r->names[i], strncmp(equals - 2, "^2", 2) == 0 ? sqrt(value) : value);
            p = r->p;
        }
    }
}

double sb_formula_value(const sb_formula *formula, const sb_constants *c)
{
    reader r;
    know_measured(&r, c);
    define_notation(&r);
    if (formula->where) define(&r, formula->where);
    r.p = formula->rhs;
    const double value = expression(&r);
    blank(&r);
    if (*r.p) printf("# left over: %.40s\n", r.p);
    return *r.p ? NAN : value;
}
