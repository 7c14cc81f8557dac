#!/bin/sh
# Images as data of a run: the digits that are built in, shapes and glyphs; what inspect says of them, and a tiny run.
. "$(dirname "$0")/tap.sh"

# tiny_images KIND: a run so small that all of its steps take a moment, but for what the data themselves ask.
tiny_images() {
    cat <<END
seed: 3
data: {kind: $1, workers: 3, partition: {kind: by-component}$2}
diffusion: {T: 2.1, delta: 0.05, grid: log-snr, K: 5}
model: {kind: mlp, width: 4, depth: 1}
train: {rounds: 4, local_steps: 2, batch: 8, learning_rate: 0.001}
pruning: {kind: random, keep: 0.8}
measure: {every: 3, replicas: 2, samples: 64, chain_samples: 64, kl_samples: 256, particles: 2, hessian_iterations: 3}
END
}
tiny_images images ', images: {count: 150}' >digits.yaml
tiny_images shapes ', images: {count: 30}' >shapes.yaml
tiny_images glyphs ', glyphs: {templates: 5}' >glyphs.yaml

inspects() {
    run inspect digits.yaml && exits 0 && silent err && says out IMAGES && says out "images (digits), of 8 x 8 pixels and 1 channel" &&
        says out "dimension 64" && grep -q '^worker 0 .*-' out && grep -q '^pooled ' out && says out "DISCRETISATION (Lemma 4.5)"
}
fits_the_width() { [ "$(awk '{ if (length > 120) n++ } END { print n + 0 }' out)" -eq 0 ]; }
# Classes are dealt in turn: worker 1 of three has 1, 4 and 7.
shards() {
    run inspect digits.yaml --format json && exits 0 && json . sound && json image.height is 8 && json image.channels is 1 && json image.classes is 10 &&
        json 'workers[1].classes' count 10 && json 'workers[1].classes[0]' is 0 && json 'workers[0].classes[1]' is 0 && json pooled.images is 150
}
every_image_once() {
    total=0
    for n in 0 1 2; do
        run inspect digits.yaml --format json --data.partition.kind=dirichlet --measure.chain_samples=64
        total=$((total + $("$JSON_QUERY" out "workers[$n].images")))
    done
    [ "$total" -eq 150 ]
}
one_worker() { run inspect digits.yaml --data.workers=1 --data.partition.kind=iid --format json && exits 0 && json workers count 1 && json 'workers[0].images' is 150; }
glyphs() {
    run inspect glyphs.yaml && exits 0 && says out "a Gaussian mixture of 5 glyphs" && run inspect glyphs.yaml --data.images.channels=3 --format json && exits 0 &&
        json image.channels is 3 && json 'workers[0].images' is null && json image.classes is 5
}
shapes() { run inspect shapes.yaml && exits 0 && says out "30 drawings of shapes"; }
checks() {
    run check digits.yaml --output run && exits 0 && silent err && says out "Data: images (digits) in 64 dimensions, different for every worker" && says out LEDGER &&
        says out "Theorem 4.11" && [ -s run/ledger.json ] && says run/config.yaml "count: 150" && ! grep -q "dimension:" run/config.yaml
}
# Every statement has its line, and whatever is missing has a reason.
every_statement() {
    "$SCOREBOUND" list --format csv | sed -n 's/^statement,\([^,]*\),.*/\1/p' >names
    run report run --format json && exits 0 && json . sound && json 'kl[0].chain.lo' && json 'kl[0].grid' lacks && [ -s names ] || return 1
    while read -r statement; do json "statements[name=$statement].verdict" || return 1; done <names
}
no_grid() { refuses "images have more" check digits.yaml --measure.kl='[grid, chain]'; }
no_dimension() { refuses "'data.dimension' is only for 'data.kind: gaussian-mixture'" inspect digits.yaml --data.dimension=64; }
no_file() { refuses "nowhere/images" inspect digits.yaml --data.images.format=idx --data.images.path=nowhere/images --data.images.labels=nowhere/labels; }
too_many_workers() { refuses "151 workers cannot share 150 images" inspect digits.yaml --data.workers=151; }
empty_worker() { refuses "has none of the 20 images" inspect digits.yaml --data.images.count=20 --data.workers=19 --data.partition.kind=dirichlet --data.partition.alpha=0.001; }

# A sheet has at most 16384 pixels a side, room for eleven such images: a row of the run's pictures has no more.
idx_images wide 30 1 1400
tiny_images images ', images: {format: idx, path: wide-images, labels: wide-labels}' >wide.yaml
wide() {
    run check wide.yaml --output wide --measure.replicas=1 --measure.kl='[chain]' && exits 0 && silent err && [ -s wide/ledger.json ] &&
        [ "$("$JSON_QUERY" wide/pictures.json sheet.columns)" = 11 ] && [ "$("$JSON_QUERY" wide/pictures.json sheet.rows)" = 3 ] &&
        [ "$(od -An -tu1 -j16 -N4 wide/*.png | tr -d ' ')" = "006052" ] && run report wide && exits 0 && says wide/report.html "The first 11 of each, not chosen."
}

# What cannot be judged is found before training.
judged() { refuses "$1" check digits.yaml --output judged "--measure.quality_samples=$2" "$3" --data.partition.kind=iid --data.workers=1; }
one_class() {
    head -c 8 wide-labels >same-labels && head -c 30 /dev/zero >>same-labels &&
        refuses "measure.quality_samples: error: all images are of one class" train wide.yaml --output judged --data.images.labels=same-labels --measure.quality_samples=64
}

# It brings three dozen libraries, which would make every start three times as long.
no_matio() { LD_DEBUG=files "$SCOREBOUND" --version >loaded 2>&1 && grep -q libgsl loaded && ! grep -q libmatio loaded; }

check "inspect shows the classes of each worker" inspects
check "no line wider than 120 columns" fits_the_width
check "class shards" shards
check "every image is one worker's" every_image_once
check "one worker has everything" one_worker
check "glyphs" glyphs
check "shapes" shapes
check "check on digits" checks
check "every statement has its line" every_statement
check "no grid in 64 dimensions" no_grid
check "no dimension beside images" no_dimension
check "a missing file" no_file
check "more workers than images" too_many_workers
check "a worker without images" empty_worker
check "images too wide for a sheet of twelve" wide
check "images of one class cannot be judged" one_class
check "nine images cannot be judged" judged "measure.quality_samples: error: 9 images are too few" 64 --data.images.count=9
check "more numbers than can be judged" judged "measure.quality_samples: error: 4194305 images in dimension 64 are more than 2^28 numbers" 4194305 --seed=3
check "more drawings than can be judged" refuses "262145 images in dimension 1024 are more than 2^28 numbers" check shapes.yaml \
    --output judged --data.images.side=32 --measure.quality_samples=262145
check "libmatio is loaded for MAT-files alone" no_matio
finish
