# filter.awk: a header of the library as Doxygen reads it. The house's comments are plain: one in front of a group of declarations, saying
# `name: what it does` of each, tables in it indented. Here each declaration gets its own part of the text, formulas as they stand.

# Text that Doxygen must not interpret.
function plain(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/[\\@#%$]/, "\\\\&", s)
    while (match(s, /`[^`]+`/)) s = substr(s, 1, RSTART - 1) "<tt>" substr(s, RSTART + 1, RLENGTH - 2) "</tt>" substr(s, RSTART + RLENGTH)
    return s
}

# The lines of a text, between its tables, which keep their lines.
function body(text,    line, n, i, out, table, before) {
    n = split(text, line, "\n")
    before = 99
    for (i = 1; i <= n; i++) {
        match(line[i], /^ */)
        if (!table && RLENGTH >= 2 && RLENGTH < 10 && line[i] ~ /[^ ]/) { out = out "\\verbatim\n"; table = 1 }
        else if (table && RLENGTH < 2) { out = out "\\endverbatim\n"; table = 0 }
        if (table) { out = out line[i] "\n"; continue }
        sub(/^ +/, "", line[i])
        out = out (line[i] == "" ? "\n" : plain(line[i]) "\n")
    }
    return out (table ? "\\endverbatim\n" : "")
}

# Where the next label of a text is: `name: ` or `name, other: ` or `name/_other: `; members of a struct have no prefix.
function find_label(text, member) {
    if (member) return match(text, /(^|\n|[.;] +)[a-z][a-z0-9_]*(, [a-z][a-z0-9_]*)*:[ \n]/)
    return match(text, /(^|\n|[.;] +|  )(sb_[a-z0-9_]+|SB_[A-Z0-9_]+)(\([a-zA-Z, ]*\))?(((\/|, | and )(sb_|_|SB_)[a-zA-Z0-9_]+)(\([a-zA-Z, ]*\))?)*:[ \n]/)
}

# parts: cuts a comment at its labels into label[i] and said[i], i = 1..count; what stands before the first label is said[0].
function parts(text, member,    rest, head, at, length_) {
    pending = text
    count = 0
    said[0] = ""
    rest = text
    while (find_label(rest, member)) {
        at = RSTART; length_ = RLENGTH
        head = substr(rest, at, length_)
        match(head, /[a-zS]/)
        said[count] = said[count] substr(rest, 1, at + RSTART - 2)
        count++
        label[count] = substr(head, RSTART)
        said[count] = ""
        rest = substr(rest, at + length_)
        sub(/^ +/, "", rest)
    }
    said[count] = said[count] rest
}

# Whether a label names the declaration; a `/_free` after `sb_thing_make` stands for `sb_thing_free`.
function named(i, name,    word, n, k, stem) {
    n = split(label[i], word, /[^A-Za-z0-9_]+/)
    for (k = 1; k <= n; k++) {
        if (word[k] == name) return 1
        if (word[k] ~ /^_/ && stem word[k] == name) return 1
        if (word[k] ~ /^sb_/) { stem = word[k]; sub(/_[a-z0-9]+$/, "", stem) }
    }
    return 0
}

# What the comment before it says of a declaration: its own part, or the one that mentions it, or all of it.
function about(name,    i, own) {
    for (i = 1; i <= count && !own; i++) if (named(i, name)) own = i
    for (i = 1; i <= count && !own; i++) if (said[i] ~ ("(^|[^a-z0-9_])" name "([^a-z0-9_]|$)")) own = i
    if (own) return said[0] ~ /[^ \n]/ ? said[0] "\n" said[own] : said[own]
    return said[0] ~ /[^ \n]/ || count == 0 ? said[0] : pending
}

# The name that a line of code declares at the top level, or nothing.
function declared(code,    head) {
    if (code ~ /^#define +[A-Za-z_]/) { sub(/^#define +/, "", code); sub(/[^A-Za-z0-9_].*/, "", code); return code }
    if (code ~ /^(#|$|\}|extern "C")/) return ""
    head = code
    if (code !~ /^(typedef|enum|struct)/ && sub(/\(.*/, "", head)) { sub(/.*[^A-Za-z0-9_]/, "", head); return head }
    sub(/ *[;={\[].*/, "", code)
    sub(/.*[^A-Za-z0-9_]/, "", code)
    return code == "" ? "unnamed" : code
}

function comment(text) {
    if (!headed) {
        headed = 1
        sub(/^[a-z0-9_]+\.h: */, "", text)
        print "/** \\file\n" body(text) "*/"
    } else if (text !~ /^ *clang-format/) {
        parts(text, depth > 0)
        waiting = 1
        used = 0
    }
}

# What is said of a member: the first below a comment has all that is said in general, those with a label their own part.
function about_member(code,    name, i, own) {
    if (match(code, /\(\*[a-z0-9_]+\)/)) name = substr(code, RSTART + 2, RLENGTH - 3)
    for (i = 1; name != "" && i <= count && !own; i++) if (named(i, name)) own = i
    if (own) return (used ? "" : said[0] "\n") said[own]
    return used ? "" : (count ? said[0] : pending)
}

# A line of code: what is said of it in front, its own remark behind it as one that follows.
function code_line(line,    at, code, remark, name, i) {
    at = index(line, "/*")
    code = at ? substr(line, 1, at - 1) : line
    remark = at ? substr(line, at + 2) : ""
    if (depth == 0 && !open && waiting) {
        name = declared(code)
        if (name != "") print "/** " body(about(name)) "*/"
    } else if (depth > 0 && waiting) {
        name = about_member(code)
        if (code !~ /^ *\}/ && name ~ /[^ \n]/) print "/** " body(name) "*/"
    }
    if (at && code !~ /^#/ && line !~ /\\$/) {
        following = remark !~ /\*\//
        sub(/ *\*\/.*/, "", remark)
        sub(/^ +/, "", remark)
        print code "/**< " plain(remark) (following ? "" : " */")
    } else {
        print line
    }
    if (code !~ /^(#|extern "C")/) {
        depth += gsub(/\{/, "{", code) - gsub(/\}/, "}", code)
        if (depth < 0) depth = 0
        if (depth == 0 && code ~ /^\}.*;/) waiting = 0
        open = depth > 0 || (code ~ /[^ ]/ && code !~ /[;}] *$/)
    }
}

FILENAME ~ /\.dox$/ { print; next }
following {
    ends = /\*\//
    line = $0
    sub(/^ *\* ?/, "", line)
    sub(/ *\*\/.*/, "", line)
    print plain(line) (ends ? " */" : "")
    following = !ends
    next
}
inside {
    ends = /\*\//
    line = $0
    sub(/^ *\*\/ *$/, "", line)
    sub(/^ *\* ?/, "", line)
    sub(/ *\*\/ *$/, "", line)
    text = text "\n" line
    if (ends) { inside = 0; comment(text) }
    next
}
/^ *\/\*/ && (!/\*\// || /\*\/ *$/) && !macro {
    text = $0
    sub(/^ *\/\* ?/, "", text)
    if (/\*\/ *$/) { sub(/ *\*\/ *$/, "", text); comment(text) }
    else inside = 1
    next
}
/^ *$/ {
    if (depth == 0 && waiting == 1 && !used) print "/** \\file\n" body(pending) "*/"
    waiting = used = 0
    print
    next
}
{
    if (macro) print
    else code_line($0)
    used = 1
    macro = /\\$/
}
