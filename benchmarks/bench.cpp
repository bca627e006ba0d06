// SPDX-License-Identifier: Apache-2.0
#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace fovea::bench {

namespace {

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Watch watch_of(double (*now)()) {
  return [now](const std::function<void()>& work) {
    const double start = now();
    work();
    return now() - start;
  };
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// What the rounds saw of one case.
struct Seen {
  std::vector<double> seconds;
  std::vector<std::vector<double>> of_machine;  // [machine case][time]
};

Timing summary(const Seen& seen) {
  const auto [best, worst] = std::minmax_element(seen.seconds.begin(), seen.seconds.end());
  Timing timing{.median = median(seen.seconds), .best = *best, .worst = *worst};
  for (const auto& multiples : seen.of_machine) timing.of_machine.push_back(median(multiples));
  return timing;
}

std::vector<double> multiples(const std::vector<double>& of, const std::vector<double>& by) {
  std::vector<double> result;
  for (size_t i = 0; i < of.size(); i++) result.push_back(of[i] / by[i]);
  return result;
}

// Index of a case, or how many there are.
size_t find(const std::vector<Case>& cases, const std::string& name, const std::string& pass) {
  const auto found = std::find_if(cases.begin(), cases.end(),
                                  [&](const Case& c) { return c.name == name && c.pass == pass; });
  return static_cast<size_t>(found - cases.begin());
}

// The part of what a machine case reaches per second that case i does, in percent; negative without
// either.
double share(const Run& run, size_t i, const std::string& pass, double Case::*work) {
  const Timing& timing = run.timings[i];
  for (size_t m = 0; m < timing.of_machine.size(); m++) {
    const Case& machine = run.cases[m];
    if (machine.pass == pass && run.cases[i].*work > 0)
      return 100 * (run.cases[i].*work / machine.*work) / timing.of_machine[m];
  }
  return -1;
}

// Rates in 1e9 per second, shares in percent; negative where they do not apply.
struct Figures {
  double gflops = -1, gbytes = -1, of_fma = -1, of_tile = -1, of_copy = -1, cost = 0;
};

Figures figures(const Run& run, size_t i) {
  const Case& c = run.cases[i];
  const double seconds = run.timings[i].median;
  Figures f;
  if (c.flops > 0) f.gflops = c.flops / seconds / 1e9;
  if (c.bytes > 0) f.gbytes = c.bytes / seconds / 1e9;
  f.of_fma = share(run, i, kFmaPass, &Case::flops);
  f.of_tile = share(run, i, kTilePass, &Case::flops);
  f.of_copy = share(run, i, kCopyPass, &Case::bytes);
  if (!c.baseline.empty()) f.cost = 100 * (run.timings[i].of_baseline - 1);
  return f;
}

std::string cell(const char* format, double value, bool shown) {
  char text[32] = "";
  if (shown) std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

Watch wall_watch() { return watch_of(wall_seconds); }
Watch processor_watch() { return watch_of(processor_seconds); }

std::vector<Case> compared(std::vector<Case> cases, std::vector<Case> others,
                           const std::string& what) {
  std::vector<Case> all;
  for (Case& c : cases) {
    const auto other = std::find_if(others.begin(), others.end(), [&](const Case& o) {
      return o.name == c.name && o.pass == c.pass;
    });
    if (other == others.end()) {
      all.push_back(std::move(c));
      continue;
    }
    other->pass += ", " + what;
    c.baseline = other->pass;
    all.push_back(std::move(c));
    all.push_back(std::move(*other));
    others.erase(other);
  }
  return all;
}

std::vector<Timing> measure(const std::vector<Case>& cases, int rounds, const Watch& watch) {
  size_t machines = 0;
  while (machines < cases.size() && cases[machines].name == kMachine) machines++;
  std::vector<Seen> seen(cases.size());
  for (Seen& s : seen) s.of_machine.resize(machines);
  for (const Case& c : cases) c.run();

  std::vector<double> machine(machines);
  const auto time_case = [&](size_t i) {
    const double seconds = watch(cases[i].run);
    seen[i].seconds.push_back(seconds);
    if (i < machines) machine[i] = seconds;
    for (size_t m = 0; m < machines; m++) seen[i].of_machine[m].push_back(seconds / machine[m]);
  };
  for (int round = 0; round < rounds; round++) {
    for (size_t i = 0; i < cases.size(); i++) {
      if (i > machines && cases[i].name != cases[i - 1].name) {
        for (size_t m = 0; m < machines; m++) time_case(m);
      }
      time_case(i);
    }
  }
  std::vector<Timing> timings;
  for (const Seen& s : seen) timings.push_back(summary(s));
  for (size_t i = 0; i < cases.size(); i++) {
    const size_t baseline = find(cases, cases[i].name, cases[i].baseline);
    if (baseline < cases.size())
      timings[i].of_baseline = median(multiples(seen[i].seconds, seen[baseline].seconds));
  }
  return timings;
}

void print_table(const Run& run) {
  std::printf(
      "%s, %d threads, batch %lld: medians; shares of the FMA units, of the register tile "
      "in L1, of copying\n\n",
      run.simd.c_str(), run.threads, static_cast<long long>(run.batch));
  std::printf("%-12s %-30s %9s %9s %8s %7s %7s %7s %7s  %s\n", "", "", "ms", "GFLOP/s", "GB/s",
              "% FMA", "% tile", "% copy", "cost %", "bytes of");
  for (size_t i = 0; i < run.cases.size(); i++) {
    const Case& c = run.cases[i];
    const Figures f = figures(run, i);
    std::printf("%-12s %-30s %9.3f %9s %8s %7s %7s %7s %7s  %s\n", c.name.c_str(), c.pass.c_str(),
                run.timings[i].median * 1e3, cell("%.1f", f.gflops, f.gflops >= 0).c_str(),
                cell("%.1f", f.gbytes, f.gbytes >= 0).c_str(),
                cell("%.0f", f.of_fma, f.of_fma >= 0).c_str(),
                cell("%.0f", f.of_tile, f.of_tile >= 0).c_str(),
                cell("%.0f", f.of_copy, f.of_copy >= 0).c_str(),
                cell("%+.1f", f.cost, !c.baseline.empty()).c_str(), c.moves.c_str());
  }
  std::printf("\n");
}

void print_json(const Run& run) {
  for (size_t i = 0; i < run.cases.size(); i++) {
    const Case& c = run.cases[i];
    const Timing& t = run.timings[i];
    const Figures f = figures(run, i);
    std::printf(
        "{\"op\":\"%s\",\"pass\":\"%s\",\"simd\":\"%s\",\"threads\":%d,\"batch\":%lld,"
        "\"ms\":%.4f,\"best_ms\":%.4f,\"worst_ms\":%.4f",
        c.name.c_str(), c.pass.c_str(), run.simd.c_str(), run.threads,
        static_cast<long long>(run.batch), t.median * 1e3, t.best * 1e3, t.worst * 1e3);
    const auto field = [](const char* name, double value, bool shown) {
      if (shown) std::printf(",\"%s\":%.2f", name, value);
    };
    field("gflops", f.gflops, f.gflops >= 0);
    field("gbytes", f.gbytes, f.gbytes >= 0);
    field("percent_fma", f.of_fma, f.of_fma >= 0);
    field("percent_tile", f.of_tile, f.of_tile >= 0);
    field("percent_copy", f.of_copy, f.of_copy >= 0);
    field("cost_percent", f.cost, !c.baseline.empty());
    if (!c.moves.empty()) std::printf(",\"bytes_of\":\"%s\"", c.moves.c_str());
    std::printf("}\n");
  }
}

}  // namespace fovea::bench
