#!/bin/sh
# choose: four choices from a configuration or from given constants, in three formats; --apply, and what it leads to.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/keep: 0.8/keep: [1, 0.8, 0.7]/' >tiny.yaml
constants=N=10,S=5,R=1000,K=200,d=2,delta=0.01,M2=4.4,L=3.2,w2=0.4,sigma1=0.5,sigma2=0.1,Gamma=8,F0=5
contracting=mu=0.23,Fstar=0.7,Fn0=5.1,C1=-0.6
last='choices[name=optimised]'
mkdir directory

# at_most A B: of two numbers in the last JSON, the first is no larger.
at_most() { awk -v a="$(json "$1")" -v b="$(json "$2")" 'BEGIN { exit !(a + 0 <= b + 0) }'; }
narrower() { [ "$(awk -v most="$1" '{ if (length > most) n++ } END { print n + 0 }' out)" -eq 0 ]; }

json_of_a_configuration() {
    run choose tiny.yaml --format json && cp out whole.json
    exits 0 && silent err && json choices count 4 && json target near 0.1 1e-12 && json target_given is false && json budget.K is 7 &&
        json budget.steps is 12 && json "$last.bound.statement" is a_priori && json 'choices[name=printed].bound.statement' is theorem_4_11
}
four_choices() {
    for choice in printed corrected repaired optimised; do
        for key in T delta K kappa grid sampler eta S R reasons.T reasons.K reasons.eta bound.form bound.terms bound.conditions bound.needs remark \
            a_priori.rhs certificate training.moved training.half_at_least training.share_most training.F0 pilot chain; do
            "$JSON_QUERY" whole.json "choices[name=$choice].$key" || return 1
        done
    done
}
of_the_remark() {
    cp whole.json out && json 'choices[0].feasible' is false && json 'choices[1].feasible' is false && json 'choices[0].certificate.fails[0].name' &&
        at_most 'choices[0].certificate.F0_most' 'choices[0].certificate.F0' && json 'choices[0].remark.conditions' && json "$last.remark" is null &&
        json "$last.certificate" is null
}
feasible_choices() {
    cp whole.json out && json 'choices[2].feasible' is true && json "$last.feasible" is true && at_most "$last.a_priori.rhs" 'choices[2].a_priori.rhs' &&
        json "$last.bound.needs" count 0 && at_most "$last.K" budget.K && json "$last.delta" is 0.05
}
no_run_is_left() { [ ! -e runs ]; }
as_table() {
    run choose tiny.yaml --target 0.385
    exits 0 && silent err && narrower 120 && says out "0.385 nats" || return 1
    for title in SUMMARY CHOICES WHY "TERMS of" "CERTIFICATE of" "HOW FAR TRAINING MOVES"; do says out "$title" || return 1; done
}
as_narrow_table() { COLUMNS=80 run choose --set $constants && exits 0 && narrower 80 && says out "no bound without"; }
as_csv() {
    run choose tiny.yaml --format csv --threads 1
    exits 0 && [ "$(head -n 1 out)" = choice,quantity,value ] && says out optimised,grid, && says out ,budget.steps,12 && says out printed,feasible,0 &&
        says out "optimised,bound.terms.irreducible loss,"
}
on_two_threads() { run choose tiny.yaml --format json --threads 2 && cmp out whole.json; }
other_budgets() { run choose tiny.yaml --format json --diffusion.K=23 --train.rounds=9 && json budget.K is 23 && json budget.steps is 18; }

by_hand() {
    run choose --set $constants --set $contracting --format json
    exits 0 && silent err && json choices count 4 && json budget.K is 200 && json budget.steps is 5000 && json target near 0.2 1e-12 &&
        json 'choices[0].bound.worker' is null && json "$last.a_priori.form" is pl && json "$last.feasible" is true &&
        at_most "$last.a_priori.rhs" 'choices[2].a_priori.rhs' && json 'choices[0].certificate.delta_model' is null
}
a_target() { run choose --set $constants --target 2.385 --format json && json target is 2.385 && json target_given is true; }
lacks_constants() {
    run choose --set $constants --format json
    exits 0 && json "$last.feasible" is false && json "$last.bound.rhs" is null && json "$last.bound.needs[0]"
}
overflowing() { run choose --set "$(echo $constants | sed 's/w2=0.4/w2=1e110/; s/L=3.2/L=1e115/')" && exits 0 && ! grep -E -i '(^|[^a-z])(inf|nan)([^a-z]|$)' out; }

applies() {
    run choose tiny.yaml --apply chosen.yaml --format json
    exits 0 && says err "wrote the optimised choice to chosen.yaml" && cmp out whole.json && head -n 1 chosen.yaml | grep -q '^# The optimised choice' &&
        T=$(json "$last.T") && K=$(json "$last.K") && run inspect chosen.yaml --format json && exits 0 && json grid.T near "$T" 1e-12 && json grid.K is "$K"
}
the_promise_holds() {
    bound=$("$JSON_QUERY" whole.json "$last.bound.rhs")
    run check chosen.yaml --output chosen --format json
    exits 0 && json kl count 3 || return 1
    for n in 0 1 2; do awk -v a="$(json "kl[$n].chain.lo")" -v b="$bound" 'BEGIN { exit !(a <= b) }' || return 1; done
}
of_a_run() { run choose chosen --format json && exits 0 && json budget.K is "$("$JSON_QUERY" whole.json "$last.K")"; }
applies_another() { echo old >chosen.yaml && run choose tiny.yaml --apply chosen.yaml --choice repaired && exits 0 && says chosen.yaml "The repaired choice" && ! says chosen.yaml old; }
applies_nothing_infeasible() {
    run choose tiny.yaml --apply none.yaml --choice printed
    exits 2 && says err "the printed choice is not feasible" && says err "F0 <= (d+M2) e^-2 fails" && says out SUMMARY && [ ! -e none.yaml ]
}
helps() { run choose --help && exits 0 && says out "Usage: scorebound choose" && says out "scorebound choose --set" && narrower 80; }
names_what_is_missing() { refuses "--set: error:" choose --set N=10,S=5 && says err sigma1 && says err F0; }
contradicts() { refuses "--set: error:" choose --set "$(echo $constants | sed "s/,$1=[^,]*//"),$2" && says err "$1"; }

check "help" helps
check "json" json_of_a_configuration
check "json: every key of every choice" four_choices
check "json: the remark has a certificate" of_the_remark
check "json: the others are feasible, and optimised is no worse than repaired" feasible_choices
check "no run is left behind" no_run_is_left
check "table" as_table
check "a narrow table" as_narrow_table
check "csv" as_csv
check "the same bytes on two threads" on_two_threads
check "budgets of the configuration" other_budgets
check "constants by hand" by_hand
check "a target" a_target
check "constants that a bound lacks" lacks_constants
check "constants that overflow" overflowing
check "--apply" applies
check "check accepts what was applied, and the promise holds" the_promise_holds
check "the configuration of a run" of_a_run
check "--apply --choice replaces a file" applies_another
check "--apply: nothing infeasible" applies_nothing_infeasible

check "--set: constants that every choice needs" names_what_is_missing
check "--set: what is to be chosen" contradicts T T=2.385
check "--set: more workers keep a coordinate than there are" contradicts Gamma Gamma=20
check "--set: no early stop" contradicts delta delta=0
check "--set: mu without Fstar" contradicts Fstar mu=0.2
check "--set: mu above L" contradicts mu mu=7,Fstar=0.1
check "--set: Fstar above F0" contradicts Fstar mu=0.2,Fstar=7
check "--set: an unknown constant" refuses "did you mean 'sigma1'?" choose --set sigma_1=3
check "--set and a configuration" refuses "one of the two" choose tiny.yaml --set $constants
check "--set and a key" refuses "one of the two" choose --set $constants --train.rounds=3
check "--set and --apply" refuses "--apply: error:" choose --set $constants --apply hand.yaml
check "--choice without --apply" refuses "--choice: error:" choose tiny.yaml --choice printed
check "--choice: a slip" refuses "did you mean 'optimised'?" choose tiny.yaml --apply a.yaml --choice optimized
check "--choice: none of them" refuses "they are printed, corrected, repaired and optimised" choose tiny.yaml --apply a.yaml --choice x
check "--apply: a directory" refuses "--apply=directory: error: this is a directory" choose tiny.yaml --apply directory
check "--apply: no regular file" refuses "no regular file" choose tiny.yaml --apply /dev/null
check "--apply: nowhere" refuses "cannot write in nowhere" choose tiny.yaml --apply nowhere/a.yaml
check "--apply: no name" refuses "the name of a file is missing" choose tiny.yaml --apply=
check "--target: no number" refuses "--target=much: error:" choose tiny.yaml --target much
check "--target: not above 0" refuses "--target=0: error:" choose tiny.yaml --target 0
check "no such file" refuses "absent.yaml" choose absent.yaml
check "a misspelt key" refuses "--train.round=3: error: unknown key" choose tiny.yaml --train.round=3
check "two configurations" refuses "one argument too many" choose tiny.yaml tiny.yaml
finish
