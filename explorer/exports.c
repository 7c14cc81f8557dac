/* exports.c: see exports.h. */
#include "explorer/exports.h"

unsigned sb_explorer_constant_count(void)
{
    return sb_constant_count;
}

const char *sb_explorer_constant_name(unsigned i)
{
    return sb_constant_table[i].name;
}

const char *sb_explorer_constant_meaning(unsigned i)
{
    return sb_constant_table[i].meaning;
}

double sb_explorer_constant_least(unsigned i)
{
    return sb_constant_table[i].least;
}

double sb_explorer_constant_most(unsigned i)
{
    return sb_constant_table[i].most;
}

int sb_explorer_constant_whole(unsigned i)
{
    return sb_constant_table[i].integer;
}

unsigned sb_explorer_statement_count(void)
{
    return sb_statement_count;
}

const char *sb_explorer_statement_name(unsigned i)
{
    return sb_statement_table[i]->name;
}

const char *sb_explorer_statement_title(unsigned i)
{
    return sb_statement_table[i]->title;
}

const char *sb_explorer_statement_source(unsigned i)
{
    return sb_statement_table[i]->source;
}

int sb_explorer_statement_kind(unsigned i, int form)
{
    const sb_statement *s = sb_statement_table[i];
    return s->needs[form] ? (int)s->kind[form] : -1;
}

const char *sb_explorer_statement_hidden(unsigned i, int form)
{
    const char *hidden = sb_statement_table[i]->hidden[form];
    return hidden ? hidden : "";
}

int sb_explorer_statement_generation(unsigned i)
{
    return sb_statement_table[i]->generation;
}

int sb_explorer_statement_lhs(unsigned i)
{
    return (int)sb_statement_table[i]->lhs;
}

int sb_explorer_form_count(void)
{
    return SB_FORM_COUNT;
}

const char *sb_explorer_form_name(int form)
{
    return sb_form_name((sb_form)form);
}

size_t sb_explorer_answer_size(void)
{
    return sizeof(sb_explorer_answer);
}

int sb_explorer_evaluate(unsigned i, int form, const sb_constants *c, sb_explorer_answer *answer)
{
    const sb_constant_info *missing[SB_CONSTANT_COUNT];
    const int count = sb_statement_evaluate(sb_statement_table[i], (sb_form)form, c, &answer->rhs, missing);
    answer->missing_count = count > 0 ? count : 0;
    for (int j = 0; j < count; j++) answer->missing[j] = (unsigned)(missing[j] - sb_constant_table);
    return count;
}

double sb_explorer_useless(unsigned i, const sb_constants *c)
{
    return sb_statement_useless(sb_statement_table[i], c->kl_prior);
}

unsigned sb_explorer_missing(const sb_explorer_answer *answer, int j)
{
    return answer->missing[j];
}

double sb_explorer_sum(const sb_explorer_answer *answer)
{
    return answer->rhs.sum;
}

int sb_explorer_term_count(const sb_explorer_answer *answer)
{
    return answer->rhs.term_count;
}

const char *sb_explorer_term_name(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.term[j].name;
}

double sb_explorer_term_value(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.term[j].value;
}

int sb_explorer_condition_count(const sb_explorer_answer *answer)
{
    return answer->rhs.condition_count;
}

const char *sb_explorer_condition_name(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.condition[j].name;
}

double sb_explorer_condition_limit(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.condition[j].limit;
}

double sb_explorer_condition_value(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.condition[j].value;
}

int sb_explorer_condition_holds(const sb_explorer_answer *answer, int j)
{
    return answer->rhs.condition[j].holds;
}
