// SPDX-License-Identifier: Apache-2.0
// Measuring operations: interleaved rounds, medians, and what share of the machine's measured peaks
// they reach.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fovea::bench {

// One operation to be timed. flops: multiply-adds count as two; bytes: those that it must move,
// each array once. 0 where it does not apply.
struct Case {
  std::string name, pass;
  double flops = 0, bytes = 0;
  std::function<void()> run;
  std::string baseline = "";  // pass of the same name whose time is compared, or ""
  std::string moves = "";     // what `bytes` counts, each tensor once for a reading or a writing
};

struct Timing {
  double median = 0, best = 0, worst = 0;  // seconds
  // The median of its times as multiples of what each machine case took right before it: on a
  // machine whose speed varies, a share of its peak is that of one moment.
  std::vector<double> of_machine;
  double of_baseline = 0;  // the same for its baseline's time of the same round
};

// Does some work and says how many seconds it took.
using Watch = std::function<double(const std::function<void()>& work)>;
Watch wall_watch();
Watch processor_watch();  // of this process: on a shared machine, for one thread only

// Runs every case once to warm up, then all of them in turn, `rounds` times, so that slow periods
// of the machine hit all alike; the machine cases, which come first, again before each further
// name.
std::vector<Timing> measure(const std::vector<Case>& cases, int rounds, const Watch& watch);

// Each case with the one of the same name and pass among `others` behind it, whose pass becomes
// "PASS, what" and which it is compared with. Cases without another stand alone.
std::vector<Case> compared(std::vector<Case> cases, std::vector<Case> others,
                           const std::string& what);

// Names of the cases that measure the machine itself; see machine.h.
inline constexpr const char* kMachine = "machine";
inline constexpr const char* kFmaPass = "fma";  // on a GPU in tf32 or bf16, mma
inline constexpr const char* kTilePass = "tile";
inline constexpr const char* kCopyPass = "copy";

struct Run {
  std::string simd;  // or the GPU
  int threads = 1;
  int64_t batch = 0;
  std::vector<Case> cases;
  std::vector<Timing> timings;
};

// A table for people, and one JSON object per case and line.
void print_table(const Run& run);
void print_json(const Run& run);

}  // namespace fovea::bench
