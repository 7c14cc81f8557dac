/* library.js: the C library (exports.h) as lists and functions. The only file that knows about addresses; no other computes a bound. */
"use strict";

const KIND = ["upper", "equality", "condition"];

/* The compiled library, from the page's own text. */
async function openLibrary(base64) {
    const bytes = Uint8Array.from(atob(base64.trim()), (c) => c.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, {});
    instance.exports._initialize();
    return wrapLibrary(instance.exports);
}

function wrapLibrary(c) {
    const count = c.sb_explorer_constant_count();
    const room = { given: c.malloc(8 * count), chosen: c.malloc(8 * count), answer: c.malloc(c.sb_explorer_answer_size()) };
    const list = (length, row) => Array.from({ length }, (_, i) => row(i));

    function text(address) {
        const memory = new Uint8Array(c.memory.buffer);
        return new TextDecoder().decode(memory.subarray(address, memory.indexOf(0, address)));
    }
    const doubles = (address) => new Float64Array(c.memory.buffer, address, count);
    const put = (values) => doubles(room.given).set(values);

    const constants = list(count, (i) => ({
        index: i,
        name: text(c.sb_explorer_constant_name(i)),
        meaning: text(c.sb_explorer_constant_meaning(i)),
        least: c.sb_explorer_constant_least(i),
        most: c.sb_explorer_constant_most(i),
        whole: c.sb_explorer_constant_whole(i) !== 0,
    }));
    const formNames = list(c.sb_explorer_form_count(), (form) => text(c.sb_explorer_form_name(form)));

    function formOf(i, form) {
        const kind = c.sb_explorer_statement_kind(i, form);
        return kind < 0 ? null : { form, name: formNames[form], kind: KIND[kind], hidden: text(c.sb_explorer_statement_hidden(i, form)) };
    }
    const statements = list(c.sb_explorer_statement_count(), (i) => ({
        index: i,
        name: text(c.sb_explorer_statement_name(i)),
        title: text(c.sb_explorer_statement_title(i)),
        source: text(c.sb_explorer_statement_source(i)),
        generation: c.sb_explorer_statement_generation(i) !== 0,
        lhs: c.sb_explorer_statement_lhs(i),
        forms: list(formNames.length, (form) => formOf(i, form)).filter(Boolean),
    }));
    const steps = list(c.sb_explorer_step_count(), (i) => ({
        name: text(c.sb_explorer_step_name(i)),
        meaning: text(c.sb_explorer_step_meaning(i)),
        proof: i < c.sb_explorer_step_proof(),
    }));

    function readAnswer(missing) {
        const a = room.answer;
        return {
            missing: list(Math.max(missing, 0), (j) => constants[c.sb_explorer_missing(a, j)].name),
            sum: c.sb_explorer_sum(a),
            terms: list(c.sb_explorer_term_count(a), (j) => ({
                name: text(c.sb_explorer_term_name(a, j)),
                value: c.sb_explorer_term_value(a, j),
            })),
            conditions: list(c.sb_explorer_condition_count(a), (j) => ({
                name: text(c.sb_explorer_condition_name(a, j)),
                limit: c.sb_explorer_condition_limit(a, j),
                value: c.sb_explorer_condition_value(a, j),
                holds: c.sb_explorer_condition_holds(a, j) !== 0,
            })),
        };
    }

    /* One right side: its sum, terms and conditions, or the names of the constants that are missing. */
    function evaluate(statement, form, values) {
        put(values);
        return readAnswer(c.sb_explorer_evaluate(statement.index, form.form, room.given, room.answer));
    }

    /* From this right side on the statement says no more than is known of pure noise; NaN where it does not apply. */
    function useless(statement, values) {
        put(values);
        return c.sb_explorer_useless(statement.index, room.given);
    }

    /* Every level of the slack waterfall; `start` is the level before the first step. */
    function waterfall(values, start) {
        put(values);
        const lacking = (i) => constants.filter((row) => c.sb_explorer_step_lacks(i, row.index, room.given)).map((row) => row.name);
        return {
            descends: c.sb_explorer_descends(room.given) !== 0,
            levels: steps.map((step, i) => {
                const level = c.sb_explorer_step_level(i, room.given);
                return { ...step, level, nats: c.sb_explorer_step_nats(i, room.given, start), missing: isNaN(level) ? lacking(i) : [] };
            }),
        };
    }

    /* Remark 4.12 at the T, K, kappa and eta that it demands, with the constants there as `chosen`. */
    function remark(form, values) {
        put(values);
        const missing = c.sb_explorer_remark(form.form, room.given, room.chosen, room.answer);
        return { ...readAnswer(missing), chosen: doubles(room.chosen).slice() };
    }

    return { constants, statements, steps, formNames, evaluate, useless, waterfall, remark };
}
