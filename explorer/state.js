/* state.js: the link that carries the state, "#N=10,S=5,eta=1e-4,show=lemma_4_6", its constants as `scorebound bound --set` takes them. */
"use strict";

/* A number as it was typed, or why it cannot be the constant's. */
function parseConstant(constant, text) {
    const trimmed = text.trim(), value = Number(trimmed);
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) || !isFinite(value)) return { error: `'${trimmed.slice(0, 40)}' is not a finite number` };
    if (value === 0 && /[1-9]/.test(trimmed.replace(/e.*/i, ""))) return { error: "is too small to be told from 0" };
    if (value < constant.least) return { error: `must be at least ${constant.least}` };
    if (value > constant.most) return { error: `must be at most ${constant.most}` };
    if (constant.whole && !Number.isInteger(value)) return { error: "must be a whole number" };
    return { value };
}

function setText(library, values) {
    return library.constants.filter((c) => !isNaN(values[c.index])).map((c) => `${c.name}=${values[c.index]}`).join(",");
}

function linkOf(library, state) {
    const parts = [setText(library, state.values), `show=${state.shown.name}`].filter(Boolean);
    return `#${parts.join(",")}`;
}

/* What a link says, and what in it could not be used. null: the link is empty. */
function readLink(library, hash) {
    let text = hash.replace(/^#/, "");
    try {
        text = decodeURIComponent(text);
    } catch (error) { /* a stray % stays as it is */ }
    if (!text.trim()) return null;
    const values = new Float64Array(library.constants.length).fill(NaN), mistakes = [];
    let shown = null;
    for (const part of text.split(",").slice(0, 500)) {
        const equals = part.indexOf("="), name = part.slice(0, equals).trim(), rest = part.slice(equals + 1);
        const constant = library.constants.find((c) => c.name === name);
        const statement = name === "show" ? library.statements.find((s) => s.name === rest.trim()) : null;
        if (equals > 0 && statement) shown = statement;
        else if (equals <= 0 || !constant) mistakes.push(`'${part.trim().slice(0, 40)}': no such constant`);
        else {
            const { value, error } = parseConstant(constant, rest);
            if (error) mistakes.push(`${name}: ${error}`);
            else values[constant.index] = value;
        }
    }
    return { values, shown, mistakes };
}
