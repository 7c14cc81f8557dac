/* statement_cards.c: the statements one by one. */
#include "report/formulas.h"
#include "report/mathml.h"
#include "report/parts.h"
#include "report/run_sections.h"

#include <math.h>
#include <string.h>

enum { LONGEST_LINE = 1000 };

sb_status sb_put_formula(sb_context *ctx, FILE *body, const char *formula)
{
    sb_status st = SB_OK;
    char line[LONGEST_LINE];
    fputs("<div class=\"formula\">", body);
    for (const char *p = formula; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        snprintf(line, sizeof line, "%s%.*s", p > formula ? "\\quad " : "", (int)strcspn(p, "\n"), p);
        SB_REQUIRE(sb_mathml(body, line), SB_EINVAL, "no formula: %s", line);
    }
    fputs("</div>\n", body);
done:
    return st;
}

/* Left side, relation, first line of the right side; then its other lines. */
static sb_status put_statement(sb_context *ctx, FILE *body, const sb_statement *s, sb_form form)
{
    sb_status st = SB_OK;
    const sb_formula *formula = sb_formula_find(s->name, form);
    char whole[2 * LONGEST_LINE];
    SB_REQUIRE(formula, SB_EINVAL, "no formula of %s %s", s->name, sb_form_name(form));
    snprintf(whole, sizeof whole, "%s %s %s", sb_formula_left(s->lhs), sb_formula_relation(s, form), formula->rhs);
    SB_TRY(sb_put_formula(ctx, body, whole));
    if (formula->where) SB_TRY(sb_put_formula(ctx, body, formula->where));
done:
    return st;
}

static void put_cell(FILE *body, double x)
{
    fputs("<td class=\"right\">", body);
    sb_page_number(body, x, 4);
    fputs("</td>", body);
}

/* The length of a term's bar in percent of the longest. Beside an infinite term the finite ones are nothing. */
static double bar_length(const sb_terms *terms, double value)
{
    double largest = 0.0;
    for (int i = 0; i < terms->term_count; i++) largest = fmax(largest, fabs(terms->term[i].value));
    if (isinf(value)) return 100.0;
    return largest > 0.0 && !isnan(value) ? 100.0 * fabs(value) / largest : 0.0;
}

/* A bar for each term, as long as it is large; what takes away has another colour and its sign. */
static void put_bars(FILE *body, const sb_terms *terms)
{
    fputs("<table class=\"bars\">\n", body);
    for (int i = 0; i < terms->term_count; i++) {
        const double value = terms->term[i].value;
        fputs("<tr><td>", body);
        sb_page_text(body, terms->term[i].name);
        fputs("</td>", body);
        put_cell(body, value);
        fprintf(body, "<td><span class=\"bar%s\" style=\"width:%.2f%%\"></span></td></tr>\n", value < 0.0 ? " less" : "",
                bar_length(terms, value));
    }
    fputs("</table>\n", body);
}

static void put_conditions(FILE *body, const sb_terms *terms)
{
    if (terms->condition_count == 0) return;
    fputs("<details><summary>its conditions</summary><div class=\"box\"><table>\n<tr><th>condition</th><th "
          "class=\"right\">value</th><th "
          "class=\"right\">limit</th><th></th></tr>\n",
          body);
    for (int i = 0; i < terms->condition_count; i++) {
        const sb_condition *c = &terms->condition[i];
        fputs("<tr><td>", body);
        sb_page_words(body, c->name);
        fputs("</td>", body);
        put_cell(body, c->value);
        put_cell(body, c->limit);
        fprintf(body, "<td class=\"%s\">%s</td></tr>\n", c->holds ? "green" : "red", c->holds ? "holds" : "fails");
    }
    fputs("</table></div></details>\n", body);
}

static void put_instance(FILE *body, const sb_ledger_instance *x)
{
    const sb_number side[2] = {x->lhs, x->rhs};
    fputs("<tr><td>", body);
    if (x->worker >= 0) fprintf(body, "%d", x->worker);
    fputs("</td>", body);
    for (int i = 0; i < 2; i++) {
        put_cell(body, side[i].value);
        put_cell(body, isnan(side[i].value) ? NAN : side[i].lo);
        put_cell(body, isnan(side[i].value) ? NAN : side[i].hi);
    }
    put_cell(body, sb_instance_ratio(x));
    fprintf(body, "<td class=\"tight %s\">%s</td>", sb_verdict_color(x->verdict), sb_verdict_name(x->verdict));
    for (int i = 0; i < x->terms.term_count; i++) put_cell(body, x->terms.term[i].value);
    fputs("</tr>\n", body);
}

/* All that ledger.csv has of one statement in one form. */
static void put_numbers(FILE *body, const sb_ledger_row *row)
{
    const sb_terms *terms = &row->worst.terms;
    fprintf(body,
            "<details><summary>its numbers%s</summary><div class=\"box numbers\"><table>\n<tr><th>n</th><th "
            "class=\"right\">left</th><th "
            "class=\"right\">from</th><th class=\"right\">to</th><th class=\"right\">right</th><th class=\"right\">from</th><th "
            "class=\"right\">to</th><th class=\"right\">ratio</th><th>verdict</th>",
            row->instance_count > 1 ? ", worker by worker" : "");
    for (int i = 0; i < terms->term_count; i++) {
        fputs("<th class=\"right\">", body);
        sb_page_text(body, terms->term[i].name);
        fputs("</th>", body);
    }
    fputs("</tr>\n", body);
    if (row->instance_count == 0) put_instance(body, &row->worst);
    for (int i = 0; i < row->instance_count; i++) put_instance(body, &row->instances[i]);
    fputs("</table></div></details>\n", body);
}

/* An assumption that asks for a finite value; the right side that its row has is that value once more. */
static int asks_to_be_finite(const sb_ledger_row *row)
{
    return row->statement->kind[row->form] == SB_CONDITION && !row->statement->limited[row->form];
}

static void put_sides(FILE *body, const sb_ledger_row *row)
{
    const sb_ledger_instance *worst = &row->worst;
    if (asks_to_be_finite(row)) {
        fprintf(body, "its value is %s; to be finite is all that is asked.", sb_text_number(worst->lhs, 4).s);
        return;
    }
    fprintf(body, "left side %s, ", sb_text_number(worst->lhs, 4).s);
    fprintf(body, "right side %s", sb_text_number(worst->rhs, 4).s);
    if (isfinite(sb_instance_ratio(worst))) fprintf(body, ", ratio %s", sb_text_double(sb_instance_ratio(worst), 4).s);
    fputs(".", body);
}

static void put_outcome(FILE *body, const sb_ledger_row *row)
{
    const sb_ledger_instance *worst = &row->worst;
    fputs("<p>", body);
    if (row->missing_count > 0) {
        fputs("No right side without ", body);
        for (int i = 0; i < row->missing_count; i++) fprintf(body, "%s%s", i ? ", " : "", row->missing[i]->name);
        fputs(".</p>\n", body);
        return;
    }
    if (worst->worker >= 0 && row->instance_count > 1) fprintf(body, "At worker %d, the worst case: ", worst->worker);
    put_sides(body, row);
    if (row->statement->hidden[row->form]) {
        fputs(" It hides ", body);
        sb_page_words(body, row->statement->hidden[row->form]);
        fputs(", taken as 1 here.", body);
    }
    fputs("</p>\n", body);
}

static sb_status put_form(sb_context *ctx, FILE *body, const sb_ledger_row *row)
{
    sb_status st = SB_OK;
    fprintf(body, "<h3>%s: <span class=\"%s\">%s</span></h3>\n", sb_form_name(row->form), sb_verdict_color(row->worst.verdict),
            sb_verdict_name(row->worst.verdict));
    SB_TRY(put_statement(ctx, body, row->statement, row->form));
    put_outcome(body, row);
    if (row->worst.terms.term_count > 1) put_bars(body, &row->worst.terms);
    put_conditions(body, &row->worst.terms);
    put_numbers(body, row);
done:
    return st;
}

/* The forms of one statement, rows [first,end) of the ledger. */
static sb_status put_card(sb_context *ctx, FILE *body, const sb_ledger *ledger, int first, int end)
{
    sb_status st = SB_OK;
    const sb_statement *s = ledger->row[first].statement;
    fprintf(body, "<details id=\"%s\"><summary><b>", s->name);
    sb_page_text(body, sb_text_label(s).s);
    fputs("</b> ", body);
    sb_page_text(body, s->title);
    for (int i = first; i < end; i++)
        fprintf(body, " <span class=\"%s\">%s: %s</span>", sb_verdict_color(ledger->row[i].worst.verdict),
                sb_form_name(ledger->row[i].form), sb_verdict_name(ledger->row[i].worst.verdict));
    fputs("</summary>\n<p class=\"note\">", body);
    sb_page_text(body, s->source);
    fputs("</p>\n", body);
    for (int i = first; i < end; i++) SB_TRY(put_form(ctx, body, &ledger->row[i]));
    fputs("</details>\n", body);
done:
    return st;
}

static sb_status put_notation(sb_context *ctx, FILE *body)
{
    sb_status st = SB_OK;
    fputs("<details><summary><b>Symbols</b> used in several formulas</summary>\n", body);
    for (int i = 0; i < sb_notation_count; i++) {
        SB_TRY(sb_put_formula(ctx, body, sb_notation_table[i].formula));
        fputs("<p class=\"note\">", body);
        sb_page_text(body, sb_notation_table[i].words);
        fputs("</p>\n", body);
    }
    fputs("</details>\n", body);
done:
    return st;
}

sb_status sb_section_statements(sb_context *ctx, FILE *body, const sb_ledger *ledger)
{
    sb_status st = SB_OK;
    sb_page_title(body, "STATEMENTS");
    sb_page_element(body, "p", "Each opens to its formulas; the bars show the terms of a right side, each against the largest.");
    for (int first = 0, end; first < ledger->row_count; first = end) {
        for (end = first + 1; end < ledger->row_count && ledger->row[end].statement == ledger->row[first].statement; end++)
            continue;
        SB_TRY(put_card(ctx, body, ledger, first, end));
    }
    SB_TRY(put_notation(ctx, body));
done:
    return st;
}

/* What is left of the room that an assumption gives, or how far beyond it the run is. */
static void put_distance(FILE *body, const sb_ledger_row *row)
{
    const double times = row->worst.lhs.value / row->worst.rhs.value;
    const int finite = asks_to_be_finite(row);
    fputs("<td>", body);
    switch (row->worst.verdict) {
    case SB_HOLDS:
        if (finite) fputs("met: it is finite, with this value", body);
        else fprintf(body, "met: at %s of the limit", sb_text_double(times, 3).s);
        break;
    case SB_VIOLATED:
        if (finite) fputs("missed: it is not finite", body);
        else fprintf(body, "missed: %s times the limit", sb_text_double(times, 4).s);
        break;
    case SB_INCONCLUSIVE:
        fprintf(body, "undecided: %s", finite ? "its interval has no end" : "its interval reaches across the limit");
        break;
    default: fputs("not known", body);
    }
    fputs("</td>", body);
}

sb_status sb_section_assumptions(sb_context *ctx, FILE *body, const sb_ledger *ledger)
{
    sb_status st = SB_OK;
    sb_page_title(body, "ASSUMPTIONS");
    fputs("<div class=\"box\"><table>\n<tr><th>assumption</th><th>form</th><th>it asks</th><th class=\"right\">met on this run</th>"
          "<th>status</th><th>how far it is met</th></tr>\n",
          body);
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_ledger_row *row = &ledger->row[i];
        if (row->statement->kind[row->form] != SB_CONDITION) continue;
        fputs("<tr><td>", body);
        sb_page_text(body, sb_text_label(row->statement).s);
        fprintf(body, "</td><td>%s</td><td>", sb_form_name(row->form));
        SB_TRY(put_statement(ctx, body, row->statement, row->form));
        fprintf(body, "</td><td class=\"right\">%s</td><td>%s</td>", sb_text_number(row->worst.lhs, 4).s,
                isnan(row->worst.lhs.value) ? "" : sb_number_status_name(row->worst.lhs.status));
        put_distance(body, row);
        fputs("</tr>\n", body);
    }
    fputs("</table></div>\n", body);
    sb_page_element(body, "p", "Conditions of the statements stand under CONDITIONS, each with its value and its limit.");
done:
    return st;
}
