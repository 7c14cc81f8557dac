#include "report/mathml.h"

#include <ctype.h>
#include <string.h>

typedef enum { LETTER, WORD, OPERATOR, LARGE, BLANK } kind;

static const struct {
    const char *name, *text;
    kind kind;
} names[] = {
    {"alpha", "&#x3b1;", LETTER},
    {"beta", "&#x3b2;", LETTER},
    {"gamma", "&#x3b3;", LETTER},
    {"delta", "&#x3b4;", LETTER},
    {"eta", "&#x3b7;", LETTER},
    {"theta", "&#x3b8;", LETTER},
    {"kappa", "&#x3ba;", LETTER},
    {"mu", "&#x3bc;", LETTER},
    {"nu", "&#x3bd;", LETTER},
    {"pi", "&#x3c0;", LETTER},
    {"rho", "&#x3c1;", LETTER},
    {"sigma", "&#x3c3;", LETTER},
    {"Gamma", "&#x393;", WORD},
    {"Psi", "&#x3a8;", WORD},
    {"nabla", "&#x2207;", WORD},
    {"infty", "&#x221e;", WORD},
    {"log", "log", WORD},
    {"min", "min", WORD},
    {"max", "max", WORD},
    {"tanh", "tanh", WORD},
    {"tr", "tr", WORD},
    {"E", "&#x1d53c;", WORD},
    {"le", "&#x2264;", OPERATOR},
    {"ge", "&#x2265;", OPERATOR},
    {"ne", "&#x2260;", OPERATOR},
    {"lesssim", "&#x2272;", OPERATOR},
    {"cdot", "&#x22c5;", OPERATOR},
    {"circ", "&#x2218;", OPERATOR},
    {"in", "&#x2208;", OPERATOR},
    {"to", "&#x2192;", OPERATOR},
    {"ldots", "&#x2026;", WORD},
    {"ell", "&#x2113;", LETTER},
    {"sum", "&#x2211;", LARGE},
    {"int", "&#x222b;", LARGE},
    {"quad", "1em", BLANK},
    {"|", "&#x2016;", OPERATOR},
    {",", "0.17em", BLANK},
};

/* What is left to read. `failed` once something was none of the language; nothing is written from then on. */
typedef struct {
    FILE *out;
    const char *p;
    int failed;
} reader;

static void put_row(reader *r, char until);
static void put_scripted(reader *r);

static const char *skip(const char *p)
{
    while (*p == ' ') p++;
    return p;
}

/* One past the command's name that begins behind the backslash at p. */
static const char *name_end(const char *p)
{
    const char *end = p + 1;
    while (isalpha((unsigned char)*end)) end++;
    return end > p + 1 || !*end ? end : end + 1;
}

static int is_command(const char *p, const char *name)
{
    return *p == '\\' && (size_t)(name_end(p) - p - 1) == strlen(name) && strncmp(p + 1, name, strlen(name)) == 0;
}

/* One past the closing brace of the group that opens at p; NULL without one. */
static const char *group_end(const char *p)
{
    int depth = 0;
    if (*p != '{') return NULL;
    for (; *p; p++) {
        if (*p == '\\' && p[1]) p++;
        else if (*p == '{') depth++;
        else if (*p == '}' && --depth == 0) return p + 1;
    }
    return NULL;
}

static int groups_of(const char *p)
{
    static const struct {
        const char *name;
        int groups;
    } with[] = {{"frac", 2}, {"sqrt", 1}, {"bar", 1}, {"mathrm", 1}, {"text", 1}};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        if (is_command(p, with[i].name)) return with[i].groups;
    return 0;
}

/* The bracket that closes the one at p, "(" or "\\{"; NULL without one, or where p is no bracket. */
static const char *partner(const char *p)
{
    const int brace = is_command(p, "{");
    int depth = 0;
    if (*p != '(' && !brace) return NULL;
    for (; *p; p++) {
        if (brace ? is_command(p, "{") : *p == '(') depth++;
        if ((brace ? is_command(p, "}") : *p == ')') && --depth == 0) return p;
        if (*p == '\\' && p[1]) p++;
    }
    return NULL;
}

/* One past the atom at p: a group, a bracket with all up to its partner, a command with its groups, a number or a character; NULL where
 * it does not end. */
static const char *atom_end(const char *p)
{
    if (*p == '{') return group_end(p);
    if (*p == '(' || is_command(p, "{")) return partner(p) ? partner(p) + (*p == '(' ? 1 : 2) : NULL;
    if (isdigit((unsigned char)*p)) {
        const char *end = p + strspn(p, "0123456789");
        return *end == '.' && isdigit((unsigned char)end[1]) ? end + 1 + strspn(end + 1, "0123456789") : end;
    }
    if (*p != '\\') return p + 1;
    const char *end = name_end(p);
    for (int i = groups_of(p); end && i > 0; i--) end = group_end(skip(end));
    return end;
}

static void put_group(reader *r)
{
    r->p = skip(r->p);
    if (*r->p != '{') {
        r->failed = 1;
        return;
    }
    r->p++;
    fputs("<mrow>", r->out);
    put_row(r, '}');
    fputs("</mrow>", r->out);
}

/* The text of a group as it stands. */
static void put_words(reader *r, const char *element)
{
    const char *open = skip(r->p), *end = group_end(open);
    if (!end) {
        r->failed = 1;
        return;
    }
    fprintf(r->out, "<%s%s>", element, strcmp(element, "mi") == 0 ? " mathvariant=\"normal\"" : "");
    for (const char *p = open + 1; p < end - 1; p++) {
        if (*p == '<') fputs("&lt;", r->out);
        else if (*p == '>') fputs("&gt;", r->out);
        else if (*p == '&') fputs("&amp;", r->out);
        else if (*p == ' ') fputs("&#160;", r->out);
        else fputc(*p, r->out);
    }
    fprintf(r->out, "</%s>", element);
    r->p = end;
}

static void put_name(reader *r, const char *name)
{
    const char *end = name_end(name);
    r->p = end;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!is_command(name, names[i].name)) continue;
        switch (names[i].kind) {
        case LETTER: fprintf(r->out, "<mi>%s</mi>", names[i].text); return;
        case WORD: fprintf(r->out, "<mi mathvariant=\"normal\">%s</mi>", names[i].text); return;
        case BLANK: fprintf(r->out, "<mspace width=\"%s\"/>", names[i].text); return;
        default: fprintf(r->out, "<mo>%s</mo>", names[i].text); return;
        }
    }
    r->failed = 1;
}

static void put_command(reader *r)
{
    const char *name = r->p;
    r->p = name_end(name);
    if (is_command(name, "frac")) {
        fputs("<mfrac>", r->out);
        put_group(r);
        put_group(r);
        fputs("</mfrac>", r->out);
    } else if (is_command(name, "sqrt")) {
        fputs("<msqrt>", r->out);
        put_group(r);
        fputs("</msqrt>", r->out);
    } else if (is_command(name, "bar")) {
        fputs("<mover accent=\"true\">", r->out);
        put_group(r);
        fputs("<mo>&#xaf;</mo></mover>", r->out);
    } else if (is_command(name, "mathrm")) put_words(r, "mi");
    else if (is_command(name, "text")) put_words(r, "mtext");
    else put_name(r, name);
}

static int within(const char *p, const char *end, const char *name)
{
    for (; p < end; p++)
        if (is_command(p, name)) return 1;
    return 0;
}

/* What stands in brackets. They grow with what is tall, and with nothing else. */
static void put_bracketed(reader *r, const char *end)
{
    const int brace = *r->p == '\\', tall = within(r->p, end, "frac") || within(r->p, end, "sum");
    const char *stretchy = tall ? "true" : "false", *close = end - (brace ? 2 : 1);
    fprintf(r->out, "<mrow><mo stretchy=\"%s\">%s</mo>", stretchy, brace ? "{" : "(");
    r->p += brace ? 2 : 1;
    while (!r->failed && (r->p = skip(r->p)) < close) put_scripted(r);
    fprintf(r->out, "<mo stretchy=\"%s\">%s</mo></mrow>", stretchy, brace ? "}" : ")");
    if (r->p != close) r->failed = 1;
    r->p = end;
}

static void put_atom(reader *r)
{
    const char c = *r->p, *end = atom_end(r->p);
    if (!end || c == '}' || c == ')' || is_command(r->p, "}") || c == '^' || c == '_' || (unsigned char)c >= 127) {
        r->failed = 1;
        return;
    }
    if (c == '{') put_group(r);
    else if (c == '(' || is_command(r->p, "{")) put_bracketed(r, end);
    else if (c == '\\') put_command(r);
    else {
        if (isdigit((unsigned char)c)) fprintf(r->out, "<mn>%.*s</mn>", (int)(end - r->p), r->p);
        else if (isalpha((unsigned char)c)) fprintf(r->out, "<mi>%c</mi>", c);
        else if (c == '|') fputs("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">|</mo>", r->out);
        else if (c == '-') fputs("<mo>&#x2212;</mo>", r->out);
        else if (c == '<') fputs("<mo>&lt;</mo>", r->out);
        else if (c == '>') fputs("<mo>&gt;</mo>", r->out);
        else if (strchr("+*/=[],;!.:", c)) fprintf(r->out, "<mo>%c</mo>", c);
        else r->failed = 1;
        r->p = end;
    }
}

/* An atom with the scripts behind it, in either order. */
static void put_scripted(reader *r)
{
    const char *atom = r->p, *end = atom_end(atom), *sub = NULL, *sup = NULL;
    while (end && (*skip(end) == '_' || *skip(end) == '^')) {
        const char **script = *skip(end) == '_' ? &sub : &sup;
        if (*script) end = NULL; /* two of a kind */
        else *script = skip(skip(end) + 1), end = **script ? atom_end(*script) : NULL;
    }
    if (!end) {
        r->failed = 1;
        return;
    }
    const int under = is_command(atom, "sum") || is_command(atom, "min") || is_command(atom, "max");
    const char *element = sub && sup ? (under ? "munderover" : "msubsup")
                          : sub      ? (under ? "munder" : "msub")
                          : sup      ? (under ? "mover" : "msup")
                                     : NULL;
    if (element) fprintf(r->out, "<%s>", element);
    put_atom(r);
    for (int i = 0; i < 2; i++) {
        const char *script = i == 0 ? sub : sup;
        if (!script || r->failed) continue;
        r->p = script;
        put_atom(r);
    }
    if (element) fprintf(r->out, "</%s>", element);
    r->p = end;
}

static void put_row(reader *r, char until)
{
    while (!r->failed && *(r->p = skip(r->p)) && *r->p != until) put_scripted(r);
    if (*r->p != until) r->failed = 1;
    else if (until) r->p++;
}

int sb_mathml(FILE *out, const char *tex)
{
    reader r = {out, tex, 0};
    fputs("<math display=\"block\"><mrow>", out);
    put_row(&r, '\0');
    fputs("</mrow></math>", out);
    return !r.failed;
}
