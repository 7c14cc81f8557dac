#!/bin/sh
# Without a GPU: whatever would need one says so before anything is written, the rest works; and training in single precision.
. "$(dirname "$0")/tap.sh"
CUDA_VISIBLE_DEVICES=
export CUDA_VISIBLE_DEVICES
tiny_config >tiny.yaml
no_gpu="no GPU to work on: "

measure_needs_it() {
    run train tiny.yaml --output there && exits 0 && sed -i 's/^device: cpu/device: cuda/' there/config.yaml &&
        refuses "$no_gpu" measure there && refuses "$no_gpu" train --resume there && [ ! -e there/measured.json ]
}
inspect_needs_none() { run inspect tiny.yaml --format csv && cp out plain && run inspect tiny.yaml --format csv --device=cuda && exits 0 && cmp out plain; }
list_needs_none() { run list && exits 0; }
oracle_needs_none() { run check tiny.yaml --model.kind=exact --device=cuda --output oracle && exits 0; }
single_precision() {
    run check tiny.yaml --output double && exits 0 && run check tiny.yaml --train.precision=float --output float --threads 1 && exits 0 &&
        says out "; in single precision." &&
        grep -q 'precision: float' float/config.yaml && grep -q 'precision: double' double/config.yaml &&
        ! cmp -s double/checkpoint.safetensors float/checkpoint.safetensors
}
single_precision_on_two_threads() {
    run check tiny.yaml --train.precision=float --output float2 --threads 2 && exits 0 &&
        cmp float/checkpoint.safetensors float2/checkpoint.safetensors && cmp float/ledger.json float2/ledger.json
}
same_verdicts() {
    cut -d , -f 1,2 float/ledger.csv >one && cut -d , -f 1,2 double/ledger.csv >two && cmp one two &&
        grep -o -E 'holds|violated|inconclusive|vacuous|not-applicable' float/ledger.csv >one &&
        grep -o -E 'holds|violated|inconclusive|vacuous|not-applicable' double/ledger.csv >two && [ -s one ] && cmp one two
}

check "check without a GPU" refuses "$no_gpu" check tiny.yaml --device=cuda
check "train without a GPU" refuses "$no_gpu" train tiny.yaml --device=cuda --output new
check "train in single precision without a GPU" refuses "$no_gpu" train tiny.yaml --device=cuda --train.precision=float
check "choose without a GPU" refuses "$no_gpu" choose tiny.yaml --device=cuda
check "sweep without a GPU" refuses "$no_gpu" sweep tiny.yaml --vary seed=1,2 --device=cuda
check "sweep over devices without a GPU" refuses "$no_gpu" sweep tiny.yaml --vary device=cpu,cuda
check "measure and --resume without a GPU" measure_needs_it
check "inspect needs no GPU" inspect_needs_none
check "list needs no GPU" list_needs_none
check "the oracle needs no GPU" oracle_needs_none
check "another device" refuses "this build has: cpu, cuda" check tiny.yaml --device=gpu
check "another precision" refuses "possible are double, float" check tiny.yaml --train.precision=half
check "single precision" single_precision
check "single precision, the same bytes on two threads" single_precision_on_two_threads
check "single precision, the same verdicts" same_verdicts
finish
