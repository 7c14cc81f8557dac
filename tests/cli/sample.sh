#!/bin/sh
# sample: points of a trained run as a .npy file, the same bytes on any number of threads.
. "$(dirname "$0")/tap.sh"
tiny_config >tiny.yaml
"$SCOREBOUND" train tiny.yaml --output run >out 2>err

header() { head -c 127 "$1" | tail -c +11; } # without the line's end
points() { tail -c +129 "$1"; }
moments() { points "$1" | od -A n -v -t f8 | awk '{ for (i = 1; i <= NF; i++) { n++; s += $i; q += $i * $i } } END { print n, s / n, q / n }'; }

samples() {
    run sample run -n 1000 -o a.npy
    exits 0 && silent err && says out "1000 points in dimension 1" && says out "replica 0 after 6 of 6 rounds" && says out "a.npy: float64 (1000,1)" &&
        [ "$(wc -c <a.npy)" -eq 8128 ] && [ "$(ls | grep -c tmp)" -eq 0 ]
}
has_a_header() { header a.npy | grep -q -x -e "{'descr': '<f8', 'fortran_order': False, 'shape': (1000, 1), } *"; }
numpy_reads_it() { "$python" -c 'import numpy; y = numpy.load("a.npy"); assert y.shape == (1000, 1) and y.dtype == "float64" and numpy.isfinite(y).all()'; }
on_two_threads() { run sample run -n 1000 -o b.npy --threads 1 && run sample run -n 1000 -o c.npy --threads 2 && cmp a.npy b.npy && cmp a.npy c.npy; }
few_points() { run sample run -n 40 -o forty.npy; }
fewer() { run sample run -n 301 -o few.npy && points few.npy >few && points a.npy | head -c $((301 * 8)) | cmp - few; }
another_replica() { run sample run -n 1000 -o other.npy --replica 1 && says out "replica 1" && [ "$(wc -c <other.npy)" -eq 8128 ] && ! cmp -s a.npy other.npy; }
as_json() {
    run sample run -n 37 -o j.npy --replica=1 --format json
    exits 0 && json . sound && json file is j.npy && json shape count 2 && json 'shape[0]' is 37 && json 'shape[1]' is 1 && json replica is 1 &&
        json round is 6 && json device is cpu && json seconds && json run is run
}
as_csv() { run sample run -o d.npy --format csv && exits 0 && [ "$(head -n 1 out)" = "file,rows,columns,replica,round,device,seconds,run" ] && says out "d.npy,10000,1,0,6,cpu,"; }
replaces() { echo old >a.npy && run sample run -n 1000 -o a.npy && cmp a.npy b.npy; }
# The exact score gives the pooled data back, of which two workers hold the first component and one the second: mean -0.433, second
# moment 1.267.
gives_the_data_back() {
    run train tiny.yaml --output exact --model.kind=exact --diffusion.K=100 --diffusion.T=4 --diffusion.delta=0.002 && run sample exact -n 10000 -o e.npy && exits 0 &&
        moments e.npy | awk '{ ok = $1 == 10000 && $2 > -0.48 && $2 < -0.38 && $3 > 1.21 && $3 < 1.32 } END { exit !ok }'
}
on_another_device() {
    run sample run -n 1000 -o g.npy --device=cpu && cmp a.npy g.npy || return 1
    run sample run -n 1000 -o g.npy --device cuda
    if exits 2; then says err "no GPU to work on" && cmp a.npy g.npy; else exits 0 && says out "on cuda"; fi
}
stops() {
    "$SCOREBOUND" sample run -n 100000000 -o long.npy >out 2>err &
    sampling=$!
    while kill -0 $sampling 2>/dev/null && ! grep -q '^SigCgt:.*[2367abef]$' /proc/$sampling/status; do sleep 0.02; done
    kill -INT $sampling
    wait $sampling
    status=$?
    exits 1 && silent out && says err "stopped while sampling" && [ ! -e long.npy ] && [ "$(ls | grep -c tmp)" -eq 0 ]
}

features() {
    run measure run --features=a.npy,other.npy --format json
    exits 0 && json . sound && json quality.given_features.features is 1 && json quality.given_features.generated is 1000 &&
        json quality.given_features.frechet_feature_distance.status is sampled && json quality.given_features.frechet_feature_distance.value &&
        json constants.L.value && ! json quality.classifier_score
}
features_are_kept() {
    run report run --format json && json quality.given_features.reference is 1000 && run report run && says out "Frechet distance, given" &&
        run measure run --features=a.npy,a.npy && says out "Frechet distance, given  0 "
}
no_features() { run measure run --format json && exits 0 && ! json quality; }

check "samples" samples
check "the header" has_a_header
python_with numpy
if [ -n "$python" ]; then check "numpy reads it" numpy_reads_it; else skip "numpy reads it" "python3 has no numpy"; fi
check "the same bytes on any number of threads" on_two_threads
check "a few points" few_points
check "the first points do not depend on how many there are" fewer
check "another replica" another_replica
check "json" as_json
check "csv, and ten thousand points by default" as_csv
check "an old file is replaced" replaces
check "the exact score gives the data back" gives_the_data_back
check "another device than the run's" on_another_device
check "SIGINT" stops
check "features of the user's" features
check "they are kept" features_are_kept
check "measured anew without them" no_features

cp -r run bare && rm bare/checkpoint.safetensors
mkdir folder
check "no run" refuses "which run?" sample
check "no file" refuses "into which file?" sample run -n 10
check "not a run" refuses "nowhere: error: no run directory" sample nowhere -o x.npy
check "nothing trained" refuses "begin with: scorebound train bare" sample bare -o x.npy
check "no points" refuses "--count=0: error: not a whole number from 1 to" sample run -n 0 -o x.npy
check "too many points" refuses "--count=1000000001: error:" sample run -n 1000000001 -o x.npy
check "a number that is none" refuses "--count=many: error:" sample run -n many -o x.npy
check "a replica that was not trained" refuses "--replica=2: error: the last replica of this run is 1" sample run -o x.npy --replica=2
check "a negative replica" refuses "--replica=-1: error:" sample run -o x.npy --replica=-1
check "an unknown device" refuses "--device=gpu: error:" sample run -o x.npy --device=gpu
check "a file in no folder" refuses "--output=none/x.npy: error: cannot write in none" sample run -o none/x.npy
check "a picture of what is no image" refuses "--output=x.png: error: the data of this run are no images" sample run -o x.png
check "no comma between features" refuses "--features=a.npy: error: two files are needed" measure run --features=a.npy
check "three files of features" refuses "two files are needed" measure run --features=a.npy,b.npy,c.npy
check "features in no file" refuses "nowhere.npy: error: No such file" measure run --features=nowhere.npy,a.npy
check "features that are none" refuses "not a .npy file" measure run --features=tiny.yaml,a.npy
check "too few points with features" refuses "takes 64 points" measure run --features=forty.npy,a.npy
check "the data are no images" refuses "--images=x.png: error: the data are no images" inspect tiny.yaml --images=x.png
check "a picture that is none" refuses "a sheet of images is a file .png" inspect tiny.yaml --images=x.npy
check "a folder instead of a file" refuses "this is a directory, and stays" sample run -o folder
check "a key of the configuration" refuses "unknown option" sample run -o x.npy --diffusion.K=3
finish
