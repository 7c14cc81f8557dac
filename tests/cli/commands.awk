# Commands that a document shows, one a line behind the word `block` (a line of an sh block, or one after `$ ` in another block) or `span`
# (code in running text).
function show(kind, command) {
    sub(/ +#.*/, "", command)
    gsub(/[ \t]+/, " ", command)
    gsub(/(^ | $)/, "", command)
    if (command != "") print kind " " command
}
function paragraph(    span) {
    while (match(prose, /`[^`]+`/)) {
        span = substr(prose, RSTART + 1, RLENGTH - 2)
        prose = substr(prose, RSTART + RLENGTH)
        if (span ~ /^((build\/)?scorebound|\.\/quickstart|make)( |$)/) show("span", span)
    }
    prose = ""
}
/^```/ { paragraph(); fenced = !fenced; shell = fenced && /^```sh/; next }
shell && /\\$/ { joined = joined substr($0, 1, length($0) - 1); next }
shell { show("block", joined $0); joined = ""; next }
fenced { if (sub(/^\$ /, "")) show("block", $0); next }
/^ *$/ { paragraph(); next }
{ prose = prose " " $0 }
END { paragraph() }
