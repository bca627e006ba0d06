# Shell functions by which a script of process cases (kill, signal, resume) drives the program: source it. $1: the run's
# folder, $2: steps, $3: steps between two checkpoints. FOVEA names the program. ${X:+exec}: with X set the subshell becomes
# the trainer, so that $! is its process.
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
FOVEA=${FOVEA:-build/dev/apps/fovea}
options() { echo --threads 1 epochs=1000000 "max_steps=$1" "checkpoint.every_steps=$2" log.every=1; }
train()  { ${X:+exec} "$FOVEA" train "$HERE/tiny.json" -o "$1" $(options "$2" "${3:-10}"); }
resume() { ${X:+exec} "$FOVEA" train "$HERE/tiny.json" -o "$1" --resume $(options "$2" "${3:-10}"); }
# "step loss", the last value of each step; a torn last line does not count.
curve() {
  python3 - "$1/metrics.jsonl" <<'PY'
import json, sys
losses = {}
for line in open(sys.argv[1]):
    try:
        row = json.loads(line)
    except ValueError:
        continue
    losses[row["step"]] = row["loss"]
for step in sorted(losses):
    print(step, repr(losses[step]))
PY
}
# The step of the newest checkpoint; fails when it does not load.
ckstep() {
  "$FOVEA" summary "$1/checkpoints/last.safetensors" >/dev/null 2>&1 || return 1
  python3 - "$1/checkpoints/last.safetensors" <<'PY'
import json, struct, sys
with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
print(json.loads(header["__metadata__"]["position"])["step"])
PY
}
leftovers() { ls -A "$1/checkpoints" | grep -c tmp; }
# Waits until three steps are done.
started() {
  for _ in $(seq 200); do
    [ "$(wc -l 2>/dev/null <"$1/metrics.jsonl")" -ge 3 ] 2>/dev/null && return 0
    sleep 0.05
  done
  return 1
}
TERM_RC=143
