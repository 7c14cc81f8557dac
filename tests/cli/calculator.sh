#!/bin/sh
# bound --set: right sides from given constants, as scripts depend on them.
. "$(dirname "$0")/tap.sh"
rates=N=10,S=5,R=100,eta=1e-4,L=3.2,w2=0.4,Gamma=6,sigma1=0.5,sigma2=0.1,F0=5,FR=1.5
printed='statements[name=lemma_4_6,form=printed]'
theorem='statements[name=theorem_4_11,form=printed]'

# 8(F0-FR)/(eta S R) + sigma1^2 + sigma2^2 + 160 w2 L N/Gamma + 40 N sigma2^2/Gamma + 16 eta L N sigma1^2/Gamma^2
at_rate() { awk -v eta="$1" 'BEGIN { printf "%.17g", 8*(5-1.5)/(eta*5*100) + 0.25 + 0.01 + 160*0.4*3.2*10/6 + 40*10*0.01/6 + 16*eta*3.2*10*0.25/36 }'; }

json_of_constants() {
    run bound --set $rates --format json
    exits 0 && silent err && json . sound && json "$printed.rhs.value" near "$(at_rate 1e-4)" 1e-12 && json "$printed.rhs.status" is assumed &&
        json "$printed.terms.progress" near 560 1e-12 && json "$printed.lhs" is null && json "$printed.ratio" is null && json "$printed.needs" lacks
}
missing_constants() { json "$theorem.rhs" is null && json "$theorem.verdict" is unknown && json "$theorem.needs[0]" is d; }
conditions() { json "$printed.conditions[0].holds" is true && json "$printed.conditions[0].value" is 1e-4; }
hidden_constants() { json "$theorem.hidden_constant" && json "$printed.hidden_constant" lacks; }
fails_a_condition() {
    run bound --set "$rates" --set T=2.3,K=40 --format json && cp out first
    run bound --set "$(echo $rates | sed s/eta=1e-4/eta=0.5/)" --format json
    json "$printed.conditions[0].holds" is false && json "$printed.conditions[0].value" is 0.5 && json "$printed.rhs.value" near "$(at_rate 0.5)" 1e-12
}
repeated_set() { "$JSON_QUERY" first constants count 13; }
as_table() { run bound --set $rates && exits 0 && says out "Lemma 4.6" && says out "no right side without" && says out CONDITIONS; }
as_csv() { run bound --set $rates --format csv && exits 0 && says out "statement,form,worker" && says out lemma_4_6,printed; }
blanks() { run bound --set ' L = 3.2 , N=10' --format json && exits 0 && json constants.L.value is 3.2; }
tiny() { run bound --set mu=1e-320 --format json && exits 0 && json constants.mu.value near 1e-320 1e-3; }
one_constant() { run bound --set N=7 --format json && exits 0 && json constants count 1 && json "$printed.rhs" is null; }

check "json" json_of_constants
check "missing constants are named" missing_constants
check "conditions" conditions
check "hidden constants" hidden_constants
check "a condition that fails" fails_a_condition
check "--set given twice" repeated_set
check "table" as_table
check "csv" as_csv
check "blanks around names" blanks
check "one constant" one_constant
check "neither run nor constants" refuses "give a run directory or --set" bound
check "both run and constants" refuses "give a run directory or --set" bound somewhere --set N=1
check "an unknown constant" refuses "in 'Nworkers=3': unknown constant 'Nworkers'" bound --set N=1,Nworkers=3
check "a misspelt constant" refuses "did you mean 'sigma1'?" bound --set sigma_1=3
check "a constant twice" refuses "in 'L=2': L is given twice" bound --set L=1,L=2
check "not a number" refuses "in 'L=big': 'big' is not a finite number" bound --set L=big
check "a number with a tail" refuses "in 'L=1x': '1x' is not a finite number" bound --set L=1x
check "not a finite number" refuses "is not a finite number" bound --set L=inf
check "a hexadecimal number" refuses "in 'N=0x10': '0x10' is not a finite number" bound --set N=0x10
check "too large for a number" refuses "is not a finite number" bound --set L=1e999
check "smaller than any normal number" tiny
check "rounds to zero" refuses "in 'mu=1e-400': '1e-400' is too small to be told from 0" bound --set mu=1e-400
check "too large" refuses "in 'C1=5': C1 must be at most 0" bound --set C1=5
check "too small" refuses "in 'L=-1': L must be at least" bound --set L=-1
check "not whole" refuses "in 'N=2.5': N must be a whole number" bound --set N=2.5
check "no value" refuses "'L=' is not NAME=VALUE" bound --set L=
check "no name" refuses "'=3' is not NAME=VALUE" bound --set =3
check "an empty part" refuses "'' is not NAME=VALUE" bound --set N=1,
finish
