/* remark.js: whether Remark 4.12's choice exists at these constants, and what it would be. */
"use strict";

const CHOSEN = ["T", "K", "kappa", "eta"];

/* The remark's condition on F0 alone, which no choice of T, K, kappa or eta can mend once T >= 1. */
const START = "F0 <= (d+M2) e^-2";

/* Why there is none, in words. */
function explainStart(library, values, remark) {
    const start = remark.conditions.find((condition) => condition.name === START);
    if (!start || start.holds) return null;
    const irreducible = -values[library.constants.find((c) => c.name === "C1").index];
    const asked = "The remark asks for T \u2265 1, and with that for F\u2080 \u2264 (d+M\u2082) e\u207b\u00b2 = ";
    const perfect = " No model mends that on this grid: even the perfect score has a loss of \u2212C\u2081 = ";
    const words = [asked, figure(start.limit), "; F\u2080 is ", figure(start.value), "."];
    if (irreducible > start.limit) words.push(perfect, figure(irreducible), ".");
    else words.push(" A smaller F\u2080 would do: a better initial model, or a larger \u03b4.");
    return element("p", { class: "why" }, words);
}

/* Where T would have to be negative there is nothing to set. */
function isAdmissible(library, chosen) {
    const fits = (c, x) => isFinite(x) && x >= c.least && x <= c.most;
    return library.constants.every((c) => !CHOSEN.includes(c.name) || fits(c, chosen[c.index]));
}

function createDemand(library, values, form, adopt, focus) {
    const name = form.name, remark = library.remark(form, values), failed = failing(remark);
    const head = element("h3", {}, name, element("small", {}, name === "printed" ? "w\u00b2 L limits \u03b7" : "w\u00b2 L\u00b2 limits \u03b7"));
    if (remark.missing.length > 0) return element("section", { class: "demand unknown", "data-form": name }, head, needsLinks(remark.missing, focus));
    const exists = failed.length === 0, taken = name === "printed" ? " nats, its hidden constant taken as 1." : " nats.";
    const titles = element("tr", {}, element("td", {}), ["it demands", "is now"].map((title) => element("th", { scope: "col" }, title)));
    const rows = CHOSEN.map((constant) => {
        const index = library.constants.find((c) => c.name === constant).index;
        const relation = constant === "kappa" || constant === "eta" ? "\u2264" : "\u2265";
        return element(
            "tr", { "data-constant": constant }, element("th", { scope: "row" }, `${symbol(constant)} ${relation}`),
            element("td", {}, figure(remark.chosen[index], { class: "demanded" })), element("td", {}, figure(values[index], { class: "yours" })));
    });
    const conditions = failed.map((condition) => element(
        "li", { "data-condition": condition.name }, indexed(pretty(condition.name)), ": ", figure(condition.value, { class: "value" }), " against ", figure(condition.limit, { class: "limit" })));
    return element(
        "section", { class: `demand ${exists ? "applies" : "fails"}`, "data-form": name }, head,
        element("p", { class: "verdict" }, exists ? "Such a choice exists." : "No such choice exists."),
        element("table", {}, element("thead", {}, titles), element("tbody", {}, rows)),
        exists && !isNaN(remark.sum) ? element("p", {}, "It promises ", figure(remark.sum, { class: "promise" }), taken) : null,
        exists ? null : [element("p", {}, "Even there fails"), element("ul", {}, conditions)],
        explainStart(library, values, remark),
        isAdmissible(library, remark.chosen)
            ? element("button", { type: "button", onclick: () => adopt(remark.chosen) }, "Set T, K, \u03ba, \u03b7 so") : null);
}

function drawRemark(place, library, values, adopt, focus) {
    const statement = library.statements.find((s) => s.name === "remark_4_12");
    place.replaceChildren(...statement.forms.map((form) => createDemand(library, values, form, adopt, focus)));
}
