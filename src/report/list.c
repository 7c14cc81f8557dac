#include "config/parameters.h"
#include "report/parts.h"

#include <math.h>
#include <stdlib.h>

static void forms_text(const sb_statement *statement, sb_list *out)
{
    for (int form = 0; form < SB_FORM_COUNT; form++)
        if (statement->needs[form]) sb_list_add(out, ", ", "%s", sb_form_name((sb_form)form));
}

static void choices_text(const sb_choice *choices, const char *separator, sb_list *out)
{
    for (const sb_choice *choice = choices; choice->name; choice++) sb_list_add(out, separator, "%s", choice->name);
}

static sb_status statements_table(sb_context *ctx, const sb_output *out)
{
    static const sb_column columns[] = {{"NAME", 0, 0}, {"IN THE PAPER", 0, 0}, {"TITLE", 0, 1}, {"FORMS", 0, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 4, columns, &table));
    for (unsigned i = 0; i < sb_statement_count; i++) {
        const sb_statement *statement = sb_statement_table[i];
        sb_list forms = {0};
        forms_text(statement, &forms);
        sb_table_row(table);
        sb_table_cell(table, statement->name, NULL);
        sb_table_cell(table, sb_text_label(statement).s, NULL);
        sb_table_cell(table, statement->title, NULL);
        sb_table_cell(table, forms.text, NULL);
    }
    sb_output_title(out, "STATEMENTS (scorebound check tests them, scorebound bound computes their right sides)");
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

static sb_status choices_table(sb_context *ctx, const sb_output *out)
{
    static const sb_column columns[] = {{"KEY", 0, 0}, {"CHOICES", 0, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 2, columns, &table));
    for (size_t i = 0; i < sb_parameter_count; i++) {
        sb_list choices = {0};
        if (!sb_parameters[i].choices) continue;
        choices_text(sb_parameters[i].choices, ", ", &choices);
        sb_table_row(table);
        sb_table_cell(table, sb_parameters[i].key, NULL);
        sb_table_cell(table, choices.text, NULL);
    }
    sb_output_title(out, "CHOICES IN A CONFIGURATION (every key: scorebound list --parameters)");
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

static sb_status constants_table(sb_context *ctx, const sb_output *out)
{
    static const sb_column columns[] = {{"NAME", 0, 0}, {"MEANING", 0, 1}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 2, columns, &table));
    for (unsigned i = 0; i < sb_constant_count; i++) {
        sb_table_row(table);
        sb_table_cell(table, sb_constant_table[i].name, NULL);
        sb_table_cell(table, sb_constant_table[i].meaning, NULL);
    }
    sb_output_title(out, "CONSTANTS (scorebound bound --set NAME=VALUE,...)");
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

static json_t *choices_json(const sb_choice *choices, int *failed)
{
    json_t *array = json_array();
    for (const sb_choice *choice = choices; choice->name; choice++) sb_json_append(array, json_string(choice->name), failed);
    return array;
}

static sb_status list_json(sb_context *ctx, const sb_output *out)
{
    int failed = 0;
    json_t *root = json_object(), *statements = json_array(), *choices = json_object(), *constants = json_array();
    for (unsigned i = 0; i < sb_statement_count; i++) {
        const sb_statement *statement = sb_statement_table[i];
        json_t *object = json_object(), *forms = json_array();
        for (int form = 0; form < SB_FORM_COUNT; form++)
            if (statement->needs[form]) sb_json_append(forms, json_string(sb_form_name((sb_form)form)), &failed);
        sb_json_put(object, "name", json_string(statement->name), &failed);
        sb_json_put(object, "title", json_string(statement->title), &failed);
        sb_json_put(object, "source", json_string(statement->source), &failed);
        sb_json_put(object, "forms", forms, &failed);
        sb_json_append(statements, object, &failed);
    }
    for (size_t i = 0; i < sb_parameter_count; i++)
        if (sb_parameters[i].choices)
            sb_json_put(choices, sb_parameters[i].key, choices_json(sb_parameters[i].choices, &failed), &failed);
    for (unsigned i = 0; i < sb_constant_count; i++) {
        json_t *object = json_object();
        sb_json_put(object, "name", json_string(sb_constant_table[i].name), &failed);
        sb_json_put(object, "meaning", json_string(sb_constant_table[i].meaning), &failed);
        sb_json_put(object, "least", sb_json_double(sb_constant_table[i].least), &failed);
        sb_json_put(object, "integer", json_boolean(sb_constant_table[i].integer), &failed);
        sb_json_append(constants, object, &failed);
    }
    sb_json_put(root, "statements", statements, &failed);
    sb_json_put(root, "choices", choices, &failed);
    sb_json_put(root, "constants", constants, &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}

static void list_csv(const sb_output *out)
{
    sb_csv csv = {out->stream, 0};
    sb_csv_header(&csv, "list name meaning values");
    for (unsigned i = 0; i < sb_statement_count; i++) {
        sb_list forms = {0};
        forms_text(sb_statement_table[i], &forms);
        sb_csv_text(&csv, "statement");
        sb_csv_text(&csv, sb_statement_table[i]->name);
        sb_csv_text(&csv, sb_statement_table[i]->title);
        sb_csv_text(&csv, forms.text);
        sb_csv_end(&csv);
    }
    for (size_t i = 0; i < sb_parameter_count; i++) {
        sb_list choices = {0};
        if (!sb_parameters[i].choices) continue;
        choices_text(sb_parameters[i].choices, ", ", &choices);
        sb_csv_text(&csv, "choice");
        sb_csv_text(&csv, sb_parameters[i].key);
        sb_csv_text(&csv, sb_parameters[i].meaning);
        sb_csv_text(&csv, choices.text);
        sb_csv_end(&csv);
    }
    for (unsigned i = 0; i < sb_constant_count; i++) {
        sb_csv_text(&csv, "constant");
        sb_csv_text(&csv, sb_constant_table[i].name);
        sb_csv_text(&csv, sb_constant_table[i].meaning);
        sb_csv_text(&csv, NULL);
        sb_csv_end(&csv);
    }
}

sb_status sb_report_list(sb_context *ctx, const sb_output *out)
{
    sb_status st = SB_OK;
    if (out->format == SB_FORMAT_JSON) return list_json(ctx, out);
    if (out->format == SB_FORMAT_CSV) {
        list_csv(out);
        return SB_OK;
    }
    SB_TRY(statements_table(ctx, out));
    SB_TRY(choices_table(ctx, out));
    SB_TRY(constants_table(ctx, out));
done:
    return st;
}
