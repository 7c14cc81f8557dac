/* statements.js: a statement's forms side by side: right sides, terms, conditions. */
"use strict";

const labelOf = (statement) => statement.source.split(",")[0];

/* What the right sides of a statement come to: [{form, answer}], and the level above which they say nothing. */
function evaluateForms(library, statement, values) {
    return {
        useless: library.useless(statement, values),
        forms: statement.forms.map((form) => ({ form, answer: library.evaluate(statement, form, values) })),
    };
}

const failing = (answer) => answer.conditions.filter((condition) => !condition.holds);

/* Whether the right side may be used: a class, a word, and the rest of the sentence. */
function verdictOf(answer, useless) {
    const failed = failing(answer).length;
    if (answer.missing.length > 0) return { kind: "unknown", word: "unknown", rest: "" };
    if (failed > 0) return { kind: "fails", word: "does not apply", rest: `: ${failed} condition${failed > 1 ? "s fail" : " fails"}` };
    if (answer.sum >= useless) return { kind: "vacuous", word: "vacuous", rest: `: pure noise has ${digits(useless)}` };
    if (answer.sum < useless) return { kind: "applies", word: "below noise", rest: `, which has ${digits(useless)}` };
    return { kind: "applies", word: "applies", rest: ": its conditions hold" };
}

function relationOf(form) {
    if (form.kind === "equality") return "=";
    return form.hidden ? "\u2272" : "\u2264";
}

function needsLinks(missing, focus) {
    const links = missing.map((name) => element("button", { type: "button", class: "link", "data-need": name, onclick: () => focus(name) }, indexed(symbol(name))));
    return element("p", { class: "needs" }, "needs ", links.flatMap((link, i) => (i > 0 ? [", ", link] : [link])));
}

function createCard(statement, { form, answer }, useless, focus) {
    const verdict = verdictOf(answer, useless);
    const missing = answer.missing.length > 0;
    const relation = element("span", { class: "relation" }, indexed(LEFT_SIDES[statement.lhs]), ` ${relationOf(form)} `);
    return element(
        "section", { class: `card ${form.name} ${verdict.kind}`, "data-form": form.name },
        element("h3", {}, form.name, element("small", {}, FORMS[form.name])),
        missing ? null : element("p", { class: "sum" }, relation, figure(answer.sum, { class: "rhs" })),
        missing ? needsLinks(answer.missing, focus) : element("p", { class: "verdict" }, verdict.word, element("span", { class: "rest" }, verdict.rest)),
        form.hidden ? element("p", { class: "hidden", title: `hidden: ${form.hidden}` }, "\u2272: hidden constant taken as 1") : null);
}

/* Names in the order in which the forms bring them. */
function union(forms, listOf) {
    return [...new Set(forms.flatMap(({ answer }) => listOf(answer).map((item) => item.name)))];
}

/* A term's bar: its share of the largest term of the statement, on a logarithmic scale of six decades. */
function shareOf(value, largest) {
    const size = Math.abs(value);
    return size > 0 && isFinite(size) && largest > 0 ? Math.max(0, 1 + Math.log10(size / largest) / 6) : 0;
}

function termCell(term, largest) {
    if (!term) return element("td", { class: "none" });
    const bar = element("span", { class: term.value < 0 ? "bar less" : "bar", style: `width:${(100 * shareOf(term.value, largest)).toFixed(1)}%` });
    return element("td", { class: "term" }, figure(term.value), bar);
}

function conditionCell(condition) {
    if (!condition) return element("td", { class: "none" });
    return element(
        "td", { class: condition.holds ? "holds" : "fails", "data-holds": String(condition.holds) },
        element("span", { class: "mark", "aria-label": condition.holds ? "holds" : "fails" }, condition.holds ? "\u2713" : "\u2717"),
        figure(condition.value, { class: "value" }), element("small", {}, " limit ", figure(condition.limit, { class: "limit" })));
}

/* Term by term and condition by condition, one column a form. */
function createTable(forms) {
    const head = element("tr", {}, element("td", {}), forms.map(({ form }) => element("th", { scope: "col" }, form.name)));
    const largest = Math.max(...forms.flatMap(({ answer }) => answer.terms.map((term) => Math.abs(term.value)).filter(isFinite)), 0);
    const rowsOf = (names, kind, cell) => names.map((name) => element(
        "tr", { [`data-${kind}`]: name }, element("th", { scope: "row" }, indexed(pretty(name))), forms.map(({ answer }) => cell(answer, name))));
    const terms = rowsOf(union(forms, (answer) => answer.terms), "term",
        (answer, name) => termCell(answer.terms.find((term) => term.name === name), largest));
    const conditions = rowsOf(union(forms, (answer) => answer.conditions), "condition",
        (answer, name) => conditionCell(answer.conditions.find((condition) => condition.name === name)));
    const caption = (text) => element("tr", { class: "caption" }, element("th", { scope: "colgroup", colspan: forms.length + 1 }, text));
    return element(
        "table", { class: "forms" }, element("thead", {}, head),
        element("tbody", {}, terms.length > 0 ? [caption("Terms"), terms] : null, conditions.length > 0 ? [caption("Conditions"), conditions] : null));
}

/* The statement on top: a card for each form, and the table. */
function drawStatement(cards, table, library, statement, values, focus) {
    const { useless, forms } = evaluateForms(library, statement, values);
    cards.dataset.statement = statement.name;
    cards.replaceChildren(...forms.map((form) => createCard(statement, form, useless, focus)));
    table.replaceChildren(createTable(forms));
}

function overviewCell(entry, useless, name) {
    if (!entry) return element("td", { class: "none", "data-form": name });
    const { answer } = entry, verdict = verdictOf(answer, useless);
    const failed = failing(answer).map((condition) => condition.name);
    const needs = answer.missing.length > 0 ? [`needs ${answer.missing.join(", ")}`] : [];
    return element(
        "td", { class: verdict.kind, "data-form": name, title: [verdict.word + verdict.rest, ...failed, ...needs].join("\n") },
        answer.missing.length > 0 ? element("span", { class: "needs" }, `needs ${answer.missing.length}`) : figure(answer.sum, { class: "rhs" }),
        verdict.kind === "fails" ? element("span", { class: "mark" }, "\u2717") : null,
        verdict.kind === "vacuous" ? element("span", { class: "mark" }, "\u25cb") : null);
}

/* All statements, a line each; a line's name brings the statement to the top. */
function drawOverview(table, library, values, choose) {
    const head = element("tr", {}, element("td", {}), library.formNames.map((name) => element("th", { scope: "col" }, name)));
    const rows = library.statements.map((statement) => {
        const { useless, forms } = evaluateForms(library, statement, values);
        const name = element("button", { type: "button", class: "link", onclick: () => choose(statement) }, labelOf(statement));
        return element(
            "tr", { "data-statement": statement.name }, element("th", { scope: "row" }, name, element("small", {}, statement.title)),
            library.formNames.map((form) => overviewCell(forms.find((entry) => entry.form.name === form), useless, form)));
    });
    table.replaceChildren(element("thead", {}, head), element("tbody", {}, rows));
}

function markShown(table, shown) {
    for (const row of table.querySelectorAll("[data-statement]")) {
        const current = row.dataset.statement === shown.name;
        row.classList.toggle("current", current);
        row.querySelector("button").setAttribute("aria-pressed", String(current));
    }
}
